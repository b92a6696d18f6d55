//! The light of every cell of a frame, a row of cells at a time.

use core::ops::Add;

use crate::flash::display::display;
use crate::flash::profile::Light;
use crate::flash::rgb::{
    BLOCK, Channels, Chroma, Conversion, Fill, Stretch, TILE, bytes, channels, copy, parts,
};
use crate::flash::viewing::Grid;
use crate::format::Samples;
use crate::frame::Frame;
use crate::simd::{self, Backend, Light as Lighting, Plain, With};

/// Rows of pixels whose light has room in 16 bits: four times white is just below 2^16.
pub(crate) const GROUP: usize = 4;

/// What is known of the cells of a row.
pub(crate) struct Row<'m> {
    /// The sums of the linear light of each channel over each cell.
    pub(crate) light: [&'m mut [i32]; 3],
    /// The sums of luminance, where that is the display's.
    pub(crate) luminance: &'m mut [f32],
    /// What the cells do.
    pub(crate) turns: &'m mut [i32],
}

/// What sums up the light of a row of cells, and room to work in for one tile.
pub(crate) struct Bench<'m> {
    pub(crate) row: Row<'m>,
    /// A row of pixels each.
    pub(crate) pixels: &'m mut [Channels],
    pub(crate) chroma: Chroma<'m>,
    /// Sums of the columns of a group of rows, for each channel.
    pub(crate) few: &'m mut [[u16; TILE]],
    /// Sums of the columns of all rows, for each channel.
    pub(crate) columns: &'m mut [[i32; TILE]],
    /// Luminance of the display, summed up in the same way.
    pub(crate) display: &'m mut [f32],
}

/// What is asked of the light of cells.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) light: Light,
    pub(crate) conversion: Conversion,
}

/// Some columns of pixels: a whole number of cells, or what is left of it.
#[derive(Clone, Copy)]
struct Tile {
    x: usize,
    count: usize,
    /// How many columns next to each other are summed up at once.
    by: usize,
}

/// Some rows of pixels that are summed up at once.
#[derive(Clone, Copy)]
struct Group {
    y: usize,
    rows: usize,
    /// They are the first ones of the cells.
    first: bool,
}

/// Sums up the light of the cells of row `row`. Every loop over the pixels is a step of its own, which is done before
/// the next one takes its place on the stack.
pub(crate) fn sum_row(
    backend: Backend,
    frame: &Frame<'_>,
    grid: &Grid,
    wanted: Wanted,
    row: usize,
    bench: &mut Bench<'_>,
) {
    let (cell, width) = (grid.side(), grid.width as usize);
    // A whole number of cells, and even, as chroma has it.
    let most = TILE / (2 * cell) * 2 * cell;
    let by = match cell {
        _ if cell.is_multiple_of(4) => 4,
        _ if cell.is_multiple_of(2) => 2,
        _ => 1,
    };
    let used = channels(frame.shape().format());
    let mut x = 0;
    while x < width {
        let tile = Tile { x, count: most.min(width - x), by };
        let (mut y, end) = (row * cell, (row * cell + cell).min(grid.height as usize));
        while y < end {
            let rows = if by == 2 { 2 } else { GROUP }.min(end - y);
            let group = Group { y, rows, first: y == row * cell };
            sum_group(backend, frame, wanted, tile, group, bench);
            y += rows;
        }
        simd::plain(backend, Across { cell, tile, used, light: wanted.light, bench });
        x += most;
    }
    if used == 1 {
        let [red, green, blue] = &mut bench.row.light;
        copy(red, green);
        copy(red, blue);
    }
}

/// Adds some rows to the sums of the columns of a tile.
#[inline(always)]
fn sum_group(
    backend: Backend,
    frame: &Frame<'_>,
    wanted: Wanted,
    tile: Tile,
    group: Group,
    bench: &mut Bench<'_>,
) {
    // Packed pixels of three bytes need not be taken apart first, but for the last ones, and where their
    // luminance is wanted one by one.
    let are_triples = frame.shape().format().samples() == Samples::Triple;
    let taken = if are_triples && wanted.light == Light::Relative {
        simd::plain(backend, SumTriples { frame, tile, group, bench })
    } else {
        0
    };
    if taken < tile.count {
        for row in 0..group.rows {
            let stretch = Stretch {
                x: tile.x + taken,
                y: group.y + row,
                count: tile.count - taken,
                below: row > 0,
            };
            let (Some(to), chroma) = (bench.pixels.get_mut(row), &mut bench.chroma) else { return };
            simd::plain(
                backend,
                Fill { frame, conversion: wanted.conversion, stretch, to, chroma },
            );
        }
        simd::plain(backend, SumChannels { frame, tile, taken, group, bench });
    }
    if wanted.light == Light::Display {
        simd::plain(backend, AddDisplay { frame, tile, group, bench });
    }
}

/// Sums up the columns of packed pixels of three bytes where they lie, in a whole group of rows; gives the number
/// of pixels that are done, 0 for columns one by one.
struct SumTriples<'a, 'm, 'f> {
    frame: &'a Frame<'f>,
    tile: Tile,
    group: Group,
    bench: &'a mut Bench<'m>,
}

impl Plain for SumTriples<'_, '_, '_> {
    type Output = usize;

    #[inline(always)]
    fn run<L: Lighting>(self, with: With<L>) -> usize {
        let Self { frame, tile: Tile { x, count, by }, group: Group { y, rows, first }, bench } =
            self;
        let [columns_a, columns_b, columns_c] = &mut *bench.columns else { return 0 };
        let [a, b, c] = &mut *bench.few else { return 0 };
        let (few, columns) = ([a, b, c], [columns_a, columns_b, columns_c]);
        // In the order of memory.
        let mut columns = columns.map(|columns| &mut columns[..]);
        if frame.shape().format().channels() == [2, 1, 0] {
            columns.reverse();
        }
        let row = |i: usize| bytes(frame, 0, y + i, 3 * x, 3 * count);
        if (by, rows) == (4, 4) {
            let (rows, ahead) = ([0, 1, 2, 3].map(row), [4, 5, 6, 7].map(row));
            return with.sum_quads(rows, columns, !first, ahead);
        }
        if (by, rows) != (2, 2) {
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
}

/// Sums up the columns of pixels whose channels were filled in, from those on that are `taken`.
struct SumChannels<'a, 'm, 'f> {
    frame: &'a Frame<'f>,
    tile: Tile,
    taken: usize,
    group: Group,
    bench: &'a mut Bench<'m>,
}

impl Plain for SumChannels<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lighting>(self, with: With<L>) {
        let Self { frame, tile: Tile { x, count, by }, taken, group, bench } = self;
        let Group { y, rows, first } = group;
        let used = channels(frame.shape().format());
        let rest = count - taken;
        for row in bench.pixels.iter_mut().take(rows) {
            for channel in row.iter_mut().take(used) {
                // Black has no light, so what is behind the picture adds nothing to its last pixels.
                let behind = channel.iter_mut().take(rest.next_multiple_of(by)).skip(rest);
                behind.for_each(|behind| *behind = 0);
            }
        }
        if by > 1 {
            for row in bench.pixels.iter_mut().take(by).skip(rows) {
                row.as_flattened_mut().fill(0);
            }
        }
        // What is worked on next, or will be when the next row of cells is.
        let mut ahead = [[&[][..]; 3]; GROUP];
        for (i, ahead) in ahead.iter_mut().enumerate().take(rows) {
            *ahead = parts(frame, (x + taken, y + rows + i), rest);
        }
        let wide = rest.next_multiple_of(BLOCK);
        let places = taken / by..;
        let sums = bench.few.iter_mut().zip(bench.columns.iter_mut());
        for (c, (few, columns)) in sums.enumerate().take(used) {
            let (Some(few), Some(columns)) =
                (few.get_mut(places.clone()), columns.get_mut(places.clone()))
            else {
                return;
            };
            let [a, b, d, e] = pick(bench.pixels, c, wide);
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
}

/// Adds the luminance of the display, pixel by pixel.
struct AddDisplay<'a, 'm, 'f> {
    frame: &'a Frame<'f>,
    tile: Tile,
    group: Group,
    bench: &'a mut Bench<'m>,
}

impl Plain for AddDisplay<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lighting>(self, _: With<L>) {
        let Self { frame, tile, group, bench } = self;
        let used = channels(frame.shape().format());
        let wide = tile.count.next_multiple_of(BLOCK);
        for (i, row) in bench.pixels.iter().enumerate().take(group.rows) {
            add_display(row, used, wide, group.first && i == 0, bench.display);
        }
    }
}

/// Makes sums of cells of those of the columns of a tile.
struct Across<'a, 'm> {
    cell: usize,
    tile: Tile,
    used: usize,
    light: Light,
    bench: &'a mut Bench<'m>,
}

impl Plain for Across<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lighting>(self, _: With<L>) {
        let Self { cell, tile: Tile { x, count, by }, used, light, bench } = self;
        let Bench { row, columns, display, .. } = bench;
        let first = x / cell.max(1);
        for (columns, sums) in columns.iter().zip(&mut row.light).take(used) {
            if let (Some(columns), Some(sums)) =
                (columns.get(..count.div_ceil(by)), sums.get_mut(first..))
            {
                // It is 1 or more, but the compiler would divide by it and see to 0.
                across(columns, (cell / by).max(1), sums);
            }
        }
        if light == Light::Display
            && let (Some(columns), Some(sums)) =
                (display.get(..count), row.luminance.get_mut(first..))
        {
            across(columns, cell, sums);
        }
    }
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
