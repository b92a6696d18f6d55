//! The golden tables, which lie beside the project where they are at all.
#![allow(dead_code)] // Each user needs a part.

use std::path::{Path, PathBuf};

use crate::skip::beside;

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

/// All golden cases; none, with a word about it, where they are absent.
pub fn golden() -> Vec<Golden> {
    let Some(folder) = beside("golden") else { return Vec::new() };
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
