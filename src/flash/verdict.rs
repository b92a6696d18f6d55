//! From counts to verdicts: the verdict on every frame by a profile, and its incidents.

use bytemuck::{CheckedBitPattern, NoUninit};

use crate::flash::geometry::Grid;
use crate::flash::profile::Profile;
use crate::flash::report::{Hazard, Incident, Report, Summary, Verdict, Worst};
use crate::flash::time::{SECOND, Timestamp};

/// Warnings are extended if they were shown for `EXTENDED_SHOWN` of the last `EXTENDED_SPAN`. ITU-R BT.1702
/// calls flashing that goes on for 5 seconds a risk; this allows for breaks of up to a second in it.
const EXTENDED_SPAN: i64 = 5 * SECOND;
const EXTENDED_SHOWN: i64 = 4 * SECOND;

/// Judges frames by a profile.
#[derive(Clone, Copy, Debug, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub(crate) struct Judge {
    /// The cells in which the profile counts.
    pub(crate) grid: Grid,
    /// The report on the last frame.
    pub(crate) report: Report,
    /// The report on the worst frame, the first of equals.
    worst: Report,
    incidents: u64,
    /// For how long, in the last five seconds, frames with a warning were shown. The last frame is not included.
    warnings_shown: i64,
    warn_transitions: u32,
    max_transitions: u32,
    extended: bool,
    /// Whether the last frame belongs to an incident.
    open: bool,
    /// Whether the flashes of the last frame are a warning.
    warns: bool,
    padding: [u8; 1],
    /// The worst so far.
    verdict: Verdict,
}

impl Judge {
    pub(crate) fn new(profile: &Profile, grid: Grid) -> Self {
        Self {
            grid,
            report: Report::default(),
            worst: Report::default(),
            incidents: 0,
            warnings_shown: 0,
            warn_transitions: profile.warn_transitions,
            max_transitions: profile.max_transitions,
            extended: profile.extended,
            open: false,
            warns: false,
            padding: [0; 1],
            verdict: Verdict::Pass,
        }
    }

    /// Forgets all frames.
    pub(crate) fn reset(&mut self) {
        (self.report, self.worst) = (Report::default(), Report::default());
        (self.incidents, self.warnings_shown) = (0, 0);
        (self.open, self.warns, self.verdict) = (false, false, Verdict::Pass);
    }

    /// Takes a report that is complete but for its verdict. `last_shown` is how long the last frame is assumed to be
    /// shown: as long as the one before it.
    #[inline(never)] // As `AnalyserState::report`: a report is large.
    pub(crate) fn judge(&mut self, mut report: Report, last_shown: i64) {
        let count = report.transitions.max();
        let of_flashes = if count > self.max_transitions {
            Verdict::Fail
        } else if count < self.warn_transitions {
            Verdict::Pass
        } else if self.extended
            && self.warnings_shown + last_shown + 2 * report.time.slack >= EXTENDED_SHOWN
        {
            Verdict::ExtendedWarning
        } else {
            Verdict::Warning
        };
        self.warns = matches!(of_flashes, Verdict::Warning | Verdict::ExtendedWarning);
        report.verdict = of_flashes.max(report.pattern.verdict);
        if report.verdict > of_flashes {
            report.hazard = Hazard::Pattern;
            report.worst = Worst { field: self.grid.picture(), area: report.pattern.area };
            report.flashing = report.pattern.bounds;
        }
        if report.frame == 0 || report.severity() > self.worst.severity() {
            self.worst = report;
        }
        self.verdict = self.verdict.max(report.verdict);
        self.report = report;
    }

    /// Whether the flashes of the last frame are a warning, extended or not.
    pub(crate) fn warns(&self) -> bool {
        self.warns
    }

    /// Begins, continues or ends an incident with the last frame. `kept` are the bytes of the incidents whose
    /// details are kept.
    #[inline(never)] // As `AnalyserState::report`: a report is large.
    pub(crate) fn follow_incident(&mut self, kept: &mut [u8]) {
        let report = &self.report;
        if report.verdict == Verdict::Pass {
            self.open = false;
            return;
        }
        let begins = !self.open;
        if begins {
            self.open = true;
            self.incidents += 1;
        }
        let bytes = usize::try_from(self.incidents - 1).ok().and_then(|i| incident_bytes(kept, i));
        // Incidents beyond those that are kept are only counted.
        let Some(bytes) = bytes else { return };
        let mut incident =
            if begins { Incident::begin(report) } else { read_incident(bytes).unwrap_or_default() };
        incident.take(report);
        bytes.copy_from_slice(bytemuck::bytes_of(&incident));
    }

    pub(crate) fn summary(&self, frames: u64) -> Summary {
        let Self { verdict, incidents, worst, .. } = *self;
        Summary { frames, verdict, incidents, worst }
    }

    /// An incident, counted from 0; nothing if there is none, or if its details were not kept.
    pub(crate) fn incident(&self, kept: &[u8], index: usize) -> Option<Incident> {
        if index as u64 >= self.incidents {
            return None;
        }
        let from = index.checked_mul(size_of::<Incident>())?;
        read_incident(kept.get(from..)?.get(..size_of::<Incident>())?)
    }
}

/// The bytes of an incident that is kept.
fn incident_bytes(kept: &mut [u8], index: usize) -> Option<&mut [u8]> {
    kept.get_mut(index.checked_mul(size_of::<Incident>())?..)?.get_mut(..size_of::<Incident>())
}

#[inline(never)] // It checks every field.
fn read_incident(bytes: &[u8]) -> Option<Incident> {
    let incident = bytemuck::checked::try_pod_read_unaligned(bytes);
    debug_assert!(incident.is_ok(), "only incidents are written there");
    incident.ok()
}

/// A bit for each profile by which a frame has a warning.
pub(crate) type Warnings = u8;

/// A ring buffer: when the frames of the last five seconds were shown, and by which profiles they have a warning.
pub(crate) struct History<'m> {
    pub(crate) times: &'m mut [i64],
    pub(crate) warnings: &'m mut [Warnings],
    pub(crate) span: &'m mut Span,
}

/// The part of the ring that is in use.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    first: usize,
    length: usize,
}

/// Frames that the ring must have room for.
pub(crate) fn ring_frames(max_fps: usize) -> usize {
    5 * max_fps + 1
}

impl History<'_> {
    /// The place in the ring of the frame that lies `back` before the last one.
    fn place(&self, back: usize) -> Option<usize> {
        let index = self.span.first + self.span.length.checked_sub(back + 1)?;
        let frames = self.times.len();
        Some(if index < frames { index } else { index - frames })
    }

    /// When the frame `back` before the last one was shown.
    pub(crate) fn time(&self, back: usize) -> Option<i64> {
        self.times.get(self.place(back)?).copied()
    }

    /// How many frames, from the last one back, have a time for which `holds` is true.
    pub(crate) fn frames_while(&self, holds: impl Fn(i64) -> bool) -> usize {
        let mut count = 0;
        while self.time(count).is_some_and(&holds) {
            count += 1;
        }
        count
    }

    /// Adds the next frame, without a warning as yet, and removes those that are more than five seconds old.
    pub(crate) fn push(&mut self, now: Timestamp, judges: &mut [Judge]) {
        let now_at = now.nanoseconds();
        if let (Some(place), Some(last)) = (self.place(0), self.time(0)) {
            self.add_shown(place, now_at - last, judges);
        }
        while let Some(oldest) = self.span.length.checked_sub(1) {
            let (Some(place), Some(time)) = (self.place(oldest), self.time(oldest)) else { break };
            let is_full = self.span.length == self.times.len();
            debug_assert!(
                !is_full || now.is_past(time, EXTENDED_SPAN),
                "there is room for as many frames as are taken in five seconds"
            );
            if !is_full && !now.is_past(time, EXTENDED_SPAN) {
                break;
            }
            let next = oldest.checked_sub(1).and_then(|back| self.time(back)).unwrap_or(now_at);
            self.add_shown(place, time - next, judges);
            self.span.first = if place + 1 < self.times.len() { place + 1 } else { 0 };
            self.span.length -= 1;
        }
        self.span.length += 1;
        let place = self.place(0);
        if let Some(time) = place.and_then(|place| self.times.get_mut(place)) {
            *time = now_at;
        }
        if let Some(warnings) = place.and_then(|place| self.warnings.get_mut(place)) {
            *warnings = 0;
        }
    }

    /// Adds to the time for which warnings were shown, for the profiles by which a frame has one.
    fn add_shown(&self, place: usize, nanoseconds: i64, judges: &mut [Judge]) {
        let warnings = self.warnings.get(place).copied().unwrap_or(0);
        for (profile, judge) in judges.iter_mut().enumerate() {
            if warnings >> profile & 1 != 0 {
                judge.warnings_shown += nanoseconds;
            }
        }
    }

    /// How long the last frame is assumed to be shown: as long as the one before it.
    pub(crate) fn last_shown(&self) -> i64 {
        match (self.time(0), self.time(1)) {
            (Some(last), Some(before)) => last - before,
            _ => 0,
        }
    }

    /// Remembers by which profiles the last frame has a warning.
    pub(crate) fn set_warnings(&mut self, judges: &[Judge]) {
        let bits = judges.iter().enumerate().map(|(profile, judge)| {
            Warnings::from(judge.warns()) << (profile % Warnings::BITS as usize)
        });
        let bits = bits.fold(0, |all, bit| all | bit);
        if let Some(warnings) = self.place(0).and_then(|place| self.warnings.get_mut(place)) {
            *warnings = bits;
        }
    }
}

const _: () = assert!(crate::flash::settings::MAX_PROFILES <= Warnings::BITS as usize);
