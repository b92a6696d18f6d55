//! Which pixels of a frame are looked at, and how they are numbered.
//!
//! Pixels are numbered along the rows from the top left, and what lies in a rectangle to ignore has no
//! number. Such rectangles cut a frame into *bands* of rows, all rows of a band having the same *spans*
//! of pixels between them; so a pixel's place is found from the band it lies in, which is kept from one
//! question to the next.

use crate::error::Error;
use crate::frame::{Frame, Rectangle, Shape};

/// The most rectangles that can be ignored.
pub const MOST_IGNORED: usize = 16;

/// The pixels of a frame but for some rectangles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region<'a> {
    width: u32,
    height: u32,
    pixels: usize,
    ignored: &'a [Rectangle],
}

impl<'a> Region<'a> {
    /// # Errors
    ///
    /// [`Error::TooManyRectangles`], [`Error::OutsideFrame`] for a rectangle that is not within the
    /// frame, [`Error::EmptyFrame`] where no pixel is left.
    pub(crate) fn new(shape: Shape, ignored: &'a [Rectangle]) -> Result<Self, Error> {
        if ignored.len() > MOST_IGNORED {
            return Err(Error::TooManyRectangles);
        }
        if !ignored.iter().all(|rectangle| rectangle.lies_in(shape)) {
            return Err(Error::OutsideFrame);
        }
        let mut region = Self::known(shape, ignored, 0);
        let mut band = region.band(0, 0);
        while region.go_down(&mut band) {}
        region.pixels = band.first + band.pixels();
        if region.pixels == 0 { Err(Error::EmptyFrame) } else { Ok(region) }
    }

    /// One that was made before and had so many pixels.
    pub(crate) fn known(shape: Shape, ignored: &'a [Rectangle], pixels: usize) -> Self {
        Self { width: shape.width(), height: shape.height(), pixels, ignored }
    }

    /// Pixels that are looked at.
    pub(crate) fn pixels(&self) -> usize {
        self.pixels
    }

    /// What is not.
    pub(crate) fn ignored(&self) -> &'a [Rectangle] {
        self.ignored
    }

    /// Pixels that are looked at in the rows above one.
    pub(crate) fn pixels_above(&self, row: u32) -> usize {
        let mut band = self.band(0, 0);
        let mut pixels = 0;
        loop {
            pixels += row.saturating_sub(band.top).min(band.rows) as usize * band.per_row;
            if !self.go_down(&mut band) {
                return pixels;
            }
        }
    }

    /// Makes a band the one below it; says whether there is one.
    fn go_down(&self, band: &mut Band) -> bool {
        let below = band.top + band.rows;
        let more = below < self.height;
        if more {
            *band = self.band(below, band.first + band.pixels());
        }
        more
    }

    /// Rectangles that have pixels.
    fn filled(&self) -> impl Iterator<Item = &Rectangle> {
        self.ignored.iter().filter(|r| r.width > 0 && r.height > 0)
    }

    /// The band that begins with row `top`, whose first pixel has the number `first`.
    fn band(&self, top: u32, first: usize) -> Band {
        let edges = self.filled().flat_map(|r| [r.y, r.y + r.height]);
        let below = edges.filter(|&edge| edge > top).fold(self.height, u32::min);
        let mut per_row = 0;
        let mut span = self.span(top, 0);
        while span.from < self.width {
            per_row += span.columns();
            span = self.span(top, span.to);
        }
        Band { first, top, rows: below - top, per_row }
    }

    /// The first columns of row `top` that are looked at, from `x` on; none, at the right edge, where there are no
    /// more.
    fn span(&self, top: u32, x: u32) -> Span {
        let beside = || self.filled().filter(|r| r.y <= top && top < r.y + r.height);
        let mut from = x;
        // Out of whatever rectangles this column lies in.
        while let Some(over) = beside().find(|r| r.x <= from && from < r.x + r.width) {
            from = over.x + over.width;
        }
        let to = beside().map(|r| r.x).filter(|&edge| edge > from).fold(self.width, u32::min);
        Span { from, to: to.max(from) }
    }
}

/// Rows in which the same columns are looked at.
#[derive(Clone, Copy, Debug, Default)]
struct Band {
    /// The number of its first pixel.
    first: usize,
    top: u32,
    rows: u32,
    /// Pixels that are looked at in each row.
    per_row: usize,
}

/// Columns that are looked at.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    from: u32,
    to: u32,
}

impl Span {
    fn columns(&self) -> usize {
        (self.to - self.from) as usize
    }
}

impl Band {
    fn pixels(&self) -> usize {
        self.per_row * self.rows as usize
    }
}

/// The bytes of some pixels in each of the planes that are looked at.
pub(crate) type Run<'a> = [&'a [u8]; 3];

/// A frame whose pixels are asked for by number.
pub(crate) struct Numbered<'a> {
    frame: &'a Frame<'a>,
    region: &'a Region<'a>,
    /// Planes that are looked at, and bytes a pixel in them.
    planes: usize,
    bytes: usize,
    /// Rows follow each other without padding.
    packed: bool,
    band: Band,
    /// Columns of the band, and how many of those that are looked at are left of them.
    span: Span,
    left: usize,
}

impl<'a> Numbered<'a> {
    pub(crate) fn new(frame: &'a Frame<'a>, region: &'a Region<'a>) -> Self {
        let samples = frame.shape().format().samples();
        let planes = samples.planes();
        Self {
            frame,
            region,
            planes,
            bytes: samples.bytes(),
            packed: frame.is_packed(planes),
            band: region.band(0, 0),
            span: region.span(0, 0),
            left: 0,
        }
    }

    /// The bytes of pixel `index` and of those behind it that lie in one piece with it; empty where
    /// there is no such pixel.
    pub(crate) fn run(&mut self, index: usize) -> Run<'a> {
        let mut run: Run<'a> = [&[]; 3];
        if !self.find(index) {
            return run;
        }
        let offset = index - self.band.first;
        let per_row = self.band.per_row.max(1);
        let (row, column) = (offset / per_row, offset % per_row);
        if column < self.left {
            self.restart();
        }
        while column - self.left >= self.span.columns() {
            if self.span.from >= self.region.width {
                return run;
            }
            self.left += self.span.columns();
            self.span = self.region.span(self.band.top, self.span.to);
        }
        let x = self.span.from as usize + column - self.left;
        let mut end = self.span.to as usize;
        let y = self.band.top as usize + row;
        let width = self.region.width as usize;
        let whole_rows = self.packed && self.band.per_row == width;
        if whole_rows {
            end = (self.band.rows as usize - row) * width;
        }
        for (plane, run) in run.iter_mut().enumerate().take(self.planes) {
            let rows =
                if whole_rows { self.frame.rows_from(plane, y) } else { self.frame.row(plane, y) };
            *run = rows.get(x * self.bytes..end * self.bytes).unwrap_or(&[]);
        }
        run
    }

    /// Makes the band that of a pixel; says whether there is one.
    fn find(&mut self, index: usize) -> bool {
        let top = self.band.top;
        if index < self.band.first {
            self.band = self.region.band(0, 0);
        }
        let mut found = true;
        while found && index - self.band.first >= self.band.pixels() {
            found = self.region.go_down(&mut self.band);
        }
        if self.band.top != top {
            self.restart();
        }
        found
    }

    /// Goes back to the first columns of the band.
    fn restart(&mut self) {
        self.span = self.region.span(self.band.top, 0);
        self.left = 0;
    }

    /// Copies pixels from `index` on into `to`, one place for each plane, as many as there are.
    pub(crate) fn gather(&mut self, mut index: usize, mut to: [&mut [u8]; 3]) {
        loop {
            let run = self.run(index);
            let length = run[0].len().min(to[0].len());
            if length == 0 {
                break;
            }
            for (run, to) in run.into_iter().zip(&mut to).take(self.planes) {
                let Some((head, rest)) = core::mem::take(to).split_at_mut_checked(length) else {
                    return;
                };
                // No lengths that have to be equal, and so no way to panic.
                for (to, &from) in head.iter_mut().zip(run) {
                    *to = from;
                }
                *to = rest;
            }
            index += length / self.bytes.max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::format::Format;
    use proptest::prelude::*;
    use std::vec::Vec;

    proptest! {
        #[test]
        fn pixels_are_those_outside_all_rectangles_in_raster_order(
            width in 1u32..30,
            height in 1u32..30,
            corners in prop::collection::vec(any::<[prop::sample::Index; 4]>(), 0..=16),
            padding in 0usize..3,
        ) {
            let shape = Shape::new(Format::Gray16, width, height).unwrap();
            let ignore: Vec<Rectangle> = corners
                .iter()
                .map(|[x, y, w, h]| {
                    let (x, y) = (x.index(width as usize), y.index(height as usize));
                    let width = w.index(width as usize - x + 1) as u32;
                    let height = h.index(height as usize - y + 1) as u32;
                    Rectangle { x: x as u32, y: y as u32, width, height }
                })
                .collect();
            let stride = shape.row_bytes(0) + padding;
            let data: Vec<u8> = (0..stride * height as usize)
                .map(|i| ((i / stride * 30 + i % stride / 2) >> (8 * (i % stride % 2))) as u8)
                .collect();
            let plane = crate::Plane { data: &data, stride: stride as isize };
            let frame = Frame::new(shape, &[plane]).unwrap();
            let left: Vec<u16> = (0..height)
                .flat_map(|y| (0..width).map(move |x| (x, y)))
                .filter(|&(x, y)| {
                    !ignore.iter().any(|r| {
                        (r.x..r.x + r.width).contains(&x) && (r.y..r.y + r.height).contains(&y)
                    })
                })
                .map(|(x, y)| (y * 30 + x) as u16)
                .collect();
            let Ok(region) = Region::new(shape, &ignore) else {
                prop_assert!(left.is_empty());
                return Ok(());
            };
            prop_assert_eq!(region.pixels(), left.len());
            let words = |bytes: &[u8]| -> Vec<u16> {
                bytes.as_chunks::<2>().0.iter().map(|&word| u16::from_le_bytes(word)).collect()
            };
            let mut numbered = Numbered::new(&frame, &region);
            let mut all = std::vec![0; 2 * left.len() + 2];
            numbered.gather(0, [&mut all[..], &mut [], &mut []]);
            prop_assert_eq!(&words(&all)[..left.len()], &left);
            prop_assert_eq!(&all[2 * left.len()..], &[0, 0]);
            // Backwards as well, so that bands are found anew.
            for index in (0..left.len()).rev() {
                let run = words(numbered.run(index)[0]);
                prop_assert!(!run.is_empty());
                prop_assert_eq!(&run[..], &left[index..index + run.len()]);
            }
            prop_assert!(numbered.run(left.len())[0].is_empty());
        }
    }
}
