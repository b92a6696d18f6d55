//! The light of codes of more than 8 bits, and of high dynamic range.

use crate::color::display::Display;
use crate::simd::TableF32;

/// How the codes of a video stand for light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Curve {
    /// Standard dynamic range: relative to the white of the display that a [`Profile`](crate::Profile) has for it.
    #[default]
    Sdr = 1,
    /// The perceptual quantizer of ITU-R BT.2100-2, table 4 (SMPTE ST 2084): 0 to 10000 cd/m².
    Pq = 2,
    /// Hybrid log-gamma of ITU-R BT.2100-2, table 5, on a display with a peak of 1000 cd/m², a black of 0 and the
    /// system gamma of 1.2 that the table has for it.
    Hlg = 3,
}

impl Curve {
    /// What a number of the C interface stands for.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Sdr),
            2 => Some(Self::Pq),
            3 => Some(Self::Hlg),
            _ => None,
        }
    }
}

/// The colours that red, green and blue are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Primaries {
    /// ITU-R BT.709-6, item 1.3: also sRGB's.
    #[default]
    Bt709 = 1,
    /// ITU-R BT.2020-2, table 3: also BT.2100's.
    Bt2020 = 2,
}

impl Primaries {
    /// What a number of the C interface stands for.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Bt709),
            2 => Some(Self::Bt2020),
            _ => None,
        }
    }

    /// The weights of linear red, green and blue in luminance: ITU-R BT.709-6, item 3.2, and BT.2020-2, table 4.
    pub(crate) const fn luminance_weights(self) -> [f32; 3] {
        match self {
            Self::Bt709 => [0.2126, 0.7152, 0.0722],
            Self::Bt2020 => [0.2627, 0.6780, 0.0593],
        }
    }

    /// Linear red, green and blue of BT.709, each by weights of the three: ITU-R BT.2407-0, annex 2, with more digits.
    pub(crate) const fn to_bt709(self) -> [[f32; 3]; 3] {
        match self {
            Self::Bt709 => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Self::Bt2020 => [
                [1.660_491, -0.587_641_1, -0.072_849_86],
                [-0.124_550_47, 1.132_899_9, -0.008_349_42],
                [-0.018_150_76, -0.100_578_9, 1.118_729_7],
            ],
        }
    }
}

/// The light of signals of 0 to [`LAST_NODE`] by a cubic around each whole number.
///
/// The light of the signal `s` is `c0 + c1 s + c2 s² + c3 s³` for the row of the whole number next to it, squared
/// [`Cubics::squarings`] times: what is squared bends less. Rows are those of the least greatest error, found by
/// reweighted least squares: relative to light, and to a floor of 1 cd/m² for PQ, of 0.001 of the peak for HLG and of a
/// tenth of white for standard dynamic range. It is at most 5 · 10^-5 above the floor, and 0.0025 cd/m² below it for PQ.
/// Rows change half-way between whole numbers, where HLG has its bend, and the first one is exact at black.
pub(crate) struct Cubics {
    pub(crate) table: TableF32,
    pub(crate) squarings: u32,
}

/// The signal of white.
pub(crate) const LAST_NODE: f32 = 7.0;

impl Cubics {
    /// Relative to white for standard dynamic range, in cd/m² for PQ, and for HLG the light of the scene, 0 to 1.
    pub(crate) fn new(curve: Curve, display: Display) -> &'static Self {
        static SRGB: Cubics = Cubics { table: TableF32::new(Cubics::SRGB), squarings: 0 };
        static BT_1886: Cubics = Cubics { table: TableF32::new(Cubics::BT_1886), squarings: 0 };
        static PQ: Cubics = Cubics { table: TableF32::new(Cubics::PQ), squarings: 2 };
        static HLG: Cubics = Cubics { table: TableF32::new(Cubics::HLG), squarings: 1 };
        match (curve, display) {
            (Curve::Sdr, Display::Srgb) => &SRGB,
            (Curve::Sdr, Display::Bt1886) => &BT_1886,
            (Curve::Pq, _) => &PQ,
            (Curve::Hlg, _) => &HLG,
        }
    }

    #[rustfmt::skip]
    const SRGB: [[f32; 4]; 8] = [
        [0.0, 0.011630749, -0.0062129023, 0.014951868],
        [0.0010019408, 0.0043434952, 0.011129754, 0.001532998],
        [0.0023391375, 0.00164221, 0.012986247, 0.0010994679],
        [0.0054118824, -0.0020809495, 0.014499817, 0.00089306734],
        [0.010795751, -0.0067348937, 0.015845645, 0.0007628809],
        [0.018747078, -0.012063871, 0.017038677, 0.0006736631],
        [0.029536057, -0.017970078, 0.018117942, 0.0006078317],
        [0.039896533, -0.02283897, 0.018881056, 0.00056794315],
    ];
    #[rustfmt::skip]
    const BT_1886: [[f32; 4]; 8] = [
        [0.0, -0.0001543022, 0.0046463613, 0.005547768],
        [0.0004086845, -0.0024173632, 0.00924221, 0.0021395932],
        [0.0026160898, -0.0069416896, 0.012399206, 0.0013911629],
        [0.0070256735, -0.012298004, 0.0145822475, 0.0010927112],
        [0.014252559, -0.018553283, 0.016393514, 0.0009172746],
        [0.024573077, -0.025475867, 0.017944625, 0.0008011804],
        [0.038251474, -0.032967247, 0.019314185, 0.00071760337],
        [0.051206257, -0.03905645, 0.020268738, 0.0006676989],
    ];
    #[rustfmt::skip]
    const PQ: [[f32; 4]; 8] = [
        [0.0, 2.6998813, -5.3081875, 4.717231],
        [0.22461036, 0.8251963, -0.12767474, 0.043255635],
        [0.28805256, 0.6813935, -0.017722761, 0.015026035],
        [0.26000386, 0.7101076, -0.027240908, 0.016033044],
        [-0.062074862, 0.9805932, -0.10318025, 0.023161449],
        [-1.3828379, 1.8497924, -0.29421443, 0.03718395],
        [-6.0108447, 4.3474493, -0.74409854, 0.0642305],
        [-15.922847, 8.971626, -1.4635893, 0.10156656],
    ];
    #[rustfmt::skip]
    const HLG: [[f32; 4]; 8] = [
        [0.0, 0.08247861, 0.0, 0.0],
        [0.0, 0.08247861, 0.0, 0.0],
        [0.0, 0.08247861, 0.0, 0.0],
        [0.0, 0.08247861, 0.0, 0.0],
        [0.118630126, 0.053691808, -0.012620082, 0.0031887556],
        [-0.014445701, 0.14143953, -0.03194322, 0.0046099257],
        [-0.40157354, 0.35113564, -0.06985507, 0.006897724],
        [-1.0547535, 0.6566441, -0.11751262, 0.009377151],
    ];
}

/// What the light of a scene of HLG is multiplied by to be that of the display: 1000 cd/m² · Y^0.2 of its luminance Y
/// (ITU-R BT.2100-2, table 5: the OOTF with a system gamma of 1.2).
///
/// `Y = m 4^e` with `m` from 0.5 to 2: the factor is that of 4^e times a polynomial in `m`.
pub(crate) mod hlg_gain {
    use crate::simd::TableF32;

    /// Below this the factor is that of it: less than 0.004 cd/m² are lost.
    pub(crate) const LEAST: f32 = 1.0 / 32_768.0;

    /// 1000 · 4^(e/5) in the first column, by the lowest three bits of half of the exponent as it is stored.
    pub(crate) static OF_EXPONENT: TableF32 = {
        let factors =
            [143.587_3, 189.464_57, 250.0, 329.876_98, 435.275_27, 574.349_2, 757.858_3, 1000.0];
        let mut rows = [[0.0; 4]; 8];
        let mut i = 0;
        while i < 8 {
            rows[i][0] = factors[i];
            i += 1;
        }
        TableF32::new(rows)
    };

    /// m^0.2, from the highest power of m down; the greatest error is 1.8 · 10^-5 of it.
    pub(crate) const OF_MANTISSA: [f32; 7] = [
        -0.011_417_935,
        0.099_847_28,
        -0.367_903_1,
        0.749_381,
        -0.947_081_1,
        0.886_882_9,
        0.590_273_8,
    ];
}
