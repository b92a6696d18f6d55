//! A view of one frame in the caller's memory, and the only place where its shape is validated.

pub(crate) mod format;
pub(crate) mod regions;

use bytemuck::{Pod, Zeroable};

use crate::error::Error;
use crate::frame::format::{Format, PlaneLayout};

/// The size and format that all frames of a stream share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    format: Format,
    width: u32,
    height: u32,
}

/// Samples along a side of the picture where 2^`shared` pixels share one, the last one with those that are left.
/// No division: rows are asked for often.
fn samples(side: u32, shared: u32) -> usize {
    ((side >> shared) + u32::from(side & ((1 << shared) - 1) != 0)) as usize
}

/// The quotient, rounded up. The standard library's is not always inlined, and then links code for a division by 0.
#[inline(always)]
pub(crate) const fn div_ceil(dividend: usize, divisor: usize) -> usize {
    let divisor = if divisor == 0 { 1 } else { divisor };
    dividend / divisor + !dividend.is_multiple_of(divisor) as usize
}

impl Shape {
    /// A shape with at least one pixel, whose bytes can be counted in an `isize`. Sides may be odd where two pixels
    /// share a sample of chroma: the last sample is then half over the edge.
    ///
    /// # Errors
    ///
    /// [`Error::NotBuilt`] where [`Format::is_built`] says no; [`Error::EmptyFrame`] where a side is 0,
    /// [`Error::TooLarge`] where one frame, or the memory for its codes, would not fit into the
    /// address space.
    pub const fn new(format: Format, width: u32, height: u32) -> Result<Self, Error> {
        if !format.is_built() {
            return Err(Error::NotBuilt);
        }
        if width == 0 || height == 0 {
            return Err(Error::EmptyFrame);
        }
        // No format has 8 bytes a pixel, even with chroma half over the edge, and no plane of codes has. 4096 is
        // more than its last block and the block that is copied together.
        let pixels = (width as u64).checked_mul(height as u64);
        match pixels {
            Some(pixels) if pixels <= (isize::MAX as u64 - 4096) / 8 => {}
            _ => return Err(Error::TooLarge),
        }
        Ok(Self { format, width, height })
    }

    /// How pixels lie in memory.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Pixels in a row.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Pixels in a frame.
    #[must_use]
    pub const fn pixels(&self) -> usize {
        self.width as usize * self.height as usize
    }

    /// Planes of a frame: 1, 2 or 3.
    #[must_use]
    pub const fn planes(&self) -> usize {
        self.format.planes().len()
    }

    /// Bytes of one row of a plane, without padding; 0 where there is no such plane.
    #[must_use]
    pub fn row_bytes(&self, plane: usize) -> usize {
        self.layout_of(plane).map_or(0, |s| samples(self.width, s.across) * s.bytes)
    }

    /// Rows of a plane; 0 where there is no such plane.
    #[must_use]
    pub fn rows(&self, plane: usize) -> usize {
        self.layout_of(plane).map_or(0, |s| samples(self.height, s.down))
    }

    /// Bytes of a frame whose planes follow each other without padding.
    #[must_use]
    pub fn frame_bytes(&self) -> usize {
        (0..self.planes()).map(|plane| self.row_bytes(plane) * self.rows(plane)).sum()
    }

    /// Bytes from the lowest to the highest of a plane whose rows begin `stride` bytes apart.
    ///
    /// # Errors
    ///
    /// [`Error::StrideTooSmall`] where rows would overlap, [`Error::TooLarge`] where the bytes could not
    /// be counted.
    pub fn plane_bytes(&self, plane: usize, stride: isize) -> Result<usize, Error> {
        let step = stride.unsigned_abs();
        let row = self.row_bytes(plane);
        if step < row {
            return Err(Error::StrideTooSmall);
        }
        step.checked_mul(self.rows(plane).saturating_sub(1))
            .and_then(|before_last| before_last.checked_add(row))
            .filter(|&bytes| bytes <= isize::MAX as usize)
            .ok_or(Error::TooLarge)
    }

    fn layout_of(&self, plane: usize) -> Option<&'static PlaneLayout> {
        self.format.planes().get(plane)
    }
}

/// One plane of a frame, as it lies in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plane<'a> {
    /// The rows and what lies between them, from the lowest address on, whichever row that is.
    pub data: &'a [u8],
    /// Bytes from a row to the one below it: at least those of a row. Negative where the top row is last in
    /// `data`, as in bottom-up bitmaps.
    pub stride: isize,
}

/// A rectangle of pixels, `x` and `y` counted from the top left of the frame.
///
/// Its layout is that of the C interface, which reads lists of rectangles where they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Rectangle {
    /// The first column.
    pub x: u32,
    /// The first row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Rectangle {
    /// Whether it has no pixels.
    pub(crate) fn is_empty(&self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    #[must_use]
    pub fn around(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        let join = |[from, length]: [u32; 2], [other, others]: [u32; 2]| {
            let end = from.saturating_add(length).max(other.saturating_add(others));
            let from = from.min(other);
            (from, end.saturating_sub(from))
        };
        let (x, width) = join([self.x, self.width], [other.x, other.width]);
        let (y, height) = join([self.y, self.height], [other.y, other.height]);
        Self { x, y, width, height }
    }

    /// Whether no part of it lies outside the frame.
    pub(crate) fn lies_in(&self, shape: Shape) -> bool {
        let within = |from: u32, length: u32, end: u32| {
            from.checked_add(length).is_some_and(|last| last <= end)
        };
        within(self.x, self.width, shape.width) && within(self.y, self.height, shape.height)
    }
}

/// A view of a frame in the caller's memory: validated, borrowed, never copied.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    shape: Shape,
    /// The data of each is as long as its rows need; planes that the format lacks are empty.
    planes: [Plane<'a>; 3],
}

impl<'a> Frame<'a> {
    /// A frame whose planes and rows follow each other without padding.
    ///
    /// `data` must hold at least [`Shape::frame_bytes`] bytes; what follows them is not read.
    ///
    /// # Errors
    ///
    /// [`Error::BufferTooShort`].
    #[inline(never)]
    pub fn contiguous(shape: Shape, data: &'a [u8]) -> Result<Self, Error> {
        let mut planes = [Plane::default(); 3];
        let mut rest = data;
        for (i, plane) in planes.iter_mut().enumerate().take(shape.planes()) {
            let bytes = shape.row_bytes(i) * shape.rows(i);
            let (data, after) = rest.split_at_checked(bytes).ok_or(Error::BufferTooShort)?;
            *plane = Plane { data, stride: shape.row_bytes(i) as isize };
            rest = after;
        }
        Ok(Self { shape, planes })
    }

    /// A frame whose planes lie anywhere, with any distance from row to row. The bytes between rows, and
    /// those after the last, are never read.
    ///
    /// # Errors
    ///
    /// [`Error::PlaneCount`] where the format has another number of planes;
    /// [`Error::StrideTooSmall`] where rows would overlap, [`Error::BufferTooShort`] where the data of a
    /// plane end before the last pixel of its last row.
    pub fn new(shape: Shape, planes: &[Plane<'a>]) -> Result<Self, Error> {
        if planes.len() != shape.planes() {
            return Err(Error::PlaneCount);
        }
        let mut checked = [Plane::default(); 3];
        for (i, (checked, &Plane { data, stride })) in checked.iter_mut().zip(planes).enumerate() {
            let needed = shape.plane_bytes(i, stride)?;
            let data = data.get(..needed).ok_or(Error::BufferTooShort)?;
            *checked = Plane { data, stride };
        }
        Ok(Self { shape, planes: checked })
    }

    /// Format and size.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// A part of the frame, as a frame of its own.
    ///
    /// # Errors
    ///
    /// [`Error::OutsideFrame`] where it is not within the frame; [`Error::EmptyFrame`] where it has no
    /// pixels; [`Error::BetweenChroma`] where it begins within the pixels that share a sample of chroma.
    pub fn crop(&self, part: Rectangle) -> Result<Self, Error> {
        if !part.lies_in(self.shape) {
            return Err(Error::OutsideFrame);
        }
        let shape = Shape::new(self.shape.format, part.width, part.height)?;
        let mut planes = [Plane::default(); 3];
        for (i, plane) in planes.iter_mut().enumerate() {
            let (Some(layout), Some(whole)) = (shape.layout_of(i), self.planes.get(i)) else {
                break;
            };
            let (x, y) = (part.x >> layout.across, part.y >> layout.down);
            if x << layout.across != part.x || y << layout.down != part.y {
                return Err(Error::BetweenChroma);
            }
            let above = if whole.stride < 0 {
                self.shape.rows(i) - y as usize - shape.rows(i)
            } else {
                y as usize
            };
            let from = above * whole.stride.unsigned_abs() + x as usize * layout.bytes;
            let bytes = shape.plane_bytes(i, whole.stride)?;
            let data = whole.data.get(from..).and_then(|rest| rest.get(..bytes));
            debug_assert!(data.is_some(), "the part lies in the frame, whose data were checked");
            let data = data.ok_or(Error::OutsideFrame)?;
            *plane = Plane { data, stride: whole.stride };
        }
        Ok(Self { shape, planes })
    }

    /// A plane, its data as long as its rows need; nothing where the format has no such plane.
    #[must_use]
    pub fn plane(&self, plane: usize) -> Option<Plane<'a>> {
        self.planes.get(plane).filter(|_| plane < self.shape.planes()).copied()
    }

    /// The bytes of row `y` of a plane, counted from the top, without padding; empty where there is no
    /// such row or plane.
    #[must_use]
    #[inline]
    pub fn row(&self, plane: usize, y: usize) -> &'a [u8] {
        let rows = self.shape.rows(plane);
        let Some(Plane { data, stride }) = self.planes.get(plane).filter(|_| y < rows) else {
            return &[];
        };
        let from_lowest = if *stride < 0 { rows - 1 - y } else { y };
        let start = from_lowest * stride.unsigned_abs();
        let row = data.get(start..start + self.shape.row_bytes(plane));
        debug_assert!(row.is_some(), "the data of a plane were checked");
        row.unwrap_or(&[])
    }

    /// All bytes of a plane from row `y` on, where [`Frame::is_contiguous`] holds.
    pub(crate) fn rows_from(&self, plane: usize, y: usize) -> &'a [u8] {
        let data = self.planes.get(plane).map_or(&[][..], |plane| plane.data);
        let rows = data.get(y * self.shape.row_bytes(plane)..);
        debug_assert!(rows.is_some(), "there is the row");
        rows.unwrap_or(&[])
    }

    /// Whether the rows of the first planes, `count` of them, follow each other from the top without
    /// padding.
    pub(crate) fn is_contiguous(&self, count: usize) -> bool {
        let mut planes = self.planes.iter().enumerate().take(count);
        planes.all(|(i, plane)| plane.stride == self.shape.row_bytes(i) as isize)
    }
}
