//! What the command line takes.

use clap::{Args as ClapArgs, Parser, Subcommand};
use flashinator::Format;
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
  ffmpeg -i clip.mp4 -f yuv4mpegpipe - | flashinator table -";

#[derive(Debug, ClapArgs)]
pub struct TableArgs {
    /// A .npy array of frames, (F,H,W,3) or (F,H,W) of uint8; a .y4m file, or - for Y4M from standard
    /// input; raw frames with --raw; or any video that ffmpeg reads
    pub input: PathBuf,

    /// Take the input for raw frames without any header
    #[arg(long, value_name = "FORMAT", requires = "size")]
    pub raw: Option<RawFormat>,

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
}

/// How raw frames lie in memory.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum RawFormat {
    /// Red, green, blue, a byte each
    Rgb24,
    /// One byte of gray
    Gray8,
}

impl From<RawFormat> for Format {
    fn from(raw: RawFormat) -> Self {
        match raw {
            RawFormat::Rgb24 => Self::Rgb24,
            RawFormat::Gray8 => Self::Gray8,
        }
    }
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
