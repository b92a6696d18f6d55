//! Frames as C describes them.

use core::slice;

use super::status::*;
use crate::frame::format::Format;
use crate::frame::{Frame, Plane, Rectangle, Shape};

/// How the pixels of a frame lie in memory. The names at the ends of the lines are FFmpeg's, for the same
/// layout. Words of 16 bits have their lower byte first. Alpha is not looked at. Of YUV the T table looks
/// at the luma alone.
pub type flashinator_format = u32;

/// One byte a pixel: gray.
pub const FLASHINATOR_FORMAT_GRAY8: u32 = 1;
/// Three bytes a pixel: red, green, blue.
pub const FLASHINATOR_FORMAT_RGB24: u32 = 2;
/// Three bytes a pixel: blue, green, red.
pub const FLASHINATOR_FORMAT_BGR24: u32 = 3;
/// Four bytes a pixel: red, green, blue, and one that is not looked at.
pub const FLASHINATOR_FORMAT_RGBA: u32 = 4;
/// Four bytes a pixel: blue, green, red, and one that is not looked at.
pub const FLASHINATOR_FORMAT_BGRA: u32 = 5;
/// Four bytes a pixel: one that is not looked at, red, green, blue.
pub const FLASHINATOR_FORMAT_ARGB: u32 = 6;
/// Four bytes a pixel: one that is not looked at, blue, green, red.
pub const FLASHINATOR_FORMAT_ABGR: u32 = 7;
/// Three planes of bytes: green, blue, red.
pub const FLASHINATOR_FORMAT_GBRP: u32 = 8;
/// Three planes of bytes: luma, Cb and Cr, these with a sample for two by two pixels. yuv420p.
pub const FLASHINATOR_FORMAT_I420: u32 = 9;
/// As I420 with Cr before Cb.
pub const FLASHINATOR_FORMAT_YV12: u32 = 10;
/// Two planes of bytes: luma; Cb and Cr in turns, a pair for two by two pixels.
pub const FLASHINATOR_FORMAT_NV12: u32 = 11;
/// As NV12 with Cr before Cb.
pub const FLASHINATOR_FORMAT_NV21: u32 = 12;
/// Three planes of bytes: luma, Cb and Cr, these with a sample for two pixels of a row. yuv422p.
pub const FLASHINATOR_FORMAT_I422: u32 = 13;
/// Three planes of bytes: luma, Cb and Cr, all of one size. yuv444p.
pub const FLASHINATOR_FORMAT_I444: u32 = 14;
/// As I420 with 10 bits in words of 16, the six upper bits not looked at. yuv420p10le.
pub const FLASHINATOR_FORMAT_I420P10: u32 = 15;
/// As I422 with 10 bits in words of 16, the six upper bits not looked at. yuv422p10le.
pub const FLASHINATOR_FORMAT_I422P10: u32 = 16;
/// As I444 with 10 bits in words of 16, the six upper bits not looked at. yuv444p10le.
pub const FLASHINATOR_FORMAT_I444P10: u32 = 17;
/// As I420 with 12 bits in words of 16, the four upper bits not looked at. yuv420p12le.
pub const FLASHINATOR_FORMAT_I420P12: u32 = 18;
/// As I422 with 12 bits in words of 16, the four upper bits not looked at. yuv422p12le.
pub const FLASHINATOR_FORMAT_I422P12: u32 = 19;
/// As I444 with 12 bits in words of 16, the four upper bits not looked at. yuv444p12le.
pub const FLASHINATOR_FORMAT_I444P12: u32 = 20;
/// As NV12 with the 10 upper bits of words of 16, the others not looked at. p010le.
pub const FLASHINATOR_FORMAT_P010: u32 = 21;
/// As NV12 with the 12 upper bits of words of 16, the others not looked at. p012le.
pub const FLASHINATOR_FORMAT_P012: u32 = 22;
/// Gray of 10 bits in words of 16, the six upper bits not looked at. gray10le.
pub const FLASHINATOR_FORMAT_GRAY10: u32 = 23;
/// Gray of 12 bits in words of 16, the four upper bits not looked at. gray12le.
pub const FLASHINATOR_FORMAT_GRAY12: u32 = 24;
/// Gray in words of 16 bits. gray16le.
pub const FLASHINATOR_FORMAT_GRAY16: u32 = 25;
/// The same as RGBA.
pub const FLASHINATOR_FORMAT_RGBX: u32 = 4;
/// The same as BGRA.
pub const FLASHINATOR_FORMAT_BGRX: u32 = 5;
/// The same as ARGB.
pub const FLASHINATOR_FORMAT_XRGB: u32 = 6;
/// The same as ABGR.
pub const FLASHINATOR_FORMAT_XBGR: u32 = 7;

/// Pixels of one kind, as they lie in memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_plane {
    /// The first byte of the top row.
    pub data: *const u8,
    /// Bytes of the buffer, from the lowest byte of any row to the highest or beyond.
    pub size: usize,
    /// Bytes from a row to the one below it: at least the bytes of a row, or 0 for exactly those.
    /// Negative where the top row lies last in memory. Bytes between rows are never looked at.
    pub stride: isize,
}

impl flashinator_plane {
    /// Bytes from a row, which has so many, to the one below it.
    pub(super) fn stride(&self, row: usize) -> isize {
        if self.stride == 0 { row as isize } else { self.stride }
    }
}

/// A frame in the caller's memory. The library reads it during the call it is given to, and keeps no
/// pointer to it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_frame {
    /// One of FLASHINATOR_FORMAT_...
    pub format: flashinator_format,
    /// Pixels in a row, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// As many planes as the format has, in its order. The others are not looked at.
    pub planes: [flashinator_plane; 3],
}

/// A rectangle of pixels, x and y counted from the top left of the frame.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_rectangle {
    /// The first column.
    pub x: u32,
    /// The first row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl From<flashinator_rectangle> for Rectangle {
    fn from(given: flashinator_rectangle) -> Self {
        let flashinator_rectangle { x, y, width, height } = given;
        Self { x, y, width, height }
    }
}

impl From<Rectangle> for flashinator_rectangle {
    fn from(rectangle: Rectangle) -> Self {
        let Rectangle { x, y, width, height } = rectangle;
        Self { x, y, width, height }
    }
}

/// Writes to *part the view of a part of a frame: a region of interest, or a stripe for a thread. No pixels
/// are copied. *part may be *frame. Thread safe, but for *part.
///
/// Errors: NULL, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT; RECTANGLE where the
/// part reaches out of the frame, or begins within the pixels that share a sample of chroma: begin at an
/// even place.
///
/// # Safety
///
/// `frame` is NULL or describes readable memory; `part` is NULL or points to a frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_frame_crop(
    frame: *const flashinator_frame,
    rectangle: flashinator_rectangle,
    part: *mut flashinator_frame,
) -> flashinator_status {
    status(|| {
        if frame.is_null() || part.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: not NULL, so by the contract it points to a frame of readable memory.
        let mut described = unsafe { frame.read() };
        // SAFETY: as above.
        let cropped = unsafe { view(&described) }?.crop(rectangle.into())?;
        described.width = cropped.shape().width();
        described.height = cropped.shape().height();
        for (i, plane) in described.planes.iter_mut().enumerate() {
            if let Some(Plane { data, stride }) = cropped.plane(i) {
                let data_of_top = cropped.row(i, 0).as_ptr();
                *plane = flashinator_plane { data: data_of_top, size: data.len(), stride };
            }
        }
        // SAFETY: not NULL, so by the contract it points to a frame.
        unsafe { part.write(described) };
        Ok(())
    })
}

pub(super) fn shape(
    format: flashinator_format,
    width: u32,
    height: u32,
) -> Result<Shape, flashinator_status> {
    let format = Format::from_number(format).ok_or(FLASHINATOR_ERROR_FORMAT)?;
    Ok(Shape::new(format, width, height)?)
}

/// A validated view of a frame.
///
/// # Safety
///
/// The memory that the frame describes is readable.
pub(super) unsafe fn view<'a>(frame: &flashinator_frame) -> Result<Frame<'a>, flashinator_status> {
    let shape = shape(frame.format, frame.width, frame.height)?;
    Frame::of(shape, |i| {
        let Some(given) = frame.planes.get(i).filter(|given| !given.data.is_null()) else {
            return Err(FLASHINATOR_ERROR_NULL);
        };
        if given.size > isize::MAX as usize {
            return Err(FLASHINATOR_ERROR_TOO_LARGE);
        }
        let row = shape.row_bytes(i);
        let stride = given.stride(row);
        let needed = shape.plane_bytes(i, stride)?;
        if needed > given.size {
            return Err(FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
        }
        let before = if stride < 0 { needed - row } else { 0 };
        // SAFETY: by the contract `size` bytes are readable from the lowest row on, which lies `before`
        // bytes before the top row; `needed` are no more than that.
        let data = unsafe { slice::from_raw_parts(given.data.sub(before), needed) };
        Ok(Plane { data, stride })
    })
}
