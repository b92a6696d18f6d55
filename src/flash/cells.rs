//! The light of every cell of a frame, a row of cells at a time.

use core::ops::Add;

use crate::flash::display::display;
use crate::flash::profile::Light;
use crate::flash::rgb::{BLOCK, Channels, Conversion, TILE, bytes, channels, copy, fill, parts};
use crate::flash::viewing::Grid;
use crate::format::Samples;
use crate::frame::Frame;
use crate::simd::{Light as Lighting, With};

/// Rows of pixels whose light has room in 16 bits: four times white is just below 2^16.
pub(crate) const GROUP: usize = 4;

/// Room to work in for one tile, and what it makes: the sums of a row of cells.
pub(crate) struct Bench<'m> {
    /// A row of pixels each.
    pub(crate) rows: &'m mut [Channels],
    pub(crate) chroma: &'m mut [Channels],
    /// Sums of the columns of a group of rows, for each channel.
    pub(crate) few: &'m mut [[u16; TILE]],
    /// Sums of the columns of all rows, for each channel.
    pub(crate) columns: &'m mut [[i32; TILE]],
    /// Luminance of the display, summed up in the same way.
    pub(crate) display: &'m mut [f32],
    /// The sums of the linear light of each channel over each cell of the row.
    pub(crate) light: [&'m mut [i32]; 3],
    /// What the cells of the row do.
    pub(crate) turns: &'m mut [i32],
    /// The sums of luminance, where that is the display's.
    pub(crate) luminance: &'m mut [f32],
}

/// What is asked of the light of cells.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) light: Light,
    pub(crate) conversion: Conversion,
}

/// Sums up the light of row `row` of cells, into `light` and `luminance` of the bench.
#[inline(always)]
pub(crate) fn sum_row<L: Lighting>(
    with: With<L>,
    frame: &Frame<'_>,
    grid: &Grid,
    wanted: Wanted,
    row: usize,
    bench: &mut Bench<'_>,
) {
    let (cell, width) = (grid.side(), grid.width as usize);
    let top = row * cell;
    let bottom = (top + cell).min(grid.height as usize);
    // A whole number of cells, and even, as chroma has it.
    let tile = TILE / (2 * cell) * 2 * cell;
    let used = channels(frame.shape().format());
    // The columns of even cells are summed up by two.
    let by = if cell.is_multiple_of(2) { 2 } else { 1 };
    let places = (cell / by).max(1);
    let mut x = 0;
    while x < width {
        let count = tile.min(width - x);
        sum_columns(with, frame, wanted, (x, top, bottom), count, by, bench);
        let first = x / cell;
        for (columns, light) in bench.columns.iter().zip(&mut bench.light).take(used) {
            if let (Some(columns), Some(light)) =
                (columns.get(..count.div_ceil(by)), light.get_mut(first..))
            {
                across(columns, places, light);
            }
        }
        if wanted.light == Light::Display
            && let (Some(columns), Some(sums)) =
                (bench.display.get(..count), bench.luminance.get_mut(first..))
        {
            across(columns, cell, sums);
        }
        x += tile;
    }
    if used == 1 {
        let [red, green, blue] = &mut bench.light;
        copy(red, green);
        copy(red, blue);
    }
}

/// Sums up the columns of a tile, `by` next to each other.
#[inline(always)]
fn sum_columns<L: Lighting>(
    with: With<L>,
    frame: &Frame<'_>,
    wanted: Wanted,
    (x, top, bottom): (usize, usize, usize),
    count: usize,
    by: usize,
    bench: &mut Bench<'_>,
) {
    let used = channels(frame.shape().format());
    let wide = count.next_multiple_of(BLOCK);
    let Some(chroma) = bench.chroma.first_mut() else { return };
    let mut y = top;
    while y < bottom {
        let rows = (GROUP / by).min(bottom - y);
        // Packed pixels of three bytes need not be taken apart first, but for the last ones, and where their
        // luminance is wanted one by one.
        let taken = if by == 2 && wanted.light == Light::Relative {
            sum_triples(with, frame, (x, y), count, rows, bench.few)
        } else {
            0
        };
        for (i, to) in bench.rows.iter_mut().enumerate().take(rows) {
            if taken == count {
                break;
            }
            fill(frame, wanted.conversion, (x + taken, y + i), count - taken, to, chroma);
            for channel in to.iter_mut().take(used) {
                // Black has no light, so what is behind the picture adds nothing to its last pair.
                if let Some(behind) = channel.get_mut(count - taken) {
                    *behind = 0;
                }
            }
        }
        // What is worked on next, or will be when the next row of cells is.
        let ahead = [0, 1].map(|i| parts(frame, (x + taken, y + rows + i), count - taken));
        let rest = wide - taken;
        for (c, columns) in bench.columns.iter_mut().enumerate().take(used) {
            let Some(few) = bench.few.get_mut(c) else { return };
            let Some(last) = few.get_mut(taken / by..wide / by) else { return };
            match (by, bench.rows.get(..rows)) {
                _ if taken == count => {}
                (2, Some([a])) => {
                    with.sum_pairs(pick([a], c, rest), last, pick_parts([&ahead[0]], c));
                }
                (2, Some([a, b])) => {
                    let ahead = pick_parts([&ahead[0], &ahead[1]], c);
                    with.sum_pairs(pick([a, b], c, rest), last, ahead);
                }
                (_, Some([a])) => with.sum_columns(pick([a], c, rest), last),
                (_, Some([a, b])) => with.sum_columns(pick([a, b], c, rest), last),
                (_, Some([a, b, d])) => with.sum_columns(pick([a, b, d], c, rest), last),
                (_, Some([a, b, d, e])) => with.sum_columns(pick([a, b, d, e], c, rest), last),
                _ => return,
            }
            widen(few.get(..wide / by).unwrap_or(&[]), columns, y == top);
        }
        if wanted.light == Light::Display {
            for (i, row) in bench.rows.iter().enumerate().take(rows) {
                add_display(row, used, wide, y + i == top, bench.display);
            }
        }
        y += rows;
    }
}

/// Sums up the columns of packed pixels of three bytes where they lie; gives the number of pixels that are
/// done, 0 for other formats.
#[inline(always)]
fn sum_triples<L: Lighting>(
    with: With<L>,
    frame: &Frame<'_>,
    (x, y): (usize, usize),
    count: usize,
    rows: usize,
    few: &mut [[u16; TILE]],
) -> usize {
    let format = frame.shape().format();
    let (Samples::Triple, [first, second, third]) = (format.samples(), few) else { return 0 };
    // In the order of memory.
    let mut sums = [&mut first[..], &mut second[..], &mut third[..]];
    if format.channels() == [2, 1, 0] {
        sums.reverse();
    }
    let row = |i: usize| bytes(frame, 0, y + i, 3 * x, 3 * count);
    match rows {
        1 => with.sum_triples([row(0)], sums, [row(1)]),
        _ => with.sum_triples([row(0), row(1)], sums, [row(2), row(3)]),
    }
}

/// The first pixels of one channel of each row.
#[inline(always)]
fn pick<const N: usize>(rows: [&Channels; N], channel: usize, wide: usize) -> [&[u8]; N] {
    rows.map(|row| row.get(channel).and_then(|bytes| bytes.get(..wide)).unwrap_or(&[]))
}

/// The part of one channel of each row.
#[inline(always)]
fn pick_parts<'a, const N: usize>(rows: [&[&'a [u8]; 3]; N], channel: usize) -> [&'a [u8]; N] {
    rows.map(|row| row.get(channel).copied().unwrap_or(&[]))
}

/// Adds sums to those of the columns.
#[inline(always)]
fn widen(few: &[u16], columns: &mut [i32], first: bool) {
    let columns = columns.iter_mut().zip(few);
    if first {
        for (column, &sum) in columns {
            *column = i32::from(sum);
        }
    } else {
        for (column, &sum) in columns {
            *column += i32::from(sum);
        }
    }
}

#[inline(always)]
fn add_display(row: &Channels, used: usize, wide: usize, first: bool, sums: &mut [f32]) {
    let [red, green, blue] = row;
    let (green, blue) = if used == 1 { (red, red) } else { (green, blue) };
    let pixels = red.iter().zip(green).zip(blue);
    let Some(sums) = sums.get_mut(..wide) else { return };
    for (sum, ((&red, &green), &blue)) in sums.iter_mut().zip(pixels) {
        *sum = display(red, green, blue) + if first { 0.0 } else { *sum };
    }
}

/// Sums of every `cell` columns; what is left is a last, narrower cell.
#[inline(always)]
fn across<T: Copy + Default + Add<Output = T>>(columns: &[T], cell: usize, sums: &mut [T]) {
    // The cells of usual pictures by name, so that the compiler can unroll them.
    match cell {
        1 => across_by::<T, 1>(columns, sums),
        2 => across_by::<T, 2>(columns, sums),
        3 => across_by::<T, 3>(columns, sums),
        4 => across_by::<T, 4>(columns, sums),
        5 => across_by::<T, 5>(columns, sums),
        6 => across_by::<T, 6>(columns, sums),
        _ => {
            for (sum, columns) in sums.iter_mut().zip(columns.chunks(cell)) {
                *sum = total(columns);
            }
        }
    }
}

#[inline(always)]
fn across_by<T: Copy + Default + Add<Output = T>, const N: usize>(columns: &[T], sums: &mut [T]) {
    let (cells, rest) = columns.as_chunks::<N>();
    for (sum, columns) in sums.iter_mut().zip(cells) {
        *sum = total(columns);
    }
    if let (false, Some(sum)) = (rest.is_empty(), sums.get_mut(cells.len())) {
        *sum = total(rest);
    }
}

#[inline(always)]
fn total<T: Copy + Default + Add<Output = T>>(columns: &[T]) -> T {
    let mut sum = T::default();
    for &column in columns {
        sum = sum + column;
    }
    sum
}
