//! Videos made by code.

use flashinator::{Format, Shape, Timestamp};

use super::random::Random;

/// Frames of three-byte RGB, and when each is shown.
#[derive(Clone, Debug)]
pub struct Video {
    pub width: u32,
    pub height: u32,
    /// Ticks in a second, and the ticks at which frames are shown.
    pub rate: u32,
    pub ticks: Vec<i64>,
    pub frames: Vec<Vec<u8>>,
}

/// A rectangle that takes its colours in turn, each for some frames.
struct Patch {
    columns: std::ops::Range<usize>,
    rows: std::ops::Range<usize>,
    colours: [[u8; 3]; 2],
    period: usize,
    phase: usize,
}

impl Patch {
    fn random(random: &mut Random, [width, height]: [usize; 2]) -> Self {
        let mut span = |end: usize| {
            if random.below(3) == 0 {
                return 0..end;
            }
            let start = random.below(end);
            start..start + 1 + random.below(end - start)
        };
        let (columns, rows) = (span(width), span(height));
        Self {
            columns,
            rows,
            colours: [colour(random), colour(random)],
            period: 1 + random.below(4),
            phase: random.below(8),
        }
    }
}

/// Black, white, reds, grays, and any.
fn colour(random: &mut Random) -> [u8; 3] {
    let level = random.next() as u8;
    match random.below(6) {
        0 => [[0; 3], [255; 3]][random.below(2)],
        1 | 2 => [level; 3],
        3 => [level, level / 8, 0],
        4 => [255, 0, 0],
        _ => [level, random.next() as u8, random.next() as u8],
    }
}

impl Video {
    /// So many frames at a steady rate, whose pixels are given by column, row and frame.
    pub fn new(
        [width, height]: [u32; 2],
        rate: u32,
        count: usize,
        pixel: impl Fn(u32, u32, usize) -> [u8; 3],
    ) -> Self {
        let frame = |i| {
            let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
            places.flat_map(|(x, y)| pixel(x, y, i)).collect()
        };
        let ticks = (0..count as i64).collect();
        Self { width, height, rate, ticks, frames: (0..count).map(frame).collect() }
    }

    /// Patches over a background, some of which flash; some videos are noisy, some at uneven times.
    pub fn random(seed: u64, [width, height]: [u32; 2], count: usize) -> Self {
        let mut random = Random(seed);
        let size = [width as usize, height as usize];
        let background = colour(&mut random);
        let patches: Vec<_> =
            (0..1 + random.below(4)).map(|_| Patch::random(&mut random, size)).collect();
        let noise = random.of(&[0, 0, 0, 0, 0, 2, 40, 255]);
        let interval = random.of(&[5_000, 10_000, 16_667, 33_333, 40_000, 100_000]);
        let uneven = random.below(3) == 0;
        let (mut ticks, mut tick) = (Vec::new(), 0);
        let mut frames = Vec::new();
        for frame in 0..count {
            let mut pixels = vec![background; size[0] * size[1]];
            for patch in &patches {
                let colour = patch.colours[(frame + patch.phase) / patch.period % 2];
                for row in patch.rows.clone() {
                    let start = row * size[0];
                    pixels[start + patch.columns.start..start + patch.columns.end].fill(colour);
                }
            }
            for code in pixels.as_flattened_mut() {
                if noise > 0 {
                    *code = code.saturating_add(random.below(noise + 1) as u8);
                }
            }
            frames.push(pixels.into_flattened());
            ticks.push(tick);
            // Of uneven times some are near after a pause.
            let pause = if uneven && random.below(2) == 0 { random.below(100_000) } else { 0 };
            tick += interval + pause as i64;
        }
        Self { width, height, rate: 1_000_000, ticks, frames }
    }

    pub fn shape(&self) -> Shape {
        Shape::new(Format::Rgb24, self.width, self.height).unwrap()
    }

    pub fn time(&self, frame: usize) -> Timestamp {
        Timestamp::from_ticks(self.ticks[frame], 1, self.rate).unwrap()
    }

    pub fn seconds(&self) -> impl Iterator<Item = f64> + '_ {
        self.ticks.iter().map(|&ticks| ticks as f64 / f64::from(self.rate))
    }
}

/// A gray pixel.
pub fn gray(code: u8) -> [u8; 3] {
    [code; 3]
}

/// Whether a square wave with that number of cycles a second is in the second half of a cycle.
pub fn high(rate: u32, hertz: f64, frame: usize) -> bool {
    (2.0 * hertz * frame as f64 / f64::from(rate) + 1e-9) as u64 % 2 == 1
}

/// The code whose linear light by sRGB is nearest to a value.
pub fn code_of(light: f64) -> u8 {
    let linear = |code: u8| {
        let c = f64::from(code) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let distance = |code: &u8| ((linear(*code) - light).abs() * 1e9) as u64;
    (0..=255).min_by_key(distance).unwrap()
}
