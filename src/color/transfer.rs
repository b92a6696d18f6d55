//! Transfer functions: the luminance of every code, for tables of any length.
//!
//! All are computed in twice the precision of `f64` and rounded once.

use crate::color::double::Double;
use crate::color::luminance::{RGB_CODES, luminance_of_quotient};
use crate::error::Error;

/// Which codes stand for black and for white.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Range {
    /// The first and the last code.
    Full = 1,
    /// 16 and 235 times 2 to the number of bits over 8 (ITU-R BT.601, BT.709, BT.2020, BT.2100), for each
    /// channel. Codes below are black, codes above are white.
    Limited = 2,
}

impl Range {
    /// What a number of the C interface stands for.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Full),
            2 => Some(Self::Limited),
            _ => None,
        }
    }
}

/// How the luminance of a pixel follows from its gray value `v`, 0 for black to 1 for white.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Transfer {
    /// The T table's own: 4 (0.2 x + 1)^2.2 for x = 255 v; 4 for black, about 23838 for white.
    #[default]
    Table,
    /// Relative luminance, 0 to 1, by the transfer function of sRGB (IEC 61966-2-1): v / 12.92 up to
    /// 0.04045, above it ((v + 0.055) / 1.055)^2.4.
    Srgb,
    /// A display by ITU-R BT.1886, annex 1, in cd/m²: a (v + b)^2.4.
    Bt1886 {
        /// The luminance of white, L_W.
        white: f64,
        /// The luminance of black, L_B.
        black: f64,
    },
    /// The perceptual quantizer of ITU-R BT.2100-2, table 4 (SMPTE ST 2084), in cd/m²: 0 to 10000.
    Pq,
    /// A display of hybrid log-gamma by ITU-R BT.2100-2, table 5, in cd/m², with the system gamma
    /// 1.2 + 0.42 log10(L_W / 1000) that the table gives for 400 to 2000 cd/m².
    Hlg {
        /// The luminance of white, L_W.
        white: f64,
        /// The luminance of black, L_B.
        black: f64,
    },
}

impl Transfer {
    /// Writes the luminance of every code of a table, whose length says what codes are: 766 for the sums
    /// of three channels of 8 bits, 256, 1024, 4096 and 65536 for samples of 8, 10, 12 and 16 bits.
    ///
    /// # Errors
    ///
    /// [`Error::LutLength`] for any other length; [`Error::BadTransfer`] where white is not brighter
    /// than black, or black is below 0, or one of them is not between 10^-6 and 10^6 and not 0.
    pub fn fill(self, range: Range, table: &mut [f64]) -> Result<(), Error> {
        if !matches!(table.len(), 256 | RGB_CODES | 1024 | 4096 | 65_536) {
            return Err(Error::LutLength);
        }
        let prepared = Prepared::new(self)?;
        let last = table.len() - 1;
        let (black, white) = match range {
            Range::Full => (0, last),
            // Three channels of 8 bits, or 16 and 235 in 256 codes.
            Range::Limited if table.len() == RGB_CODES => (48, 705),
            Range::Limited => (16 * table.len() / 256, 235 * table.len() / 256),
        };
        let mut greatest = f64::NEG_INFINITY;
        for (code, luminance) in table.iter_mut().enumerate() {
            let above = code.min(white).saturating_sub(black);
            // Each value is within a rounding of the true one, and the true ones do not fall, so
            // neither do these but where two are as good as equal.
            greatest = prepared.luminance(above as f64, (white - black) as f64).max(greatest);
            *luminance = greatest;
        }
        Ok(())
    }
}

/// A transfer function with its constants computed.
enum Prepared {
    Table,
    Srgb,
    /// a (v + b)^2.4
    Bt1886 {
        a: Double,
        b: Double,
    },
    Pq,
    Hlg(Hlg),
}

struct Hlg {
    white: f64,
    /// The system gamma.
    gamma: Double,
    /// The black level lift.
    beta: Double,
    /// The constants of the OETF: a is given, b and c follow from it.
    a: Double,
    b: Double,
    c: Double,
}

/// A decimal number as the standards print it.
fn decimal(digits: u32, power_of_ten: f64) -> Double {
    Double::quotient(f64::from(digits), power_of_ten)
}

impl Prepared {
    fn new(transfer: Transfer) -> Result<Self, Error> {
        match transfer {
            Transfer::Table => Ok(Self::Table),
            Transfer::Srgb => Ok(Self::Srgb),
            Transfer::Pq => Ok(Self::Pq),
            Transfer::Bt1886 { white, black } => {
                check(white, black)?;
                let root = |luminance| Double::of(luminance).power(Double::quotient(10.0, 24.0));
                let (white, black) = (root(white), root(black));
                let span = white.minus(black);
                Ok(Self::Bt1886 { a: span.power(decimal(24, 10.0)), b: black.over(span) })
            }
            Transfer::Hlg { white, black } => {
                check(white, black)?;
                let a = decimal(17_883_277, 1e8);
                let four_a = a.times(Double::of(4.0));
                let decades = Double::quotient(white, 1000.0).ln().over(Double::of(10.0).ln());
                let gamma = decimal(12, 10.0).plus(decimal(42, 100.0).times(decades));
                let ratio = Double::quotient(black, white).power(Double::ONE.over(gamma));
                let beta = ratio.times(Double::of(3.0)).power(Double::of(0.5));
                let b = Double::ONE.minus(four_a);
                let c = Double::of(0.5).minus(a.times(four_a.ln()));
                Ok(Self::Hlg(Hlg { white, gamma, beta, a, b, c }))
            }
        }
    }

    /// The luminance of the gray value `above / span`.
    fn luminance(&self, above: f64, span: f64) -> f64 {
        let v = Double::quotient(above, span);
        match self {
            // 0.2 · 255 v + 1 = (51 above + span) / span
            Self::Table => luminance_of_quotient(51.0 * above + span, span),
            Self::Srgb if v.high <= 0.04045 => v.over(decimal(1292, 100.0)).rounded(),
            Self::Srgb => {
                let base = v.plus(decimal(55, 1000.0)).over(decimal(1055, 1000.0));
                base.power(decimal(24, 10.0)).rounded()
            }
            Self::Bt1886 { a, b } => a.times(v.plus(*b).power(decimal(24, 10.0))).rounded(),
            Self::Pq => pq(v),
            Self::Hlg(hlg) => hlg.luminance(v),
        }
    }
}

fn check(white: f64, black: f64) -> Result<(), Error> {
    let possible = |luminance: f64| (1e-6..=1e6).contains(&luminance);
    if possible(white) && (possible(black) || black == 0.0) && white > black {
        Ok(())
    } else {
        Err(Error::BadTransfer)
    }
}

/// The EOTF of PQ, with the constants as the quotients that BT.2100 gives.
fn pq(v: Double) -> f64 {
    let m1 = Double::of(2610.0 / 16_384.0);
    let m2 = Double::of(2523.0 / 4096.0 * 128.0);
    let c1 = Double::of(3424.0 / 4096.0);
    let c2 = Double::of(2413.0 / 4096.0 * 32.0);
    let c3 = Double::of(2392.0 / 4096.0 * 32.0);
    let root = v.power(Double::ONE.over(m2));
    let light = root.minus(c1).over(c2.minus(c3.times(root)));
    Double::of(10_000.0).times(light.power(Double::ONE.over(m1))).rounded()
}

impl Hlg {
    /// OOTF[OETF⁻¹[(1 - β) v + β]] of a gray pixel, for which the OOTF is L_W E^γ.
    fn luminance(&self, v: Double) -> f64 {
        let lifted = Double::ONE.minus(self.beta).times(v).plus(self.beta);
        let scene = if lifted.high <= 0.5 {
            lifted.times(lifted).over(Double::of(3.0))
        } else {
            let power = lifted.minus(self.c).over(self.a).exp();
            power.plus(self.b).over(Double::of(12.0))
        };
        Double::of(self.white).times(scene.power(self.gamma)).rounded()
    }
}
