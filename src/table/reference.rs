//! The plain definition of the T table, in scalar code that is meant to be read.
//!
//! Nothing here is fast, and nothing else in the crate calls it: it is what tests and measurements
//! compare the kernel with.

use crate::color::gray::Gray;
use crate::error::Error;
use crate::frame::Frame;
use crate::frame::format::{Alignment, Bits, Format, SampleLayout};
use crate::table::lut::LuminanceLut;
use crate::table::settings::TableSettings;
use crate::table::top::TRow;

/// The row of `after`, compared with `before`, by the definition.
///
/// # Errors
///
/// [`Error::ShapeChanged`] where the frames differ in format or size; [`Error::LutNeeded`] where there is
/// no luminance, [`Error::LutLength`] where it ends before a code.
pub fn compare(
    before: &Frame<'_>,
    after: &Frame<'_>,
    settings: &TableSettings<'_, '_>,
) -> Result<TRow, Error> {
    let shape = after.shape();
    if before.shape() != shape {
        return Err(Error::ShapeChanged);
    }
    let lut = match settings.lut {
        None => LuminanceLut::standard(shape.format(), settings.gray).ok_or(Error::LutNeeded)?,
        Some(lut) => lut,
    };
    let luminance = |frame: &Frame<'_>, x: usize, y: usize| {
        let code = code(frame, x, y, settings.gray);
        lut.luminance(code).ok_or(Error::LutLength)
    };
    let mut rises = [0.0; 5];
    let mut falls = [0.0; 5];
    for y in 0..shape.height() as usize {
        for x in 0..shape.width() as usize {
            let ignored = settings.ignore.iter().any(|r| {
                let (left, top) = (r.x as usize, r.y as usize);
                let (right, bottom) = (left + r.width as usize, top + r.height as usize);
                left <= x && x < right && top <= y && y < bottom
            });
            if !ignored {
                let delta = luminance(after, x, y)? - luminance(before, x, y)?;
                insert(&mut rises, delta);
                insert(&mut falls, -delta);
            }
        }
    }
    Ok(TRow::new(mean(&rises), mean(&falls)))
}

/// The code of a pixel.
fn code(frame: &Frame<'_>, x: usize, y: usize, gray: Gray) -> usize {
    let format = frame.shape().format();
    let byte = |plane: usize, at: usize| frame.row(plane, y)[at];
    let word = || u16::from_le_bytes([byte(0, 2 * x), byte(0, 2 * x + 1)]);
    match format.samples() {
        SampleLayout::U8 => usize::from(byte(0, x)),
        SampleLayout::U16(bits, aligned) => {
            let bits = match bits {
                Bits::Ten => 10,
                Bits::Twelve => 12,
                Bits::Sixteen => 16,
            };
            match aligned {
                Alignment::Low => usize::from(word()) % (1 << bits),
                Alignment::High => usize::from(word()) >> (16 - bits),
            }
        }
        SampleLayout::Packed3 | SampleLayout::Packed4(_) | SampleLayout::Planar3 => {
            let rgb = rgb(format, x, byte);
            match gray.weights() {
                None => rgb.iter().map(|&channel| usize::from(channel)).sum(),
                Some(weights) => usize::from(Gray::rounded(weights, rgb)),
            }
        }
    }
}

/// Red, green and blue of a pixel, each from its own place in memory.
fn rgb(format: Format, x: usize, byte: impl Fn(usize, usize) -> u8) -> [u8; 3] {
    let places = match format {
        Format::Rgb24 => [(0, 3 * x), (0, 3 * x + 1), (0, 3 * x + 2)],
        Format::Bgr24 => [(0, 3 * x + 2), (0, 3 * x + 1), (0, 3 * x)],
        Format::Rgba => [(0, 4 * x), (0, 4 * x + 1), (0, 4 * x + 2)],
        Format::Bgra => [(0, 4 * x + 2), (0, 4 * x + 1), (0, 4 * x)],
        Format::Argb => [(0, 4 * x + 1), (0, 4 * x + 2), (0, 4 * x + 3)],
        Format::Abgr => [(0, 4 * x + 3), (0, 4 * x + 2), (0, 4 * x + 1)],
        _ => [(2, x), (0, x), (1, x)],
    };
    places.map(|(plane, at)| byte(plane, at))
}

/// Puts a value into a list in falling order, whose last value drops out.
fn insert(list: &mut [f64; 5], value: f64) {
    for i in 0..list.len() {
        if value > list[i] {
            list[i..].rotate_right(1);
            list[i] = value;
            return;
        }
    }
}

fn mean(list: &[f64; 5]) -> f64 {
    list.iter().sum::<f64>() / 5.0
}
