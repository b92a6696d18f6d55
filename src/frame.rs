//! A view of one frame in the caller's memory, and the only place where its shape is validated.

use crate::error::Error;

/// How the pixels of a frame lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Format {
    /// One byte a pixel: gray, or full-range luma.
    Gray8 = 1,
    /// Three bytes a pixel, red, green, blue. FFmpeg calls it `rgb24`.
    Rgb24 = 2,
    /// One byte a pixel: limited-range luma, 16 for black and 235 for white (ITU-R BT.601, BT.709). It
    /// is expanded to gray without rounding; what lies below 16 or above 235 is black or white.
    Luma8 = 3,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Gray8, Self::Rgb24, Self::Luma8];

    /// Bytes from one pixel to the next.
    #[must_use]
    pub const fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Gray8 | Self::Luma8 => 1,
            Self::Rgb24 => 3,
        }
    }

    /// The format that a number of the C interface stands for.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Gray8),
            2 => Some(Self::Rgb24),
            3 => Some(Self::Luma8),
            _ => None,
        }
    }
}

/// The size and format that all frames of a stream share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Shape {
    format: Format,
    width: u32,
    height: u32,
}

impl Shape {
    /// A shape with at least one pixel, whose bytes can be counted in an `isize`.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyFrame`] where a side is 0, [`Error::TooLarge`] where one frame's bytes, or the
    /// memory for its codes, would not fit into the address space.
    pub const fn new(format: Format, width: u32, height: u32) -> Result<Self, Error> {
        if width == 0 || height == 0 {
            return Err(Error::EmptyFrame);
        }
        // 4 bytes a pixel leaves room for the plane of codes and its last block.
        let bytes = (width as u64).checked_mul(height as u64);
        match bytes {
            Some(pixels) if pixels <= (isize::MAX as u64 - 4096) / 4 => {}
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

    /// Bytes of the pixels of one row, without padding.
    #[must_use]
    pub const fn row_bytes(&self) -> usize {
        self.width as usize * self.format.bytes_per_pixel()
    }

    /// Bytes from the lowest of a frame whose rows begin `stride` bytes apart to its highest.
    ///
    /// # Errors
    ///
    /// [`Error::StrideTooSmall`] where rows would overlap, [`Error::TooLarge`] where the bytes could not
    /// be counted.
    pub(crate) fn bytes_needed(&self, stride: isize) -> Result<usize, Error> {
        let step = stride.unsigned_abs();
        if step < self.row_bytes() {
            return Err(Error::StrideTooSmall);
        }
        step.checked_mul(self.height as usize - 1)
            .and_then(|before_last| before_last.checked_add(self.row_bytes()))
            .ok_or(Error::TooLarge)
    }

    /// Bytes of a frame without padding.
    #[must_use]
    pub const fn frame_bytes(&self) -> usize {
        self.pixels() * self.format.bytes_per_pixel()
    }
}

/// A frame that lies in somebody else's memory: validated, borrowed, never copied.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    shape: Shape,
    data: &'a [u8],
    stride: isize,
}

impl<'a> Frame<'a> {
    /// A frame whose rows follow each other without padding.
    ///
    /// `data` must hold at least [`Shape::frame_bytes`] bytes; what follows them is not read.
    ///
    /// # Errors
    ///
    /// [`Error::BufferTooShort`].
    pub fn packed(shape: Shape, data: &'a [u8]) -> Result<Self, Error> {
        Self::with_stride(shape, data, shape.row_bytes() as isize)
    }

    /// A frame whose rows begin `stride` bytes apart.
    ///
    /// A negative stride says that the picture's top row lies last in `data`, as in bottom-up
    /// bitmaps; `data` begins at its lowest address in either case. The bytes between rows, and
    /// those after the last, are never looked at.
    ///
    /// # Errors
    ///
    /// [`Error::StrideTooSmall`] where rows would overlap, [`Error::BufferTooShort`] where `data`
    /// ends before the last pixel of the last row.
    pub fn with_stride(shape: Shape, data: &'a [u8], stride: isize) -> Result<Self, Error> {
        let needed = shape.bytes_needed(stride)?;
        if data.len() < needed {
            return Err(Error::BufferTooShort);
        }
        Ok(Self { shape, data: &data[..needed], stride })
    }

    /// Format and size.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// The bytes of row `y`, counted from the top, without padding; empty where there is no such row.
    #[must_use]
    #[inline]
    pub fn row(&self, y: usize) -> &'a [u8] {
        let last = self.shape.height as usize - 1;
        if y > last {
            return &[];
        }
        let from_lowest = if self.stride < 0 { last - y } else { y };
        let start = from_lowest * self.stride.unsigned_abs();
        self.data.get(start..start + self.shape.row_bytes()).unwrap_or(&[])
    }

    /// The bytes from pixel `index`, counted along the rows from the top left, to the end of the
    /// longest run of pixels that lies in one piece: to the end of its row or, where rows have no
    /// padding between them, of the frame. Empty where there is no such pixel.
    #[inline]
    pub(crate) fn run(&self, index: usize) -> &'a [u8] {
        let bytes = self.shape.format.bytes_per_pixel();
        let (run, first) = if self.stride == self.shape.row_bytes() as isize {
            (self.data, index)
        } else {
            let width = self.shape.width as usize;
            (self.row(index / width), index % width)
        };
        run.get(first * bytes..).unwrap_or(&[])
    }

    /// Copies pixels from `index` on into `to`, over the ends of rows, as many as there are.
    pub(crate) fn gather(&self, mut index: usize, mut to: &mut [u8]) {
        let bytes = self.shape.format.bytes_per_pixel();
        loop {
            let run = self.run(index);
            let length = run.len().min(to.len());
            if length == 0 {
                break;
            }
            let (head, rest) = to.split_at_mut(length);
            head.copy_from_slice(&run[..length]);
            to = rest;
            index += length / bytes;
        }
    }
}
