//! The command line.

use crate::input::{Background, DecoderKind, InputOptions};
use crate::interrupt::Stop;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use flashinator::{
    Curve, Display, Format, Gray, Matrix, Primaries, Range, Rectangle, Transfer, Viewing,
};
use flashinator_report::Settings;
use flashinator_report::profiles::{PROFILES, ProfileName};
use std::path::PathBuf;

/// Tells whether a video flashes dangerously, where, and by how much.
#[derive(Debug, Parser)]
#[command(name = "flashinator", version, after_help = FIRST_EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tells whether videos flash dangerously, and where
    ///
    /// Every frame is judged by the flashes of the last second, by WCAG 2.2 or another standard. The exit status
    /// is 0 if all videos pass, with or without a warning, 1 if one fails, and 2 if one could not be analysed to
    /// its end.
    #[command(after_help = SCAN_EXAMPLES, after_long_help = format!("{SCAN_EXAMPLES}\n\n{SCAN_REFERENCE}"))]
    Scan(Box<ScanArgs>),
    /// Prints the T table: how much each frame differs from the previous one
    ///
    /// A row has the mean of the five largest rises of luminance of any pixel, the mean of the five largest
    /// falls, and whichever is larger in magnitude as the value of the frame.
    #[command(after_help = TABLE_EXAMPLES)]
    Table(TableArgs),
    /// Prints the completions of a shell
    Completions { shell: Shell },
    /// Prints the manual page of the program or of a command, in roff
    Man { command: Option<String> },
}

const FIRST_EXAMPLES: &str = "Examples:
  flashinator scan clip.mp4                       does it flash dangerously?
  flashinator scan clip.mp4 --report clip.html    where does it flash, and why?
  flashinator help scan                           all options of a scan";

const SCAN_EXAMPLES: &str = "Examples:
  flashinator scan clip.mp4
  flashinator scan clip.mp4 --report clip.html
  flashinator scan banner.gif assets/ --strict
  flashinator scan clip.mp4 --profile bt1702 --csv rows.csv --json summary.json
  flashinator scan clip.mp4 --profile wcag22,bt1702 --width 1920px
  flashinator scan clip.mp4 --start 60 --duration 30 --ignore 200x80+1060+20
  flashinator scan clip.mp4 --thresholds house.toml
  flashinator scan frame_%04d.png --fps 25
  flashinator scan game.rgb --raw rgb24 --size 1280x720 --fps 60
  ffmpeg -i rtsp://camera/1 -f yuv4mpegpipe - | flashinator scan - --jsonl -";

const SCAN_REFERENCE: &str = "Columns of --csv, and fields of --jsonl:
  profile               the profile, if there are several
  frame, time           the number of the frame from 0, and when it is shown in seconds
  luminance             the mean luminance of the picture; 1 is white
  general_transitions   counted transitions in the last second; a flash is two
  red_transitions       the same, of saturated red
  verdict               pass, warning, extended-warning or fail
  t                     the value of the T table
  hazard                general, red or pattern
  area                  the part of the worst field that has this count
  x, y, width, height   the box around what flashes, in pixels
  pattern_area, pattern_pairs, pattern_motion, pattern_verdict
                        the regular pattern, where a profile looks for any

Keys of a file for --thresholds, in TOML, with the values of wcag22:
  min_step = 0.1           the smallest change of luminance that is a transition
  dark_limit = 0.8         the darker end must be below this; inf for no limit
  min_contrast = inf       above it, the smallest Michelson contrast that is a transition
  white = 1                the luminance of white: 1, or cd/m²
  reference_white = 203    the cd/m² of high dynamic range that count as white
  light = \"display\"        or \"ofcom-note\"
  yuv_display = \"srgb\"     or \"bt1886\"
  red_min_distance = 0.2   a red transition exceeds this in CIE 1976 u'v'
  red_min_difference       instead: it exceeds this in (R-G-B)*320, the rule of WCAG 2.1
  saturation = 0.8         the smallest R/(R+G+B) of a saturated red
  longest = inf            the longest time that a transition may take, in seconds
  together = 0.02          what changes within this time is one transition, in seconds
  field = [341, 256]       the field in CSS pixels, or \"picture\"
  min_area = 0.25          more than this part of a field must flash; 0 for any part
  fit = [1024, 768]        CSS pixels that the picture is fitted into without --width
  warn_transitions = 4     transitions in a second that are a warning
  max_transitions = 6      the most transitions in a second that do not fail
  extended = true          whether long warnings become an extended-warning
  patterns = false         whether regular patterns are looked for";

const TABLE_EXAMPLES: &str = "Examples:
  flashinator table clip.mp4
  flashinator table frames.npy --npy table.npy
  flashinator table frames.rgb --raw rgb24 --size 1280x720 --fps 25
  flashinator table frames.yuv --raw p010le --size 3840x2160 --curve pq --range limited
  flashinator table clip.mp4 --crop 1920x800+0+140 --ignore 200x80+1640+180
  ffmpeg -i clip.mp4 -f yuv4mpegpipe - | flashinator table -";

#[derive(Debug, ClapArgs)]
pub struct TableArgs {
    /// A .npy array of frames, (F,H,W,3) or (F,H,W) of uint8; a .y4m file, or - for Y4M on standard input;
    /// raw frames with --raw; or any video that ffmpeg can decode
    pub input: PathBuf,

    #[command(flatten)]
    pub raw: RawArgs,

    /// Print a JSON array instead of CSV
    #[arg(long)]
    pub json: bool,

    /// Also write the values to a .npy file, float64 of shape (F-1, 1)
    #[arg(long, value_name = "OUT")]
    pub npy: Option<PathBuf>,

    #[command(flatten)]
    pub frame: FrameArgs,
}

/// How frames without a header are read.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Raw frames and .npy")]
pub struct RawArgs {
    /// Read raw frames without a header, in one of FFmpeg's pixel formats: gray, rgb24, bgra, gbrp, yuv420p,
    /// nv12, yuv420p10le, p010le ... (any other word prints the whole list)
    #[arg(long, value_name = "FORMAT", requires = "size", value_parser = format)]
    pub raw: Option<Format>,

    /// The size of raw frames
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size, requires = "raw")]
    pub size: Option<(u32, u32)>,

    /// Frames per second of raw frames and .npy
    #[arg(long, value_name = "RATE", default_value = "25", value_parser = fps)]
    pub fps: f64,
}

impl RawArgs {
    /// Options for [`crate::input::open`]. `native` keeps the pixel format of the decoder.
    pub fn input_options(&self, native: bool) -> InputOptions {
        let Self { raw, size, fps } = *self;
        InputOptions {
            raw,
            size,
            fps,
            native,
            start: 0.0,
            duration: None,
            stream: None,
            decoder: DecoderKind::default(),
            stop: Stop::default(),
        }
    }
}

#[derive(Debug, ClapArgs)]
pub struct ScanArgs {
    /// Videos, animated GIF, PNG and WebP, .y4m and .npy files, numbered pictures (frame_%04d.png), URLs, folders of
    /// these, or - for standard input
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,

    /// The standard to judge by; separate several by commas
    #[arg(long = "profile", value_name = "PROFILE,...", value_delimiter = ',', default_value = "wcag22",
        value_parser = PossibleValuesParser::new(PROFILES.iter().map(profile_value)))]
    pub profiles: Vec<String>,

    /// A TOML file with thresholds that replace those of the profile
    #[arg(long, value_name = "FILE")]
    pub thresholds: Option<PathBuf>,

    /// Look for regular patterns, such as stripes, by ITU-R BT.1702 under every profile [default: under bt1702 and ofcom]
    #[arg(long)]
    pub patterns: bool,

    /// How wide the picture is shown, in CSS pixels, 1920px, or in degrees of the visual field, 56deg
    /// [default: fitted into 1024x768 CSS pixels, for trace24 into 1920x1080]
    #[arg(long, value_name = "WIDTH", value_parser = viewing)]
    pub width: Option<Viewing>,

    /// The width of a pixel divided by its height, for pixels that are not square: 64:45 or 1.422
    /// [default: as the input says]
    #[arg(long, value_name = "RATIO", value_parser = pixel_aspect)]
    pub pixel_aspect: Option<f32>,

    /// The matrix from luma and chroma to RGB: bt601, bt709 or bt2020 [default: as the input says; if it does not, bt709 for
    /// 720 lines and more, else bt601]
    #[arg(long, value_name = "MATRIX", value_parser = matrix)]
    pub matrix: Option<Matrix>,

    /// The range of codes, full or limited, for YUV and gray [default: as the input says; if it does not, limited for
    /// YUV and full for gray]
    #[arg(long, value_name = "RANGE", value_parser = range)]
    pub range: Option<Range>,

    /// The transfer function [default: as the input says; if it does not, sdr]
    #[arg(long, value_enum, value_name = "CURVE")]
    pub curve: Option<CurveArg>,

    /// The primaries: which colours red, green and blue are [default: as the input says; if it does not, bt2020 for pq, hlg and
    /// the matrix of bt2020, else bt709]
    #[arg(long, value_enum, value_name = "PRIMARIES")]
    pub primaries: Option<PrimariesArg>,

    /// What transparent pixels are laid on: white, black, a colour such as #20a0ff, or both, which judges the video on
    /// white and on black and takes the worse
    #[arg(long, value_name = "COLOUR", default_value = "white", value_parser = background)]
    pub background: BackgroundArg,

    /// Judge interlaced video frame by frame instead of field by field
    #[arg(long)]
    pub no_deinterlace: bool,

    /// Which video stream to judge, from 0, or all [default: the default stream of the file, or the first]
    #[arg(long, value_name = "N|all", value_parser = stream)]
    pub stream: Option<StreamArg>,

    /// The display that video of standard dynamic range is made for [default: srgb, and bt1886 for YUV under bt1702]
    #[arg(long, value_enum, value_name = "DISPLAY")]
    pub display: Option<DisplayArg>,

    /// Analyse only a part of the picture
    #[arg(long, value_name = "WIDTHxHEIGHT+X+Y", value_parser = rectangle)]
    pub crop: Option<Rectangle>,

    /// Ignore a part of the picture, such as a logo; up to 16 times
    #[arg(long, value_name = "WIDTHxHEIGHT+X+Y", value_parser = rectangle)]
    pub ignore: Vec<Rectangle>,

    /// Begin at this time: seconds, 62.5, or 1:02.5
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds)]
    pub start: f64,

    /// Stop after this much of the video: seconds, 62.5, or 1:02.5
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub duration: Option<f64>,

    #[command(flatten)]
    pub raw: RawArgs,

    #[command(flatten)]
    pub outputs: OutputArgs,
}

impl ScanArgs {
    /// How videos are judged.
    pub fn settings(&self) -> Settings {
        Settings {
            width: self.width.unwrap_or_default(),
            pixel_aspect: self.pixel_aspect,
            backgrounds: self.background.list(),
            no_deinterlace: self.no_deinterlace,
            matrix: self.matrix,
            range: self.range,
            curve: self.curve.map(Into::into),
            primaries: self.primaries.map(Into::into),
            display: self.display.map(Into::into),
            start: self.start,
            duration: self.duration,
            crop: self.crop,
            ignore: self.ignore.clone(),
        }
    }
}

/// What is behind pictures with alpha.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BackgroundArg {
    One(Background),
    /// White and black.
    Both,
}

impl BackgroundArg {
    /// The colours.
    pub fn list(self) -> Vec<Background> {
        match self {
            Self::One(color) => vec![color],
            Self::Both => vec![[255; 3], [0; 3]],
        }
    }
}

/// A video stream, or all of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StreamArg {
    One(usize),
    All,
}

/// What is reported, and where.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write a web page that shows where the video flashes, and why
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,

    /// Write a row for every frame as CSV
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,

    /// Write the summary as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,

    /// Write a line of JSON for every frame, as soon as it is judged
    #[arg(long, value_name = "FILE")]
    pub jsonl: Option<PathBuf>,

    /// Write the same rows as tags of frames, in the form of ffprobe -show_frames -of xml, named lavfi.flashinator.*
    #[arg(long, value_name = "FILE")]
    pub xml: Option<PathBuf>,

    /// Write the incidents as an edit decision list, CMX3600, for editing programs
    #[arg(long, value_name = "FILE.edl")]
    pub edl: Option<PathBuf>,

    /// Write the results as JUnit XML, for build servers
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,

    /// When to print colours [default: auto, on a terminal unless NO_COLOR is set]
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true
    )]
    pub color: ColorArg,

    /// Exit with status 1 for a warning too
    #[arg(long)]
    pub strict: bool,

    /// Print only errors, and a line for each input that fails
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Also print how the video was read and judged
    #[arg(long, short)]
    pub verbose: bool,
}

/// When colours are printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ColorArg {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// A profile among the possible values.
fn profile_value(profile: &ProfileName) -> PossibleValue {
    PossibleValue::new(profile.name).help(profile.help)
}

/// How codes stand for light.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CurveArg {
    /// Standard dynamic range
    Sdr,
    /// The perceptual quantizer of BT.2100 and SMPTE ST 2084
    Pq,
    /// Hybrid log-gamma of BT.2100, on a display of 1000 cd/m²
    Hlg,
}

impl CurveArg {
    /// FFmpeg's name of the transfer function.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Sdr => "bt709",
            Self::Pq => "smpte2084",
            Self::Hlg => "arib-std-b67",
        }
    }
}

/// The colours that red, green and blue are.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PrimariesArg {
    /// High definition and sRGB
    Bt709,
    /// Ultra high definition and high dynamic range
    Bt2020,
}

impl PrimariesArg {
    /// FFmpeg's name of the primaries.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Bt709 => "bt709",
            Self::Bt2020 => "bt2020",
        }
    }
}

/// The transfer function of a display.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum DisplayArg {
    /// Computers and phones
    Srgb,
    /// Television, gamma 2.4
    Bt1886,
}

impl From<CurveArg> for Curve {
    fn from(curve: CurveArg) -> Self {
        match curve {
            CurveArg::Sdr => Self::Sdr,
            CurveArg::Pq => Self::Pq,
            CurveArg::Hlg => Self::Hlg,
        }
    }
}

impl From<PrimariesArg> for Primaries {
    fn from(primaries: PrimariesArg) -> Self {
        match primaries {
            PrimariesArg::Bt709 => Self::Bt709,
            PrimariesArg::Bt2020 => Self::Bt2020,
        }
    }
}

impl From<DisplayArg> for Display {
    fn from(display: DisplayArg) -> Self {
        match display {
            DisplayArg::Srgb => Self::Srgb,
            DisplayArg::Bt1886 => Self::Bt1886,
        }
    }
}

/// How the pixels of a frame are used.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Frames")]
pub struct FrameArgs {
    /// How RGB becomes gray: mean, bt601, bt709 or bt2020
    #[arg(long, value_name = "GRAY", default_value = "mean", value_parser = gray)]
    pub gray: Gray,

    /// The luminance of gray: table, srgb, bt1886, pq or hlg; bt1886:WHITE:BLACK or hlg:WHITE:BLACK in cd/m²;
    /// or a text file with a number for every code
    #[arg(long, value_name = "CURVE", default_value = "table", value_parser = curve)]
    pub curve: LuminanceSource,

    /// Full or limited range of codes [default: as the input says]
    #[arg(long, value_name = "RANGE", value_parser = range)]
    pub range: Option<Range>,

    /// Analyse only a part of the picture
    #[arg(long, value_name = "WIDTHxHEIGHT+X+Y", value_parser = rectangle)]
    pub crop: Option<Rectangle>,

    /// Ignore a part of the picture, such as a logo; up to 16 times
    #[arg(long, value_name = "WIDTHxHEIGHT+X+Y", value_parser = rectangle)]
    pub ignore: Vec<Rectangle>,
}

/// Where the luminance of codes comes from.
#[derive(Clone, Debug)]
pub enum LuminanceSource {
    Transfer(Transfer),
    File(PathBuf),
}

fn format(text: &str) -> Result<Format, String> {
    // Other names for the same bytes.
    let name = match text.to_ascii_lowercase().as_str() {
        "gray8" => "gray".to_owned(),
        "rgb0" | "rgbx" => "rgba".to_owned(),
        "bgr0" | "bgrx" => "bgra".to_owned(),
        "0rgb" | "xrgb" => "argb".to_owned(),
        "0bgr" | "xbgr" => "abgr".to_owned(),
        "i420" => "yuv420p".to_owned(),
        "i422" => "yuv422p".to_owned(),
        "i444" => "yuv444p".to_owned(),
        other => other.to_owned(),
    };
    let named = |format: &Format| format.name() == name || format.name() == format!("{name}le");
    Format::ALL.into_iter().find(named).ok_or_else(|| {
        let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("the formats are {}", names.join(", "))
    })
}

fn gray(text: &str) -> Result<Gray, String> {
    match text {
        "mean" => Ok(Gray::Mean),
        "bt601" => Ok(Gray::Bt601),
        "bt709" => Ok(Gray::Bt709),
        "bt2020" => Ok(Gray::Bt2020),
        _ => Err("use mean, bt601, bt709 or bt2020".to_owned()),
    }
}

fn background(text: &str) -> Result<BackgroundArg, String> {
    let color = |digits: &str| {
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(BackgroundArg::One([red, green, blue]))
    };
    match text {
        "white" => Ok(BackgroundArg::One([255; 3])),
        "black" => Ok(BackgroundArg::One([0; 3])),
        "both" => Ok(BackgroundArg::Both),
        _ => color(text.strip_prefix('#').unwrap_or(text))
            .ok_or_else(|| "use white, black, both or a colour such as #20a0ff".to_owned()),
    }
}

fn stream(text: &str) -> Result<StreamArg, String> {
    match text {
        "all" => Ok(StreamArg::All),
        _ => text.parse().map(StreamArg::One).map_err(|_| "use a number from 0, or all".to_owned()),
    }
}

fn matrix(text: &str) -> Result<Matrix, String> {
    match text {
        "bt601" => Ok(Matrix::Bt601),
        "bt709" => Ok(Matrix::Bt709),
        "bt2020" => Ok(Matrix::Bt2020),
        _ => Err("use bt601, bt709 or bt2020".to_owned()),
    }
}

fn range(text: &str) -> Result<Range, String> {
    match text {
        "full" => Ok(Range::Full),
        "limited" => Ok(Range::Limited),
        _ => Err("use full or limited".to_owned()),
    }
}

fn curve(text: &str) -> Result<LuminanceSource, String> {
    let mut parts = text.split(':');
    let name = parts.next().unwrap_or_default();
    let default_white = match name {
        "table" | "srgb" | "pq" if name == text => 0.0,
        "bt1886" => 100.0,
        "hlg" => 1000.0,
        _ => return Ok(LuminanceSource::File(text.into())),
    };
    let mut luminance = |default: f64| match parts.next() {
        None => Ok(default),
        Some(number) => number.parse().map_err(|_| format!("{number} is not a luminance in cd/m²")),
    };
    let (white, black) = (luminance(default_white)?, luminance(0.0)?);
    if parts.next().is_some() {
        return Err(format!("{name} takes the luminances of white and black only"));
    }
    let transfer = match name {
        "srgb" => Transfer::Srgb,
        "pq" => Transfer::Pq,
        "bt1886" => Transfer::Bt1886 { white, black },
        "hlg" => Transfer::Hlg { white, black },
        _ => Transfer::Table,
    };
    transfer.fill(Range::Full, &mut [0.0; 256]).map_err(|error| error.to_string())?;
    Ok(LuminanceSource::Transfer(transfer))
}

/// CSS pixels or degrees; a number without a unit is degrees.
fn viewing(text: &str) -> Result<Viewing, String> {
    let number = |text: &str, max: f32| {
        text.trim().parse().ok().filter(|&number: &f32| number > 0.0 && number <= max)
    };
    match text.strip_suffix("px") {
        Some(pixels) => number(pixels, 1e7).map(Viewing::CssWidth),
        None => number(text.strip_suffix("deg").unwrap_or(text), 180.0).map(Viewing::Degrees),
    }
    .ok_or_else(|| {
        "write a width as 1920px, in CSS pixels, or as 56deg, at most 180 degrees".to_owned()
    })
}

fn pixel_aspect(text: &str) -> Result<f32, String> {
    ratio(text, ':')
        .map(|ratio| ratio as f32)
        .filter(|ratio| (0.001..=1000.0).contains(ratio))
        .ok_or_else(|| "write a pixel aspect ratio as 64:45 or 1.422".to_owned())
}

/// A number, or two with a separator between them.
fn ratio(text: &str, separator: char) -> Option<f64> {
    match text.split_once(separator) {
        Some((a, b)) => Some(a.parse::<f64>().ok()? / b.parse::<f64>().ok()?),
        None => text.parse().ok(),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    // Hours and minutes may come before the seconds.
    let parts = text.split(':').map(|part| part.parse::<f64>().ok().filter(|part| *part >= 0.0));
    let seconds = match parts.clone().count() {
        1..=3 => parts.reduce(|sum, part| Some(sum? * 60.0 + part?)).flatten(),
        _ => None,
    };
    seconds
        .filter(|seconds| *seconds < 1e9)
        .ok_or_else(|| "write a time as 62.5, 1:02.5 or 0:01:02.5".to_owned())
}

fn rectangle(text: &str) -> Result<Rectangle, String> {
    let numbers = || {
        let (width, rest) = text.split_once('x')?;
        let (height, rest) = rest.split_once('+')?;
        let (x, y) = rest.split_once('+')?;
        let number = |text: &str| text.parse().ok();
        Some(Rectangle {
            x: number(x)?,
            y: number(y)?,
            width: number(width)?,
            height: number(height)?,
        })
    };
    numbers().ok_or_else(|| "write a part of the picture as 200x80+1060+20".to_owned())
}

fn size(text: &str) -> Result<(u32, u32), String> {
    text.split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .ok_or_else(|| "write a size as 1280x720".to_owned())
}

fn fps(text: &str) -> Result<f64, String> {
    ratio(text, '/')
        .filter(|fps| fps.is_finite() && *fps > 0.0)
        .ok_or_else(|| "write a rate as 25 or 30000/1001".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn widths_have_a_unit() {
        assert_eq!(viewing("1920px"), Ok(Viewing::CssWidth(1920.0)));
        assert_eq!(viewing("56deg"), Ok(Viewing::Degrees(56.0)));
        assert_eq!(viewing("56.5"), Ok(Viewing::Degrees(56.5)));
        for wrong in ["0px", "-1px", "0", "181", "nan", "nanpx", "inf", "1920 pixels", "px", ""] {
            assert!(viewing(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_may_have_minutes_and_hours() {
        let expected: Result<f64, String> = Ok(3662.5);
        for time in ["3662.5", "61:02.5", "1:01:02.5"] {
            assert_eq!(seconds(time), expected, "{time}");
        }
        for wrong in ["", ":", "1:", "1:2:3:4", "-1", "1:-2", "nan", "inf", "1e12", "1.5s"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ratios_of_pixels() {
        assert_eq!(pixel_aspect("64:45"), Ok(64.0 / 45.0));
        assert_eq!(pixel_aspect("2"), Ok(2.0));
        for wrong in ["0", "1:0", "0:0", "-1", "64/45", "1:2:3"] {
            assert!(pixel_aspect(wrong).is_err(), "{wrong}");
        }
    }
}
