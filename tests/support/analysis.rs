//! What the analyser says of videos, and what the oracle says.

use flashinator::{
    Analyser, AnalyserSettings, Display, Frame, Hazard, Profile, Report, Verdict, Viewing,
};

use super::oracle::rules::Standard;
use super::oracle::{self, Oracle, Row, View};
use super::videos::Video;

/// The profile of a standard.
pub fn profile(standard: Standard) -> Profile {
    Profile::from_name(standard.name()).unwrap()
}

/// The reports on every frame by each of the profiles.
pub fn reports_by_all(video: &Video, settings: &AnalyserSettings<'_>) -> Vec<Vec<Report>> {
    let shape = video.shape();
    let mut memory = vec![0xa5; Analyser::memory_needed(shape, settings).unwrap()];
    let mut analyser = Analyser::new(shape, settings, &mut memory).unwrap();
    let mut reports = vec![Vec::new(); settings.profiles.len()];
    for (i, pixels) in video.frames.iter().enumerate() {
        let frame = Frame::contiguous(shape, pixels).unwrap();
        let first = analyser.push(&frame, video.time(i)).unwrap();
        for (profile, reports) in reports.iter_mut().enumerate() {
            reports.push(analyser.report(profile).unwrap());
        }
        assert_eq!(reports[0][i], first);
    }
    reports
}

/// The reports on every frame by the first profile.
pub fn reports(video: &Video, settings: &AnalyserSettings<'_>) -> Vec<Report> {
    reports_by_all(video, settings).swap_remove(0)
}

/// The oracle's rows of every frame.
pub fn rows(video: &Video, standard: Standard, view: View) -> Vec<Row> {
    let size = [video.width as usize, video.height as usize];
    let mut oracle = Oracle::new(size, standard, view);
    video.seconds().zip(&video.frames).map(|(time, frame)| oracle.frame(time, frame)).collect()
}

/// The settings that say the same as a view.
pub fn settings<'a>(profiles: &'a [Profile], view: &View) -> AnalyserSettings<'a> {
    AnalyserSettings {
        profiles,
        viewing: view.css_width.map_or(Viewing::Default, |width| Viewing::CssWidth(width as f32)),
        pixel_aspect: view.pixel_aspect as f32,
        display: match view.display {
            oracle::light::Display::Srgb => None,
            oracle::light::Display::Bt1886 => Some(Display::Bt1886),
        },
        cell: view.cell.map(|side| side as u32),
        max_fps: 1000,
        ..AnalyserSettings::default()
    }
}

/// Compares reports with the oracle's rows, up to the first that is in doubt; gives the number of those that were
/// compared.
pub fn compare(name: &str, reports: &[Report], rows: &[Row]) -> usize {
    assert_eq!(reports.len(), rows.len());
    let sure = rows.iter().take_while(|row| !row.in_doubt).count();
    for (i, (report, row)) in reports.iter().zip(rows).enumerate() {
        let place = format!("{name}, frame {i}: {report:?} {row:?}");
        assert!((report.luminance - row.luminance).abs() < 0.002, "{place}");
        if i < sure {
            assert_eq!(report.transitions[Hazard::General], row.general, "{place}");
            assert_eq!(report.transitions[Hazard::Red], row.red, "{place}");
            assert_eq!(report.verdict.name(), row.verdict.name(), "{place}");
        }
    }
    sure
}

/// The worst verdict on a video in a view. Every frame is compared with the oracle, and none may be in doubt.
pub fn judge_in(name: &str, video: &Video, standard: Standard, view: View) -> Verdict {
    let reports = reports(video, &settings(&[profile(standard)], &view));
    let rows = rows(video, standard, view);
    let name = format!("{name}, {}", standard.name());
    assert_eq!(compare(&name, &reports, &rows), rows.len(), "{name} is in doubt");
    reports.iter().map(|report| report.verdict).max().unwrap()
}

/// The same in the default view.
pub fn judge(name: &str, video: &Video, standard: Standard) -> Verdict {
    judge_in(name, video, standard, View::default())
}
