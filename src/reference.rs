//! The plain definition of the T table, in scalar code that is meant to be read.
//!
//! Nothing here is fast, and nothing else in the crate calls it: it is what tests and measurements
//! compare the kernel with.

use crate::curve::Curve;
use crate::error::Error;
use crate::frame::Frame;
use crate::table::Row;

/// The row of `after`, compared with `before`, by the definition.
///
/// # Errors
///
/// [`Error::ShapeChanged`] where the frames differ in format or size.
pub fn compare(before: &Frame<'_>, after: &Frame<'_>) -> Result<Row, Error> {
    if before.shape() != after.shape() {
        return Err(Error::ShapeChanged);
    }
    let luminance = Curve::of(after.shape().format()).luminance();
    let channels = after.shape().format().bytes_per_pixel();
    let mut rises = [0.0; 5];
    let mut falls = [0.0; 5];
    for y in 0..after.shape().height() as usize {
        let pixels = before.row(y).chunks_exact(channels).zip(after.row(y).chunks_exact(channels));
        for (old, new) in pixels {
            let delta = luminance[code(new)] - luminance[code(old)];
            insert(&mut rises, delta);
            insert(&mut falls, -delta);
        }
    }
    Ok(Row::new(mean(&rises), mean(&falls)))
}

/// The code of a pixel: the sum of its channels.
fn code(pixel: &[u8]) -> usize {
    pixel.iter().map(|&channel| usize::from(channel)).sum()
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
