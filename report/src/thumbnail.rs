//! Small pictures of the two phases of a flash, and of what flashes in them.

use crate::profiles::in_picture;
use flashinator::{
    Analyser, CellGrid, Format, Frame, Hazard, Matrix, Range, Rectangle, Report, Severity, Verdict,
};
use png::{BitDepth, ColorType, Encoder};
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

/// Pictures of an incident.
#[derive(Clone, Debug)]
pub struct Thumbnail {
    /// The two phases, the brighter or redder first, or one of what stands still: what they are and their PNG.
    pub phases: Vec<(&'static str, Vec<u8>)>,
    /// The size of the frame in pixels.
    pub size: (u32, u32),
    /// What flashes, as PNG with a pixel for each cell, transparent where nothing does.
    pub mask: Vec<u8>,
    /// Where the mask lies in the frame, in pixels. Cells at the right and at the bottom may reach out of the frame.
    pub mask_place: Rectangle,
}

/// The cells that flash.
#[derive(Clone, Debug)]
pub struct Mask {
    grid: CellGrid,
    /// Where the cells lie in the frame, in pixels.
    place: Rectangle,
    /// For each cell whether it flashes.
    cells: Vec<bool>,
}

/// The longest side of a picture of a frame.
const MAX_SIDE: u32 = 240;

/// The frames that the two phases are chosen from. A failure has more than three flashes in a second, so that both
/// phases are among the frames of that second, and among fewer at high rates.
const MAX_RECENT: usize = 64;

/// The color of the edge of what flashes, and of the rest of it: red, green, blue, alpha.
const EDGE_COLOR: [u8; 4] = [255, 211, 61, 255];
const INSIDE_COLOR: [u8; 4] = [255, 211, 61, 36];

/// A frame in small.
#[derive(Debug)]
struct Small {
    width: u32,
    height: u32,
    /// Red, green and blue of each pixel.
    pixels: Vec<u8>,
}

/// The last frames, in small.
pub struct RecentFrames {
    color: (Matrix, Range),
    frames: VecDeque<Arc<Small>>,
}

impl RecentFrames {
    /// None yet, of frames with these colours.
    #[must_use]
    pub fn new(matrix: Matrix, range: Range) -> Self {
        Self { color: (matrix, range), frames: VecDeque::new() }
    }

    /// Takes a frame in which something flashes.
    pub fn push(&mut self, frame: &Frame<'_>) {
        if self.frames.len() == MAX_RECENT {
            self.frames.pop_front();
        }
        self.frames.push_back(Arc::new(scaled_down(frame, self.color)));
    }

    /// Forgets the frames.
    pub fn clear(&mut self) {
        self.frames.clear();
    }
}

/// The pictures of a profile so far.
pub struct Thumbnails {
    most: usize,
    /// With the number of the incident, and how bad it is.
    done: Vec<(usize, Severity, Thumbnail)>,
    incidents: usize,
    current: Option<Peak>,
}

/// The worst frame of an incident so far.
struct Peak {
    severity: Severity,
    hazard: Hazard,
    size: (u32, u32),
    frames: VecDeque<Arc<Small>>,
    mask: Option<Mask>,
}

impl Thumbnails {
    /// Pictures of `most` incidents, the worst.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, done: Vec::new(), incidents: 0, current: None }
    }

    /// Takes the report on a frame, which is the last of `recent`.
    pub fn push(
        &mut self,
        frame: &Frame<'_>,
        report: &Report,
        recent: &RecentFrames,
        mask: impl FnOnce() -> Option<Mask>,
    ) {
        if report.verdict == Verdict::Pass {
            self.close();
            return;
        }
        let severity = report.severity();
        match &mut self.current {
            // Parts of the picture may flash in turns.
            Some(peak) if severity == peak.severity => peak.add(mask()),
            Some(peak) if severity < peak.severity => {}
            current => {
                *current = Some(Peak {
                    severity,
                    hazard: report.hazard,
                    size: (frame.shape().width(), frame.shape().height()),
                    frames: recent.frames.clone(),
                    mask: mask(),
                });
            }
        }
    }

    /// The pictures with the numbers of their incidents, in order.
    pub fn take(&mut self) -> Vec<(usize, Thumbnail)> {
        self.close();
        let mut done = std::mem::take(&mut self.done);
        done.sort_by_key(|(number, ..)| *number);
        done.into_iter().map(|(number, _, picture)| (number, picture)).collect()
    }

    fn close(&mut self) {
        let Some(peak) = self.current.take() else { return };
        let number = self.incidents;
        self.incidents += 1;
        if self.done.len() >= self.most {
            // It takes the place of the mildest, the last of those.
            let milder = |a: &Severity, b: &Severity| a.partial_cmp(b).unwrap_or(Ordering::Equal);
            let mildest = self
                .done
                .iter()
                .enumerate()
                .rev()
                .min_by(|(_, (_, a, _)), (_, (_, b, _))| milder(a, b));
            match mildest {
                Some((index, (_, severity, _))) if peak.severity > *severity => {
                    self.done.remove(index);
                }
                _ => return,
            }
        }
        let severity = peak.severity;
        if let Some(picture) = peak.picture() {
            self.done.push((number, severity, picture));
        }
    }
}

impl Peak {
    /// Adds the cells that flash in a frame that is as bad.
    fn add(&mut self, mask: Option<Mask>) {
        if let (Some(all), Some(mask)) = (&mut self.mask, mask) {
            all.cells.iter_mut().zip(mask.cells).for_each(|(cell, other)| *cell |= other);
        }
    }

    /// Of the frames before it those two that differ most where it flashes.
    fn picture(self) -> Option<Thumbnail> {
        let mask = self.mask?;
        let last = self.frames.back()?;
        let inside = mask.pixels_inside(last, self.size);
        let furthest = |from: &Small| {
            let distance =
                |small: &Arc<Small>| inside.iter().map(|&at| from.distance(small, at)).sum::<u64>();
            // The first of those that are equally far.
            self.frames.iter().rev().max_by_key(|small| distance(small))
        };
        let one = furthest(last)?;
        let other = furthest(one)?;
        let measure = |small: &Small| -> f64 {
            let value = |&at: &usize| small.measure(at, self.hazard);
            inside.iter().map(value).sum::<f64>() / inside.len().max(1) as f64
        };
        let (first, second) =
            if measure(one) >= measure(other) { (one, other) } else { (other, one) };
        // Parts that flash in turns may be as bright together in both phases.
        let names = match self.hazard {
            Hazard::Pattern => ["The pattern", "The pattern at another time"],
            _ if measure(first) - measure(second) < 2.0 => ["One phase", "The other phase"],
            Hazard::General => ["Bright phase", "Dark phase"],
            Hazard::Red => ["Red phase", "Other phase"],
        };
        let png = |small: &Small| {
            let dark: Vec<u8> = small.pixels.iter().map(|&value| darkened(value)).collect();
            encode(&dark, small.width, small.height, ColorType::Rgb)
        };
        let mut phases = vec![(names[0], png(first))];
        if !Arc::ptr_eq(first, second) {
            phases.push((names[1], png(second)));
        }
        let (mask_place, mask) = (mask.place, mask.png());
        Some(Thumbnail { phases, size: self.size, mask, mask_place })
    }
}

/// The page must not show what it warns of at full brightness, on any screen or paper. In steps, so that the file is
/// half as large and looks the same.
fn darkened(value: u8) -> u8 {
    (u16::from(value) * 115 / 255) as u8 & 0xfc
}

impl Small {
    fn color(&self, at: usize) -> [u8; 3] {
        self.pixels.get(3 * at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default()
    }

    fn distance(&self, other: &Self, at: usize) -> u64 {
        let (a, b) = (self.color(at), other.color(at));
        a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(b))).sum()
    }

    /// How bright or how red a pixel is, 0 to 255.
    fn measure(&self, at: usize, hazard: Hazard) -> f64 {
        let [red, green, blue] = self.color(at).map(f64::from);
        match hazard {
            Hazard::General | Hazard::Pattern => 0.2126 * red + 0.7152 * green + 0.0722 * blue,
            Hazard::Red => red - (green + blue) / 2.0,
        }
    }
}

impl Mask {
    /// The cells that flash in the last frame by a profile.
    pub fn new(
        analyser: &mut Analyser<Vec<u8>>,
        profile: usize,
        crop: Option<Rectangle>,
    ) -> Option<Self> {
        let grid = analyser.grid(profile)?;
        let CellGrid { columns, rows, cell_width, cell_height } = grid;
        let row_bytes = columns.div_ceil(8) as usize;
        let mut bits = vec![0; row_bytes * rows as usize];
        analyser.mask(profile, &mut bits).ok()?;
        let mut cells = Vec::with_capacity(columns as usize * rows as usize);
        for row in bits.chunks_exact(row_bytes) {
            cells.extend((0..columns as usize).map(|x| row[x / 8] >> (x % 8) & 1 == 1));
        }
        let (width, height) = (columns * cell_width, rows * cell_height);
        let place = in_picture(Rectangle { x: 0, y: 0, width, height }, crop);
        Some(Self { grid, place, cells })
    }

    /// The edge of what flashes, and a tint inside, with a pixel for each cell. Single cells that differ from nearly all
    /// around them are left out and holes are filled, or noise would draw an edge around each.
    fn png(&self) -> Vec<u8> {
        let CellGrid { columns, rows, .. } = self.grid;
        let is_in = |cells: &[bool], x: i64, y: i64| {
            let is_cell = (0..i64::from(columns)).contains(&x) && (0..i64::from(rows)).contains(&y);
            is_cell && cells[(y * i64::from(columns) + x) as usize]
        };
        let places =
            || (0..i64::from(rows)).flat_map(|y| (0..i64::from(columns)).map(move |x| (x, y)));
        let around = |x: i64, y: i64| {
            let square = (y - 1..=y + 1).flat_map(move |j| (x - 1..=x + 1).map(move |i| (i, j)));
            square.filter(move |&place| place != (x, y))
        };
        let smooth = |(x, y): (i64, i64)| {
            let count = around(x, y).filter(|&(x, y)| is_in(&self.cells, x, y)).count();
            if is_in(&self.cells, x, y) { count >= 2 } else { count >= 5 }
        };
        let cells: Vec<bool> = places().map(smooth).collect();
        let color = |(x, y): (i64, i64)| match is_in(&cells, x, y) {
            true if around(x, y).all(|(x, y)| is_in(&cells, x, y)) => INSIDE_COLOR,
            true => EDGE_COLOR,
            false => [0; 4],
        };
        let pixels: Vec<u8> = places().flat_map(color).collect();
        encode(&pixels, columns, rows, ColorType::Rgba)
    }

    /// The pixels of a small frame that lie in cells that flash; `size` is that of the frame itself.
    fn pixels_inside(&self, small: &Small, size: (u32, u32)) -> Vec<usize> {
        let CellGrid { columns, cell_width, cell_height, .. } = self.grid;
        let is_inside = |&at: &usize| {
            let place = |i: usize, small: u32, all: u32| position(i as u32, small, all) as u32;
            let x = place(at % small.width as usize, small.width, size.0);
            let y = place(at / small.width as usize, small.height, size.1);
            let inside = || {
                let x = x.checked_sub(self.place.x)? / cell_width;
                let y = y.checked_sub(self.place.y)? / cell_height;
                (x < columns).then_some(())?;
                self.cells.get((y * columns + x) as usize).copied()
            };
            inside().unwrap_or(false)
        };
        (0..small.width as usize * small.height as usize).filter(is_inside).collect()
    }
}

/// The pixel of a frame that pixel `i` of a small one shows.
fn position(i: u32, small: u32, all: u32) -> usize {
    ((2 * u64::from(i) + 1) * u64::from(all) / (2 * u64::from(small))) as usize
}

/// A frame in small, by nearest neighbor.
fn scaled_down(frame: &Frame<'_>, color: (Matrix, Range)) -> Small {
    let shape = frame.shape();
    let (width, height) = (shape.width(), shape.height());
    let longest = width.max(height);
    let side = |length: u32| {
        if longest <= MAX_SIDE {
            return length;
        }
        (u64::from(length) * u64::from(MAX_SIDE) / u64::from(longest)).max(1) as u32
    };
    let (across, down) = (side(width), side(height));
    let mut pixels = Vec::with_capacity(3 * across as usize * down as usize);
    for y in 0..down {
        for x in 0..across {
            let (x, y) = (position(x, across, width), position(y, down, height));
            pixels.extend(pixel(frame, x, y, color));
        }
    }
    Small { width: across, height: down, pixels }
}

/// A PNG of 8 bits.
fn encode(pixels: &[u8], width: u32, height: u32, color: ColorType) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    file
}

/// Red, green and blue of one pixel, with enough precision for a thumbnail.
fn pixel(frame: &Frame<'_>, x: usize, y: usize, (matrix, range): (Matrix, Range)) -> [u8; 3] {
    let format = frame.shape().format();
    let byte = |plane: usize, x: usize, y: usize| frame.row(plane, y).get(x).copied().unwrap_or(0);
    // The upper 8 bits of longer samples.
    let word = |plane: usize, x: usize, y: usize, bits: u32| {
        let value = u16::from_le_bytes([byte(plane, 2 * x, y), byte(plane, 2 * x + 1, y)]);
        (value >> (bits - 8)) as u8
    };
    let packed = |bytes: usize, order: [usize; 3]| order.map(|c| byte(0, bytes * x + c, y));
    let (half_x, half_y) = (x / 2, y / 2);
    let [luma, cb, cr] = match format {
        Format::Gray8 => return [byte(0, x, y); 3],
        Format::Gray10 => return [word(0, x, y, 10); 3],
        Format::Gray12 => return [word(0, x, y, 12); 3],
        Format::Gray16 => return [word(0, x, y, 16); 3],
        Format::Rgb24 => return packed(3, [0, 1, 2]),
        Format::Bgr24 => return packed(3, [2, 1, 0]),
        Format::Rgba => return packed(4, [0, 1, 2]),
        Format::Bgra => return packed(4, [2, 1, 0]),
        Format::Argb => return packed(4, [1, 2, 3]),
        Format::Abgr => return packed(4, [3, 2, 1]),
        Format::Gbrp => return [byte(2, x, y), byte(0, x, y), byte(1, x, y)],
        Format::I420 => [byte(0, x, y), byte(1, half_x, half_y), byte(2, half_x, half_y)],
        Format::Yv12 => [byte(0, x, y), byte(2, half_x, half_y), byte(1, half_x, half_y)],
        Format::I422 => [byte(0, x, y), byte(1, half_x, y), byte(2, half_x, y)],
        Format::I444 => [byte(0, x, y), byte(1, x, y), byte(2, x, y)],
        Format::Nv12 => {
            [byte(0, x, y), byte(1, 2 * half_x, half_y), byte(1, 2 * half_x + 1, half_y)]
        }
        Format::Nv21 => {
            [byte(0, x, y), byte(1, 2 * half_x + 1, half_y), byte(1, 2 * half_x, half_y)]
        }
        Format::I420P10 => {
            [word(0, x, y, 10), word(1, half_x, half_y, 10), word(2, half_x, half_y, 10)]
        }
        Format::I422P10 => [word(0, x, y, 10), word(1, half_x, y, 10), word(2, half_x, y, 10)],
        Format::I444P10 => [word(0, x, y, 10), word(1, x, y, 10), word(2, x, y, 10)],
        Format::I420P12 => {
            [word(0, x, y, 12), word(1, half_x, half_y, 12), word(2, half_x, half_y, 12)]
        }
        Format::I422P12 => [word(0, x, y, 12), word(1, half_x, y, 12), word(2, half_x, y, 12)],
        Format::I444P12 => [word(0, x, y, 12), word(1, x, y, 12), word(2, x, y, 12)],
        Format::P010 | Format::P012 => [
            word(0, x, y, 16),
            word(1, 2 * half_x, half_y, 16),
            word(1, 2 * half_x + 1, half_y, 16),
        ],
    }
    .map(f64::from);
    let (red_weight, blue_weight) = match matrix {
        Matrix::Bt601 => (0.299, 0.114),
        Matrix::Bt709 => (0.2126, 0.0722),
        Matrix::Bt2020 => (0.2627, 0.0593),
    };
    let (luma, chroma) = match range {
        Range::Full => (luma, 1.0),
        Range::Limited => ((luma - 16.0) * 255.0 / 219.0, 255.0 / 224.0),
    };
    let red = luma + 2.0 * (1.0 - red_weight) * (cr - 128.0) * chroma;
    let blue = luma + 2.0 * (1.0 - blue_weight) * (cb - 128.0) * chroma;
    let green = (luma - red_weight * red - blue_weight * blue) / (1.0 - red_weight - blue_weight);
    [red, green, blue].map(|value| value.round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flashinator::Shape;

    #[test]
    fn gray_stays_gray_in_every_format() {
        for format in Format::ALL {
            let shape = Shape::new(format, 6, 4).unwrap();
            // 128 in 8 bits, in the low or high bits of a word.
            let word: [u8; 2] = match format {
                Format::I420P10 | Format::I422P10 | Format::I444P10 | Format::Gray10 => {
                    (128u16 << 2).to_le_bytes()
                }
                Format::I420P12 | Format::I422P12 | Format::I444P12 | Format::Gray12 => {
                    (128u16 << 4).to_le_bytes()
                }
                Format::P010 | Format::P012 | Format::Gray16 => (128u16 << 8).to_le_bytes(),
                _ => [128; 2],
            };
            let data: Vec<u8> = word.into_iter().cycle().take(shape.frame_bytes()).collect();
            let frame = Frame::contiguous(shape, &data).unwrap();
            assert_eq!(pixel(&frame, 5, 3, (Matrix::Bt709, Range::Full)), [128; 3], "{format:?}");
        }
    }
}
