//! One input from its first frame to its last.

use super::rows::RowWriters;
use super::terminal::Terminal;
use crate::args::{FrameArgs, LuminanceSource, ScanArgs, StreamArg};
use crate::failure::Failure;
use crate::frame_config::FrameConfig;
use crate::input::{self, Input, InputOptions, VideoColor, View};
use crate::interrupt::Stop;
use flashinator::{Error, Gray, TTable, Transfer};
use flashinator_report::check::MAX_FPS;
use flashinator_report::{Check, Picture, Profiles, Row, ScanResult, Settings, Video, words};
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

/// What is done with every input.
pub struct ScanJob<'a> {
    pub args: &'a ScanArgs,
    pub settings: &'a Settings,
    pub profiles: &'a Profiles,
    /// The incidents of each profile that pictures are wanted of, for a page; none without one.
    pub pictures: Option<usize>,
    /// Whether the result has the rows.
    pub keep_rows: bool,
    /// Whether the rows have values of the T table.
    pub table: bool,
    /// Ends the scan before its time.
    pub stop: &'a Stop,
}

/// An animation that repeats is followed for at least this many seconds.
const LOOP_SECONDS: f64 = 6.0;

/// Scans one input. If it fails, the result has what was found before.
pub fn scan(
    input: &Path,
    stream: Option<usize>,
    job: &ScanJob<'_>,
    terminal: &Terminal,
) -> ScanResult {
    let mut name = input::name(input);
    if let (Some(stream), Some(StreamArg::All)) = (stream, job.args.stream) {
        name.push_str(&format!(" (video stream {stream})"));
    }
    let mut result = ScanResult::new(name, job.profiles.list.len());
    let outcome = scan_into(&mut result, (input, stream), job, terminal);
    result.failure = outcome.err().map(|failure| failure.to_string());
    result.limits = words::limits(&result, job.profiles, job.settings);
    if job.pictures.is_some() {
        result.hash = hash(input);
    }
    result
}

/// The SHA-256 of a file, which says to which file a page belongs. Pipes and addresses have none.
fn hash(input: &Path) -> Option<String> {
    let file = input.is_file().then(|| File::open(input).ok())??;
    let mut hasher = Sha256::new();
    io::copy(&mut BufReader::new(file), &mut hasher).ok()?;
    Some(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn scan_into(
    result: &mut ScanResult,
    (input, stream): (&Path, Option<usize>),
    job: &ScanJob<'_>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let ScanJob { args, settings, profiles, keep_rows, .. } = *job;
    let options = InputOptions {
        start: args.start,
        duration: args.duration,
        stream,
        stop: job.stop.clone(),
        ..args.raw.input_options(true)
    };
    // An interrupt ends the wait for input with an error.
    let mut input =
        input::open(input, &options).map_err(|failure| match options.stop.is_requested() {
            true => Failure::new(&result.name, "interrupted", "scan it again"),
            false => failure,
        })?;
    let source = &*input.source;
    let full = source.shape();
    let override_color = VideoColor {
        matrix: args.matrix,
        range: args.range,
        transfer: args.curve.map(|curve| curve.tag().to_owned()),
        primaries: args.primaries.map(|primaries| primaries.tag().to_owned()),
        ..VideoColor::default()
    };
    let color = override_color.or(&source.color());
    let matrix = color.matrix(full);
    let video = Video {
        shape: full,
        pixel_aspect: source.pixel_aspect(),
        matrix,
        range: color.range(full),
        curve: color.curve(),
        primaries: color.primaries(),
        was_rgb: color.was_rgb,
    };
    result.shape = Some(full);
    result.title = source.title();
    result.pixels = video.pixels();
    let assumptions = color.assumptions(full);
    let range = video.judged_range();
    let mut backgrounds = settings.backgrounds.clone();
    backgrounds.truncate(if source.has_alpha() { backgrounds.len() } else { 1 });
    let mut view = View::new((matrix, range));
    view.override_color = override_color;
    view.coding = Some((video.curve, video.primaries));
    view.given = color;
    view.backgrounds.clone_from(&backgrounds);
    view.deinterlace = !args.no_deinterlace;
    // The analyser takes no more than a thousand frames a second.
    let every = source.rate().map_or(1, |rate| (rate / f64::from(MAX_FPS)).ceil().max(1.0) as u64);
    let name = result.name.clone();

    // The T table uses its default luminance.
    let frame_args = FrameArgs {
        gray: Gray::Mean,
        curve: LuminanceSource::Transfer(Transfer::Table),
        range: None,
        crop: args.crop,
        ignore: args.ignore.clone(),
    };
    let config = FrameConfig::new(&frame_args, &name, full, range)?;
    let part = config.shape();
    let rejected = |error| Failure::rejected(&name, "these settings", error);
    let lut = config.lut();
    let table = match job.table {
        true => Some(TTable::with_owned_memory(part, &config.table_settings(lut.as_ref()))),
        false => None,
    };
    let table = table.transpose().map_err(rejected)?;
    let check =
        Check::new(settings, profiles, &video, config.ignore(), backgrounds.len(), job.pictures)
            .map_err(rejected)?;
    let mut analysis = Analysis {
        name: &name,
        profiles,
        check,
        every,
        table,
        keep_rows,
        writers: RowWriters::create(&args.outputs, profiles)?,
        looped: false,
        result,
    };
    let bar = terminal.bar(&name, source.count(), source.duration());
    let mut outcome = analysis.read_to_end(&mut input, &mut view, &options, &bar);
    let mut plays = 1;
    while outcome.is_ok()
        && plays < input.source.plays()
        && analysis.check.end() < LOOP_SECONDS
        && analysis.check.repeat()
    {
        plays += 1;
        analysis.looped = true;
        outcome = input
            .restart(&options)
            .and_then(|()| analysis.read_to_end(&mut input, &mut view, &options, &bar));
    }
    bar.finish_and_clear();
    analysis.result.notes = input.source.remarks();
    analysis.result.notes.extend(assumptions);
    if every > 1 {
        let note = format!(
            "only one frame in {every} was judged: no display shows more than {MAX_FPS} a second"
        );
        analysis.result.notes.push(note);
    }
    outcome.and(analysis.finish())
}

/// The analysis of one input.
struct Analysis<'a> {
    name: &'a str,
    profiles: &'a Profiles,
    check: Check,
    /// Of how many frames one is analysed.
    every: u64,
    /// If it is wanted.
    table: Option<TTable<'a, Vec<u8>>>,
    keep_rows: bool,
    writers: RowWriters,
    /// The frames are those of a repetition.
    looped: bool,
    result: &'a mut ScanResult,
}

impl Analysis<'_> {
    /// Analyses the frames of a source.
    fn read_to_end(
        &mut self,
        input: &mut Input,
        view: &mut View,
        options: &InputOptions,
        bar: &ProgressBar,
    ) -> Result<(), Failure> {
        let mut count = 0u64;
        loop {
            if options.stop.is_requested() {
                return Err(self.interrupted());
            }
            let next = match input.source.next() {
                Ok(Some(next)) => next,
                Ok(None) => {
                    self.result.is_cut |= input.source.goes_on();
                    return Ok(());
                }
                // An interrupt ends the wait for input with an error.
                Err(_) if options.stop.is_requested() => return Err(self.interrupted()),
                Err(failure) => return Err(failure),
            };
            let is_left_out = !count.is_multiple_of(self.every);
            count += 1;
            // ffmpeg skips frames before the start itself.
            if next.seconds < options.start || is_left_out {
                continue;
            }
            if options.duration.is_some_and(|length| next.seconds >= options.start + length) {
                self.result.is_cut = true;
                return Ok(());
            }
            let name = self.name;
            view.show(name, &next, |picture| self.push(picture))?;
            advance(bar, self.check.frames(), next.seconds - options.start);
        }
    }

    fn interrupted(&self) -> Failure {
        let advice = "the frames before it are valid; scan it again for the rest";
        Failure::new(self.name, "interrupted", advice)
    }

    /// Analyses a picture.
    fn push(&mut self, next: &Picture<'_>) -> Result<(), Failure> {
        let pushed = match &mut self.table {
            Some(table) => self.check.push_with_table(next, table),
            None => self.check.push(next).map(|()| None),
        };
        let t = pushed.map_err(|error| match error {
            Error::RateTooHigh => Failure::new(
                self.name,
                format!(
                    "it has more than {MAX_FPS} frames in one second, at {:.2} s",
                    next.seconds
                ),
                "make a copy with fewer: ffmpeg -i FILE -vf fps=1000 COPY",
            ),
            error => Failure::rejected(self.name, "a frame", error),
        })?;
        // Repetitions of an animation count for the verdict, but have no rows.
        if self.looped {
            return Ok(());
        }
        let several = self.profiles.list.len() > 1;
        for (profile, report) in self.profiles.list.iter().zip(self.check.reports()) {
            let row = Row::new(profile, several, report, next.seconds, t);
            self.writers.write(&row)?;
            if self.keep_rows {
                self.result.rows.push(row);
            }
        }
        Ok(())
    }

    /// Completes the result and the files of rows.
    fn finish(self) -> Result<(), Failure> {
        self.check.finish(self.result);
        self.writers.finish()?;
        if self.result.frames == 0 {
            return Err(Failure::new(
                self.name,
                "it has no frames in this range of time",
                "use a video, and check --start and --duration",
            ));
        }
        Ok(())
    }
}

fn advance(bar: &ProgressBar, frames: u64, seconds: f64) {
    if bar.is_hidden() || !frames.is_multiple_of(8) {
        return;
    }
    // A bar with a prefix counts milliseconds, others count frames.
    if bar.length().is_some() && !bar.prefix().is_empty() {
        bar.set_position((seconds * 1000.0) as u64);
    } else {
        bar.set_position(frames);
    }
    bar.set_message(format!("{frames}"));
}
