//! Small pictures of the frames in which incidents are at their worst.

use flashinator::{Format, Frame, Matrix, Range, Rectangle, Report, Verdict};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// A picture in the form of a file, PNG.
#[derive(Clone, Debug, Default)]
pub struct Thumbnail {
    pub png: Vec<u8>,
    /// The size of the whole picture.
    pub whole: (u32, u32),
    /// What of it is looked at.
    pub part: Rectangle,
}

/// The longest side.
const LONGEST: u32 = 320;

/// The most pictures of one video.
const MOST: usize = 64;

/// Pictures so far.
pub struct Thumbnails {
    colours: (Matrix, Range),
    done: Vec<Thumbnail>,
    /// The incident that goes on: its largest count and the picture of it.
    open: Option<(u32, Thumbnail)>,
}

impl Thumbnails {
    pub fn new(matrix: Matrix, range: Range) -> Self {
        Self { colours: (matrix, range), done: Vec::new(), open: None }
    }

    /// Looks at a frame of which `part` was analysed.
    pub fn see(&mut self, frame: &Frame<'_>, report: &Report, part: Option<Rectangle>) {
        if report.verdict == Verdict::Pass {
            self.close();
            return;
        }
        if self.done.len() >= MOST {
            return;
        }
        let count = report.general.max(report.red);
        if self.open.as_ref().is_none_or(|(most, _)| count > *most) {
            let shape = frame.shape();
            let whole = (shape.width(), shape.height());
            let all = Rectangle { x: 0, y: 0, width: whole.0, height: whole.1 };
            let png = small(frame, self.colours);
            self.open = Some((count, Thumbnail { png, whole, part: part.unwrap_or(all) }));
        }
    }

    /// The pictures, in the order of the incidents.
    pub fn finish(mut self) -> Vec<Thumbnail> {
        self.close();
        self.done
    }

    fn close(&mut self) {
        self.done.extend(self.open.take().map(|(_, picture)| picture));
    }
}

/// A frame as a small PNG, every pixel of it the nearest of the frame's.
fn small(frame: &Frame<'_>, colours: (Matrix, Range)) -> Vec<u8> {
    let shape = frame.shape();
    let (width, height) = (shape.width(), shape.height());
    let longest = width.max(height);
    let side = |length: u32| {
        if longest <= LONGEST {
            return length;
        }
        (u64::from(length) * u64::from(LONGEST) / u64::from(longest)).max(1) as u32
    };
    let (across, down) = (side(width), side(height));
    let mut pixels = Vec::with_capacity(3 * across as usize * down as usize);
    for y in 0..down {
        for x in 0..across {
            let at = |i: u32, small: u32, all: u32| {
                ((2 * u64::from(i) + 1) * u64::from(all) / (2 * u64::from(small))) as usize
            };
            pixels.extend(pixel(frame, at(x, across, width), at(y, down, height), colours));
        }
    }
    let mut png = Vec::new();
    // Into memory, of sizes that were just computed.
    let _ = PngEncoder::new(&mut png).write_image(&pixels, across, down, ExtendedColorType::Rgb8);
    png
}

/// Red, green and blue of one pixel, near enough to look at.
fn pixel(frame: &Frame<'_>, x: usize, y: usize, (matrix, range): (Matrix, Range)) -> [u8; 3] {
    let format = frame.shape().format();
    let byte = |plane: usize, x: usize, y: usize| frame.row(plane, y).get(x).copied().unwrap_or(0);
    // Samples of more than 8 bits: their upper 8.
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
    fn gray_is_gray_in_every_format() {
        for format in Format::ALL {
            let shape = Shape::new(format, 6, 4).unwrap();
            // 128 in 8 bits, and in the upper and lower bits of words of any.
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
