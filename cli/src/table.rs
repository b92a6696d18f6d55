//! `flashinator table`: the T table of an input.

use crate::args::TableArgs;
use crate::failure::Failure;
use crate::input::{self, Source};
use crate::look::Look;
use crate::output::{Npy, Rows, Stop};
use flashinator::TTable;
use indicatif::{ProgressBar, ProgressStyle};

/// Prints the table. Where the input fails, the rows before are printed first.
pub fn run(args: &TableArgs) -> Result<(), Failure> {
    let mut source = input::open(&args.input, &args.raw.reading(false))?;
    let name = args.input.display().to_string();
    let look = Look::new(&args.look, &name, source.shape(), source.range())?;
    let mut npy = args.npy.as_deref().map(Npy::create).transpose()?;
    let mut rows = match Rows::begin(args.json) {
        Ok(rows) => rows,
        Err(stop) => return stopped(stop),
    };
    let progress = progress(source.count());
    let scanned = scan(&mut *source, &look, &name, &mut rows, npy.as_mut(), &progress);
    progress.finish_and_clear();

    // All that was found is written before anything is said of what was not.
    let ended = rows.end().or_else(stopped);
    let kept = npy.map_or(Ok(()), Npy::finish);
    scanned.and(ended).and(kept)
}

fn scan(
    source: &mut dyn Source,
    look: &Look,
    name: &str,
    rows: &mut Rows,
    mut npy: Option<&mut Npy>,
    progress: &ProgressBar,
) -> Result<(), Failure> {
    let mut memory = vec![0; TTable::memory_needed(look.shape())];
    let curve = look.curve();
    let settings = look.settings(curve.as_ref());
    let mut scanner = TTable::with(look.shape(), &settings, &mut memory)
        .map_err(|error| Failure::refused(name, "this way to look at it", error))?;
    let wrong = |error| Failure::new(name, error, "please report this");
    let mut frame = 0;
    while let Some(picture) = source.next()? {
        if let Some(row) = scanner.push(&look.part(name, &picture.frame)?).map_err(wrong)? {
            if let Some(npy) = npy.as_deref_mut() {
                npy.push(row.value);
            }
            if let Err(stop) = rows.write(frame, picture.time, row) {
                return stopped(stop);
            }
        }
        frame += 1;
        progress.inc(1);
    }
    Ok(())
}

fn stopped(stop: Stop) -> Result<(), Failure> {
    match stop {
        Stop::Unwanted => Ok(()),
        Stop::Failed(failure) => Err(failure),
    }
}

/// A bar on standard error where that is a terminal, nothing elsewhere.
fn progress(count: Option<u64>) -> ProgressBar {
    let (bar, template) = match count {
        Some(count) => (
            ProgressBar::new(count),
            "{bar:40} {human_pos} of {human_len} frames, {per_sec}, {eta} left",
        ),
        None => (ProgressBar::new_spinner(), "{spinner} {human_pos} frames, {per_sec}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
