//! One frame of any format in the memory of Python's objects.

use crate::array::{buffer, element, gather, is_big_endian, tuple, type_name};
use crate::error::FrameError;
use flashinator::{Error, Frame, Plane, Shape};
use pyo3::buffer::{ElementType, PyUntypedBuffer};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

/// The buffers of a frame.
pub struct Planes {
    shape: Shape,
    buffers: Vec<PyUntypedBuffer>,
    /// All planes are in the first buffer, one after the other without padding.
    is_whole: bool,
}

impl Planes {
    /// The planes of a list or tuple; else one buffer, with the only plane of the format or with all of them.
    pub fn new(shape: Shape, frame: &Bound<'_, PyAny>) -> PyResult<Self> {
        let list: Vec<Bound<'_, PyAny>> =
            if frame.is_instance_of::<PyList>() || frame.is_instance_of::<PyTuple>() {
                frame.try_iter()?.collect::<PyResult<_>>()?
            } else {
                vec![frame.clone()]
            };
        let buffers: Vec<_> =
            list.iter().map(|plane| buffer(plane, "a plane")).collect::<PyResult<_>>()?;
        let name = shape.format().name();
        if let [whole] = &*buffers
            && whole.dimensions() == 1
            && element(whole) == (ElementType::UnsignedInteger { bytes: 1 })
        {
            let (bytes, needed) = (whole.item_count(), shape.frame_bytes());
            if bytes != needed {
                let (width, height) = (shape.width(), shape.height());
                return Err(FrameError::new_err(format!(
                    "{bytes} bytes are no frame of {name} of {width}x{height}; give {needed}, without padding"
                )));
            }
            return Ok(Self { shape, buffers, is_whole: true });
        }
        if buffers.len() != shape.planes() {
            return Err(FrameError::new_err(format!(
                "a frame of {name} has {} planes, and {} were given; give a list of its planes in the format's order, or \
                 all bytes in one buffer",
                shape.planes(),
                buffers.len()
            )));
        }
        for (plane, buffer) in buffers.iter().enumerate() {
            check(shape, plane, buffer)?;
        }
        Ok(Self { shape, buffers, is_whole: false })
    }

    /// Calls a function with the frame. Planes whose rows are not in one piece are copied first.
    pub fn with<R>(&self, take: impl FnOnce(&Frame<'_>) -> Result<R, Error>) -> Result<R, Error> {
        let mut copies = [const { Vec::new() }; 3];
        let mut planes = [Plane::default(); 3];
        for (i, ((plane, buffer), copy)) in
            planes.iter_mut().zip(&self.buffers).zip(&mut copies).enumerate()
        {
            let row_bytes =
                if self.is_whole { buffer.len_bytes() } else { self.shape.row_bytes(i) };
            let in_place = if self.is_whole { whole(buffer) } else { view(buffer, row_bytes) };
            *plane = match in_place {
                Some(plane) => plane,
                None => {
                    let first = buffer.buf_ptr().cast();
                    // SAFETY: these are the sides and strides of the buffer, which is held.
                    unsafe {
                        gather(first, buffer.item_size(), buffer.shape(), buffer.strides(), copy)?
                    };
                    Plane { data: copy, stride: row_bytes as isize }
                }
            };
        }
        match planes.get(..self.shape.planes()) {
            Some([whole, ..]) if self.is_whole => take(&Frame::contiguous(self.shape, whole.data)?),
            planes => take(&Frame::new(self.shape, planes.unwrap_or_default())?),
        }
    }
}

/// Whether a buffer has the items of a plane.
fn check(shape: Shape, plane: usize, buffer: &PyUntypedBuffer) -> PyResult<()> {
    let (rows, row_bytes) = (shape.rows(plane), shape.row_bytes(plane));
    let name = shape.format().name();
    let sample = if is_wide(shape) { 2 } else { 1 };
    let is_type = match element(buffer) {
        ElementType::UnsignedInteger { bytes: 1 } => true,
        // The samples are little-endian.
        ElementType::UnsignedInteger { bytes: 2 } => {
            sample == 2 && !is_big_endian(buffer) && cfg!(target_endian = "little")
        }
        _ => false,
    };
    if !is_type {
        let wanted = if sample == 2 { "numpy.uint16, little-endian," } else { "numpy.uint8" };
        return Err(FrameError::new_err(format!(
            "plane {plane} is of {}; a frame of {name} is of {wanted} in 0 to the highest code",
            type_name(buffer)
        )));
    }
    let sides = buffer.shape();
    let in_a_row = |sides: &[usize]| {
        sides.iter().try_fold(buffer.item_size(), |bytes, &side| bytes.checked_mul(side))
    };
    match sides {
        [height, row @ ..]
            if *height == rows && !row.is_empty() && in_a_row(row) == Some(row_bytes) =>
        {
            Ok(())
        }
        _ => {
            let samples = row_bytes / sample;
            let (width, height) = (shape.width(), shape.height());
            let wanted = match samples.checked_div(width as usize) {
                Some(channels @ 3..) => tuple(&[rows, width as usize, channels]),
                _ => tuple(&[rows, samples]),
            };
            Err(FrameError::new_err(format!(
                "plane {plane} has shape {}; for {name} of {width}x{height} give {wanted}",
                tuple(sides)
            )))
        }
    }
}

/// Whether samples have two bytes.
fn is_wide(shape: Shape) -> bool {
    shape.row_bytes(0) == 2 * shape.width() as usize
}

/// All bytes of a frame where they are, if they follow each other.
fn whole(buffer: &PyUntypedBuffer) -> Option<Plane<'_>> {
    let (first, bytes) = (buffer.buf_ptr().cast::<u8>(), buffer.len_bytes());
    // SAFETY: the exporter promises that all items can be read while the buffer is held, and they are in one piece.
    let data = || unsafe { std::slice::from_raw_parts(first, bytes) };
    buffer.is_c_contiguous().then(|| Plane { data: data(), stride: bytes as isize })
}

/// The plane where it is, if each row is in one piece and rows do not overlap.
fn view(buffer: &PyUntypedBuffer, row_bytes: usize) -> Option<Plane<'_>> {
    let (&[rows, ref sides @ ..], &[stride, ref strides @ ..]) = (buffer.shape(), buffer.strides())
    else {
        return None;
    };
    let mut expected = buffer.item_size();
    for (&side, &stride) in sides.iter().zip(strides).rev() {
        if side != 1 && stride != expected as isize {
            return None;
        }
        expected *= side;
    }
    let stride = if rows == 1 { row_bytes as isize } else { stride };
    if stride.unsigned_abs() < row_bytes || rows == 0 {
        return None;
    }
    let above = if stride < 0 { (rows as isize - 1) * stride } else { 0 };
    let bytes = stride.unsigned_abs() * (rows - 1) + row_bytes;
    let first = buffer.buf_ptr().cast::<u8>();
    // SAFETY: from the first byte of the lowest row to the last of the highest, and the exporter promises that all
    // items can be read while the buffer is held.
    let data = unsafe { std::slice::from_raw_parts(first.offset(above), bytes) };
    Some(Plane { data, stride })
}
