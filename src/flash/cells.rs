//! The light of every cell of a frame, a row of cells at a time.

use crate::flash::light::{display, linear};
use crate::flash::profile::Light;
use crate::flash::rgb::{BLOCK, Channels, Conversion, TILE, channels, fill};
use crate::flash::viewing::Grid;
use crate::frame::Frame;

/// Rows of pixels whose light has room in 16 bits: four times white is just below 2^16.
const GROUP: usize = 4;

/// Room to work in for one tile, and what it makes: the sums of a row of cells.
pub(crate) struct Bench<'m> {
    /// A row of pixels each.
    pub(crate) rows: &'m mut [Channels],
    pub(crate) chroma: &'m mut [Channels],
    /// Sums of the columns of a group of rows, for each channel.
    pub(crate) few: &'m mut [[u16; TILE]],
    /// Sums of the columns of all rows.
    pub(crate) columns: &'m mut [[u32; TILE]],
    /// Luminance of the display, summed up in the same way.
    pub(crate) display: &'m mut [f32],
    /// The sums of the linear light of each channel over each cell of the row.
    pub(crate) light: [&'m mut [u32]; 3],
    /// The sums of luminance, where that is the display's.
    pub(crate) luminance: &'m mut [f32],
}

/// Bytes of [`Channels`] and columns that a bench needs.
pub(crate) const ROWS: usize = GROUP;

/// What is asked of the light of cells.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) light: Light,
    pub(crate) conversion: Conversion,
}

/// Sums up the light of row `row` of cells, into `light` and `luminance` of the bench.
#[inline(always)]
pub(crate) fn sum_row(
    frame: &Frame<'_>,
    grid: &Grid,
    wanted: Wanted,
    row: usize,
    bench: &mut Bench<'_>,
) {
    let (cell, width) = (grid.cell as usize, grid.width as usize);
    let top = row * cell;
    let bottom = (top + cell).min(grid.height as usize);
    // A whole number of cells, and even, as chroma has it.
    let tile = TILE / (2 * cell) * 2 * cell;
    let used = channels(frame.shape().format());
    let mut x = 0;
    while x < width {
        let count = tile.min(width - x);
        sum_columns(frame, wanted, (x, top, bottom), count, used, bench);
        let first = x / cell;
        let single = bottom - top <= GROUP;
        for (c, light) in bench.light.iter_mut().enumerate().take(used) {
            let Some(light) = light.get_mut(first..) else { return };
            if single {
                let Some(columns) = bench.few.get(c).and_then(|few| few.get(..count)) else { return };
                across(columns, cell, light);
            } else {
                let columns = bench.columns.get(c).and_then(|columns| columns.get(..count));
                let Some(columns) = columns else { return };
                across(columns, cell, light);
            }
        }
        if wanted.light == Light::Display {
            let (Some(columns), Some(sums)) =
                (bench.display.get(..count), bench.luminance.get_mut(first..))
            else {
                return;
            };
            across(columns, cell, sums);
        }
        x += tile;
    }
    if used == 1 {
        let [red, green, blue] = &mut bench.light;
        green.copy_from_slice(red);
        blue.copy_from_slice(red);
    }
}

/// Sums up the columns of a tile.
#[inline(always)]
fn sum_columns(
    frame: &Frame<'_>,
    wanted: Wanted,
    (x, top, bottom): (usize, usize, usize),
    count: usize,
    used: usize,
    bench: &mut Bench<'_>,
) {
    let blocks = count.div_ceil(BLOCK);
    let Some(chroma) = bench.chroma.first_mut() else { return };
    let mut y = top;
    while y < bottom {
        let rows = GROUP.min(bottom - y);
        for (i, to) in bench.rows.iter_mut().enumerate().take(rows) {
            fill(frame, wanted.conversion, (x, y + i), count, to, chroma);
        }
        for (c, few) in bench.few.iter_mut().enumerate().take(used) {
            match bench.rows.get(..rows) {
                Some([a]) => add_rows([a], c, blocks, few),
                Some([a, b]) => add_rows([a, b], c, blocks, few),
                Some([a, b, d]) => add_rows([a, b, d], c, blocks, few),
                Some([a, b, d, e]) => add_rows([a, b, d, e], c, blocks, few),
                _ => return,
            }
        }
        if bottom - top > GROUP {
            for (few, columns) in bench.few.iter().zip(bench.columns.iter_mut()).take(used) {
                widen(few, columns, blocks, y == top);
            }
        }
        if wanted.light == Light::Display {
            for (i, row) in bench.rows.iter().enumerate().take(rows) {
                add_display(row, used, blocks, y + i == top, bench.display);
            }
        }
        y += rows;
    }
}

/// Sums up one channel's light over some rows.
#[inline(always)]
fn add_rows<const N: usize>(
    rows: [&Channels; N],
    channel: usize,
    blocks: usize,
    sums: &mut [u16; TILE],
) {
    let Some(channels) = pick(rows, channel) else { return };
    for (b, sums) in sums.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate().take(blocks) {
        let Some(blocks) = pick_block(channels, b) else { return };
        for (i, sum) in sums.iter_mut().enumerate() {
            let mut light = 0;
            for block in blocks {
                light += linear(block[i]);
            }
            *sum = light;
        }
    }
}

/// One channel of each row.
#[inline(always)]
fn pick<'a, const N: usize>(rows: [&'a Channels; N], channel: usize) -> Option<[&'a [u8; TILE]; N]> {
    let mut picked = [rows.first()?.first()?; N];
    for (picked, row) in picked.iter_mut().zip(rows) {
        *picked = row.get(channel)?;
    }
    Some(picked)
}

/// One block of each row.
#[inline(always)]
fn pick_block<'a, const N: usize>(
    rows: [&'a [u8; TILE]; N],
    block: usize,
) -> Option<[&'a [u8; BLOCK]; N]> {
    let mut picked = [rows.first()?.as_chunks::<BLOCK>().0.first()?; N];
    for (picked, row) in picked.iter_mut().zip(rows) {
        *picked = row.as_chunks::<BLOCK>().0.get(block)?;
    }
    Some(picked)
}

#[inline(always)]
fn widen(few: &[u16; TILE], columns: &mut [u32; TILE], blocks: usize, first: bool) {
    let few = few.as_chunks::<BLOCK>().0.iter();
    for (columns, few) in columns.as_chunks_mut::<BLOCK>().0.iter_mut().zip(few).take(blocks) {
        for (column, &sum) in columns.iter_mut().zip(few) {
            *column = u32::from(sum) + if first { 0 } else { *column };
        }
    }
}

#[inline(always)]
fn add_display(row: &Channels, used: usize, blocks: usize, first: bool, sums: &mut [f32]) {
    let [red, green, blue] = row;
    let (green, blue) = if used == 1 { (red, red) } else { (green, blue) };
    let pixels = red.iter().zip(green).zip(blue).take(blocks * BLOCK);
    for (sum, ((&red, &green), &blue)) in sums.iter_mut().zip(pixels) {
        *sum = display(red, green, blue) + if first { 0.0 } else { *sum };
    }
}

/// A number that sums are made of.
trait Sum<T>: Copy {
    fn add(self, sum: T) -> T;
}

impl Sum<u32> for u16 {
    #[inline(always)]
    fn add(self, sum: u32) -> u32 {
        sum + u32::from(self)
    }
}

impl Sum<u32> for u32 {
    #[inline(always)]
    fn add(self, sum: u32) -> u32 {
        sum + self
    }
}

impl Sum<f32> for f32 {
    #[inline(always)]
    fn add(self, sum: f32) -> f32 {
        sum + self
    }
}

/// Sums of every `cell` columns; what is left is a last, narrower cell.
#[inline(always)]
fn across<C: Sum<T>, T: Default>(columns: &[C], cell: usize, sums: &mut [T]) {
    match cell {
        1 => across_by::<C, T, 1>(columns, sums),
        2 => across_by::<C, T, 2>(columns, sums),
        3 => across_by::<C, T, 3>(columns, sums),
        4 => across_by::<C, T, 4>(columns, sums),
        5 => across_by::<C, T, 5>(columns, sums),
        6 => across_by::<C, T, 6>(columns, sums),
        8 => across_by::<C, T, 8>(columns, sums),
        12 => across_by::<C, T, 12>(columns, sums),
        _ => {
            for (sum, columns) in sums.iter_mut().zip(columns.chunks(cell)) {
                *sum = total(columns);
            }
        }
    }
}

#[inline(always)]
fn across_by<C: Sum<T>, T: Default, const N: usize>(columns: &[C], sums: &mut [T]) {
    let (cells, rest) = columns.as_chunks::<N>();
    for (sum, columns) in sums.iter_mut().zip(cells) {
        *sum = total(columns);
    }
    if let (false, Some(sum)) = (rest.is_empty(), sums.get_mut(cells.len())) {
        *sum = total(rest);
    }
}

#[inline(always)]
fn total<C: Sum<T>, T: Default>(columns: &[C]) -> T {
    let mut sum = T::default();
    for column in columns {
        sum = column.add(sum);
    }
    sum
}
