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
/// The light of the signal `n + t`, with `t` from -0.5 to 0.5, is `c0 + c1 t + c2 t² + c3 t³` for row `n`, squared
/// [`Cubics::squarings`] times: what is squared bends less. Rows are those of the least greatest error, found by
/// reweighted least squares: relative to light, and to a floor of 1 cd/m² for PQ, of 0.001 of the peak for HLG and of a
/// tenth of white for standard dynamic range. All changes at the whole numbers and a half, where HLG has its bend.
pub(crate) struct Cubics {
    pub(crate) table: TableF32,
    pub(crate) squarings: u32,
}

/// The signal of white.
pub(crate) const LAST_NODE: f32 = 15.0;

impl Cubics {
    /// Relative to white for standard dynamic range, in cd/m² for PQ, and for HLG the light of the scene, 0 to 1.
    pub(crate) fn new(curve: Curve, display: Display) -> &'static Self {
        static SRGB: Cubics = Cubics { table: TableF32::new(Cubics::SRGB), squarings: 0 };
        static BT_1886: Cubics = Cubics { table: TableF32::new(Cubics::BT_1886), squarings: 0 };
        static PQ: Cubics = Cubics { table: TableF32::new(Cubics::PQ), squarings: 3 };
        static HLG: Cubics = Cubics { table: TableF32::new(Cubics::HLG), squarings: 1 };
        match (curve, display) {
            (Curve::Sdr, Display::Srgb) => &SRGB,
            (Curve::Sdr, Display::Bt1886) => &BT_1886,
            (Curve::Pq, _) => &PQ,
            (Curve::Hlg, _) => &HLG,
        }
    }

    #[rustfmt::skip]
    const SRGB: [[f32; 4]; 16] = [
        [0.0, 0.0051599587, 0.0, 0.0],
        [0.0056068185, 0.007337957, 0.0027997738, 0.00041955573],
        [0.01599636, 0.013589741, 0.0033652585, 0.00015929375],
        [0.033104807, 0.020771604, 0.0038000399, 0.00013267243],
        [0.05780546, 0.028752953, 0.0041705165, 0.00011536162],
        [0.09084173, 0.037428334, 0.0044971677, 0.000103036386],
        [0.13286833, 0.046722908, 0.004791582, 0.00009374548],
        [0.184475, 0.056580175, 0.005061074, 0.00008633367],
        [0.24620134, 0.06695559, 0.0053105857, 0.000080305654],
        [0.3185468, 0.07781295, 0.0055436385, 0.00007528481],
        [0.40197778, 0.08912209, 0.0057628457, 0.000071023176],
        [0.496933, 0.10085743, 0.0059702056, 0.0000673501],
        [0.60382736, 0.11299693, 0.0061672865, 0.00006414387],
        [0.7230551, 0.12552132, 0.006355344, 0.00006131507],
        [0.8549926, 0.13841364, 0.006535403, 0.000058796413],
        [1.0, 0.15165877, 0.006708598, 0.000057046305],
    ];
    #[rustfmt::skip]
    const BT_1886: [[f32; 4]; 16] = [
        [0.0, -0.000024773433, 0.00074598263, 0.0008907079],
        [0.0015048757, 0.0036101504, 0.0025144063, 0.0003435164],
        [0.007940725, 0.009528627, 0.0033308454, 0.00022335428],
        [0.021012291, 0.016809748, 0.0039200946, 0.00017467489],
        [0.04191075, 0.025146408, 0.004399246, 0.00014685318],
        [0.071599364, 0.034367673, 0.0048105116, 0.00012839863],
        [0.110903196, 0.044361245, 0.0051747686, 0.0001151825],
        [0.16055222, 0.05504645, 0.005504087, 0.00010498564],
        [0.22120604, 0.06636179, 0.0058062053, 0.000096873126],
        [0.29346952, 0.07825853, 0.0060864002, 0.000090244714],
        [0.37790355, 0.09069684, 0.006348463, 0.0000847038],
        [0.47503263, 0.10364347, 0.006595222, 0.00007998706],
        [0.58535045, 0.11707009, 0.006828852, 0.000075911994],
        [0.7093246, 0.13095222, 0.0070510656, 0.00007234774],
        [0.84739965, 0.1452685, 0.00726324, 0.00006919773],
        [1.0, 0.16000001, 0.0074668573, 0.00006702069],
    ];
    #[rustfmt::skip]
    const PQ: [[f32; 4]; 16] = [
        [0.0, 4.429708, -11.689361, 10.743934],
        [0.76517355, 0.23002668, -0.06253777, 0.034436524],
        [0.958476, 0.1702023, -0.015650736, 0.005210186],
        [1.1173404, 0.15053885, -0.006137441, 0.0018215278],
        [1.2633141, 0.14263636, -0.0023377084, 0.0008858039],
        [1.4044133, 0.14023992, -0.0002692378, 0.00054454134],
        [1.544893, 0.14117667, 0.0011156981, 0.0003986832],
        [1.6875683, 0.14453426, 0.0022026894, 0.00033541283],
        [1.8346348, 0.14991969, 0.003169984, 0.0003147845],
        [1.9880389, 0.1572039, 0.00411818, 0.00032099613],
        [2.1496859, 0.1664223, 0.0051171235, 0.00034801426],
        [2.321581, 0.17773685, 0.006226642, 0.00039472675],
        [2.5059505, 0.19142899, 0.00750832, 0.00046326697],
        [2.7053673, 0.20791225, 0.009034584, 0.00055874645],
        [2.9228952, 0.2277633, 0.010898357, 0.000689862],
        [3.1622777, 0.2517736, 0.013198718, 0.00082103076],
    ];
    #[rustfmt::skip]
    const HLG: [[f32; 4]; 16] = [
        [0.0, 0.03849002, 0.0, 0.0],
        [0.03849002, 0.03849002, 0.0, 0.0],
        [0.07698004, 0.03849002, 0.0, 0.0],
        [0.11547005, 0.03849002, 0.0, 0.0],
        [0.15396008, 0.03849002, 0.0, 0.0],
        [0.19245009, 0.03849002, 0.0, 0.0],
        [0.2309401, 0.03849002, 0.0, 0.0],
        [0.26943013, 0.03849002, 0.0, 0.0],
        [0.30910736, 0.04331098, 0.0050413115, 0.0002972092],
        [0.35776553, 0.054326106, 0.0060049486, 0.0003470032],
        [0.41845497, 0.06743076, 0.0071402914, 0.00041191108],
        [0.49345255, 0.08301587, 0.008496315, 0.0004942737],
        [0.58547723, 0.10157718, 0.010128878, 0.00059643894],
        [0.6978022, 0.12372958, 0.012101576, 0.00072128285],
        [0.8343818, 0.15022446, 0.014487879, 0.0008725456],
        [1.0, 0.18197104, 0.017347945, 0.0010084106],
    ];
}

/// What the light of a scene of HLG is multiplied by to be that of the display: 1000 cd/m² · Y^0.2 of its luminance Y
/// (ITU-R BT.2100-2, table 5: the OOTF with a system gamma of 1.2).
///
/// `Y = m 2^e` with `m` from 1 to 2: the factor is that of the exponent times a polynomial in `m - 1.5`.
pub(crate) mod hlg_gain {
    use crate::simd::TableF32;

    /// Below this the factor is that of it: less than 0.004 cd/m² are lost.
    pub(crate) const LEAST: f32 = 1.0 / 32_768.0;

    /// 1000 · 2^(e/5) in the first column, by the lowest four bits of the exponent as it is stored.
    pub(crate) static OF_EXPONENT: TableF32 = {
        let factors = [
            125.0, 143.587_3, 164.938_49, 189.464_57, 217.637_63, 250.0, 287.174_6, 329.876_98,
            378.929_14, 435.275_27, 500.0, 574.349_2, 659.753_97, 757.858_3, 870.550_54, 1000.0,
        ];
        let mut rows = [[0.0; 4]; 16];
        let mut i = 0;
        while i < 16 {
            rows[i][0] = factors[i];
            i += 1;
        }
        TableF32::new(rows)
    };

    /// m^0.2, from the highest power of m - 1.5 down; the greatest error is 2.6 · 10^-7 of it.
    pub(crate) const OF_MANTISSA: [f32; 7] = [
        -0.002_290_063_3,
        0.004_171_801,
        -0.007_141_517,
        0.015_355_566,
        -0.038_561_862,
        0.144_598_4,
        1.084_471_8,
    ];
}
