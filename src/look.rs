//! What of a frame is looked at, and how: the caller's settings, checked once.

use crate::curve::Curve;
use crate::error::Error;
use crate::frame::{Rectangle, Shape};
use crate::gray::Gray;
use crate::region::Region;
use crate::simd::{Backend, Reading};

/// How frames are looked at. The default is the T table as it is defined.
///
/// ```
/// use flashinator::{Gray, Rectangle, Settings};
///
/// let logo = Rectangle { x: 1180, y: 20, width: 80, height: 40 };
/// let settings = Settings { gray: Gray::Bt709, ignore: &[logo], ..Settings::default() };
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'a, 'c> {
    /// What the gray value of an RGB pixel is.
    pub gray: Gray,
    /// The luminance of every code, in place of the library's own, see [`Curve::of`]. Formats of more
    /// than 8 bits need one.
    pub curve: Option<&'c Curve<'c>>,
    /// What is not looked at: letterbox bars, a station's logo. At most
    /// [`MOST_IGNORED`](crate::MOST_IGNORED) rectangles, which may overlap.
    pub ignore: &'a [Rectangle],
    /// The instruction set, for tests and measurements; by default the fastest there is.
    pub backend: Option<Backend>,
}

/// Settings that go with a shape.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Look<'c> {
    pub(crate) shape: Shape,
    pub(crate) backend: Backend,
    pub(crate) reading: Reading,
    pub(crate) region: Region,
    pub(crate) curve: &'c Curve<'c>,
}

impl<'c> Look<'c> {
    /// # Errors
    ///
    /// [`Error::BackendUnavailable`]; [`Error::LeftOut`] where [`Gray::is_served`] says no;
    /// [`Error::CurveNeeded`] where the format has no curve of the
    /// library's; [`Error::CurveLength`] where the curve given has not the codes of the format; and
    /// those of [`Region::new`].
    #[inline(always)]
    pub(crate) fn new(shape: Shape, settings: &Settings<'_, 'c>) -> Result<Self, Error> {
        let backend = settings.backend.unwrap_or_else(Backend::best);
        if !backend.is_available() {
            return Err(Error::BackendUnavailable);
        }
        let (format, gray) = (shape.format(), settings.gray);
        if !gray.is_served() {
            return Err(Error::LeftOut);
        }
        let curve = match settings.curve {
            None => Curve::usual(format, gray).ok_or(Error::CurveNeeded)?,
            Some(curve) if curve.len() == Curve::codes(format, gray) => curve,
            Some(_) => return Err(Error::CurveLength),
        };
        let region = Region::new(shape, settings.ignore)?;
        Ok(Self { shape, backend, reading: Reading::of(format, gray), region, curve })
    }
}
