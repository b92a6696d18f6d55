//! How many times a player shows an animation, from the chunks of its file.

use super::FOREVER;
use super::animation::Kind;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;

/// How many times a player shows an animation; `None` for a still picture.
#[must_use]
pub fn of_file(path: &Path, kind: Kind) -> Option<u32> {
    let mut file = BufReader::new(File::open(path).ok()?);
    of_reader(kind, &mut file, |_| {}).ok().flatten()
}

/// The same, of a file that is open. `take_disposal` is given the disposal method of each frame of a GIF, as a number, as
/// far as its blocks are whole.
pub fn of_reader(
    kind: Kind,
    reader: &mut (impl BufRead + Seek),
    take_disposal: impl FnMut(u8),
) -> io::Result<Option<u32>> {
    match kind {
        Kind::Gif => gif_plays(reader, take_disposal).map(Some),
        Kind::Png => png_plays(reader),
        Kind::WebP => webp_plays(reader),
        // Browsers repeat it.
        Kind::Avif => Ok(Some(FOREVER)),
    }
}

/// 0 means forever.
fn from_number(number: u32) -> u32 {
    if number == 0 { FOREVER } else { number }
}

fn read<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// An application extension may stand before or after any frame. The reader is then at the end of the blocks, or, if
/// a block is cut short, at the end of the file.
fn gif_plays(
    reader: &mut (impl BufRead + Seek),
    mut take_disposal: impl FnMut(u8),
) -> io::Result<u32> {
    // The size of a color table, from the byte of flags that announces it.
    let table = |flags: u8| if flags & 0x80 != 0 { 3 << ((flags & 7) + 1) } else { 0 };
    let [.., flags, _, _] = read::<13>(reader)?;
    reader.seek_relative(table(flags))?;
    let (mut plays, mut disposal) = (1, 0);
    loop {
        match reader.fill_buf()?.first() {
            // An extension.
            Some(0x21) => {
                reader.consume(1);
                let [label, size] = read::<2>(reader)?;
                let mut name = vec![0; size.into()];
                reader.read_exact(&mut name)?;
                if size == 0 {
                    continue;
                }
                if let (0xf9, [flags, ..]) = (label, &*name) {
                    disposal = flags >> 2 & 7;
                }
                let is_loop =
                    label == 0xff && [&b"NETSCAPE2.0"[..], b"ANIMEXTS1.0"].contains(&&*name);
                skip_blocks(reader, |block| {
                    // The number of repetitions, after the first time.
                    if let ([1, low, high], true) = (block, is_loop) {
                        let repetitions = u16::from_le_bytes([*low, *high]);
                        plays = if repetitions == 0 { FOREVER } else { u32::from(repetitions) + 1 };
                    }
                })?;
            }
            // A frame.
            Some(0x2c) => {
                reader.consume(1);
                let [.., flags] = read::<9>(reader)?;
                reader.seek_relative(table(flags) + 1)?;
                skip_blocks(reader, |_| {})?;
                take_disposal(std::mem::take(&mut disposal));
            }
            _ => return Ok(plays),
        }
    }
}

/// Reads the blocks of a GIF up to the empty one.
fn skip_blocks(reader: &mut impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut block = [0; 255];
    loop {
        let [size] = read::<1>(reader)?;
        let block = &mut block[..size.into()];
        if block.is_empty() {
            return Ok(());
        }
        reader.read_exact(block)?;
        take(block);
    }
}

/// The chunk `acTL` has the number of frames and of plays.
fn png_plays(reader: &mut (impl BufRead + Seek)) -> io::Result<Option<u32>> {
    read::<8>(reader)?;
    loop {
        let length = i64::from(u32::from_be_bytes(read(reader)?));
        match &read::<4>(reader)? {
            b"acTL" => {
                read::<4>(reader)?;
                return Ok(Some(from_number(u32::from_be_bytes(read(reader)?))));
            }
            // An animation has its chunk before the first frame.
            b"IDAT" => return Ok(None),
            _ => reader.seek_relative(length + 4)?,
        }
    }
}

/// The chunk `ANIM` has a color and the number of plays.
fn webp_plays(reader: &mut (impl BufRead + Seek)) -> io::Result<Option<u32>> {
    read::<12>(reader)?;
    loop {
        let name = read::<4>(reader)?;
        // The chunk of a still picture.
        if [b"VP8 ", b"VP8L"].contains(&&name) {
            return Ok(None);
        }
        let length = i64::from(u32::from_le_bytes(read(reader)?));
        if name == *b"ANIM" {
            read::<4>(reader)?;
            return Ok(Some(from_number(u16::from_le_bytes(read(reader)?).into())));
        }
        // Chunks are padded to an even length.
        reader.seek_relative(length + (length & 1))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_how_often_animations_are_shown() {
        let plays = |kind, bytes: &[u8]| {
            of_reader(kind, &mut io::Cursor::new(bytes), |_| {}).ok().flatten()
        };
        let header = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\0\0\0\xff\xff\xff";
        let comment = b"\x21\xfe\x0bNETSCAPE2.0\x03\x01\x00\x00\x00";
        let frame = b"\x2c\0\0\0\0\x01\x00\x01\x00\0\x02\x02\x44\x01\0";
        let gif = |name: &[u8], count: u8| {
            let extension = [b"\x21\xff\x0b", name, &[3, 1, count, 0, 0]].concat();
            [&header[..], comment, frame, &extension, frame, b";"].concat()
        };
        assert_eq!(plays(Kind::Gif, &gif(b"NETSCAPE2.0", 0)), Some(FOREVER));
        assert_eq!(plays(Kind::Gif, &gif(b"ANIMEXTS1.0", 2)), Some(3));
        assert_eq!(plays(Kind::Gif, &gif(b"SOMETHING01", 0)), Some(1));
        assert_eq!(plays(Kind::Gif, &[&header[..], comment, frame, b";"].concat()), Some(1));

        let png = |plays: u8| {
            let signature = b"\x89PNG\r\n\x1a\n";
            let text = b"\x00\x00\x00\x02tEXtab....";
            [&signature[..], text, b"\x00\x00\x00\x08acTL\x00\x00\x00\x02\x00\x00\x00", &[plays]]
                .concat()
        };
        assert_eq!(plays(Kind::Png, &png(0)), Some(FOREVER));
        assert_eq!(plays(Kind::Png, &png(1)), Some(1));
        let webp = b"RIFF....WEBPVP8X\x01\0\0\0a.ANIM\x06\0\0\0....\x02\0";
        assert_eq!(plays(Kind::WebP, webp), Some(2));
        // Any bytes may come.
        for end in 0..webp.len() {
            let _ = plays(Kind::WebP, &webp[..end]);
            let _ = plays(Kind::Png, &png(0)[..end.min(35)]);
            let _ = plays(Kind::Gif, &gif(b"NETSCAPE2.0", 0)[..end]);
        }
        assert_eq!(plays(Kind::WebP, b"RIFF....WEBPVP8X\xff\xff\xff\xff"), None);
        assert_eq!(plays(Kind::WebP, b"RIFF....WEBPVP8 \0\0\0\0ANIM\0\0\0\0...."), None);
    }
}
