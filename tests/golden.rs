//! The golden tables, by the safe interface on every backend; and examples worked out by hand.

mod support;

use flashinator::{Format, Frame, Shape, TRow, TTable, TableSettings, Top5, compare};
use support::backends::backends;
use support::golden;
use support::table::expected;

#[test]
fn golden_tables_on_every_backend() {
    for case in golden::golden() {
        let shape = Shape::new(Format::Rgb24, case.width as u32, case.height as u32).unwrap();
        let by_definition = expected(shape, &case.frames, &TableSettings::default());
        for backend in backends() {
            let mut memory = vec![0; TTable::memory_needed(shape)];
            let settings = TableSettings { backend: Some(backend), ..TableSettings::default() };
            let mut scanner = TTable::with(shape, &settings, &mut memory).unwrap();
            let mut rows = vec![TRow::default(); case.rows.len()];
            let count = scanner.push_batch(&case.frames, &mut rows).unwrap();
            assert_eq!(count, case.rows.len(), "{}", case.name);
            assert_eq!(rows, by_definition, "{} on {}", case.name, backend.name());
            for (row, [value, positive, negative]) in rows.iter().zip(&case.rows) {
                assert!(golden::close(row.value, *value), "{}: {row:?} {value}", case.name);
                assert!(golden::close(row.positive, *positive), "{}", case.name);
                assert!(golden::close(row.negative, *negative), "{}", case.name);
            }
        }
    }
}

/// The row of given rises and falls, whatever pictures have them.
fn row(rises: &[f64], falls: &[f64]) -> TRow {
    let mean = |values: &[f64]| {
        let mut top = Top5::new();
        top.extend(values);
        top.mean()
    };
    TRow::new(mean(rises), mean(falls))
}

#[test]
fn the_larger_mean_decides_and_a_tie_is_negative() {
    let tens = [10.0; 5];
    let more = [10.0, 10.0, 10.0, 10.0, 20.0];
    assert_eq!(row(&more, &tens).value, 12.0);
    assert_eq!(row(&tens, &more).value, -12.0);
    assert_eq!(row(&tens, &tens).value, -10.0);
}

#[test]
fn no_change_is_zero_and_not_minus_zero() {
    let shape = Shape::new(Format::Rgb24, 7, 5).unwrap();
    let data = vec![9; shape.frame_bytes()];
    let frame = Frame::contiguous(shape, &data).unwrap();
    assert_eq!(compare(&frame, &frame).unwrap().value.to_bits(), 0);
}

#[test]
fn fewer_than_two_frames_give_no_rows() {
    let shape = Shape::new(Format::Gray8, 3, 3).unwrap();
    let mut memory = vec![0; TTable::memory_needed(shape)];
    let mut scanner = TTable::new(shape, &mut memory).unwrap();
    assert_eq!(scanner.push_batch(&[], &mut []).unwrap(), 0);
    assert_eq!(scanner.push_batch(&[1; 9], &mut []).unwrap(), 0);
    assert_eq!(scanner.push_batch(&[1; 9], &mut [TRow::default()]).unwrap(), 1);
}
