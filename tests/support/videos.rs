//! Videos made by code.

use super::random::Random;

/// Frames of three-byte RGB, and when each is shown.
#[derive(Clone, Debug)]
pub struct Video {
    pub width: u32,
    pub height: u32,
    /// In microseconds.
    pub times: Vec<i64>,
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
        let mut time = 0;
        let mut video = Self { width, height, times: Vec::new(), frames: Vec::new() };
        for frame in 0..count {
            let mut pixels = vec![background; size[0] * size[1]];
            for patch in &patches {
                let colour = patch.colours[(frame + patch.phase) / patch.period % 2];
                for row in patch.rows.clone() {
                    let columns =
                        patch.columns.start + row * size[0]..patch.columns.end + row * size[0];
                    pixels[columns].fill(colour);
                }
            }
            for code in pixels.as_flattened_mut() {
                if noise > 0 {
                    *code = code.saturating_add(random.below(noise + 1) as u8);
                }
            }
            video.frames.push(pixels.into_flattened());
            video.times.push(time);
            time += interval + if uneven { random.below(100_000) as i64 } else { 0 };
        }
        video
    }

    pub fn seconds(&self) -> impl Iterator<Item = f64> + '_ {
        self.times.iter().map(|&micros| micros as f64 / 1e6)
    }
}
