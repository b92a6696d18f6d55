//! Arrays of pixels in the memory of Python's objects: (F,H,W,3), (F,H,W) or one frame of these, of uint8.

use crate::error::{FrameError, rejected};
use flashinator::{Error, Format, Frame, Plane, Shape};
use pyo3::buffer::{ElementType, PyUntypedBuffer};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyMemoryView;

/// Frames of one shape in one buffer.
#[pyclass(frozen, module = "flashinator._native")]
pub struct FrameArray {
    buffer: PyUntypedBuffer,
    count: usize,
    /// Bytes from a frame to the next.
    step: isize,
    shape: Shape,
    layout: Layout,
}

/// How the pixels of a frame lie.
enum Layout {
    /// As a format of the library has them: from the first pixel, the offset of the top row of each plane and the
    /// bytes to the row below.
    View([(isize, isize); 3]),
    /// Otherwise. A frame is copied together: its rows, columns and channels, and the bytes from one to the next.
    Copy { sides: [usize; 3], strides: [isize; 3] },
}

#[pymethods]
impl FrameArray {
    /// The frames of an array.
    #[new]
    fn py_new(array: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::of_frames(array)
    }

    /// A frame of shape (H,W,3) or (H,W), the one of this number in a video that begins with `first`.
    #[staticmethod]
    #[pyo3(signature = (frame, number, first))]
    fn one(frame: &Bound<'_, PyAny>, number: u64, first: Option<&Self>) -> PyResult<Self> {
        let name = format!("frame {number}");
        let frame = Self::of_frame(frame, first.map(|first| first.shape.format()), &name)?;
        if first.is_some_and(|first| first.shape != frame.shape) {
            let (width, height) = (frame.width(), frame.height());
            return Err(FrameError::new_err(format!(
                "{name} has {width}x{height} pixels, and another size or number of channels than the first; begin anew \
                 for it"
            )));
        }
        Ok(frame)
    }

    fn __len__(&self) -> usize {
        self.count
    }

    /// The name of the format that the frames are seen as.
    #[getter]
    fn format(&self) -> &'static str {
        self.shape.format().name()
    }

    #[getter]
    fn width(&self) -> u32 {
        self.shape.width()
    }

    #[getter]
    fn height(&self) -> u32 {
        self.shape.height()
    }
}

impl FrameArray {
    /// An array of shape (F,H,W,3) or (F,H,W).
    pub fn of_frames(array: &Bound<'_, PyAny>) -> PyResult<Self> {
        let buffer = uint8_buffer(array, "frames")?;
        let (sides, strides) = (buffer.shape(), buffer.strides());
        match (sides, strides) {
            ([count, sides @ ..], [step, strides @ ..]) if is_frame(sides) => {
                let (count, step) = (*count, *step);
                let (shape, layout) = layout(sides, strides, None)?;
                Ok(Self { count, step, shape, layout, buffer })
            }
            _ => Err(wrong_sides("frames", sides, "(F, H, W, 3) or (F, H, W)")),
        }
    }

    /// A frame of shape (H,W,3) or (H,W), seen as a format if one is given.
    ///
    /// `name` is what errors call it.
    fn of_frame(array: &Bound<'_, PyAny>, format: Option<Format>, name: &str) -> PyResult<Self> {
        let buffer = uint8_buffer(array, name)?;
        let (sides, strides) = (buffer.shape(), buffer.strides());
        if !is_frame(sides) {
            return Err(wrong_sides(name, sides, "(H, W, 3) or (H, W)"));
        }
        let (shape, layout) = layout(sides, strides, format)?;
        Ok(Self { count: 1, step: 0, shape, layout, buffer })
    }

    /// Frames.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Format and size of each frame.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// A frame, where it is; one that is not laid out as a format of the library is copied into `scratch`.
    ///
    /// # Errors
    ///
    /// A number that no frame has, or no memory for the copy.
    pub fn frame<'a>(&'a self, index: usize, scratch: &'a mut Vec<u8>) -> Result<Frame<'a>, Error> {
        if index >= self.count {
            return Err(Error::OutsideFrame);
        }
        // SAFETY: the exporter of a buffer promises that every item of it can be read, and the frame is in it.
        let first =
            unsafe { self.buffer.buf_ptr().cast::<u8>().offset(index as isize * self.step) };
        match &self.layout {
            Layout::View(places) => {
                let mut planes = [Plane::default(); 3];
                let count = self.shape.planes();
                for (i, (plane, (offset, stride))) in
                    planes.iter_mut().zip(places).enumerate().take(count)
                {
                    let bytes = self.shape.plane_bytes(i, *stride)?;
                    let above = if *stride < 0 { self.shape.rows(i) as isize - 1 } else { 0 };
                    // SAFETY: `layout` has checked that rows of this distance have the items of the buffer, and no
                    // more. The buffer is held as long as the frame.
                    let data = unsafe {
                        std::slice::from_raw_parts(first.offset(offset + above * stride), bytes)
                    };
                    *plane = Plane { data, stride: *stride };
                }
                Frame::new(self.shape, planes.get(..count).unwrap_or_default())
            }
            Layout::Copy { sides, strides } => {
                // SAFETY: these are the sides and strides of a frame of the buffer.
                unsafe { gather(first, 1, sides, strides, scratch)? };
                Frame::contiguous(self.shape, scratch)
            }
        }
    }
}

fn is_frame(sides: &[usize]) -> bool {
    matches!(sides, [_, _] | [_, _, 3])
}

/// How the library sees a frame of these sides and strides; as one format only, if it is given.
fn layout(sides: &[usize], strides: &[isize], only: Option<Format>) -> PyResult<(Shape, Layout)> {
    let (&[height, width, ..], &[row, column, ..]) = (sides, strides) else {
        return Err(rejected(Error::EmptyFrame));
    };
    let is_rgb = sides.len() == 3;
    let channel = strides.get(2).copied().unwrap_or(1);
    let shape = |format| {
        let side = |side| u32::try_from(side).map_err(|_| rejected(Error::TooLarge));
        Shape::new(format, side(width)?, side(height)?).map_err(rejected)
    };
    // Of a side of one pixel the stride means nothing.
    let views = [
        (Format::Gray8, !is_rgb, 1, [0, 0, 0]),
        (Format::Rgb24, is_rgb && channel == 1, 3, [0, 0, 0]),
        // `frame[..., ::-1]`.
        (Format::Bgr24, is_rgb && channel == -1, 3, [-2, 0, 0]),
        // `tensor.permute(1, 2, 0)`; green, blue and red.
        (Format::Gbrp, is_rgb, 1, [channel, 2 * channel, 0]),
    ];
    for (format, has_channels, pixel, offsets) in views {
        let bytes = width * pixel as usize;
        let is_row =
            (width == 1 || column == pixel) && (height == 1 || row.unsigned_abs() >= bytes);
        if has_channels && is_row && only.is_none_or(|only| only == format) {
            let stride = if height == 1 { bytes as isize } else { row };
            return Ok((shape(format)?, Layout::View(offsets.map(|offset| (offset, stride)))));
        }
    }
    let format = if is_rgb { only.unwrap_or(Format::Rgb24) } else { Format::Gray8 };
    let channels = if is_rgb { 3 } else { 1 };
    let copy = Layout::Copy { sides: [height, width, channels], strides: [row, column, channel] };
    Ok((shape(format)?, copy))
}

/// Copies items together in the place of what `into` holds, those of the last side next to each other.
///
/// # Errors
///
/// There is no memory for the copy.
///
/// # Safety
///
/// There is an item of `size` bytes at every place that the sides and strides make, from `first` on.
pub unsafe fn gather(
    first: *const u8,
    size: usize,
    sides: &[usize],
    strides: &[isize],
    into: &mut Vec<u8>,
) -> Result<(), Error> {
    into.clear();
    into.try_reserve_exact(sides.iter().product::<usize>() * size)
        .map_err(|_| Error::OutOfMemory)?;
    // SAFETY: as the caller promises.
    unsafe { append(first, size, sides, strides, into) };
    Ok(())
}

/// Appends them.
///
/// # Safety
///
/// As [`gather`].
unsafe fn append(
    first: *const u8,
    size: usize,
    sides: &[usize],
    strides: &[isize],
    into: &mut Vec<u8>,
) {
    // Items that follow each other already are copied at once.
    let run = match (sides, strides) {
        ([], _) => Some(1),
        ([side], [stride]) if *stride == size as isize => Some(*side),
        _ => None,
    };
    if let Some(items) = run {
        // SAFETY: as the caller promises.
        into.extend_from_slice(unsafe { std::slice::from_raw_parts(first, size * items) });
        return;
    }
    let ([side, sides @ ..], [stride, strides @ ..]) = (sides, strides) else { return };
    for i in 0..*side {
        // SAFETY: as the caller promises.
        unsafe { append(first.offset(i as isize * stride), size, sides, strides, into) };
    }
}

/// The buffer of an object, if its items are of uint8.
fn uint8_buffer(object: &Bound<'_, PyAny>, what: &str) -> PyResult<PyUntypedBuffer> {
    let buffer = buffer(object, what)?;
    if (ElementType::UnsignedInteger { bytes: 1 }) != element(&buffer) {
        return Err(FrameError::new_err(format!(
            "{what} of {} cannot be taken; scale them to 0 to 255 and convert them with array.astype(numpy.uint8)",
            type_name(&buffer)
        )));
    }
    Ok(buffer)
}

/// The buffer of an object.
pub fn buffer(object: &Bound<'_, PyAny>, what: &str) -> PyResult<PyUntypedBuffer> {
    let py = object.py();
    let unreadable = |error: PyErr| {
        let name = object.get_type().name().map_or_else(|_| "?".into(), |name| name.to_string());
        // Of another type Python says only that it lacks the protocol.
        let why = match error.is_instance_of::<PyTypeError>(py) {
            true => String::new(),
            false => format!(", {}", error.value(py)),
        };
        FrameError::new_err(format!(
            "{what} cannot be read from {name}{why}; give an array of numpy.uint8"
        ))
    };
    // A view has all sides and strides, also of objects that leave them out, such as arrays of ctypes.
    let view = PyMemoryView::from(object).map_err(unreadable)?;
    if view.getattr("ndim")?.extract::<usize>()? == 0 {
        return Err(FrameError::new_err(format!(
            "{what} cannot be read from a single number; give an array of numpy.uint8"
        )));
    }
    let buffer = PyUntypedBuffer::get(&view).map_err(unreadable)?;
    if buffer.suboffsets().is_some_and(|offsets| offsets.iter().any(|&offset| offset >= 0)) {
        return Err(FrameError::new_err(format!(
            "{what} cannot be read from an indirect buffer; copy it into an array of numpy.uint8"
        )));
    }
    Ok(buffer)
}

/// The type of the items.
pub fn element(buffer: &PyUntypedBuffer) -> ElementType {
    match buffer.format().to_bytes() {
        // NumPy's sign for a byte order that does not matter.
        [b'|', b'B'] => ElementType::UnsignedInteger { bytes: 1 },
        // A character is no number.
        [b'c'] => ElementType::Unknown,
        _ => ElementType::from_format(buffer.format()),
    }
}

/// Whether the bytes of an item are in the order of other machines.
pub fn is_big_endian(buffer: &PyUntypedBuffer) -> bool {
    matches!(buffer.format().to_bytes(), [b'>' | b'!', ..])
}

/// NumPy's name of the type of the items.
pub fn type_name(buffer: &PyUntypedBuffer) -> String {
    match element(buffer) {
        ElementType::Float { bytes } => format!("float{}", 8 * bytes),
        ElementType::SignedInteger { bytes } => format!("int{}", 8 * bytes),
        ElementType::UnsignedInteger { bytes } if bytes > 1 && is_big_endian(buffer) => {
            format!("big-endian uint{}", 8 * bytes)
        }
        ElementType::UnsignedInteger { bytes } => format!("uint{}", 8 * bytes),
        ElementType::Bool => "bool".to_owned(),
        ElementType::Unknown => format!("type {:?}", buffer.format().to_string_lossy()),
    }
}

/// The sides of an array, as NumPy prints them.
pub fn tuple(sides: &[usize]) -> String {
    let list: Vec<_> = sides.iter().map(usize::to_string).collect();
    format!("({}{})", list.join(", "), if list.len() == 1 { "," } else { "" })
}

fn wrong_sides(what: &str, sides: &[usize], wanted: &str) -> PyErr {
    let hint = match sides {
        [_, 3, _, _] => ", such as array.transpose(0, 2, 3, 1)",
        [3, _, _] => ", such as array.transpose(1, 2, 0)",
        [.., 4] => ", such as array[..., :3]",
        _ => "",
    };
    FrameError::new_err(format!(
        "{what} of shape {} cannot be taken; give an array of shape {wanted}{hint}",
        tuple(sides)
    ))
}
