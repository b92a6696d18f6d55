//! The analyser.

use crate::array::FrameArray;
use crate::error::{SettingsError, bad_settings, in_use, rejected};
use crate::planes::Planes;
use flashinator::{
    Analyser as Core, AnalyserSettings, Curve, Display, Error, Format, Hazard, MAX_PROFILES,
    Matrix, Primaries, Profile, Range, Rectangle, Shape, Timestamp, Viewing,
};
use pyo3::prelude::*;
use std::sync::{Mutex, MutexGuard};

/// The analyser and its memory.
#[pyclass(frozen, module = "flashinator._native")]
pub struct Analyser {
    core: Mutex<Core<Vec<u8>>>,
    shape: Shape,
    /// Whether each profile looks for regular patterns.
    patterns: Vec<bool>,
}

/// x, y, width and height in pixels.
type Box4 = (u32, u32, u32, u32);

fn box4(rectangle: Rectangle) -> Box4 {
    let Rectangle { x, y, width, height } = rectangle;
    (x, y, width, height)
}

/// What is said of a regular pattern, with the names of `flashinator.Pattern`.
#[derive(IntoPyObject)]
struct Pattern {
    area: f64,
    changing: f64,
    pairs: f64,
    motion: &'static str,
    verdict: &'static str,
    bounds: Box4,
}

impl Pattern {
    fn new(pattern: &flashinator::Pattern) -> Self {
        Self {
            area: pattern.area,
            changing: pattern.changing,
            pairs: pattern.pairs,
            motion: pattern.motion.name(),
            verdict: pattern.verdict.name(),
            bounds: box4(pattern.bounds),
        }
    }
}

/// What is said of a frame, with the names of `flashinator.Report`.
#[derive(IntoPyObject)]
struct Report {
    frame: u64,
    time: f64,
    luminance: f64,
    general_transitions: u32,
    red_transitions: u32,
    verdict: &'static str,
    hazard: Option<&'static str>,
    area: f64,
    field: Box4,
    flashing: Box4,
    pattern: Option<Pattern>,
}

impl Report {
    /// `patterns` says whether the profile looks for them.
    fn new(report: &flashinator::Report, patterns: bool) -> Self {
        Self {
            frame: report.frame,
            time: report.time.seconds(),
            luminance: report.luminance,
            general_transitions: report.transitions[Hazard::General],
            red_transitions: report.transitions[Hazard::Red],
            verdict: report.verdict.name(),
            hazard: report.any_hazard().map(Hazard::name),
            area: report.worst.area,
            field: box4(report.worst.field),
            flashing: box4(report.flashing),
            pattern: patterns.then(|| Pattern::new(&report.pattern)),
        }
    }
}

/// What is said of a stretch of frames, with the names of `flashinator.Incident`.
#[derive(IntoPyObject)]
struct Incident {
    first_frame: u64,
    last_frame: u64,
    start: f64,
    end: f64,
    verdict: &'static str,
    hazard: &'static str,
    general_transitions: u32,
    red_transitions: u32,
    peak_frame: u64,
    peak: f64,
    area: f64,
    field: Box4,
    flashing: Box4,
    pattern: Option<Pattern>,
}

impl Incident {
    /// `patterns` says whether the profile looks for them.
    fn new(incident: &flashinator::Incident, patterns: bool) -> Self {
        Self {
            first_frame: incident.first_frame,
            last_frame: incident.last_frame,
            start: incident.start.seconds(),
            end: incident.end.seconds(),
            verdict: incident.verdict.name(),
            hazard: incident.hazard.name(),
            general_transitions: incident.transitions[Hazard::General],
            red_transitions: incident.transitions[Hazard::Red],
            peak_frame: incident.peak_frame,
            peak: incident.peak.seconds(),
            area: incident.worst.area,
            field: box4(incident.worst.field),
            flashing: box4(incident.flashing),
            pattern: patterns.then(|| Pattern::new(&incident.pattern)),
        }
    }
}

/// What is said of all frames, with the names of `flashinator.Summary`.
#[derive(IntoPyObject)]
pub struct Summary {
    frames: u64,
    verdict: &'static str,
    incident_count: u64,
    worst: Option<Report>,
    incidents: Vec<Incident>,
}

impl Summary {
    pub fn new(
        summary: &flashinator::Summary,
        incidents: impl Iterator<Item = flashinator::Incident>,
        patterns: bool,
    ) -> Self {
        Self {
            frames: summary.frames,
            verdict: summary.verdict.name(),
            incident_count: summary.incidents,
            worst: (summary.frames > 0).then(|| Report::new(&summary.worst, patterns)),
            incidents: incidents.map(|incident| Incident::new(&incident, patterns)).collect(),
        }
    }
}

#[pymethods]
impl Analyser {
    #[new]
    #[pyo3(signature = (width, height, format, *, profiles, css_width, degrees, pixel_aspect, display, curve,
        primaries, matrix, range, ignore, max_fps, max_incidents))]
    #[expect(clippy::too_many_arguments, reason = "Python gives each by its name")]
    fn py_new(
        width: &Bound<'_, PyAny>,
        height: &Bound<'_, PyAny>,
        format: &Bound<'_, PyAny>,
        profiles: Vec<Bound<'_, PyAny>>,
        css_width: Option<&Bound<'_, PyAny>>,
        degrees: Option<&Bound<'_, PyAny>>,
        pixel_aspect: &Bound<'_, PyAny>,
        display: Option<&Bound<'_, PyAny>>,
        curve: &Bound<'_, PyAny>,
        primaries: &Bound<'_, PyAny>,
        matrix: Option<&Bound<'_, PyAny>>,
        range: &Bound<'_, PyAny>,
        ignore: Vec<Box4>,
        max_fps: &Bound<'_, PyAny>,
        max_incidents: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let (width, height) = (whole("width", width)?, whole("height", height)?);
        let shape = Shape::new(named_format(format)?, width, height).map_err(bad_settings)?;
        let named: Vec<_> = profiles
            .iter()
            .map(|name| one_of("profile", name, &Profile::NAMED))
            .collect::<PyResult<_>>()?;
        if named.is_empty() || named.len() > MAX_PROFILES {
            return Err(SettingsError::new_err(format!(
                "there are {} profiles; give 1 to {MAX_PROFILES}",
                named.len()
            )));
        }
        let viewing = match (css_width, degrees) {
            (None, None) => Viewing::Default,
            (Some(pixels), None) => Viewing::CssWidth(number("css_width", pixels)?),
            (None, Some(degrees)) => Viewing::Degrees(number("degrees", degrees)?),
            (Some(_), Some(_)) => {
                return Err(SettingsError::new_err(
                    "css_width and degrees say the same; give one of them",
                ));
            }
        };
        let displays = [("srgb", Display::Srgb), ("bt1886", Display::Bt1886)];
        let curves = [("sdr", Curve::Sdr), ("pq", Curve::Pq), ("hlg", Curve::Hlg)];
        let all_primaries = [("bt709", Primaries::Bt709), ("bt2020", Primaries::Bt2020)];
        let matrices =
            [("bt601", Matrix::Bt601), ("bt709", Matrix::Bt709), ("bt2020", Matrix::Bt2020)];
        let ranges = [("limited", Range::Limited), ("full", Range::Full)];
        let ignore: Vec<_> = ignore
            .into_iter()
            .map(|(x, y, width, height)| Rectangle { x, y, width, height })
            .collect();
        let settings = AnalyserSettings {
            profiles: &named,
            viewing,
            pixel_aspect: number("pixel_aspect", pixel_aspect)?,
            display: display.map(|name| one_of("display", name, &displays)).transpose()?,
            curve: one_of("curve", curve, &curves)?,
            primaries: one_of("primaries", primaries, &all_primaries)?,
            matrix: match matrix {
                Some(matrix) => one_of("matrix", matrix, &matrices)?,
                None => usual_matrix(shape),
            },
            range: one_of("range", range, &ranges)?,
            ignore: &ignore,
            max_fps: whole("max_fps", max_fps)?,
            max_incidents: whole("max_incidents", max_incidents)?,
            ..AnalyserSettings::default()
        };
        let core = Core::with_owned_memory(shape, &settings).map_err(bad_settings)?;
        let patterns = named.iter().map(|profile| profile.patterns).collect();
        Ok(Self { core: Mutex::new(core), shape, patterns })
    }

    /// Takes a frame, shown after `ticks * numerator / denominator` seconds.
    fn push(
        &self,
        py: Python<'_>,
        frame: &Bound<'_, PyAny>,
        ticks: i64,
        numerator: u32,
        denominator: u32,
    ) -> PyResult<Report> {
        let mut guard = self.lock()?;
        let core = &mut *guard;
        let time = Timestamp::from_ticks(ticks, numerator, denominator).map_err(rejected)?;
        let planes = Planes::new(self.shape, frame)?;
        py.detach(|| planes.with(|frame| core.push(frame, time)))
            .map(|report| Report::new(&report, self.looks_for_patterns(0)))
            .map_err(rejected)
    }

    /// Takes a frame of an array, shown after `nanoseconds`.
    fn push_from(
        &self,
        py: Python<'_>,
        frames: &FrameArray,
        index: usize,
        nanoseconds: i64,
    ) -> PyResult<Report> {
        let mut guard = self.lock()?;
        let core = &mut *guard;
        let time = Timestamp::from_nanos(nanoseconds).map_err(rejected)?;
        py.detach(|| core.push(&frames.frame(index, &mut Vec::new())?, time))
            .map(|report| Report::new(&report, self.looks_for_patterns(0)))
            .map_err(rejected)
    }

    /// The report on the last frame by a profile; none where there was no frame.
    fn report(&self, profile: usize) -> PyResult<Option<Report>> {
        let core = self.lock()?;
        let has_frames = core.summary(profile).is_some_and(|summary| summary.frames > 0);
        let report = core.report(profile).filter(|_| has_frames);
        Ok(report.map(|report| Report::new(&report, self.looks_for_patterns(profile))))
    }

    fn summary(&self, profile: usize) -> PyResult<Summary> {
        let core = self.lock()?;
        let summary = core.summary(profile).ok_or_else(|| bad_settings(Error::BadProfile))?;
        Ok(Summary::new(&summary, core.incidents(profile), self.looks_for_patterns(profile)))
    }

    /// Columns and rows of cells, and the width and height of a cell in pixels.
    fn grid(&self, profile: usize) -> PyResult<(u32, u32, u32, u32)> {
        let grid = self.lock()?.grid(profile).ok_or_else(|| bad_settings(Error::BadProfile))?;
        Ok((grid.columns, grid.rows, grid.cell_width, grid.cell_height))
    }

    /// The bits of the cells that flash, in rows of whole bytes.
    fn mask(&self, profile: usize) -> PyResult<Vec<u8>> {
        let mut core = self.lock()?;
        let grid = core.grid(profile).ok_or_else(|| bad_settings(Error::BadProfile))?;
        let mut bits = vec![0; grid.rows as usize * (grid.columns as usize).div_ceil(8)];
        core.mask(profile, &mut bits).map_err(bad_settings)?;
        Ok(bits)
    }

    fn reset(&self) -> PyResult<()> {
        self.lock()?.reset();
        Ok(())
    }
}

impl Analyser {
    fn looks_for_patterns(&self, profile: usize) -> bool {
        self.patterns.get(profile).is_some_and(|looks| *looks)
    }

    /// The analyser, if no other thread has it.
    fn lock(&self) -> PyResult<MutexGuard<'_, Core<Vec<u8>>>> {
        self.core.try_lock().map_err(|_| in_use("analyser"))
    }
}

/// The matrix of video that does not say which it has, as players take it.
fn usual_matrix(shape: Shape) -> Matrix {
    if shape.height() >= 720 { Matrix::Bt709 } else { Matrix::Bt601 }
}

/// Rows of a plane, and bytes of a row without padding.
#[pyfunction]
pub fn plane_size(
    format: &Bound<'_, PyAny>,
    width: u32,
    height: u32,
    plane: usize,
) -> PyResult<(usize, usize)> {
    let shape = Shape::new(named_format(format)?, width, height).map_err(bad_settings)?;
    Ok((shape.rows(plane), shape.row_bytes(plane)))
}

/// Transitions in a second that are still no failure by a published profile.
#[pyfunction]
pub fn max_transitions(profile: &Bound<'_, PyAny>) -> PyResult<u32> {
    Ok(one_of("profile", profile, &Profile::NAMED)?.max_transitions)
}

fn named_format(name: &Bound<'_, PyAny>) -> PyResult<Format> {
    one_of("format", name, &Format::ALL.map(|format| (format.name(), format)))
}

/// What a name stands for.
fn one_of<T: Copy>(what: &str, name: &Bound<'_, PyAny>, known: &[(&str, T)]) -> PyResult<T> {
    let text = name.extract::<String>().ok();
    let found = known.iter().find(|(known, _)| text.as_deref() == Some(*known));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        SettingsError::new_err(format!(
            "there is no {what} {}; the names are {}",
            shown(name),
            names.join(", ")
        ))
    })
}

/// A setting that counts something.
fn whole(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u32> {
    value.extract().map_err(|_| {
        let value = shown(value);
        SettingsError::new_err(format!("{name} is {value}; give a whole number, 0 to 4294967295"))
    })
}

/// A setting that measures something.
fn number(name: &str, value: &Bound<'_, PyAny>) -> PyResult<f32> {
    value
        .extract()
        .map_err(|_| SettingsError::new_err(format!("{name} is {}; give a number", shown(value))))
}

/// A value as Python prints it.
fn shown(value: &Bound<'_, PyAny>) -> String {
    value.repr().map_or_else(|_| "such a value".to_owned(), |text| text.to_string())
}
