//! Pictures made of frames: turned, scaled and converted, as the `ffmpeg` program does it.

use super::av;
use super::ffi;
use av::frame::Video as AvFrame;

/// A chain of filters for frames of one kind.
pub(super) struct PictureFilter {
    graph: av::filter::Graph,
    /// The arguments of the input, and the filters.
    pub made_of: (String, String),
}

impl PictureFilter {
    /// What the input of the chain is told of the frames.
    pub fn input(frame: &AvFrame, base: av::Rational) -> String {
        // SAFETY: the pointer is that of the frame.
        let raw = unsafe { &*frame.as_ptr() };
        let av::Rational(aspect, of) = frame.aspect_ratio();
        let mut input = format!(
            "video_size={}x{}:pix_fmt={}:time_base={}/{}:pixel_aspect={aspect}/{}",
            raw.width,
            raw.height,
            raw.format,
            base.0,
            base.1,
            of.max(1)
        );
        // SAFETY: it has no arguments.
        if unsafe { ffi::avfilter_version() } >> 16 >= COLORS_SINCE {
            input += &format!(":colorspace={}:range={}", raw.colorspace.0, raw.color_range.0);
        }
        input
    }

    pub fn new(input: String, filters: String) -> Result<Self, av::Error> {
        let mut graph = av::filter::Graph::new();
        // The `ffmpeg` program's default.
        // SAFETY: the graph frees the string.
        unsafe {
            (*graph.as_mut_ptr()).scale_sws_opts = ffi::av_strdup(c"flags=bicubic".as_ptr());
        }
        let find = |name| av::filter::find(name).ok_or(av::Error::FilterNotFound);
        graph.add(&find("buffer")?, "in", &input)?;
        graph.add(&find("buffersink")?, "out", "")?;
        graph.output("in", 0)?.input("out", 0)?.parse(&filters)?;
        graph.validate()?;
        Ok(Self { graph, made_of: (input, filters) })
    }

    pub fn apply(&mut self, frame: AvFrame) -> Result<AvFrame, av::Error> {
        let missing = av::Error::FilterNotFound;
        self.graph.get("in").ok_or(missing)?.source().add(&frame)?;
        let mut out = AvFrame::empty();
        self.graph.get("out").ok_or(missing)?.sink().frame(&mut out)?;
        Ok(out)
    }
}

/// The major version of libavfilter from which on the input of a chain is told matrix and range: FFmpeg 7.
const COLORS_SINCE: u32 = 10;

/// How pictures are turned so that they are upright.
pub(super) struct Turn {
    pub filters: Vec<String>,
    /// Whether width and height change places.
    is_quarter: bool,
}

impl Turn {
    /// The turn of a display matrix, as the `ffmpeg` program does it.
    pub fn of(matrix: Option<[i32; 9]>) -> Self {
        let mut turn = Self { filters: Vec::new(), is_quarter: false };
        let Some(matrix) = matrix else { return turn };
        // SAFETY: the matrix has nine numbers.
        let angle = -unsafe { ffi::av_display_rotation_get(matrix.as_ptr()) };
        if !angle.is_finite() {
            return turn;
        }
        let angle = angle - 360.0 * (angle / 360.0 + 0.9 / 360.0).floor();
        let [across, _, _, skew, down, ..] = matrix;
        let is = |other: f64| (angle - other).abs() < 1.0;
        let mut add = |filter: &str| turn.filters.push(filter.to_owned());
        if is(90.0) {
            add(if skew > 0 { "transpose=cclock_flip" } else { "transpose=clock" });
        } else if is(180.0) {
            if across < 0 {
                add("hflip");
            }
            if down < 0 {
                add("vflip");
            }
        } else if is(270.0) {
            add(if skew < 0 { "transpose=clock_flip" } else { "transpose=cclock" });
        } else if angle.abs() > 1.0 {
            add(&format!("rotate={angle:.6}*PI/180"));
        } else if down < 0 {
            add("vflip");
        }
        turn.is_quarter = is(90.0) || is(270.0);
        turn
    }

    /// The size of an upright picture of frames of this size.
    pub fn shown(&self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.is_quarter { (height, width) } else { (width, height) }
    }
}

/// The numbers of a display matrix.
pub(super) fn matrix(data: &[u8]) -> Option<[i32; 9]> {
    let mut numbers = data.as_chunks::<4>().0.iter().map(|bytes| i32::from_ne_bytes(*bytes));
    let mut matrix = [0; 9];
    for number in &mut matrix {
        *number = numbers.next()?;
    }
    Some(matrix)
}
