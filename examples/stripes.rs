//! Each frame is cut into stripes, one for each thread, whose deltas are merged into the row of the frame.
//!
//!     ffmpeg -i clip.mp4 -f rawvideo -pix_fmt rgb24 - | cargo run --release --example stripes -- 1280 720

use flashinator::{Error, Format, Frame, Rectangle, Shape, TTable, TopDeltas};
use rayon::prelude::*;
use std::io::Read;

/// One thread's part of the picture.
struct Stripe<'m> {
    part: Rectangle,
    table: TTable<'static, &'m mut [u8]>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sides: Vec<u32> = std::env::args().skip(1).map(|a| a.parse()).collect::<Result<_, _>>()?;
    let &[width, height] = &sides[..] else { return Err("give the width and the height".into()) };
    let shape = Shape::new(Format::Rgb24, width, height)?;

    // As many stripes as threads. Formats that share chroma between rows need an even number of rows in each.
    let rows = height.div_ceil(rayon::current_num_threads() as u32).next_multiple_of(2);
    let parts: Vec<Rectangle> = (0..height)
        .step_by(rows as usize)
        .map(|y| Rectangle { x: 0, y, width, height: rows.min(height - y) })
        .collect();
    let shape_of = |part: &Rectangle| Shape::new(shape.format(), part.width, part.height);
    let mut memory: Vec<Vec<u8>> = parts
        .iter()
        .map(|part| Ok(vec![0; TTable::memory_needed(shape_of(part)?)]))
        .collect::<Result<_, Error>>()?;
    let mut stripes: Vec<Stripe<'_>> = parts
        .into_iter()
        .zip(&mut memory)
        .map(|(part, memory)| Ok(Stripe { part, table: TTable::new(shape_of(&part)?, memory)? }))
        .collect::<Result<_, Error>>()?;

    let mut pixels = vec![0; shape.frame_bytes()];
    let mut input = std::io::stdin().lock();
    println!("frame,positive,negative,value");
    for number in 0u64.. {
        match input.read_exact(&mut pixels) {
            Err(end) if end.kind() == std::io::ErrorKind::UnexpectedEof => break,
            read => read?,
        }
        let frame = Frame::contiguous(shape, &pixels)?;
        let deltas: Result<Vec<Option<TopDeltas>>, Error> = stripes
            .par_iter_mut()
            .map(|stripe| stripe.table.push_stripe(&frame.crop(stripe.part)?))
            .collect();
        // The first frame has nothing to differ from.
        let Some(deltas) = deltas?.into_iter().collect::<Option<Vec<TopDeltas>>>() else {
            continue;
        };
        let mut whole = TopDeltas::default();
        for stripe in &deltas {
            whole.merge(stripe);
        }
        let row = whole.row();
        println!("{number},{},{},{}", row.positive, row.negative, row.value);
    }
    Ok(())
}
