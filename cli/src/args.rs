//! What the command line takes.

use clap::{Args as ClapArgs, Parser, Subcommand};
use flashinator::{Format, Gray, Range, Rectangle, Transfer};
use std::path::PathBuf;

/// Tells, frame by frame, how much a video flashes.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prints the T table: how each frame differs from the one before
    ///
    /// A row has the mean of the five largest rises of luminance of any pixel, the mean of the five
    /// largest falls, and the one of larger magnitude as the frame's value.
    #[command(after_help = EXAMPLES)]
    Table(TableArgs),
}

const EXAMPLES: &str = "Examples:
  flashinator table clip.mp4
  flashinator table frames.npy --npy table.npy
  flashinator table frames.rgb --raw rgb24 --size 1280x720 --fps 25
  flashinator table frames.yuv --raw p010le --size 3840x2160 --curve pq --range limited
  flashinator table clip.mp4 --crop 1920x800+0+140 --ignore 200x80+1640+180
  ffmpeg -i clip.mp4 -f yuv4mpegpipe - | flashinator table -";

#[derive(Debug, ClapArgs)]
pub struct TableArgs {
    /// A .npy array of frames, (F,H,W,3) or (F,H,W) of uint8; a .y4m file, or - for Y4M from standard
    /// input; raw frames with --raw; or any video that ffmpeg reads
    pub input: PathBuf,

    /// Take the input for raw frames without any header, in one of FFmpeg's pixel formats: gray, rgb24,
    /// bgra, gbrp, yuv420p, nv12, yuv420p10le, p010le ... (a wrong name lists them all)
    #[arg(long, value_name = "FORMAT", requires = "size", value_parser = format)]
    pub raw: Option<Format>,

    /// The size of raw frames
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size, requires = "raw")]
    pub size: Option<(u32, u32)>,

    /// Frames a second, where the input does not say: raw frames and .npy
    #[arg(long, value_name = "RATE", default_value = "25", value_parser = rate)]
    pub fps: f64,

    /// Print a JSON array instead of CSV
    #[arg(long)]
    pub json: bool,

    /// Also write the values to a .npy file, float64 of shape (F-1, 1)
    #[arg(long, value_name = "OUT")]
    pub npy: Option<PathBuf>,

    #[command(flatten)]
    pub look: LookArgs,
}

/// How frames are looked at.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "How to look at frames")]
pub struct LookArgs {
    /// What the gray of an RGB pixel is: mean, bt601, bt709 or bt2020
    #[arg(long, value_name = "GRAY", default_value = "mean", value_parser = gray)]
    pub gray: Gray,

    /// The luminance of a gray: table, srgb, bt1886, pq or hlg; bt1886:WHITE:BLACK or hlg:WHITE:BLACK in
    /// cd/m²; or a text file with a number for every code
    #[arg(long, value_name = "CURVE", default_value = "table", value_parser = curve)]
    pub curve: Light,

    /// Which codes are black and white: full or limited [default: what the input says]
    #[arg(long, value_name = "RANGE", value_parser = range)]
    pub range: Option<Range>,

    /// Look at a part of the picture only
    #[arg(long, value_name = "WIDTHxHEIGHT+X+Y", value_parser = rectangle)]
    pub crop: Option<Rectangle>,

    /// Leave a part of the picture out, a logo or a bar; may be given 16 times
    #[arg(long, value_name = "WIDTHxHEIGHT+X+Y", value_parser = rectangle)]
    pub ignore: Vec<Rectangle>,
}

/// Where luminance comes from.
#[derive(Clone, Debug)]
pub enum Light {
    Transfer(Transfer),
    File(PathBuf),
}

fn format(text: &str) -> Result<Format, String> {
    // Names that others have for the same bytes.
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
        _ => Err("a gray is mean, bt601, bt709 or bt2020".to_owned()),
    }
}

fn range(text: &str) -> Result<Range, String> {
    match text {
        "full" => Ok(Range::Full),
        "limited" => Ok(Range::Limited),
        _ => Err("a range is full or limited".to_owned()),
    }
}

fn curve(text: &str) -> Result<Light, String> {
    let mut parts = text.split(':');
    let name = parts.next().unwrap_or_default();
    let usual_white = match name {
        "table" | "srgb" | "pq" if name == text => 0.0,
        "bt1886" => 100.0,
        "hlg" => 1000.0,
        _ => return Ok(Light::File(text.into())),
    };
    let mut luminance = |usual: f64| match parts.next() {
        None => Ok(usual),
        Some(number) => number.parse().map_err(|_| format!("{number} is no luminance in cd/m²")),
    };
    let (white, black) = (luminance(usual_white)?, luminance(0.0)?);
    if parts.next().is_some() {
        return Err(format!("{name} takes the luminances of white and black, and no more"));
    }
    let transfer = match name {
        "srgb" => Transfer::Srgb,
        "pq" => Transfer::Pq,
        "bt1886" => Transfer::Bt1886 { white, black },
        "hlg" => Transfer::Hlg { white, black },
        _ => Transfer::Table,
    };
    transfer.fill(Range::Full, &mut [0.0; 256]).map_err(|error| error.to_string())?;
    Ok(Light::Transfer(transfer))
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
    numbers().ok_or_else(|| "a part of the picture is written as 200x80+1060+20".to_owned())
}

fn size(text: &str) -> Result<(u32, u32), String> {
    text.split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .ok_or_else(|| "a size is written as 1280x720".to_owned())
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = match text.split_once('/') {
        Some((frames, seconds)) => {
            frames.parse().ok().zip(seconds.parse().ok()).map(|(f, s): (f64, f64)| f / s)
        }
        None => text.parse().ok(),
    };
    rate.filter(|rate| rate.is_finite() && *rate > 0.0)
        .ok_or_else(|| "a rate is written as 25 or 30000/1001".to_owned())
}
