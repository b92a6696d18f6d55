//! Other ways to make a row of the T table, as they would be written without this library.
#![allow(dead_code)] // Each user needs a part.

use flashinator::{Format, LuminanceLut};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::OnceLock;

pub struct Other {
    pub what: &'static str,
    /// Takes a hundred times as long as the kernel.
    pub slow: bool,
    /// The T value of two frames.
    pub row: fn(&[u8], &[u8]) -> f64,
}

pub fn all(format: Format) -> Vec<Other> {
    match format {
        Format::Rgb24 => vec![
            Other { what: "scalar fused", slow: false, row: scalar_fused },
            Other { what: "table + select_nth", slow: false, row: table_select_nth },
            Other { what: "table + BinaryHeap", slow: false, row: table_heap },
            Other { what: "table + sort", slow: true, row: table_sort },
            Other { what: "powf + sort", slow: true, row: powf_sort },
        ],
        // The comparison is made where the work is largest.
        _ => vec![],
    }
}

/// The luminance of every sum of channels.
fn table() -> &'static [f64] {
    static TABLE: OnceLock<Vec<f64>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lut = LuminanceLut::of(Format::Rgb24).unwrap();
        (0..766).map(|sum| lut.luminance(sum).unwrap()).collect()
    })
}

/// Looks up, subtracts and selects, pixel by pixel.
fn scalar_fused(before: &[u8], after: &[u8]) -> f64 {
    let table = table();
    let mut rises = [0.0f64; 5];
    let mut falls = [0.0f64; 5];
    for (old, new) in before.chunks_exact(3).zip(after.chunks_exact(3)) {
        let delta = table[sum(new)] - table[sum(old)];
        keep(&mut rises, delta);
        keep(&mut falls, -delta);
    }
    value(rises.iter().sum::<f64>() / 5.0, falls.iter().sum::<f64>() / 5.0)
}

fn keep(largest: &mut [f64; 5], value: f64) {
    if value > largest[4] {
        let at = largest.iter().position(|&kept| value > kept).unwrap_or(4);
        largest[at..].rotate_right(1);
        largest[at] = value;
    }
}

fn table_select_nth(before: &[u8], after: &[u8]) -> f64 {
    let mut deltas = table_deltas(before, after);
    let last = deltas.len() - 1;
    deltas.select_nth_unstable_by(4.min(last), |a, b| b.total_cmp(a));
    let rises = mean_of_rises(&deltas[..5.min(last + 1)]);
    deltas.select_nth_unstable_by(4.min(last), f64::total_cmp);
    value(rises, mean_of_falls(&deltas[..5.min(last + 1)]))
}

fn table_heap(before: &[u8], after: &[u8]) -> f64 {
    let deltas = table_deltas(before, after);
    value(heap_mean(deltas.iter().copied()), heap_mean(deltas.iter().map(|delta| -delta)))
}

/// The mean of the five largest positive values, by a heap of five.
pub fn heap_mean(values: impl Iterator<Item = f64>) -> f64 {
    // Positive f64 are ordered like their bits.
    let mut heap = BinaryHeap::with_capacity(6);
    for value in values.filter(|&value| value > 0.0) {
        if heap.len() < 5 {
            heap.push(Reverse(value.to_bits()));
        } else if let Some(mut smallest) = heap.peek_mut()
            && value.to_bits() > smallest.0
        {
            *smallest = Reverse(value.to_bits());
        }
    }
    heap.into_sorted_vec().iter().map(|bits| f64::from_bits(bits.0)).sum::<f64>() / 5.0
}

fn table_sort(before: &[u8], after: &[u8]) -> f64 {
    sorted_value(table_deltas(before, after))
}

fn powf_sort(before: &[u8], after: &[u8]) -> f64 {
    let luminance = |pixel: &[u8]| 4.0 * (0.2 * (sum(pixel) as f64 / 3.0) + 1.0).powf(2.2);
    let deltas = before
        .chunks_exact(3)
        .zip(after.chunks_exact(3))
        .map(|(old, new)| luminance(new) - luminance(old));
    sorted_value(deltas.collect())
}

/// A delta-frame by table.
pub fn table_deltas(before: &[u8], after: &[u8]) -> Vec<f64> {
    let table = table();
    let pixels = before.chunks_exact(3).zip(after.chunks_exact(3));
    pixels.map(|(old, new)| table[sum(new)] - table[sum(old)]).collect()
}

fn sorted_value(mut deltas: Vec<f64>) -> f64 {
    deltas.sort_unstable_by(f64::total_cmp);
    let five = 5.min(deltas.len());
    let falls = mean_of_falls(&deltas[..five]);
    value(mean_of_rises(&deltas[deltas.len() - five..]), falls)
}

pub fn mean_of_rises(largest: &[f64]) -> f64 {
    largest.iter().map(|delta| delta.max(0.0)).sum::<f64>() / 5.0
}

fn mean_of_falls(smallest: &[f64]) -> f64 {
    smallest.iter().map(|delta| (-delta).max(0.0)).sum::<f64>() / 5.0
}

fn value(positive: f64, negative: f64) -> f64 {
    if positive > negative { positive } else { -negative }
}

fn sum(pixel: &[u8]) -> usize {
    usize::from(pixel[0]) + usize::from(pixel[1]) + usize::from(pixel[2])
}
