//! The light of every cell of a frame, a row of cells at a time.

use core::ops::Range;

use bytemuck::{Pod, Zeroable};

use crate::color::display::{Display, FRACTION_BITS, WHITE};
use crate::flash::geometry::Grid;
use crate::flash::linear_light::{BLOCK, ColumnGroup, ROWS, add_light, add_light_packed_3};
use crate::flash::memory::Cut;
use crate::flash::ofcom::ofcom_luminance;
use crate::flash::yuv::{
    Channels, Conversion, Span, TILE, YuvScratch, bytes, channels, copy, fill_channels,
};
use crate::frame::format::SampleLayout;
use crate::frame::{Frame, div_ceil};
use crate::simd::{Backend, Kernel, Outlined, Simd, Vector, dispatch};

/// White, and a coordinate of 1, in the unit of light and of states of 16 bits.
pub(crate) const SCALE: f32 = 65_000.0;

/// How the light of cells is made.
#[derive(Clone, Copy)]
pub(crate) struct LightOptions {
    /// The transfer function of red, green and blue.
    pub(crate) display: Display,
    /// Whether the luminance of each pixel by Ofcom's guidance note, which takes its luma, is summed up as well.
    pub(crate) ofcom_luma: bool,
    pub(crate) conversion: Conversion,
}

/// Sums over the pixels of each cell of a row: of light in whole numbers, or in `f32`.
#[derive(Default)]
pub(crate) struct CellSums<'m, T> {
    /// Linear light of red, green and blue. Whole numbers are [`WHITE`] for a white pixel. `f32` is light of the video's
    /// own primaries, in cd/m² for high dynamic range and else relative to white.
    pub(crate) light: [&'m mut [T]; 3],
    /// Luminance by Ofcom's guidance note, 1 for a pixel of 200 cd/m². Empty if no profile asks for it.
    pub(crate) luma_light: &'m mut [f32],
}

impl<'m, T: Pod> CellSums<'m, T> {
    /// Sums for `cells` cells, with luminance by the note for `by_note` of them.
    #[inline(always)]
    pub(crate) fn cut(cells: usize, by_note: usize, from: &mut impl Cut<'m>) -> Option<Self> {
        Some(Self { light: from.cut_channels(cells)?, luma_light: from.cut(by_note)? })
    }

    /// The same sums, to read.
    #[inline(always)]
    pub(crate) fn read(&self) -> RowSums<'_, T> {
        let [red, green, blue] = &self.light;
        RowSums { light: [red, green, blue], luma_light: self.luma_light, pixels: 0.0 }
    }
}

/// The sums of some cells of a row, to read.
#[derive(Clone, Copy, Default)]
pub(crate) struct RowSums<'a, T> {
    /// As [`CellSums::light`].
    pub(crate) light: [&'a [T]; 3],
    /// As [`CellSums::luma_light`].
    pub(crate) luma_light: &'a [f32],
    /// Pixels of each cell, or 0 if cells have different numbers.
    pub(crate) pixels: f32,
}

impl<'a, T> RowSums<'a, T> {
    /// The sums of some cells, which have `pixels` pixels each.
    #[inline(always)]
    pub(crate) fn cells(&self, columns: Range<usize>, pixels: f32) -> Option<Self> {
        let [red, green, blue] = self.light;
        let light =
            [red.get(columns.clone())?, green.get(columns.clone())?, blue.get(columns.clone())?];
        let luma_light =
            if self.luma_light.is_empty() { &[] } else { self.luma_light.get(columns)? };
        Some(Self { light, luma_light, pixels })
    }

    /// Sums of luminance over a cell, if it is not that of the light.
    #[inline(always)]
    pub(crate) fn luminance(&self) -> Option<&'a [f32]> {
        if self.luma_light.is_empty() { None } else { Some(self.luma_light) }
    }
}

/// Memory for a tile: some columns of a row of cells.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct Scratch {
    rows: [Channels; ROWS],
    yuv: YuvScratch,
    /// Sums of linear light over each group of columns.
    columns: [[i32; TILE]; 3],
    /// Sums of the note's luminance over each column.
    luma_columns: [f32; TILE],
}

/// Sums up the light of the cells of row `row`.
pub(crate) fn sum_row(
    backend: Backend,
    frame: &Frame<'_>,
    grid: &Grid,
    options: LightOptions,
    row: usize,
    sums: &mut CellSums<'_, i32>,
    scratch: &mut Scratch,
) {
    let (cell_width, cell_height) = (grid.cell_width(), grid.cell_height());
    let (width, height) = (grid.width as usize, grid.height as usize);
    debug_assert!(sums.light.iter().all(|light| light.len() >= width.div_ceil(cell_width)));
    let top = row * cell_height;
    let group = match cell_width {
        _ if cell_width.is_multiple_of(4) => ColumnGroup::Four,
        _ if cell_width.is_multiple_of(2) => ColumnGroup::Two,
        _ => ColumnGroup::One,
    };
    // A whole number of cells, and an even number of pixels, as chroma needs.
    let tile_width = TILE / (2 * cell_width) * 2 * cell_width;
    let mut x = 0;
    while x < width {
        let count = tile_width.min(width - x);
        let rows = top..(top + cell_height).min(height);
        dispatch(
            backend,
            Tile { frame, options, cell_width, group, x, count, rows, sums, scratch },
        );
        x += tile_width;
    }
    if channels(frame.shape().format()) == 1 {
        let [red, green, blue] = &mut sums.light;
        copy(red, green);
        copy(red, blue);
    }
}

/// Some cells of a row, of which the last may be narrower.
struct Tile<'a, 'm, 'f> {
    frame: &'a Frame<'f>,
    options: LightOptions,
    /// Pixels of a cell from left to right.
    cell_width: usize,
    /// A divisor of it.
    group: ColumnGroup,
    /// The columns of pixels, and the rows.
    x: usize,
    count: usize,
    rows: Range<usize>,
    sums: &'a mut CellSums<'m, i32>,
    scratch: &'a mut Scratch,
}

impl Kernel for Tile<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, simd: Simd<V>) {
        let Self { frame, options, cell_width, group, x, count, rows, sums, scratch } = self;
        let format = frame.shape().format();
        let used = channels(format);
        let Scratch { rows: pixels, yuv, columns, luma_columns } = scratch;
        let groups = div_ceil(count, group.columns());
        clear(columns.iter_mut().take(used), count.next_multiple_of(BLOCK) / group.columns());
        if options.ofcom_luma {
            luma_columns.fill(0.0);
        }
        let samples = format.samples();
        let mut y = rows.start;
        while y < rows.end {
            let height = ROWS.min(rows.end - y);
            let mut done = 0;
            if samples == SampleLayout::Packed3 && !options.ofcom_luma {
                // Such pixels are summed up where they lie, except the last ones.
                let bytes = (3 * x, 3 * count);
                let rows = rows_of(frame, 0, y..y + height, bytes);
                let ahead = rows_of(frame, 0, y + height..y + 2 * height, bytes);
                let mut sums = columns.each_mut().map(|columns| &mut columns[..]);
                if format.channels() == [2, 1, 0] {
                    sums.reverse();
                }
                let rows = rows.get(..height).unwrap_or(&rows);
                let display = options.display;
                done = simd.outline(AddPacked3 { display, rows, group, sums, ahead: &ahead });
            }
            let rest = count - done;
            if rest > 0 {
                let place = Span { x: x + done, y, count: rest, is_below: false };
                let rows = pixels.get_mut(..height).unwrap_or(&mut []);
                simd.outline(FillRows { frame, conversion: options.conversion, place, rows, yuv });
                simd.outline(AddRows {
                    frame,
                    display: options.display,
                    group,
                    place,
                    rows: pixels.get(..height).unwrap_or(&[]),
                    columns: columns.get_mut(..used).unwrap_or(&mut []),
                    done,
                });
            }
            if options.ofcom_luma {
                for row in pixels.iter().take(height) {
                    add_luma_light(row, used, count, luma_columns);
                }
            }
            y += height;
        }
        let first = x / cell_width.max(1);
        let fits = cell_width * rows.len() < 1 << (31 - 14 - FRACTION_BITS);
        for (columns, sums) in columns.iter().zip(&mut sums.light).take(used) {
            if let (Some(columns), Some(sums)) = (columns.get(..groups), sums.get_mut(first..)) {
                sum_groups(columns, cell_width / group.columns(), fits, sums);
            }
        }
        if options.ofcom_luma
            && let (Some(columns), Some(sums)) =
                (luma_columns.get(..count), sums.luma_light.get_mut(first..))
        {
            let mut cells = columns.chunks(cell_width.max(1));
            for sum in sums.iter_mut() {
                let Some(columns) = cells.next() else { break };
                *sum = columns.iter().fold(0.0, |sum, luminance| sum + luminance);
            }
        }
    }
}

// Each loop over pixels is a function of its own: in one function, the stack would hold the spilled registers of all.

/// Fills in the channels of some rows.
struct FillRows<'a, 'f> {
    frame: &'a Frame<'f>,
    conversion: Conversion,
    /// Of the first row.
    place: Span,
    rows: &'a mut [Channels],
    yuv: &'a mut YuvScratch,
}

impl<V: Vector> Outlined<V> for FillRows<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: Simd<V>) {
        let Self { frame, conversion, place: Span { x, y, count, .. }, rows, yuv } = self;
        for (i, row) in rows.iter_mut().enumerate() {
            let span = Span { x, y: y + i, count, is_below: i > 0 };
            fill_channels(simd, frame, conversion, span, row, yuv);
            blacken(row, count);
        }
    }
}

/// Adds the light of some rows that are filled in.
struct AddRows<'a, 'f> {
    frame: &'a Frame<'f>,
    display: Display,
    group: ColumnGroup,
    /// Of the first row.
    place: Span,
    rows: &'a [Channels],
    columns: &'a mut [[i32; TILE]],
    /// Columns that are added already.
    done: usize,
}

impl<V: Vector> Outlined<V> for AddRows<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, simd: Simd<V>) {
        let Self { frame, display, group, place, rows, columns, done } = self;
        let Span { x, y, count, .. } = place;
        let samples = frame.shape().format().samples();
        for (channel, columns) in columns.iter_mut().enumerate() {
            let mut planes = [&[][..]; ROWS];
            for (row, plane) in rows.iter().zip(&mut planes) {
                *plane = plane_of(row, channel, count);
            }
            // A third of the packed pixels is prefetched with each channel.
            let (plane, bytes) = if samples.planes() > 1 {
                (channel, (x, count))
            } else {
                let third = count * samples.bytes() / 3;
                (0, (x * samples.bytes() + channel * third, third))
            };
            let below = y + rows.len();
            let ahead = rows_of(frame, plane, below..below + rows.len(), bytes);
            let planes = planes.get(..rows.len()).unwrap_or(&planes);
            let columns = columns.get_mut(done / group.columns()..).unwrap_or(&mut []);
            add_light(simd, display, planes, group, columns, &ahead);
        }
    }
}

/// The work of [`add_light_packed_3`].
struct AddPacked3<'a> {
    display: Display,
    rows: &'a [&'a [u8]],
    group: ColumnGroup,
    sums: [&'a mut [i32]; 3],
    ahead: &'a [&'a [u8]],
}

impl<V: Vector> Outlined<V> for AddPacked3<'_> {
    type Output = usize;

    #[inline(always)]
    fn run(self, simd: Simd<V>) -> usize {
        add_light_packed_3(simd, self.display, self.rows, self.group, self.sums, self.ahead)
    }
}

/// Some bytes of rows of a plane, at most [`ROWS`]: `count` from byte `from` on.
#[inline(always)]
fn rows_of<'f>(
    frame: &Frame<'f>,
    plane: usize,
    rows: Range<usize>,
    (from, count): (usize, usize),
) -> [&'f [u8]; ROWS] {
    let mut found = [&[][..]; ROWS];
    for (row, y) in found.iter_mut().zip(rows) {
        *row = bytes(frame, plane, y, from, count);
    }
    found
}

/// Sets the first sums of each channel to 0.
#[inline(always)]
fn clear<'a>(channels: impl Iterator<Item = &'a mut [i32; TILE]>, count: usize) {
    for columns in channels {
        for sum in columns.iter_mut().take(count) {
            *sum = 0;
        }
    }
}

/// Makes black what lies right of the last pixels and is summed up with them, so that it adds no light.
#[inline(always)]
fn blacken(row: &mut Channels, count: usize) {
    for channel in row {
        for code in channel.iter_mut().skip(count).take(count.next_multiple_of(BLOCK) - count) {
            *code = 0;
        }
    }
}

/// The pixels of a channel, and what follows up to a whole block.
#[inline(always)]
fn plane_of(row: &Channels, channel: usize, count: usize) -> &[u8] {
    let plane = row.get(channel).and_then(|plane| plane.get(..count.next_multiple_of(BLOCK)));
    debug_assert!(plane.is_some(), "a tile is whole blocks");
    plane.unwrap_or(&[])
}

/// Adds the luminance of a row of pixels by the guidance note.
#[inline(always)]
fn add_luma_light(row: &Channels, used: usize, count: usize, sums: &mut [f32; TILE]) {
    let [red, green, blue] = row;
    let (green, blue) = if used == 1 { (red, red) } else { (green, blue) };
    let pixels = red.iter().zip(green).zip(blue);
    for (sum, ((&red, &green), &blue)) in sums.iter_mut().zip(pixels).take(count) {
        *sum += ofcom_luminance(red, green, blue);
    }
}

/// Sums of every `cell` groups of columns, in whole parts; the rest is a last, narrower cell. `fits` tells whether the
/// sums fit with their fractions.
#[inline(always)]
fn sum_groups(groups: &[i32], cell: usize, fits: bool, sums: &mut [i32]) {
    // The cell widths of usual pictures as constants, so that the compiler can unroll the loop.
    match cell {
        1 if fits => sum_groups_by::<1>(groups, sums),
        2 if fits => sum_groups_by::<2>(groups, sums),
        3 if fits => sum_groups_by::<3>(groups, sums),
        5 if fits => sum_groups_by::<5>(groups, sums),
        _ => {
            // It is never 0, but the compiler does not know that. `zip` would ask for the number of cells by a division,
            // and link the code for a division by 0.
            let mut cells = groups.chunks(cell.max(1));
            for sum in sums.iter_mut() {
                let Some(groups) = cells.next() else { break };
                *sum = large_total(groups);
            }
        }
    }
}

#[inline(always)]
fn sum_groups_by<const N: usize>(groups: &[i32], sums: &mut [i32]) {
    let (cells, rest) = groups.as_chunks::<N>();
    for (sum, groups) in sums.iter_mut().zip(cells) {
        let mut total = HALF;
        for group in groups {
            total += group;
        }
        *sum = total >> FRACTION_BITS;
    }
    if let (false, Some(sum)) = (rest.is_empty(), sums.get_mut(cells.len())) {
        *sum = large_total(rest);
    }
}

/// Half a part, to round by.
const HALF: i32 = 1 << (FRACTION_BITS - 1);

/// The sum in whole parts, which fit where they would not with their fractions.
#[inline(always)]
fn large_total(groups: &[i32]) -> i32 {
    let (mut whole, mut fraction) = (0, HALF);
    for sum in groups {
        whole += sum >> FRACTION_BITS;
        fraction += sum & ((1 << FRACTION_BITS) - 1);
    }
    whole + (fraction >> FRACTION_BITS)
}

/// The linear light of the cells of a frame, in parts of [`SCALE`].
pub(crate) type CellLight<'m> = [&'m mut [u16]; 3];

/// Converts the sums of a row to light and luminance in 16 bits, and gives the sum of its luminances.
pub(crate) struct ConvertRow<'a> {
    pub(crate) sums: RowSums<'a, i32>,
    pub(crate) light: [&'a mut [u16]; 3],
    pub(crate) luminance: &'a mut [u16],
}

impl Kernel for ConvertRow<'_> {
    /// In parts of [`SCALE`].
    type Output = u64;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> u64 {
        let Self { sums, light, luminance } = self;
        let (given, RowSums { light: sums, pixels, .. }) = (sums.luminance(), sums);
        let scale = SCALE / (pixels * f32::from(WHITE));
        for (light, sums) in light.into_iter().zip(sums) {
            for (light, &sum) in light.iter_mut().zip(sums) {
                *light = rounded(sum as f32 * scale);
            }
        }
        match given {
            None => {
                let [red, green, blue] = sums;
                let cells = red.iter().zip(green).zip(blue);
                for (luminance, ((&red, &green), &blue)) in luminance.iter_mut().zip(cells) {
                    let sum = 0.2126 * red as f32 + 0.7152 * green as f32 + 0.0722 * blue as f32;
                    *luminance = rounded(sum * scale + 1.0);
                }
            }
            Some(given) => {
                let scale = SCALE / pixels;
                for (luminance, &sum) in luminance.iter_mut().zip(given) {
                    *luminance = rounded(sum * scale + 1.0);
                }
            }
        }
        let mut total = 0;
        for part in luminance.chunks(1 << 15) {
            total += u64::from(part.iter().map(|&luminance| u32::from(luminance) - 1).sum::<u32>());
        }
        total
    }
}

/// A number from 0 to 65535, rounded to the nearest. With 2^23 added it has no fraction, and its lowest bits are the
/// number.
#[inline(always)]
pub(crate) fn rounded(value: f32) -> u16 {
    (value + 8_388_608.0).to_bits() as u16
}

/// The sum of red, green and blue by their weights.
#[inline(always)]
pub(crate) fn weigh(weights: [f32; 3], [red, green, blue]: [f32; 3]) -> f32 {
    weights[0] * red + weights[1] * green + weights[2] * blue
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::transfer::Range as CodeRange;
    use crate::flash::yuv::Matrix;
    use crate::frame::Shape;
    use crate::frame::format::Format;
    use std::boxed::Box;
    use std::vec::Vec;

    fn grid(width: u32, height: u32, [cell_width, cell_height]: [u32; 2]) -> Grid {
        let (columns, rows) =
            (width.div_ceil(cell_width) as usize, height.div_ceil(cell_height) as usize);
        Grid { width, height, cell_width, cell_height, columns, rows }
    }

    fn options(display: Display, ofcom_luma: bool) -> LightOptions {
        let conversion = Conversion::new(Matrix::Bt709, CodeRange::Full);
        LightOptions { display, ofcom_luma, conversion }
    }

    /// Light of red, green, blue and luma for each cell of a row.
    fn sums_of_row(
        backend: Backend,
        frame: &Frame<'_>,
        grid: &Grid,
        options: LightOptions,
        row: usize,
    ) -> ([Vec<i32>; 3], Vec<f32>) {
        let columns = grid.width.div_ceil(grid.cell_width) as usize;
        let mut light = [0; 3].map(|_| std::vec![-1; columns]);
        let mut luma_light = std::vec![-1.0; columns];
        // What was there before must not count.
        let mut scratch: Box<Scratch> = Box::new(Zeroable::zeroed());
        bytemuck::bytes_of_mut(&mut *scratch).fill(0xa5);
        let [red, green, blue] = &mut light;
        let mut sums = CellSums { light: [red, green, blue], luma_light: &mut luma_light };
        sum_row(backend, frame, grid, options, row, &mut sums, &mut scratch);
        (light, luma_light)
    }

    #[test]
    fn sums_are_those_over_the_pixels_of_each_cell() {
        // Two tiles and a bit, and cells of all kinds, cut at the right and at the bottom.
        let (width, height) = (2053, 19);
        let shape = Shape::new(Format::Rgb24, width, height).unwrap();
        let pixels: Vec<u8> = (0..shape.frame_bytes() as u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        let frame = Frame::contiguous(shape, &pixels).unwrap();
        let cells = [[1, 1], [2, 3], [3, 2], [4, 4], [5, 7], [6, 6], [7, 1], [12, 19], [256, 5]];
        for (i, cell) in cells.into_iter().enumerate() {
            let display = Display::ALL[i % 2];
            let parabolas = display.parabolas();
            let grid = grid(width, height, cell);
            for backend in Backend::ALL.into_iter().filter(|backend| backend.is_available()) {
                for row in 0..height.div_ceil(cell[1]) {
                    let (light, luma_light) =
                        sums_of_row(backend, &frame, &grid, options(display, true), row as usize);
                    let rows = row * cell[1]..((row + 1) * cell[1]).min(height);
                    for column in 0..width.div_ceil(cell[0]) {
                        let columns = column * cell[0]..((column + 1) * cell[0]).min(width);
                        let (mut sums, mut luma) = ([0i64; 3], 0.0);
                        for (y, x) in
                            rows.clone().flat_map(|y| columns.clone().map(move |x| (y, x)))
                        {
                            let [r, g, b] = pixels.as_chunks().0[(y * width + x) as usize];
                            for (sum, code) in sums.iter_mut().zip([r, g, b]) {
                                *sum += i64::from(parabolas.light(code));
                            }
                            luma += f64::from(ofcom_luminance(r, g, b));
                        }
                        let column = column as usize;
                        let found = light.each_ref().map(|light| i64::from(light[column]));
                        let half = 1 << (FRACTION_BITS - 1);
                        let expected = sums.map(|sum| (sum + half) >> FRACTION_BITS);
                        assert_eq!(
                            found,
                            expected,
                            "{cell:?}, {row}, {column}: {}",
                            backend.name()
                        );
                        let off = (f64::from(luma_light[column]) - luma).abs();
                        assert!(off <= 1e-5 * luma, "{cell:?}, {row}, {column}: luma off by {off}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_largest_cell_may_be_white() {
        let of_8_bits = |format: Format| !matches!(format.samples(), SampleLayout::U16(..));
        for format in Format::ALL.into_iter().filter(|&one| !one.is_yuv() && of_8_bits(one)) {
            let shape = Shape::new(format, 512, 256).unwrap();
            let pixels = std::vec![255; shape.frame_bytes()];
            let frame = Frame::contiguous(shape, &pixels).unwrap();
            let grid = grid(512, 256, [256, 256]);
            for backend in Backend::ALL.into_iter().filter(|backend| backend.is_available()) {
                for display in Display::ALL {
                    let (light, luma_light) =
                        sums_of_row(backend, &frame, &grid, options(display, true), 0);
                    let expected = i32::from(WHITE) << 16;
                    let name = (format.name(), backend.name());
                    assert!(light.iter().flatten().all(|&sum| sum == expected), "{name:?}");
                    let white = |sum: &f32| (sum / 65_536.0 - 1.0).abs() < 1e-3;
                    assert!(luma_light.iter().all(white), "{name:?}: {luma_light:?}");
                }
            }
        }
    }
}
