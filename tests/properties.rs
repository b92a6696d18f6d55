//! Every backend gives the bits of the plain definition, however frames are cut and lie in memory.

mod common;

use common::{backends, bits, content, expected};
use flashinator::{Format, Frame, Row, Scanner, Shape, compare_on};
use proptest::prelude::*;

fn format() -> impl Strategy<Value = Format> {
    prop::sample::select(&Format::ALL[..])
}

/// Sizes of small pictures, and widths around every length of a register or block.
fn size() -> impl Strategy<Value = (u32, u32)> {
    let around = prop::sample::select(vec![16u32, 32, 64, 128, 256])
        .prop_flat_map(|length| length - 3..length + 4);
    prop_oneof![(1u32..=200, 1u32..=60), (around, 1u32..=5)]
}

proptest! {
    #[test]
    fn streaming_batches_and_pairs_are_the_definition(
        format in format(),
        (width, height) in size(),
        content in content(),
        count in 0usize..7,
        seed: u64,
        cut in 0usize..7,
        offset in 0usize..64,
    ) {
        let shape = Shape::new(format, width, height).unwrap();
        let bytes = shape.frame_bytes();
        let frames = content.frames(shape, count, seed);
        let expected = expected(shape, &frames);

        // Frames begin at any offset from an alignment of 64 bytes.
        let mut moved = vec![0; frames.len() + 128];
        let offset = (64 - moved.as_ptr() as usize % 64) + offset;
        moved[offset..offset + frames.len()].copy_from_slice(&frames);
        let frames = &moved[offset..offset + frames.len()];

        for backend in backends() {
            let mut memory = vec![0xa5; Scanner::memory_needed(shape)];
            let mut scanner = Scanner::on(backend, shape, &mut memory).unwrap();
            let mut rows = Vec::new();
            for data in frames.chunks_exact(bytes) {
                rows.extend(scanner.push(&Frame::packed(shape, data).unwrap()).unwrap());
            }
            prop_assert_eq!(bits(&rows), bits(&expected), "streaming on {}", backend.name());

            // Some frames one by one, the others in a batch.
            scanner.reset();
            let cut = cut.min(count);
            let mut rows = Vec::new();
            for data in frames[..cut * bytes].chunks_exact(bytes) {
                rows.extend(scanner.push(&Frame::packed(shape, data).unwrap()).unwrap());
            }
            let mut batch = vec![Row::default(); count];
            let written = scanner.push_batch(&frames[cut * bytes..], &mut batch).unwrap();
            rows.extend_from_slice(&batch[..written]);
            prop_assert_eq!(bits(&rows), bits(&expected), "batch on {}", backend.name());

            let views: Vec<_> = frames
                .chunks_exact(bytes)
                .map(|data| Frame::packed(shape, data).unwrap())
                .collect();
            let rows: Vec<_> = views
                .windows(2)
                .map(|pair| compare_on(backend, &pair[0], &pair[1]).unwrap())
                .collect();
            prop_assert_eq!(bits(&rows), bits(&expected), "pairs on {}", backend.name());
        }
    }

    #[test]
    fn strides_and_what_lies_between_rows_change_nothing(
        format in format(),
        (width, height) in size(),
        content in content(),
        seed: u64,
        paddings in prop::array::uniform4(0usize..70),
        upside_down in prop::array::uniform4(any::<bool>()),
    ) {
        let shape = Shape::new(format, width, height).unwrap();
        let frames = content.frames(shape, 4, seed);
        let expected = expected(shape, &frames);
        let mut random = common::Random(seed);
        let padded: Vec<_> = frames
            .chunks_exact(shape.frame_bytes())
            .zip(paddings)
            .zip(upside_down)
            .map(|((frame, padding), upside_down)| {
                let stride = shape.row_bytes() + padding;
                let mut data: Vec<u8> =
                    (0..stride * height as usize).map(|_| random.next() as u8).collect();
                for (y, row) in frame.chunks_exact(shape.row_bytes()).enumerate() {
                    let at = if upside_down { height as usize - 1 - y } else { y } * stride;
                    data[at..at + row.len()].copy_from_slice(row);
                }
                data.truncate(data.len() - padding);
                (data, if upside_down { -(stride as isize) } else { stride as isize })
            })
            .collect();
        let views: Vec<_> = padded
            .iter()
            .map(|(data, stride)| Frame::with_stride(shape, data, *stride).unwrap())
            .collect();
        for backend in backends() {
            let mut memory = vec![0x5a; Scanner::memory_needed(shape)];
            let mut scanner = Scanner::on(backend, shape, &mut memory).unwrap();
            let rows: Vec<_> =
                views.iter().filter_map(|frame| scanner.push(frame).unwrap()).collect();
            prop_assert_eq!(bits(&rows), bits(&expected), "streaming on {}", backend.name());
            let rows: Vec<_> = views
                .windows(2)
                .map(|pair| compare_on(backend, &pair[0], &pair[1]).unwrap())
                .collect();
            prop_assert_eq!(bits(&rows), bits(&expected), "pairs on {}", backend.name());
        }
    }
}
