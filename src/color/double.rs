//! Numbers of twice the precision of `f64`, for tables that are right to the last bit.

/// A number as the unevaluated sum of two `f64`, about 106 bits (T. J. Dekker, "A floating-point
/// technique for extending the available precision", Numerische Mathematik 18, 1971).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Double {
    pub(crate) high: f64,
    pub(crate) low: f64,
}

/// The natural logarithm of 2.
const LN_2: Double = Double { high: core::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };

impl Double {
    pub(crate) const ONE: Self = Self::of(1.0);

    pub(crate) const fn of(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }

    /// The exact sum of two numbers of which the first is the larger.
    pub(crate) const fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        Self { high, low: b - (high - a) }
    }

    /// The exact product.
    pub(crate) const fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        let (a1, a2) = split(a);
        let (b1, b2) = split(b);
        Self { high, low: ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2 }
    }

    pub(crate) const fn quotient(a: f64, b: f64) -> Self {
        let high = a / b;
        let back = Self::product(high, b);
        Self::sum(high, ((a - back.high) - back.low) / b)
    }

    pub(crate) const fn times(self, other: Self) -> Self {
        let p = Self::product(self.high, other.high);
        Self::sum(p.high, p.low + (self.high * other.low + self.low * other.high))
    }

    pub(crate) const fn plus(self, other: Self) -> Self {
        // The exact sum of any two numbers (D. E. Knuth, The Art of Computer Programming 2, 4.2.2).
        let high = self.high + other.high;
        let part = high - self.high;
        let low = (self.high - (high - part)) + (other.high - part);
        Self::sum(high, low + (self.low + other.low))
    }

    pub(crate) const fn minus(self, other: Self) -> Self {
        self.plus(Self { high: -other.high, low: -other.low })
    }

    pub(crate) const fn over(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self.minus(other.times(Self::of(first)));
        let second = rest.high / other.high;
        let rest = rest.minus(other.times(Self::of(second)));
        Self::sum(first, second).plus(Self::of(rest.high / other.high))
    }

    /// The nearest `f64`.
    pub(crate) const fn rounded(self) -> f64 {
        self.high + self.low
    }

    /// The natural logarithm of a positive, normal number.
    pub(crate) fn ln(self) -> Self {
        // x = m 2^e with m between 0.75 and 1.5, and ln m = 2 artanh((m - 1) / (m + 1)).
        let bits = self.high.to_bits();
        let mut exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
        if bits & (1 << 51) != 0 {
            exponent += 1;
        }
        let scale = power_of_two(-exponent);
        let m = Self { high: self.high * scale, low: self.low * scale };
        let s = m.minus(Self::ONE).over(m.plus(Self::ONE));
        let square = s.times(s);
        // s is at most 1/5, so the term after the last is below 2^-106 of the first.
        let mut series = Self::of(0.0);
        for k in (0..24).rev() {
            series = series.times(square).plus(Self::quotient(1.0, f64::from(2 * k + 1)));
        }
        let artanh = s.times(series);
        artanh.plus(artanh).plus(LN_2.times(Self::of(f64::from(exponent))))
    }

    /// e to this power, for powers between -700 and 700.
    pub(crate) fn exp(self) -> Self {
        // x = k ln 2 + 256 r, and e^(256 r) is e^r squared eight times.
        let nearest = self.high / LN_2.high + if self.high < 0.0 { -0.5 } else { 0.5 };
        let k = nearest as i32;
        let rest = self.minus(LN_2.times(Self::of(f64::from(k))));
        let r = Self { high: rest.high / 256.0, low: rest.low / 256.0 };
        // r is below 1/700, so the term after the last is below 2^-106 of r.
        let mut minus_one = Self::of(0.0);
        for n in (1..=11).rev() {
            minus_one = r.over(Self::of(f64::from(n))).times(Self::ONE.plus(minus_one));
        }
        // (1 + m)^2 - 1 = m (2 + m): what is near 0 keeps its precision.
        for _ in 0..8 {
            minus_one = minus_one.times(Self::of(2.0).plus(minus_one));
        }
        let power = Self::ONE.plus(minus_one);
        let scale = power_of_two(k);
        Self { high: power.high * scale, low: power.low * scale }
    }

    /// This number, not negative, to a power; 0 for 0.
    pub(crate) fn power(self, exponent: Self) -> Self {
        if self.high <= 0.0 { Self::of(0.0) } else { self.ln().times(exponent).exp() }
    }
}

/// 2 to an exponent between -1022 and 1023.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// Splits a number into two of at most 26 bits each, so that products of the halves are exact.
const fn split(a: f64) -> (f64, f64) {
    const FACTOR: f64 = 134_217_729.0; // 2^27 + 1
    let scaled = FACTOR * a;
    let high = scaled - (scaled - a);
    (high, a - high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithm_and_power_undo_each_other() {
        for i in 1..2000 {
            let x = Double::quotient(f64::from(i), 97.0);
            let off = x.ln().exp().minus(x).high / x.high;
            assert!(off.abs() < 1e-29, "{i}: {off}");
        }
    }

    #[test]
    fn ends_are_those_of_the_standard_library() {
        for i in 1..200 {
            let x = f64::from(i) / 7.0;
            assert!((Double::of(x).ln().rounded() - x.ln()).abs() <= f64::EPSILON * x.ln().abs());
            let exp = Double::of(-x).exp().rounded();
            assert!((exp - (-x).exp()).abs() <= f64::EPSILON * exp);
        }
        assert_eq!(Double::of(0.0).exp().rounded(), 1.0);
        assert_eq!(Double::of(1.0).ln().rounded(), 0.0);
        assert_eq!(Double::of(0.0).power(Double::of(2.2)).rounded(), 0.0);
    }
}
