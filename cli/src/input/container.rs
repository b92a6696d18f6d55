//! Whether the file of a video is as long as its own structure says, and has the checksums that it says. Decoders go on to
//! the end of a file that is cut short or damaged, and some say nothing.

use super::movie;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many of the first bytes tell what a file is, and how long it should be.
const BEGIN: usize = 4096;

/// The longest page of an Ogg: a header, and 255 segments of 255 bytes.
const LONGEST_PAGE: usize = 27 + 255 + 255 * 255;

/// The longest tag of a Flash video: a header, as much as 24 bits can count, and the length of both.
const LONGEST_TAG: usize = 11 + 0xff_ffff + 4;

/// Why a file must have been longer; `None` if it is whole, or of a kind that cannot tell.
pub fn cut_short(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok().filter(|metadata| metadata.is_file())?.len();
    file_cut_short(&mut file, length).ok().flatten()
}

fn file_cut_short(file: &mut (impl Read + Seek), length: u64) -> io::Result<Option<String>> {
    let (mut begin, mut end) = (Vec::new(), Vec::new());
    file.take(BEGIN as u64).read_to_end(&mut begin)?;
    if movie::begins(&begin) {
        let end = movie::boxes_end(file, length, |_, _, _| Ok(()))?;
        return Ok(end.and_then(|end| shorter(length, end)));
    }
    file.seek(SeekFrom::Start(length.saturating_sub(longest_end(&begin) as u64)))?;
    file.read_to_end(&mut end)?;
    Ok(missing(&begin, &end, length))
}

/// A stream that is handed on, of which is kept what tells whether it is cut short.
pub struct Streamed {
    stream: Box<dyn Read + Send>,
    read: Arc<Mutex<Ends>>,
}

/// What is kept of a stream.
#[derive(Default)]
struct Ends {
    begin: Vec<u8>,
    end: VecDeque<u8>,
    length: u64,
    /// Whether it was read to its end.
    is_over: bool,
}

impl Streamed {
    pub fn new(stream: impl Read + Send + 'static) -> Self {
        Self { stream: Box::new(stream), read: Arc::default() }
    }

    /// The stream, to be read in another thread. What it reads is known here.
    pub fn reader(&mut self) -> Self {
        let stream = std::mem::replace(&mut self.stream, Box::new(io::empty()));
        Self { stream, read: Arc::clone(&self.read) }
    }

    /// Why the stream must have been longer; `None` if it is whole, not read to its end, or of a kind that cannot tell.
    pub fn cut_short(&self) -> Option<String> {
        let mut read = self.ends();
        let Ends { begin, end, length, is_over } = &mut *read;
        is_over.then(|| missing(begin, end.make_contiguous(), *length)).flatten()
    }

    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Streamed {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(to)?;
        let bytes = to.get(..count).unwrap_or_default();
        let mut read = self.ends();
        let wanted = BEGIN.saturating_sub(read.begin.len());
        read.begin.extend(bytes.iter().take(wanted));
        read.end.extend(bytes);
        let surplus = read.end.len().saturating_sub(longest_end(&read.begin));
        read.end.drain(..surplus);
        read.length += bytes.len() as u64;
        read.is_over |= bytes.is_empty() && !to.is_empty();
        Ok(count)
    }
}

/// How many of the last bytes can be needed to tell whether a file that begins so is whole.
fn longest_end(begin: &[u8]) -> usize {
    if begin.starts_with(FLV) { LONGEST_TAG } else { LONGEST_PAGE }
}

fn shorter(length: u64, expected: u64) -> Option<String> {
    (expected > length)
        .then(|| format!("by its header it has {expected} bytes, and there are {length}"))
}

/// Why there must have been more than what begins and ends so, and has this length.
fn missing(begin: &[u8], end: &[u8], length: u64) -> Option<String> {
    if let Some((start, size)) = matroska_segment(begin) {
        return shorter(length, start.saturating_add(size?));
    }
    if begin.starts_with(b"RIFF") {
        let size =
            begin.get(4..8).and_then(|size| size.try_into().ok()).map_or(0, u32::from_le_bytes);
        // A writer that cannot go back leaves 0 or the largest number.
        let is_known = size > 0 && size < 0xffff_0000;
        return shorter(length, u64::from(size) + 8).filter(|_| is_known);
    }
    // Packets of 188 bytes, or of 192 with a time before each.
    for (first, packet) in [(0, 188), (4, 192)] {
        if (0..4).all(|i| begin.get(first + i * packet) == Some(&0x47)) {
            let rest = length % packet as u64;
            return (rest > 0).then(|| format!("its last packet has {rest} of {packet} bytes"));
        }
    }
    if begin.starts_with(FLV) {
        return (!flv_is_whole(end)).then(|| "its last tag is cut short".to_owned());
    }
    if begin.starts_with(b"OggS") {
        return (!ogg_is_whole(end))
            .then(|| "its last page is cut short, or not marked as the last".to_owned());
    }
    if begin.starts_with(MXF_PARTITION) {
        return (!mxf_is_whole(begin, end, length)).then(|| "its footer is missing".to_owned());
    }
    if let Some(bytes) = dv_frame(begin) {
        let rest = length % bytes;
        return (rest > 0).then(|| format!("its last frame has {rest} of {bytes} bytes"));
    }
    None
}

/// How a Flash video begins.
const FLV: &[u8] = b"FLV\x01";

/// A number of Matroska or WebM: its first byte tells how many bytes it has. `None` for its value if that is not known.
fn matroska_number(bytes: &[u8]) -> Option<(Option<u64>, usize)> {
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let whole = bytes.get(..length).filter(|_| length <= 8)?;
    let value = whole.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
    let unknown = (1 << (7 * length)) - 1;
    let value = value & unknown;
    Some((Some(value).filter(|value| *value != unknown), length))
}

/// Where the content of the segment of Matroska or WebM begins, and its size if the header says it. An element is a name and
/// a size, both of them numbers, and what follows.
fn matroska_segment(begin: &[u8]) -> Option<(u64, Option<u64>)> {
    let (header, bytes) = matroska_number(begin.strip_prefix(b"\x1a\x45\xdf\xa3")?)?;
    let segment = usize::try_from(header?).ok()?.checked_add(4 + bytes)?;
    let size = begin.get(segment..)?.strip_prefix(b"\x18\x53\x80\x67")?;
    let (size, bytes) = matroska_number(size)?;
    Some(((segment + 4 + bytes) as u64, size))
}

/// How the name of every partition of an MXF begins (SMPTE ST 377-1). The next byte is its kind.
const MXF_PARTITION: &[u8] = b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01";

/// Whether an MXF has its footer, as far as its header says that there is one. Where the header was written before the rest,
/// it does not say where. Then the footer, or the list of partitions behind it, begins among the last bytes.
fn mxf_is_whole(begin: &[u8], end: &[u8], length: u64) -> bool {
    const FOOTER: u8 = 0x04;
    const LIST: u8 = 0x11;
    const CLOSED: [u8; 2] = [0x02, 0x04];
    // The name, the number of bytes of the length if it has more than one, the length, and 24 bytes of other fields.
    let more = begin.get(16).map_or(0, |first| usize::from(first & 0x7f) * usize::from(first >> 7));
    let field = begin.get(17 + more + 24..).and_then(<[u8]>::first_chunk);
    match field.map_or(0, |bytes| u64::from_be_bytes(*bytes)) {
        0 => {
            let is_end = |rest: &[u8]| {
                let kind = rest.strip_prefix(MXF_PARTITION).and_then(<[u8]>::first);
                kind.is_some_and(|kind| [FOOTER, LIST].contains(kind))
            };
            let is_closed = begin.get(14).is_some_and(|state| CLOSED.contains(state));
            is_closed || (0..end.len()).any(|start| end.get(start..).is_some_and(is_end))
        }
        footer => footer < length,
    }
}

/// What a frame of DV takes, or half or a quarter of one at higher rates, if a file is a stream of DV (IEC 61834): 10
/// sequences of 12,000 bytes for 60 fields a second, 12 for 50.
fn dv_frame(begin: &[u8]) -> Option<u64> {
    let system = begin.strip_prefix(b"\x1f\x07\x00")?.first()?;
    match system {
        0x3f => Some(120_000),
        0xbf => Some(144_000),
        _ => None,
    }
}

/// Why a file is damaged, if it has checksums: those of the clusters of Matroska, as FFmpeg writes them, are not checked by
/// its decoders.
pub fn damaged(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok().filter(|metadata| metadata.is_file())?.len();
    let cluster = wrong_cluster(&mut file, length).ok().flatten()?;
    Some(format!("the checksum of its cluster at byte {cluster} is wrong"))
}

/// The first cluster whose checksum is wrong.
fn wrong_cluster(file: &mut (impl Read + Seek), length: u64) -> io::Result<Option<u64>> {
    let mut begin = Vec::new();
    file.take(BEGIN as u64).read_to_end(&mut begin)?;
    let Some((mut start, _)) = matroska_segment(&begin) else { return Ok(None) };
    loop {
        // A name of up to 4 bytes, a size of up to 8, and the checksum, an element of 6.
        let mut head = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.take(18).read_to_end(&mut head)?;
        let name = head.first().map_or(0, |byte| byte.leading_zeros() as usize + 1);
        let size = head.get(name..).and_then(matroska_number);
        let Some((Some(size), bytes)) = size else { return Ok(None) };
        let content = start + (name + bytes) as u64;
        let end = content.saturating_add(size);
        let checksum = head.get(name + bytes..).and_then(|rest| rest.strip_prefix(b"\xbf\x84"));
        if let Some([a, b, c, d, ..]) = checksum
            && head.starts_with(b"\x1f\x43\xb6\x75")
            && (6..=length.saturating_sub(content)).contains(&size)
        {
            file.seek(SeekFrom::Start(content + 6))?;
            let mut hasher = Crc32(crc32fast::Hasher::new());
            io::copy(&mut file.take(size - 6), &mut hasher)?;
            if hasher.0.finalize() != u32::from_le_bytes([*a, *b, *c, *d]) {
                return Ok(Some(start));
            }
        }
        start = end;
    }
}

/// A checksum of what is written.
struct Crc32(crc32fast::Hasher);

impl Write for Crc32 {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether the last tag of a Flash video is whole: behind each tag comes its length.
fn flv_is_whole(end: &[u8]) -> bool {
    let number = |bytes: &[u8; 4]| u32::from_be_bytes(*bytes) as usize;
    let Some((tags, size)) = end.split_last_chunk::<4>() else { return false };
    let tag = tags.len().checked_sub(number(size)).and_then(|start| tags.get(start..));
    let Some(([kind, a, b, c], rest)) = tag.and_then(<[u8]>::split_first_chunk) else {
        return false;
    };
    [8, 9, 18].contains(&(kind & 0x1f)) && rest.len() == 7 + number(&[0, *a, *b, *c])
}

/// Whether an Ogg ends with a whole page that is marked as the last of its stream. A page has a header of 27 bytes, the lengths
/// of its segments, and these.
fn ogg_is_whole(end: &[u8]) -> bool {
    const IS_LAST: u8 = 4;
    let end = end.get(end.len().saturating_sub(LONGEST_PAGE)..).unwrap_or_default();
    let is_last_page = |page: &[u8]| {
        let count = page.get(26).map_or(0, |&count| usize::from(count));
        let segments = page.get(27..27 + count);
        let bytes = segments.map(|all| all.iter().map(|&bytes| usize::from(bytes)).sum::<usize>());
        page.starts_with(b"OggS")
            && page.get(5).is_some_and(|flags| flags & IS_LAST != 0)
            && bytes.is_some_and(|bytes| 27 + count + bytes == page.len())
    };
    (0..end.len()).any(|start| end.get(start..).is_some_and(is_last_page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_cut(bytes: &[u8]) -> bool {
        let of_file = file_cut_short(&mut io::Cursor::new(bytes), bytes.len() as u64).unwrap();
        let mut stream = Streamed::new(io::Cursor::new(bytes.to_vec()));
        let mut reader = stream.reader();
        assert_eq!(reader.read(&mut [0; 5]).unwrap(), bytes.len().min(5));
        assert_eq!(stream.cut_short(), None, "it goes on");
        io::copy(&mut reader, &mut io::sink()).unwrap();
        // The boxes of MP4 are followed in files only.
        if bytes.get(4..8) != Some(b"ftyp") {
            assert_eq!(stream.cut_short(), of_file, "{bytes:?}");
        }
        of_file.is_some()
    }

    #[test]
    fn checksums_of_clusters_are_checked() {
        let content = b"\xe7\x81\x00";
        let mut file = b"\x1a\x45\xdf\xa3\x82..\x18\x53\x80\x67\xa0\xec\x81.".to_vec();
        file.extend(b"\x1f\x43\xb6\x75\x89\xbf\x84");
        file.extend(crc32fast::hash(content).to_le_bytes());
        file.extend(content);
        let found = |file: &[u8]| wrong_cluster(&mut io::Cursor::new(file), file.len() as u64);
        assert_eq!(found(&file).unwrap(), None);
        for at in file.len() - content.len() - 4..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 1;
            assert_eq!(found(&damaged).unwrap(), Some(15), "{at}");
        }
        for end in 0..file.len() {
            let _ = found(&file[..end]);
        }
    }

    #[test]
    fn files_that_end_early_are_found_by_their_structure() {
        let matroska = b"\x1a\x45\xdf\xa3\x82..\x18\x53\x80\x67\x01\0\0\0\0\0\0\x05.....";
        let avi = b"RIFF\x08\0\0\0AVI LIST";
        let mp4 = b"\0\0\0\x0cftypisom\0\0\0\x01mdat\0\0\0\0\0\0\0\x14....";
        let flv = b"FLV\x01\x05\0\0\0\x09\0\0\0\0\x09\0\0\x03\0\0\0\0\0\0\0...\0\0\0\x0e";
        let ogg = b"OggS\0\x02....................\x01\x01.OggS\0\x04....................\x02\x02\x03.....";
        let mut ts = [0; 188 * 5];
        ts.iter_mut().step_by(188).for_each(|byte| *byte = 0x47);
        let mut dv = vec![0; 240_000];
        dv[..4].copy_from_slice(b"\x1f\x07\x00\x3f");
        // A header, open, whose footer begins behind it and three bytes more, or is not named.
        let mxf = |footer: &[u8; 4]| {
            let header = [MXF_PARTITION, b"\x02\x01\0\x83\0\0\x20", &[0; 28], footer].concat();
            [&header[..], b"...", MXF_PARTITION, b"\x04"].concat()
        };
        let (mxf, streamed) = (mxf(&[0, 0, 0, 55 + 13]), mxf(&[0; 4]));
        for whole in [&matroska[..], avi, mp4, flv, ogg, &ts, &dv, &streamed] {
            assert!(!is_cut(whole), "{whole:?}");
            for cut in 1..5 {
                assert!(is_cut(&whole[..whole.len() - cut]), "{cut} of {whole:?}");
            }
        }
        assert!(!is_cut(&mxf));
        assert!(is_cut(&mxf[..55]));
        // A whole page, of which others should follow.
        assert!(is_cut(&ogg[..29]));
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
        for whole in [&matroska[..], avi, mp4, flv, ogg, &ts] {
            for end in 0..whole.len() {
                is_cut(&whole[..end]);
            }
        }
    }
}
