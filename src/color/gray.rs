//! How red, green and blue become one gray.

/// What the gray value of an RGB pixel is. Gray and luma are what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Gray {
    /// The mean of the channels, unrounded: its code is their sum, 0 to 765.
    #[default]
    Mean = 0,
    /// 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601-7, 2.5.1), as [`Gray::rounded`] has it.
    Bt601 = 1,
    /// 0.2126 R + 0.7152 G + 0.0722 B (ITU-R BT.709-6, item 3.2), as [`Gray::rounded`] has it.
    Bt709 = 2,
    /// 0.2627 R + 0.6780 G + 0.0593 B (ITU-R BT.2020-2, table 4), as [`Gray::rounded`] has it.
    Bt2020 = 3,
}

impl Gray {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Mean, Self::Bt601, Self::Bt709, Self::Bt2020];

    /// What a number of the C interface stands for.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        if (number as usize) < Self::ALL.len() { Some(Self::ALL[number as usize]) } else { None }
    }

    /// Whether this build of the library takes it: all of them, or without the feature `formats`
    /// [`Gray::Mean`] only.
    #[must_use]
    pub const fn is_built(self) -> bool {
        cfg!(feature = "formats") || matches!(self, Self::Mean)
    }

    /// The weights of red, green and blue in 65536ths, which is their sum; none for the mean.
    #[must_use]
    pub const fn weights(self) -> Option<[u16; 3]> {
        match self {
            Self::Mean => None,
            Self::Bt601 => Some([19_595, 38_470, 7_471]),
            Self::Bt709 => Some([13_933, 46_871, 4_732]),
            Self::Bt2020 => Some([17_216, 44_434, 3_886]),
        }
    }

    /// The gray of 8 bits that weights make of three channels: every product is cut to 256ths, and their
    /// sum rounded to the nearest; halves go up. So three equal channels give just that gray, and no
    /// result is further than 0.52 from the weighted sum.
    #[must_use]
    pub const fn rounded(weights: [u16; 3], rgb: [u8; 3]) -> u8 {
        let red = (rgb[0] as u32 * weights[0] as u32) >> 8;
        let green = (rgb[1] as u32 * weights[1] as u32) >> 8;
        let blue = (rgb[2] as u32 * weights[2] as u32) >> 8;
        ((red + green + blue + 128) >> 8) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_the_standards_and_keep_grays() {
        let printed = [[0.299, 0.587, 0.114], [0.2126, 0.7152, 0.0722], [0.2627, 0.6780, 0.0593]];
        for (gray, printed) in Gray::ALL.into_iter().skip(1).zip(printed) {
            let weights = gray.weights().unwrap();
            assert_eq!(weights.iter().map(|&w| u32::from(w)).sum::<u32>(), 65_536);
            for (weight, printed) in weights.into_iter().zip(printed) {
                assert!((f64::from(weight) - 65_536.0 * printed).abs() < 0.6);
            }
            for level in 0..=255 {
                assert_eq!(Gray::rounded(weights, [level; 3]), level);
            }
            for rgb in [[255, 0, 0], [0, 255, 0], [0, 0, 255], [1, 2, 3], [200, 7, 99]] {
                let exact: f64 = rgb.iter().zip(printed).map(|(&c, w)| f64::from(c) * w).sum();
                assert!((f64::from(Gray::rounded(weights, rgb)) - exact).abs() < 0.53);
            }
        }
    }
}
