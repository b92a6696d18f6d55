//! The luminance tables against an independent computation to 60 digits, `tests/curves.py`, and against
//! values that the standards print.

mod support;

use flashinator::{Range, Transfer};
use std::process::Command;

use support::beside::have;

fn filled(transfer: Transfer, range: Range, codes: usize) -> Vec<f64> {
    let mut table = vec![0.0; codes];
    transfer.fill(range, &mut table).unwrap();
    table
}

/// The largest distance from the independent table, in units of the last place, and how many values
/// differ at all.
fn compared(transfer: Transfer, range: Range, codes: usize) -> (u64, usize) {
    let name = |range| if range == Range::Full { "full" } else { "limited" };
    let (transfer_name, display) = match transfer {
        Transfer::Table => ("table", None),
        Transfer::Srgb => ("srgb", None),
        Transfer::Pq => ("pq", None),
        Transfer::Bt1886 { white, black } => ("bt1886", Some((white, black))),
        Transfer::Hlg { white, black } => ("hlg", Some((white, black))),
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/curves.py");
    let mut command = Command::new("python3");
    command.args([script, transfer_name, name(range), &codes.to_string()]);
    if let Some((white, black)) = display {
        command.args([white.to_string(), black.to_string()]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let expected: Vec<u64> =
        lines.lines().map(|line| u64::from_str_radix(line, 16).unwrap()).collect();
    let found = filled(transfer, range, codes);
    assert_eq!(expected.len(), found.len());
    let off = |(found, expected): (&f64, &u64)| found.to_bits().abs_diff(*expected);
    let offs: Vec<u64> = found.iter().zip(&expected).map(off).collect();
    (*offs.iter().max().unwrap(), offs.iter().filter(|&&off| off > 0).count())
}

#[test]
fn every_value_is_the_nearest_to_that_of_60_digits() {
    if !have("python3") {
        return;
    }
    let displays = [(100.0, 0.0), (100.0, 0.01), (1000.0, 0.05)];
    let mut transfers = vec![Transfer::Table, Transfer::Srgb, Transfer::Pq];
    for (white, black) in displays {
        transfers.push(Transfer::Bt1886 { white, black });
        transfers.push(Transfer::Hlg { white: 4.0 * white, black });
    }
    for transfer in transfers {
        for range in [Range::Full, Range::Limited] {
            for codes in [256, 766, 1024] {
                let (worst, differing) = compared(transfer, range, codes);
                // One unit in the last place is allowed; none has been seen.
                assert!(worst <= 1, "{transfer:?} {range:?} {codes}: {worst}");
                assert_eq!(differing, 0, "{transfer:?} {range:?} {codes}");
            }
        }
    }
    assert_eq!(compared(Transfer::Pq, Range::Limited, 4096), (0, 0));
}

#[test]
fn no_table_falls_and_its_ends_are_black_and_white() {
    for (transfer, black, white) in [
        (Transfer::Table, 4.0, 23_837.864_527_991_06),
        (Transfer::Srgb, 0.0, 1.0),
        (Transfer::Pq, 0.0, 10_000.0),
        (Transfer::Bt1886 { white: 100.0, black: 0.0 }, 0.0, 100.0),
        (Transfer::Hlg { white: 1000.0, black: 0.0 }, 0.0, 1000.0),
    ] {
        for codes in [256, 766, 1024, 4096, 65_536] {
            for range in [Range::Full, Range::Limited] {
                let table = filled(transfer, range, codes);
                assert!(table.windows(2).all(|pair| pair[0] <= pair[1]), "{transfer:?} {codes}");
                assert_eq!(table[0], black, "{transfer:?}");
                let last = table[codes - 1];
                // The constants of HLG are rounded, so that its white is not quite 1.
                assert!((last - white).abs() <= 1e-7 * white, "{transfer:?}: {last}");
            }
        }
    }
}

#[test]
fn tables_of_hdr_have_the_values_that_are_printed() {
    // ITU-R BT.2408-4, 2.1, table 1: HDR reference white, 203 cd/m², is the signal 58 % of PQ and 75 %
    // of HLG at 1000 cd/m²; 18 % gray, 26 cd/m², is 38 % of both.
    let pq = filled(Transfer::Pq, Range::Full, 1024);
    let hlg = filled(Transfer::Hlg { white: 1000.0, black: 0.0 }, Range::Full, 1024);
    let at = |table: &[f64], signal: f64| table[(signal * 1023.0).round() as usize];
    assert!((at(&pq, 0.58) - 203.0).abs() < 3.0, "{}", at(&pq, 0.58));
    assert!((at(&hlg, 0.75) - 203.0).abs() < 3.0, "{}", at(&hlg, 0.75));
    assert!((at(&pq, 0.38) - 26.0).abs() < 1.0, "{}", at(&pq, 0.38));
    assert!((at(&hlg, 0.38) - 26.0).abs() < 1.0, "{}", at(&hlg, 0.38));
}
