//! The boxes of a MOV, MP4 or AVIF, and what the index says that FFmpeg does not follow: some edits, and alpha that is not
//! in the pictures themselves.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// What of a video players show otherwise than FFmpeg decodes it, and what to do. It is known whether FFmpeg gave alpha.
pub fn unfollowed(path: &Path, has_alpha: bool) -> Option<(&'static str, &'static str)> {
    let index = index(path).ok()?;
    let tracks = boxes(&index).filter(|(name, _)| *name == b"trak");
    tracks.map(|(_, track)| track).filter(|track| is_video(track)).find_map(|track| {
        if !has_alpha && has_alpha_layer(track) {
            let problem =
                "its transparency is a layer of its own, which is not read: it was judged as if opaque";
            return Some((problem, "make it ProRes 4444, or WebM with VP9"));
        }
        let problem = unfollowed_edit(child(child(track, b"edts")?, b"elst")?)?;
        Some((problem, "export it as a new file without edits, and scan that"))
    })
}

/// Whether a file has a track of alpha for another one, as an animated AVIF with transparency has.
pub fn has_alpha_track(path: &Path) -> bool {
    /// What every kind of alpha track is named by.
    const ALPHA: &[u8] = b"auxiliary:alpha";
    index(path).is_ok_and(|index| index.windows(ALPHA.len()).any(|bytes| bytes == ALPHA))
}

/// More than the index of any video has.
const MAX_INDEX: u64 = 1 << 28;

/// The content of the box `moov` of a file; nothing if there is none.
fn index(path: &Path) -> io::Result<Vec<u8>> {
    let mut index = Vec::new();
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    boxes_end(&mut file, length, |file, name, bytes| {
        if name == b"moov" {
            file.take(bytes.min(MAX_INDEX)).read_to_end(&mut index)?;
        }
        Ok(())
    })?;
    Ok(index)
}

/// Whether a file that begins so is made of boxes.
pub fn begins(begin: &[u8]) -> bool {
    const NAMES: [&[u8]; 6] = [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"];
    begin.get(4..).is_some_and(|rest| NAMES.iter().any(|name| rest.starts_with(name)))
}

/// The end of the last box of a file. A box begins with its size and its name. `look` may read what is in each, and is told
/// the name and how many bytes that is.
pub fn boxes_end<F: Read + Seek>(
    file: &mut F,
    length: u64,
    mut look: impl FnMut(&mut F, &[u8; 4], u64) -> io::Result<()>,
) -> io::Result<Option<u64>> {
    let mut start = 0;
    while start + 8 <= length {
        file.seek(SeekFrom::Start(start))?;
        let mut header = [0; 8];
        file.read_exact(&mut header)?;
        let [a, b, c, d, ref name @ ..] = header;
        let (size, header) = match u32::from_be_bytes([a, b, c, d]) {
            // To the end of the file.
            0 => return Ok(None),
            1 => {
                let mut large = [0; 8];
                if length - start < 16 {
                    return Ok(Some(start + 16));
                }
                file.read_exact(&mut large)?;
                (u64::from_be_bytes(large), 16)
            }
            size => (size.into(), 8),
        };
        // What is no box any more is not judged.
        if size < header || !name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
            return Ok(None);
        }
        look(file, name, size - header)?;
        start = start.saturating_add(size);
    }
    Ok(Some(start))
}

/// A number of four bytes.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, &byte| number << 8 | u32::from(byte))
}

/// The names and the contents of the boxes in another one.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let name = bytes.get(4..)?.first_chunk::<4>()?;
        let size = number(bytes) as usize;
        let content = bytes.get(8..size)?;
        bytes = bytes.get(size..)?;
        Some((name, content))
    })
}

fn child<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find_map(|(other, content)| (other == name).then_some(content))
}

/// Whether a track has pictures, by its handler.
fn is_video(track: &[u8]) -> bool {
    let handler = child(track, b"mdia").and_then(|media| child(media, b"hdlr"));
    handler.and_then(|handler| handler.get(8..12)) == Some(b"vide")
}

/// Whether a track of HEVC has alpha in a second layer: its configuration has a message of type 165 then, behind the two
/// bytes that a message begins with.
fn has_alpha_layer(track: &[u8]) -> bool {
    /// The bytes of a description of pictures before its boxes.
    const DESCRIPTION: usize = 78;
    let descriptions =
        [b"mdia", b"minf", b"stbl", b"stsd"].iter().try_fold(track, |it, &name| child(it, name));
    let mut descriptions = boxes(descriptions.and_then(|all| all.get(8..)).unwrap_or_default());
    descriptions.any(|(_, description)| {
        let configuration = description.get(DESCRIPTION..).and_then(|rest| child(rest, b"hvcC"));
        configuration.is_some_and(|bytes| {
            bytes.windows(3).any(|message| matches!(message, [0x4e, layer, 165] if layer & 7 == 1))
        })
    })
}

/// Why a player shows a list of edits otherwise than FFmpeg. The list has a version, the number of edits, and for each a
/// length, the time in the video, both of eight bytes from version 1 on and else of four, and the speed.
fn unfollowed_edit(list: &[u8]) -> Option<&'static str> {
    const NORMAL_SPEED: u32 = 1 << 16;
    let bytes = if list.first()? == &0 { 4 } else { 8 };
    let edits = list.get(8..)?.chunks_exact(2 * bytes + 4).map(|edit| {
        let (time, speed) = edit[bytes..].split_at(bytes);
        // An edit of nothing.
        let is_empty = time.iter().all(|&byte| byte == 0xff);
        (is_empty, number(speed))
    });
    // Nothing at the beginning delays the video, and at the end it changes nothing.
    let mut shown = edits.skip_while(|(is_empty, _)| *is_empty).peekable();
    while let Some((is_empty, speed)) = shown.next() {
        if !is_empty && speed != NORMAL_SPEED {
            return Some("its edit list changes the speed, which ffmpeg does not follow");
        }
        if is_empty && shown.peek().is_some_and(|(is_empty, _)| !*is_empty) {
            return Some("its edit list has a pause, which ffmpeg does not follow");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(edits: &[(i32, u32)]) -> Vec<u8> {
        let mut list = vec![0; 4];
        list.extend((edits.len() as u32).to_be_bytes());
        for (time, speed) in edits {
            list.extend(1000u32.to_be_bytes());
            list.extend(time.to_be_bytes());
            list.extend(speed.to_be_bytes());
        }
        list
    }

    #[test]
    fn a_track_of_alpha_is_found() {
        let has_alpha = |moov: &[u8]| {
            let boxes = |name: &[u8], content: &[u8]| {
                [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
            };
            let file = [boxes(b"ftyp", b"avis"), boxes(b"mdat", b"x"), boxes(b"moov", moov)];
            let made = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(made.path(), file.concat()).unwrap();
            has_alpha_track(made.path())
        };
        assert!(has_alpha(b"....auxi....urn:mpeg:mpegB:cicp:systems:auxiliary:alpha."));
        assert!(!has_alpha(b"....auxi....urn:mpeg:mpegB:cicp:systems:auxiliary:depth."));
    }

    #[test]
    fn edits_that_ffmpeg_does_not_follow() {
        let (once, nothing) = (1 << 16, (-1, 1 << 16));
        for followed in
            [&[][..], &[(0, once)], &[nothing, (0, once), (9, once)], &[(0, once), nothing]]
        {
            assert_eq!(unfollowed_edit(&list(followed)), None, "{followed:?}");
        }
        for speed in [0, 1 << 15, 2 << 16] {
            assert!(unfollowed_edit(&list(&[(0, once), (9, speed)])).unwrap().contains("speed"));
        }
        let pause = list(&[(0, once), nothing, (9, once)]);
        assert!(unfollowed_edit(&pause).unwrap().contains("pause"));
        let mut long = vec![1, 0, 0, 0, 0, 0, 0, 1];
        long.extend([0; 16]);
        long.extend((2u32 << 16).to_be_bytes());
        assert!(unfollowed_edit(&long).is_some());
    }

    #[test]
    fn the_index_of_a_file_is_found() {
        let boxed = |name: &[u8], content: &[u8]| {
            [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
        };
        let file = |handler: &[u8], speed: u32, configuration: &[u8]| {
            let edits = boxed(b"edts", &boxed(b"elst", &list(&[(0, speed)])));
            let handler = boxed(b"hdlr", &[&[0; 8], handler].concat());
            let picture = [&[0; 78][..], &boxed(b"hvcC", configuration)].concat();
            let pictures = boxed(b"stsd", &[&[0; 8][..], &boxed(b"hvc1", &picture)].concat());
            let tables = boxed(b"minf", &boxed(b"stbl", &pictures));
            let media = boxed(b"mdia", &[handler, tables].concat());
            let index = boxed(b"moov", &boxed(b"trak", &[edits, media].concat()));
            let large = [&1u32.to_be_bytes()[..], b"mdat", &20u64.to_be_bytes(), b"...."].concat();
            [boxed(b"ftyp", b"qt  "), large, index].concat()
        };
        let found = |bytes: &[u8], has_alpha| {
            let made = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(made.path(), bytes).unwrap();
            unfollowed(made.path(), has_alpha)
        };
        assert_eq!(found(&file(b"vide", 1 << 16, b"....\x4e\x01\x81"), false), None);
        assert_eq!(found(&file(b"soun", 2 << 16, b""), false), None);
        let fast = file(b"vide", 2 << 16, b"");
        assert!(found(&fast, false).unwrap().0.contains("speed"));
        for layer in [b"\x4e\x01\xa5", b"\x4e\x09\xa5"] {
            let layered = file(b"vide", 1 << 16, &[b"....", &layer[..]].concat());
            assert!(found(&layered, false).unwrap().0.contains("transparency"));
            assert_eq!(found(&layered, true), None);
        }
        for end in 0..fast.len() {
            let _ = found(&fast[..end], false);
        }
    }
}
