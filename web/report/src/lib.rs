//! The check of the command and its report, as a WebAssembly module for the page in `web/app`.
//!
//! The module imports nothing. The page writes JSON or the pixels of a frame where [`report_input`] says, calls a
//! function, and reads an answer, which is text, where [`report_answer`] says. A function gives 1 if it did what it was
//! asked to do; otherwise the answer says why not.

use flashinator::{
    Curve, Error, Format, Frame, Matrix, Plane, Primaries, Range, Shape, Verdict, Viewing,
};
use flashinator_report::profiles::PROFILES;
use flashinator_report::settings::timestamp;
use flashinator_report::{
    Check, Picture, Profiles, Row, ScanResult, Settings, Video, page, summary, words,
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::cell::RefCell;

/// Frames to come, all of one size and format.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Opening {
    /// The name of the input.
    name: String,
    profile: String,
    /// How wide the picture is shown in CSS pixels; 0 for the default.
    css_width: f32,
    width: u32,
    height: u32,
    pixel_aspect: f32,
    /// The name of a format in WebCodecs, or of packed gray or RGB.
    format: String,
    color_space: ColorSpace,
}

/// What WebCodecs says of colours; `None` where it says nothing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ColorSpace {
    matrix: Option<String>,
    full_range: Option<bool>,
    transfer: Option<String>,
    primaries: Option<String>,
}

/// What is known when there are no more frames.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    /// Why not all of the input was judged.
    failure: Option<String>,
    title: Option<String>,
    /// What is worth telling about how the input was read.
    notes: Vec<String>,
}

#[derive(Default)]
struct State {
    input: Vec<u8>,
    /// The offset and the stride of each plane.
    planes: [(usize, isize); 3],
    answer: String,
    /// Of the bytes of the file so far.
    hasher: Option<Sha256>,
    settings: Settings,
    profiles: Option<Profiles>,
    current: Option<Current>,
    /// Parts of the input, each of one size and format.
    done: Vec<ScanResult>,
}

/// What is checked.
struct Current {
    check: Check,
    shape: Shape,
    result: ScanResult,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Calls a function of the state, and keeps its answer.
fn call(function: impl FnOnce(&mut State) -> Result<String, String>) -> u32 {
    STATE.with_borrow_mut(|state| {
        let answer = function(state);
        let is_done = answer.is_ok();
        state.answer = answer.unwrap_or_else(|problem| problem);
        is_done.into()
    })
}

/// Where the next input, which has this length, is to be written. It stays there until this is called again.
#[unsafe(no_mangle)]
pub extern "C" fn report_input(bytes: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        state.input.resize(bytes, 0);
        state.input.as_mut_ptr()
    })
}

/// Where the last answer is, in UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn report_answer() -> *const u8 {
    STATE.with_borrow(|state| state.answer.as_ptr())
}

/// How many bytes the last answer has.
#[unsafe(no_mangle)]
pub extern "C" fn report_answer_length() -> usize {
    STATE.with_borrow(|state| state.answer.len())
}

/// Begins the check of frames, which the input describes. Those before, of another size, stay a part of the report.
#[unsafe(no_mangle)]
pub extern "C" fn report_open() -> u32 {
    call(|state| {
        let opening: Opening = read(&state.input)?;
        let video = opening.video()?;
        if !PROFILES.iter().any(|known| known.name == opening.profile) {
            return Err(format!("there is no profile {}", opening.profile));
        }
        let profiles = Profiles::named(&[&opening.profile], false);
        let width = match opening.css_width {
            0.0 => Viewing::Default,
            pixels => Viewing::CssWidth(pixels),
        };
        let settings = Settings { width, backgrounds: vec![[255; 3]], ..Settings::default() };
        let check = Check::new(&settings, &profiles, &video, &[], 1, Some(page::PICTURES))
            .map_err(|error| error.to_string())?;
        let mut result = ScanResult::new(opening.name, profiles.list.len());
        result.shape = Some(video.shape);
        result.pixels = video.pixels();
        state.end(&Ending::default());
        (state.settings, state.profiles) = (settings, Some(profiles));
        state.current = Some(Current { check, shape: video.shape, result });
        Ok(String::new())
    })
}

/// Says where plane 0, 1 or 2 of the frames to come begins in the input, and how many bytes its rows are apart.
#[unsafe(no_mangle)]
pub extern "C" fn report_plane(plane: usize, offset: usize, stride: isize) {
    STATE.with_borrow_mut(|state| {
        if let Some(place) = state.planes.get_mut(plane) {
            *place = (offset, stride);
        }
    });
}

/// Judges the frame in the input, shown at a time in seconds, and for how long if that is not below 0. The answer is its
/// row as JSON.
#[unsafe(no_mangle)]
pub extern "C" fn report_push(seconds: f64, duration: f64) -> u32 {
    call(|state| {
        let (Some(current), Some(profiles)) = (&mut state.current, &state.profiles) else {
            return Err("there is no check; open one first".to_owned());
        };
        let planes = state.planes.map(|(offset, stride)| Plane {
            data: state.input.get(offset..).unwrap_or_default(),
            stride,
        });
        let told = |error: Error| error.to_string();
        let planes = planes.get(..current.shape.planes()).unwrap_or_default();
        let frame = Frame::new(current.shape, planes).map_err(told)?;
        let picture = Picture {
            frames: &[frame],
            seconds,
            time: timestamp(seconds),
            duration: (duration >= 0.0).then_some(duration),
        };
        current.check.push(&picture).map_err(told)?;
        let (profile, report) = (profiles.list.first(), current.check.reports().first());
        let row =
            profile.zip(report).map(|(one, report)| Row::new(one, false, report, seconds, None));
        serde_json::to_string(&row).map_err(|error| error.to_string())
    })
}

/// Begins another round of an animation: the times of the frames to come begin anew.
#[unsafe(no_mangle)]
pub extern "C" fn report_repeat() {
    STATE.with_borrow_mut(|state| {
        if let Some(current) = &mut state.current {
            current.check.repeat();
        }
    });
}

/// Takes the input as the next bytes of the file that is checked, for its SHA-256.
#[unsafe(no_mangle)]
pub extern "C" fn report_hash() {
    STATE.with_borrow_mut(|state| {
        state.hasher.get_or_insert_with(Sha256::new).update(&state.input);
    });
}

/// What is found so far, as JSON, in the words of the page.
#[unsafe(no_mangle)]
pub extern "C" fn report_so_far() -> u32 {
    call(|state| {
        let State { current, profiles, settings, done, .. } = state;
        let profiles = profiles.as_ref().ok_or("there is no check; open one first")?;
        if let Some(Current { check, result, .. }) = current {
            check.fill(result);
            result.limits = words::limits(result, profiles, settings);
        }
        let all: Vec<_> =
            done.iter().chain(current.iter().map(|current| &current.result)).collect();
        let worst = all.iter().copied().max_by_key(|result| badness(result));
        let one = worst.ok_or("no frame was judged")?;
        let incidents = all.iter().flat_map(|result| page::incident_rows(result, profiles));
        Ok(json!({
            "verdict": one.verdict_name(),
            "class": page::class(one),
            "heading": words::heading(one),
            "advice": words::advice(one, profiles),
            "sentence": words::sentence(one, profiles),
            "frames": all.iter().map(|result| result.frames).sum::<u64>(),
            "incidents": incidents.collect::<Vec<_>>(),
        })
        .to_string())
    })
}

/// Ends the check; the input has what is known at the end, as JSON: `failure`, `title` and `notes`.
#[unsafe(no_mangle)]
pub extern "C" fn report_finish() -> u32 {
    call(|state| {
        let ending: Ending = read(&state.input)?;
        state.end(&ending);
        Ok(String::new())
    })
}

/// The page of what was checked, on a day that is counted from 1970-01-01.
#[unsafe(no_mangle)]
pub extern "C" fn report_page(day: i32) -> u32 {
    call(|state| {
        let profiles = state.profiles.as_ref().ok_or("there is no check; open one first")?;
        Ok(page::page(&state.done, profiles, day.into()))
    })
}

/// The summary as the command writes it for `--json`.
#[unsafe(no_mangle)]
pub extern "C" fn report_summary() -> u32 {
    call(|state| {
        let profiles = state.profiles.as_ref().ok_or("there is no check; open one first")?;
        Ok(summary::json(&state.done, profiles, &state.settings))
    })
}

impl State {
    /// Ends what is checked, if anything is.
    fn end(&mut self, ending: &Ending) {
        let (Some(profiles), Some(Current { check, mut result, .. })) =
            (&self.profiles, self.current.take())
        else {
            return;
        };
        check.finish(&mut result);
        result.failure.clone_from(&ending.failure);
        result.title.clone_from(&ending.title);
        result.hash = self
            .hasher
            .take()
            .map(|hasher| hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        result.notes.clone_from(&ending.notes);
        result.limits = words::limits(&result, profiles, &self.settings);
        self.done.push(result);
    }
}

impl Opening {
    /// The pixels. What is not said is taken as the package takes it: BT.709 from 720 lines on, BT.601 below.
    fn video(&self) -> Result<Video, String> {
        let format = format(&self.format).ok_or(format!("there is no format {}", self.format))?;
        let shape =
            Shape::new(format, self.width, self.height).map_err(|error| error.to_string())?;
        let ColorSpace { matrix, full_range, transfer, primaries } = &self.color_space;
        Ok(Video {
            shape,
            pixel_aspect: self.pixel_aspect,
            matrix: match matrix.as_deref() {
                Some("bt470bg" | "smpte170m") => Matrix::Bt601,
                Some("bt709") => Matrix::Bt709,
                Some("bt2020-ncl") => Matrix::Bt2020,
                _ if self.height < 720 => Matrix::Bt601,
                _ => Matrix::Bt709,
            },
            range: match full_range {
                Some(true) => Range::Full,
                _ if format.is_yuv() => Range::Limited,
                _ => Range::Full,
            },
            curve: match transfer.as_deref() {
                Some("pq") => Curve::Pq,
                Some("hlg") => Curve::Hlg,
                _ => Curve::Sdr,
            },
            primaries: match primaries.as_deref() {
                Some("bt2020") => Primaries::Bt2020,
                _ => Primaries::Bt709,
            },
            was_rgb: false,
        })
    }
}

/// The format that has a name in WebCodecs, or that of packed gray or RGB.
fn format(name: &str) -> Option<Format> {
    Some(match name {
        "GRAY8" => Format::Gray8,
        "RGB24" => Format::Rgb24,
        "RGBA" | "RGBX" => Format::Rgba,
        "BGRA" | "BGRX" => Format::Bgra,
        "I420" | "I420A" => Format::I420,
        "NV12" => Format::Nv12,
        "I422" => Format::I422,
        "I444" => Format::I444,
        "I420P10" => Format::I420P10,
        "I422P10" => Format::I422P10,
        "I444P10" => Format::I444P10,
        "I420P12" => Format::I420P12,
        "I422P12" => Format::I422P12,
        "I444P12" => Format::I444P12,
        _ => return None,
    })
}

fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| error.to_string())
}

/// How bad a part of the input is.
fn badness(result: &ScanResult) -> (Verdict, u32) {
    let worst = result.profiles.iter().map(|one| one.summary.worst.transitions.max());
    (result.verdict(), worst.max().unwrap_or(0))
}
