//! What can be wrong with what a caller hands over.

use core::fmt;

/// Why a call was refused. Nothing was changed by the call, unless the function says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// A frame without pixels.
    EmptyFrame,
    /// A format or gray that this build of the library leaves out.
    LeftOut,
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
    /// The number of planes is not that of the format.
    PlaneCount,
    /// A part of a frame, or a rectangle to ignore, is not within the frame.
    OutsideFrame,
    /// A part of a frame begins within the pixels that share a sample of chroma.
    BetweenChroma,
    /// More rectangles to ignore than can be.
    TooManyRectangles,
    /// The format has no curve of the library's.
    CurveNeeded,
    /// A table of luminance has not as many values as there are codes.
    CurveLength,
    /// A table of luminance falls, or is not finite.
    BadCurve,
    /// The luminances of white and black of a transfer function make no display.
    BadTransfer,
    /// The instruction set asked for is not one this processor has.
    BackendUnavailable,
    /// A number of a profile makes no sense.
    BadProfile,
    /// The width of the picture in degrees, or the side of a cell, is none.
    BadViewing,
    /// A rate of frames is not between 1 and 1000 a second.
    BadRate,
    /// A timestamp is out of range, or its ticks have no length.
    BadTime,
    /// The timestamp is not after that of the frame before.
    TimeNotAfter,
    /// There are more frames in a second than the analyser was made for.
    RateTooHigh,
}

impl Error {
    /// What is wrong and what to do about it, in one line.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::EmptyFrame => {
                "there are no pixels to look at; give a width and height of at least 1, and ignore less"
            }
            Self::LeftOut => {
                "the library was built without this format or gray; build it with the feature \"formats\""
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
            Self::ShapeChanged => {
                "the frame's size or format differs from the first; make a new scanner for it"
            }
            Self::TooFewRows => {
                "there are fewer rows than frames to compare; give room for a row a frame"
            }
            Self::PlaneCount => {
                "the format has another number of planes; give all of them, in its order"
            }
            Self::OutsideFrame => {
                "the rectangle reaches out of the frame; check its place and size"
            }
            Self::BetweenChroma => {
                "the part begins between samples of chroma; give an even place, as the format has them"
            }
            Self::TooManyRectangles => "there are too many rectangles to ignore; give 16 at most",
            Self::CurveNeeded => {
                "the format has more than 8 bits and no usual curve; give one in the settings"
            }
            Self::CurveLength => {
                "the table of luminance is for other codes; give one value for each code of the format"
            }
            Self::BadCurve => {
                "the table of luminance falls or is not finite; check its values, from black to white"
            }
            Self::BadTransfer => {
                "white and black make no display; give cd/m² from 0.000001 to 1000000, white above black"
            }
            Self::BackendUnavailable => {
                "this processor lacks the instruction set; choose another backend"
            }
            Self::BadProfile => {
                "a number of the profile makes no sense; give steps above 0, an area between 0 and 1, warning up to most"
            }
            Self::BadViewing => {
                "the viewing makes no sense; give a width of up to 180 degrees, and cells of at least 1 pixel"
            }
            Self::BadRate => "the rate makes no sense; give 1 to 1000 frames a second at most",
            Self::BadTime => {
                "the timestamp is out of range; give less than 146 years, in ticks that have a length"
            }
            Self::TimeNotAfter => {
                "the timestamp is not after the one before; give frames in the order they are shown in"
            }
            Self::RateTooHigh => {
                "there are more frames in a second than were promised; make an analyser for a higher rate"
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
