//! The definition of the flash analyser in `f64` and in plain code: what the library is compared with.
//!
//! Nothing here uses the library. Every step is written for one cell or one field, as the definition says
//! it, and nothing is fast:
//!
//! * [`light`]: from codes to linear light, luminance and chromaticity;
//! * [`rules`]: which steps of a cell are large enough, by each standard;
//! * [`transitions`]: when a cell turns up or down;
//! * [`doubt`]: where light that differs a little could make a difference;
//! * [`flashes`]: which turns count, and how many the worst field had in the last second.

pub mod doubt;
pub mod flashes;
pub mod grid;
pub mod light;
pub mod rules;
pub mod transitions;

use doubt::Doubt;
use flashes::Flashes;
use grid::Grid;
use light::{Display, Transfer};
use rules::Standard;

/// CSS pixels whose side is 0.1 degree of the visual field.
const CELL: f64 = 3.41;

/// How a picture is shown.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The width in CSS pixels; without one the picture is fitted into those of the standard.
    pub css_width: Option<f64>,
    /// The width of a pixel over its height.
    pub pixel_aspect: f64,
    pub display: Display,
    /// The side of a cell in pixels; without one the whole pixels in 0.1 degree.
    pub cell: Option<usize>,
}

impl Default for View {
    fn default() -> Self {
        Self { css_width: None, pixel_aspect: 1.0, display: Display::Srgb, cell: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Pass,
    Warning,
    ExtendedWarning,
    Fail,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warning => "warning",
            Self::ExtendedWarning => "extended-warning",
            Self::Fail => "fail",
        }
    }
}

/// What is said of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    pub luminance: f64,
    /// The frame's count of general and of red transitions.
    pub general: u32,
    pub red: u32,
    pub verdict: Verdict,
    /// Whether this or an earlier frame is in doubt: see [`doubt`].
    pub in_doubt: bool,
}

/// Cells, in pixels of the picture, and fields, in cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometry {
    pub cell: [usize; 2],
    pub cells: [usize; 2],
    /// The field as far as the picture has it.
    pub field: [usize; 2],
    /// Cells in the whole field, though the picture may be smaller.
    pub field_area: f64,
}

impl Geometry {
    pub fn new([width, height]: [usize; 2], standard: Standard, view: &View) -> Self {
        let shown = width as f64 * view.pixel_aspect;
        // CSS pixels in a pixel of the picture, downwards and then across.
        let down = match view.css_width {
            Some(css_width) => css_width / shown,
            None => {
                let [across, down] = standard.fit();
                (across / shown).min(down / height as f64)
            }
        };
        let scale = [down * view.pixel_aspect, down];
        let cell = scale.map(|scale| view.cell.unwrap_or(((CELL / scale) as usize).max(1)));
        let cells = [width.div_ceil(cell[0]), height.div_ceil(cell[1])];
        let whole = match standard.field() {
            None => cells,
            Some(field) => [0, 1].map(|i| {
                let side = field[i] / scale[i] / cell[i] as f64;
                (side.round_ties_even() as usize).max(1)
            }),
        };
        Self {
            cell,
            cells,
            field: [whole[0].min(cells[0]), whole[1].min(cells[1])],
            field_area: (whole[0] * whole[1]) as f64,
        }
    }
}

/// Follows a video frame by frame.
pub struct Oracle {
    standard: Standard,
    size: [usize; 2],
    geometry: Geometry,
    transfer: Transfer,
    general: Flashes,
    red: Flashes,
    /// When each frame of the last five seconds was shown first, and whether its count is one to warn of.
    history: Vec<(f64, bool)>,
    doubt: Doubt,
}

impl Oracle {
    pub fn new(size: [usize; 2], standard: Standard, view: View) -> Self {
        let geometry = Geometry::new(size, standard, &view);
        let Geometry { cells, field, field_area, .. } = geometry;
        let flashes =
            || Flashes::new(cells, field, field_area * standard.area(), standard.longest());
        Self {
            standard,
            size,
            geometry,
            transfer: Transfer::new(view.display),
            general: flashes(),
            red: flashes(),
            history: Vec::new(),
            doubt: Doubt::default(),
        }
    }

    /// Takes a frame of three-byte RGB that is shown from `time` on, in seconds.
    pub fn frame(&mut self, time: f64, rgb: &[u8]) -> Row {
        let [width, height] = self.size;
        assert_eq!(rgb.len(), width * height * 3);
        let light = self.cell_means(rgb, |pixel| self.transfer.linear(pixel));
        let luminance = match self.standard {
            Standard::Ofcom => {
                self.cell_means(rgb, |pixel| [light::note_luminance(pixel)]).map(|[y]| y)
            }
            _ => light.map(light::luminance),
        };

        let general = self.general.frame(
            time,
            &luminance.map(|y| self.standard.general_state(y)),
            &luminance.map(|y| [y, 0.0, 0.0]),
            &self.doubt,
            |a, b| self.standard.general_step(a, b, &self.doubt),
        );
        let red = self.red.frame(
            time,
            &light.map(|light| self.standard.red_state(light)),
            &light,
            &self.doubt,
            |a, b| self.standard.red_step(a, b, &self.doubt),
        );
        let mean = luminance.values().iter().sum::<f64>() / luminance.values().len() as f64;
        let verdict = self.verdict(time, general.max(red));
        Row { luminance: mean, general, red, verdict, in_doubt: self.doubt.any() }
    }

    /// The mean over the pixels of every cell of what `of` makes of a pixel.
    fn cell_means<const N: usize>(
        &self,
        rgb: &[u8],
        of: impl Fn([u8; 3]) -> [f64; N],
    ) -> Grid<[f64; N]> {
        let [width, height] = self.size;
        let [across, down] = self.geometry.cell;
        Grid::from_fn(self.geometry.cells, |x, y| {
            let (columns, rows) =
                (x * across..((x + 1) * across).min(width), y * down..((y + 1) * down).min(height));
            let pixels = (columns.len() * rows.len()) as f64;
            let mut sum = [0.0; N];
            for row in rows {
                for pixel in rgb[3 * (row * width + columns.start)..3 * (row * width + columns.end)]
                    .as_chunks()
                    .0
                {
                    for (sum, value) in sum.iter_mut().zip(of(*pixel)) {
                        *sum += value;
                    }
                }
            }
            sum.map(|sum| sum / pixels)
        })
    }

    /// More than three flashes, of two transitions each, fail; two or three for most of five seconds are a risk.
    fn verdict(&mut self, time: f64, count: u32) -> Verdict {
        let warns = (4..=6).contains(&count);
        let before = self.history.last().map_or(time, |&(shown, _)| shown);
        self.history.push((time, warns));
        self.history.retain(|&(shown, _)| !self.doubt.as_long(time - shown, 5.0));
        if count > 6 {
            return Verdict::Fail;
        }
        if !warns {
            return Verdict::Pass;
        }
        // The newest frame will be shown for as long as the one before it, as far as that is known.
        let newest = if self.history.len() > 1 { time - before } else { 0.0 };
        let ends = self.history.iter().skip(1).map(|&(shown, _)| shown).chain([time + newest]);
        let frames = self.history.iter().zip(ends);
        let warned: f64 =
            frames.filter(|((_, warns), _)| *warns).map(|((start, _), end)| end - start).sum();
        if self.doubt.as_long(warned, 4.0) { Verdict::ExtendedWarning } else { Verdict::Warning }
    }
}
