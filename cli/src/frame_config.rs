//! How the pixels of a frame are used: which part of it, and the luminance of its codes.

use crate::args::{FrameArgs, LuminanceSource};
use crate::failure::Failure;
use flashinator::{
    Error, Frame, Gray, LuminanceLut, Range, Rectangle, Shape, TableSettings, Transfer,
};
use std::path::Path;

/// What the command line and the input say about frames.
pub struct FrameConfig {
    gray: Gray,
    crop: Option<Rectangle>,
    /// The luminance of every code, unless it is the library's default.
    luminances: Option<Vec<f64>>,
    /// Rectangles to ignore, relative to the cropped part.
    ignore: Vec<Rectangle>,
    shape: Shape,
}

impl FrameConfig {
    /// The configuration for frames of one shape and range.
    pub fn new(args: &FrameArgs, name: &str, full: Shape, range: Range) -> Result<Self, Failure> {
        let picture = Rectangle { x: 0, y: 0, width: full.width(), height: full.height() };
        let reject = |option: &str, given: &Rectangle, error| {
            let (part, size) = (to_text(given), format!("{}x{}", picture.width, picture.height));
            Failure::rejected(name, format!("{option} {part} of a frame of {size}"), error)
        };
        let part = args.crop.unwrap_or(picture);
        ends(&part, &picture).ok_or_else(|| reject("--crop", &part, Error::OutsideFrame))?;
        let shape = Shape::new(full.format(), part.width, part.height)
            .map_err(|error| reject("--crop", &part, error))?;
        let mut ignore = Vec::new();
        for rectangle in &args.ignore {
            let (right, bottom) = ends(rectangle, &picture)
                .ok_or_else(|| reject("--ignore", rectangle, Error::OutsideFrame))?;
            // The user gives positions in the whole picture, the library takes them in the cropped part.
            let clip = |from: u32, to: u32, start: u32, length: u32| {
                let (from, to) = (from.max(start), to.min(start.saturating_add(length)));
                (from.saturating_sub(start), to.saturating_sub(from))
            };
            let (x, width) = clip(rectangle.x, right, part.x, part.width);
            let (y, height) = clip(rectangle.y, bottom, part.y, part.height);
            if width > 0 && height > 0 {
                ignore.push(Rectangle { x, y, width, height });
            }
        }
        let luminances = luminances(args, shape, range)?;
        Ok(Self { gray: args.gray, crop: args.crop, luminances, ignore, shape })
    }

    /// The shape of the cropped part.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The ignored rectangles, relative to the cropped part.
    pub fn ignore(&self) -> &[Rectangle] {
        &self.ignore
    }

    /// The luminance of every code, unless it is the library's default.
    pub fn lut(&self) -> Option<LuminanceLut<'_>> {
        // It was valid when it was made.
        self.luminances.as_deref().and_then(|luminances| LuminanceLut::new(luminances).ok())
    }

    /// The settings of the T table, with the result of [`FrameConfig::lut`].
    pub fn table_settings<'a>(
        &'a self,
        lut: Option<&'a LuminanceLut<'a>>,
    ) -> TableSettings<'a, 'a> {
        TableSettings { gray: self.gray, lut, ignore: &self.ignore, backend: None }
    }

    /// The cropped part of a frame.
    pub fn crop<'a>(&self, name: &str, frame: &Frame<'a>) -> Result<Frame<'a>, Failure> {
        match self.crop {
            None => Ok(*frame),
            Some(part) => frame.crop(part).map_err(|error| {
                Failure::rejected(name, format!("--crop {}", to_text(&part)), error)
            }),
        }
    }
}

/// The column and row behind a rectangle, if it lies within a picture.
fn ends(rectangle: &Rectangle, picture: &Rectangle) -> Option<(u32, u32)> {
    let right = rectangle.x.checked_add(rectangle.width)?;
    let bottom = rectangle.y.checked_add(rectangle.height)?;
    (right <= picture.width && bottom <= picture.height).then_some((right, bottom))
}

/// A rectangle in the form of the command line.
fn to_text(rectangle: &Rectangle) -> String {
    let Rectangle { x, y, width, height } = rectangle;
    format!("{width}x{height}+{x}+{y}")
}

/// The luminance of every code; `None` for the library's default.
fn luminances(args: &FrameArgs, shape: Shape, range: Range) -> Result<Option<Vec<f64>>, Failure> {
    let format = shape.format();
    let codes = LuminanceLut::codes(format, args.gray);
    let range = args.range.unwrap_or(range);
    match &args.curve {
        LuminanceSource::Transfer(transfer) => {
            let usual = if format.is_yuv() { Range::Limited } else { Range::Full };
            if *transfer == Transfer::Table && range == usual && codes <= 766 {
                return Ok(None);
            }
            let mut luminances = vec![0.0; codes];
            transfer
                .fill(range, &mut luminances)
                .map_err(|error| Failure::new("the curve", error, "please report this"))?;
            Ok(Some(luminances))
        }
        LuminanceSource::File(path) => read_luminances(path, codes, shape).map(Some),
    }
}

/// Luminances from a text file.
fn read_luminances(path: &Path, codes: usize, shape: Shape) -> Result<Vec<f64>, Failure> {
    let fail = |problem: String, advice: &str| Failure::new(path.display(), problem, advice);
    let text = std::fs::read_to_string(path).map_err(|error| {
        fail(
            format!("there is no curve of this name, and no file that can be read: {error}"),
            "use table, srgb, bt1886, pq, hlg or a file of numbers",
        )
    })?;
    let numbers: Result<Vec<f64>, _> =
        text.split_whitespace().map(|word| word.parse().map_err(|_| word)).collect();
    let luminances = numbers.map_err(|word| {
        fail(format!("{word:?} is not a number"), "use numbers and nothing else")
    })?;
    if luminances.len() != codes {
        let format = shape.format().name();
        let problem =
            format!("it has {} numbers, but {format} has {codes} codes", luminances.len());
        return Err(fail(problem, "give the luminance of every code, from black to white"));
    }
    LuminanceLut::new(&luminances)
        .map_err(|error| Failure::rejected(path.display(), "as a curve", error))?;
    Ok(luminances)
}
