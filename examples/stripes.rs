//! Threads share each frame: every one of them has a stripe of it, for the T table and for the analyser.
//!
//!     ffmpeg -i clip.mp4 -f rawvideo -pix_fmt rgb24 - | cargo run --release --example stripes -- 1280 720 25

use flashinator::{
    Analyser, AnalyserSettings, Error, Format, Frame, Rectangle, Shape, Stripe, TTable, Timestamp,
    TopDeltas,
};
use rayon::prelude::*;
use std::io::Read;

/// The work of one thread.
struct Worker<'m> {
    /// The part that the table sees.
    part: Rectangle,
    table: TTable<'static, &'m mut [u8]>,
    /// Its part of the analyser's work.
    stripe: Stripe<&'m mut [u8]>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<u32> =
        std::env::args().skip(1).map(|a| a.parse()).collect::<Result<_, _>>()?;
    let &[width, height, rate] = &numbers[..] else {
        return Err("give the width, the height and the frames a second".into());
    };
    let shape = Shape::new(Format::Rgb24, width, height)?;
    let settings = AnalyserSettings { max_fps: rate, ..AnalyserSettings::default() };
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings)?];
    let mut analyser = Analyser::new(shape, &settings, &mut memory)?;

    // As many stripes as threads. Formats that share chroma between rows need an even number of rows in each.
    let rows = height.div_ceil(rayon::current_num_threads() as u32).next_multiple_of(2);
    let parts: Vec<Rectangle> = (0..height)
        .step_by(rows as usize)
        .map(|y| Rectangle { x: 0, y, width, height: rows.min(height - y) })
        .collect();
    let shape_of = |part: &Rectangle| Shape::new(shape.format(), part.width, part.height);
    let count = parts.len();
    let mut memories: Vec<[Vec<u8>; 2]> = parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let for_table = TTable::memory_needed(shape_of(part)?);
            let for_stripe = Stripe::memory_needed(&mut analyser, index, count)?;
            Ok([vec![0; for_table], vec![0; for_stripe]])
        })
        .collect::<Result<_, Error>>()?;
    let mut workers: Vec<Worker<'_>> = parts
        .into_iter()
        .zip(&mut memories)
        .enumerate()
        .map(|(index, (part, [for_table, for_stripe]))| {
            let table = TTable::new(shape_of(&part)?, for_table)?;
            let stripe = Stripe::new(&mut analyser, index, count, for_stripe)?;
            Ok(Worker { part, table, stripe })
        })
        .collect::<Result<_, Error>>()?;

    let mut pixels = vec![0; shape.frame_bytes()];
    let mut input = std::io::stdin().lock();
    println!("frame,positive,negative,value,transitions,verdict");
    for number in 0.. {
        match input.read_exact(&mut pixels) {
            Err(end) if end.kind() == std::io::ErrorKind::UnexpectedEof => break,
            read => read?,
        }
        let frame = Frame::contiguous(shape, &pixels)?;
        let time = Timestamp::from_ticks(number, 1, rate)?;
        let deltas: Result<Vec<Option<TopDeltas>>, Error> = workers
            .par_iter_mut()
            .map(|worker| {
                worker.stripe.sum(&frame, time)?;
                worker.table.push_stripe(&frame.crop(worker.part)?)
            })
            .collect();
        let report = analyser.push_stripes(workers.iter().map(|worker| &worker.stripe))?;
        // The first frame has nothing to differ from.
        let deltas: Option<Vec<TopDeltas>> = deltas?.into_iter().collect();
        let mut whole = TopDeltas::default();
        for stripe in deltas.iter().flatten() {
            whole.merge(stripe);
        }
        let (row, transitions) = (whole.row(), report.transitions.max());
        println!(
            "{number},{},{},{},{transitions},{}",
            row.positive, row.negative, row.value, report.verdict
        );
    }
    Ok(())
}
