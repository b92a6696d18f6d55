//! A view of one frame in the caller's memory, and the only place where its shape is validated.

pub(crate) mod format;
pub(crate) mod regions;

use bytemuck::{Pod, Zeroable};

use crate::error::Error;
use crate::frame::format::{Format, PlaneLayout};

/// The size and format that all frames of a stream share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Shape {
    format: Format,
    width: u32,
    height: u32,
}

/// SampleLayout along a side of the picture, of which each stands for 2^`shared` pixels, the last one for those
/// that are left. No division: rows are asked for often.
fn samples(side: u32, shared: u32) -> usize {
    ((side >> shared) + u32::from(side & ((1 << shared) - 1) != 0)) as usize
}

impl Shape {
    /// A shape with at least one pixel, whose bytes can be counted in an `isize`. Sides may be odd where
    /// chroma has a sample for two pixels: the last one is then half over the edge.
    ///
    /// # Errors
    ///
    /// [`Error::NotBuilt`] where [`Format::is_built`] says no; [`Error::EmptyFrame`] where a side is 0,
    /// [`Error::TooLarge`] where one frame's bytes, or the memory for its codes, would not fit into the
    /// address space.
    pub const fn new(format: Format, width: u32, height: u32) -> Result<Self, Error> {
        if !format.is_built() {
            return Err(Error::NotBuilt);
        }
        if width == 0 || height == 0 {
            return Err(Error::EmptyFrame);
        }
        // 8 bytes a pixel is more than any format has, with chroma that is half over the edge, and more
        // than any plane of codes, and leaves room for its last block.
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

    /// Bytes from the lowest of a plane whose rows begin `stride` bytes apart to its highest.
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

/// Pixels of one kind, as they lie in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plane<'a> {
    /// The rows, and whatever lies between them, from the lowest address on, whichever row is there.
    pub data: &'a [u8],
    /// Bytes from a row to the one below it: at least those of a row. Negative where the picture's top
    /// row lies last in `data`, as in bottom-up bitmaps.
    pub stride: isize,
}

/// A rectangle of pixels, `x` and `y` counted from the top left of the frame.
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
    /// Whether no part of it lies outside the frame.
    pub(crate) fn lies_in(&self, shape: Shape) -> bool {
        let within = |from: u32, length: u32, end: u32| {
            from.checked_add(length).is_some_and(|last| last <= end)
        };
        within(self.x, self.width, shape.width) && within(self.y, self.height, shape.height)
    }
}

/// A frame that lies in somebody else's memory: validated, borrowed, never copied.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    shape: Shape,
    /// Each is as long as its rows need and no longer; those the format has not are empty.
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
    /// those after the last, are never looked at.
    ///
    /// # Errors
    ///
    /// [`Error::PlaneCount`] where there are not as many planes as the format has;
    /// [`Error::StrideTooSmall`] where rows would overlap, [`Error::BufferTooShort`] where the data of a
    /// plane end before the last pixel of its last row.
    pub fn new(shape: Shape, planes: &[Plane<'a>]) -> Result<Self, Error> {
        if planes.len() != shape.planes() {
            return Err(Error::PlaneCount);
        }
        Self::of(shape, |i| planes.get(i).copied().ok_or(Error::PlaneCount))
    }

    /// A frame whose planes are asked for one by one.
    pub(crate) fn of<E: From<Error>>(
        shape: Shape,
        planes: impl Fn(usize) -> Result<Plane<'a>, E>,
    ) -> Result<Self, E> {
        let mut checked = [Plane::default(); 3];
        for (i, checked) in checked.iter_mut().enumerate().take(shape.planes()) {
            let Plane { data, stride } = planes(i)?;
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
        data.get(start..start + self.shape.row_bytes(plane)).unwrap_or(&[])
    }

    /// All bytes of a plane from row `y` on, where [`Frame::is_contiguous`] holds.
    pub(crate) fn rows_from(&self, plane: usize, y: usize) -> &'a [u8] {
        let data = self.planes.get(plane).map_or(&[][..], |plane| plane.data);
        data.get(y * self.shape.row_bytes(plane)..).unwrap_or(&[])
    }

    /// Whether the rows of the first planes, `count` of them, follow each other from the top without
    /// padding.
    pub(crate) fn is_contiguous(&self, count: usize) -> bool {
        let mut planes = self.planes.iter().enumerate().take(count);
        planes.all(|(i, plane)| plane.stride == self.shape.row_bytes(i) as isize)
    }
}
