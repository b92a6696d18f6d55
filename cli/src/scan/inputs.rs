//! Which files are scanned: those named, and the videos and animations of folders.

use crate::failure::Failure;
use std::fs;
use std::path::{Path, PathBuf};

/// How the names of videos and animations end. Other files of a folder are left alone; a file that is named
/// is scanned whatever its name.
const ENDINGS: [&str; 24] = [
    "3gp", "apng", "avi", "flv", "gif", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts",
    "mxf", "npy", "ogv", "png", "ts", "vob", "webm", "webp", "wmv", "y4m", "ivf",
];

/// All files, those of folders in the order of their names.
pub fn expand(inputs: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for input in inputs {
        if input.is_dir() {
            let before = files.len();
            walk(input, &mut files)?;
            if files.len() == before {
                return Err(Failure::new(
                    input.display(),
                    "the folder holds no videos or animations",
                    "give a folder that does, or name files",
                ));
            }
        } else {
            files.push(input.clone());
        }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let fail = |error| Failure::new(folder.display(), error, "give a folder that can be read");
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        // A link is not followed into a folder: it may lead back.
        entries.push((entry.path(), entry.file_type().map_err(fail)?.is_dir()));
    }
    entries.sort();
    for (path, is_folder) in entries {
        if is_folder {
            walk(&path, files)?;
        } else if is_of_interest(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_of_interest(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
    let known = ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending));
    // Most PNG and WebP files are still pictures.
    known && (!["png", "webp"].iter().any(|e| e.eq_ignore_ascii_case(ending)) || moves(path))
}

/// Whether a PNG or WebP says in its first bytes that it is an animation.
fn moves(path: &Path) -> bool {
    use std::io::Read;
    let mut begin = Vec::new();
    let read = fs::File::open(path).map(|file| file.take(4096).read_to_end(&mut begin));
    let marks = |mark: &[u8]| begin.windows(4).any(|bytes| bytes == mark);
    read.is_ok() && (marks(b"acTL") || marks(b"ANIM"))
}
