//! How a picture is seen: its cells, and the fields they lie in.

use core::slice::ChunksExactMut;

use crate::error::Error;
use crate::flash::profile::{Field, Profile};
use crate::frame::Shape;

/// How large a picture appears.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Viewing {
    /// As WCAG 2.x has it: fitted into 1024 x 768 pixels, 341 x 256 of which are 10 degrees.
    #[default]
    Typical,
    /// The picture is so many degrees wide, more than 0 and at most 180.
    Degrees(f32),
}

/// Cells of 10 degrees of 341 pixels would be as wide as this.
const TENTH_OF_A_DEGREE: f64 = 3.41;

/// The longest side of a cell, so that sums over one are exact.
const LARGEST_CELL: u32 = 256;

/// The cells of a picture, in rows from the top left; those at the right and at the bottom may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Grid {
    /// Pixels of the picture.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The side of a cell in pixels.
    pub(crate) cell: u32,
    /// Cells in a row, and in a column.
    pub(crate) across: usize,
    pub(crate) down: usize,
    /// Cells of a field, across and down.
    pub(crate) field: (usize, usize),
    /// More cells of a field than this must flash.
    pub(crate) enough: u32,
}

impl Grid {
    /// # Errors
    ///
    /// [`Error::BadViewing`] where the width in degrees, or a cell given, is none; [`Error::TooLarge`]
    /// where cells would be too large to be summed up.
    pub(crate) fn new(
        shape: Shape,
        profile: &Profile,
        viewing: Viewing,
        cell: Option<u32>,
    ) -> Result<Self, Error> {
        let (width, height) = (shape.width(), shape.height());
        // Pixels of the picture for one of the pixels that WCAG speaks of.
        let pixel = match viewing {
            Viewing::Typical => {
                let scale = (1024.0 / f64::from(width)).min(768.0 / f64::from(height));
                1.0 / scale
            }
            Viewing::Degrees(degrees) if degrees > 0.0 && degrees <= 180.0 => {
                f64::from(width) / (f64::from(degrees) * 10.0 * TENTH_OF_A_DEGREE)
            }
            Viewing::Degrees(_) => return Err(Error::BadViewing),
        };
        let cell = match cell {
            None => ((TENTH_OF_A_DEGREE * pixel) as u32).max(1),
            Some(0) => return Err(Error::BadViewing),
            Some(side) => side,
        };
        if cell > LARGEST_CELL {
            return Err(Error::TooLarge);
        }
        let (across, down) = (width.div_ceil(cell) as usize, height.div_ceil(cell) as usize);
        let side = |pixels: f64, cells: usize| {
            // No more than there are, before it is made a whole number.
            let side = (pixels * pixel / f64::from(cell)).min(cells as f64);
            (rounded(side) as usize).min(cells).max(1)
        };
        let field = match profile.field {
            Field::TenDegrees => (side(341.0, across), side(256.0, down)),
            Field::Picture => (across, down),
        };
        let enough = (f64::from(profile.area) * (field.0 * field.1) as f64) as u32;
        Ok(Self { width, height, cell, across, down, field, enough })
    }

    pub(crate) fn cells(&self) -> usize {
        self.across * self.down
    }

    /// The side of a cell. That it is never 0, and never long, is said where the compiler sees it, so that no
    /// code is left for a division by 0.
    #[inline(always)]
    pub(crate) fn side(&self) -> usize {
        (self.cell as usize).clamp(1, LARGEST_CELL as usize)
    }

    /// Row `y` of an array with a number for each cell; empty where there is no such row.
    #[inline(always)]
    pub(crate) fn row<'a, T>(&self, cells: &'a [T], y: usize) -> &'a [T] {
        cells.get(y * self.across..).and_then(|rest| rest.get(..self.across)).unwrap_or(&[])
    }

    /// The same, to be written to.
    #[inline(always)]
    pub(crate) fn row_mut<'a, T>(&self, cells: &'a mut [T], y: usize) -> &'a mut [T] {
        let rest = cells.get_mut(y * self.across..).unwrap_or(&mut []);
        rest.get_mut(..self.across).unwrap_or(&mut [])
    }

    /// All rows, to be written to.
    #[inline(always)]
    pub(crate) fn rows_mut<'a, T>(&self, cells: &'a mut [T]) -> ChunksExactMut<'a, T> {
        cells.chunks_exact_mut(self.across.max(1))
    }

    /// Places that a field can have, across and down.
    pub(crate) fn places(&self) -> (usize, usize) {
        (self.across - self.field.0 + 1, self.down - self.field.1 + 1)
    }
}

/// To the nearest whole number, halves to the even one.
fn rounded(value: f64) -> u64 {
    let below = value as u64;
    let rest = value - below as f64;
    if rest > 0.5 || (rest == 0.5 && below % 2 == 1) { below + 1 } else { below }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::format::Format;

    fn grid(width: u32, height: u32, profile: &Profile) -> Grid {
        let shape = Shape::new(Format::Gray8, width, height).unwrap();
        Grid::new(shape, profile, Viewing::Typical, None).unwrap()
    }

    #[test]
    fn fields_and_cells_of_usual_pictures() {
        // By hand: 1280 / 1024 = 1.25, 3.41 · 1.25 = 4.26, 341 · 1.25 / 4 = 106.6, 256 · 1.25 / 4 = 80.
        let hd = grid(1280, 720, &Profile::WCAG_2_2);
        assert_eq!((hd.cell, hd.across, hd.down, hd.field), (4, 320, 180, (107, 80)));
        assert_eq!(hd.enough, 2140);
        let full_hd = grid(1920, 1080, &Profile::WCAG_2_2);
        assert_eq!(
            (full_hd.cell, full_hd.across, full_hd.down, full_hd.field),
            (6, 320, 180, (107, 80))
        );
        let small = grid(8, 8, &Profile::WCAG_2_2);
        // One pixel is 96 of the reference's, so a field is 341 / 96 = 3.55, 256 / 96 = 2.67 of them.
        assert_eq!((small.cell, small.across, small.down, small.field), (1, 8, 8, (4, 3)));
        let whole = grid(1280, 720, &Profile::BT_1702);
        assert_eq!(whole.field, (320, 180));
    }

    #[test]
    fn degrees_that_are_those_of_the_typical_screen_give_the_same() {
        let shape = Shape::new(Format::Gray8, 1280, 720).unwrap();
        let degrees = Viewing::Degrees(1024.0 / 34.1);
        let given = Grid::new(shape, &Profile::WCAG_2_2, degrees, None).unwrap();
        assert_eq!(given, grid(1280, 720, &Profile::WCAG_2_2));
        let near = Grid::new(shape, &Profile::WCAG_2_2, Viewing::Degrees(1e-30), Some(4)).unwrap();
        assert_eq!(near.field, (near.across, near.down));
        for wrong in [0.0, -1.0, f32::NAN, 181.0] {
            let made = Grid::new(shape, &Profile::WCAG_2_2, Viewing::Degrees(wrong), None);
            assert_eq!(made, Err(Error::BadViewing));
        }
    }

    #[test]
    fn halves_are_rounded_to_even() {
        assert_eq!([0.4, 0.5, 0.6, 1.5, 2.5, 2.6].map(rounded), [0, 0, 1, 2, 2, 3]);
    }
}
