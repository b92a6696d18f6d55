//! What the analyser and the T table cost against reading the frames at all, against other ways to make the T table, and
//! against other programs.
//!
//! All but other programs is measured in one process, in turns, on one thread unless it says otherwise. A time is the
//! median over the turns, a ratio the median of the turns' ratios. Other programs run once the turns are over; of them it
//! is the shortest time of three runs. One JSON object a line goes to standard output, a table to standard error.
//!
//! `cargo bench --bench ratios -- [--quick] [--raw FILE --size WxH] [--input NAME] [--what PREFIX] [--iris PROGRAM]`

#[path = "../common/inputs.rs"]
mod inputs;
#[path = "../common/others.rs"]
mod others;
mod programs;

use flashinator::{
    Analyser, AnalyserSettings, Backend, Format, Frame, Gray, LuminanceLut, Profile, Range, Shape,
    Stripe, TRow, TTable, TableSettings, Timestamp, TopDeltas, Transfer,
};
use inputs::Clip;
use std::hint::black_box;
use std::time::{Duration, Instant};

struct Options {
    quick: bool,
    raw: Option<String>,
    size: (usize, usize),
    input: Option<String>,
    what: Option<String>,
    /// EA's IRIS, to be measured as well.
    iris: Option<String>,
}

fn options() -> Result<Options, String> {
    let mut options =
        Options { quick: false, raw: None, size: (1280, 720), input: None, what: None, iris: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--quick" => options.quick = true,
            "--raw" => options.raw = Some(value()?),
            "--size" => {
                let size = value()?;
                options.size = size
                    .split_once('x')
                    .and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)))
                    .filter(|&(w, h)| w > 0 && h > 0)
                    .ok_or(format!("{size} is no size; write it as 1280x720"))?;
            }
            "--input" => options.input = Some(value()?),
            "--what" => options.what = Some(value()?),
            "--iris" => options.iris = Some(value()?),
            // What cargo gives every bench target.
            "--bench" => {}
            other => return Err(format!("unknown argument {other}")),
        }
    }
    Ok(options)
}

type Run<'a> = Box<dyn FnMut(&[&[u8]]) + 'a>;

/// One thing to measure: runs over frames and is done with them.
struct Contender<'a> {
    what: String,
    /// Frames a turn; the slow ways get few.
    frames: usize,
    run: Run<'a>,
}

fn main() {
    let options = options().unwrap_or_else(|wrong| {
        eprintln!("ratios: {wrong}");
        std::process::exit(2);
    });
    let (width, height) = options.size;
    let frame_bytes = width * height * 3;
    let frames = (clip_bytes() / frame_bytes).max(8);
    let names = std::iter::once("natural").chain(inputs::ARTIFICIAL);
    let mut best = 0;
    for name in names.filter(|name| options.input.as_deref().is_none_or(|only| only == *name)) {
        let clip = match (&options.raw, name) {
            (Some(file), "natural") => read(file, width, height, frames),
            _ => inputs::make(name, width, height, frames),
        };
        let slow_too = matches!(name, "natural" | "noise");
        measure(&clip, Format::Rgb24, Gray::Mean, slow_too, &options);
        if slow_too || name == "static" {
            measure(&clip, Format::Gray8, Gray::Mean, slow_too, &options);
        }
        if slow_too {
            for format in [Format::Rgba, Format::Argb, Format::Gbrp, Format::Nv12, Format::Gray10] {
                measure(&clip, format, Gray::Mean, false, &options);
            }
            measure(&clip, Format::Rgb24, Gray::Bt709, false, &options);
        }
        best += 1;
    }
    if best == 0 {
        eprintln!("ratios: there is no such input");
        std::process::exit(2);
    }
}

/// Four times the last-level cache, so that frames come from memory as they do from a decoder, and those
/// of one byte a pixel, a third as long, do too.
fn clip_bytes() -> usize {
    let cache = std::fs::read_to_string("/sys/devices/system/cpu/cpu0/cache/index3/size")
        .ok()
        .and_then(|size| size.trim().strip_suffix('K')?.parse::<usize>().ok())
        .unwrap_or(32 << 10);
    ((4 * cache) << 10).min(1 << 30)
}

fn read(file: &str, width: usize, height: usize, frames: usize) -> Clip {
    let bytes = std::fs::read(file).unwrap_or_else(|error| {
        eprintln!("ratios: {file}: {error}");
        std::process::exit(2);
    });
    let frame_bytes = width * height * 3;
    let whole = bytes.len() / frame_bytes;
    if whole < 2 {
        eprintln!("ratios: {file}: fewer than two frames of {width}x{height}");
        std::process::exit(2);
    }
    inputs::forth_and_back("natural", width, height, &bytes, frames)
}

fn measure(clip: &Clip, format: Format, gray: Gray, slow_too: bool, options: &Options) {
    // The library has no luminance for formats of more bits.
    let mut luminance = vec![0.0; LuminanceLut::codes(format, gray)];
    Transfer::Table.fill(Range::Full, &mut luminance).unwrap();
    let lut = LuminanceLut::new(&luminance).unwrap();
    let own = LuminanceLut::of(format).is_none().then_some(&lut);
    let settings = TableSettings { gray, lut: own, ..TableSettings::default() };
    let data = clip.in_format(format);
    let shape = Shape::new(format, clip.width as u32, clip.height as u32).unwrap();
    let frames: Vec<&[u8]> = data.chunks_exact(shape.frame_bytes()).collect();
    // The T table does not read chroma, so the stream that it is compared with has none.
    let seen = if format == Format::Nv12 { shape.pixels() } else { shape.frame_bytes() };
    let mut contenders = vec![Contender {
        what: "stream".into(),
        frames: frames.len(),
        run: Box::new(move |frames: &[&[u8]]| {
            for frame in frames {
                black_box(sum(&frame[..seen]));
            }
        }),
    }];
    for backend in Backend::ALL {
        if backend.is_available() {
            // The slowest backend is the only one whose time matters to a quick run.
            let few = options.quick && backend == Backend::Portable;
            let settings = TableSettings { backend: Some(backend), ..settings };
            contenders.extend(kernels(settings, shape, if few { 8 } else { frames.len() }));
        }
    }
    if gray == Gray::Mean && matches!(format, Format::Rgb24 | Format::Gray8 | Format::Nv12) {
        contenders.extend(analysers(shape, frames.len()));
    }
    contenders.extend(others::all(format).into_iter().filter(|o| slow_too || !o.slow).map(|o| {
        Contender {
            what: o.what.into(),
            frames: if o.slow { 3 } else { 6 },
            run: Box::new(move |frames: &[&[u8]]| {
                for pair in frames.windows(2) {
                    black_box((o.row)(pair[0], pair[1]));
                }
            }),
        }
    }));
    if let Some(prefix) = &options.what {
        contenders.retain(|c| c.what == "stream" || c.what.starts_with(prefix.as_str()));
    }
    let rounds = if options.quick { 3 } else { 15 };
    let mut times = vec![Vec::new(); contenders.len()];
    for _ in 0..rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            times.push(time(contender, &frames));
        }
    }
    let name = match gray {
        Gray::Mean => format.name().to_owned(),
        weighted => format!("{}, {weighted:?}", format.name()),
    };
    eprintln!("\n{} {name} {}x{}", clip.name, clip.width, clip.height);
    eprintln!("{:24} {:>14} {:>10}", "what", "ms a frame", "vs stream");
    let print = |what: &str, seconds: f64, ratio: f64| {
        let milliseconds = seconds * 1e3;
        eprintln!("{what:24} {milliseconds:14.4} {ratio:10.2}");
        println!(
            "{{\"input\":\"{}\",\"format\":\"{name}\",\"size\":\"{}x{}\",\"what\":\"{what}\",\
             \"ms_per_frame\":{milliseconds:.5},\"vs_stream\":{ratio:.3}}}",
            clip.name, clip.width, clip.height
        );
    };
    for (contender, own) in contenders.iter().zip(&times) {
        let ratio = median(own.iter().zip(&times[0]).map(|(a, b)| a / b).collect());
        print(&contender.what, median(own.clone()), ratio);
    }
    if slow_too && gray == Gray::Mean && !options.quick {
        let stream = median(times[0].clone());
        let prefix = options.what.as_deref().unwrap_or_default();
        for (what, seconds) in programs::all(clip, format, prefix, options.iris.as_deref()) {
            print(what, seconds, seconds / stream);
        }
    }
}

/// Streaming, batches and pairs on one backend.
fn kernels<'a>(settings: TableSettings<'a, 'a>, shape: Shape, frames: usize) -> Vec<Contender<'a>> {
    let name = settings.backend.map_or("", Backend::name);
    let plane = || vec![0; TTable::memory_needed(shape)];
    let (mut one, mut many) = (plane(), plane());
    vec![
        Contender {
            what: format!("kernel {name}"),
            frames,
            run: Box::new(move |frames: &[&[u8]]| {
                let mut table = TTable::with(shape, &settings, &mut one).unwrap();
                for data in frames {
                    let frame = Frame::contiguous(shape, data).unwrap();
                    black_box(table.push(&frame).unwrap());
                }
            }),
        },
        Contender {
            what: format!("batch {name}"),
            frames,
            run: Box::new(move |frames: &[&[u8]]| {
                let mut table = TTable::with(shape, &settings, &mut many).unwrap();
                let mut rows = [TRow::default(); 4];
                // The frames of a clip follow each other in memory.
                for four in frames.chunks_exact(4) {
                    let data = joined(four);
                    black_box(table.push_batch(data, &mut rows).unwrap());
                }
            }),
        },
        Contender {
            what: format!("pair {name}"),
            frames,
            run: Box::new(move |frames: &[&[u8]]| {
                for pair in frames.windows(2) {
                    let frame = |data| Frame::contiguous(shape, data).unwrap();
                    let (old, new) = (frame(pair[0]), frame(pair[1]));
                    black_box(TopDeltas::between(&old, &new, &settings).unwrap().row());
                }
            }),
        },
    ]
}

/// Three profiles that judge flashes. What patterns take, `analyser bt1702` tells.
const FLASHES: [Profile; 3] =
    [Profile::WCAG_2_2, Profile::WCAG_2_1, Profile { patterns: false, ..Profile::BT_1702 }];

/// The flash analyser on every backend; by other profiles and together with the T table on the fastest.
fn analysers<'a>(shape: Shape, frames: usize) -> Vec<Contender<'a>> {
    let mut contenders = Vec::new();
    for backend in Backend::ALL.into_iter().filter(|backend| backend.is_available()) {
        let settings = AnalyserSettings { backend: Some(backend), ..AnalyserSettings::default() };
        contenders.push(analyser(format!("analyser {}", backend.name()), shape, settings, frames));
    }
    let several: [(&str, &[Profile]); 2] =
        [("analyser bt1702", &[Profile::BT_1702]), ("analyser 3 profiles", &FLASHES)];
    for (what, profiles) in several {
        let settings = AnalyserSettings { profiles, ..AnalyserSettings::default() };
        contenders.push(analyser(what.into(), shape, settings, frames));
    }
    let settings = AnalyserSettings::default();
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    contenders.push(Contender {
        what: "analyser 2 threads".into(),
        frames,
        run: Box::new(move |frames: &[&[u8]]| {
            let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
            let mut memories =
                [0, 1].map(|half| vec![0; Stripe::memory_needed(&mut analyser, half, 2).unwrap()]);
            let [upper, lower] = &mut memories;
            let mut upper = Stripe::new(&mut analyser, 0, 2, upper).unwrap();
            let mut lower = Stripe::new(&mut analyser, 1, 2, lower).unwrap();
            for (i, data) in frames.iter().enumerate() {
                let frame = Frame::contiguous(shape, data).unwrap();
                let time = Timestamp::from_micros(40_000 * i as i64).unwrap();
                let (first, second) =
                    rayon::join(|| upper.sum(&frame, time), || lower.sum(&frame, time));
                first.and(second).unwrap();
                black_box(analyser.push_stripes([&upper, &lower]).unwrap());
            }
        }),
    });
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    let mut plane = vec![0; TTable::memory_needed(shape)];
    contenders.push(Contender {
        what: "analyser and table".into(),
        frames,
        run: Box::new(move |frames: &[&[u8]]| {
            let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
            let mut table = TTable::new(shape, &mut plane).unwrap();
            for (i, data) in frames.iter().enumerate() {
                let frame = Frame::contiguous(shape, data).unwrap();
                let time = Timestamp::from_micros(40_000 * i as i64).unwrap();
                black_box(analyser.push_with_table(&mut table, &frame, time).unwrap());
            }
        }),
    });
    contenders
}

fn analyser<'a>(
    what: String,
    shape: Shape,
    settings: AnalyserSettings<'a>,
    frames: usize,
) -> Contender<'a> {
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    Contender {
        what,
        frames,
        run: Box::new(move |frames: &[&[u8]]| {
            let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
            for (i, data) in frames.iter().enumerate() {
                let frame = Frame::contiguous(shape, data).unwrap();
                let time = Timestamp::from_micros(40_000 * i as i64).unwrap();
                black_box(analyser.push(&frame, time).unwrap());
            }
        }),
    }
}

/// The slice that neighbouring slices of one buffer make up.
fn joined<'a>(parts: &[&'a [u8]]) -> &'a [u8] {
    let length = parts.iter().map(|part| part.len()).sum();
    // SAFETY: the parts were cut from one buffer in order, by `chunks_exact`.
    unsafe { std::slice::from_raw_parts(parts[0].as_ptr(), length) }
}

/// Seconds a frame.
fn time(contender: &mut Contender<'_>, frames: &[&[u8]]) -> f64 {
    let frames = &frames[..contender.frames.min(frames.len())];
    let begin = Instant::now();
    (contender.run)(frames);
    let spent: Duration = begin.elapsed();
    spent.as_secs_f64() / frames.len() as f64
}

/// Reads a frame and does as little with it as can be.
fn sum(frame: &[u8]) -> u64 {
    let (words, rest) = frame.as_chunks::<8>();
    let words: u64 = words.iter().fold(0, |sum, &word| sum.wrapping_add(u64::from_ne_bytes(word)));
    rest.iter().fold(words, |sum, &byte| sum.wrapping_add(byte.into()))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
