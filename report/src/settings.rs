//! How a video is judged: what its user asks for, and what is known of its pixels.

use flashinator::{Curve, Display, Matrix, Primaries, Range, Rectangle, Shape, Timestamp, Viewing};

/// What a user asks for. What is absent is as the input says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// How wide the picture is shown.
    pub width: Viewing,
    /// The width of a pixel divided by its height.
    pub pixel_aspect: Option<f32>,
    /// What transparent pixels are laid on: red, green and blue of one or more colours.
    pub backgrounds: Vec<[u8; 3]>,
    /// Whether interlaced video is judged frame by frame.
    pub no_deinterlace: bool,
    /// How luma and chroma make RGB.
    pub matrix: Option<Matrix>,
    /// Which codes are black and white.
    pub range: Option<Range>,
    /// The transfer function.
    pub curve: Option<Curve>,
    /// The colours that red, green and blue are.
    pub primaries: Option<Primaries>,
    /// The display that video of standard dynamic range is made for.
    pub display: Option<Display>,
    /// The time of the first frame that is judged, in seconds.
    pub start: f64,
    /// The length of the part that is judged, in seconds.
    pub duration: Option<f64>,
    /// The part of the picture that is judged.
    pub crop: Option<Rectangle>,
    /// Parts of the picture that are ignored.
    pub ignore: Vec<Rectangle>,
}

/// What is known of the pixels of a video.
#[derive(Clone, Copy, Debug)]
pub struct Video {
    /// Format and size of the whole picture.
    pub shape: Shape,
    /// The width of a pixel divided by its height.
    pub pixel_aspect: f32,
    /// How luma and chroma make RGB.
    pub matrix: Matrix,
    /// Which codes are black and white.
    pub range: Range,
    /// The transfer function.
    pub curve: Curve,
    /// The colours that red, green and blue are.
    pub primaries: Primaries,
    /// Whether the decoder made YUV of RGB.
    pub was_rgb: bool,
}

impl Video {
    /// The pixels in words.
    #[must_use]
    pub fn pixels(&self) -> String {
        let format = self.shape.format();
        let made_of = if self.was_rgb { " made of RGB" } else { "" };
        let mut parts = vec![format!("{}{made_of}", format.name())];
        if format.is_yuv() {
            parts.push(matrix_title(self.matrix).to_owned());
        }
        if format.is_yuv() || !format.is_rgb() && self.range == Range::Limited {
            let range = if self.range == Range::Full { "full" } else { "limited" };
            parts.push(format!("{range} range"));
        }
        match self.curve {
            Curve::Sdr => {}
            Curve::Pq => parts.push("PQ".to_owned()),
            Curve::Hlg => parts.push("HLG".to_owned()),
        }
        if self.primaries == Primaries::Bt2020 {
            parts.push("primaries of BT.2020".to_owned());
        }
        parts.join(", ")
    }

    /// The range for the analyser, which takes gray for full.
    #[must_use]
    pub fn judged_range(&self) -> Range {
        if self.shape.format().is_yuv() { self.range } else { Range::Full }
    }
}

/// The name of a matrix in a sentence.
#[must_use]
pub fn matrix_title(matrix: Matrix) -> &'static str {
    match matrix {
        Matrix::Bt601 => "BT.601",
        Matrix::Bt709 => "BT.709",
        Matrix::Bt2020 => "BT.2020",
    }
}

/// A time in seconds as a [`Timestamp`].
///
/// # Panics
///
/// Never: times beyond a hundred years are clamped.
#[must_use]
pub fn timestamp(seconds: f64) -> Timestamp {
    let nanoseconds = (seconds * 1e9).round().clamp(-3e18, 3e18) as i64;
    Timestamp::from_nanos(nanoseconds).unwrap_or_default()
}
