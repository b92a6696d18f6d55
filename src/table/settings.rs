//! How the frames of a T table are compared: the caller's settings, checked once.

use crate::color::gray::Gray;
use crate::error::Error;
use crate::frame::regions::{Ignored, Region};
use crate::frame::{Rectangle, Shape};
use crate::simd::Backend;
use crate::table::kernel::{KernelConfig, PixelLayout};
use crate::table::lut::LuminanceLut;

/// How the frames of a T table are compared. The default is the T table as it is defined.
///
/// ```
/// use flashinator::{Gray, Rectangle, TableSettings};
///
/// let logo = Rectangle { x: 1180, y: 20, width: 80, height: 40 };
/// let settings = TableSettings { gray: Gray::Bt709, ignore: &[logo], ..TableSettings::default() };
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TableSettings<'a, 'l> {
    /// The gray value of an RGB pixel.
    pub gray: Gray,
    /// The luminance of every code, in place of the library's own, see [`LuminanceLut::of`]. Formats of more
    /// than 8 bits need one.
    pub lut: Option<&'l LuminanceLut<'l>>,
    /// What is ignored: letterbox bars, a station's logo. At most [`MAX_IGNORED`](crate::MAX_IGNORED) rectangles,
    /// which may overlap.
    pub ignore: &'a [Rectangle],
    /// The instruction set, for tests and measurements; by default the fastest there is.
    pub backend: Option<Backend>,
}

/// Settings for frames of a shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Config<'l> {
    pub(crate) shape: Shape,
    pub(crate) kernel: KernelConfig<'l>,
    ignored: Ignored,
}

impl<'l> Config<'l> {
    /// # Errors
    ///
    /// [`Error::BackendUnavailable`]; [`Error::NotBuilt`] where [`Gray::is_built`] says no;
    /// [`Error::LutNeeded`] where the library has no luminance for the format; [`Error::LutLength`] where the
    /// caller's has not as many codes as the format; and those of [`Region::check`].
    #[inline(never)]
    pub(crate) fn check(
        shape: Shape,
        settings: &TableSettings<'_, 'l>,
    ) -> Result<KernelConfig<'l>, Error> {
        Region::check(shape, settings.ignore)?;
        let backend = settings.backend.unwrap_or_else(Backend::best);
        if !backend.is_available() {
            return Err(Error::BackendUnavailable);
        }
        let (format, gray) = (shape.format(), settings.gray);
        if !gray.is_built() {
            return Err(Error::NotBuilt);
        }
        let lut = match settings.lut {
            None => LuminanceLut::standard(format, gray).ok_or(Error::LutNeeded)?,
            Some(lut) if lut.len() == LuminanceLut::codes(format, gray) => lut,
            Some(_) => return Err(Error::LutLength),
        };
        Ok(KernelConfig { backend, layout: PixelLayout::of(format, gray), lut })
    }

    /// Settings that were checked. They are large, so that only the check has a result.
    #[inline(always)]
    pub(crate) fn new(
        shape: Shape,
        settings: &TableSettings<'_, 'l>,
        kernel: KernelConfig<'l>,
    ) -> Self {
        Self { shape, kernel, ignored: Ignored::new(settings.ignore) }
    }

    /// The pixels that are compared.
    pub(crate) fn region(&self) -> Region<'_> {
        self.ignored.region(self.shape)
    }
}
