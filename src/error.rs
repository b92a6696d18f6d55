//! What can be wrong with what a caller hands over.

use core::fmt;

/// Why a call was refused. Nothing was changed by the call, unless the function says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// A frame without pixels.
    EmptyFrame,
    /// A frame larger than the address space.
    TooLarge,
    /// Rows would overlap.
    StrideTooSmall,
    /// The buffer ends before the frame does.
    BufferTooShort,
    /// The memory for the scanner's state is too small.
    MemoryTooSmall,
    /// The frame's size or format is not the scanner's.
    ShapeChanged,
    /// The room for rows is not enough for the frames given.
    TooFewRows,
    /// The instruction set asked for is not one this processor has.
    BackendUnavailable,
}

impl Error {
    /// What is wrong and what to do about it, in one line.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::EmptyFrame => "the frame has no pixels; give a width and height of at least 1",
            Self::TooLarge => {
                "the frame is larger than the address space; check width, height and stride"
            }
            Self::StrideTooSmall => {
                "the stride is smaller than a row; give the bytes from one row to the next"
            }
            Self::BufferTooShort => {
                "the buffer is too short for the frame; check size, format and stride"
            }
            Self::MemoryTooSmall => {
                "the memory is too small; ask for the size that this shape needs"
            }
            Self::ShapeChanged => {
                "the frame's size or format differs from the first; make a new scanner for it"
            }
            Self::TooFewRows => {
                "there are fewer rows than frames to compare; give room for a row a frame"
            }
            Self::BackendUnavailable => {
                "this processor lacks the instruction set; choose another backend"
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for Error {}
