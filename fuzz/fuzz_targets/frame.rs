//! Frames of all kinds, most of them wrong: they are refused, or have the rows of the definition.
//!
//!     cargo +nightly fuzz run frame
#![no_main]

use arbitrary::Arbitrary;
use flashinator::{
    Format, Frame, Gray, LuminanceLut, Plane, Range, Rectangle, Shape, TTable, TableSettings,
    TopDeltas, Transfer, reference,
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Case {
    format: u8,
    /// Small where the highest bit is not set.
    sides: [u32; 2],
    /// Added to the stride that fits; taken as it is where it is far from 0.
    strides: [isize; 3],
    upside_down: [bool; 3],
    /// Bytes that each plane has more than it needs, or fewer.
    spare: [i8; 3],
    planes: u8,
    crop: Option<[u8; 4]>,
    ignore: Vec<[u8; 4]>,
    gray: u8,
    own_lut: bool,
    seed: u64,
}

fn side(given: u32) -> u32 {
    if given >> 31 == 0 { given % 300 } else { given }
}

fn rectangle([x, y, width, height]: [u8; 4]) -> Rectangle {
    Rectangle { x: x.into(), y: y.into(), width: width.into(), height: height.into() }
}

fuzz_target!(|case: Case| {
    let Some(format) = Format::from_number(u32::from(case.format % 32)) else { return };
    let [width, height] = case.sides.map(side);
    let Ok(shape) = Shape::new(format, width, height) else { return };
    let strides: [isize; 3] = std::array::from_fn(|i| {
        let given = case.strides[i];
        let stride = if given.unsigned_abs() < 200 {
            (shape.row_bytes(i) as isize).saturating_add(given)
        } else {
            given
        };
        if case.upside_down[i] { stride.saturating_neg() } else { stride }
    });
    // What each plane needs, and a little more or less, as long as that is little.
    let mut random = case.seed;
    let mut memory: [[Vec<u8>; 3]; 2] = Default::default();
    for frame in &mut memory {
        for (i, plane) in frame.iter_mut().enumerate() {
            let needed = shape.plane_bytes(i, strides[i]).unwrap_or(1000).min(1 << 20) as isize;
            let length = (needed + isize::from(case.spare[i])).max(0) as usize;
            plane.extend((0..length).map(|_| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (random >> 56) as u8
            }));
        }
    }
    let count = usize::from(case.planes % 5).min(3);
    let views = memory.each_ref().map(|frame| {
        let planes: [Plane<'_>; 3] =
            std::array::from_fn(|i| Plane { data: &frame[i], stride: strides[i] });
        Frame::new(shape, &planes[..count])
    });
    let [Ok(before), Ok(after)] = views else { return };
    let (before, after) = match case.crop.map(rectangle) {
        None => (before, after),
        Some(part) => match (before.crop(part), after.crop(part)) {
            (Ok(before), Ok(after)) => (before, after),
            _ => return,
        },
    };
    let gray = Gray::ALL[usize::from(case.gray % 4)];
    let mut table = vec![0.0; LuminanceLut::codes(format, gray)];
    Transfer::Srgb.fill(Range::Limited, &mut table).expect("a length of the library's");
    let lut = LuminanceLut::new(&table).expect("a rising lut");
    let ignore: Vec<Rectangle> = case.ignore.into_iter().map(rectangle).collect();
    let settings = TableSettings {
        gray,
        lut: case.own_lut.then_some(&lut),
        ignore: &ignore,
        ..TableSettings::default()
    };
    let Ok(changes) = TopDeltas::between(&before, &after, &settings) else { return };
    let expected = reference::compare(&before, &after, &settings).expect("the same settings");
    assert_eq!(changes.row(), expected);
    let mut memory = vec![0; TTable::memory_needed(before.shape())];
    let mut scanner = TTable::with(before.shape(), &settings, &mut memory).expect("the same");
    assert_eq!(scanner.push(&before), Ok(None));
    assert_eq!(scanner.push(&after), Ok(Some(expected)));
});
