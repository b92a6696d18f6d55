//! Small pictures of the frames in which incidents are at their worst, and of what flashes in them.

use super::profiles::in_picture;
use flashinator::{Analyser, CellGrid, Format, Frame, Matrix, Range, Rectangle, Report, Verdict};
use png::{BitDepth, ColorType, Encoder};

/// A picture of an incident.
#[derive(Clone, Debug, Default)]
pub struct Thumbnail {
    /// The frame, as PNG.
    pub frame_png: Vec<u8>,
    /// The size of the frame in pixels.
    pub size: (u32, u32),
    /// What flashes.
    pub mask: Option<Mask>,
}

/// The cells that flash, as a picture with a pixel for each cell.
#[derive(Clone, Debug)]
pub struct Mask {
    /// Transparent where nothing flashes.
    pub png: Vec<u8>,
    /// Where the mask lies in the frame, in pixels. Cells at the right and at the bottom may reach out of the frame.
    pub rectangle: Rectangle,
}

/// The longest side of a picture of a frame.
const MAX_SIDE: u32 = 320;

/// The most pictures of one video and profile.
const MAX_PICTURES: usize = 64;

/// The color of cells that flash: red, green, blue, alpha.
const MASK_COLOR: [u8; 4] = [255, 211, 61, 150];

/// The pictures so far.
pub struct Thumbnails {
    color: (Matrix, Range),
    done: Vec<Thumbnail>,
    /// The current incident: its largest count and the picture of it.
    current: Option<(u32, Thumbnail)>,
}

impl Thumbnails {
    pub fn new(matrix: Matrix, range: Range) -> Self {
        Self { color: (matrix, range), done: Vec::new(), current: None }
    }

    /// Takes the picture of a frame if it is the worst of its incident so far.
    pub fn push(
        &mut self,
        frame: &Frame<'_>,
        report: &Report,
        mask: impl FnOnce() -> Option<Mask>,
    ) {
        if report.verdict == Verdict::Pass {
            self.close();
            return;
        }
        if self.done.len() >= MAX_PICTURES {
            return;
        }
        let count = report.transitions.max();
        if self.current.as_ref().is_none_or(|(largest, _)| count > *largest) {
            let size = (frame.shape().width(), frame.shape().height());
            let frame_png = scaled_down(frame, self.color);
            self.current = Some((count, Thumbnail { frame_png, size, mask: mask() }));
        }
    }

    /// The pictures, in the order of the incidents.
    pub fn take(&mut self) -> Vec<Thumbnail> {
        self.close();
        std::mem::take(&mut self.done)
    }

    fn close(&mut self) {
        self.done.extend(self.current.take().map(|(_, picture)| picture));
    }
}

impl Mask {
    /// The cells that flash in the last frame by a profile.
    pub fn new(
        analyser: &mut Analyser<Vec<u8>>,
        profile: usize,
        crop: Option<Rectangle>,
    ) -> Option<Self> {
        let CellGrid { columns, rows, cell_width, cell_height } = analyser.grid(profile)?;
        let row_bytes = columns.div_ceil(8) as usize;
        let mut bits = vec![0; row_bytes * rows as usize];
        analyser.mask(profile, &mut bits).ok()?;
        let mut pixels = Vec::with_capacity(4 * columns as usize * rows as usize);
        for row in bits.chunks_exact(row_bytes) {
            let is_set = |x: usize| row[x / 8] >> (x % 8) & 1 == 1;
            let color = |x| if is_set(x) { MASK_COLOR } else { [0; 4] };
            pixels.extend((0..columns as usize).flat_map(color));
        }
        let png = encode(&pixels, columns, rows, ColorType::Rgba);
        let (width, height) = (columns * cell_width, rows * cell_height);
        let rectangle = in_picture(Rectangle { x: 0, y: 0, width, height }, crop);
        Some(Self { png, rectangle })
    }
}

/// A frame as a small PNG, by nearest neighbor.
fn scaled_down(frame: &Frame<'_>, color: (Matrix, Range)) -> Vec<u8> {
    let shape = frame.shape();
    let (width, height) = (shape.width(), shape.height());
    let longest = width.max(height);
    let side = |length: u32| {
        if longest <= MAX_SIDE {
            return length;
        }
        (u64::from(length) * u64::from(MAX_SIDE) / u64::from(longest)).max(1) as u32
    };
    let (across, down) = (side(width), side(height));
    let mut pixels = Vec::with_capacity(3 * across as usize * down as usize);
    for y in 0..down {
        for x in 0..across {
            let at = |i: u32, small: u32, all: u32| {
                ((2 * u64::from(i) + 1) * u64::from(all) / (2 * u64::from(small))) as usize
            };
            pixels.extend(pixel(frame, at(x, across, width), at(y, down, height), color));
        }
    }
    encode(&pixels, across, down, ColorType::Rgb)
}

/// A PNG of 8 bits.
fn encode(pixels: &[u8], width: u32, height: u32, color: ColorType) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    file
}

/// Red, green and blue of one pixel, with enough precision for a thumbnail.
fn pixel(frame: &Frame<'_>, x: usize, y: usize, (matrix, range): (Matrix, Range)) -> [u8; 3] {
    let format = frame.shape().format();
    let byte = |plane: usize, x: usize, y: usize| frame.row(plane, y).get(x).copied().unwrap_or(0);
    // The upper 8 bits of longer samples.
    let word = |plane: usize, x: usize, y: usize, bits: u32| {
        let value = u16::from_le_bytes([byte(plane, 2 * x, y), byte(plane, 2 * x + 1, y)]);
        (value >> (bits - 8)) as u8
    };
    let packed = |bytes: usize, order: [usize; 3]| order.map(|c| byte(0, bytes * x + c, y));
    let (half_x, half_y) = (x / 2, y / 2);
    let [luma, cb, cr] = match format {
        Format::Gray8 => return [byte(0, x, y); 3],
        Format::Gray10 => return [word(0, x, y, 10); 3],
        Format::Gray12 => return [word(0, x, y, 12); 3],
        Format::Gray16 => return [word(0, x, y, 16); 3],
        Format::Rgb24 => return packed(3, [0, 1, 2]),
        Format::Bgr24 => return packed(3, [2, 1, 0]),
        Format::Rgba => return packed(4, [0, 1, 2]),
        Format::Bgra => return packed(4, [2, 1, 0]),
        Format::Argb => return packed(4, [1, 2, 3]),
        Format::Abgr => return packed(4, [3, 2, 1]),
        Format::Gbrp => return [byte(2, x, y), byte(0, x, y), byte(1, x, y)],
        Format::I420 => [byte(0, x, y), byte(1, half_x, half_y), byte(2, half_x, half_y)],
        Format::Yv12 => [byte(0, x, y), byte(2, half_x, half_y), byte(1, half_x, half_y)],
        Format::I422 => [byte(0, x, y), byte(1, half_x, y), byte(2, half_x, y)],
        Format::I444 => [byte(0, x, y), byte(1, x, y), byte(2, x, y)],
        Format::Nv12 => {
            [byte(0, x, y), byte(1, 2 * half_x, half_y), byte(1, 2 * half_x + 1, half_y)]
        }
        Format::Nv21 => {
            [byte(0, x, y), byte(1, 2 * half_x + 1, half_y), byte(1, 2 * half_x, half_y)]
        }
        Format::I420P10 => {
            [word(0, x, y, 10), word(1, half_x, half_y, 10), word(2, half_x, half_y, 10)]
        }
        Format::I422P10 => [word(0, x, y, 10), word(1, half_x, y, 10), word(2, half_x, y, 10)],
        Format::I444P10 => [word(0, x, y, 10), word(1, x, y, 10), word(2, x, y, 10)],
        Format::I420P12 => {
            [word(0, x, y, 12), word(1, half_x, half_y, 12), word(2, half_x, half_y, 12)]
        }
        Format::I422P12 => [word(0, x, y, 12), word(1, half_x, y, 12), word(2, half_x, y, 12)],
        Format::I444P12 => [word(0, x, y, 12), word(1, x, y, 12), word(2, x, y, 12)],
        Format::P010 | Format::P012 => [
            word(0, x, y, 16),
            word(1, 2 * half_x, half_y, 16),
            word(1, 2 * half_x + 1, half_y, 16),
        ],
    }
    .map(f64::from);
    let (red_weight, blue_weight) = match matrix {
        Matrix::Bt601 => (0.299, 0.114),
        Matrix::Bt709 => (0.2126, 0.0722),
        Matrix::Bt2020 => (0.2627, 0.0593),
    };
    let (luma, chroma) = match range {
        Range::Full => (luma, 1.0),
        Range::Limited => ((luma - 16.0) * 255.0 / 219.0, 255.0 / 224.0),
    };
    let red = luma + 2.0 * (1.0 - red_weight) * (cr - 128.0) * chroma;
    let blue = luma + 2.0 * (1.0 - blue_weight) * (cb - 128.0) * chroma;
    let green = (luma - red_weight * red - blue_weight * blue) / (1.0 - red_weight - blue_weight);
    [red, green, blue].map(|value| value.round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flashinator::Shape;

    #[test]
    fn gray_stays_gray_in_every_format() {
        for format in Format::ALL {
            let shape = Shape::new(format, 6, 4).unwrap();
            // 128 in 8 bits, in the low or high bits of a word.
            let word: [u8; 2] = match format {
                Format::I420P10 | Format::I422P10 | Format::I444P10 | Format::Gray10 => {
                    (128u16 << 2).to_le_bytes()
                }
                Format::I420P12 | Format::I422P12 | Format::I444P12 | Format::Gray12 => {
                    (128u16 << 4).to_le_bytes()
                }
                Format::P010 | Format::P012 | Format::Gray16 => (128u16 << 8).to_le_bytes(),
                _ => [128; 2],
            };
            let data: Vec<u8> = word.into_iter().cycle().take(shape.frame_bytes()).collect();
            let frame = Frame::contiguous(shape, &data).unwrap();
            assert_eq!(pixel(&frame, 5, 3, (Matrix::Bt709, Range::Full)), [128; 3], "{format:?}");
        }
    }
}
