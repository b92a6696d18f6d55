//! `flashinator table`: the T table of an input.

mod output;

use crate::args::TableArgs;
use crate::failure::Failure;
use crate::frame_config::FrameConfig;
use crate::input::{self, Source, View};
use crate::output_file;
use flashinator::TTable;
use indicatif::{ProgressBar, ProgressStyle};
use output::{NpyFile, Rows, WriteError};

/// Prints the table.
pub fn run(args: &TableArgs) -> Result<(), Failure> {
    let npy_file: Vec<_> = args.npy.iter().map(|path| ("--npy", path.as_path())).collect();
    output_file::prepare(&npy_file, std::slice::from_ref(&args.input))?;
    let result = print(args);
    output_file::remove_empty(&npy_file);
    result
}

/// If the input fails, the rows before that are printed first.
fn print(args: &TableArgs) -> Result<(), Failure> {
    let mut input = input::open(&args.input, &args.raw.input_options(false))?;
    let source = &mut *input.source;
    let name = args.input.display().to_string();
    let (shape, color) = (source.shape(), source.color());
    let config = FrameConfig::new(&args.frame, &name, shape, color.range(shape))?;
    let mut view = View::new((color.matrix(shape), color.range(shape)));
    let mut npy = args.npy.as_deref().map(NpyFile::create).transpose()?;
    let mut rows = match Rows::begin(args.json) {
        Ok(rows) => rows,
        Err(error) => return error.into_result(),
    };
    let progress = progress(source.count());
    let scanned = scan(source, &mut view, &config, &name, &mut rows, npy.as_mut(), &progress);
    progress.finish_and_clear();

    // All outputs are completed before an error is reported.
    let ended = rows.end().or_else(WriteError::into_result);
    let written = npy.map_or(Ok(()), NpyFile::finish);
    scanned.and(ended).and(written)
}

fn scan(
    source: &mut dyn Source,
    view: &mut View,
    config: &FrameConfig,
    name: &str,
    rows: &mut Rows,
    mut npy: Option<&mut NpyFile>,
    progress: &ProgressBar,
) -> Result<(), Failure> {
    let lut = config.lut();
    let settings = config.table_settings(lut.as_ref());
    let mut table = TTable::with_owned_memory(config.shape(), &settings)
        .map_err(|error| Failure::rejected(name, "these settings", error))?;
    let failed = |error| Failure::new(name, error, "please report this");
    let mut index = 0;
    while let Some(next) = source.next()? {
        let mut row = None;
        view.show(name, &next, |picture| {
            for frame in picture.frames {
                row = table.push(&config.crop(name, frame)?).map_err(failed)?;
            }
            Ok(())
        })?;
        if let Some(row) = row {
            if let Some(npy) = npy.as_deref_mut() {
                npy.push(row.value);
            }
            if let Err(error) = rows.write(index, next.seconds, row) {
                return error.into_result();
            }
        }
        index += 1;
        progress.inc(1);
    }
    Ok(())
}

/// A progress bar on standard error if that is a terminal.
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
