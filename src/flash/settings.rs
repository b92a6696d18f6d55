//! How frames are analysed.

use crate::color::transfer::Range;
use crate::error::Error;
use crate::flash::geometry::{Grid, Viewing};
use crate::flash::memory::Layout;
use crate::flash::profile::Profile;
use crate::flash::yuv::Matrix;
use crate::frame::{Rectangle, Shape};
use crate::simd::Backend;

/// How frames are analysed. The default is WCAG 2.2 at up to 60 frames a second.
///
/// ```
/// use flashinator::{AnalyserSettings, Profile};
///
/// let settings = AnalyserSettings { profile: Profile::BT_1702, ..AnalyserSettings::default() };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnalyserSettings<'a> {
    /// The rules.
    pub profile: Profile,
    /// How large the picture appears.
    pub viewing: Viewing,
    /// The side of a cell in pixels, 1 to 256; by default the whole pixels in 0.1 degree.
    pub cell: Option<u32>,
    /// The most frames in a second, 1 to 1000. Memory grows with it.
    pub most_frames: u32,
    /// How luma and chroma make RGB; not looked at for other formats.
    pub matrix: Matrix,
    /// Which codes of luma and chroma are black and white; not looked at for other formats.
    pub range: Range,
    /// What is not looked at: cells with a pixel in one of these rectangles never flash. At most
    /// [`MAX_IGNORED`](crate::MAX_IGNORED).
    pub ignore: &'a [Rectangle],
    /// Incidents to keep the details of, at most 65536; further ones are only counted.
    pub incidents: u32,
    /// The instruction set, for tests and measurements; by default the fastest there is.
    pub backend: Option<Backend>,
}

impl Default for AnalyserSettings<'_> {
    fn default() -> Self {
        Self {
            profile: Profile::WCAG_2_2,
            viewing: Viewing::Typical,
            cell: None,
            most_frames: 60,
            matrix: Matrix::Bt601,
            range: Range::Limited,
            ignore: &[],
            incidents: 64,
            backend: None,
        }
    }
}

/// The highest [`AnalyserSettings::most_frames`].
const HIGHEST_RATE: u32 = 1000;

/// The highest [`AnalyserSettings::incidents`].
const MOST_INCIDENTS: u32 = 65_536;

impl Layout {
    /// The layout that frames and settings need.
    ///
    /// # Errors
    ///
    /// Those of [`Analyser::memory_needed`](crate::Analyser::memory_needed).
    pub(crate) fn new(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<Self, Error> {
        settings.profile.check()?;
        if !(1..=HIGHEST_RATE).contains(&settings.most_frames) {
            return Err(Error::BadRate);
        }
        if settings.incidents > MOST_INCIDENTS {
            return Err(Error::TooLarge);
        }
        let grid = Grid::new(shape, &settings.profile, settings.viewing, settings.cell)?;
        Self::of(grid, settings.most_frames as usize, settings.incidents as usize)
            .ok_or(Error::TooLarge)
    }
}
