//! Why a call was refused.

use core::fmt;

/// Why a call was refused. Unless the function says otherwise, a refused call changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// The frame has no pixels, or all of them are ignored.
    EmptyFrame,
    /// The library was built without this format, gray, curve or these primaries.
    NotBuilt,
    /// The frame is too large for the address space.
    TooLarge,
    /// The stride is smaller than a row.
    StrideTooSmall,
    /// The buffer is shorter than the frame.
    BufferTooShort,
    /// The memory for the state is too small.
    MemoryTooSmall,
    /// There is no memory for a state that would own it.
    OutOfMemory,
    /// The frame's size or format is not that of the frames before it.
    ShapeChanged,
    /// There are fewer rows to write to than frames.
    TooFewRows,
    /// The number of planes is not that of the format.
    PlaneCount,
    /// A rectangle reaches outside the frame.
    OutsideFrame,
    /// A part of a frame begins between two samples of chroma.
    BetweenChroma,
    /// There are too many rectangles to ignore.
    TooManyRectangles,
    /// The library has no luminance table for the format.
    LutNeeded,
    /// A luminance table has the wrong number of values.
    LutLength,
    /// A luminance table decreases, or has a value that is not finite.
    BadLut,
    /// The luminances of white and black are out of range or in the wrong order.
    BadTransfer,
    /// The processor lacks the instruction set that was asked for.
    BackendUnavailable,
    /// A number of a profile is out of range.
    BadProfile,
    /// The size of the picture as seen, or the size of a cell, is out of range.
    BadViewing,
    /// The frame rate is not between 1 and 1000 frames a second.
    BadRate,
    /// More incidents to keep the details of than can be.
    TooManyIncidents,
    /// A timestamp is out of range, or its time base is zero.
    BadTime,
    /// The timestamp is not later than that of the frame before.
    TimeNotAfter,
    /// There are more frames in one second than the analyser was made for.
    RateTooHigh,
    /// Stripes are not all those of one frame, in their order, or were made for another analyser.
    StripesDiffer,
}

impl Error {
    /// What is wrong and what to do about it, in one line.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::EmptyFrame => {
                "there are no pixels to analyse; give a width and height of at least 1, and ignore less"
            }
            Self::NotBuilt => {
                "the library was built without this format, gray or curve; build it with the feature \"formats\""
            }
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
            Self::OutOfMemory => {
                "there is not enough memory for frames of this size; give smaller ones, or a smaller size at which they are seen"
            }
            Self::ShapeChanged => {
                "the frame's size or format differs from the first; start again for the new shape"
            }
            Self::TooFewRows => {
                "there are fewer rows than frames to compare; give space for one row per frame"
            }
            Self::PlaneCount => {
                "the number of planes is wrong; give all planes of the format, in its order"
            }
            Self::OutsideFrame => {
                "the rectangle reaches outside the frame; check its position and size"
            }
            Self::BetweenChroma => {
                "the part begins between samples of chroma; start at an even column and row"
            }
            Self::TooManyRectangles => "there are too many rectangles to ignore; give 16 at most",
            Self::LutNeeded => {
                "the format has more than 8 bits and no standard luminance; give a table in the settings"
            }
            Self::LutLength => {
                "the luminance table has the wrong length; give one value for each code of the format"
            }
            Self::BadLut => {
                "the luminance table decreases or is not finite; check its values, from black to white"
            }
            Self::BadTransfer => {
                "white and black are out of range; give 0.000001 to 1000000 cd/m², white above black"
            }
            Self::BackendUnavailable => {
                "this processor lacks the instruction set; choose another backend"
            }
            Self::BadProfile => {
                "a number of the profile is out of range; give steps above 0, an area from 0 to 1, and a warning from no more transitions than are allowed"
            }
            Self::BadViewing => {
                "the viewing size is out of range; give a width of up to 180 degrees, and cells of at least 1 pixel"
            }
            Self::TooManyIncidents => "there are too many incidents to keep; give 65536 at most",
            Self::BadRate => "the frame rate is out of range; give 1 to 1000 frames a second",
            Self::BadTime => {
                "the timestamp is out of range; give less than 146 years, and a time base above 0"
            }
            Self::TimeNotAfter => {
                "the timestamp is not after the one before; give frames in the order in which they are shown"
            }
            Self::RateTooHigh => {
                "there are more frames in one second than max_fps; make an analyser for a higher rate"
            }
            Self::StripesDiffer => {
                "the stripes are not those of one frame; give all stripes made for this analyser, in order, after each has summed up the frame"
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
