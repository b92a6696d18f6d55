//! Whether the file of a video is as long as its own structure says. Decoders go on to the end of a file that is cut
//! short, and some say nothing.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// Why a file must have been longer; `None` if it is whole, or of a kind that cannot tell.
pub fn cut_short(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok().filter(|metadata| metadata.is_file())?.len();
    missing(&mut file, length).ok().flatten()
}

fn missing(file: &mut (impl Read + Seek), length: u64) -> io::Result<Option<String>> {
    let mut begin = Vec::new();
    file.take(4096).read_to_end(&mut begin)?;
    let at = |offset: usize, bytes: &[u8]| {
        begin.get(offset..).is_some_and(|rest| rest.starts_with(bytes))
    };
    let shorter = |end: u64| {
        (end > length).then(|| format!("by its header it has {end} bytes, and there are {length}"))
    };
    if at(0, b"\x1a\x45\xdf\xa3") {
        return Ok(matroska_end(&begin).and_then(shorter));
    }
    if at(0, b"RIFF") {
        let size =
            begin.get(4..8).and_then(|size| size.try_into().ok()).map_or(0, u32::from_le_bytes);
        // A writer that cannot go back leaves 0 or the largest number.
        let is_known = size > 0 && size < 0xffff_0000;
        return Ok(shorter(u64::from(size) + 8).filter(|_| is_known));
    }
    // Packets of 188 bytes, or of 192 with a time before each.
    for (first, packet) in [(0, 188), (4, 192)] {
        if (0..4).all(|i| begin.get(first + i * packet) == Some(&0x47)) {
            let rest = length % packet as u64;
            return Ok((rest > 0).then(|| format!("its last packet has {rest} of {packet} bytes")));
        }
    }
    const BOXES: [&[u8]; 6] = [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"];
    if BOXES.iter().any(|name| at(4, name)) {
        return boxes_end(file, length).map(|end| end.and_then(shorter));
    }
    if at(0, b"FLV\x01") {
        return flv_is_whole(file, length)
            .map(|is_whole| (!is_whole).then(|| "its last tag is cut short".to_owned()));
    }
    Ok(None)
}

/// The end of the segment of Matroska or WebM, if its header says it: an element is a name and a length, whose first
/// byte tells how many bytes they have, and what follows.
fn matroska_end(begin: &[u8]) -> Option<u64> {
    let number = |at: usize| -> Option<(u64, usize)> {
        let bytes = begin.get(at)?.leading_zeros() as usize + 1;
        let whole = begin.get(at..at + bytes).filter(|_| bytes <= 8)?;
        let value = whole.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        Some((value & !(1 << (7 * bytes)), bytes))
    };
    let (header, bytes) = number(4)?;
    let segment = usize::try_from(header).ok()?.checked_add(4 + bytes)?;
    if !begin.get(segment..)?.starts_with(b"\x18\x53\x80\x67") {
        return None;
    }
    let (size, bytes) = number(segment + 4)?;
    let is_known = size != (1 << (7 * bytes)) - 1;
    is_known.then_some((segment + 4 + bytes) as u64 + size)
}

/// The end of the last box of an ISO media file: a box begins with its size and its name.
fn boxes_end(file: &mut (impl Read + Seek), length: u64) -> io::Result<Option<u64>> {
    let mut start = 0;
    while start + 8 <= length {
        file.seek(SeekFrom::Start(start))?;
        let mut header = [0; 8];
        file.read_exact(&mut header)?;
        let [a, b, c, d, ref name @ ..] = header;
        let size = match u32::from_be_bytes([a, b, c, d]) {
            // To the end of the file.
            0 => return Ok(None),
            1 => {
                let mut large = [0; 8];
                file.read_exact(&mut large)?;
                u64::from_be_bytes(large)
            }
            size => size.into(),
        };
        // What is no box any more is not judged.
        if size < 8 || !name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
            return Ok(None);
        }
        start = start.saturating_add(size);
    }
    Ok(Some(start))
}

/// Whether the last tag of a Flash video is whole: behind each tag comes its length.
fn flv_is_whole(file: &mut (impl Read + Seek), length: u64) -> io::Result<bool> {
    let mut last = [0; 4];
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut last)?;
    let size = u64::from(u32::from_be_bytes(last));
    if size < 11 || size + 4 > length {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(length - 4 - size))?;
    file.read_exact(&mut last)?;
    let [kind, a, b, c] = last;
    Ok([8, 9, 18].contains(&(kind & 0x1f))
        && u64::from(u32::from_be_bytes([0, a, b, c])) + 11 == size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_cut(bytes: &[u8]) -> bool {
        missing(&mut io::Cursor::new(bytes), bytes.len() as u64).unwrap().is_some()
    }

    #[test]
    fn files_that_end_early_are_found_by_their_structure() {
        let matroska = b"\x1a\x45\xdf\xa3\x82..\x18\x53\x80\x67\x01\0\0\0\0\0\0\x05.....";
        let avi = b"RIFF\x08\0\0\0AVI LIST";
        let mp4 = b"\0\0\0\x0cftypisom\0\0\0\x01mdat\0\0\0\0\0\0\0\x14....";
        let flv = b"FLV\x01\x05\0\0\0\x09\0\0\0\0\x09\0\0\x03\0\0\0\0\0\0\0...\0\0\0\x0e";
        let mut ts = [0; 188 * 5];
        ts.iter_mut().step_by(188).for_each(|byte| *byte = 0x47);
        for whole in [&matroska[..], avi, mp4, flv, &ts] {
            assert!(!is_cut(whole), "{whole:?}");
            for cut in 1..5 {
                assert!(is_cut(&whole[..whole.len() - cut]), "{cut} of {whole:?}");
            }
        }
        // Sizes that are not known, and what tells nothing.
        for other in [
            &b"\x1a\x45\xdf\xa3\x82..\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"[..],
            b"RIFF\0\0\0\0AVI ",
            b"\0\0\0\x0cftypisom\0\0\0\0mdat",
            b"\0\0\x01\xba",
            b"",
        ] {
            assert!(!is_cut(other), "{other:?}");
        }
        for whole in [&matroska[..], avi, mp4, flv, &ts] {
            for end in 0..whole.len() {
                let _ = missing(&mut io::Cursor::new(&whole[..end]), end as u64);
            }
        }
    }
}
