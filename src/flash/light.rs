//! The light of every cell of a frame, a row of cells at a time.

use core::ops::Add;

use crate::flash::display::display;
use crate::flash::geometry::Grid;
use crate::flash::linear_light::{sum_columns, sum_pairs, sum_quads};
use crate::flash::profile::Light;
use crate::flash::yuv::{
    BLOCK, Channels, Chroma, Conversion, Stretch, TILE, ahead_of, bytes, channels, copy, fill,
};
use crate::frame::Frame;
use crate::frame::format::SampleLayout;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

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

/// Room to work in for some columns of the pixels of a row of cells.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Bench {
    /// A row of pixels each.
    pixels: [Channels; GROUP],
    chroma: Chroma,
    /// Sums of the columns of a group of rows, for each channel.
    few: [[u16; TILE]; 3],
    /// Sums of the columns of all rows, for each channel.
    columns: [[i32; TILE]; 3],
    /// Luminance of the display, summed up in the same way.
    display: [f32; TILE],
}

// Nothing lies between the numbers: in each column a byte for every row and channel, Cb, Cr and luma; words for what
// chroma adds and for few rows; double words for all rows and for the display.
const _: () = assert!(size_of::<Bench>() == TILE * (3 * GROUP + 3 + 2 * (3 + 3) + 4 * (3 + 1)));

// SAFETY: arrays of numbers, with nothing between them.
unsafe impl bytemuck::Zeroable for Bench {}
// SAFETY: as above.
unsafe impl bytemuck::Pod for Bench {}

/// The sums of the light of a row of cells, and what makes them.
pub(crate) struct Lit<'m> {
    pub(crate) row: Row<'m>,
    pub(crate) bench: &'m mut Bench,
}

/// What is asked of the light of cells.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) light: Light,
    pub(crate) conversion: Conversion,
}

/// How many columns next to each other are summed up at once.
#[derive(Clone, Copy, PartialEq)]
enum By {
    One = 1,
    Two = 2,
    Four = 4,
}

/// Some rows of some columns of pixels, which are summed up at once.
struct Part<'a, 'm, 'f> {
    frame: &'a Frame<'f>,
    wanted: Wanted,
    lit: &'a mut Lit<'m>,
    /// The side of a cell.
    cell: usize,
    by: By,
    /// The columns: those of a whole number of cells, or what is left of it.
    x: usize,
    count: usize,
    /// Of these so many are done.
    done: usize,
    /// The rows.
    y: usize,
    rows: usize,
    /// They are the first ones of the cells.
    first: bool,
}

/// Sums up the light of the cells of row `row`. Every loop over the pixels is a step of its own, which is over before
/// the next one takes its place on the stack.
pub(crate) fn sum_row(
    backend: Backend,
    frame: &Frame<'_>,
    grid: &Grid,
    wanted: Wanted,
    row: usize,
    lit: &mut Lit<'_>,
) {
    let (cell, width) = (grid.side(), grid.width as usize);
    // A whole number of cells, and even, as chroma has it.
    let most = TILE / (2 * cell) * 2 * cell;
    let by = match cell {
        _ if cell.is_multiple_of(4) => By::Four,
        _ if cell.is_multiple_of(2) => By::Two,
        _ => By::One,
    };
    let (top, end) = (row * cell, (row * cell + cell).min(grid.height as usize));
    let (x, y) = (0, top);
    let mut part =
        Part { frame, wanted, lit, cell, by, x, count: 0, done: 0, y, rows: 0, first: true };
    while part.x < width {
        part.count = most.min(width - part.x);
        (part.y, part.first) = (top, true);
        while part.y < end {
            part.rows = if by == By::Two { 2 } else { GROUP }.min(end - part.y);
            part.done = 0;
            part.sum_up(backend);
            part.y += part.rows;
            part.first = false;
        }
        part.across(backend);
        part.x += most;
    }
    if part.channels() == 1 {
        let [red, green, blue] = &mut part.lit.row.light;
        copy(red, green);
        copy(red, blue);
    }
}

impl Part<'_, '_, '_> {
    /// Adds the rows to the sums of the columns.
    fn sum_up(&mut self, backend: Backend) {
        // Packed pixels of three bytes need not be taken apart first, but for the last ones, and where their
        // luminance is wanted one by one.
        let triples = self.frame.shape().format().samples() == SampleLayout::Packed3;
        if triples && self.wanted.light == Light::Relative {
            dispatch(backend, SumTriples(self));
        }
        if self.done < self.count {
            for row in 0..self.rows {
                dispatch(backend, FillIn { part: self, row });
            }
            self.blacken();
            for channel in 0..self.channels() {
                dispatch(backend, SumChannel { part: self, channel });
            }
        }
        if self.wanted.light == Light::Display {
            dispatch(backend, AddDisplay(self));
        }
    }

    /// Makes black what is behind the picture and summed up with its last columns and rows: it has no light.
    #[inline(never)]
    fn blacken(&mut self) {
        let pixels = &mut self.lit.bench.pixels;
        let rest = self.count - self.done;
        let by = self.by as usize;
        let behind = rest..rest.next_multiple_of(by);
        for channel in pixels.as_flattened_mut().iter_mut() {
            if let Some(behind) = channel.get_mut(behind.clone()) {
                behind.fill(0);
            }
        }
        if by > 1 {
            for row in pixels.iter_mut().take(by).skip(self.rows) {
                row.as_flattened_mut().fill(0);
            }
        }
    }

    /// Makes sums of cells of those of the columns.
    #[inline(never)]
    fn across(&mut self, backend: Backend) {
        let Self { cell, by, x, count, .. } = *self;
        let (by, used, first) = (by as usize, self.channels(), x / cell.max(1));
        let Lit { row, bench } = &mut *self.lit;
        for (columns, sums) in bench.columns.iter().zip(&mut row.light).take(used) {
            if let (Some(columns), Some(sums)) =
                (columns.get(..count.div_ceil(by)), sums.get_mut(first..))
            {
                dispatch(backend, Across { columns, cell: cell / by, sums });
            }
        }
        if self.wanted.light == Light::Display
            && let (Some(columns), Some(sums)) =
                (bench.display.get(..count), row.luminance.get_mut(first..))
        {
            dispatch(backend, Across { columns, cell, sums });
        }
    }

    /// Channels that are filled in and summed up.
    fn channels(&self) -> usize {
        channels(self.frame.shape().format())
    }
}

/// Sums up the columns of packed pixels of three bytes where they lie, in a whole group of rows, and says how many are
/// done: none of columns one by one.
struct SumTriples<'a, 'p, 'm, 'f>(&'a mut Part<'p, 'm, 'f>);

impl Kernel for SumTriples<'_, '_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, with: Simd<V>) {
        let &mut Part { frame, by, x, count, y, rows, first, .. } = self.0;
        let Bench { few, columns, .. } = &mut *self.0.lit.bench;
        // In the order of memory.
        let mut columns = columns.each_mut().map(|columns| &mut columns[..]);
        if frame.shape().format().channels() == [2, 1, 0] {
            columns.reverse();
        }
        if (by, rows) == (By::Four, 4) {
            let rows = triples::<4>(frame, (x, y), count);
            let ahead = triples::<4>(frame, (x, y + 4), count);
            self.0.done = sum_quads(with, rows, columns, !first, ahead);
        } else if (by, rows) == (By::Two, 2) {
            let sums = few.each_mut().map(|few| &mut few[..]);
            let rows = triples::<2>(frame, (x, y), count);
            let ahead = triples::<2>(frame, (x, y + 2), count);
            let done = sum_pairs(with, rows, sums, ahead);
            for (few, columns) in few.iter().zip(columns) {
                widen(few.get(..done / 2).unwrap_or(&[]), columns, first);
            }
            self.0.done = done;
        }
    }
}

/// Some pixels of three bytes in each of `N` rows.
#[inline(always)]
fn triples<'f, const N: usize>(
    frame: &Frame<'f>,
    (x, y): (usize, usize),
    count: usize,
) -> [&'f [u8]; N] {
    // A loop and no closure, which would be a function of its own.
    let mut rows = [&[][..]; N];
    for (i, row) in rows.iter_mut().enumerate() {
        *row = bytes(frame, 0, y + i, 3 * x, 3 * count);
    }
    rows
}

/// Fills in the channels of the columns of a row that are not done.
struct FillIn<'a, 'p, 'm, 'f> {
    part: &'a mut Part<'p, 'm, 'f>,
    row: usize,
}

impl Kernel for FillIn<'_, '_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, with: Simd<V>) {
        let Self { part, row } = self;
        let &mut Part { frame, wanted, x, count, done, y, .. } = part;
        let stretch = Stretch { x: x + done, y: y + row, count: count - done, below: row > 0 };
        let Bench { pixels, chroma, .. } = &mut *part.lit.bench;
        if let Some(to) = pixels.get_mut(row) {
            fill(with, frame, wanted.conversion, stretch, to, chroma);
        }
    }
}

/// Sums up the columns of a channel that are not done, which was filled in.
struct SumChannel<'a, 'p, 'm, 'f> {
    part: &'a mut Part<'p, 'm, 'f>,
    channel: usize,
}

impl Kernel for SumChannel<'_, '_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, with: Simd<V>) {
        let Self { part, channel } = self;
        let &mut Part { frame, by, x, count, done, y, rows, first, .. } = part;
        let Bench { pixels, few, columns, .. } = &mut *part.lit.bench;
        let rest = count - done;
        let wide = rest.next_multiple_of(BLOCK);
        let (Some(few), Some(columns)) = (few.get_mut(channel), columns.get_mut(channel)) else {
            return;
        };
        let places = done / by as usize..;
        let (Some(few), Some(columns)) = (few.get_mut(places.clone()), columns.get_mut(places))
        else {
            return;
        };
        let [a, b, c, d] = pixels
            .each_ref()
            .map(|row| row.get(channel).and_then(|pixels| pixels.get(..wide)).unwrap_or(&[]));
        // What is worked on next, or will be when the next row of cells is.
        let mut ahead = [&[][..]; GROUP];
        for (i, ahead) in ahead.iter_mut().enumerate().take(rows) {
            *ahead = ahead_of(frame, (x + done, y + rows + i), rest, channel);
        }
        match (by, rows) {
            (By::Four, _) => {
                sum_quads(with, [a, b, c, d], [columns], !first, ahead);
                return;
            }
            (By::Two, _) => {
                let [e, f, ..] = ahead;
                sum_pairs(with, [a, b], [&mut few[..]], [e, f]);
            }
            (_, 1) => sum_columns(with, [a], few),
            (_, 2) => sum_columns(with, [a, b], few),
            (_, 3) => sum_columns(with, [a, b, c], few),
            _ => sum_columns(with, [a, b, c, d], few),
        }
        widen(few.get(..wide / by as usize).unwrap_or(&[]), columns, first);
    }
}

/// Adds the luminance of the display, pixel by pixel.
struct AddDisplay<'a, 'p, 'm, 'f>(&'a mut Part<'p, 'm, 'f>);

impl Kernel for AddDisplay<'_, '_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let used = self.0.channels();
        let &mut Part { count, rows, first, .. } = self.0;
        let Bench { pixels, display, .. } = &mut *self.0.lit.bench;
        let wide = count.next_multiple_of(BLOCK);
        for (i, row) in pixels.iter().enumerate().take(rows) {
            add_display(row, used, wide, first && i == 0, display);
        }
    }
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
struct Across<'a, T> {
    columns: &'a [T],
    cell: usize,
    sums: &'a mut [T],
}

impl<T: Copy + Default + Add<Output = T>> Kernel for Across<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { columns, cell, sums } = self;
        // The cells of usual pictures by name, so that the compiler can unroll them.
        match cell {
            1 => across_by::<T, 1>(columns, sums),
            2 => across_by::<T, 2>(columns, sums),
            3 => across_by::<T, 3>(columns, sums),
            4 => across_by::<T, 4>(columns, sums),
            5 => across_by::<T, 5>(columns, sums),
            6 => across_by::<T, 6>(columns, sums),
            _ => {
                // It is not 0, but the compiler would see to that.
                for (sum, columns) in sums.iter_mut().zip(columns.chunks(cell.max(1))) {
                    *sum = total(columns);
                }
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
