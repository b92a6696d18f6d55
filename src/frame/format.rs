//! The layouts of pixels in memory.

/// How the pixels of a frame lie in memory, named as FFmpeg names them where it does.
///
/// Samples of 16 bits are little-endian. Alpha is ignored, so a format with alpha also serves for the one with
/// an unused byte instead. Of YUV the T table reads the luma only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Format {
    /// One byte a pixel: gray.
    Gray8 = 1,
    /// Three bytes a pixel: red, green, blue.
    Rgb24 = 2,
    /// Three bytes a pixel: blue, green, red.
    Bgr24 = 3,
    /// Four bytes a pixel: red, green, blue, and one that is ignored.
    Rgba = 4,
    /// Four bytes a pixel: blue, green, red, and one that is ignored.
    Bgra = 5,
    /// Four bytes a pixel: one that is ignored, red, green, blue.
    Argb = 6,
    /// Four bytes a pixel: one that is ignored, blue, green, red.
    Abgr = 7,
    /// Three planes of bytes: green, blue, red.
    Gbrp = 8,
    /// Three planes of bytes: luma, Cb and Cr, these with a sample for two by two pixels. `yuv420p`.
    I420 = 9,
    /// As [`Format::I420`] with Cr before Cb.
    Yv12 = 10,
    /// Two planes of bytes: luma; Cb and Cr interleaved, a pair for two by two pixels.
    Nv12 = 11,
    /// As [`Format::Nv12`] with Cr before Cb.
    Nv21 = 12,
    /// Three planes of bytes: luma, Cb and Cr, these with a sample for two pixels of a row. `yuv422p`.
    I422 = 13,
    /// Three planes of bytes: luma, Cb and Cr, all of one size. `yuv444p`.
    I444 = 14,
    /// As [`Format::I420`] with 10 bits in 16, the upper six ignored. `yuv420p10le`.
    I420P10 = 15,
    /// As [`Format::I422`] with 10 bits in 16, the upper six ignored. `yuv422p10le`.
    I422P10 = 16,
    /// As [`Format::I444`] with 10 bits in 16, the upper six ignored. `yuv444p10le`.
    I444P10 = 17,
    /// As [`Format::I420`] with 12 bits in 16, the upper four ignored. `yuv420p12le`.
    I420P12 = 18,
    /// As [`Format::I422`] with 12 bits in 16, the upper four ignored. `yuv422p12le`.
    I422P12 = 19,
    /// As [`Format::I444`] with 12 bits in 16, the upper four ignored. `yuv444p12le`.
    I444P12 = 20,
    /// As [`Format::Nv12`] with 10 bits in the upper bits of 16, the others ignored. `p010le`.
    P010 = 21,
    /// As [`Format::Nv12`] with 12 bits in the upper bits of 16, the others ignored. `p012le`.
    P012 = 22,
    /// Gray of 10 bits in 16, the upper six ignored. `gray10le`.
    Gray10 = 23,
    /// Gray of 12 bits in 16, the upper four ignored. `gray12le`.
    Gray12 = 24,
    /// Gray of 16 bits. `gray16le`.
    Gray16 = 25,
}

/// How the samples that the T table reads lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SampleLayout {
    /// A byte a pixel in the first plane.
    U8,
    /// Three bytes a pixel in the first plane.
    Packed3,
    /// Four bytes a pixel in the first plane, one of which is ignored.
    Packed4(Unused),
    /// A byte a pixel in each of three planes.
    Planar3,
    /// This number of bits of 16 for each pixel of the first plane, the lowest or the highest.
    U16(Bits, Alignment),
}

/// Which of four bytes is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unused {
    First,
    Last,
}

/// The bits of a sample of more than 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bits {
    Ten,
    Twelve,
    Sixteen,
}

/// Where in 16 bits a sample lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alignment {
    Low,
    High,
}

/// One plane of a format: the bytes of a sample, and how many pixels across and down share one, as powers of
/// two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaneLayout {
    pub(crate) bytes: usize,
    pub(crate) across: u32,
    pub(crate) down: u32,
}

const fn full(bytes: usize) -> PlaneLayout {
    PlaneLayout { bytes, across: 0, down: 0 }
}

/// Luma of `bytes` bytes and two planes of chroma.
const fn yuv(bytes: usize, across: u32, down: u32) -> [PlaneLayout; 3] {
    let chroma = PlaneLayout { bytes, across, down };
    [full(bytes), chroma, chroma]
}

/// Luma of `bytes` bytes and one plane with pairs of chroma for two by two pixels.
const fn biplanar(bytes: usize) -> [PlaneLayout; 2] {
    [full(bytes), PlaneLayout { bytes: 2 * bytes, across: 1, down: 1 }]
}

impl Format {
    /// All formats, in the order of their numbers.
    pub const ALL: [Self; 25] = [
        Self::Gray8,
        Self::Rgb24,
        Self::Bgr24,
        Self::Rgba,
        Self::Bgra,
        Self::Argb,
        Self::Abgr,
        Self::Gbrp,
        Self::I420,
        Self::Yv12,
        Self::Nv12,
        Self::Nv21,
        Self::I422,
        Self::I444,
        Self::I420P10,
        Self::I422P10,
        Self::I444P10,
        Self::I420P12,
        Self::I422P12,
        Self::I444P12,
        Self::P010,
        Self::P012,
        Self::Gray10,
        Self::Gray12,
        Self::Gray16,
    ];

    /// The format of a number of the C interface.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        if number == 0 || number as usize > Self::ALL.len() {
            return None;
        }
        Some(Self::ALL[number as usize - 1])
    }

    /// Whether this build of the library has the format: all of them, or without the feature `formats`
    /// [`Format::Gray8`] and [`Format::Rgb24`] only.
    #[must_use]
    pub const fn is_built(self) -> bool {
        cfg!(feature = "formats") || matches!(self, Self::Gray8 | Self::Rgb24)
    }

    /// FFmpeg's name of the format; `yv12` for the one that it has no name for.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gray8 => "gray",
            Self::Rgb24 => "rgb24",
            Self::Bgr24 => "bgr24",
            Self::Rgba => "rgba",
            Self::Bgra => "bgra",
            Self::Argb => "argb",
            Self::Abgr => "abgr",
            Self::Gbrp => "gbrp",
            Self::I420 => "yuv420p",
            Self::Yv12 => "yv12",
            Self::Nv12 => "nv12",
            Self::Nv21 => "nv21",
            Self::I422 => "yuv422p",
            Self::I444 => "yuv444p",
            Self::I420P10 => "yuv420p10le",
            Self::I422P10 => "yuv422p10le",
            Self::I444P10 => "yuv444p10le",
            Self::I420P12 => "yuv420p12le",
            Self::I422P12 => "yuv422p12le",
            Self::I444P12 => "yuv444p12le",
            Self::P010 => "p010le",
            Self::P012 => "p012le",
            Self::Gray10 => "gray10le",
            Self::Gray12 => "gray12le",
            Self::Gray16 => "gray16le",
        }
    }

    /// Whether the pixels are luma and chroma, whose usual range is the limited one.
    #[must_use]
    pub const fn is_yuv(self) -> bool {
        let number = self as u32;
        number >= Self::I420 as u32 && number <= Self::P012 as u32
    }

    /// Whether the pixels are red, green and blue.
    #[must_use]
    pub const fn is_rgb(self) -> bool {
        matches!(
            self.samples(),
            SampleLayout::Packed3 | SampleLayout::Packed4(_) | SampleLayout::Planar3
        )
    }

    /// The planes of a frame, in order.
    pub(crate) const fn planes(self) -> &'static [PlaneLayout] {
        match self {
            Self::Gray8 => const { &[full(1)] },
            Self::Rgb24 | Self::Bgr24 => const { &[full(3)] },
            Self::Rgba | Self::Bgra | Self::Argb | Self::Abgr => const { &[full(4)] },
            Self::Gbrp | Self::I444 => const { &yuv(1, 0, 0) },
            Self::I420 | Self::Yv12 => const { &yuv(1, 1, 1) },
            Self::Nv12 | Self::Nv21 => const { &biplanar(1) },
            Self::I422 => const { &yuv(1, 1, 0) },
            Self::I420P10 | Self::I420P12 => const { &yuv(2, 1, 1) },
            Self::I422P10 | Self::I422P12 => const { &yuv(2, 1, 0) },
            Self::I444P10 | Self::I444P12 => const { &yuv(2, 0, 0) },
            Self::P010 | Self::P012 => const { &biplanar(2) },
            Self::Gray10 | Self::Gray12 | Self::Gray16 => const { &[full(2)] },
        }
    }

    /// How the samples that the T table reads lie in memory.
    pub(crate) const fn samples(self) -> SampleLayout {
        match self {
            Self::Gray8 => SampleLayout::U8,
            Self::Rgb24 | Self::Bgr24 => SampleLayout::Packed3,
            Self::Rgba | Self::Bgra => SampleLayout::Packed4(Unused::Last),
            Self::Argb | Self::Abgr => SampleLayout::Packed4(Unused::First),
            Self::Gbrp => SampleLayout::Planar3,
            Self::I420 | Self::Yv12 | Self::Nv12 | Self::Nv21 | Self::I422 | Self::I444 => {
                SampleLayout::U8
            }
            Self::I420P10 | Self::I422P10 | Self::I444P10 | Self::Gray10 => {
                SampleLayout::U16(Bits::Ten, Alignment::Low)
            }
            Self::I420P12 | Self::I422P12 | Self::I444P12 | Self::Gray12 => {
                SampleLayout::U16(Bits::Twelve, Alignment::Low)
            }
            Self::P010 => SampleLayout::U16(Bits::Ten, Alignment::High),
            Self::P012 => SampleLayout::U16(Bits::Twelve, Alignment::High),
            Self::Gray16 => SampleLayout::U16(Bits::Sixteen, Alignment::High),
        }
    }

    /// For RGB: which of the three channels, counted in the order of memory, are red, green and blue.
    pub(crate) const fn channels(self) -> [usize; 3] {
        match self {
            Self::Bgr24 | Self::Bgra | Self::Abgr => [2, 1, 0],
            Self::Gbrp => [2, 0, 1],
            _ => [0, 1, 2],
        }
    }
}

impl SampleLayout {
    /// Planes that are read.
    pub(crate) const fn planes(self) -> usize {
        match self {
            Self::Planar3 => 3,
            _ => 1,
        }
    }

    /// Bytes of a pixel in each plane that is read.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::Planar3 => 1,
            Self::U16(..) => 2,
            Self::Packed3 => 3,
            Self::Packed4(_) => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_positions_in_the_list() {
        for (i, format) in Format::ALL.into_iter().enumerate() {
            assert_eq!(format as usize, i + 1);
            assert_eq!(Format::from_number(format as u32), Some(format));
        }
        assert_eq!(Format::from_number(0), None);
        assert_eq!(Format::from_number(26), None);
        assert_eq!(Format::from_number(u32::MAX), None);
    }

    #[test]
    fn the_planes_read_are_those_of_the_frame() {
        for format in Format::ALL {
            let (samples, planes) = (format.samples(), format.planes());
            for plane in &planes[..samples.planes()] {
                assert_eq!((plane.bytes, plane.across, plane.down), (samples.bytes(), 0, 0));
            }
        }
    }
}
