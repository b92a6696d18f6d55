//! Sums of the light of pixels, in whole numbers or in `f32`: all that an analyser does with every pixel.

use crate::color::transfer::Range;
use crate::flash::float_light::{self, FloatOptions, FloatScratch};
use crate::flash::light::{self, CellSums, LightOptions, RowSums, Scratch};
use crate::flash::memory::Cut;
use crate::flash::needs::CellLightKey;
use crate::flash::yuv::{Conversion, Matrix};
use crate::frame::{Frame, Shape};
use crate::simd::Backend;

/// The sums of a row of cells. One of the two is empty.
#[derive(Default)]
pub(crate) struct LightSums<'m> {
    pub(crate) whole: CellSums<'m, i32>,
    pub(crate) float: CellSums<'m, f32>,
}

/// The same, to read.
#[derive(Clone, Copy, Default)]
pub(crate) struct LightRow<'a> {
    pub(crate) whole: RowSums<'a, i32>,
    pub(crate) float: RowSums<'a, f32>,
}

impl<'m> LightSums<'m> {
    #[inline(always)]
    pub(crate) fn cut(key: &CellLightKey, from: &mut impl Cut<'m>) -> Option<Self> {
        let columns = key.grid.columns;
        let (whole, float) = if key.is_float() { (0, columns) } else { (columns, 0) };
        let by_note = |columns| if key.is_ofcom() { columns } else { 0 };
        Some(Self {
            whole: CellSums::cut(whole, by_note(whole), from)?,
            float: CellSums::cut(float, by_note(float), from)?,
        })
    }

    #[inline(always)]
    pub(crate) fn read(&self) -> LightRow<'_> {
        LightRow { whole: self.whole.read(), float: self.float.read() }
    }
}

/// Scratch memory for adding up light; shared by all lights.
pub(crate) struct PixelScratch<'m> {
    /// One, or none if all light is `f32`.
    pixels: &'m mut [Scratch],
    /// One, or none if no light is `f32`.
    float_pixels: &'m mut [FloatScratch],
}

impl<'m> PixelScratch<'m> {
    #[inline(always)]
    pub(crate) fn cut(is_float: bool, from: &mut impl Cut<'m>) -> Option<Self> {
        Some(Self {
            pixels: from.cut(usize::from(!is_float))?,
            float_pixels: from.cut(usize::from(is_float))?,
        })
    }
}

/// Bytes of a strip of a frame. All lights and the T table read a strip before the next one is begun, while it is in
/// the L2 cache.
const STRIP_BYTES: usize = 64 << 10;

/// The strips of rows of pixels that several readers take in turns: the first row of each strip, and the row below its
/// last. A single reader takes all rows at once.
pub(crate) fn strips(shape: Shape, readers: usize) -> impl Iterator<Item = (u32, u32)> {
    let height = shape.height();
    let rows = match readers {
        1 => height,
        _ => (STRIP_BYTES / shape.row_bytes(0).max(1)).max(1) as u32,
    };
    let mut below = 0_u32;
    core::iter::from_fn(move || {
        let above = below;
        below = above.saturating_add(rows).min(height);
        (above < height).then_some((above, below))
    })
}

/// How pixels are turned into light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PixelReader {
    pub(crate) backend: Backend,
    conversion: Conversion,
    matrix: Matrix,
    range: Range,
}

impl PixelReader {
    pub(crate) fn new(backend: Backend, matrix: Matrix, range: Range) -> Self {
        Self { backend, conversion: Conversion::new(matrix, range), matrix, range }
    }

    /// Adds up the light of row `y` of the cells of a frame.
    #[inline(always)]
    pub(crate) fn sum_row(
        &self,
        frame: &Frame<'_>,
        key: &CellLightKey,
        y: usize,
        sums: &mut LightSums<'_>,
        scratch: &mut PixelScratch<'_>,
    ) -> Option<()> {
        let Self { backend, conversion, matrix, range } = *self;
        let (display, ofcom_luma) = (key.display(), key.is_ofcom());
        if let Some(curve) = key.float_curve() {
            let primaries = key.primaries();
            let options = FloatOptions { curve, primaries, display, ofcom_luma, matrix, range };
            let pixels = scratch.float_pixels.first_mut()?;
            float_light::sum_row(backend, frame, &key.grid, options, y, &mut sums.float, pixels);
        } else {
            let options = LightOptions { display, ofcom_luma, conversion };
            let pixels = scratch.pixels.first_mut()?;
            light::sum_row(backend, frame, &key.grid, options, y, &mut sums.whole, pixels);
        }
        Some(())
    }
}
