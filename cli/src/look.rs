//! How frames are looked at, from what the command line and the input say.

use crate::args::{Light, LookArgs};
use crate::failure::Failure;
use flashinator::{
    Error, Frame, Gray, LuminanceLut, Range, Rectangle, Shape, TableSettings, Transfer,
};
use std::path::Path;

/// What settings are made of.
pub struct Look {
    gray: Gray,
    crop: Option<Rectangle>,
    /// Luminance by code, where it is not the library's own.
    table: Option<Vec<f64>>,
    ignore: Vec<Rectangle>,
    shape: Shape,
}

impl Look {
    /// The way to look at frames of a shape and range.
    pub fn new(args: &LookArgs, name: &str, whole: Shape, range: Range) -> Result<Self, Failure> {
        let all = Rectangle { x: 0, y: 0, width: whole.width(), height: whole.height() };
        let wrong = |option: &str, given: &Rectangle, error| {
            let (place, frame) = (written(given), format!("{}x{}", all.width, all.height));
            Failure::refused(name, format!("{option} {place} of a frame of {frame}"), error)
        };
        let seen = args.crop.unwrap_or(all);
        ends(&seen, &all).ok_or_else(|| wrong("--crop", &seen, Error::OutsideFrame))?;
        let shape = Shape::new(whole.format(), seen.width, seen.height)
            .map_err(|error| wrong("--crop", &seen, error))?;
        let mut ignore = Vec::new();
        for rectangle in &args.ignore {
            let (right, bottom) = ends(rectangle, &all)
                .ok_or_else(|| wrong("--ignore", rectangle, Error::OutsideFrame))?;
            // Places are those of the whole picture; the library's are those of the part.
            let cut = |from: u32, to: u32, start: u32, length: u32| {
                let (from, to) = (from.max(start), to.min(start.saturating_add(length)));
                (from.saturating_sub(start), to.saturating_sub(from))
            };
            let (x, width) = cut(rectangle.x, right, seen.x, seen.width);
            let (y, height) = cut(rectangle.y, bottom, seen.y, seen.height);
            if width > 0 && height > 0 {
                ignore.push(Rectangle { x, y, width, height });
            }
        }
        let table = table(args, shape, range)?;
        Ok(Self { gray: args.gray, crop: args.crop, table, ignore, shape })
    }

    /// The shape of what is looked at.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The curve, where it is not the library's own.
    pub fn curve(&self) -> Option<LuminanceLut<'_>> {
        // It has been made once already, so this does not fail.
        self.table.as_deref().and_then(|table| LuminanceLut::new(table).ok())
    }

    /// The settings, with the curve of [`Look::curve`].
    pub fn settings<'a>(&'a self, curve: Option<&'a LuminanceLut<'a>>) -> TableSettings<'a, 'a> {
        TableSettings { gray: self.gray, lut: curve, ignore: &self.ignore, backend: None }
    }

    /// The part of a frame that is looked at.
    pub fn part<'a>(&self, name: &str, frame: &Frame<'a>) -> Result<Frame<'a>, Failure> {
        match self.crop {
            None => Ok(*frame),
            Some(part) => frame.crop(part).map_err(|error| {
                Failure::refused(name, format!("--crop {}", written(&part)), error)
            }),
        }
    }
}

/// The column and row behind a rectangle, where it lies within another that begins at 0, 0.
fn ends(rectangle: &Rectangle, all: &Rectangle) -> Option<(u32, u32)> {
    let right = rectangle.x.checked_add(rectangle.width)?;
    let bottom = rectangle.y.checked_add(rectangle.height)?;
    (right <= all.width && bottom <= all.height).then_some((right, bottom))
}

/// A rectangle as the command line has it.
fn written(rectangle: &Rectangle) -> String {
    let Rectangle { x, y, width, height } = rectangle;
    format!("{width}x{height}+{x}+{y}")
}

/// The luminance of every code; nothing where the library has it.
fn table(args: &LookArgs, shape: Shape, range: Range) -> Result<Option<Vec<f64>>, Failure> {
    let format = shape.format();
    let codes = LuminanceLut::codes(format, args.gray);
    let range = args.range.unwrap_or(range);
    match &args.curve {
        Light::Transfer(transfer) => {
            let usual = if format.is_yuv() { Range::Limited } else { Range::Full };
            if *transfer == Transfer::Table && range == usual && codes <= 766 {
                return Ok(None);
            }
            let mut table = vec![0.0; codes];
            let todo = "please report this";
            transfer
                .fill(range, &mut table)
                .map_err(|error| Failure::new("the curve", error, todo))?;
            Ok(Some(table))
        }
        Light::File(path) => read(path, codes, shape).map(Some),
    }
}

/// Numbers from a text file.
fn read(path: &Path, codes: usize, shape: Shape) -> Result<Vec<f64>, Failure> {
    let fail = |what: String, todo: &str| Failure::new(path.display(), what, todo);
    let text = std::fs::read_to_string(path).map_err(|error| {
        fail(
            format!("no curve has this name, and as a file it cannot be read: {error}"),
            "give table, srgb, bt1886, pq, hlg or a file of numbers",
        )
    })?;
    let numbers: Result<Vec<f64>, _> =
        text.split_whitespace().map(|word| word.parse().map_err(|_| word)).collect();
    let table = numbers
        .map_err(|word| fail(format!("{word:?} is no number"), "give numbers and nothing else"))?;
    if table.len() != codes {
        let format = shape.format().name();
        let what = format!("it has {} numbers, but {format} has {codes} codes", table.len());
        return Err(fail(what, "give the luminance of every code, from black to white"));
    }
    LuminanceLut::new(&table)
        .map_err(|error| Failure::refused(path.display(), "as a curve", error))?;
    Ok(table)
}
