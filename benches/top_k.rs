//! The selection alone: the five largest rises of a delta-frame of 1280x720, ours against the standard
//! library's ways; and what it costs to keep 5, 10 or 32.
//!
//! `FLASHINATOR_CLIP` may name a file of raw RGB24 frames of 1280x720 to take as natural content.

#[path = "common/inputs.rs"]
mod inputs;
#[path = "common/others.rs"]
mod others;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use flashinator::Top;
use inputs::Clip;
use std::hint::black_box;

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;

/// The deltas between the first two frames of an input.
fn deltas(name: &str) -> Vec<f64> {
    let clip = match (name, std::env::var("FLASHINATOR_CLIP")) {
        ("natural", Ok(file)) => Clip {
            name: name.into(),
            width: WIDTH,
            height: HEIGHT,
            data: std::fs::read(file).expect("the clip that FLASHINATOR_CLIP names"),
        },
        _ => inputs::make(name, WIDTH, HEIGHT, 2),
    };
    let mut frames = clip.frames();
    let (before, after) = (frames.next().unwrap(), frames.next().unwrap());
    others::table_deltas(before, after)
}

fn ours<const K: usize>(deltas: &[f64]) -> f64 {
    let mut top = Top::<K>::new();
    top.extend(deltas);
    top.mean()
}

fn top_k(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("top_k");
    group.sample_size(20);
    for name in ["natural", "noise", "ramp"] {
        let deltas = deltas(name);
        group.throughput(Throughput::Elements(deltas.len() as u64));
        group.bench_with_input(BenchmarkId::new("flashinator", name), &deltas, |b, deltas| {
            b.iter(|| ours::<5>(black_box(deltas)));
        });
        group.bench_with_input(BenchmarkId::new("BinaryHeap", name), &deltas, |b, deltas| {
            b.iter(|| others::heap_mean(black_box(deltas).iter().copied()));
        });
        type Reorder = fn(&mut [f64]);
        let ways: [(&str, Reorder); 3] = [
            ("sort", |deltas| deltas.sort_by(|a, b| b.total_cmp(a))),
            ("sort_unstable", |deltas| deltas.sort_unstable_by(|a, b| b.total_cmp(a))),
            ("select_nth_unstable", |deltas| {
                deltas.select_nth_unstable_by(4, |a, b| b.total_cmp(a));
            }),
        ];
        for (way, reorder) in ways {
            group.bench_with_input(BenchmarkId::new(way, name), &deltas, |b, deltas| {
                b.iter_batched_ref(
                    || deltas.clone(),
                    |deltas| {
                        reorder(deltas);
                        others::mean_of_rises(&deltas[..5])
                    },
                    BatchSize::LargeInput,
                );
            });
        }
    }
    group.finish();
}

fn by_k(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("top_k by k");
    for name in ["natural", "noise", "ramp"] {
        let deltas = deltas(name);
        group.bench_with_input(BenchmarkId::new(name, 5), &deltas, |b, deltas| {
            b.iter(|| ours::<5>(black_box(deltas)));
        });
        group.bench_with_input(BenchmarkId::new(name, 10), &deltas, |b, deltas| {
            b.iter(|| ours::<10>(black_box(deltas)));
        });
        group.bench_with_input(BenchmarkId::new(name, 32), &deltas, |b, deltas| {
            b.iter(|| ours::<32>(black_box(deltas)));
        });
    }
    group.finish();
}

criterion_group!(benches, top_k, by_k);
criterion_main!(benches);
