//! The check of one video, picture by picture.

use crate::chart::Chart;
use crate::flashing::FlashingSpans;
use crate::profiles::{Profiles, in_picture, viewing_of_part};
use crate::result::ScanResult;
use crate::settings::{Settings, Video, timestamp};
use crate::thumbnail::{Mask, RecentFrames, Thumbnails};
use flashinator::{
    Analyser, AnalyserSettings, Display, Error, Frame, Incident, Rectangle, Report, Severity,
    Shape, TTable, Timestamp, Verdict, Worst,
};

/// The most frames a second that are judged.
pub const MAX_FPS: u32 = 1000;

/// Incidents of each profile whose details are kept.
const MAX_INCIDENTS: u32 = 4096;

/// What is shown at a time: a picture on each background.
pub struct Picture<'a> {
    /// The picture on each background.
    pub frames: &'a [Frame<'a>],
    /// Seconds from the beginning.
    pub seconds: f64,
    /// The same time, as precisely as the input gives it.
    pub time: Timestamp,
    /// How long it is shown in seconds, if that is known.
    pub duration: Option<f64>,
}

/// Judges pictures, and keeps what is told of them.
pub struct Check {
    crop: Option<Rectangle>,
    /// For each background.
    analysers: Vec<Analyser<Vec<u8>>>,
    /// For each background.
    followed: Vec<Followed>,
    /// For each profile.
    charts: Vec<Chart>,
    /// On the last picture, for each profile.
    reports: Vec<Report>,
    clock: Clock,
    pace: Pace,
    frames: u64,
    /// When the first picture is shown, and the last of the first round, in seconds.
    first: f64,
    last: f64,
    /// When the last picture is shown, in seconds of its round.
    seconds: f64,
    /// The end of the last picture in seconds.
    end: f64,
    looped: bool,
}

/// What is kept of the pictures on one background.
struct Followed {
    /// For each profile.
    spans: Vec<FlashingSpans>,
    recent: RecentFrames,
    /// For each profile, or none.
    thumbnails: Vec<Thumbnails>,
}

impl Check {
    /// A check of pictures on some backgrounds. `ignore` has the parts that are ignored, within the part that is judged.
    /// `pictures` is the number of incidents of each profile that pictures are wanted of, for a page.
    ///
    /// # Errors
    ///
    /// Settings that the library rejects.
    pub fn new(
        settings: &Settings,
        profiles: &Profiles,
        video: &Video,
        ignore: &[Rectangle],
        backgrounds: usize,
        pictures: Option<usize>,
    ) -> Result<Self, Error> {
        let full = video.shape;
        let part = match settings.crop {
            Some(part) => Shape::new(full.format(), part.width, part.height)?,
            None => full,
        };
        let pixel_aspect = settings.pixel_aspect.unwrap_or(video.pixel_aspect);
        let list = profiles.for_part(full, part, pixel_aspect);
        // RGB is made for sRGB.
        let display = video.was_rgb.then_some(Display::Srgb);
        let analyser_settings = AnalyserSettings {
            profiles: &list,
            viewing: viewing_of_part(settings.width, full, part),
            pixel_aspect,
            display: settings.display.or(display),
            // Most of this memory is never touched at usual frame rates.
            max_fps: MAX_FPS,
            matrix: video.matrix,
            range: video.judged_range(),
            curve: video.curve,
            primaries: video.primaries,
            ignore,
            max_incidents: MAX_INCIDENTS,
            ..AnalyserSettings::default()
        };
        let followed = || Followed {
            spans: list.iter().map(|_| FlashingSpans::new(MAX_INCIDENTS)).collect(),
            recent: RecentFrames::new(video.matrix, video.judged_range()),
            thumbnails: match pictures {
                Some(most) => list.iter().map(|_| Thumbnails::new(most)).collect(),
                None => Vec::new(),
            },
        };
        Ok(Self {
            crop: settings.crop,
            analysers: (0..backgrounds)
                .map(|_| Analyser::with_owned_memory(part, &analyser_settings))
                .collect::<Result<_, _>>()?,
            followed: (0..backgrounds).map(|_| followed()).collect(),
            charts: list.iter().map(|_| Chart::default()).collect(),
            reports: Vec::new(),
            clock: Clock { last: None, offset: 0.0 },
            pace: Pace::default(),
            frames: 0,
            first: 0.0,
            last: 0.0,
            seconds: 0.0,
            end: 0.0,
            looped: false,
        })
    }

    /// Judges the next picture.
    ///
    /// # Errors
    ///
    /// A picture that the library rejects. What was judged before stays.
    pub fn push(&mut self, picture: &Picture<'_>) -> Result<(), Error> {
        self.push_and(picture, None).map(|_| ())
    }

    /// Judges the next picture, and gives its value in a T table: that of the first background.
    ///
    /// # Errors
    ///
    /// As [`Check::push`].
    pub fn push_with_table(
        &mut self,
        picture: &Picture<'_>,
        table: &mut TTable<'_, Vec<u8>>,
    ) -> Result<Option<f64>, Error> {
        self.push_and(picture, Some(table))
    }

    fn push_and(
        &mut self,
        picture: &Picture<'_>,
        mut table: Option<&mut TTable<'_, Vec<u8>>>,
    ) -> Result<Option<f64>, Error> {
        let time = self.clock.tick(picture.seconds, picture.time);
        let mut t = None;
        for (analyser, frame) in self.analysers.iter_mut().zip(picture.frames) {
            let frame = match self.crop {
                Some(part) => frame.crop(part)?,
                None => *frame,
            };
            match table.take() {
                Some(table) => {
                    let (row, _) = analyser.push_with_table(table, &frame, time)?;
                    t = row.map(|row| row.value);
                }
                None => {
                    analyser.push(&frame, time)?;
                }
            }
        }
        if self.frames == 0 {
            self.first = picture.seconds;
        }
        self.frames += 1;
        // Without a duration of its own a frame is taken to be shown as long as the one before.
        let duration = picture.duration.unwrap_or(picture.seconds - self.seconds);
        self.end = self.clock.offset + picture.seconds + duration.max(0.0);
        if !self.looped {
            self.pace.push(picture.seconds);
            self.last = picture.seconds;
        }
        self.seconds = picture.seconds;
        for ((analyser, frame), followed) in
            self.analysers.iter_mut().zip(picture.frames).zip(&mut self.followed)
        {
            followed.push(analyser, frame, self.crop);
        }
        self.reports = (0..self.charts.len()).map(|index| self.report(index)).collect();
        for (chart, report) in self.charts.iter_mut().zip(&self.reports) {
            chart.push(self.clock.offset + picture.seconds, report);
        }
        Ok(t)
    }

    /// The worst report on the last picture by a profile.
    fn report(&self, profile: usize) -> Report {
        let reports = self.analysers.iter().filter_map(|analyser| analyser.report(profile));
        // The first of those that are equally bad.
        let worst = reports.reduce(|a, b| if severity(&b) > severity(&a) { b } else { a });
        debug_assert!(worst.is_some(), "a report for every profile");
        let mut report = worst.unwrap_or_default();
        let Report { worst: Worst { field, .. }, flashing, pattern, .. } = &mut report;
        move_to_picture([field, flashing, &mut pattern.bounds], self.crop);
        report
    }

    /// The reports on the last picture, for each profile.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// The number of pictures so far.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// The end of the last picture in seconds, repetitions included.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.end
    }

    /// Begins another round of an animation: the times of the pictures to come begin anew. Tells whether the round before
    /// took any time.
    pub fn repeat(&mut self) -> bool {
        let has_grown = self.end > self.clock.offset;
        if has_grown {
            self.clock.offset = self.end;
            self.looped = true;
        }
        has_grown
    }

    /// Writes what was found so far into a result, but for the pictures.
    pub fn fill(&self, result: &mut ScanResult) {
        result.frames = self.frames;
        result.start = self.first;
        result.end = self.last;
        result.length = self.end - self.first;
        result.looped = self.looped;
        result.rate = self.pace.rate();
        for (index, one) in result.profiles.iter_mut().enumerate() {
            let Some(number) = self.worst_background(index) else { continue };
            let analyser = &self.analysers[number];
            one.summary = analyser.summary(index).unwrap_or_default();
            let Report { worst: Worst { field, .. }, flashing, pattern, .. } =
                &mut one.summary.worst;
            move_to_picture([field, flashing, &mut pattern.bounds], self.crop);
            let whole = |mut incident: Incident| {
                let Incident { worst: Worst { field, .. }, flashing, pattern, .. } = &mut incident;
                move_to_picture([field, flashing, &mut pattern.bounds], self.crop);
                incident
            };
            one.incidents = analyser.incidents(index).map(whole).collect();
            one.spans = self.followed[number].spans[index].kept().to_vec();
            debug_assert_eq!(one.spans.len(), one.incidents.len(), "a span for each");
            one.chart = self.charts[index].clone();
        }
    }

    /// Writes what was found into a result, with the pictures.
    pub fn finish(mut self, result: &mut ScanResult) {
        self.fill(result);
        for (index, one) in result.profiles.iter_mut().enumerate() {
            let Some(number) = self.worst_background(index) else { continue };
            let thumbnails = self.followed[number].thumbnails.get_mut(index);
            one.pictures = thumbnails.map(Thumbnails::take).unwrap_or_default();
        }
    }

    /// The background on which the video is worst by a profile: the first of those that are equally bad.
    fn worst_background(&self, profile: usize) -> Option<usize> {
        let worst = |analyser: &Analyser<Vec<u8>>| {
            analyser.summary(profile).map(|summary| severity(&summary.worst))
        };
        let all = self.analysers.iter().map(worst).enumerate();
        all.reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(number, _)| number)
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
            time = timestamp(self.offset + seconds);
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
