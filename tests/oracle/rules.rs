//! The standards: how large a field is, and which steps of a cell are large enough for a transition.

use super::doubt::{Doubt, LIGHT};
use super::light::{Rgb, chromaticity, lifted};

/// A standard that videos are judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    Wcag22,
    Wcag21,
    Wcag22Aaa,
    Bt1702,
    Ofcom,
    Trace24,
}

/// What a cell is followed by: `key` says which way it turns.
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    pub key: f64,
    /// Whether it is saturated red, and v' where the key is u'. Of red flashes only.
    pub saturated: bool,
    pub v: f64,
    /// The most by which the key may differ, and whether the saturation is in doubt.
    pub error: f64,
    pub saturation_in_doubt: bool,
}

/// A step of relative luminance, where the darker end is below `DARK_LIMIT`. The last bits of a product are
/// not to decide.
const MIN_STEP: f64 = 0.1 - 1e-12;
const DARK_LIMIT: f64 = 0.8;

/// A step above `DARK_LIMIT`, as a Michelson contrast.
const MIN_CONTRAST: f64 = 1.0 / 17.0;

/// A step of red: in u'v', and in WCAG 2.1's difference of channels.
const MIN_RED_DISTANCE: f64 = 0.2;
const MIN_RED_DIFFERENCE: f64 = 20.0;

/// Red over the sum of the channels that makes a saturated red.
const SATURATION: f64 = 0.8;

impl Standard {
    pub const ALL: [Self; 6] =
        [Self::Wcag22, Self::Wcag21, Self::Wcag22Aaa, Self::Bt1702, Self::Ofcom, Self::Trace24];

    pub fn name(self) -> &'static str {
        match self {
            Self::Wcag22 => "wcag22",
            Self::Wcag21 => "wcag21",
            Self::Wcag22Aaa => "wcag22-aaa",
            Self::Bt1702 => "bt1702",
            Self::Ofcom => "ofcom",
            Self::Trace24 => "trace24",
        }
    }

    /// CSS pixels that a picture is fitted into where nothing says how large it is shown.
    pub fn fit(self) -> [f64; 2] {
        if self == Self::Trace24 { [1920.0, 1080.0] } else { [1024.0, 768.0] }
    }

    /// A field in CSS pixels; none where it is the whole picture.
    pub fn field(self) -> Option<[f64; 2]> {
        match self {
            Self::Wcag22 | Self::Wcag21 | Self::Wcag22Aaa => Some([341.0, 256.0]),
            Self::Bt1702 | Self::Ofcom => None,
            Self::Trace24 => Some([416.0, 416.0]),
        }
    }

    /// The part of a field that a flash must cover more than.
    pub fn area(self) -> f64 {
        if self == Self::Wcag22Aaa { 0.0 } else { 0.25 }
    }

    /// Seconds that a transition may take, where they are limited.
    pub fn longest(self) -> Option<f64> {
        (self == Self::Trace24).then_some(0.066)
    }

    pub fn general_state(self, luminance: f64) -> State {
        State { key: luminance, error: LIGHT, ..State::default() }
    }

    pub fn general_step(self, a: &State, b: &State, doubt: &Doubt) -> bool {
        let change = (a.key - b.key).abs();
        let darker = a.key.min(b.key);
        let error = a.error + b.error;
        let bright_step = || match self {
            Self::Wcag22 | Self::Wcag21 | Self::Wcag22Aaa => false,
            Self::Bt1702 | Self::Ofcom | Self::Trace24 => {
                !doubt.above(MIN_CONTRAST * (a.key + b.key), change, error)
            }
        };
        let dark_step = || !doubt.above(MIN_STEP, change, error);
        if self == Self::Wcag22Aaa {
            return dark_step();
        }
        // Which of the two is asked matters where they differ.
        doubt.when((darker - DARK_LIMIT).abs() <= error && dark_step() != bright_step());
        if darker < DARK_LIMIT { dark_step() } else { bright_step() }
    }

    pub fn red_state(self, light: Rgb) -> State {
        let [r, g, b] = lifted(light);
        let sum = r + g + b;
        let saturated = r >= SATURATION * sum;
        let may_be_saturated = r + LIGHT >= SATURATION * (sum - 2.0 * LIGHT);
        let must_be_saturated = r - LIGHT >= SATURATION * (sum + 2.0 * LIGHT);
        let (key, v, error) = if self == Self::Wcag21 {
            let [r, g, b] = light;
            ((r - g - b).max(0.0) * 320.0, 0.0, 3.0 * 320.0 * LIGHT)
        } else {
            let [u, v] = chromaticity([r, g, b]);
            // No channel moves u' or v' by more than 1/sum.
            (u, v, 3.0 * LIGHT / sum)
        };
        let saturation_in_doubt = may_be_saturated != must_be_saturated;
        State { key, saturated, v, error, saturation_in_doubt }
    }

    pub fn red_step(self, a: &State, b: &State, doubt: &Doubt) -> bool {
        if !(a.saturated || b.saturated || a.saturation_in_doubt || b.saturation_in_doubt) {
            return false;
        }
        let (distance, limit) = if self == Self::Wcag21 {
            ((a.key - b.key).abs(), MIN_RED_DIFFERENCE)
        } else {
            ((a.key - b.key).hypot(a.v - b.v), MIN_RED_DISTANCE)
        };
        let far = doubt.above(distance, limit, a.error + b.error);
        let sure = |state: &State| state.saturated && !state.saturation_in_doubt;
        doubt.when(far && !sure(a) && !sure(b));
        far && (a.saturated || b.saturated)
    }
}
