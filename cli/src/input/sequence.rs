//! Pictures in files with numbers, such as `frame_%04d.png`.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What the headers of pictures say of their pixels.
#[derive(Clone, Copy, Default)]
pub struct PicturePixels {
    /// TGA of 32 bits, none of which is alpha. FFmpeg takes the fourth byte for it.
    pub have_spare_byte: bool,
    /// PNG of several kinds, such as gray first and colour then.
    pub are_mixed: bool,
}

/// The first bytes of a picture: of TGA with the bits of a pixel, and of alpha, at 16 and 17; of PNG with the bits of a
/// sample, and whether there is colour and alpha, at 24 and 25.
type Header = [u8; 26];

/// How PNG begins.
const PNG: &[u8] = b"\x89PNG";

/// Zeros, if it cannot be read.
fn header(file: &Path) -> Header {
    let mut header = [0; 26];
    let read = File::open(file).and_then(|mut file| file.read_exact(&mut header));
    read.map_or([0; 26], |()| header)
}

/// Pictures in files whose names differ in a number.
pub struct Sequence {
    folder: PathBuf,
    /// The name with `%d` or `%04d` in place of the number.
    pattern: String,
    /// The first number.
    pub first: u64,
    /// All numbers, in their order, and the names with them.
    pictures: Vec<(u64, String)>,
}

impl Sequence {
    /// The files that a pattern stands for; `None` if it is no pattern, or a file has this name.
    pub fn find(path: &Path) -> Option<Self> {
        let pattern = path.file_name()?.to_str()?;
        let (before, after) = pattern.split_once('%')?;
        let (width, after) = after.split_once('d')?;
        if path.exists() || !width.bytes().all(|byte| byte.is_ascii_digit()) || after.contains('%')
        {
            return None;
        }
        let width: usize = if width.is_empty() { 0 } else { width.parse().ok()? };
        // No name is longer.
        if width > 255 {
            return None;
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let numbered = |name: String| -> Option<(u64, String)> {
            let digits = name.strip_prefix(before)?.strip_suffix(after)?;
            let number = digits.parse().ok()?;
            (format!("{number:0width$}") == digits).then_some((number, name))
        };
        let entries = fs::read_dir(&folder).ok()?.flatten();
        let mut pictures: Vec<_> =
            entries.filter_map(|entry| numbered(entry.file_name().into_string().ok()?)).collect();
        pictures.sort_unstable();
        let first = pictures.first()?.0;
        Some(Self { folder, pattern: pattern.to_owned(), first, pictures })
    }

    /// The path of all pictures, for FFmpeg: `%d` or `%04d` in place of the number, and for any other `%` it wants two.
    pub fn pattern(&self) -> PathBuf {
        let escaped = self.folder.to_str().map(|folder| folder.replace('%', "%%"));
        escaped.map_or_else(|| self.folder.clone(), PathBuf::from).join(&self.pattern)
    }

    /// All pictures.
    pub fn files(&self) -> Vec<PathBuf> {
        self.pictures.iter().map(|(_, name)| self.folder.join(name)).collect()
    }

    /// What the headers of all pictures say of their pixels.
    pub fn pixels(&self) -> PicturePixels {
        let files = self.files();
        // TGA has no first bytes of its own.
        let is_tga = self.pattern.to_ascii_lowercase().ends_with(".tga");
        let is_opaque = |header: &Header| matches!(header[16..18], [32, flags] if flags & 15 == 0);
        let is_png = files.first().is_some_and(|file| header(file).starts_with(PNG));
        // There may be thousands of files, and others say nothing that is wanted.
        if !is_tga && !is_png {
            return PicturePixels::default();
        }
        let headers: Vec<_> = files.iter().map(|file| header(file)).collect();
        let png: Vec<_> = headers.iter().filter(|header| header.starts_with(PNG)).collect();
        PicturePixels {
            have_spare_byte: is_tga && headers.iter().all(is_opaque),
            are_mixed: png.windows(2).any(|pair| pair[0][24..] != pair[1][24..]),
        }
    }

    /// What is missing after the pictures that the decoder `read`: it stops at a gap.
    pub fn missing(&self, read: u64) -> Option<String> {
        let count = self.pictures.len() as u64;
        let next = self.first + read;
        (read < count)
            .then(|| format!("picture {next} is missing: {read} of {count} pictures were read"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_what_pixels_are() {
        let folder = tempfile::tempdir().unwrap();
        let found = |names: &str, headers: &[Header]| {
            for (number, header) in headers.iter().enumerate() {
                fs::write(folder.path().join(names.replace("%d", &number.to_string())), header)
                    .unwrap();
            }
            let pixels = Sequence::find(&folder.path().join(names)).unwrap().pixels();
            (pixels.have_spare_byte, pixels.are_mixed)
        };
        let tga = |bits: u8, flags: u8| {
            let mut header = [0; 26];
            header[16..18].copy_from_slice(&[bits, flags]);
            header
        };
        assert_eq!(found("opaque%d.TGA", &[tga(32, 0x20), tga(32, 0)]), (true, false));
        assert_eq!(found("alpha%d.tga", &[tga(32, 0x20), tga(32, 8)]), (false, false));
        assert_eq!(found("rgb%d.tga", &[tga(24, 0)]), (false, false));
        assert_eq!(found("other%d.raw", &[tga(32, 0)]), (false, false));
        let png = |bits: u8, kind: u8| {
            let mut header = [0; 26];
            header[..4].copy_from_slice(b"\x89PNG");
            header[24..].copy_from_slice(&[bits, kind]);
            header
        };
        assert_eq!(found("same%d.png", &[png(8, 2), png(8, 2)]), (false, false));
        assert_eq!(found("mixed%d.png", &[png(8, 0), png(8, 2)]), (false, true));
    }

    #[test]
    fn finds_the_pictures_of_a_pattern() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["f_0007.png", "f_0008.png", "f_0010.png", "f_12.png", "f_0009.txt", "g_0001.png"]
        {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let find = |pattern: &str| Sequence::find(&folder.path().join(pattern));
        let found = find("f_%04d.png").unwrap();
        let numbers = |found: &Sequence| -> Vec<_> {
            found.pictures.iter().map(|(number, _)| *number).collect()
        };
        assert_eq!((found.first, &*numbers(&found)), (7, &[7, 8, 10][..]));
        assert_eq!(found.files()[2], folder.path().join("f_0010.png"));
        assert!(found.missing(2).unwrap().starts_with("picture 9 is missing"));
        assert_eq!(found.missing(3), None);
        assert_eq!(numbers(&find("f_%d.png").unwrap()), [12]);
        for other in [
            "f_%04d.jpg",
            "f_%s.png",
            "f_0007.png",
            "%",
            "%%d.png",
            "f_%0-1d.png",
            "f_%0999999999d.png",
        ] {
            assert!(find(other).is_none(), "{other}");
        }
        let odd = folder.path().join("100% of %d");
        fs::create_dir(&odd).unwrap();
        fs::write(odd.join("1.png"), "").unwrap();
        let pattern = Sequence::find(&odd.join("%d.png")).unwrap().pattern();
        assert!(pattern.ends_with("100%% of %%d/%d.png"), "{pattern:?}");
    }
}
