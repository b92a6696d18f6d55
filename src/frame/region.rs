//! Which pixels of a frame are looked at, and how they are numbered.
//!
//! Pixels are numbered along the rows from the top left, and what lies in a rectangle to ignore has no
//! number. Such rectangles cut a frame into *bands* of rows, all rows of a band having the same *spans*
//! of pixels between them; so a pixel's place is found from the band it lies in, which is kept from one
//! question to the next.

use crate::error::Error;
use crate::frame::format::SampleLayout;
use crate::frame::{Frame, Rectangle, Shape};

/// The most rectangles that can be ignored.
pub const MAX_IGNORED: usize = 16;

/// The pixels of a frame but for some rectangles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region<'a> {
    width: u32,
    height: u32,
    ignored: &'a [Rectangle],
}

impl<'a> Region<'a> {
    /// # Errors
    ///
    /// [`Error::TooManyRectangles`], [`Error::OutsideFrame`] for a rectangle that is not within the
    /// frame, [`Error::EmptyFrame`] where no pixel is left.
    pub(crate) fn new(shape: Shape, ignored: &'a [Rectangle]) -> Result<Self, Error> {
        if ignored.len() > MAX_IGNORED {
            return Err(Error::TooManyRectangles);
        }
        if !ignored.iter().all(|rectangle| rectangle.lies_in(shape)) {
            return Err(Error::OutsideFrame);
        }
        let region = Self::known(shape, ignored);
        if region.pixels() == 0 { Err(Error::EmptyFrame) } else { Ok(region) }
    }

    /// One that was made before.
    pub(crate) fn known(shape: Shape, ignored: &'a [Rectangle]) -> Self {
        Self { width: shape.width(), height: shape.height(), ignored }
    }

    /// Pixels that are looked at.
    #[inline(never)]
    pub(crate) fn pixels(&self) -> usize {
        let mut band = self.band(0, 0);
        while self.go_down(&mut band) {}
        band.first + band.pixels()
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
    pub(crate) fn span(&self, top: u32, x: u32) -> Span {
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
pub(crate) struct Span {
    pub(crate) from: u32,
    pub(crate) to: u32,
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
    region: Region<'a>,
    band: Band,
    /// Columns of the band, and how many of those that are looked at are left of them.
    span: Span,
    left: usize,
}

impl<'a> Numbered<'a> {
    #[inline(never)]
    pub(crate) fn new(frame: &'a Frame<'a>, region: Region<'a>) -> Self {
        let (band, span) = (region.band(0, 0), region.span(0, 0));
        Self { frame, region, band, span, left: 0 }
    }

    fn samples(&self) -> SampleLayout {
        self.frame.shape().format().samples()
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
        let (planes, bytes) = (self.samples().planes(), self.samples().bytes());
        let whole_rows = self.band.per_row == width && self.frame.is_contiguous(planes);
        if whole_rows {
            end = (self.band.rows as usize - row) * width;
        }
        for (plane, run) in run.iter_mut().enumerate().take(planes) {
            let rows =
                if whole_rows { self.frame.rows_from(plane, y) } else { self.frame.row(plane, y) };
            *run = rows.get(x * bytes..end * bytes).unwrap_or(&[]);
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

    /// Copies `count` pixels from `index` on into `to`, those of a plane behind those of the one before; zeros where
    /// there are none.
    #[inline(never)]
    pub(crate) fn gather(&mut self, index: usize, count: usize, to: &mut [u8]) {
        let (planes, bytes) = (self.samples().planes(), self.samples().bytes());
        to.fill(0);
        let mut done = 0;
        while done < count {
            let run = self.run(index + done);
            let pixels = (run[0].len() / bytes.max(1)).min(count - done);
            if pixels == 0 {
                break;
            }
            for (plane, run) in run.iter().enumerate().take(planes) {
                let to = to.iter_mut().skip((plane * count + done) * bytes);
                // No lengths that have to be equal, and so no way to panic.
                for (to, &from) in to.take(pixels * bytes).zip(*run) {
                    *to = from;
                }
            }
            done += pixels;
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::frame::format::Format;
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
            let mut numbered = Numbered::new(&frame, region);
            let mut all = std::vec![0; 2 * left.len() + 2];
            numbered.gather(0, left.len() + 1, &mut all);
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
