//! What counts as a flash, and how many are too many: the rules of a standard, as data.

use crate::color::display::Display;
use crate::error::Error;

/// The rules of a standard.
///
/// The associated constants are published rules. Make your own by changing their numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// How the luminance of a pixel is computed.
    pub light: Light,
    /// The display that YUV is made for. RGB and gray are always taken as sRGB.
    pub yuv_display: Display,
    /// The luminance of white in the unit of [`Profile::min_step`] and [`Profile::dark_limit`]: 1 for
    /// relative luminance, or cd/m².
    pub white: f32,
    /// The luminance in cd/m² that counts as [`Profile::white`] in high dynamic range. If both are the same number,
    /// luminance is absolute.
    pub reference_white: f32,
    /// The smallest change of luminance that is a transition.
    pub min_step: f32,
    /// The darker of the two luminances must be below this.
    pub dark_limit: f32,
    /// If it is not: the smallest Michelson contrast, (a - b) / (a + b), that is a transition. Infinity if no change is.
    pub min_contrast: f32,
    /// What a change of saturated red is.
    pub red: Red,
    /// The smallest R / (R + G + B) of a saturated red, in linear light. One end of a red transition is a saturated red.
    pub saturation: f32,
    /// The longest time that a transition may take, in seconds. Infinity if there is no limit: then a transition is any
    /// change between a peak and the valley next to it.
    pub longest: f32,
    /// Transitions of cells within this time, in seconds, count as one transition of a field.
    pub together: f32,
    /// The part of the picture in which flashes are counted together.
    pub field: Field,
    /// CSS pixels, width and height, that the picture is fitted into by [`Viewing::Default`](crate::Viewing).
    pub fit: [f32; 2],
    /// More than this part of a field must flash: 0 or more and below 1.
    pub min_area: f32,
    /// The fewest transitions in a second that give a warning.
    pub warn_transitions: u32,
    /// The most transitions in a second that do not fail; one flash is two of them.
    pub max_transitions: u32,
    /// Whether warnings in 4 of the last 5 seconds become [`Verdict::ExtendedWarning`](crate::Verdict).
    pub extended: bool,
    /// Whether regular patterns are checked as well, by ITU-R BT.1702-3: see [`Pattern`](crate::Pattern). If luminance
    /// is relative, white counts as 200 cd/m² for them.
    pub patterns: bool,
}

/// How the luminance of a pixel is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Light {
    /// 0.2126 R + 0.7152 G + 0.0722 B of the linear light of the display (WCAG 2.x, "relative luminance").
    Display = 1,
    /// 413.435 (0.002745 x + 0.0189623)^2.2 cd/m² of the luma x = 0.2126 R' + 0.7152 G' + 0.0722 B', from
    /// 0 to 255, with white at 200 cd/m²: the curve of Ofcom's guidance note on flashing images. The curve is for
    /// standard dynamic range only; in high dynamic range this is [`Light::Display`].
    OfcomNote = 2,
}

/// What a change of saturated red is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Red {
    /// More than this distance in the CIE 1976 u'v' diagram (WCAG 2.2).
    Chromaticity {
        /// WCAG 2.2: 0.2.
        min_distance: f32,
    },
    /// More than this change of max(0, R - G - B) x 320 (WCAG 2.1).
    Difference {
        /// WCAG 2.1: 20.
        min_difference: f32,
    },
}

/// The part of the picture in which flashes are counted together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field {
    /// Any rectangle of this size in the picture as it is shown.
    Css {
        /// CSS pixels from left to right.
        width: f32,
        /// CSS pixels from top to bottom.
        height: f32,
    },
    /// The whole picture.
    Picture,
}

impl Profile {
    /// WCAG 2.2, SC 2.3.1: a change of relative luminance of 0.1 or more with the darker below 0.8, or of
    /// saturated red by more than 0.2 in u'v', on more than a quarter of any field of 10 degrees. More than three
    /// flashes in a second fail.
    pub const WCAG_2_2: Self = Self {
        light: Light::Display,
        yuv_display: Display::Srgb,
        white: 1.0,
        // ITU-R BT.2408-7, 2.1, table 1: HDR reference white.
        reference_white: 203.0,
        min_step: 0.1,
        dark_limit: 0.8,
        min_contrast: f32::INFINITY,
        red: Red::Chromaticity { min_distance: 0.2 },
        saturation: 0.8,
        longest: f32::INFINITY,
        together: 0.020,
        field: Field::Css { width: 341.0, height: 256.0 },
        fit: [1024.0, 768.0],
        min_area: 0.25,
        warn_transitions: 4,
        max_transitions: 6,
        extended: true,
        patterns: false,
    };

    /// WCAG 2.1: as WCAG 2.2, but a change of red is one of (R - G - B) x 320 by more than 20.
    pub const WCAG_2_1: Self =
        Self { red: Red::Difference { min_difference: 20.0 }, ..Self::WCAG_2_2 };

    /// WCAG 2.2, SC 2.3.2 (level AAA): more than three flashes in a second of any area and any brightness fail.
    pub const WCAG_2_2_AAA: Self =
        Self { dark_limit: f32::INFINITY, min_area: 0.0, ..Self::WCAG_2_2 };

    /// ITU-R BT.1702-3: white of 200 cd/m²; a change of 20 cd/m² or more with the darker below 160, and
    /// above that a Michelson contrast of 1/17 or more, on more than a quarter of the picture. Regular patterns of more
    /// than five pairs of stripes fail on more than 40 % of the picture, or 25 % where they change.
    pub const BT_1702: Self = Self {
        yuv_display: Display::Bt1886,
        white: 200.0,
        reference_white: 200.0,
        min_step: 20.0,
        dark_limit: 160.0,
        min_contrast: 1.0 / 17.0,
        field: Field::Picture,
        patterns: true,
        ..Self::WCAG_2_2
    };

    /// Ofcom's guidance note on flashing images: as BT.1702, with the note's luminance curve. The note does not cover
    /// high dynamic range, which is judged as by BT.1702.
    pub const OFCOM: Self =
        Self { light: Light::OfcomNote, yuv_display: Display::Srgb, ..Self::BT_1702 };

    /// The rules that TRACE's test media of 2024 follow: any 416 x 416 CSS pixels of a picture shown on
    /// 1920 x 1080, transitions of at most 66 ms, a Michelson contrast of 1/17 or more above 0.8.
    pub const TRACE_24: Self = Self {
        min_contrast: 1.0 / 17.0,
        longest: 0.066,
        field: Field::Css { width: 416.0, height: 416.0 },
        fit: [1920.0, 1080.0],
        ..Self::WCAG_2_2
    };

    /// The published rules and their short names.
    pub const NAMED: [(&'static str, Self); 6] = [
        ("wcag22", Self::WCAG_2_2),
        ("wcag21", Self::WCAG_2_1),
        ("wcag22-aaa", Self::WCAG_2_2_AAA),
        ("bt1702", Self::BT_1702),
        ("ofcom", Self::OFCOM),
        ("trace24", Self::TRACE_24),
    ];

    /// The published rules with a short name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|(known, _)| *known == name).map(|(_, profile)| profile)
    }

    /// # Errors
    ///
    /// [`Error::BadProfile`] if a number is out of range.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let positive = |value: f32| value > 0.0 && value.is_finite();
        let red = match self.red {
            Red::Chromaticity { min_distance } => positive(min_distance),
            Red::Difference { min_difference } => positive(min_difference),
        };
        let light = positive(self.white)
            && (1e-3..=1e6).contains(&self.reference_white)
            && positive(self.min_step)
            && self.dark_limit >= 0.0;
        let contrast = self.min_contrast > 0.0;
        let times = self.longest > 0.0 && (0.0..=1.0).contains(&self.together);
        let field = match self.field {
            Field::Css { width, height } => positive(width) && positive(height),
            Field::Picture => true,
        };
        let fit = self.fit.into_iter().all(|side| (1.0..=1e6).contains(&side));
        let area = (0.0..1.0).contains(&self.min_area);
        let saturation = (0.0..=1.0).contains(&self.saturation);
        let counts = 0 < self.warn_transitions && self.warn_transitions <= self.max_transitions;
        if red && light && contrast && times && field && fit && area && saturation && counts {
            Ok(())
        } else {
            Err(Error::BadProfile)
        }
    }
}
