//! Frames for an instruction counter: pushes frames of a natural-like clip through one backend, as a stream, as
//! a still picture, or each as the first frame, which is the hot loop and nothing else; or through the analyser, by one
//! profile, by three, or by one with regular patterns. `benches/instructions.sh` and `benches/emulated.py` count.

#[path = "common/inputs.rs"]
mod inputs;

use flashinator::{
    Analyser, AnalyserSettings, Backend, Format, Frame, Gray, LuminanceLut, Profile, Range, Shape,
    TTable, TableSettings, Timestamp, Transfer,
};

/// Flashes by these: every rule that keeps peaks and valleys, and fields of both kinds.
const PROFILES: [Profile; 3] =
    [Profile::WCAG_2_2, Profile::WCAG_2_1, Profile { patterns: false, ..Profile::BT_1702 }];

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
        "nv12" => Format::Nv12,
        _ => Format::Gray8,
    };
    let count: usize = count.parse().expect("a number of frames");
    // All frames are made whatever the count, so that two counts differ by the frames pushed alone.
    // The analyser's cells are larger in larger pictures, and its work on pixels is what is counted.
    let (width, height) = if what == "analyser" { (1280, 720) } else { (640, 360) };
    let name = if what == "still" { "static" } else { "natural" };
    let clip = inputs::make(name, width, height, 9);
    let shape = Shape::new(format, width as u32, height as u32).expect("a size");
    let data = clip.in_format(format);
    let frames = data.chunks_exact(shape.frame_bytes()).take(count);
    let frames = frames.map(|data| Frame::contiguous(shape, data).expect("a whole frame"));
    let profiles = match what.as_str() {
        "analyser" => &PROFILES[..1],
        "profiles" => &PROFILES,
        "patterns" => &[Profile::BT_1702],
        _ => &[],
    };
    if !profiles.is_empty() {
        let settings =
            AnalyserSettings { profiles, backend: Some(backend), ..AnalyserSettings::default() };
        let bytes = Analyser::memory_needed(shape, &settings).expect("settings of the library's");
        let mut memory = vec![0; bytes];
        let mut analyser = Analyser::new(shape, &settings, &mut memory).expect("enough memory");
        for (i, frame) in frames.enumerate() {
            let time = Timestamp::from_micros(40_000 * i as i64).expect("a time");
            std::hint::black_box(analyser.push(&frame, time).expect("one shape"));
        }
        return;
    }
    let mut luminance = vec![0.0; LuminanceLut::codes(format, Gray::Mean)];
    Transfer::Table.fill(Range::Full, &mut luminance).expect("a length of the library's");
    let lut = LuminanceLut::new(&luminance).expect("a rising lut");
    let lut = LuminanceLut::of(format).is_none().then_some(&lut);
    let settings = TableSettings { backend: Some(backend), lut, ..TableSettings::default() };
    let mut memory = vec![0; TTable::memory_needed(shape)];
    let mut table = TTable::with(shape, &settings, &mut memory).expect("enough memory");
    for frame in frames {
        if what == "loop" {
            table.reset();
        }
        std::hint::black_box(table.push(&frame).expect("one shape"));
    }
}
