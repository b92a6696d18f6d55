//! The light of every cell of a frame, a row of cells at a time.

use core::ops::Add;

use crate::flash::display::display;
use crate::flash::profile::Light;
use crate::flash::rgb::{
    BLOCK, Channels, Chroma, Conversion, Stretch, TILE, bytes, channels, copy, fill, parts,
};
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
    pub(crate) chroma: Chroma<'m>,
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
    // How many columns next to each other are summed up at once.
    let by = if cell.is_multiple_of(4) {
        4
    } else if cell.is_multiple_of(2) {
        2
    } else {
        1
    };
    let mut x = 0;
    while x < width {
        let count = tile.min(width - x);
        sum_columns(with, frame, wanted, (x, top, bottom), count, by, bench);
        let first = x / cell;
        for (columns, light) in bench.columns.iter().zip(&mut bench.light).take(used) {
            if let (Some(columns), Some(light)) =
                (columns.get(..count.div_ceil(by)), light.get_mut(first..))
            {
                // It is 1 or more, but the compiler would divide by it and see to 0.
                across(columns, (cell / by).max(1), light);
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

/// Sums up the columns of a tile, `by` next to each other, from row `top` to row `bottom`.
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
    let group = if by == 2 { 2 } else { GROUP };
    let mut y = top;
    while y < bottom {
        let rows = group.min(bottom - y);
        let first = y == top;
        // Packed pixels of three bytes need not be taken apart first, but for the last ones, and where their
        // luminance is wanted one by one.
        let taken = if rows == group && wanted.light == Light::Relative {
            sum_triples(with, frame, (x, y), count, by, first, bench)
        } else {
            0
        };
        if taken < count {
            let rest = count - taken;
            let chroma = &mut bench.chroma;
            for (i, to) in bench.rows.iter_mut().enumerate().take(rows) {
                let stretch = Stretch { x: x + taken, y: y + i, count: rest, below: i > 0 };
                fill(with, frame, wanted.conversion, stretch, to, chroma);
                for channel in to.iter_mut().take(used) {
                    // Black has no light, so what is behind the picture adds nothing to its last pixels.
                    let behind = channel.iter_mut().take(rest.next_multiple_of(by)).skip(rest);
                    behind.for_each(|behind| *behind = 0);
                }
            }
            if by > 1 {
                for row in bench.rows.iter_mut().take(group).skip(rows) {
                    row.as_flattened_mut().fill(0);
                }
            }
            // What is worked on next, or will be when the next row of cells is.
            let ahead = [0, 1, 2, 3].map(|i| match i < rows {
                true => parts(frame, (x + taken, y + rows + i), rest),
                false => [&[][..]; 3],
            });
            let wide = wide - taken;
            let places = taken / by..;
            let sums = bench.few.iter_mut().zip(bench.columns.iter_mut());
            for (c, (few, columns)) in sums.enumerate().take(used) {
                let (Some(few), Some(columns)) =
                    (few.get_mut(places.clone()), columns.get_mut(places.clone()))
                else {
                    return;
                };
                let [a, b, d, e] = pick(bench.rows, c, wide);
                let [f, g, h, i] = ahead.map(|parts| parts.get(c).copied().unwrap_or(&[]));
                match (by, rows) {
                    (4, _) => {
                        with.sum_quads([a, b, d, e], [columns], !first, [f, g, h, i]);
                        continue;
                    }
                    (2, _) => {
                        with.sum_pairs([a, b], [&mut few[..]], [f, g]);
                    }
                    (_, 1) => with.sum_columns([a], few),
                    (_, 2) => with.sum_columns([a, b], few),
                    (_, 3) => with.sum_columns([a, b, d], few),
                    _ => with.sum_columns([a, b, d, e], few),
                }
                widen(few.get(..wide / by).unwrap_or(&[]), columns, first);
            }
        }
        if wanted.light == Light::Display {
            for (i, row) in bench.rows.iter().enumerate().take(rows) {
                add_display(row, used, wide, first && i == 0, bench.display);
            }
        }
        y += rows;
    }
}

/// Sums up the columns of packed pixels of three bytes where they lie, in a whole group of rows; gives the number
/// of pixels that are done, 0 for other formats and for columns one by one.
#[inline(always)]
fn sum_triples<L: Lighting>(
    with: With<L>,
    frame: &Frame<'_>,
    (x, y): (usize, usize),
    count: usize,
    by: usize,
    first: bool,
    bench: &mut Bench<'_>,
) -> usize {
    let format = frame.shape().format();
    if format.samples() != Samples::Triple {
        return 0;
    }
    let [columns_a, columns_b, columns_c] = &mut *bench.columns else { return 0 };
    let [a, b, c] = &mut *bench.few else { return 0 };
    let (few, columns) = ([a, b, c], [columns_a, columns_b, columns_c]);
    // In the order of memory.
    let mut columns = columns.map(|columns| &mut columns[..]);
    if format.channels() == [2, 1, 0] {
        columns.reverse();
    }
    let row = |i: usize| bytes(frame, 0, y + i, 3 * x, 3 * count);
    if by == 4 {
        let (rows, ahead) = ([0, 1, 2, 3].map(row), [4, 5, 6, 7].map(row));
        return with.sum_quads(rows, columns, !first, ahead);
    }
    if by != 2 {
        return 0;
    }
    let mut few = few.map(|few| &mut few[..]);
    let [a, b, c] = &mut few;
    let done = with.sum_pairs([row(0), row(1)], [a, b, c], [row(2), row(3)]);
    for (few, columns) in few.iter().zip(columns) {
        widen(few.get(..done / 2).unwrap_or(&[]), columns, first);
    }
    done
}

/// The first pixels of one channel of each row.
#[inline(always)]
fn pick(rows: &[Channels], channel: usize, wide: usize) -> [&[u8]; GROUP] {
    let mut picked: [&[u8]; GROUP] = [&[]; GROUP];
    for (picked, row) in picked.iter_mut().zip(rows) {
        *picked = row.get(channel).and_then(|bytes| bytes.get(..wide)).unwrap_or(&[]);
    }
    picked
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
