//! Every backend gives the bits of the plain definition, for every format, however frames are cut and lie
//! in memory.

mod support;

use flashinator::{Frame, Plane, Rectangle, Shape, TRow, TTable, TableSettings, TopDeltas};
use proptest::prelude::*;
use proptest::sample::Index;
use support::backends::backends;
use support::frames::{Content, content};
use support::random::Random;
use support::table::{TableCase, bits, expected, table_case};

/// Sizes of small pictures, and widths around every length of a register or block.
fn size() -> impl Strategy<Value = (u32, u32)> {
    let around = prop::sample::select(vec![16u32, 32, 64, 128, 256])
        .prop_flat_map(|length| length - 3..length + 4);
    prop_oneof![(1u32..=200, 1u32..=60), (around, 1u32..=5)]
}

/// Rectangles within a picture, mostly none.
fn ignore() -> impl Strategy<Value = Vec<[Index; 4]>> {
    prop_oneof![Just(Vec::new()), prop::collection::vec(any::<[Index; 4]>(), 1..=16)]
}

/// The rectangles, but for those that would leave nothing.
fn rectangles(corners: &[[Index; 4]], (width, height): (u32, u32)) -> Vec<Rectangle> {
    corners
        .iter()
        .map(|[x, y, w, h]| {
            let (x, y) = (x.index(width as usize) as u32, y.index(height as usize) as u32);
            // Small ones, so that something is left to look at.
            let width = w.index((width - x).div_ceil(4) as usize) as u32;
            let height = h.index((height - y) as usize) as u32;
            Rectangle { x, y, width, height }
        })
        .collect()
}

/// Where a frame lies within a larger one.
#[derive(Clone, Debug)]
struct Place {
    left_top: (u32, u32),
    right_bottom: (u32, u32),
    paddings: [usize; 3],
    upside_down: [bool; 3],
}

fn place() -> impl Strategy<Value = Place> {
    let beyond = || prop_oneof![Just((0u32, 0u32)), (0u32..9, 0u32..4)];
    (beyond(), beyond(), prop::array::uniform3(0usize..70), any::<[bool; 3]>()).prop_map(
        |(left_top, right_bottom, paddings, upside_down)| Place {
            left_top,
            right_bottom,
            paddings,
            upside_down,
        },
    )
}

/// A packed frame, laid out as a part of a larger one, all of whose other bytes are random.
struct Placed {
    whole: Shape,
    part: Rectangle,
    planes: Vec<(Vec<u8>, isize)>,
}

impl Placed {
    fn new(shape: Shape, packed: &[u8], place: &Place, random: &mut Random) -> Self {
        // Even, so that the part begins at a sample of chroma.
        let (x, y) = (2 * place.left_top.0, 2 * place.left_top.1);
        let (width, height) = (shape.width(), shape.height());
        let (right, bottom) = place.right_bottom;
        let format = shape.format();
        let whole = Shape::new(format, x + width + right, y + height + bottom).unwrap();
        let mut rest = packed;
        let planes = (0..shape.planes())
            .map(|plane| {
                let stride = whole.row_bytes(plane) + place.paddings[plane];
                let bytes = whole.plane_bytes(plane, stride as isize).unwrap();
                let mut data: Vec<u8> = (0..bytes).map(|_| random.next() as u8).collect();
                let left = Shape::new(format, x, 1).map_or(0, |shape| shape.row_bytes(plane));
                let above = Shape::new(format, 1, y).map_or(0, |shape| shape.rows(plane));
                for row in 0..shape.rows(plane) {
                    let (pixels, after) = rest.split_at(shape.row_bytes(plane));
                    rest = after;
                    let from_top = above + row;
                    let from_lowest = match place.upside_down[plane] {
                        true => whole.rows(plane) - 1 - from_top,
                        false => from_top,
                    };
                    data[from_lowest * stride + left..][..pixels.len()].copy_from_slice(pixels);
                }
                let sign = if place.upside_down[plane] { -1 } else { 1 };
                (data, sign * stride as isize)
            })
            .collect();
        Self { whole, part: Rectangle { x, y, width, height }, planes }
    }

    fn view(&self) -> Frame<'_> {
        let planes: Vec<_> =
            self.planes.iter().map(|(data, stride)| Plane { data, stride: *stride }).collect();
        Frame::new(self.whole, &planes).unwrap().crop(self.part).unwrap()
    }
}

/// Rows of frames one after the other, and of neighbours, on a backend.
fn streamed_and_paired(
    views: &[Frame<'_>],
    settings: &TableSettings<'_, '_>,
) -> [Vec<[u64; 3]>; 2] {
    let mut memory = vec![0x5a; TTable::memory_needed(views[0].shape())];
    let mut scanner = TTable::with(views[0].shape(), settings, &mut memory).unwrap();
    let streamed: Vec<_> = views.iter().filter_map(|frame| scanner.push(frame).unwrap()).collect();
    let paired: Vec<_> = views
        .windows(2)
        .map(|pair| TopDeltas::between(&pair[0], &pair[1], settings).unwrap().row())
        .collect();
    [bits(&streamed), bits(&paired)]
}

proptest! {
    #[test]
    fn streaming_batches_and_pairs_are_the_definition(
        case in table_case(),
        (width, height) in size(),
        content in content(),
        count in 0usize..7,
        seed: u64,
        cut in 0usize..7,
        offset in 0usize..64,
    ) {
        let shape = Shape::new(case.format, width, height).unwrap();
        let bytes = shape.frame_bytes();
        let frames = content.frames(shape, count, seed);
        let expected = expected(shape, &frames, &case.settings());

        // Frames begin at any offset from an alignment of 64 bytes.
        let mut moved = vec![0; frames.len() + 128];
        let offset = (64 - moved.as_ptr() as usize % 64) + offset;
        moved[offset..offset + frames.len()].copy_from_slice(&frames);
        let frames = &moved[offset..offset + frames.len()];
        let views: Vec<_> =
            frames.chunks_exact(bytes).map(|data| Frame::contiguous(shape, data).unwrap()).collect();

        for backend in backends() {
            let settings = TableSettings { backend: Some(backend), ..case.settings() };
            if count > 0 {
                let [streamed, paired] = streamed_and_paired(&views, &settings);
                prop_assert_eq!(streamed, bits(&expected), "streaming on {}", backend.name());
                prop_assert_eq!(paired, bits(&expected), "pairs on {}", backend.name());
            }

            // Some frames one by one, the others in a batch.
            let mut memory = vec![0xa5; TTable::memory_needed(shape)];
            let mut scanner = TTable::with(shape, &settings, &mut memory).unwrap();
            let cut = cut.min(count);
            let mut rows = Vec::new();
            for view in &views[..cut] {
                rows.extend(scanner.push(view).unwrap());
            }
            let mut batch = vec![TRow::default(); count];
            let written = scanner.push_batch(&frames[cut * bytes..], &mut batch).unwrap();
            rows.extend_from_slice(&batch[..written]);
            prop_assert_eq!(bits(&rows), bits(&expected), "batch on {}", backend.name());
        }
    }

    #[test]
    fn where_frames_lie_and_what_surrounds_them_changes_nothing(
        case in table_case(),
        size in size(),
        content in content(),
        seed: u64,
        places in prop::array::uniform4(place()),
        corners in ignore(),
    ) {
        let shape = Shape::new(case.format, size.0, size.1).unwrap();
        let frames = content.frames(shape, 4, seed);
        let ignore = rectangles(&corners, size);
        let settings = TableSettings { ignore: &ignore, ..case.settings() };
        let expected = expected(shape, &frames, &settings);
        let mut random = Random(seed);
        let placed: Vec<_> = frames
            .chunks_exact(shape.frame_bytes())
            .zip(&places)
            .map(|(frame, place)| Placed::new(shape, frame, place, &mut random))
            .collect();
        let views: Vec<_> = placed.iter().map(Placed::view).collect();
        // Small rectangles can still cover a small picture.
        prop_assume!(TopDeltas::between(&views[0], &views[1], &settings).is_ok());
        for backend in backends() {
            let settings = TableSettings { backend: Some(backend), ..settings };
            let [streamed, paired] = streamed_and_paired(&views, &settings);
            prop_assert_eq!(streamed, bits(&expected), "streaming on {}", backend.name());
            prop_assert_eq!(paired, bits(&expected), "pairs on {}", backend.name());
        }
    }

    #[test]
    fn stripes_merge_to_the_whole(
        case in table_case(),
        (width, height) in size(),
        content in content(),
        seed: u64,
        cuts in prop::collection::vec(any::<Index>(), 0..5),
        backwards: bool,
    ) {
        let shape = Shape::new(case.format, width, height).unwrap();
        let frames = content.frames(shape, 3, seed);
        let settings = case.settings();
        let expected = expected(shape, &frames, &settings);
        let views: Vec<_> = frames
            .chunks_exact(shape.frame_bytes())
            .map(|data| Frame::contiguous(shape, data).unwrap())
            .collect();
        let mut rows: Vec<u32> =
            cuts.iter().map(|cut| cut.index(height as usize + 1) as u32 / 2 * 2).collect();
        rows.extend([0, height]);
        rows.sort_unstable();
        rows.dedup();
        let mut streamed = [TopDeltas::default(); 3];
        let mut paired = [TopDeltas::default(); 3];
        let mut stripes: Vec<_> = rows.windows(2).collect();
        if backwards {
            stripes.reverse();
        }
        for ends in stripes {
            let part = Rectangle { x: 0, y: ends[0], width, height: ends[1] - ends[0] };
            let stripes: Vec<_> = views.iter().map(|view| view.crop(part).unwrap()).collect();
            let mut memory = vec![0; TTable::memory_needed(stripes[0].shape())];
            let mut scanner = TTable::with(stripes[0].shape(), &settings, &mut memory).unwrap();
            for (i, stripe) in stripes.iter().enumerate() {
                if let Some(changes) = scanner.push_stripe(stripe).unwrap() {
                    streamed[i].merge(&changes);
                    let pair = TopDeltas::between(&stripes[i - 1], stripe, &settings).unwrap();
                    paired[i].merge(&pair);
                }
            }
        }
        let rows = |changes: &[TopDeltas]| -> Vec<TRow> {
            changes[1..].iter().map(TopDeltas::row).collect()
        };
        prop_assert_eq!(bits(&rows(&streamed)), bits(&expected));
        prop_assert_eq!(bits(&rows(&paired)), bits(&expected));
    }
}

#[test]
fn every_code_of_every_format_against_every_neighbour() {
    // A ramp over all codes, and the same a little brighter: each code changes to one near it.
    for format in flashinator::Format::ALL {
        let case = TableCase::usual(format);
        let shape = Shape::new(format, 256, 256).unwrap();
        let bytes = shape.frame_bytes();
        let mut frames: Vec<u8> = (0..bytes).map(|i| (i >> (8 * (i % 2))) as u8).collect();
        frames.extend((0..bytes).map(|i| ((i + 700) >> (8 * (i % 2))) as u8));
        frames.extend(Content::Noise.frames(shape, 1, 1));
        let expected = expected(shape, &frames, &case.settings());
        for backend in backends() {
            let settings = TableSettings { backend: Some(backend), ..case.settings() };
            let views: Vec<_> = frames
                .chunks_exact(bytes)
                .map(|data| Frame::contiguous(shape, data).unwrap())
                .collect();
            let [streamed, paired] = streamed_and_paired(&views, &settings);
            assert_eq!(streamed, bits(&expected), "{format:?}");
            assert_eq!(paired, bits(&expected), "{format:?}");
        }
    }
}
