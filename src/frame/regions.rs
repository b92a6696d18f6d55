//! The pixels of a frame outside some rectangles, and their numbers.
//!
//! Pixels are numbered along the rows from the top left; those in a rectangle to ignore have no number. The
//! rectangles cut a frame into *bands* of rows that have the same *spans* of columns between them. A pixel is
//! found by its band, which is kept from one question to the next.

use core::ops::Range;

use crate::error::Error;
use crate::frame::format::SampleLayout;
use crate::frame::{Frame, Rectangle, Shape};

/// The most rectangles that can be ignored.
pub const MAX_IGNORED: usize = 16;

/// Rectangles that are ignored, kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ignored {
    rectangles: [Rectangle; MAX_IGNORED],
    /// How many of them there are.
    count: usize,
}

impl Ignored {
    /// Rectangles that were checked.
    #[inline(never)] // They are large: written once, where they are to lie.
    pub(crate) fn new(ignored: &[Rectangle]) -> Self {
        debug_assert!(ignored.len() <= MAX_IGNORED, "their number was checked");
        let mut kept =
            Self { rectangles: [Rectangle::default(); MAX_IGNORED], count: ignored.len() };
        // Not by `copy_from_slice`, which links code for a panic.
        kept.rectangles.iter_mut().zip(ignored).for_each(|(kept, rectangle)| *kept = *rectangle);
        kept
    }

    /// What they leave of the frames of a shape.
    #[inline(always)]
    pub(crate) fn region(&self, shape: Shape) -> Region<'_> {
        let ignored = self.rectangles.get(..self.count);
        debug_assert!(ignored.is_some(), "no more were taken than there is room for");
        Region::new(shape, ignored.unwrap_or_default())
    }
}

/// The pixels of a frame outside some rectangles, which lie somewhere else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region<'a> {
    width: u32,
    height: u32,
    ignored: &'a [Rectangle],
}

impl<'a> Region<'a> {
    /// Whether there is a region outside these rectangles.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyRectangles`], [`Error::OutsideFrame`] for a rectangle that is not within the
    /// frame, [`Error::EmptyFrame`] where no pixel is left.
    #[inline(never)]
    pub(crate) fn check(shape: Shape, ignored: &[Rectangle]) -> Result<(), Error> {
        if ignored.len() > MAX_IGNORED {
            return Err(Error::TooManyRectangles);
        }
        if !ignored.iter().all(|rectangle| rectangle.lies_in(shape)) {
            return Err(Error::OutsideFrame);
        }
        if Region::new(shape, ignored).pixels() == 0 { Err(Error::EmptyFrame) } else { Ok(()) }
    }

    /// The pixels outside rectangles that were checked.
    #[inline(always)]
    pub(crate) fn new(shape: Shape, ignored: &'a [Rectangle]) -> Self {
        Self { width: shape.width(), height: shape.height(), ignored }
    }

    /// How many pixels there are.
    #[inline(never)]
    pub(crate) fn pixels(&self) -> usize {
        let mut band = self.band(0, 0);
        while self.go_down(&mut band) {}
        band.first + band.pixels()
    }

    /// The rectangles that are ignored.
    pub(crate) fn ignored(&self) -> &'a [Rectangle] {
        self.ignored
    }

    /// How many pixels there are in the rows above one.
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
    fn filled(&self) -> impl Iterator<Item = &'a Rectangle> {
        self.ignored.iter().filter(|r| !r.is_empty())
    }

    /// The band that begins with row `top`, whose first pixel has the number `first`.
    fn band(&self, top: u32, first: usize) -> Band {
        let edges = self.filled().flat_map(|r| [r.y, r.y + r.height]);
        let below = edges.filter(|&edge| edge > top).fold(self.height, u32::min);
        let mut per_row = 0;
        let mut span = self.span(top, 0);
        while !span.is_empty() {
            per_row += span.len();
            span = self.span(top, span.end);
        }
        Band { first, top, rows: below - top, per_row }
    }

    /// The first columns of a row that are not ignored, from `x` on; empty, at the right edge, where there are no
    /// more.
    pub(crate) fn span(&self, row: u32, x: u32) -> Range<u32> {
        let beside = || self.filled().filter(|r| r.y <= row && row < r.y + r.height);
        let mut start = x;
        // Out of whatever rectangles this column lies in.
        while let Some(over) = beside().find(|r| r.x <= start && start < r.x + r.width) {
            start = over.x + over.width;
        }
        let end = beside().map(|r| r.x).filter(|&edge| edge > start).fold(self.width, u32::min);
        start..end.max(start)
    }
}

/// Rows that have the same spans.
#[derive(Clone, Copy, Debug)]
struct Band {
    /// The number of its first pixel.
    first: usize,
    top: u32,
    rows: u32,
    /// Pixels of each row.
    per_row: usize,
}

impl Band {
    fn pixels(&self) -> usize {
        self.per_row * self.rows as usize
    }
}

/// The bytes of some pixels in each of the planes that are read.
pub(crate) type PlaneSlices<'a> = [&'a [u8]; 3];

/// The pixels of a frame by their numbers.
pub(crate) struct NumberedPixels<'a> {
    frame: &'a Frame<'a>,
    region: Region<'a>,
    band: Band,
    /// A span of the band, and how many pixels of a row lie to the left of it.
    span: Range<u32>,
    left: usize,
}

impl<'a> NumberedPixels<'a> {
    #[inline(never)]
    pub(crate) fn new(frame: &'a Frame<'a>, region: Region<'a>) -> Self {
        let (band, span) = (region.band(0, 0), region.span(0, 0));
        Self { frame, region, band, span, left: 0 }
    }

    fn samples(&self) -> SampleLayout {
        self.frame.shape().format().samples()
    }

    /// The bytes of pixel `index` and of those that follow it in memory as in number; empty where there is no such
    /// pixel.
    #[inline(never)]
    pub(crate) fn run(&mut self, index: usize) -> PlaneSlices<'a> {
        let mut run: PlaneSlices<'a> = [&[]; 3];
        if !self.find(index) {
            return run;
        }
        let offset = index - self.band.first;
        let per_row = self.band.per_row.max(1);
        let (row, column) = (offset / per_row, offset % per_row);
        if column < self.left {
            self.restart();
        }
        while column - self.left >= self.span.len() {
            if self.span.is_empty() {
                debug_assert!(false, "the spans of a row have its pixels");
                return run;
            }
            self.left += self.span.len();
            self.span = self.region.span(self.band.top, self.span.end);
        }
        let x = self.span.start as usize + column - self.left;
        let mut end = self.span.end as usize;
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
            let bytes = rows.get(x * bytes..end * bytes);
            debug_assert!(bytes.is_some(), "spans lie in the frame");
            *run = bytes.unwrap_or(&[]);
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

    /// Goes back to the first span of the band.
    fn restart(&mut self) {
        self.span = self.region.span(self.band.top, 0);
        self.left = 0;
    }

    /// Copies `count` pixels from `index` on into `to`, plane after plane, with zeros where there are none; gives
    /// the bytes of each plane and all that follow them in `to`.
    #[inline(never)]
    pub(crate) fn gather<'b>(
        &mut self,
        index: usize,
        count: usize,
        to: &'b mut [u8],
    ) -> PlaneSlices<'b> {
        let (planes, bytes) = (self.samples().planes(), self.samples().bytes());
        debug_assert!(to.len() >= planes * count * bytes, "there is room for the pixels");
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
                // Not a copy of lengths that have to be equal, and so no way to panic.
                for (to, &from) in to.take(pixels * bytes).zip(*run) {
                    *to = from;
                }
            }
            done += pixels;
        }
        let mut gathered: PlaneSlices<'b> = [&[]; 3];
        for (plane, gathered) in gathered.iter_mut().enumerate().take(planes) {
            *gathered = to.get(plane * count * bytes..).unwrap_or(&[]);
        }
        gathered
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
            let Ok(()) = Region::check(shape, &ignore) else {
                prop_assert!(left.is_empty());
                return Ok(());
            };
            let region = Region::new(shape, &ignore);
            prop_assert_eq!(region.pixels(), left.len());
            let words = |bytes: &[u8]| -> Vec<u16> {
                bytes.as_chunks::<2>().0.iter().map(|&word| u16::from_le_bytes(word)).collect()
            };
            let mut numbered = NumberedPixels::new(&frame, region);
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
