//! The settings of an analyser.

use crate::color::curve::{Curve, Primaries};
use crate::color::display::Display;
use crate::color::transfer::Range;
use crate::flash::geometry::Viewing;
use crate::flash::profile::Profile;
use crate::flash::yuv::Matrix;
use crate::frame::Rectangle;
use crate::simd::Backend;

/// How frames are analysed. The default is WCAG 2.2 at up to 60 frames a second.
///
/// ```
/// use flashinator::{AnalyserSettings, Profile, Viewing};
///
/// let settings = AnalyserSettings {
///     profiles: &[Profile::WCAG_2_2, Profile::BT_1702],
///     viewing: Viewing::CssWidth(1920.0),
///     ..AnalyserSettings::default()
/// };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnalyserSettings<'a> {
    /// The rules to judge by, 1 to [`MAX_PROFILES`] of them, in one pass over the pixels.
    pub profiles: &'a [Profile],
    /// How large the picture is shown.
    pub viewing: Viewing,
    /// The width of a pixel divided by its height, 0.001 to 1000.
    pub pixel_aspect: f32,
    /// The display that video of standard dynamic range is made for; by default the one that each profile names.
    pub display: Option<Display>,
    /// The transfer function: standard dynamic range, PQ or HLG. Samples of more than 8 bits are read with all their
    /// bits, whatever this is.
    pub curve: Curve,
    /// The primaries of red, green and blue.
    pub primaries: Primaries,
    /// The side of a cell in pixels, 1 to 256; by default as many whole pixels as fit into 0.1 degree.
    pub cell: Option<u32>,
    /// The most frames in a second, 1 to 1000. Memory grows with it.
    pub max_fps: u32,
    /// The matrix by which YUV is converted to RGB.
    pub matrix: Matrix,
    /// The range of the codes of YUV: limited or full.
    pub range: Range,
    /// Parts of the picture to ignore: cells with a pixel in one of these rectangles never flash. At most
    /// [`MAX_IGNORED`](crate::MAX_IGNORED).
    pub ignore: &'a [Rectangle],
    /// How many incidents of each profile to keep with their details, at most 65536; further ones are only counted.
    pub max_incidents: u32,
    /// The instruction set, for tests and measurements; by default the fastest there is.
    pub backend: Option<Backend>,
}

/// The most profiles that frames can be judged by at once.
pub const MAX_PROFILES: usize = 8;

/// The highest [`AnalyserSettings::max_fps`].
pub(crate) const HIGHEST_RATE: u32 = 1000;

/// The highest [`AnalyserSettings::max_incidents`].
pub(crate) const MOST_INCIDENTS: u32 = 65_536;

impl Default for AnalyserSettings<'_> {
    fn default() -> Self {
        Self {
            profiles: &[Profile::WCAG_2_2],
            viewing: Viewing::Default,
            pixel_aspect: 1.0,
            display: None,
            curve: Curve::Sdr,
            primaries: Primaries::Bt709,
            cell: None,
            max_fps: 60,
            matrix: Matrix::Bt601,
            range: Range::Limited,
            ignore: &[],
            max_incidents: 64,
            backend: None,
        }
    }
}
