//! One input from its first frame to its last.

use super::flashing::FlashingSpans;
use super::profiles::{Profiles, in_picture, viewing_of_part};
use super::result::ScanResult;
use super::rows::{Row, RowWriters};
use super::terminal::Terminal;
use super::thumbnail::{Mask, RecentFrames, Thumbnails};
use super::words;
use crate::args::{FrameArgs, LuminanceSource, ScanArgs, StreamArg};
use crate::failure::Failure;
use crate::frame_config::FrameConfig;
use crate::input::{self, Input, InputOptions, Picture, VideoColor, View, matrix_title};
use crate::interrupt;
use flashinator::{
    Analyser, AnalyserSettings, Curve, Display, Error, Frame, Gray, Incident, Primaries, Range,
    Rectangle, Report, Severity, Shape, TTable, Timestamp, Transfer, Verdict, Viewing, Worst,
};
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

/// What is done with every input.
pub struct ScanJob<'a> {
    pub args: &'a ScanArgs,
    pub profiles: &'a Profiles,
    /// The incidents of each profile that pictures are wanted of, for a page; none without one.
    pub pictures: Option<usize>,
    /// Whether the result has the rows.
    pub keep_rows: bool,
    /// Whether the rows have values of the T table.
    pub table: bool,
}

/// Incidents of each profile whose details are kept.
const MAX_INCIDENTS: u32 = 4096;

/// The most frames a second that are analysed.
const MAX_FPS: u32 = 1000;

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
    result.failure = scan_into(&mut result, (input, stream), job, terminal).err();
    result.limits = words::limits(&result, job.profiles, job.args);
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
    let ScanJob { args, profiles, keep_rows, .. } = *job;
    let options = InputOptions {
        start: args.start,
        duration: args.duration,
        stream,
        ..args.raw.input_options(true)
    };
    let mut input = input::open(input, &options)?;
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
    result.shape = Some(full);
    result.title = source.title();
    result.pixels = pixels(full, &color);
    let assumptions = color.assumptions(full);
    let (curve, primaries) = (color.curve(), color.primaries());
    // RGB is made for sRGB.
    let display = color.was_rgb.then_some(Display::Srgb);
    // The analyser takes gray for full.
    let range = if full.format().is_yuv() { color.range(full) } else { Range::Full };
    let mut backgrounds = args.background.list();
    backgrounds.truncate(if source.has_alpha() { backgrounds.len() } else { 1 });
    let mut view = View::new((matrix, range));
    view.override_color = override_color;
    view.coding = Some((curve, primaries));
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
    let pixel_aspect = args.pixel_aspect.unwrap_or(source.pixel_aspect());
    let list = profiles.for_part(full, part, pixel_aspect);
    let settings = AnalyserSettings {
        profiles: &list,
        viewing: viewing_of_part(args.width.unwrap_or(Viewing::Default), full, part),
        pixel_aspect,
        display: args.display.map(Into::into).or(display),
        // Most of this memory is never touched at usual frame rates.
        max_fps: MAX_FPS,
        matrix,
        range,
        curve,
        primaries,
        ignore: config.ignore(),
        max_incidents: MAX_INCIDENTS,
        ..AnalyserSettings::default()
    };
    let mut analysis = Analysis {
        name: &name,
        config: &config,
        profiles,
        crop: args.crop,
        analysers: backgrounds
            .iter()
            .map(|_| Analyser::with_owned_memory(part, &settings))
            .collect::<Result<_, _>>()
            .map_err(rejected)?,
        every,
        table,
        keep_rows,
        writers: RowWriters::create(&args.outputs, profiles)?,
        followed: backgrounds
            .iter()
            .map(|_| Followed {
                spans: list.iter().map(|_| FlashingSpans::new(MAX_INCIDENTS)).collect(),
                recent: RecentFrames::new(matrix, range),
                thumbnails: match job.pictures {
                    Some(most) => list.iter().map(|_| Thumbnails::new(most)).collect(),
                    None => Vec::new(),
                },
            })
            .collect(),
        clock: Clock { last: None, offset: 0.0 },
        pace: Pace::default(),
        end: 0.0,
        last_seconds: 0.0,
        result,
    };
    let bar = terminal.bar(&name, source.count(), source.duration());
    let mut outcome = analysis.read_to_end(&mut input, &mut view, &options, &bar);
    let mut plays = 1;
    while outcome.is_ok() && plays < input.source.plays() && analysis.end < LOOP_SECONDS {
        if analysis.end <= analysis.clock.offset {
            break;
        }
        plays += 1;
        analysis.clock.offset = analysis.end;
        analysis.result.looped = true;
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
    config: &'a FrameConfig,
    profiles: &'a Profiles,
    crop: Option<Rectangle>,
    /// For each background.
    analysers: Vec<Analyser<Vec<u8>>>,
    /// Of how many frames one is analysed.
    every: u64,
    /// If it is wanted.
    table: Option<TTable<'a, Vec<u8>>>,
    keep_rows: bool,
    writers: RowWriters,
    /// For each background.
    followed: Vec<Followed>,
    clock: Clock,
    pace: Pace,
    /// The end of the last frame in seconds.
    end: f64,
    /// When the last frame is shown, in seconds of the source.
    last_seconds: f64,
    result: &'a mut ScanResult,
}

/// What is kept of the frames on one background.
struct Followed {
    /// For each profile.
    spans: Vec<FlashingSpans>,
    recent: RecentFrames,
    /// For each profile, or none.
    thumbnails: Vec<Thumbnails>,
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
            if interrupt::requested() {
                return Err(self.interrupted());
            }
            let next = match input.source.next() {
                Ok(Some(next)) => next,
                Ok(None) => return Ok(()),
                // An interrupt ends the wait for input with an error.
                Err(_) if interrupt::requested() => return Err(self.interrupted()),
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
            advance(bar, self.result.frames, next.seconds - options.start);
        }
    }

    fn interrupted(&self) -> Failure {
        let advice = "the frames before it are valid; scan it again for the rest";
        Failure::new(self.name, "interrupted", advice)
    }

    /// Analyses a picture.
    fn push(&mut self, next: &Picture<'_>) -> Result<(), Failure> {
        let name = self.name;
        let rejected = |error: Error| Failure::rejected(name, "a frame", error);
        let time = self.clock.tick(next.seconds, next.time);
        let mut t = None;
        for (index, (analyser, frame)) in self.analysers.iter_mut().zip(next.frames).enumerate() {
            let frame = self.config.crop(name, frame)?;
            match &mut self.table {
                Some(table) if index == 0 => {
                    let (row, _) =
                        analyser.push_with_table(table, &frame, time).map_err(rejected)?;
                    t = row.map(|row| row.value);
                }
                _ => {
                    analyser.push(&frame, time).map_err(rejected)?;
                }
            }
        }
        self.result.frames += 1;
        // Without a duration of its own a frame is taken to be shown as long as the one before.
        let duration = next.duration.unwrap_or(next.seconds - self.last_seconds);
        self.end = self.clock.offset + next.seconds + duration.max(0.0);
        if !self.result.looped {
            self.pace.push(next.seconds);
            self.result.end = next.seconds;
        }
        if self.result.frames == 1 {
            self.result.start = next.seconds;
        }
        self.result.length = self.end - self.result.start;
        self.last_seconds = next.seconds;
        for ((analyser, frame), followed) in
            self.analysers.iter_mut().zip(next.frames).zip(&mut self.followed)
        {
            followed.push(analyser, frame, self.crop);
        }
        let several = self.profiles.list.len() > 1;
        for (index, profile) in self.profiles.list.iter().enumerate() {
            let mut worst: Option<Report> = None;
            for analyser in &self.analysers {
                let Some(mut report) = analyser.report(index) else {
                    debug_assert!(false, "a report for every profile");
                    continue;
                };
                let Report { worst: Worst { field, .. }, flashing, pattern, .. } = &mut report;
                move_to_picture([field, flashing, &mut pattern.bounds], self.crop);
                if worst.as_ref().is_none_or(|worst| severity(&report) > severity(worst)) {
                    worst = Some(report);
                }
            }
            let Some(report) = worst else { continue };
            self.result.profiles[index].chart.push(self.clock.offset + next.seconds, &report);
            // Repetitions of an animation count for the verdict, but have no rows.
            if !self.result.looped {
                let row = Row::new(profile, several, &report, next.seconds, t);
                self.writers.write(&row)?;
                if self.keep_rows {
                    self.result.rows.push(row);
                }
            }
        }
        Ok(())
    }

    /// Completes the result and the files of rows.
    fn finish(mut self) -> Result<(), Failure> {
        self.result.rate = self.pace.rate();
        for (index, result) in self.result.profiles.iter_mut().enumerate() {
            let summaries = self.analysers.iter().map(|one| one.summary(index).unwrap_or_default());
            // The first of those that are equally bad.
            let worst = summaries
                .enumerate()
                .reduce(|a, b| if severity(&b.1.worst) > severity(&a.1.worst) { b } else { a });
            let Some((number, summary)) = worst else { continue };
            result.summary = summary;
            let Report { worst: Worst { field, .. }, flashing, pattern, .. } =
                &mut result.summary.worst;
            move_to_picture([field, flashing, &mut pattern.bounds], self.crop);
            let whole = |mut incident: Incident| {
                let Incident { worst: Worst { field, .. }, flashing, pattern, .. } = &mut incident;
                move_to_picture([field, flashing, &mut pattern.bounds], self.crop);
                incident
            };
            result.incidents = self.analysers[number].incidents(index).map(whole).collect();
            let followed = &mut self.followed[number];
            result.spans = followed.spans[index].take();
            debug_assert_eq!(result.spans.len(), result.incidents.len(), "a span for each");
            let thumbnails = followed.thumbnails.get_mut(index);
            result.pictures = thumbnails.map(Thumbnails::take).unwrap_or_default();
        }
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

impl Followed {
    /// Takes the frame that an analyser has taken.
    fn push(
        &mut self,
        analyser: &mut Analyser<Vec<u8>>,
        frame: &Frame<'_>,
        crop: Option<Rectangle>,
    ) {
        let reports: Vec<_> =
            (0..self.spans.len()).map(|index| analyser.report(index).unwrap_or_default()).collect();
        for (spans, report) in self.spans.iter_mut().zip(&reports) {
            spans.push(report);
        }
        if self.thumbnails.is_empty() {
            return;
        }
        match reports.iter().any(|report| report.any_hazard().is_some()) {
            true => self.recent.push(frame),
            false => self.recent.clear(),
        }
        for (index, (thumbnails, report)) in self.thumbnails.iter_mut().zip(&reports).enumerate() {
            thumbnails.push(frame, report, &self.recent, || Mask::new(analyser, index, crop));
        }
    }
}

/// How bad a frame is; an extended warning is worse than a warning.
fn severity(report: &Report) -> (Verdict, Severity) {
    (report.verdict, report.severity())
}

/// Rectangles of the cropped part become rectangles of the picture.
fn move_to_picture(rectangles: [&mut Rectangle; 3], crop: Option<Rectangle>) {
    for rectangle in rectangles {
        *rectangle = in_picture(*rectangle, crop);
    }
}

/// A description of the pixels.
fn pixels(shape: Shape, color: &VideoColor) -> String {
    let (format, range) = (shape.format(), color.range(shape));
    let made_of = if color.was_rgb { " made of RGB" } else { "" };
    let mut parts = vec![format!("{}{made_of}", format.name())];
    if format.is_yuv() {
        parts.push(matrix_title(color.matrix(shape)).to_owned());
    }
    if format.is_yuv() || !format.is_rgb() && range == Range::Limited {
        parts.push(format!("{} range", if range == Range::Full { "full" } else { "limited" }));
    }
    match color.curve() {
        Curve::Sdr => {}
        Curve::Pq => parts.push("PQ".to_owned()),
        Curve::Hlg => parts.push("HLG".to_owned()),
    }
    if color.primaries() == Primaries::Bt2020 {
        parts.push("primaries of BT.2020".to_owned());
    }
    parts.join(", ")
}

/// Makes the times of frames increase: a frame with the time of the one before comes a little later, and the
/// repetitions of an animation come after its end.
struct Clock {
    /// Nanoseconds.
    last: Option<i64>,
    /// Seconds.
    offset: f64,
}

impl Clock {
    fn tick(&mut self, seconds: f64, exact: Timestamp) -> Timestamp {
        let mut time = exact;
        if self.offset > 0.0 {
            time = input::timestamp(self.offset + seconds);
        }
        if let Some(last) = self.last.filter(|&last| time.nanoseconds() <= last) {
            time = Timestamp::from_nanos(last + 1000).unwrap_or(exact);
        }
        self.last = Some(time.nanoseconds());
        time
    }
}

/// Measures whether frames come at a steady rate.
#[derive(Default)]
struct Pace {
    frames: u64,
    first: f64,
    last: f64,
    shortest: f64,
    longest: f64,
}

impl Pace {
    fn push(&mut self, seconds: f64) {
        let interval = seconds - self.last;
        match self.frames {
            0 => self.first = seconds,
            1 => (self.shortest, self.longest) = (interval, interval),
            _ => {
                self.shortest = self.shortest.min(interval);
                self.longest = self.longest.max(interval);
            }
        }
        (self.frames, self.last) = (self.frames + 1, seconds);
    }

    /// Frames a second, if all are as long but for times in milliseconds.
    fn rate(&self) -> Option<f64> {
        if self.frames < 2 || self.shortest <= 0.0 || self.longest - self.shortest > 0.0021 {
            return None;
        }
        let rate = (self.frames - 1) as f64 / (self.last - self.first);
        let known = [24.0 / 1.001, 24.0, 25.0, 30.0 / 1.001, 30.0, 50.0, 60.0 / 1.001, 60.0];
        // Times in milliseconds are off by half of one at both ends.
        let is_near =
            |known: &f64| (rate - known).abs() / known < 1e-3 / (self.last - self.first) + 1e-5;
        Some(known.into_iter().find(is_near).unwrap_or(rate))
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
