//! The arrays of an analyser: which there are for its profiles, and where they lie in the caller's memory.
//!
//! Profiles that need the same thing share it. There is a list of each kind of thing: *lights*, the light of cells of
//! one size for one display; *detectors*, which follow the cells of a light by one rule; *counters*, which count the
//! flashes of a detector in one field; *patterns*, which find the regular patterns in a light; and *judges*, one for
//! each profile.

use bytemuck::{Pod, Zeroable};

use crate::error::Error;
use crate::flash::coverage::FieldScratch;
use crate::flash::geometry::Grid;
use crate::flash::light::CellLight;
use crate::flash::memory::{ALIGNMENT, Arena, ByteCounter, Cut, aligned};
use crate::flash::needs::{CellLightKey, Need, needs, pattern_need};
use crate::flash::pattern::PatternDetector;
use crate::flash::profile::Profile;
use crate::flash::report::{Hazard, Incident};
use crate::flash::settings::{AnalyserSettings, HIGHEST_RATE, MAX_PROFILES, MOST_INCIDENTS};
use crate::flash::sums::{LightSums, PixelScratch};
use crate::flash::support::{CellValues, LightChange, Part, SupportScratch};
use crate::flash::transitions::Detector;
use crate::flash::verdict::{Judge, Warnings, ring_frames};
use crate::flash::window::FlashCounter;
use crate::frame::regions::{MAX_IGNORED, Region};
use crate::frame::{Rectangle, Shape};

/// The numbers of a profile's counters, one for each kind of flash.
pub(crate) type CountersOf = [u32; Hazard::FLASHES.len()];

/// The entry in [`Records::patterns_of`] of a profile that does not look for patterns.
const NO_PATTERNS: u32 = u32::MAX;

/// The number of an item in a list. The item is added if it is not there yet.
fn find_or_add<T>(
    list: &mut [T],
    length: &mut usize,
    is_it: impl Fn(&T) -> bool,
    make: impl FnOnce() -> Option<T>,
) -> Option<usize> {
    if let Some(index) = list.get(..*length)?.iter().position(is_it) {
        return Some(index);
    }
    *list.get_mut(*length)? = make()?;
    *length += 1;
    Some(*length - 1)
}

/// The number of a light in a list. The light is added if it is not there yet.
fn find_or_add_light(
    lights: &mut [FrameLight],
    length: &mut usize,
    bytes: &mut ByteCounter,
    key: CellLightKey,
) -> Option<usize> {
    find_or_add(
        lights,
        length,
        |known| known.key == key,
        || {
            let start = bytes.bytes;
            key.arrays(bytes)?;
            Some(FrameLight { key, start, ..FrameLight::zeroed() })
        },
    )
}

/// A light, and what is known of it for the frame that is being taken.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct FrameLight {
    pub(crate) key: CellLightKey,
    /// Where its arrays begin among those of all lights, in bytes.
    pub(crate) start: usize,
    /// 1 if luminance is all that is kept and a cell differs from the last frame, else 0. As wide as `start`, so that
    /// there is no padding where `usize` has 32 bits.
    pub(crate) differs: usize,
    /// The sum of the luminances of the cells, in the unit of states.
    pub(crate) luminance: u64,
}

impl FrameLight {
    /// The sums of a row of its cells, the first of its arrays.
    pub(crate) fn sums_in<'m>(&self, lights: &'m mut Arena<'_>) -> Option<LightSums<'m>> {
        LightSums::cut(&self.key, &mut lights.from(self.start)?)
    }

    /// Its arrays among those of all lights.
    #[inline(never)] // It cuts many arrays, and is called in many places.
    pub(crate) fn arrays_in<'m>(&self, lights: &'m mut Arena<'_>) -> Option<LightArrays<'m>> {
        self.key.arrays(&mut lights.from(self.start)?)
    }

    /// The light of all cells in the last two frames.
    #[inline(never)] // Its variables are not on the stack while the result is used.
    pub(crate) fn change<'m>(
        &self,
        lights: &'m mut Arena<'_>,
        newest: Turn,
        is_red: bool,
    ) -> Option<LightChange<'m>> {
        let LightArrays { light, luminance, float, .. } = self.arrays_in(lights)?;
        let whole = |values: &'m mut [u16]| CellValues::Whole(values);
        let of_float = |values: &'m mut [f32]| CellValues::Float(values);
        let (light, luminance) = if self.key.is_float() {
            let light = float.light.map(|light| light.map(of_float));
            (light, Some(float.luminance.map(of_float)))
        } else {
            let luminance = luminance.map(whole);
            (light.map(|light| light.map(whole)), self.key.is_ofcom().then_some(luminance))
        };
        let [new, old] = newest.first(light);
        let luminance = luminance.map(|luminance| newest.first(luminance));
        Some(LightChange { new, old, luminance, is_red })
    }
}

/// Frames use two arrays in turns: which of them the last frame has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Turn {
    #[default]
    First,
    Second,
}

impl Turn {
    pub(crate) fn next(self) -> Self {
        if self == Self::First { Self::Second } else { Self::First }
    }

    /// The array of the last frame, and that of the frame before it.
    #[inline(always)]
    pub(crate) fn first<T>(self, [first, second]: [T; 2]) -> [T; 2] {
        if self == Self::First { [first, second] } else { [second, first] }
    }
}

/// The arrays of a light.
pub(crate) struct LightArrays<'m> {
    pub(crate) sums: LightSums<'m>,
    /// The luminances of a row of cells, if those of all cells are not kept.
    pub(crate) luminance_row: &'m mut [u16],
    /// The light of all cells, in this frame and in the last one, in turns.
    pub(crate) light: [CellLight<'m>; 2],
    /// The same for luminance, if it does not follow from the light.
    pub(crate) luminance: [&'m mut [u16]; 2],
    /// The luminance of all cells in the last frame, if it is all that is kept.
    pub(crate) luminance_only: &'m mut [u16],
    /// The arrays in place of `light` and `luminance` if light is `f32`.
    pub(crate) float: FloatLightArrays<'m>,
}

/// The arrays of a light in `f32`.
pub(crate) struct FloatLightArrays<'m> {
    /// The light of all cells in BT.709's primaries, in this frame and in the last one, in turns.
    pub(crate) light: [[&'m mut [f32]; 3]; 2],
    /// The same for luminance.
    pub(crate) luminance: [&'m mut [f32]; 2],
}

impl CellLightKey {
    #[inline(always)]
    pub(crate) fn arrays<'m>(&self, from: &mut impl Cut<'m>) -> Option<LightArrays<'m>> {
        let sums = LightSums::cut(self, from)?;
        let cells = self.grid.cells();
        let (kept, luminance_only) = if self.is_luminance_only() { (0, cells) } else { (cells, 0) };
        let (cells, float_cells) = if self.is_float() { (0, kept) } else { (kept, 0) };
        let float = FloatLightArrays {
            light: [from.cut_channels(float_cells)?, from.cut_channels(float_cells)?],
            luminance: [from.cut(float_cells)?, from.cut(float_cells)?],
        };
        // Luminance by Ofcom's note is kept for all cells.
        let luminance = if self.is_ofcom() { cells } else { 0 };
        let has_row = !self.is_float() || self.is_luminance_only();
        let luminance_row = if has_row && luminance == 0 { self.grid.columns } else { 0 };
        Some(LightArrays {
            light: [from.cut_channels(cells)?, from.cut_channels(cells)?],
            luminance: [from.cut(luminance)?, from.cut(luminance)?],
            sums,
            luminance_row: from.cut(luminance_row)?,
            luminance_only: from.cut(luminance_only)?,
            float,
        })
    }
}

/// Scratch memory for the steps of the analyser; shared by all.
pub(crate) struct SharedScratch<'m> {
    pub(crate) support: SupportScratch<'m>,
    pub(crate) field: FieldScratch<'m>,
    /// A byte for each cell.
    pub(crate) parts: &'m mut [Part],
    /// A byte for each cell of a row, and two more.
    pub(crate) row: &'m mut [u8],
}

/// The lists of lights, detectors, counters and patterns, the rectangles to ignore, and the history of past frames.
pub(crate) struct Records<'m> {
    pub(crate) times: &'m mut [i64],
    pub(crate) warnings: &'m mut [Warnings],
    pub(crate) ignored: &'m mut [Rectangle],
    pub(crate) lights: &'m mut [FrameLight],
    pub(crate) detectors: &'m mut [Detector],
    pub(crate) counters: &'m mut [FlashCounter],
    pub(crate) counters_of: &'m mut [CountersOf],
    pub(crate) patterns: &'m mut [PatternDetector],
    pub(crate) patterns_of: &'m mut [u32],
}

impl Records<'_> {
    /// The counter of a profile for a kind of hazard.
    pub(crate) fn counter_of(&self, profile: usize, hazard: Hazard) -> Option<&FlashCounter> {
        let counters_of = self.counters_of.get(profile)?;
        let (_, &counter) =
            Hazard::FLASHES.iter().zip(counters_of).find(|(of, _)| **of == hazard)?;
        self.counters.get(counter as usize)
    }

    /// The pattern detector of a profile, if it looks for patterns, and the grid of its cells.
    pub(crate) fn patterns_of(&self, profile: usize) -> Option<(&PatternDetector, &Grid)> {
        let patterns = self.patterns.get(*self.patterns_of.get(profile)? as usize)?;
        Some((patterns, &self.lights.get(patterns.light)?.key.grid))
    }

    /// The light in which a profile counts a kind of hazard.
    pub(crate) fn light_of(&self, profile: usize, hazard: Hazard) -> Option<&FrameLight> {
        let detector = self.counter_of(profile, hazard)?.detector;
        self.lights.get(self.detectors.get(detector)?.light)
    }
}

/// The memory of an analyser, in parts.
pub(crate) struct Parts<'m> {
    pub(crate) records: Records<'m>,
    pub(crate) judges: &'m mut [Judge],
    /// The bytes of the incidents that are kept: the same number for each profile.
    pub(crate) incidents: &'m mut [u8],
    pub(crate) lights: Arena<'m>,
    pub(crate) detectors: Arena<'m>,
    pub(crate) counters: Arena<'m>,
    pub(crate) patterns: Arena<'m>,
    pub(crate) scratch: Arena<'m>,
}

/// The numbers that decide the sizes of all arrays.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) max_fps: usize,
    pub(crate) profiles: usize,
    ignored: usize,
    lights: usize,
    detectors: usize,
    counters: usize,
    patterns: usize,
    /// Whether light is `f32`, for all profiles or for none.
    is_float: bool,
    /// Bytes of the incidents of a profile.
    pub(crate) incident_bytes: usize,
    /// The widest and the largest grid.
    columns: usize,
    cells: usize,
    /// Bytes before the judges, and of each of the other parts.
    judges_at: usize,
    light_bytes: usize,
    detector_bytes: usize,
    counter_bytes: usize,
    pattern_bytes: usize,
    bytes: usize,
}

impl Layout {
    /// The layout that settings need.
    ///
    /// # Errors
    ///
    /// Those of [`Analyser::memory_needed`](crate::Analyser::memory_needed).
    pub(crate) fn new(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<Self, Error> {
        if !(1..=MAX_PROFILES).contains(&settings.profiles.len()) {
            return Err(Error::BadProfile);
        }
        settings.profiles.iter().try_for_each(Profile::check)?;
        if !(1..=HIGHEST_RATE).contains(&settings.max_fps) {
            return Err(Error::BadRate);
        }
        if settings.max_incidents > MOST_INCIDENTS {
            return Err(Error::TooManyIncidents);
        }
        Region::check(shape, settings.ignore)?;
        let mut layout = Self {
            max_fps: settings.max_fps as usize,
            profiles: settings.profiles.len(),
            ignored: settings.ignore.len(),
            ..Self::default()
        };
        layout.add_flashes(shape, settings)?;
        layout.add_patterns(shape, settings)?;
        layout.add_up(settings).ok_or(Error::TooLarge)?;
        Ok(layout)
    }

    /// Adds what the flashes of all profiles need.
    #[inline(never)] // The variables of each of these steps are not on the stack while others run.
    fn add_flashes(&mut self, shape: Shape, settings: &AnalyserSettings<'_>) -> Result<(), Error> {
        for (number, need) in needs(shape, settings).enumerate() {
            let need = need?;
            let is_shared = |shares: fn(&Need, &Need) -> bool| {
                needs(shape, settings).take(number).flatten().any(|other| shares(&need, &other))
            };
            let shared =
                [Need::has_light_of, Need::has_detector_of, Need::has_counter_of].map(is_shared);
            self.add(&need, shared).ok_or(Error::TooLarge)?;
        }
        Ok(())
    }

    /// Adds what the patterns of all profiles need.
    #[inline(never)]
    fn add_patterns(&mut self, shape: Shape, settings: &AnalyserSettings<'_>) -> Result<(), Error> {
        for (number, profile) in settings.profiles.iter().enumerate() {
            let Some(key) = pattern_need(shape, settings, profile)? else { continue };
            let earlier = settings.profiles.iter().take(number);
            let mut earlier = earlier.map(|profile| pattern_need(shape, settings, profile));
            if !earlier.any(|earlier| earlier == Ok(Some(key))) {
                self.add_pattern(&key).ok_or(Error::TooLarge)?;
            }
        }
        Ok(())
    }

    /// Adds a luminance and the arrays of its patterns.
    fn add_pattern(&mut self, key: &CellLightKey) -> Option<()> {
        let mut bytes = ByteCounter { bytes: self.light_bytes };
        key.arrays(&mut bytes)?;
        (self.lights, self.light_bytes) = (self.lights + 1, bytes.bytes);
        let mut bytes = ByteCounter { bytes: self.pattern_bytes };
        PatternDetector::arrays(&key.grid, &mut bytes)?;
        (self.patterns, self.pattern_bytes) = (self.patterns + 1, bytes.bytes);
        Some(())
    }

    /// Adds what a need does not share with earlier ones. Gives nothing if that is more memory than there can be.
    fn add(&mut self, need: &Need, [light, detector, counter]: [bool; 3]) -> Option<()> {
        let grid = &need.light.grid;
        if !light {
            let mut bytes = ByteCounter { bytes: self.light_bytes };
            need.light.arrays(&mut bytes)?;
            (self.lights, self.light_bytes) = (self.lights + 1, bytes.bytes);
            self.is_float = need.light.is_float();
            self.columns = self.columns.max(grid.columns);
            self.cells = self.cells.max(grid.cells());
        }
        if !detector {
            let mut bytes = ByteCounter { bytes: self.detector_bytes };
            Detector::arrays(&need.rule, self.max_fps, grid, &mut bytes)?;
            (self.detectors, self.detector_bytes) = (self.detectors + 1, bytes.bytes);
        }
        if !counter {
            let mut bytes = ByteCounter { bytes: self.counter_bytes };
            FlashCounter::arrays(self.max_fps, grid, &mut bytes)?;
            (self.counters, self.counter_bytes) = (self.counters + 1, bytes.bytes);
        }
        Some(())
    }

    /// Adds up the bytes of all parts.
    fn add_up(&mut self, settings: &AnalyserSettings<'_>) -> Option<()> {
        self.incident_bytes =
            (settings.max_incidents as usize).checked_mul(size_of::<Incident>())?;
        let mut bytes = ByteCounter { bytes: 0 };
        self.cut_records(&mut bytes)?;
        self.judges_at = bytes.bytes;
        bytes.cut_checked::<Judge>(self.profiles)?;
        bytes.cut::<u8>(self.incident_bytes.checked_mul(self.profiles)?)?;
        let parts = [self.light_bytes, self.detector_bytes, self.counter_bytes, self.pattern_bytes];
        for part in parts {
            bytes.cut::<u8>(part)?;
        }
        self.pixel_scratch(&mut bytes)?;
        self.shared_scratch(&mut bytes)?;
        self.bytes = bytes.at_any_address();
        Some(())
    }

    /// Bytes of memory at any address.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Writes the lists for the profiles to the memory. Everything else there has no meaning yet.
    pub(crate) fn write(
        &self,
        memory: &mut [u8],
        shape: Shape,
        settings: &AnalyserSettings<'_>,
    ) -> Option<()> {
        let mut memory = Arena::aligned(memory)?;
        let mut records = self.cut_records(&mut memory)?;
        for (to, from) in records.ignored.iter_mut().zip(settings.ignore) {
            *to = *from;
        }
        let lights = self.write_flashes(shape, settings, &mut records)?;
        write_patterns(shape, settings, records, lights)?;
        let judges = memory.cut::<u8>(self.profiles * size_of::<Judge>())?;
        write_judges(shape, settings, judges)
    }

    /// Writes the lights, detectors and counters for the flashes of all profiles. Gives the number of lights, and the
    /// bytes of their arrays.
    #[inline(never)] // The variables of each of these steps are not on the stack while others run.
    fn write_flashes(
        &self,
        shape: Shape,
        settings: &AnalyserSettings<'_>,
        records: &mut Records<'_>,
    ) -> Option<(usize, ByteCounter)> {
        let (mut lights, mut detectors, mut counters) = (0, 0, 0);
        let [mut light_bytes, mut detector_bytes, mut counter_bytes] =
            [0; 3].map(|bytes| ByteCounter { bytes });
        let counters_of = records.counters_of.iter_mut().flatten();
        for (need, counter_of) in needs(shape, settings).zip(counters_of) {
            let Need { light: key, rule, field, together } = need.ok()?;
            let grid = &key.grid;
            let light = find_or_add_light(records.lights, &mut lights, &mut light_bytes, key)?;
            let detector = find_or_add(
                records.detectors,
                &mut detectors,
                |known| known.light == light && known.rule == rule,
                || {
                    let start = detector_bytes.bytes;
                    Detector::arrays(&rule, self.max_fps, grid, &mut detector_bytes)?;
                    Some(Detector::new(rule, light, start, self.max_fps))
                },
            )?;
            *counter_of = find_or_add(
                records.counters,
                &mut counters,
                |known| {
                    (known.detector, known.field, known.together) == (detector, field, together)
                },
                || {
                    let start = counter_bytes.bytes;
                    FlashCounter::arrays(self.max_fps, grid, &mut counter_bytes)?;
                    Some(FlashCounter::new(detector, field, together, start))
                },
            )? as u32;
        }
        debug_assert!(
            (detectors, counters) == (self.detectors, self.counters),
            "what is written was counted"
        );
        Some((lights, light_bytes))
    }

    /// The parts of memory that was written before; nothing if it was not.
    #[inline(always)]
    pub(crate) fn parts<'m>(&self, memory: &'m mut [u8]) -> Option<Parts<'m>> {
        let mut memory = Arena::aligned(memory)?;
        Some(Parts {
            records: self.cut_records(&mut memory)?,
            judges: memory.cut_checked(self.profiles)?,
            incidents: memory.cut(self.incident_bytes.checked_mul(self.profiles)?)?,
            lights: memory.part(self.light_bytes)?,
            detectors: memory.part(self.detector_bytes)?,
            counters: memory.part(self.counter_bytes)?,
            patterns: memory.part(self.pattern_bytes)?,
            scratch: memory,
        })
    }

    /// The judge of a profile, and the bytes of its incidents.
    pub(crate) fn judge<'m>(
        &self,
        memory: &'m [u8],
        profile: usize,
    ) -> Option<(&'m Judge, &'m [u8])> {
        if profile >= self.profiles {
            return None;
        }
        let judges = aligned(memory)?.get(self.judges_at..)?;
        let judge = judges.get(profile * size_of::<Judge>()..)?.get(..size_of::<Judge>())?;
        let all = (self.profiles * size_of::<Judge>()).checked_next_multiple_of(ALIGNMENT)?;
        let kept = judges.get(all..)?.get(profile * self.incident_bytes..)?;
        let judge = bytemuck::checked::try_from_bytes(judge);
        debug_assert!(judge.is_ok(), "only judges are written there");
        Some((judge.ok()?, kept.get(..self.incident_bytes)?))
    }

    #[inline(always)]
    fn cut_records<'m>(&self, from: &mut impl Cut<'m>) -> Option<Records<'m>> {
        let frames = ring_frames(self.max_fps);
        Some(Records {
            times: from.cut(frames)?,
            warnings: from.cut(frames)?,
            ignored: from.cut(self.ignored.min(MAX_IGNORED))?,
            lights: from.cut(self.lights)?,
            detectors: from.cut(self.detectors)?,
            counters: from.cut(self.counters)?,
            counters_of: from.cut(self.profiles)?,
            patterns: from.cut(self.patterns)?,
            patterns_of: from.cut(self.profiles)?,
        })
    }

    /// The scratch memory for adding up light, for cells of any grid.
    #[inline(always)]
    pub(crate) fn pixel_scratch<'m>(&self, from: &mut impl Cut<'m>) -> Option<PixelScratch<'m>> {
        PixelScratch::cut(self.is_float, from)
    }

    /// The scratch memory for the other steps, for the cells of a grid.
    #[inline(never)] // It cuts many arrays, and is called in many places.
    pub(crate) fn scratch<'m>(
        &self,
        mut from: Arena<'m>,
        grid: &Grid,
    ) -> Option<SharedScratch<'m>> {
        self.pixel_scratch(&mut from)?;
        let SharedScratch { support, field, parts, row } = self.shared_scratch(&mut from)?;
        Some(SharedScratch {
            support: support.for_columns(grid.columns)?,
            field: field.for_columns(grid.columns)?,
            parts: parts.get_mut(..grid.cells())?,
            row: row.get_mut(..grid.columns + 2)?,
        })
    }

    #[inline(always)]
    fn shared_scratch<'m>(&self, from: &mut impl Cut<'m>) -> Option<SharedScratch<'m>> {
        Some(SharedScratch {
            support: SupportScratch::cut(self.columns, from)?,
            field: FieldScratch::cut(self.columns, from)?,
            parts: from.cut(self.cells)?,
            row: from.cut(self.columns + 2)?,
        })
    }
}

/// Writes the pattern detectors of all profiles, and adds the luminance that they need to the lights.
#[inline(never)]
fn write_patterns(
    shape: Shape,
    settings: &AnalyserSettings<'_>,
    records: Records<'_>,
    (mut lights, mut light_bytes): (usize, ByteCounter),
) -> Option<()> {
    let (mut patterns, mut bytes) = (0, ByteCounter { bytes: 0 });
    for (profile, pattern_of) in settings.profiles.iter().zip(records.patterns_of) {
        *pattern_of = NO_PATTERNS;
        let Some(key) = pattern_need(shape, settings, profile).ok()? else { continue };
        let light = find_or_add_light(records.lights, &mut lights, &mut light_bytes, key)?;
        *pattern_of = find_or_add(
            records.patterns,
            &mut patterns,
            |known| known.light == light,
            || {
                let start = bytes.bytes;
                PatternDetector::arrays(&key.grid, &mut bytes)?;
                Some(PatternDetector::new(light, start, key.is_absolute()))
            },
        )? as u32;
    }
    debug_assert!(
        (lights, patterns) == (records.lights.len(), records.patterns.len()),
        "what is written was counted"
    );
    Some(())
}

/// Writes a judge for each profile.
#[inline(never)]
fn write_judges(shape: Shape, settings: &AnalyserSettings<'_>, judges: &mut [u8]) -> Option<()> {
    for (number, profile) in settings.profiles.iter().enumerate() {
        let judge = Judge::new(profile, Grid::new(shape, profile, settings).ok()?);
        let bytes = judges.get_mut(number * size_of::<Judge>()..)?;
        // Not by `copy_from_slice`, which links code for a panic.
        bytes.iter_mut().zip(bytemuck::bytes_of(&judge)).for_each(|(to, &from)| *to = from);
    }
    Some(())
}
