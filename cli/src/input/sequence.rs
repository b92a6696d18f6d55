//! Pictures in files with numbers, such as `frame_%04d.png`.

use std::fs;
use std::path::{Path, PathBuf};

/// Pictures in files whose names differ in a number.
pub struct Sequence {
    /// The path with `%d` or `%04d` in place of the number.
    pub pattern: PathBuf,
    /// The first number.
    pub first: u64,
    /// The other numbers, in their order.
    numbers: Vec<u64>,
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
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let entries = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
        let number_of = |name: &str| -> Option<u64> {
            let digits = name.strip_prefix(before)?.strip_suffix(after)?;
            let number = digits.parse().ok()?;
            (format!("{number:0width$}") == digits).then_some(number)
        };
        let mut numbers: Vec<_> =
            entries.flatten().filter_map(|entry| number_of(entry.file_name().to_str()?)).collect();
        numbers.sort_unstable();
        let first = *numbers.first()?;
        Some(Self { pattern: path.to_owned(), first, numbers })
    }

    /// What is missing after the pictures that the decoder `read`: it stops at a gap.
    pub fn missing(&self, read: u64) -> Option<String> {
        let count = self.numbers.len() as u64;
        let next = self.first + read;
        (read < count)
            .then(|| format!("picture {next} is missing: {read} of {count} pictures were read"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!((found.first, &*found.numbers), (7, &[7, 8, 10][..]));
        assert!(found.missing(2).unwrap().starts_with("picture 9 is missing"));
        assert_eq!(found.missing(3), None);
        assert_eq!(find("f_%d.png").unwrap().numbers, [12]);
        for other in ["f_%04d.jpg", "f_%s.png", "f_0007.png", "%", "%%d.png", "f_%0-1d.png"] {
            assert!(find(other).is_none(), "{other}");
        }
    }
}
