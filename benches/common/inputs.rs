//! Moving pictures to measure with: what videos look like, and the worst the kernel can be given.
#![allow(dead_code)] // Each user needs a part.

use flashinator::Format;

/// A small generator of random numbers, the same on every run (xorshift64*, S. Vigna, "An experimental
/// exploration of Marsaglia's xorshift generators, scrambled", 2016).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        ((self.next() >> 32) * end) >> 32
    }
}

/// Frames of one size in three-byte RGB, one after the other.
pub struct Clip {
    pub name: String,
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
}

impl Clip {
    pub fn frames(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.data.chunks_exact(self.width * self.height * 3)
    }

    /// The clip in another format, of those that are measured: green is the luma, the lower bits of
    /// red are those that 8 bits lack.
    pub fn in_format(&self, format: Format) -> Vec<u8> {
        let pixels = self.data.as_chunks::<3>().0;
        let luma = |pixel: &[u8; 3]| u16::from(pixel[1]) << 2 | u16::from(pixel[0] & 3);
        match format {
            Format::Rgb24 => self.data.clone(),
            Format::Gray8 => pixels.iter().map(|pixel| pixel[1]).collect(),
            Format::Rgba => pixels.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect(),
            Format::Argb => pixels.iter().flat_map(|&[r, g, b]| [255, r, g, b]).collect(),
            Format::Gray10 => pixels.iter().flat_map(|pixel| luma(pixel).to_le_bytes()).collect(),
            Format::Gbrp | Format::Nv12 => {
                let mut data = Vec::new();
                for frame in pixels.chunks_exact(self.width * self.height) {
                    for channel in [1, 2, 0] {
                        if format == Format::Gbrp || channel == 1 {
                            data.extend(frame.iter().map(|pixel| pixel[channel]));
                        }
                    }
                    if format == Format::Nv12 {
                        let pairs = self.width.div_ceil(2) * self.height.div_ceil(2);
                        data.extend(std::iter::repeat_n(128, 2 * pairs));
                    }
                }
                data
            }
            other => panic!("clips are not made in {other:?}"),
        }
    }
}

/// The names of all inputs that [`make`] knows besides `natural`.
pub const ARTIFICIAL: [&str; 15] = [
    "noise",
    "static",
    "fade",
    "flash",
    "flash_texture",
    "dither",
    "ramp",
    "ramp_falling",
    "ramp_columns",
    "sawtooth",
    "new_maximum",
    "ties",
    "plateaus",
    "dark_deltas",
    "near_misses",
];

/// A clip of as many frames as wanted: those given are played forth and back.
pub fn forth_and_back(
    name: &str,
    width: usize,
    height: usize,
    given: &[u8],
    frames: usize,
) -> Clip {
    let bytes = width * height * 3;
    let last = given.len() / bytes - 1;
    let mut data = Vec::with_capacity(frames * bytes);
    for f in 0..frames {
        let at = f % (2 * last).max(1);
        let at = if at <= last { at } else { 2 * last - at };
        data.extend_from_slice(&given[at * bytes..(at + 1) * bytes]);
    }
    Clip { name: name.to_owned(), width, height, data }
}

/// Makes an input by its name.
pub fn make(name: &str, width: usize, height: usize, frames: usize) -> Clip {
    let few = made(name, width, height, frames.min(12));
    forth_and_back(name, width, height, &few, frames)
}

fn made(name: &str, width: usize, height: usize, frames: usize) -> Vec<u8> {
    let mut random = Random::new(0x0005_EED0_F1A5_4000);
    let pixels = width * height;
    let mut data = vec![0; frames * pixels * 3];
    for (f, frame) in data.chunks_exact_mut(pixels * 3).enumerate() {
        if name == "noise" {
            frame
                .chunks_mut(8)
                .for_each(|c| c.copy_from_slice(&random.next().to_le_bytes()[..c.len()]));
            continue;
        }
        for (i, pixel) in frame.chunks_exact_mut(3).enumerate() {
            let (x, y) = (i % width, i / width);
            let odd = f % 2 == 1;
            let sum = match name {
                "natural" => natural(x, y, f, width) + random.below(5) as usize,
                "static" => natural(x, y, 0, width),
                // Every pixel brighter than before, then darker, by a few codes.
                "fade" => natural(x, y, 0, width) / 2 + 8 * (f % 40).abs_diff(20),
                "flash" => {
                    if odd {
                        765
                    } else {
                        0
                    }
                }
                // A flash to gray, of a picture with texture: many pixels lie near the largest.
                "flash_texture" => (if odd { 600 } else { 150 }) + random.below(48) as usize,
                // Nothing but the last bit of a still picture changes.
                "dither" => natural(x, y, 0, width) + random.below(2) as usize,
                // Each pixel changes more than any before it, in raster order.
                "ramp" => {
                    if odd {
                        i * 765 / (pixels - 1)
                    } else {
                        0
                    }
                }
                "ramp_falling" => {
                    if odd {
                        765 - i * 765 / (pixels - 1)
                    } else {
                        0
                    }
                }
                // The same with the large changes a column of the selection apart.
                "ramp_columns" => {
                    if odd && i % 8 == 0 {
                        i * 765 / (pixels - 1)
                    } else {
                        0
                    }
                }
                // Each block begins anew, a little higher than the one before.
                "sawtooth" => {
                    if odd {
                        (i % 128) * 5 + i * 100 / pixels
                    } else {
                        0
                    }
                }
                // Rising steps of one code, each new in luminance: brighter for the same difference.
                "new_maximum" => {
                    let low = i * 300 / pixels;
                    if odd { low + 300 } else { low }
                }
                // All pixels change alike, and by less than could be.
                "ties" => {
                    if odd {
                        761
                    } else {
                        1
                    }
                }
                "plateaus" => match (odd, i % 2) {
                    (false, _) => 1,
                    (true, 0) => 759,
                    (true, _) => 758,
                },
                // Dark pixels change by far more codes than the bright ones that decide.
                "dark_deltas" => match (odd, i < 5) {
                    (false, true) => 600,
                    (true, true) => 765,
                    (false, false) => 0,
                    (true, false) => 200 + random.below(30) as usize,
                },
                // Five pixels at the beginning decide; all others fail by the least there can be.
                "near_misses" => match (odd, i < 5) {
                    (false, _) => random.below(3) as usize + 2,
                    (true, true) => 700,
                    (true, false) => 694 + random.below(5) as usize,
                },
                _ => panic!("there is no input named {name}"),
            };
            spread(sum.min(765), pixel);
        }
    }
    data
}

/// Three channels whose sum is `sum`.
fn spread(sum: usize, pixel: &mut [u8]) {
    pixel[0] = (sum / 3) as u8;
    pixel[1] = ((sum + 1) / 3) as u8;
    pixel[2] = sum.div_ceil(3) as u8;
}

/// Soft shapes of several sizes, panned and slowly changing, and before them some with hard edges, bright
/// and dark, that move on their own, as a film's figures do.
fn natural(x: usize, y: usize, frame: usize, width: usize) -> usize {
    let (column, row) = ((x + 6 * frame) / 90, (y + 2 * frame) / 70);
    let (dx, dy) = ((x + 6 * frame) % 90, (y + 2 * frame) % 70);
    let figure = (column * 7 + row * 13) % 11;
    if figure < 2 && (dx.abs_diff(45)).pow(2) + (dy.abs_diff(35)).pow(2) < 900 {
        return if figure == 0 { 690 } else { 40 };
    }
    let wave = |phase: usize, length: usize| {
        let at = phase % length * 512 / length;
        if at < 256 { at } else { 511 - at }
    };
    let pan = frame * 3;
    let coarse = wave(x + pan, width / 2) + wave(y * 2 + x / 3 + frame, 401);
    let middle = wave(x * 2 + y + 5 * frame, 157) / 2 + wave(x + 3 * y, 61) / 4;
    60 + coarse / 2 + middle
}
