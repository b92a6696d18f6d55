//! Frames for an instruction counter: pushes frames of a natural-like clip through one backend, as a stream, as
//! a still picture, or each as the first frame, which is the hot loop and nothing else.
//! `benches/instructions.sh` counts.

#[path = "common/inputs.rs"]
mod inputs;

use flashinator::{
    Backend, Format, Frame, Gray, LuminanceLut, Range, Shape, TTable, TableSettings, Transfer,
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [backend, format, what, count] = &arguments[..] else {
        // Run by `cargo bench` without a counter there is nothing to do.
        return;
    };
    let backend = Backend::ALL.into_iter().find(|b| b.name() == backend).expect("a backend");
    if !backend.is_available() {
        println!("unavailable");
        return;
    }
    let format = match format.as_str() {
        "rgb24" => Format::Rgb24,
        "rgba" => Format::Rgba,
        "gray10" => Format::Gray10,
        _ => Format::Gray8,
    };
    let count: usize = count.parse().expect("a number of frames");
    // All frames are made whatever the count, so that two counts differ by the frames pushed alone.
    let clip = inputs::make(if what == "still" { "static" } else { "natural" }, 640, 360, 9);
    let shape = Shape::new(format, 640, 360).expect("a size");
    let data = clip.in_format(format);
    let mut luminance = vec![0.0; LuminanceLut::codes(format, Gray::Mean)];
    Transfer::Table.fill(Range::Full, &mut luminance).expect("a length of the library's");
    let lut = LuminanceLut::new(&luminance).expect("a rising lut");
    let lut = LuminanceLut::of(format).is_none().then_some(&lut);
    let settings = TableSettings { backend: Some(backend), lut, ..TableSettings::default() };
    let mut memory = vec![0; TTable::memory_needed(shape)];
    let mut table = TTable::with(shape, &settings, &mut memory).expect("enough memory");
    for data in data.chunks_exact(shape.frame_bytes()).take(count) {
        if what == "loop" {
            table.reset();
        }
        let frame = Frame::contiguous(shape, data).expect("a whole frame");
        std::hint::black_box(table.push(&frame).expect("one shape"));
    }
}
