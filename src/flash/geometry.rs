//! How a picture is seen: its cells, and the fields in which flashes are counted together.

use core::ops::Range;

use bytemuck::{Pod, Zeroable};

use crate::error::Error;
use crate::flash::profile::{Field, Profile};
use crate::flash::settings::AnalyserSettings;
use crate::frame::{Shape, div_ceil};

/// How large a picture appears.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Viewing {
    /// Fitted into [`Profile::fit`], as large as it goes: 1024 x 768 CSS pixels for most standards.
    #[default]
    Default,
    /// The width in CSS pixels, above 0. 34.1 of them appear one degree wide.
    CssWidth(f32),
    /// The width in degrees of the visual field, above 0 and at most 180.
    Degrees(f32),
}

/// CSS pixels in a degree of the visual field: WCAG 2.x takes 341 of them for 10 degrees.
const CSS_PIXELS_PER_DEGREE: f64 = 34.1;

/// The longest side of a cell in pixels, so that the sum of its light fits into 32 bits.
const LONGEST_CELL_SIDE: u32 = 256;

/// The cells of a picture, in rows from the top left. Those at the right and at the bottom may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct Grid {
    /// The picture, in pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// A cell, in pixels.
    pub(crate) cell_width: u32,
    pub(crate) cell_height: u32,
    /// Cells in a row, and rows.
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

/// How the cells of an analyser lie in the picture: see [`Analyser::mask`](crate::Analyser::mask).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellGrid {
    /// Cells in a row.
    pub columns: u32,
    /// Rows of cells.
    pub rows: u32,
    /// Pixels of a cell from left to right; the last cell of a row may have fewer.
    pub cell_width: u32,
    /// Pixels of a cell from top to bottom; those of the last row may have fewer.
    pub cell_height: u32,
}

/// CSS pixels for a pixel of the picture, from left to right and from top to bottom.
fn scale(
    shape: Shape,
    profile: &Profile,
    settings: &AnalyserSettings<'_>,
) -> Result<[f64; 2], Error> {
    let aspect = f64::from(settings.pixel_aspect);
    if !(1e-3..=1e3).contains(&aspect) {
        return Err(Error::BadViewing);
    }
    let (width, height) = (f64::from(shape.width()) * aspect, f64::from(shape.height()));
    let css_width = match settings.viewing {
        Viewing::Default => {
            let [fit_width, fit_height] = profile.fit.map(f64::from);
            let down = (fit_width / width).min(fit_height / height);
            return Ok([down * aspect, down]);
        }
        Viewing::CssWidth(pixels) => f64::from(pixels),
        Viewing::Degrees(degrees) if degrees <= 180.0 => CSS_PIXELS_PER_DEGREE * f64::from(degrees),
        Viewing::Degrees(_) => return Err(Error::BadViewing),
    };
    // A picture wider than any screen has cells of one pixel, and one narrower than a pixel is not seen.
    if !(1e-3..=1e7).contains(&css_width) {
        return Err(Error::BadViewing);
    }
    let down = css_width / width;
    Ok([down * aspect, down])
}

impl Grid {
    /// The rows of cells whose last row of pixels is one of `above..below`.
    pub(crate) fn rows_that_end(&self, above: u32, below: u32) -> Range<usize> {
        let ended = |pixels: u32| {
            if pixels >= self.height {
                self.rows
            } else {
                pixels.checked_div(self.cell_height).unwrap_or(0) as usize
            }
        };
        ended(above)..ended(below)
    }

    /// # Errors
    ///
    /// [`Error::BadViewing`] where the width or the aspect of pixels is out of range, or cells would not have 1 to
    /// 256 pixels; [`Error::TooLarge`] where the frame is too large for such cells.
    pub(crate) fn new(
        shape: Shape,
        profile: &Profile,
        settings: &AnalyserSettings<'_>,
    ) -> Result<Self, Error> {
        let sides = match settings.cell {
            Some(0) => return Err(Error::BadViewing),
            Some(side) => {
                scale(shape, profile, settings)?;
                [side; 2]
            }
            // A tenth of a degree, in whole pixels.
            None => scale(shape, profile, settings)?
                .map(|scale| ((CSS_PIXELS_PER_DEGREE / 10.0 / scale) as u32).max(1)),
        };
        Self::of_cells(shape, sides, settings)
    }

    /// The cells in which a profile looks for regular patterns: half as wide and high as by the default viewing, whatever
    /// that of the settings is, but no less than two pixels where cells have as many.
    ///
    /// # Errors
    ///
    /// As [`Grid::new`].
    pub(crate) fn for_patterns(
        shape: Shape,
        profile: &Profile,
        settings: &AnalyserSettings<'_>,
    ) -> Result<Self, Error> {
        let settings = AnalyserSettings { viewing: Viewing::Default, cell: None, ..*settings };
        let sides = scale(shape, profile, &settings)?.map(|scale| {
            let pixels = CSS_PIXELS_PER_DEGREE / 10.0 / scale;
            ((pixels / 2.0) as u32).max((pixels as u32).clamp(1, 2))
        });
        let grid = Self::of_cells(shape, sides, &settings)?;
        // Positions along a line are numbers of 16 bits.
        let longest = grid.columns.max(grid.rows);
        if longest > usize::from(u16::MAX) { Err(Error::TooLarge) } else { Ok(grid) }
    }

    fn of_cells(
        shape: Shape,
        [cell_width, cell_height]: [u32; 2],
        settings: &AnalyserSettings<'_>,
    ) -> Result<Self, Error> {
        if cell_width > LONGEST_CELL_SIDE || cell_height > LONGEST_CELL_SIDE {
            // Only a frame beyond any screen has such cells by itself.
            let by_itself = settings.cell.is_none() && settings.viewing == Viewing::Default;
            return Err(if by_itself { Error::TooLarge } else { Error::BadViewing });
        }
        let (width, height) = (shape.width(), shape.height());
        let columns = div_ceil(width as usize, cell_width as usize);
        let rows = div_ceil(height as usize, cell_height as usize);
        Ok(Self { width, height, cell_width, cell_height, columns, rows })
    }

    pub(crate) fn cells(&self) -> usize {
        self.columns * self.rows
    }

    /// Pixels of a cell from left to right. That it is never 0, and never long, is said where the compiler
    /// sees it, so that no code is left for a division by 0.
    #[inline(always)]
    pub(crate) fn cell_width(&self) -> usize {
        (self.cell_width as usize).clamp(1, LONGEST_CELL_SIDE as usize)
    }

    /// Pixels of a cell from top to bottom.
    #[inline(always)]
    pub(crate) fn cell_height(&self) -> usize {
        (self.cell_height as usize).clamp(1, LONGEST_CELL_SIDE as usize)
    }

    /// Row `y` of an array with an entry for each cell.
    #[inline(always)]
    pub(crate) fn row<'a, T>(&self, cells: &'a [T], y: usize) -> &'a [T] {
        let row = cells.get(y * self.columns..).and_then(|rest| rest.get(..self.columns));
        debug_assert!(row.is_some(), "an array has an entry for each cell");
        row.unwrap_or(&[])
    }

    /// The same, to be written to.
    #[inline(always)]
    pub(crate) fn row_mut<'a, T>(&self, cells: &'a mut [T], y: usize) -> &'a mut [T] {
        let rest = cells.get_mut(y * self.columns..).unwrap_or(&mut []);
        let row = rest.get_mut(..self.columns);
        debug_assert!(row.is_some(), "an array has an entry for each cell");
        row.unwrap_or(&mut [])
    }

    /// The places of some cells of row `y` among all cells.
    #[inline(always)]
    pub(crate) fn places(&self, y: usize, columns: &Range<usize>) -> Range<usize> {
        y * self.columns + columns.start..y * self.columns + columns.end
    }

    /// The cells of row `y` in parts whose cells have the same number of pixels, and that number: the last cell of a row
    /// may be narrower than the others.
    #[inline(always)]
    pub(crate) fn cells_of_row(&self, y: usize) -> impl Iterator<Item = (Range<usize>, f32)> {
        let height = self.cell_height().min(self.height as usize - y * self.cell_height());
        let last = self.width as usize - (self.columns - 1) * self.cell_width();
        let whole = if last == self.cell_width() { self.columns } else { self.columns - 1 };
        let parts = [(0..whole, self.cell_width()), (whole..self.columns, last)];
        let parts = parts.into_iter().filter(|(columns, _)| !columns.is_empty());
        parts.map(move |(columns, width)| (columns, (width * height) as f32))
    }

    /// Sets the entries of the cells of row `y` to 0 that a rectangle of pixels touches.
    pub(crate) fn clear_touched(&self, y: usize, rectangle: &crate::Rectangle, row: &mut [u8]) {
        let (top, left) = (rectangle.y as usize, rectangle.x as usize);
        let (below, right) = (top + rectangle.height as usize, left + rectangle.width as usize);
        let (cell_width, cell_height) = (self.cell_width(), self.cell_height());
        let pixels = y * cell_height..(y + 1) * cell_height;
        if rectangle.is_empty() || pixels.end <= top || below <= pixels.start {
            return;
        }
        let cells = left / cell_width..div_ceil(right, cell_width);
        for cell in row.iter_mut().take(cells.end).skip(cells.start) {
            *cell = 0;
        }
    }

    /// Writes a bit for each cell by the pixel in its middle: in whole bytes for each row, the lowest bit of a byte first.
    pub(crate) fn write_bits(&self, bits: &mut [u8], is_set: impl Fn(usize, usize) -> bool) {
        bits.fill(0);
        let middle =
            |cell: usize, side: usize, end: u32| (cell * side + side / 2).min(end as usize - 1);
        for (y, row) in bits.chunks_exact_mut(self.row_bytes().max(1)).enumerate().take(self.rows) {
            let pixel_y = middle(y, self.cell_height(), self.height);
            for x in 0..self.columns {
                let is_set = is_set(middle(x, self.cell_width(), self.width), pixel_y);
                if let Some(bits) = row.get_mut(x / 8) {
                    *bits |= u8::from(is_set) << (x % 8);
                }
            }
        }
    }

    /// Bytes of a row of cells of which each has a bit.
    #[inline(always)]
    pub(crate) fn row_bytes(&self) -> usize {
        div_ceil(self.columns, 8)
    }

    /// Bytes of a mask of the cells: a bit for each, in whole bytes for each row.
    pub(crate) fn mask_bytes(&self) -> usize {
        self.row_bytes() * self.rows
    }

    /// The pixels of some cells.
    #[inline(never)] // It is called in many places, once a frame.
    pub(crate) fn pixels(&self, x: u32, y: u32, columns: u32, rows: u32) -> crate::Rectangle {
        let side = |from: u32, cells: u32, cell: u32, end: u32| {
            let from = from.saturating_mul(cell).min(end);
            (from, cells.saturating_mul(cell).min(end - from))
        };
        let (x, width) = side(x, columns, self.cell_width, self.width);
        let (y, height) = side(y, rows, self.cell_height, self.height);
        crate::Rectangle { x, y, width, height }
    }

    pub(crate) fn picture(&self) -> crate::Rectangle {
        crate::Rectangle { x: 0, y: 0, width: self.width, height: self.height }
    }

    pub(crate) fn public(&self) -> CellGrid {
        CellGrid {
            columns: self.columns as u32,
            rows: self.rows as u32,
            cell_width: self.cell_width,
            cell_height: self.cell_height,
        }
    }
}

/// A cell that is covered whole, in the unit in which areas are summed up: many fractions of a cell of usual
/// size are whole numbers of it, and it fits into a byte.
pub(crate) const WHOLE_CELL: u8 = 144;

/// The part of the picture in which flashes are counted together, and how much of it must flash.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct FieldSize {
    /// In cells, and no larger than the picture.
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// The area of the whole field, in cells.
    pub(crate) cells: f64,
    /// More than this must flash, in parts of [`WHOLE_CELL`].
    pub(crate) area_threshold: u64,
}

impl FieldSize {
    pub(crate) fn new(
        shape: Shape,
        grid: &Grid,
        profile: &Profile,
        settings: &AnalyserSettings<'_>,
    ) -> Result<Self, Error> {
        let (columns, rows) = match profile.field {
            Field::Picture => (grid.columns as f64, grid.rows as f64),
            Field::Css { width, height } => {
                let [across, down] = scale(shape, profile, settings)?;
                let side = |css: f32, scale: f64, cell: u32| {
                    rounded(f64::from(css) / scale / f64::from(cell)).max(1.0)
                };
                (side(width, across, grid.cell_width), side(height, down, grid.cell_height))
            }
        };
        let cells = columns * rows;
        // What is left of the sums in floating point of the definition: a millionth of a cell.
        let least = (f64::from(profile.min_area) * cells + 1e-6) * f64::from(WHOLE_CELL);
        Ok(Self {
            columns: (columns as usize).min(grid.columns),
            rows: (rows as usize).min(grid.rows),
            cells,
            area_threshold: least as u64,
        })
    }

    /// Positions that the field can have in the picture, from left to right and from top to bottom.
    #[inline(always)]
    pub(crate) fn places(&self, grid: &Grid) -> (usize, usize) {
        debug_assert!(self.columns <= grid.columns && self.rows <= grid.rows);
        (grid.columns + 1 - self.columns, grid.rows + 1 - self.rows)
    }
}

/// To the nearest whole number, halves to the even one.
fn rounded(value: f64) -> f64 {
    if value >= 4e9 {
        return 4e9;
    }
    let below = value as u64;
    let rest = value - below as f64;
    let up = rest > 0.5 || (rest == 0.5 && below % 2 == 1);
    (below + u64::from(up)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::format::Format;

    fn geometry(width: u32, height: u32, profile: Profile, viewing: Viewing) -> (Grid, FieldSize) {
        let shape = Shape::new(Format::Gray8, width, height).unwrap();
        let settings = AnalyserSettings { viewing, ..AnalyserSettings::default() };
        let grid = Grid::new(shape, &profile, &settings).unwrap();
        (grid, FieldSize::new(shape, &grid, &profile, &settings).unwrap())
    }

    #[test]
    fn cells_and_fields_of_usual_pictures() {
        // By hand: 1280 / 1024 = 1.25, 3.41 x 1.25 = 4.26, 341 x 1.25 / 4 = 106.6, 256 x 1.25 / 4 = 80.
        let (hd, field) = geometry(1280, 720, Profile::WCAG_2_2, Viewing::Default);
        assert_eq!((hd.cell_width, hd.cell_height, hd.columns, hd.rows), (4, 4, 320, 180));
        assert_eq!((field.columns, field.rows, field.area_threshold), (107, 80, 2140 * 144));
        let (full_hd, field) = geometry(1920, 1080, Profile::WCAG_2_2, Viewing::Default);
        assert_eq!((full_hd.cell_width, full_hd.columns, full_hd.rows), (6, 320, 180));
        assert_eq!((field.columns, field.rows), (107, 80));
        let (grid, field) = geometry(1920, 1080, Profile::TRACE_24, Viewing::CssWidth(1920.0));
        assert_eq!((grid.cell_width, grid.columns, grid.rows), (3, 640, 360));
        assert_eq!((field.columns, field.rows), (139, 139));
        let (_, whole) = geometry(1280, 720, Profile::BT_1702, Viewing::Default);
        assert_eq!((whole.columns, whole.rows), (320, 180));
    }

    #[test]
    fn a_quarter_of_a_field_is_asked_of_small_pictures_too() {
        let (grid, field) = geometry(64, 64, Profile::WCAG_2_2, Viewing::CssWidth(64.0));
        assert_eq!((grid.columns, field.columns, field.rows), (22, 22, 22));
        // 114 x 85 cells of 3 pixels.
        assert_eq!(field.cells, 114.0 * 85.0);
        assert!(field.area_threshold > 144 * 22 * 22);
    }

    #[test]
    fn pixels_that_are_not_square_have_cells_that_are_not() {
        let shape = Shape::new(Format::Gray8, 720, 576).unwrap();
        let settings = AnalyserSettings { pixel_aspect: 2.0, ..AnalyserSettings::default() };
        let grid = Grid::new(shape, &Profile::WCAG_2_2, &settings).unwrap();
        // 1440 x 576 square pixels: 1024 / 1440 = 0.711, so 3.41 / 1.422 and 3.41 / 0.711.
        assert_eq!((grid.cell_width, grid.cell_height), (2, 4));
    }

    #[test]
    fn degrees_are_34_css_pixels() {
        let given = Viewing::Degrees(1024.0 / 34.1);
        assert_eq!(
            geometry(1280, 720, Profile::WCAG_2_2, given).0,
            geometry(1280, 720, Profile::WCAG_2_2, Viewing::Default).0
        );
        let shape = Shape::new(Format::Gray8, 1280, 720).unwrap();
        for viewing in [0.0, -1.0, f32::NAN, 181.0]
            .map(Viewing::Degrees)
            .into_iter()
            .chain([0.0, -1.0, f32::NAN, f32::INFINITY].map(Viewing::CssWidth))
        {
            let settings = AnalyserSettings { viewing, ..AnalyserSettings::default() };
            assert_eq!(Grid::new(shape, &Profile::WCAG_2_2, &settings), Err(Error::BadViewing));
        }
    }

    #[test]
    fn halves_are_rounded_to_even() {
        let values = [0.4, 0.5, 0.6, 1.5, 2.5, 2.6].map(rounded);
        assert_eq!(values, [0.0, 0.0, 1.0, 2.0, 2.0, 3.0]);
    }
}
