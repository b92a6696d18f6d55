//! One input from its first frame to its last.

use super::chart::Chart;
use super::profiles::Rules;
use super::result::ScanResult;
use super::rows::{Row, Writers};
use super::terminal::Terminal;
use super::thumbnail::Thumbnails;
use crate::args::{FrameArgs, LuminanceSource, ScanArgs};
use crate::failure::Failure;
use crate::frame_config::FrameConfig;
use crate::input::{self, InputOptions};
use crate::interrupt;
use flashinator::{
    Analyser, AnalyserSettings, Error, Gray, Matrix, Range, Report, Shape, Summary, TTable,
    Timestamp, Transfer,
};
use indicatif::ProgressBar;
use std::path::Path;

/// What is to be done with every input.
pub struct ScanJob<'a> {
    pub args: &'a ScanArgs,
    pub rules: &'a Rules,
    /// Pictures of incidents are wanted.
    pub pictures: bool,
}

/// Incidents whose details are kept.
const INCIDENTS: u32 = 4096;

/// An animation that is shown again and again is followed for so many seconds.
const REPEATED: f64 = 6.0;

/// Scans one input. Where it fails, what was found before is kept.
pub fn scan(input: &Path, wish: &ScanJob<'_>, terminal: &Terminal) -> ScanResult {
    let name = match input.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => input.display().to_string(),
    };
    let mut found = ScanResult {
        name,
        shape: None,
        summary: Summary::default(),
        incidents: Vec::new(),
        pictures: Vec::new(),
        chart: Chart::default(),
        failure: None,
        repeated: false,
        colours: String::new(),
    };
    found.failure = follow(input, wish, terminal, &mut found).err();
    found
}

fn reading(args: &ScanArgs) -> InputOptions {
    InputOptions { start: args.start, duration: args.duration, ..args.raw.input_options(true) }
}

fn follow(
    input: &Path,
    wish: &ScanJob<'_>,
    terminal: &Terminal,
    found: &mut ScanResult,
) -> Result<(), Failure> {
    let ScanJob { args, rules, .. } = *wish;
    let how = reading(args);
    let mut source = input::open(input, &how)?;
    let whole = source.shape();
    found.shape = Some(whole);
    found.colours = colours(whole, source.matrix(), source.range());
    // The T table looks at the picture in its usual way.
    let config = FrameArgs {
        gray: Gray::Mean,
        curve: LuminanceSource::Transfer(Transfer::Table),
        range: None,
        crop: args.crop,
        ignore: args.ignore.clone(),
    };
    let config = FrameConfig::new(&config, &found.name, whole, source.range())?;
    let shape = config.shape();
    let curve = config.lut();
    let settings = config.table_settings(curve.as_ref());
    let refused = |error| Failure::rejected(&found.name, "this way to look at it", error);
    let mut plane = vec![0; TTable::memory_needed(shape)];
    let mut table = TTable::with(shape, &settings, &mut plane).map_err(refused)?;
    let settings = AnalyserSettings {
        profile: rules.profile,
        viewing: rules.viewing(whole, shape),
        most_frames: 1000,
        matrix: source.matrix(),
        range: source.range(),
        ignore: config.ignore(),
        incidents: INCIDENTS,
        ..AnalyserSettings::default()
    };
    // Of this much more is set aside than is ever touched, at usual rates.
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).map_err(refused)?];
    let mut analyser = Analyser::new(shape, &settings, &mut memory).map_err(refused)?;
    let mut writers = Writers::create(&args.outputs)?;
    let mut pictures = wish.pictures.then(|| Thumbnails::new(source.matrix(), source.range()));
    let bar = terminal.bar(&found.name, source.count(), source.duration());

    let mut clock = Clock { last: None, offset: 0.0 };
    let mut end = 0.0;
    let mut rounds = 0;
    let mut done = Ok(());
    'rounds: loop {
        let mut step = || -> Result<bool, Failure> {
            let interrupted = || {
                let todo = "what was found before stands; scan it again for the rest";
                Failure::new(&found.name, "interrupted", todo)
            };
            if interrupt::requested() {
                return Err(interrupted());
            }
            let picture = match source.next() {
                Ok(Some(picture)) => picture,
                Ok(None) => return Ok(false),
                // Those who wait for input give up then, each with words of its own.
                Err(_) if interrupt::requested() => return Err(interrupted()),
                Err(failure) => return Err(failure),
            };
            if is_left_out(picture.seconds, &how) {
                return Ok(how.duration.is_none_or(|all| picture.seconds < how.start + all));
            }
            let frame = config.crop(&found.name, &picture.frame)?;
            let wrong = |error: Error| Failure::rejected(&found.name, "a frame", error);
            let time = clock.tick(picture.seconds, picture.time);
            // The T table is in the rows and nowhere else.
            let (row, report) = if writers.have_any() {
                analyser.push_with(&mut table, &frame, time).map_err(wrong)?
            } else {
                (None, analyser.push(&frame, time).map_err(wrong)?)
            };
            end = clock.offset + picture.seconds + picture.duration.unwrap_or(0.0);
            if let Some(pictures) = &mut pictures {
                pictures.see(&picture.frame, &report, args.crop);
            }
            // What is shown again has no rows: it is in the verdict.
            if rounds == 0 {
                let seconds = picture.seconds;
                let row = Row::new(&report, seconds, row.map(|row| row.value));
                found.chart.push(&row);
                writers.write(&row)?;
            }
            advance(&bar, &report, picture.seconds - how.start);
            Ok(true)
        };
        loop {
            match step() {
                Ok(true) => {}
                Ok(false) => break,
                Err(failure) => {
                    done = Err(failure);
                    break 'rounds;
                }
            }
        }
        rounds += 1;
        if !source.loops() || end >= REPEATED || end <= clock.offset {
            break;
        }
        clock.offset = end;
        found.repeated = true;
        match input::open(input, &how) {
            Ok(again) => source = again,
            Err(_) => break,
        }
    }
    bar.finish_and_clear();
    found.summary = analyser.summary();
    let kept = (found.summary.incidents as usize).min(INCIDENTS as usize);
    found.incidents = (0..kept).filter_map(|index| analyser.incident(index)).collect();
    found.pictures = pictures.map(Thumbnails::finish).unwrap_or_default();
    if done.is_ok() && found.summary.frames == 0 {
        done = Err(Failure::new(
            &found.name,
            "it has no frames where they were looked for",
            "give a video, and check --start and --duration",
        ));
    }
    done.and(writers.finish())
}

/// What pixels are and how they are taken, in words.
fn colours(shape: Shape, matrix: Matrix, range: Range) -> String {
    let format = shape.format();
    if !format.is_yuv() {
        return format.name().to_owned();
    }
    let matrix = match matrix {
        Matrix::Bt601 => "BT.601",
        Matrix::Bt709 => "BT.709",
        Matrix::Bt2020 => "BT.2020",
    };
    let range = match range {
        Range::Full => "full",
        Range::Limited => "limited",
    };
    format!("{}, {matrix}, {range} range", format.name())
}

/// Whether a frame lies outside the time that is looked at. ffmpeg leaves such frames out itself.
fn is_left_out(time: f64, how: &InputOptions) -> bool {
    time < how.start || how.duration.is_some_and(|duration| time >= how.start + duration)
}

/// Makes times that go on: frames that are shown at the time of the one before are shown a little later, and
/// those of an animation that is shown again after its end.
struct Clock {
    last: Option<i64>,
    offset: f64,
}

impl Clock {
    fn tick(&mut self, seconds: f64, stamp: Timestamp) -> Timestamp {
        let mut time = stamp;
        if self.offset > 0.0 {
            time = input::timestamp(self.offset + seconds);
        }
        if let Some(last) = self.last.filter(|&last| time.nanoseconds() <= last) {
            time = Timestamp::from_nanos(last + 1000).unwrap_or(stamp);
        }
        self.last = Some(time.nanoseconds());
        time
    }
}

fn advance(bar: &ProgressBar, report: &Report, seconds: f64) {
    if bar.is_hidden() || !report.frame.is_multiple_of(8) {
        return;
    }
    // The bar counts milliseconds where the length is known in seconds, and frames where it is not.
    if bar.length().is_some() && !bar.prefix().is_empty() {
        bar.set_position((seconds * 1000.0) as u64);
    } else {
        bar.set_position(report.frame + 1);
    }
    bar.set_message(format!("{}", report.frame + 1));
}
