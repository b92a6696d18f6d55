//! Stripes of a frame, for threads: each adds up the light of its rows of cells, and one thread does the rest.

use core::ops::Range;

use bytemuck::{Pod, Zeroable};

use crate::error::Error;
use crate::flash::analyser::Analyser;
use crate::flash::geometry::Grid;
use crate::flash::layout::FrameLight;
use crate::flash::light::{CellSums, RowSums};
use crate::flash::memory::{ALIGNMENT, Arena, ByteCounter, Cut, aligned};
use crate::flash::needs::CellLightKey;
use crate::flash::sums::{LightRow, LightSums, PixelReader, PixelScratch, strips};
use crate::flash::time::Timestamp;
use crate::frame::{Frame, Shape};
use crate::memory::Memory;

/// A stripe of every frame of an [`Analyser`], for one thread. It adds up the light of its pixels, which is most of the
/// work.
///
/// Each thread gives the frame to its stripe by [`Stripe::sum`]; then [`Analyser::push_stripes`] takes them all. Reports
/// are the same as without stripes, to the last bit.
///
/// ```
/// use flashinator::{Analyser, AnalyserSettings, Format, Frame, Shape, Stripe, Timestamp};
///
/// let shape = Shape::new(Format::Rgb24, 320, 180)?;
/// let settings = AnalyserSettings::default();
/// let mut memory = vec![0; Analyser::memory_needed(shape, &settings)?];
/// let mut analyser = Analyser::new(shape, &settings, &mut memory)?;
/// let mut upper = vec![0; Stripe::memory_needed(&mut analyser, 0, 2)?];
/// let mut lower = vec![0; Stripe::memory_needed(&mut analyser, 1, 2)?];
/// let mut stripes =
///     [Stripe::new(&mut analyser, 0, 2, &mut upper[..])?, Stripe::new(&mut analyser, 1, 2, &mut lower[..])?];
/// let pixels = vec![255; shape.frame_bytes()];
/// let (frame, time) = (Frame::contiguous(shape, &pixels)?, Timestamp::from_micros(0)?);
/// std::thread::scope(|scope| {
///     let threads = stripes.each_mut().map(|stripe| scope.spawn(|| stripe.sum(&frame, time)));
///     threads.into_iter().try_for_each(|thread| thread.join().unwrap())
/// })?;
/// let report = analyser.push_stripes(&stripes)?;
/// assert_eq!(report.frame, 0);
/// # Ok::<(), flashinator::Error>(())
/// ```
#[derive(Debug)]
pub struct Stripe<M> {
    state: StripeState,
    memory: M,
}

impl<'m> Stripe<&'m mut [u8]> {
    /// Bytes of memory that stripe `index` of `count` needs: 12 for each of its cells, and 40 KB; more with several
    /// profiles.
    ///
    /// # Errors
    ///
    /// [`Error::StripesDiffer`] if there is no such stripe.
    pub fn memory_needed(
        analyser: &mut Analyser<impl Memory>,
        index: usize,
        count: usize,
    ) -> Result<usize, Error> {
        let (shape, reader, lights) = analyser.lights().ok_or(Error::MemoryTooSmall)?;
        StripeState::new(shape, reader, lights, index, count)?.bytes().ok_or(Error::TooLarge)
    }

    /// Stripe `index` of `count` of the frames of an analyser, counted from 0 at the top, in memory at any address,
    /// whatever it holds. All stripes have about the same number of rows; if there are more stripes than rows of cells,
    /// some have none.
    ///
    /// # Errors
    ///
    /// As [`Stripe::memory_needed`], and [`Error::MemoryTooSmall`].
    pub fn new(
        analyser: &mut Analyser<impl Memory>,
        index: usize,
        count: usize,
        memory: &'m mut [u8],
    ) -> Result<Self, Error> {
        let state = StripeState::write(analyser, index, count, memory)?;
        Ok(Self { state, memory })
    }
}

#[cfg(feature = "alloc")]
impl Stripe<alloc::vec::Vec<u8>> {
    /// A stripe with memory of its own.
    ///
    /// # Errors
    ///
    /// As [`Stripe::memory_needed`], and [`Error::OutOfMemory`].
    pub fn with_owned_memory(
        analyser: &mut Analyser<impl Memory>,
        index: usize,
        count: usize,
    ) -> Result<Self, Error> {
        let mut memory = crate::memory::owned(Stripe::memory_needed(analyser, index, count)?)?;
        let state = StripeState::write(analyser, index, count, &mut memory)?;
        Ok(Self { state, memory })
    }
}

impl<M: Memory> Stripe<M> {
    /// Adds up the light of this stripe of `frame`, which is a whole frame, shown at `time`.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] if the frame does not have the analyser's shape.
    pub fn sum(&mut self, frame: &Frame<'_>, time: Timestamp) -> Result<(), Error> {
        self.state.time = None;
        if frame.shape() != self.state.shape {
            return Err(Error::ShapeChanged);
        }
        self.state.sum(self.memory.bytes(), frame).ok_or(Error::MemoryTooSmall)?;
        self.state.time = Some(time);
        Ok(())
    }

    /// Calls `each` with the number and the sums of each of its rows of cells of a light.
    pub(crate) fn each_row(
        &self,
        light: usize,
        mut each: impl FnMut(usize, &LightRow<'_>) -> Option<()>,
    ) -> Option<()> {
        let (lights, words) = self.state.read(self.memory.as_bytes())?;
        let of = lights.get(light)?;
        for y in self.state.rows(&of.key.grid) {
            each(y, &row_in(&of.key, words.get(self.state.row_words(of, y))?)?)?;
        }
        Some(())
    }
}

/// The time of the frame whose light the stripes have added up.
///
/// # Errors
///
/// [`Error::StripesDiffer`] if they are not all stripes of one frame, each once and in their order, or not those of an
/// analyser of this shape, with these lights.
pub(crate) fn time_of_all<'s, M: Memory + 's>(
    shape: Shape,
    reader: PixelReader,
    lights: &[FrameLight],
    stripes: impl Iterator<Item = &'s Stripe<M>> + Clone,
) -> Result<Timestamp, Error> {
    let count = stripes.clone().count();
    let mut time = None;
    for (index, Stripe { state, memory }) in stripes.enumerate() {
        let own = state.read(memory.as_bytes()).ok_or(Error::MemoryTooSmall)?.0;
        let has_lights = own.len() == lights.len()
            && own.iter().zip(lights).all(|(own, light)| own.key == light.key);
        let is_next = (state.index, state.count) == (index, count)
            && (state.shape, state.reader) == (shape, reader)
            && (index == 0 || state.time == time);
        if !has_lights || !is_next {
            return Err(Error::StripesDiffer);
        }
        time = state.time;
    }
    time.ok_or(Error::StripesDiffer)
}

/// What a stripe knows besides its arrays: its lights, the sums of their rows, and scratch memory.
#[derive(Clone, Copy, Debug)]
struct StripeState {
    shape: Shape,
    reader: PixelReader,
    index: usize,
    count: usize,
    lights: usize,
    /// Whether light is `f32`, for all lights or for none.
    is_float: bool,
    /// The words that all sums take.
    words: usize,
    /// The time of the frame that was added up last.
    time: Option<Timestamp>,
}

/// A light of which a stripe has some rows.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
struct StripeLight {
    key: CellLightKey,
    /// Where its sums begin, in words.
    start: usize,
}

impl StripeLight {
    /// Words of a row: red, green, blue, and luminance by Ofcom's note.
    fn words_of_row(key: &CellLightKey) -> usize {
        key.grid.columns * if key.is_ofcom() { 4 } else { 3 }
    }
}

impl StripeState {
    fn new(
        shape: Shape,
        reader: PixelReader,
        lights: &[FrameLight],
        index: usize,
        count: usize,
    ) -> Result<Self, Error> {
        if index >= count {
            return Err(Error::StripesDiffer);
        }
        let is_float = lights.first().is_some_and(|light| light.key.is_float());
        let mut state = Self {
            shape,
            reader,
            index,
            count,
            lights: lights.len(),
            is_float,
            words: 0,
            time: None,
        };
        for FrameLight { key, .. } in lights {
            state.words += state.rows(&key.grid).len() * StripeLight::words_of_row(key);
        }
        Ok(state)
    }

    /// Writes the lights of a stripe to its memory.
    fn write(
        analyser: &mut Analyser<impl Memory>,
        index: usize,
        count: usize,
        memory: &mut [u8],
    ) -> Result<Self, Error> {
        let (shape, reader, lights) = analyser.lights().ok_or(Error::MemoryTooSmall)?;
        let state = Self::new(shape, reader, lights, index, count)?;
        if state.bytes().is_none_or(|bytes| memory.len() < bytes) {
            return Err(Error::MemoryTooSmall);
        }
        let arrays = Arena::aligned(memory).and_then(|mut memory| state.cut(&mut memory));
        let StripeArrays { lights: own, .. } = arrays.ok_or(Error::MemoryTooSmall)?;
        let mut start = 0;
        for (own, FrameLight { key, .. }) in own.iter_mut().zip(lights) {
            *own = StripeLight { key: *key, start };
            start += state.rows(&key.grid).len() * StripeLight::words_of_row(key);
        }
        Ok(state)
    }

    /// Its rows of cells.
    fn rows(&self, grid: &Grid) -> Range<usize> {
        let before = |stripes: usize| {
            let rows = (grid.rows as u64 * stripes as u64).checked_div(self.count as u64);
            debug_assert!(rows.is_some(), "a stripe is one of at least one");
            rows.unwrap_or(0) as usize
        };
        before(self.index)..before(self.index + 1)
    }

    /// The words of the sums of row `y` of cells.
    fn row_words(&self, light: &StripeLight, y: usize) -> Range<usize> {
        let words = StripeLight::words_of_row(&light.key);
        let start = light.start + (y - self.rows(&light.key.grid).start) * words;
        start..start + words
    }

    fn cut<'m>(&self, from: &mut impl Cut<'m>) -> Option<StripeArrays<'m>> {
        Some(StripeArrays {
            lights: from.cut(self.lights)?,
            words: from.cut(self.words)?,
            scratch: PixelScratch::cut(self.is_float, from)?,
        })
    }

    /// Bytes of memory at any address.
    fn bytes(&self) -> Option<usize> {
        let mut bytes = ByteCounter { bytes: 0 };
        self.cut(&mut bytes)?;
        Some(bytes.at_any_address())
    }

    /// Its lights, and the words of their sums.
    fn read<'m>(&self, memory: &'m [u8]) -> Option<(&'m [StripeLight], &'m [u32])> {
        let memory = aligned(memory)?;
        let lights = self.lights * size_of::<StripeLight>();
        let words = memory.get(lights.next_multiple_of(ALIGNMENT)..)?;
        let words = words.get(..self.words * size_of::<u32>())?;
        let lights = bytemuck::try_cast_slice(memory.get(..lights)?).ok()?;
        Some((lights, bytemuck::try_cast_slice(words).ok()?))
    }

    /// Adds up the light of its rows of cells.
    fn sum(&self, memory: &mut [u8], frame: &Frame<'_>) -> Option<()> {
        let StripeArrays { lights, words, mut scratch } = self.cut(&mut Arena::aligned(memory)?)?;
        // The lights take turns with each strip of pixels, while it is in a cache.
        for (above, below) in strips(self.shape, lights.len()) {
            for light in &*lights {
                let (key, own) = (&light.key, self.rows(&light.key.grid));
                let rows = key.grid.rows_that_end(above, below);
                for y in rows.start.max(own.start)..rows.end.min(own.end) {
                    let words = words.get_mut(self.row_words(light, y))?;
                    self.reader.sum_row(frame, key, y, &mut sums_in(key, words)?, &mut scratch)?;
                }
            }
        }
        Some(())
    }
}

/// The arrays of a stripe.
struct StripeArrays<'m> {
    lights: &'m mut [StripeLight],
    words: &'m mut [u32],
    scratch: PixelScratch<'m>,
}

/// The words of a row of a light as sums, to write.
fn sums_in<'a>(key: &CellLightKey, words: &'a mut [u32]) -> Option<LightSums<'a>> {
    let (red, words) = words.split_at_mut_checked(key.grid.columns)?;
    let (green, words) = words.split_at_mut_checked(key.grid.columns)?;
    let (blue, luma_light) = words.split_at_mut_checked(key.grid.columns)?;
    let (light, luma_light) = ([red, green, blue], cast_mut(luma_light)?);
    let mut sums = LightSums::default();
    if key.is_float() {
        sums.float = CellSums { light: all(light.map(cast_mut))?, luma_light };
    } else {
        sums.whole = CellSums { light: all(light.map(cast_mut))?, luma_light };
    }
    Some(sums)
}

/// The same, to read.
fn row_in<'a>(key: &CellLightKey, words: &'a [u32]) -> Option<LightRow<'a>> {
    let (red, words) = words.split_at_checked(key.grid.columns)?;
    let (green, words) = words.split_at_checked(key.grid.columns)?;
    let (blue, luma_light) = words.split_at_checked(key.grid.columns)?;
    let (light, luma_light) = ([red, green, blue], cast(luma_light)?);
    let mut row = LightRow::default();
    if key.is_float() {
        row.float = RowSums { light: all(light.map(cast))?, luma_light, pixels: 0.0 };
    } else {
        row.whole = RowSums { light: all(light.map(cast))?, luma_light, pixels: 0.0 };
    }
    Some(row)
}

fn all<T>([red, green, blue]: [Option<T>; 3]) -> Option<[T; 3]> {
    Some([red?, green?, blue?])
}

/// Words as numbers of 32 bits.
fn cast<T: Pod>(words: &[u32]) -> Option<&[T]> {
    bytemuck::try_cast_slice(words).ok()
}

fn cast_mut<T: Pod>(words: &mut [u32]) -> Option<&mut [T]> {
    bytemuck::try_cast_slice_mut(words).ok()
}
