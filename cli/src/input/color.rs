//! What an input says about the colours of its frames, and what players assume where it says nothing.

use flashinator::{Curve, Matrix, Primaries, Range, Shape};

/// What an input says about the colours of its frames; `None` where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoColor {
    /// How luma and chroma make RGB.
    pub matrix: Option<Matrix>,
    /// Which codes are black and white.
    pub range: Option<Range>,
    /// FFmpeg's name of the transfer function, such as `bt709`, `smpte2084` or `arib-std-b67`.
    pub transfer: Option<String>,
    /// FFmpeg's name of the primaries, such as `bt709` or `bt2020`.
    pub primaries: Option<String>,
}

/// Players take untagged video of this many lines or more for BT.709, and other video for BT.601.
const HD_LINES: u32 = 720;

impl VideoColor {
    /// What this says, and of the rest what `other` says.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            matrix: self.matrix.or(other.matrix),
            range: self.range.or(other.range),
            transfer: self.transfer.as_ref().or(other.transfer.as_ref()).cloned(),
            primaries: self.primaries.as_ref().or(other.primaries.as_ref()).cloned(),
        }
    }

    /// The matrix, or the one that players assume for these colours and this size.
    #[must_use]
    pub fn matrix(&self, shape: Shape) -> Matrix {
        let assumed = match self.primaries() {
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

    /// What is assumed where the tags of high dynamic range or of BT.2020 are missing or contradict each other.
    #[must_use]
    pub fn assumptions(&self, shape: Shape) -> Vec<String> {
        let curve = match self.curve() {
            Curve::Sdr => "standard dynamic range",
            Curve::Pq => "PQ",
            Curve::Hlg => "HLG",
        };
        let (is_hdr, is_2020) = (self.curve() != Curve::Sdr, self.primaries() == Primaries::Bt2020);
        let mut notes = Vec::new();
        if is_2020 && self.transfer.is_none() && is_deep(shape) {
            notes.push(
                "its colours are BT.2020's, and no transfer function is named: judged as standard dynamic range; \
                 --curve pq or --curve hlg if it is not"
                    .to_owned(),
            );
        }
        if is_hdr && self.primaries.is_none() {
            notes.push(format!("it is {curve} and names no primaries: judged as BT.2020's"));
        }
        if is_hdr && self.matrix.is_none() && shape.format().is_yuv() {
            let matrix = if is_2020 { "BT.2020" } else { "BT.709 or BT.601, by its size" };
            notes.push(format!("it is {curve} and names no matrix: judged by that of {matrix}"));
        }
        if let Some(matrix) = self.matrix.filter(|_| shape.format().is_yuv())
            && (matrix == Matrix::Bt2020) != is_2020
            && (is_hdr || self.primaries.is_some())
        {
            let name = matrix_title(matrix);
            let primaries = if is_2020 { "BT.2020" } else { "BT.709" };
            notes.push(format!(
                "its tags contradict each other: judged by the matrix of {name} and the primaries of {primaries}; \
                 --matrix and --primaries change that"
            ));
        }
        if is_hdr && !is_deep(shape) {
            notes.push(format!("it is {curve} with 8 bits only: judged as such"));
        }
        if let Some(name) = self.primaries.as_deref()
            && ["smpte431", "smpte432", "film", "ebu3213", "smpte428", "bt470m"].contains(&name)
        {
            notes.push(format!("its primaries, {name}, are judged as BT.709's"));
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

/// Whether samples have more than 8 bits.
fn is_deep(shape: Shape) -> bool {
    let name = shape.format().name();
    name.ends_with("le")
}

/// The name of a matrix in a sentence.
#[must_use]
pub fn matrix_title(matrix: Matrix) -> &'static str {
    match matrix {
        Matrix::Bt601 => "BT.601",
        Matrix::Bt709 => "BT.709",
        Matrix::Bt2020 => "BT.2020",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flashinator::Format;

    fn color(tags: [Option<&str>; 2], matrix: Option<Matrix>) -> VideoColor {
        let [transfer, primaries] = tags.map(|tag| tag.map(str::to_owned));
        VideoColor { matrix, range: None, transfer, primaries }
    }

    #[test]
    fn what_is_missing_or_contradicts_is_said() {
        let shape = Shape::new(Format::I420P10, 64, 48).unwrap();
        let whole = color([Some("smpte2084"), Some("bt2020")], Some(Matrix::Bt2020));
        assert_eq!(whole.curve(), Curve::Pq);
        assert!(whole.assumptions(shape).is_empty());
        let hlg = color([Some("arib-std-b67"), None], None);
        assert_eq!((hlg.curve(), hlg.primaries()), (Curve::Hlg, Primaries::Bt2020));
        assert_eq!(hlg.matrix(shape), Matrix::Bt2020);
        assert_eq!(hlg.assumptions(shape).len(), 2);
        let untagged = color([None, Some("bt2020")], Some(Matrix::Bt2020));
        assert_eq!(untagged.curve(), Curve::Sdr);
        assert!(untagged.assumptions(shape)[0].contains("--curve pq"));
        let other = color([Some("smpte2084"), Some("bt2020")], Some(Matrix::Bt709));
        assert!(other.assumptions(shape)[0].contains("contradict"));
        let sdr = color([Some("bt709"), Some("bt709")], Some(Matrix::Bt709));
        assert!(sdr.assumptions(shape).is_empty());
        assert!(VideoColor::default().assumptions(shape).is_empty());
        // Another matrix than that of BT.709's primaries is usual in standard dynamic range.
        let old = color([Some("smpte170m"), Some("smpte170m")], Some(Matrix::Bt601));
        assert!(old.assumptions(shape).is_empty());
        let eight = Shape::new(Format::I420, 64, 48).unwrap();
        assert!(whole.assumptions(eight)[0].contains("8 bits"));
    }

    #[test]
    fn what_the_command_line_says_comes_first() {
        let given = color([Some("bt709"), Some("bt709")], Some(Matrix::Bt709));
        let said = color([Some("smpte2084"), None], None).or(&given);
        assert_eq!((said.curve(), said.primaries()), (Curve::Pq, Primaries::Bt709));
    }
}
