//! The golden T tables of `tests/data/golden`.
#![allow(dead_code)] // Each user needs a part.

use std::path::{Path, PathBuf};

/// Frames and the rows they must give.
pub struct Golden {
    pub name: String,
    pub frames_file: PathBuf,
    pub width: usize,
    pub height: usize,
    pub frames: Vec<u8>,
    /// T, p and n of every frame after the first.
    pub rows: Vec<[f64; 3]>,
}

/// All golden cases.
pub fn golden() -> Vec<Golden> {
    // For the library's package and for the packages inside it.
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests", "../tests"].map(|folder| package.join(folder).join("data/golden"));
    let folder = folders.into_iter().find(|folder| folder.is_dir()).expect("tests/data/golden");
    let files = std::fs::read_dir(&folder).unwrap();
    let mut names: Vec<String> = files
        .filter_map(|file| file.unwrap().file_name().into_string().ok())
        .filter_map(|file| file.strip_suffix(".t.npy").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 13, "golden cases are missing: {names:?}");
    names.iter().map(|name| read(&folder, name)).collect()
}

fn read(folder: &Path, name: &str) -> Golden {
    let frames_file = folder.join(format!("{name}.npy"));
    let bytes = std::fs::read(&frames_file).unwrap();
    let frames = npyz::NpyFile::new(&bytes[..]).unwrap();
    let shape = frames.shape().to_vec();
    let rows = std::fs::read(folder.join(format!("{name}.t.npy"))).unwrap();
    let rows: Vec<f64> = npyz::NpyFile::new(&rows[..]).unwrap().into_vec().unwrap();
    Golden {
        name: name.to_owned(),
        frames_file,
        width: shape[2] as usize,
        height: shape[1] as usize,
        frames: frames.into_vec().unwrap(),
        rows: rows.as_chunks::<3>().0.to_vec(),
    }
}

/// Within 1e-12 of the golden value, relatively.
pub fn close(found: f64, golden: f64) -> bool {
    (found - golden).abs() <= 1e-12 * golden.abs()
}
