//! T tables: what they are made of, and what the plain definition says.

use flashinator::{
    Format, Frame, Gray, LuminanceLut, Range, Shape, TRow, TableSettings, Transfer, reference,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

/// Which luminance codes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// The library's own, or the same by a table where it has none.
    Usual,
    /// Steep at the bright end.
    Pq,
    /// Flat, with a few steps.
    Steps,
}

/// A format, and the gray and luminance that its T table is of.
#[derive(Clone, Copy, Debug)]
pub struct TableCase {
    pub format: Format,
    pub gray: Gray,
    pub light: Light,
}

pub fn table_case() -> impl Strategy<Value = TableCase> {
    let gray = prop::sample::select(&Gray::ALL[..]);
    let light = prop::sample::select(vec![Light::Usual, Light::Pq, Light::Steps]);
    (prop::sample::select(&Format::ALL[..]), gray, light)
        .prop_map(|(format, gray, light)| TableCase { format, gray, light })
}

impl TableCase {
    /// The defaults of a format.
    pub fn usual(format: Format) -> Self {
        Self { format, gray: Gray::Mean, light: Light::Usual }
    }

    pub fn settings(self) -> TableSettings<'static, 'static> {
        let codes = LuminanceLut::codes(self.format, self.gray);
        let own = codes == 256 || codes == 766;
        let lut = (self.light != Light::Usual || !own).then(|| lut(codes, self.light));
        TableSettings { gray: self.gray, lut, ..TableSettings::default() }
    }
}

/// A table for that number of codes, made once.
fn lut(codes: usize, light: Light) -> &'static LuminanceLut<'static> {
    static MADE: LazyLock<Mutex<BTreeMap<(usize, Light), &'static LuminanceLut<'static>>>> =
        LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap();
    made.entry((codes, light)).or_insert_with(|| {
        let mut table = vec![0.0; codes];
        match light {
            Light::Usual => Transfer::Table.fill(Range::Limited, &mut table).unwrap(),
            Light::Pq => Transfer::Pq.fill(Range::Full, &mut table).unwrap(),
            Light::Steps => {
                for (code, value) in table.iter_mut().enumerate() {
                    *value = [-7.0, -7.0, 100.0, 101.0, 250.0][code * 5 / codes];
                }
            }
        }
        Box::leak(Box::new(LuminanceLut::new(table.leak()).unwrap()))
    })
}

/// The rows that the definition gives.
pub fn expected(shape: Shape, frames: &[u8], settings: &TableSettings<'_, '_>) -> Vec<TRow> {
    let frames: Vec<_> = frames
        .chunks_exact(shape.frame_bytes())
        .map(|data| Frame::contiguous(shape, data).unwrap())
        .collect();
    frames
        .windows(2)
        .map(|pair| reference::compare(&pair[0], &pair[1], settings).unwrap())
        .collect()
}

/// The bits of rows, so that 0.0 and -0.0 differ.
pub fn bits(rows: &[TRow]) -> Vec<[u64; 3]> {
    rows.iter().map(|r| [r.positive, r.negative, r.value].map(f64::to_bits)).collect()
}
