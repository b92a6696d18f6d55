//! What an input says about the colours of its frames, and what players assume where it says nothing.

use flashinator::{Matrix, Range, Shape};

/// What an input says about the colours of its frames; `None` where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoColor {
    /// How luma and chroma make RGB.
    pub matrix: Option<Matrix>,
    /// Which codes are black and white.
    pub range: Option<Range>,
    /// FFmpeg's name of the transfer function, such as `bt709`, `smpte2084` or `arib-std-b67`.
    pub transfer: Option<String>,
    /// FFmpeg's name of the primaries, such as `bt709` or `bt2020`.
    pub primaries: Option<String>,
}

/// Players take untagged video of this many lines or more for BT.709, and other video for BT.601.
const HD_LINES: u32 = 720;

impl VideoColor {
    /// The matrix, or the one that players assume for this size.
    #[must_use]
    pub fn matrix(&self, shape: Shape) -> Matrix {
        let assumed = if shape.height() >= HD_LINES { Matrix::Bt709 } else { Matrix::Bt601 };
        self.matrix.unwrap_or(assumed)
    }

    /// The range. What is not said is limited for YUV, and full for gray. RGB is always full.
    #[must_use]
    pub fn range(&self, shape: Shape) -> Range {
        let format = shape.format();
        match self.range {
            Some(range) if !format.is_rgb() => range,
            _ if format.is_yuv() => Range::Limited,
            _ => Range::Full,
        }
    }
}
