//! Runs of frames that are no pass.

use crate::flash::verdict::Verdict;
use crate::frame::Rectangle;

/// A kind of flash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Flash {
    /// A change of luminance.
    #[default]
    General = 1,
    /// A change to or from a saturated red.
    Red = 2,
}

impl Flash {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::General, Self::Red];

    /// A short name: `general`, `red`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Red => "red",
        }
    }
}

/// Where in the picture most flashes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Worst {
    /// The field, in pixels; empty where nothing flashes.
    pub field: Rectangle,
    /// The part of the field's cells that have as many transitions as the count says, 0 to 1.
    pub area: f32,
}

/// Frames that follow each other and are all no [`Verdict::Pass`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Incident {
    /// The number of the first frame, counted from 0.
    pub first_frame: u64,
    /// The number of the last frame.
    pub last_frame: u64,
    /// When the first frame is shown, in nanoseconds. The flashes that count for it lie in the second
    /// before.
    pub start: i64,
    /// When the last frame is shown, in nanoseconds.
    pub end: i64,
    /// The worst verdict.
    pub verdict: Verdict,
    /// The kind of flash that has the largest count.
    pub flash: Flash,
    /// The largest count of general transitions in a second.
    pub general: u32,
    /// The largest count of red transitions in a second.
    pub red: u32,
    /// The number of the first frame with the largest count.
    pub peak_frame: u64,
    /// When that is shown, in nanoseconds.
    pub peak: i64,
    /// Where most flashes in that frame.
    pub worst: Worst,
}

/// The words that keep an incident.
pub(crate) const WORDS: usize = 10;

impl Incident {
    /// The larger of the two counts.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.general.max(self.red)
    }

    pub(crate) fn to_words(self) -> [u64; WORDS] {
        let two = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
        let Rectangle { x, y, width, height } = self.worst.field;
        [
            self.first_frame,
            self.last_frame,
            self.start.cast_unsigned(),
            self.end.cast_unsigned(),
            two(self.verdict as u32 * 4 + self.flash as u32, self.worst.area.to_bits()),
            two(self.general, self.red),
            self.peak_frame,
            self.peak.cast_unsigned(),
            two(x, y),
            two(width, height),
        ]
    }

    pub(crate) fn of_words(words: [u64; WORDS]) -> Self {
        let [first_frame, last_frame, start, end, judged, counts, peak_frame, peak, at, size] =
            words;
        let (high, low) = (|word: u64| (word >> 32) as u32, |word: u64| word as u32);
        let verdict = match high(judged) / 4 {
            1 => Verdict::Warning,
            2 => Verdict::ExtendedFail,
            3 => Verdict::Fail,
            _ => Verdict::Pass,
        };
        let flash = if high(judged) % 4 == Flash::Red as u32 { Flash::Red } else { Flash::General };
        Self {
            first_frame,
            last_frame,
            start: start.cast_signed(),
            end: end.cast_signed(),
            verdict,
            flash,
            general: high(counts),
            red: low(counts),
            peak_frame,
            peak: peak.cast_signed(),
            worst: Worst {
                field: Rectangle { x: high(at), y: low(at), width: high(size), height: low(size) },
                area: f32::from_bits(low(judged)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_all_of_an_incident() {
        let incident = Incident {
            first_frame: 1,
            last_frame: u64::MAX,
            start: -5,
            end: i64::MAX,
            verdict: Verdict::ExtendedFail,
            flash: Flash::Red,
            general: 7,
            red: u32::MAX,
            peak_frame: 3,
            peak: -1,
            worst: Worst { field: Rectangle { x: 1, y: u32::MAX, width: 3, height: 4 }, area: 0.3 },
        };
        assert_eq!(Incident::of_words(incident.to_words()), incident);
    }
}
