//! What of a frame is looked at, and how: the caller's settings, checked once.

use crate::color::gray::Gray;
use crate::error::Error;
use crate::frame::region::{MAX_IGNORED, Region};
use crate::frame::{Rectangle, Shape};
use crate::simd::Backend;
use crate::table::kernel::{Method, Reading};
use crate::table::lut::LuminanceLut;

/// How frames are looked at. The default is the T table as it is defined.
///
/// ```
/// use flashinator::{Gray, Rectangle, TableSettings};
///
/// let logo = Rectangle { x: 1180, y: 20, width: 80, height: 40 };
/// let settings = TableSettings { gray: Gray::Bt709, ignore: &[logo], ..TableSettings::default() };
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TableSettings<'a, 'c> {
    /// What the gray value of an RGB pixel is.
    pub gray: Gray,
    /// The luminance of every code, in place of the library's own, see [`LuminanceLut::of`]. Formats of more
    /// than 8 bits need one.
    pub lut: Option<&'c LuminanceLut<'c>>,
    /// What is not looked at: letterbox bars, a station's logo. At most
    /// [`MAX_IGNORED`] rectangles, which may overlap.
    pub ignore: &'a [Rectangle],
    /// The instruction set, for tests and measurements; by default the fastest there is.
    pub backend: Option<Backend>,
}

/// TableSettings that go with a shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'r, 'c> {
    pub(crate) shape: Shape,
    pub(crate) method: Method<'c>,
    pub(crate) region: Region<'r>,
}

impl<'r, 'c> Look<'r, 'c> {
    /// # Errors
    ///
    /// [`Error::BackendUnavailable`]; [`Error::NotBuilt`] where [`Gray::is_built`] says no;
    /// [`Error::LutNeeded`] where the format has no curve of the
    /// library's; [`Error::LutLength`] where the curve given has not the codes of the format; and
    /// those of [`Region::new`].
    pub(crate) fn new(shape: Shape, settings: &TableSettings<'r, 'c>) -> Result<Self, Error> {
        let backend = settings.backend.unwrap_or_else(Backend::best);
        if !backend.is_available() {
            return Err(Error::BackendUnavailable);
        }
        let (format, gray) = (shape.format(), settings.gray);
        if !gray.is_built() {
            return Err(Error::NotBuilt);
        }
        let curve = match settings.lut {
            None => LuminanceLut::usual(format, gray).ok_or(Error::LutNeeded)?,
            Some(curve) if curve.len() == LuminanceLut::codes(format, gray) => curve,
            Some(_) => return Err(Error::LutLength),
        };
        let region = Region::new(shape, settings.ignore)?;
        let method = Method { backend, reading: Reading::of(format, gray), curve };
        Ok(Self { shape, method, region })
    }
}

/// A look without the caller's rectangles, to be kept from frame to frame.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct KeptLook<'c> {
    pub(crate) shape: Shape,
    pub(crate) method: Method<'c>,
    /// Pixels that are looked at.
    pub(crate) pixels: usize,
    ignored: [Rectangle; MAX_IGNORED],
    /// How many of them are used.
    count: usize,
}

impl<'c> KeptLook<'c> {
    #[inline(always)]
    pub(crate) fn new(look: &Look<'_, 'c>) -> Self {
        let Look { shape, method, region } = *look;
        let given = region.ignored();
        let mut ignored = [Rectangle::default(); MAX_IGNORED];
        // No lengths that have to be equal, and so no way to panic.
        for (kept, &given) in ignored.iter_mut().zip(given) {
            *kept = given;
        }
        Self { shape, method, pixels: region.pixels(), ignored, count: given.len() }
    }

    pub(crate) fn region(&self) -> Region<'_> {
        Region::known(self.shape, self.ignored.get(..self.count).unwrap_or(&[]))
    }
}
