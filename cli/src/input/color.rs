//! What an input says about the colours of its frames, and what players assume where it says nothing.

use super::view::sample_bits;
use flashinator::{Curve, Matrix, Primaries, Range, Shape};
use flashinator_report::settings::matrix_title;

/// What an input says about the colours of its frames; `None` where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoColor {
    /// How luma and chroma make RGB.
    pub matrix: Option<Matrix>,
    /// FFmpeg's name of a matrix that [`Matrix`] does not have, such as `ictcp`.
    pub other_matrix: Option<String>,
    /// Which codes are black and white.
    pub range: Option<Range>,
    /// FFmpeg's name of the transfer function, such as `bt709`, `smpte2084` or `arib-std-b67`.
    pub transfer: Option<String>,
    /// FFmpeg's name of the primaries, such as `bt709` or `bt2020`.
    pub primaries: Option<String>,
    /// Whether it is RGB that FFmpeg makes YUV of.
    pub was_rgb: bool,
}

/// Players take untagged video of this many lines or more for BT.709, and other video for BT.601.
const HD_LINES: u32 = 720;

/// FFmpeg's names of transfer functions of standard dynamic range, and of BT.2100's.
const TRANSFERS: [&str; 12] = [
    "bt709",
    "bt470m",
    "bt470bg",
    "smpte170m",
    "smpte240m",
    "iec61966-2-1",
    "iec61966-2-4",
    "bt1361e",
    "bt2020-10",
    "bt2020-12",
    "smpte2084",
    "arib-std-b67",
];

/// FFmpeg's names of primaries that are BT.2020's, or hardly differ from BT.709's.
const PRIMARIES: [&str; 5] = ["bt709", "bt470bg", "smpte170m", "smpte240m", "bt2020"];

impl VideoColor {
    /// What FFmpeg's names of range, matrix, transfer function and primaries say.
    #[must_use]
    pub fn tagged(
        range: Option<&str>,
        matrix: Option<String>,
        transfer: Option<String>,
        primaries: Option<String>,
    ) -> Self {
        let known = |name: &String| name != "unknown";
        let space = matrix.filter(known);
        let matrix = match space.as_deref() {
            Some("bt709" | "smpte240m") => Some(Matrix::Bt709),
            Some("bt470bg" | "smpte170m" | "fcc") => Some(Matrix::Bt601),
            Some("bt2020nc") => Some(Matrix::Bt2020),
            _ => None,
        };
        Self {
            matrix,
            other_matrix: space.filter(|name| matrix.is_none() && name != "gbr"),
            range: match range {
                Some("pc") => Some(Range::Full),
                Some("tv") => Some(Range::Limited),
                _ => None,
            },
            transfer: transfer.filter(known),
            primaries: primaries.filter(known),
            was_rgb: false,
        }
    }

    /// With what is meant by profile 5 of Dolby Vision, whose tags say nothing: PQ, and a matrix of its own.
    #[must_use]
    pub fn of_dolby_vision(self) -> Self {
        Self {
            matrix: None,
            other_matrix: Some("that of Dolby Vision profile 5".to_owned()),
            transfer: Some("smpte2084".to_owned()),
            primaries: Some("bt2020".to_owned()),
            ..self
        }
    }

    /// What this says, and of the rest what `other` says.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let other_matrix = self.other_matrix.as_ref().or(other.other_matrix.as_ref());
        Self {
            matrix: self.matrix.or(other.matrix),
            other_matrix: other_matrix.filter(|_| self.matrix.is_none()).cloned(),
            range: self.range.or(other.range),
            transfer: self.transfer.as_ref().or(other.transfer.as_ref()).cloned(),
            primaries: self.primaries.as_ref().or(other.primaries.as_ref()).cloned(),
            was_rgb: self.was_rgb || other.was_rgb,
        }
    }

    /// The matrix, or the one that players assume for these colours and this size.
    #[must_use]
    pub fn matrix(&self, shape: Shape) -> Matrix {
        let assumed = match self.primaries() {
            // That of libswscale, whatever the size.
            _ if self.was_rgb => Matrix::Bt601,
            Primaries::Bt2020 => Matrix::Bt2020,
            Primaries::Bt709 if shape.height() >= HD_LINES => Matrix::Bt709,
            Primaries::Bt709 => Matrix::Bt601,
        };
        self.matrix.unwrap_or(assumed)
    }

    /// The curve: standard dynamic range, unless the transfer function is one of BT.2100's.
    #[must_use]
    pub fn curve(&self) -> Curve {
        match self.transfer.as_deref() {
            Some("smpte2084") => Curve::Pq,
            Some("arib-std-b67") => Curve::Hlg,
            _ => Curve::Sdr,
        }
    }

    /// The primaries. Where nothing is said, BT.2100 has those of BT.2020, and so has a matrix of BT.2020.
    #[must_use]
    pub fn primaries(&self) -> Primaries {
        match self.primaries.as_deref() {
            Some("bt2020") => Primaries::Bt2020,
            Some(_) => Primaries::Bt709,
            None if self.curve() != Curve::Sdr => Primaries::Bt2020,
            None if self.matrix == Some(Matrix::Bt2020) => Primaries::Bt2020,
            None => Primaries::Bt709,
        }
    }

    /// What is assumed where tags are missing, unknown or contradict each other, and it may matter.
    #[must_use]
    pub fn assumptions(&self, shape: Shape) -> Vec<String> {
        let curve = match self.curve() {
            Curve::Sdr => "standard dynamic range",
            Curve::Pq => "PQ",
            Curve::Hlg => "HLG",
        };
        let (is_hdr, is_2020) = (self.curve() != Curve::Sdr, self.primaries() == Primaries::Bt2020);
        let (is_deep, is_yuv) =
            (sample_bits(shape.format()).0 > 8, shape.format().is_yuv() && !self.was_rgb);
        let colours = if is_2020 { "BT.2020" } else { "BT.709" };
        let matrix = matrix_title(self.matrix(shape));
        let mut notes = Vec::new();
        match self.transfer.as_deref() {
            None if is_yuv && is_deep => {
                let why = if is_2020 { "its colours are BT.2020's" } else { "it has more than 8 bits" };
                notes.push(format!(
                    "{why}, and it names no transfer function, so it was judged as standard dynamic range; if it is high \
                     dynamic range, use --curve pq or --curve hlg"
                ));
            }
            Some(name) if !TRANSFERS.contains(&name) => notes.push(format!(
                "its transfer function, {name}, is not supported, so it was judged as standard dynamic range; --curve \
                 overrides this"
            )),
            _ => {}
        }
        match self.primaries.as_deref() {
            None if is_hdr => notes.push(format!(
                "it is {curve} and names no primaries, so those of BT.2020 were taken; --primaries overrides this"
            )),
            Some(name) if !PRIMARIES.contains(&name) => notes.push(format!(
                "its primaries, {name}, are not supported, so those of BT.709 were taken; --primaries overrides this"
            )),
            // Another matrix than that of BT.709 is usual in standard dynamic range.
            Some(_) if is_yuv && self.matrix.is_some_and(|it| (it == Matrix::Bt2020) != is_2020) => {
                notes.push(format!(
                    "its tags contradict each other: the matrix of {matrix} and the primaries of {colours} were taken; \
                     --matrix and --primaries override this"
                ));
            }
            _ => {}
        }
        match &self.other_matrix {
            Some(name) if is_yuv => notes.push(format!(
                "its matrix, {name}, is not supported, so that of {matrix} was taken: its colours are not quite those that \
                 are shown"
            )),
            None if is_hdr && is_yuv && self.matrix.is_none() => notes.push(format!(
                "it is {curve} and names no matrix, so that of {matrix} was taken; --matrix overrides this"
            )),
            _ => {}
        }
        if is_hdr && !is_deep {
            notes.push(format!(
                "it is {curve} with only 8 bits a sample, so the steps between codes are coarse"
            ));
        }
        notes
    }

    /// The range. What is not said is limited for YUV, and full for gray. RGB is always full.
    #[must_use]
    pub fn range(&self, shape: Shape) -> Range {
        let format = shape.format();
        match self.range {
            Some(range) if !format.is_rgb() => range,
            _ if format.is_yuv() => Range::Limited,
            _ => Range::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flashinator::Format;

    fn color(tags: [Option<&str>; 2], matrix: Option<Matrix>) -> VideoColor {
        let [transfer, primaries] = tags.map(|tag| tag.map(str::to_owned));
        VideoColor { matrix, transfer, primaries, ..VideoColor::default() }
    }

    #[test]
    fn what_is_missing_unknown_or_contradicts_is_said() {
        let shape = Shape::new(Format::I420P10, 64, 48).unwrap();
        let eight = Shape::new(Format::I420, 64, 48).unwrap();
        let said = |color: &VideoColor| color.assumptions(shape).join("\n");
        let whole = color([Some("smpte2084"), Some("bt2020")], Some(Matrix::Bt2020));
        assert_eq!((whole.curve(), said(&whole)), (Curve::Pq, String::new()));
        assert!(whole.assumptions(eight)[0].contains("8 bits"));
        let hlg = color([Some("arib-std-b67"), None], None);
        assert_eq!((hlg.curve(), hlg.primaries()), (Curve::Hlg, Primaries::Bt2020));
        assert_eq!(hlg.matrix(shape), Matrix::Bt2020);
        assert!(said(&hlg).contains("no primaries") && said(&hlg).contains("no matrix"));
        // No transfer function.
        let wide = color([None, Some("bt2020")], Some(Matrix::Bt2020));
        assert_eq!(wide.curve(), Curve::Sdr);
        assert!(said(&wide).contains("are BT.2020's") && said(&wide).contains("--curve pq"));
        assert!(said(&VideoColor::default()).contains("more than 8 bits"));
        assert!(VideoColor::default().assumptions(eight).is_empty());
        // What is not known.
        let linear = color([Some("linear"), Some("bt709")], Some(Matrix::Bt709));
        assert!(said(&linear).contains("linear"));
        let p3 = color([Some("smpte2084"), Some("smpte432")], Some(Matrix::Bt2020));
        assert!(said(&p3).contains("smpte432") && !said(&p3).contains("contradict"));
        let mut ictcp = color([Some("smpte2084"), Some("bt2020")], None);
        ictcp.other_matrix = Some("ictcp".to_owned());
        assert!(said(&ictcp).contains("ictcp") && !said(&ictcp).contains("no matrix"));
        let dolby = VideoColor::default().of_dolby_vision();
        assert_eq!((dolby.curve(), dolby.matrix(shape)), (Curve::Pq, Matrix::Bt2020));
        assert!(said(&dolby).contains("Dolby Vision profile 5"));
        let given = color([None, None], Some(Matrix::Bt2020)).or(&ictcp);
        assert_eq!(said(&given), "");
        // Contradictions.
        let other = color([Some("smpte2084"), Some("bt2020")], Some(Matrix::Bt709));
        assert!(said(&other).contains("contradict"));
        for [transfer, primaries] in [["bt709", "bt709"], ["smpte170m", "smpte170m"]] {
            for matrix in [Matrix::Bt709, Matrix::Bt601] {
                assert_eq!(said(&color([Some(transfer), Some(primaries)], Some(matrix))), "");
            }
        }
    }

    #[test]
    fn what_the_command_line_says_comes_first() {
        let given = color([Some("bt709"), Some("bt709")], Some(Matrix::Bt709));
        let said = color([Some("smpte2084"), None], None).or(&given);
        assert_eq!((said.curve(), said.primaries()), (Curve::Pq, Primaries::Bt709));
    }
}
