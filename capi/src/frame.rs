//! Frames as C describes them.

use core::slice;

use library::{Format, Frame, Plane, Rectangle, Shape};

use super::status::*;

/// A pixel format. Lower-case names are FFmpeg's for the same layout. Samples of more than 8 bits are 16-bit
/// little-endian words whose unused bits are ignored, and so is alpha. The T table uses only Y of YUV.
pub type flashinator_format = u32;

/// 8-bit gray.
pub const FLASHINATOR_FORMAT_GRAY8: u32 = 1;
/// Bytes R, G, B.
pub const FLASHINATOR_FORMAT_RGB24: u32 = 2;
/// Bytes B, G, R.
pub const FLASHINATOR_FORMAT_BGR24: u32 = 3;
/// Bytes R, G, B, alpha.
pub const FLASHINATOR_FORMAT_RGBA: u32 = 4;
/// Bytes B, G, R, alpha.
pub const FLASHINATOR_FORMAT_BGRA: u32 = 5;
/// Bytes alpha, R, G, B.
pub const FLASHINATOR_FORMAT_ARGB: u32 = 6;
/// Bytes alpha, B, G, R.
pub const FLASHINATOR_FORMAT_ABGR: u32 = 7;
/// Planes G, B, R.
pub const FLASHINATOR_FORMAT_GBRP: u32 = 8;
/// Planes Y, Cb, Cr, 4:2:0. yuv420p
pub const FLASHINATOR_FORMAT_I420: u32 = 9;
/// Planes Y, Cr, Cb, 4:2:0.
pub const FLASHINATOR_FORMAT_YV12: u32 = 10;
/// Planes Y, CbCr, 4:2:0. nv12
pub const FLASHINATOR_FORMAT_NV12: u32 = 11;
/// Planes Y, CrCb, 4:2:0. nv21
pub const FLASHINATOR_FORMAT_NV21: u32 = 12;
/// Planes Y, Cb, Cr, 4:2:2. yuv422p
pub const FLASHINATOR_FORMAT_I422: u32 = 13;
/// Planes Y, Cb, Cr, 4:4:4. yuv444p
pub const FLASHINATOR_FORMAT_I444: u32 = 14;
/// 10 bits. yuv420p10le
pub const FLASHINATOR_FORMAT_I420P10: u32 = 15;
/// 10 bits. yuv422p10le
pub const FLASHINATOR_FORMAT_I422P10: u32 = 16;
/// 10 bits. yuv444p10le
pub const FLASHINATOR_FORMAT_I444P10: u32 = 17;
/// 12 bits. yuv420p12le
pub const FLASHINATOR_FORMAT_I420P12: u32 = 18;
/// 12 bits. yuv422p12le
pub const FLASHINATOR_FORMAT_I422P12: u32 = 19;
/// 12 bits. yuv444p12le
pub const FLASHINATOR_FORMAT_I444P12: u32 = 20;
/// Planes Y, CbCr, 4:2:0, 10 bits in the upper bits. p010le
pub const FLASHINATOR_FORMAT_P010: u32 = 21;
/// The same with 12 bits. p012le
pub const FLASHINATOR_FORMAT_P012: u32 = 22;
/// 10-bit gray. gray10le
pub const FLASHINATOR_FORMAT_GRAY10: u32 = 23;
/// 12-bit gray. gray12le
pub const FLASHINATOR_FORMAT_GRAY12: u32 = 24;
/// 16-bit gray. gray16le
pub const FLASHINATOR_FORMAT_GRAY16: u32 = 25;
/// The same as RGBA.
pub const FLASHINATOR_FORMAT_RGBX: u32 = 4;
/// The same as BGRA.
pub const FLASHINATOR_FORMAT_BGRX: u32 = 5;
/// The same as ARGB.
pub const FLASHINATOR_FORMAT_XRGB: u32 = 6;
/// The same as ABGR.
pub const FLASHINATOR_FORMAT_XBGR: u32 = 7;

/// A plane of a frame.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_plane {
    /// The first byte of the top row.
    pub data: *const u8,
    /// Bytes that can be read, beginning at the row with the lowest address.
    pub size: usize,
    /// Bytes from one row to the row below it, or 0 for rows without padding. Negative for bottom-up pictures.
    /// Padding is never read.
    pub stride: isize,
}

/// A frame in the caller's memory. The library reads it during the call and keeps no pointer to it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_frame {
    /// FLASHINATOR_FORMAT_...
    pub format: flashinator_format,
    /// Pixels in a row, at least 1. May be odd, even with subsampled chroma.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// The planes of the format, in their order. Others are ignored.
    pub planes: [flashinator_plane; 3],
}

/// A rectangle of pixels.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct flashinator_rectangle {
    /// The first column, counted from 0.
    pub x: u32,
    /// The first row, counted from 0.
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

/// Makes *part a view of a part of a frame, for a region of interest or a stripe per thread. No pixels are
/// copied, and `part` may be `frame`. With subsampled chroma the part must start at even positions. Thread safe.
///
/// Errors: NULL, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT, RECTANGLE.
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
        if part.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: the caller's contract.
        let mut described = unsafe { frame_at(frame) }?;
        // SAFETY: as above.
        let cropped = unsafe { view_of(&described) }?.crop(rectangle.into()).map_err(status_of)?;
        described.width = cropped.shape().width();
        described.height = cropped.shape().height();
        for (i, plane) in described.planes.iter_mut().enumerate() {
            if let Some(Plane { data, stride }) = cropped.plane(i) {
                let top = cropped.row(i, 0).as_ptr();
                *plane = flashinator_plane { data: top, size: data.len(), stride };
            }
        }
        // SAFETY: not NULL, so by the contract it points to a frame.
        unsafe { part.write_unaligned(described) };
        Ok(())
    })
}

pub(crate) fn shape(
    format: flashinator_format,
    width: u32,
    height: u32,
) -> Result<Shape, flashinator_status> {
    let format = Format::from_number(format).ok_or(FLASHINATOR_ERROR_FORMAT)?;
    Shape::new(format, width, height).map_err(status_of)
}

/// A copy of a frame's description, so that it is read once.
///
/// # Safety
///
/// `frame` is NULL or points to a frame.
unsafe fn frame_at(
    frame: *const flashinator_frame,
) -> Result<flashinator_frame, flashinator_status> {
    if frame.is_null() {
        return Err(FLASHINATOR_ERROR_NULL);
    }
    // SAFETY: not NULL, so by the contract it points to a frame.
    Ok(unsafe { frame.read_unaligned() })
}

/// A frame of the library's.
///
/// # Safety
///
/// `frame` is NULL or points to a frame whose memory is readable for as long as the result is used.
pub(crate) unsafe fn view<'a>(
    frame: *const flashinator_frame,
) -> Result<Frame<'a>, flashinator_status> {
    // SAFETY: the caller's contract.
    unsafe { view_of(&frame_at(frame)?) }
}

/// The same for a copy of the description.
///
/// # Safety
///
/// As of [`view`].
unsafe fn view_of<'a>(frame: &flashinator_frame) -> Result<Frame<'a>, flashinator_status> {
    let shape = shape(frame.format, frame.width, frame.height)?;
    let mut planes = [Plane::default(); 3];
    let count = shape.planes();
    for (i, (to, given)) in planes.iter_mut().zip(&frame.planes).enumerate().take(count) {
        if given.data.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        if given.size > isize::MAX as usize {
            return Err(FLASHINATOR_ERROR_TOO_LARGE);
        }
        let row = shape.row_bytes(i);
        let stride = if given.stride == 0 { row as isize } else { given.stride };
        let needed = shape.plane_bytes(i, stride).map_err(status_of)?;
        if needed > given.size {
            return Err(FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
        }
        let above = if stride < 0 { needed - row } else { 0 };
        // SAFETY: by the contract `size` bytes are readable from the lowest row on, which lies `above` bytes before the
        // top row; `needed` are no more than that.
        let data = unsafe { slice::from_raw_parts(given.data.sub(above), needed) };
        *to = Plane { data, stride };
    }
    Frame::new(shape, planes.get(..count).unwrap_or(&planes)).map_err(status_of)
}
