//! Pictures as a viewer sees them: in one range and matrix, on a background, and field by field.

use super::{Alpha, Fields, VideoColor, VideoFrame, contiguous, timestamp};
use crate::failure::Failure;
use flashinator::{Curve, Format, Frame, Matrix, Primaries, Range, Shape};
use flashinator_report::Picture;

/// Red, green and blue of what is behind pictures with alpha.
pub type Background = [u8; 3];

/// How frames become pictures.
pub struct View {
    /// The colours that all pictures have.
    pub color: (Matrix, Range),
    /// The curve and the primaries that all pictures have, where they matter.
    pub coding: Option<(Curve, Primaries)>,
    /// The colours of the source, for frames that say nothing of their own.
    pub given: VideoColor,
    /// What counts instead of what frames say.
    pub override_color: VideoColor,
    /// What frames with alpha are laid on. A picture is made for each.
    pub backgrounds: Vec<Background>,
    /// Whether interlaced frames are shown field by field.
    pub deinterlace: bool,
    scratch: Vec<u8>,
    /// For each background.
    laid: Vec<Vec<u8>>,
    bobbed: Vec<Vec<u8>>,
}

impl View {
    /// Frames as they are, but for alpha, which is laid on white.
    pub fn new(color: (Matrix, Range)) -> Self {
        let given =
            VideoColor { matrix: Some(color.0), range: Some(color.1), ..VideoColor::default() };
        Self {
            color,
            coding: None,
            given,
            override_color: VideoColor::default(),
            backgrounds: vec![[255; 3]],
            deinterlace: false,
            scratch: Vec::new(),
            laid: Vec::new(),
            bobbed: Vec::new(),
        }
    }

    /// Shows a frame: one picture, or one for each field.
    pub fn show(
        &mut self,
        name: &str,
        next: &VideoFrame<'_>,
        mut show: impl FnMut(&Picture<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let shape = next.frame.shape();
        let color = self.override_color.or(next.color.as_ref().unwrap_or(&self.given));
        if self.coding.is_some_and(|coding| coding != (color.curve(), color.primaries())) {
            let problem = format!("the curve or the primaries change at {:.2} s", next.seconds);
            let advice = "the frames before are valid; scan the parts with --start and --duration";
            return Err(Failure::new(name, problem, advice));
        }
        let from = (color.matrix(shape), color.range(shape));
        let is_other = !shape.format().is_rgb()
            && (from.1 != self.color.1 || shape.format().is_yuv() && from.0 != self.color.0);
        let mut frames = vec![next.frame];
        if is_other {
            copy(&next.frame, &mut self.scratch);
            if !recode(&mut self.scratch, shape, from, self.color) {
                let format = shape.format().name();
                let problem = format!("the colours of {format} change at {:.2} s", next.seconds);
                return Err(Failure::new(
                    name,
                    problem,
                    "the frames before are valid; make it yuv420p",
                ));
            }
            frames = vec![contiguous(name, shape, &self.scratch)?];
        }
        if !matches!(next.alpha, Alpha::None) {
            self.laid.resize(self.backgrounds.len(), Vec::new());
            for (background, laid) in self.backgrounds.iter().zip(&mut self.laid) {
                copy(&frames[0], laid);
                lay(laid, shape, next.alpha, *background, self.color);
            }
            frames.clear();
            for laid in &self.laid {
                frames.push(contiguous(name, shape, laid)?);
            }
        }
        let Some(Fields { top_first, apart }) = next.fields.filter(|_| self.deinterlace) else {
            let VideoFrame { seconds, time, duration, .. } = *next;
            return show(&Picture { frames: &frames, seconds, time, duration });
        };
        for (is_second, seconds) in [(false, next.seconds), (true, next.seconds + apart)] {
            self.bobbed.resize(frames.len(), Vec::new());
            for (frame, bobbed) in frames.iter().zip(&mut self.bobbed) {
                bob(frame, usize::from(top_first == is_second), bobbed);
            }
            let fields: Result<Vec<_>, _> =
                self.bobbed.iter().map(|bobbed| contiguous(name, shape, bobbed)).collect();
            let time = if is_second { timestamp(seconds) } else { next.time };
            show(&Picture { frames: &fields?, seconds, time, duration: Some(apart) })?;
        }
        Ok(())
    }
}

/// The rows of a frame, plane by plane.
fn rows<'a>(frame: &Frame<'a>) -> impl Iterator<Item = &'a [u8]> {
    let (shape, frame) = (frame.shape(), *frame);
    (0..shape.planes())
        .flat_map(move |plane| (0..shape.rows(plane)).map(move |y| frame.row(plane, y)))
}

fn copy(frame: &Frame<'_>, to: &mut Vec<u8>) {
    to.clear();
    rows(frame).for_each(|row| to.extend_from_slice(row));
}

/// A field as a whole picture: its rows, and between them the means of those above and below.
fn bob(frame: &Frame<'_>, parity: usize, to: &mut Vec<u8>) {
    let shape = frame.shape();
    let is_wide = sample_bits(shape.format()).0 > 8;
    to.clear();
    for plane in 0..shape.planes() {
        let last = shape.rows(plane).saturating_sub(1);
        for y in 0..=last {
            let is_own = y % 2 == parity;
            let above = if is_own {
                y
            } else if y == 0 {
                (y + 1).min(last)
            } else {
                y - 1
            };
            let below = if is_own {
                y
            } else if y == last {
                above
            } else {
                y + 1
            };
            let (above, below) = (frame.row(plane, above), frame.row(plane, below));
            if is_wide {
                let pairs = above.as_chunks::<2>().0.iter().zip(below.as_chunks::<2>().0);
                to.extend(pairs.flat_map(|(a, b)| {
                    let sum = u32::from(u16::from_le_bytes(*a)) + u32::from(u16::from_le_bytes(*b));
                    (sum.div_ceil(2) as u16).to_le_bytes()
                }));
            } else {
                to.extend(
                    above
                        .iter()
                        .zip(below)
                        .map(|(&a, &b)| (u16::from(a) + u16::from(b)).div_ceil(2) as u8),
                );
            }
        }
    }
}

/// The bits of a sample, and by how many it is shifted up in its 16 bits.
pub(super) fn sample_bits(format: Format) -> (u32, u32) {
    match format {
        Format::I420P10 | Format::I422P10 | Format::I444P10 | Format::Gray10 => (10, 0),
        Format::I420P12 | Format::I422P12 | Format::I444P12 | Format::Gray12 => (12, 0),
        Format::P010 => (10, 6),
        Format::P012 => (12, 4),
        Format::Gray16 => (16, 0),
        _ => (8, 0),
    }
}

/// The weights of red and blue in luma.
fn weights(matrix: Matrix) -> (f32, f32) {
    let (red, blue) = matrix.luma_weights();
    (red as f32, blue as f32)
}

/// Where black is, and what white is above it; the same of chroma for half of its extent on either side.
struct Codes {
    black: f32,
    luma: f32,
    middle: f32,
    chroma: f32,
    largest: f32,
}

impl Codes {
    fn new(bits: u32, range: Range) -> Self {
        let unit = (1 << (bits - 8)) as f32;
        let largest = ((1u32 << bits) - 1) as f32;
        let middle = 128.0 * unit;
        match range {
            Range::Full => Self { black: 0.0, luma: largest, middle, chroma: largest, largest },
            Range::Limited => Self {
                black: 16.0 * unit,
                luma: 219.0 * unit,
                middle,
                chroma: 224.0 * unit,
                largest,
            },
        }
    }
}

/// Converts gray or planar YUV to another matrix and range. Tells whether the format is one that it can convert.
fn recode(data: &mut [u8], shape: Shape, from: (Matrix, Range), to: (Matrix, Range)) -> bool {
    let format = shape.format();
    let (bits, _) = sample_bits(format);
    let bytes = if bits > 8 { 2 } else { 1 };
    let get = |data: &[u8], at: usize| match bytes {
        1 => f32::from(data[at]),
        _ => f32::from(u16::from_le_bytes([data[2 * at], data[2 * at + 1]])),
    };
    let (before, after) = (Codes::new(bits, from.1), Codes::new(bits, to.1));
    let set = |data: &mut [u8], at: usize, value: f32| {
        let code = value.round().clamp(0.0, after.largest) as u16;
        match bytes {
            1 => data[at] = code as u8,
            _ => data[2 * at..2 * at + 2].copy_from_slice(&code.to_le_bytes()),
        }
    };
    let luma_of = |code: f32| (code - before.black) / before.luma;
    let code_of = |luma: f32| luma * after.luma + after.black;
    let width = shape.width() as usize;
    if !format.is_yuv() {
        for at in 0..shape.pixels() {
            let code = code_of(luma_of(get(data, at)));
            set(data, at, code);
        }
        return true;
    }
    if shape.planes() != 3 {
        return false;
    }
    // How luma and chroma of the one matrix make those of the other: by red, green and blue.
    let ((red, blue), (new_red, new_blue)) = (weights(from.0), weights(to.0));
    let (green, new_green) = (1.0 - red - blue, 1.0 - new_red - new_blue);
    let convert = |cb: f32, cr: f32| {
        // Red, green and blue above luma.
        let r = 2.0 * (1.0 - red) * cr;
        let b = 2.0 * (1.0 - blue) * cb;
        let g = -(red * r + blue * b) / green;
        let luma = new_red * r + new_green * g + new_blue * b;
        [luma, (b - luma) / (2.0 * (1.0 - new_blue)), (r - luma) / (2.0 * (1.0 - new_red))]
    };
    let chroma_width = shape.row_bytes(1) / bytes;
    let (chroma_rows, luma_rows) = (shape.rows(1), shape.rows(0));
    let (shift_x, shift_y) = (u32::from(chroma_width < width), u32::from(chroma_rows < luma_rows));
    let luma_samples = width * luma_rows;
    let chroma_samples = chroma_width * chroma_rows;
    let (cb_at, cr_at) = match format {
        Format::Yv12 => (luma_samples + chroma_samples, luma_samples),
        _ => (luma_samples, luma_samples + chroma_samples),
    };
    let chroma_of = |code: f32| (code - before.middle) / before.chroma;
    for y in 0..luma_rows {
        for x in 0..width {
            let chroma = (y >> shift_y) * chroma_width + (x >> shift_x);
            let [more, ..] =
                convert(chroma_of(get(data, cb_at + chroma)), chroma_of(get(data, cr_at + chroma)));
            let luma = luma_of(get(data, y * width + x)) + more;
            set(data, y * width + x, code_of(luma));
        }
    }
    for at in 0..chroma_samples {
        let [_, cb, cr] =
            convert(chroma_of(get(data, cb_at + at)), chroma_of(get(data, cr_at + at)));
        set(data, cb_at + at, cb * after.chroma + after.middle);
        set(data, cr_at + at, cr * after.chroma + after.middle);
    }
    true
}

/// Lays pixels on a background.
fn lay(
    data: &mut [u8],
    shape: Shape,
    alpha: Alpha<'_>,
    background: Background,
    color: (Matrix, Range),
) {
    let mix = |value: &mut u8, behind: u8, alpha: u8| {
        let sum = u32::from(*value) * u32::from(alpha) + u32::from(behind) * u32::from(255 - alpha);
        *value = ((sum + 127) / 255) as u8;
    };
    let [red, green, blue] = background;
    match (alpha, shape.format()) {
        (Alpha::Plane(plane), Format::I444) => {
            let [luma, cb, cr] = yuv(background, color);
            let planes = data.chunks_exact_mut(shape.pixels().max(1)).zip([luma, cb, cr]);
            for (values, behind) in planes {
                for (value, &alpha) in values.iter_mut().zip(plane) {
                    mix(value, behind, alpha);
                }
            }
        }
        (Alpha::Channel, format) => {
            let (at, behind) = match format {
                Format::Argb => (0, [0, red, green, blue]),
                Format::Abgr => (0, [0, blue, green, red]),
                Format::Bgra => (3, [blue, green, red, 0]),
                _ => (3, [red, green, blue, 0]),
            };
            for pixel in data.as_chunks_mut::<4>().0 {
                let alpha = pixel[at];
                if alpha < 255 {
                    pixel
                        .iter_mut()
                        .zip(behind)
                        .for_each(|(value, behind)| mix(value, behind, alpha));
                    pixel[at] = 255;
                }
            }
        }
        _ => {}
    }
}

/// Luma and chroma, of 8 bits, of a colour.
fn yuv(background: Background, (matrix, range): (Matrix, Range)) -> [u8; 3] {
    let [red, green, blue] = background.map(|code| f32::from(code) / 255.0);
    let (of_red, of_blue) = weights(matrix);
    let luma = of_red * red + (1.0 - of_red - of_blue) * green + of_blue * blue;
    let codes = Codes::new(8, range);
    let chroma = |channel: f32, weight: f32| {
        (channel - luma) / (2.0 * (1.0 - weight)) * codes.chroma + codes.middle
    };
    [luma * codes.luma + codes.black, chroma(blue, of_blue), chroma(red, of_red)]
        .map(|code| code.round().clamp(0.0, 255.0) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recoding_keeps_colors() {
        let shape = Shape::new(Format::I444, 1, 1).unwrap();
        for from in Matrix::ALL {
            for to in Matrix::ALL {
                for (range, other) in [(Range::Full, Range::Limited), (Range::Limited, Range::Full)]
                {
                    for color in
                        [[255, 255, 255], [0, 0, 0], [200, 30, 40], [10, 220, 90], [0, 0, 255]]
                    {
                        let mut data = yuv(color, (from, range));
                        assert!(recode(&mut data, shape, (from, range), (to, other)));
                        let expected = yuv(color, (to, other));
                        let close = data.iter().zip(expected).all(|(&a, b)| a.abs_diff(b) <= 1);
                        assert!(close, "{color:?} {from:?} {to:?}: {data:?} {expected:?}");
                    }
                }
            }
        }
        let gray = Shape::new(Format::Gray10, 2, 1).unwrap();
        let mut data = [64u16.to_le_bytes(), 940u16.to_le_bytes()].concat();
        let color = |range| (Matrix::Bt601, range);
        assert!(recode(&mut data, gray, color(Range::Limited), color(Range::Full)));
        assert_eq!(data, [0u16.to_le_bytes(), 1023u16.to_le_bytes()].concat());
    }

    #[test]
    fn alpha_is_laid_on_a_background() {
        let shape = Shape::new(Format::Rgba, 1, 1).unwrap();
        let color = (Matrix::Bt709, Range::Limited);
        let laid = |pixel: [u8; 4], background| {
            let mut pixel = pixel;
            lay(&mut pixel, shape, Alpha::Channel, background, color);
            pixel
        };
        assert_eq!(laid([10, 20, 30, 0], [255; 3]), [255; 4]);
        assert_eq!(laid([10, 20, 30, 0], [1, 2, 3]), [1, 2, 3, 255]);
        assert_eq!(laid([10, 20, 30, 255], [255; 3]), [10, 20, 30, 255]);
        assert_eq!(laid([0, 0, 0, 128], [255; 3]), [127, 127, 127, 255]);
        let shape = Shape::new(Format::I444, 2, 1).unwrap();
        let mut data = [16, 16, 90, 90, 90, 90];
        lay(&mut data, shape, Alpha::Plane(&[255, 0]), [255; 3], color);
        assert_eq!(data, [16, 235, 90, 128, 90, 128]);
    }

    #[test]
    fn fields_become_pictures() {
        let shape = Shape::new(Format::Gray8, 2, 4).unwrap();
        let data = [10, 10, 200, 200, 30, 30, 100, 100];
        let frame = Frame::contiguous(shape, &data).unwrap();
        let mut field = Vec::new();
        bob(&frame, 0, &mut field);
        assert_eq!(field, [10, 10, 20, 20, 30, 30, 30, 30]);
        bob(&frame, 1, &mut field);
        assert_eq!(field, [200, 200, 200, 200, 150, 150, 100, 100]);
    }
}
