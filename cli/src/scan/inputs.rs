//! Which files are scanned: those on the command line, and the videos and animations in folders.

use crate::failure::Failure;
use crate::input::{animation, plays};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// The files to scan.
#[derive(Default)]
pub struct Inputs {
    /// The files, those of folders in the order of their names.
    pub files: Vec<PathBuf>,
    /// What was found in folders and is not scanned.
    pub skipped: Vec<PathBuf>,
    /// Folders that cannot be read.
    pub failures: Vec<Failure>,
}

impl Inputs {
    /// Files on the command line are scanned whatever they are. In folders their content decides.
    pub fn new(arguments: &[PathBuf]) -> Result<Self, Failure> {
        let mut inputs = Self::default();
        for argument in arguments {
            if !argument.is_dir() {
                inputs.files.push(argument.clone());
                continue;
            }
            let count = inputs.files.len();
            inputs.walk(argument);
            if inputs.files.len() == count && inputs.failures.is_empty() {
                return Err(Failure::new(
                    argument.display(),
                    "the folder has no videos or animations",
                    "use a folder that has some, or name files",
                ));
            }
        }
        Ok(inputs)
    }

    fn walk(&mut self, folder: &Path) {
        let mut entries = Vec::new();
        match fs::read_dir(folder).and_then(|all| all.collect::<Result<Vec<_>, _>>()) {
            Ok(all) => entries.extend(all),
            Err(error) => {
                let advice = "make it readable, or name other folders";
                self.failures.push(Failure::new(folder.display(), error, advice));
            }
        }
        entries.sort_by_key(fs::DirEntry::path);
        for entry in entries {
            let path = entry.path();
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            // Links to folders are not followed: they may form a circle.
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !is_hidden {
                self.walk(&path);
            } else if !is_hidden && path.is_file() && is_video(&path) {
                self.files.push(path);
            } else {
                self.skipped.push(path);
            }
        }
    }
}

/// The extensions of files whose content may be a video or only sound.
const SOUND: [&str; 6] = ["mka", "m4a", "m4b", "oga", "wma", "opus"];

/// Whether a file begins like a video or an animation.
fn is_video(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    if SOUND.iter().any(|known| known.eq_ignore_ascii_case(extension)) {
        return false;
    }
    let Ok(file) = File::open(path) else {
        // That it cannot be read is reported when it is scanned.
        return true;
    };
    let mut start = Vec::new();
    let mut file = BufReader::new(file);
    if file.by_ref().take(1024).read_to_end(&mut start).is_err() {
        return true;
    }
    match animation::kind(&mut &*start) {
        Some(animation::Kind::Gif) => true,
        Some(kind) => plays::of_file(path, kind).is_some(),
        None if extension.eq_ignore_ascii_case("npy") => start.starts_with(b"\x93NUMPY"),
        None => has_video_signature(&start),
    }
}

/// Whether bytes are the beginning of a container or a stream of video.
fn has_video_signature(start: &[u8]) -> bool {
    let at =
        |offset: usize, bytes: &[u8]| start.get(offset..).is_some_and(|b| b.starts_with(bytes));
    let contains = |bytes: &[u8]| start.windows(bytes.len()).any(|window| window == bytes);
    // ISO media files. Of the brands of pictures only `avis`, a sequence, is a video.
    if at(4, b"ftyp") {
        let sound_or_picture: [&[u8]; 6] = [b"M4A ", b"M4B ", b"avif", b"heic", b"heix", b"mif1"];
        return !sound_or_picture.iter().any(|brand| at(8, brand));
    }
    // Packets of 188 bytes, or of 192 with a time before each.
    let is_transport_stream = |offset: usize, packet: usize| {
        (0..4).all(|i| start.get(offset + i * packet) == Some(&0x47))
    };
    // Theora, VP8 or Dirac in Ogg, which may also be sound only.
    let is_ogg_video =
        at(0, b"OggS") && [&b"theora"[..], b"OVP80", b"BBCD"].into_iter().any(contains);
    let signatures: [(usize, &[u8]); 14] = [
        (0, b"YUV4MPEG2 "),
        (0, b"\x1a\x45\xdf\xa3"), // Matroska, WebM
        (8, b"AVI "),             // after RIFF and a length
        (0, b"FLV\x01"),
        (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), // ASF, WMV
        (0, b"\x06\x0e\x2b\x34"),                 // MXF
        (0, b"DKIF"),                             // IVF
        (0, b"\x00\x00\x01\xba"),                 // MPEG program stream
        (0, b"\x00\x00\x01\xb3"),                 // MPEG video
        (4, b"moov"),                             // QuickTime before it had ftyp
        (4, b"mdat"),
        (4, b"wide"),
        (0, b"\x00\x00\x00\x01\x67"),     // H.264 with its parameters
        (0, b"\x00\x00\x00\x01\x40\x01"), // HEVC with its parameters
    ];
    signatures.iter().any(|(offset, bytes)| at(*offset, bytes))
        || is_transport_stream(0, 188)
        || is_transport_stream(4, 192)
        || is_ogg_video
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_videos_by_their_content() {
        let packets = |first: usize, size: usize| {
            let mut bytes = vec![0; 1024];
            (0..5).for_each(|i| bytes[first + i * size] = 0x47);
            bytes
        };
        for video in [
            &b"\x00\x00\x00\x20ftypisom"[..],
            b"\x00\x00\x00\x20ftypavis",
            b"RIFF\x00\x00\x00\x00AVI LIST",
            b"OggS\x00\x02........................\x80theora",
            &packets(0, 188),
            &packets(4, 192),
        ] {
            assert!(has_video_signature(video), "{video:?}");
        }
        for other in [
            &b""[..],
            b"export const x = 1;",
            b"\x00\x00\x00\x20ftypM4A ",
            b"\x00\x00\x00\x20ftypavif",
            b"RIFF\x00\x00\x00\x00WAVEfmt ",
            b"OggS\x00\x02........................\x01vorbis",
            b"GGGGGGGGGGGG",
        ] {
            assert!(!has_video_signature(other), "{other:?}");
        }
    }
}
