//! From codes to linear light, luminance and chromaticity.

/// Linear red, green and blue, each 0 to 1.
pub type Rgb = [f64; 3];

/// The transfer function of the display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    Srgb,
    /// With a black that gives no light.
    Bt1886,
}

/// The linear light of every code.
pub struct Transfer([f64; 256]);

impl Transfer {
    pub fn new(display: Display) -> Self {
        let linear = |code: usize| {
            let c = code as f64 / 255.0;
            match display {
                Display::Srgb if c <= 0.04045 => c / 12.92,
                Display::Srgb => ((c + 0.055) / 1.055).powf(2.4),
                Display::Bt1886 => c.powf(2.4),
            }
        };
        Self(std::array::from_fn(linear))
    }

    pub fn linear(&self, pixel: [u8; 3]) -> Rgb {
        pixel.map(|code| self.0[usize::from(code)])
    }
}

/// Relative luminance, 0 to 1.
pub fn luminance([r, g, b]: Rgb) -> f64 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// The luminance of a pixel by the curve of Ofcom's guidance note, for which white is 200 cd/m2.
pub fn note_luminance(pixel: [u8; 3]) -> f64 {
    let luma = luminance(pixel.map(f64::from));
    413.435 * (0.002745 * luma + 0.0189623).powf(2.2) / 200.0
}

/// The light of a dark state with as much gray as makes the sum of its channels 0.05: black has no colour, and
/// the noise of dark scenes is no red flash.
pub fn lifted([r, g, b]: Rgb) -> Rgb {
    let lift = (0.05 - (r + g + b)).max(0.0) / 3.0;
    [r + lift, g + lift, b + lift]
}

/// u' and v' of CIE 1976.
pub fn chromaticity([r, g, b]: Rgb) -> [f64; 2] {
    let x = 0.4124564 * r + 0.3575761 * g + 0.1804375 * b;
    let y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b;
    let z = 0.0193339 * r + 0.1191920 * g + 0.9503041 * b;
    let sum = x + 15.0 * y + 3.0 * z;
    [4.0 * x / sum, 9.0 * y / sum]
}
