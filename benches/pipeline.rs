//! A row of the T table from pixels: against other ways to make it, and by the size and the content of frames.

#[path = "common/inputs.rs"]
mod inputs;
#[path = "common/others.rs"]
mod others;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use flashinator::{Format, Frame, Shape, TTable};
use inputs::Clip;
use std::hint::black_box;

/// Pushes the frames of a clip in turn, one an iteration.
fn bench_stream(bencher: &mut criterion::Bencher<'_>, clip: &Clip) {
    let shape = Shape::new(Format::Rgb24, clip.width as u32, clip.height as u32).unwrap();
    let frames: Vec<_> =
        clip.frames().map(|data| Frame::contiguous(shape, data).unwrap()).collect();
    let mut memory = vec![0; TTable::memory_needed(shape)];
    let mut table = TTable::new(shape, &mut memory).unwrap();
    table.push(&frames[0]).unwrap();
    let mut index = 0;
    bencher.iter(|| {
        index = (index + 1) % frames.len();
        black_box(table.push(&frames[index]).unwrap())
    });
}

fn ways(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pipeline");
    group.sample_size(10);
    for name in ["natural", "noise", "ramp"] {
        let clip = inputs::make(name, 1280, 720, 4);
        group.throughput(Throughput::Elements((clip.width * clip.height) as u64));
        group.bench_with_input(BenchmarkId::new("flashinator", name), &clip, bench_stream);
        for other in others::all(Format::Rgb24) {
            group.bench_with_input(BenchmarkId::new(other.what, name), &clip, |b, clip| {
                let frames: Vec<_> = clip.frames().collect();
                b.iter(|| black_box((other.row)(frames[0], frames[1])));
            });
        }
    }
    group.finish();
}

fn by_size(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pipeline by size");
    for (width, height) in [(320, 240), (640, 480), (1280, 720), (1920, 1080), (3840, 2160)] {
        let clip = inputs::make("natural", width, height, 4);
        let size = format!("{width}x{height}");
        group.throughput(Throughput::Elements((width * height) as u64));
        group.bench_with_input(BenchmarkId::from_parameter(size), &clip, bench_stream);
    }
    group.finish();
}

fn by_content(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pipeline by content");
    for name in std::iter::once("natural").chain(inputs::ARTIFICIAL) {
        let clip = inputs::make(name, 1280, 720, 4);
        group.bench_with_input(BenchmarkId::from_parameter(name), &clip, bench_stream);
    }
    group.finish();
}

criterion_group!(benches, ways, by_size, by_content);
criterion_main!(benches);
