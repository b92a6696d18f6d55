//! Whether a JPEG XL is animated, by ISO/IEC 18181-1: older versions of ffmpeg decode only its first picture.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Whether a file is an animated JPEG XL.
pub fn is_animated(path: &Path) -> bool {
    let mut begin = Vec::new();
    let read = File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut begin));
    read.is_ok() && codestream(&begin).and_then(has_animation) == Some(true)
}

/// The codestream, which may be in a box.
fn codestream(mut bytes: &[u8]) -> Option<&[u8]> {
    if !bytes.starts_with(b"\0\0\0\x0cJXL \r\n\x87\n") {
        return Some(bytes);
    }
    loop {
        let (size, rest) = bytes.split_first_chunk::<4>()?;
        let (name, content) = rest.split_first_chunk::<4>()?;
        match name {
            b"jxlc" => return Some(content),
            // The first part, behind its number.
            b"jxlp" => return content.get(4..),
            _ => bytes = bytes.get(u32::from_be_bytes(*size).max(8) as usize..)?,
        }
    }
}

/// The bit of the header that says so; `None` if it is no JPEG XL, or of a kind that is not read here.
fn has_animation(codestream: &[u8]) -> Option<bool> {
    let mut bits = Bits { bytes: codestream.strip_prefix(b"\xff\x0a")?, at: 0 };
    bits.skip_size()?;
    let (all_default, extra_fields) = (bits.take(1)?, bits.take(1)?);
    if all_default == 1 || extra_fields == 0 {
        return Some(false);
    }
    let _orientation = bits.take(3)?;
    if bits.take(1)? == 1 {
        bits.skip_size()?;
    }
    let has_preview = bits.take(1)? == 1;
    if has_preview { None } else { Some(bits.take(1)? == 1) }
}

/// Bits, the lowest of a byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for i in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value |= u32::from(byte >> (self.at % 8) & 1) << i;
            self.at += 1;
        }
        Some(value)
    }

    fn skip_side(&mut self, is_small: bool) -> Option<()> {
        let bits = match is_small {
            true => 5,
            false => [9, 13, 18, 30][self.take(2)? as usize],
        };
        self.take(bits).map(drop)
    }

    /// The height, and a ratio or the width.
    fn skip_size(&mut self) -> Option<()> {
        let is_small = self.take(1)? == 1;
        self.skip_side(is_small)?;
        if self.take(3)? == 0 {
            self.skip_side(is_small)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_tells_whether_it_is_animated() {
        // Small, 16 lines, ratio 1, not all default, extra fields, orientation, no size, no preview.
        let header = |animated: u32| {
            let fields =
                [(1, 1), (1, 5), (1, 3), (0, 1), (1, 1), (0, 3), (0, 1), (0, 1), (animated, 1)];
            let (mut value, mut at) = (0u32, 0);
            for (field, bits) in fields {
                value |= field << at;
                at += bits;
            }
            [&b"\xff\x0a"[..], &value.to_le_bytes()].concat()
        };
        assert_eq!([0, 1].map(|bit| has_animation(&header(bit))), [Some(false), Some(true)]);
        let boxed =
            [&b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x08ftyp\0\0\0\x0ejxlc"[..], &header(1)].concat();
        assert_eq!(codestream(&boxed).and_then(has_animation), Some(true));
        for end in 0..boxed.len() {
            let _ = codestream(&boxed[..end]).and_then(has_animation);
        }
        assert_eq!(has_animation(b"GIF89a"), None);
    }
}
