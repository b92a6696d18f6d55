//! The definition of the flash analyser in `f64` and in the plainest code, to compare with.
#![allow(dead_code)] // Each user needs a part.

use crate::support::random::Random;
use flashinator::{Profile, Red, Verdict};

/// Twice the greatest error of linear light in the analyser, and of the display's luminance in cd/m².
const LIGHT_ERROR: f64 = 1e-4;
const DISPLAY_ERROR: f64 = 6e-4;

/// A cell's colour as the definition keeps it: the key first, then whether it is saturated, then v'.
#[derive(Clone, Copy)]
struct State {
    key: f64,
    saturated: bool,
    second: f64,
}

/// Peaks and valleys of one cell.
#[derive(Clone, Copy)]
struct Zigzag {
    low: State,
    high: State,
    rising: bool,
    falling: bool,
}

/// One kind of flash.
struct Flashes {
    zigzag: Vec<Zigzag>,
    waiting: [Vec<f64>; 2],
    counts: Vec<i64>,
    second: Vec<(f64, Vec<i64>)>,
}

/// What the definition says of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    pub luminance: f64,
    pub general: i64,
    pub red: i64,
    pub verdict: Verdict,
}

pub struct Reference {
    size: (usize, usize),
    cell: usize,
    grid: (usize, usize),
    field: (usize, usize),
    profile: Profile,
    general: Flashes,
    red: Flashes,
    history: Vec<(f64, bool)>,
    errors: Option<u64>,
}

fn srgb(code: u8) -> f64 {
    let c = f64::from(code) / 255.0;
    if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn saturated([r, g, b]: [f64; 3]) -> bool {
    let total = r + g + b;
    r >= 0.8 * total && total > 0.0
}

/// Sums of every rectangle of the field's size.
fn box_sums(mask: &[i64], (w, h): (usize, usize), (fw, fh): (usize, usize)) -> Vec<i64> {
    let mut s = vec![0; (w + 1) * (h + 1)];
    for y in 0..h {
        for x in 0..w {
            s[(y + 1) * (w + 1) + x + 1] =
                mask[y * w + x] + s[y * (w + 1) + x + 1] + s[(y + 1) * (w + 1) + x]
                    - s[y * (w + 1) + x];
        }
    }
    let at = |x: usize, y: usize| s[y * (w + 1) + x];
    let mut sums = Vec::new();
    for y in 0..=h - fh {
        for x in 0..=w - fw {
            sums.push(at(x + fw, y + fh) - at(x, y + fh) - at(x + fw, y) + at(x, y));
        }
    }
    sums
}

impl Flashes {
    fn new(cells: usize) -> Self {
        let none = State { key: f64::NAN, saturated: false, second: 0.0 };
        Self {
            zigzag: vec![Zigzag { low: none, high: none, rising: false, falling: false }; cells],
            waiting: [vec![f64::NEG_INFINITY; cells], vec![f64::NEG_INFINITY; cells]],
            counts: vec![0; cells],
            second: Vec::new(),
        }
    }

    fn step(
        &mut self,
        t: f64,
        states: &[State],
        enough: impl Fn(&State, &State) -> bool,
        grid: (usize, usize),
        field: (usize, usize),
    ) -> i64 {
        let (w, h) = grid;
        let mut net = vec![0i64; w * h];
        for ((z, now), net) in self.zigzag.iter_mut().zip(states).zip(&mut net) {
            if z.low.key.is_nan() {
                (z.low, z.high) = (*now, *now);
                continue;
            }
            if now.key > z.high.key && !z.falling {
                z.high = *now;
            }
            if now.key < z.low.key && !z.rising {
                z.low = *now;
            }
            let up = !z.rising && now.key > z.low.key && enough(now, &z.low);
            let down = !z.falling && now.key < z.high.key && enough(now, &z.high) && !up;
            if up || down {
                (z.rising, z.falling) = (up, down);
                (z.low, z.high) = (*now, *now);
            }
            *net = i64::from(up) - i64::from(down);
        }
        let mut counted = vec![0; w * h];
        for (direction, since) in [1, -1].into_iter().zip(&mut self.waiting) {
            for y in 0..h {
                for x in 0..w {
                    let (mut sum, mut around) = (0, 0);
                    for near_y in y.saturating_sub(1)..(y + 2).min(h) {
                        for near_x in x.saturating_sub(1)..(x + 2).min(w) {
                            sum += net[near_y * w + near_x];
                            around += 1;
                        }
                    }
                    if net[y * w + x] == direction && 4 * direction * sum > around {
                        since[y * w + x] = t;
                    }
                }
            }
            let waits: Vec<i64> =
                since.iter().map(|&since| i64::from(since > t - 1.0 / 30.0 + 1e-9)).collect();
            let most = (field.0 * field.1) as f64 / 4.0;
            let places = box_sums(&waits, grid, field);
            let across = w - field.0 + 1;
            let mut covered = vec![false; w * h];
            for (i, &sum) in places.iter().enumerate() {
                if sum as f64 > most {
                    for y in i / across..i / across + field.1 {
                        covered[y * w + i % across..y * w + i % across + field.0].fill(true);
                    }
                }
            }
            for (i, since) in since.iter_mut().enumerate() {
                if waits[i] == 1 && covered[i] {
                    *since = f64::NEG_INFINITY;
                    counted[i] += 1;
                }
            }
        }
        for (count, counted) in self.counts.iter_mut().zip(&counted) {
            *count += counted;
        }
        self.second.push((t, counted));
        while self.second[0].0 <= t - 1.0 + 1e-9 {
            let (_, gone) = self.second.remove(0);
            for (count, gone) in self.counts.iter_mut().zip(gone) {
                *count -= gone;
            }
        }
        let mut m = 0;
        let greatest = *self.counts.iter().max().unwrap();
        while m < greatest {
            let above: Vec<i64> = self.counts.iter().map(|&count| i64::from(count > m)).collect();
            let most = box_sums(&above, grid, field).into_iter().max().unwrap();
            if most as f64 <= (field.0 * field.1) as f64 / 4.0 {
                break;
            }
            m += 1;
        }
        m
    }
}

impl Reference {
    /// The definition for a profile of those published; cells of another side where one is given. With
    /// errors: of light that is as little different as the analyser's may be, in another way for every number.
    pub fn new(
        width: usize,
        height: usize,
        profile: Profile,
        cell: Option<usize>,
        errors: Option<u64>,
    ) -> Self {
        let scale = (1024.0 / width as f64).min(768.0 / height as f64);
        let cell = cell.unwrap_or(((3.41 / scale) as usize).max(1));
        let grid = (width.div_ceil(cell), height.div_ceil(cell));
        let side = |pixels: f64, cells: usize| {
            ((pixels / scale / cell as f64).round_ties_even() as usize).clamp(1, cells)
        };
        let field = if profile == Profile::BT_1702 {
            grid
        } else {
            (side(341.0, grid.0), side(256.0, grid.1))
        };
        let cells = grid.0 * grid.1;
        Self {
            size: (width, height),
            cell,
            grid,
            field,
            profile,
            general: Flashes::new(cells),
            red: Flashes::new(cells),
            history: Vec::new(),
            errors,
        }
    }

    /// Errors of channels and of the display's luminance, always the same for the same light.
    fn errors(&self, light: [f64; 3]) -> [f64; 4] {
        let Some(seed) = self.errors else { return [0.0; 4] };
        let mut random = Random(
            light.iter().fold(seed, |mixed, channel| Random(mixed ^ channel.to_bits()).next()),
        );
        let mut error = |most: f64| (random.next() as f64 / u64::MAX as f64 * 2.0 - 1.0) * most;
        [error(LIGHT_ERROR), error(LIGHT_ERROR), error(LIGHT_ERROR), error(DISPLAY_ERROR)]
    }

    /// Takes a frame of three-byte RGB, shown at `t` seconds.
    pub fn frame(&mut self, t: f64, rgb: &[u8]) -> Row {
        let (width, height) = self.size;
        let display = self.profile == Profile::BT_1702;
        let light: Vec<f64> = (0..=255).map(srgb).collect();
        let mut luminance = Vec::new();
        let mut red = Vec::new();
        for cell_y in 0..self.grid.1 {
            for cell_x in 0..self.grid.0 {
                let (mut sum, mut shown, mut pixels) = ([0.0; 3], 0.0, 0.0);
                for y in cell_y * self.cell..((cell_y + 1) * self.cell).min(height) {
                    for x in cell_x * self.cell..((cell_x + 1) * self.cell).min(width) {
                        let pixel = &rgb[3 * (y * width + x)..][..3];
                        for (sum, &code) in sum.iter_mut().zip(pixel) {
                            *sum += light[usize::from(code)];
                        }
                        let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(f64::from);
                        let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
                        shown += 413.435 * (0.002745 * luma + 0.0189623).powf(2.2);
                        pixels += 1.0;
                    }
                }
                let [r, g, b] = sum.map(|sum| sum / pixels);
                let [in_r, in_g, in_b, in_shown] = self.errors([r, g, b]);
                let [r, g, b] = [(r + in_r).max(0.0), (g + in_g).max(0.0), (b + in_b).max(0.0)];
                let y = if display {
                    shown / pixels + in_shown
                } else {
                    0.2126 * r + 0.7152 * g + 0.0722 * b
                };
                luminance.push(State { key: y, saturated: false, second: 0.0 });
                red.push(match self.profile.red {
                    Red::Difference { .. } => State {
                        key: (r - g - b).max(0.0) * 320.0,
                        saturated: saturated([r, g, b]),
                        second: 0.0,
                    },
                    Red::Chromaticity { .. } => {
                        let [r, g, b] = [r, g, b].map(|channel| channel + 0.005);
                        let x = 0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b;
                        let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b;
                        let z = 0.019_333_9 * r + 0.119_192_0 * g + 0.950_304_1 * b;
                        let d = x + 15.0 * y + 3.0 * z;
                        State {
                            key: 4.0 * x / d,
                            saturated: saturated([r, g, b]),
                            second: 9.0 * y / d,
                        }
                    }
                });
            }
        }
        let mean = luminance.iter().map(|s| s.key).sum::<f64>() / luminance.len() as f64;
        let general_enough = |a: &State, b: &State| {
            let (dark, change) = (a.key.min(b.key), (a.key - b.key).abs());
            match (display, dark < 160.0) {
                (false, _) => change >= 0.1 && dark < 0.8,
                (true, true) => change >= 20.0,
                (true, false) => change >= (a.key + b.key) / 17.0,
            }
        };
        let red_least = match self.profile.red {
            Red::Difference { .. } => 20.0,
            Red::Chromaticity { .. } => 0.2,
        };
        let red_enough = |a: &State, b: &State| {
            (a.key - b.key).hypot(a.second - b.second) > red_least && (a.saturated || b.saturated)
        };
        let general = self.general.step(t, &luminance, general_enough, self.grid, self.field);
        let red = self.red.step(t, &red, red_enough, self.grid, self.field);
        let verdict = self.verdict(t, general.max(red));
        Row { luminance: mean, general, red, verdict }
    }

    fn verdict(&mut self, t: f64, count: i64) -> Verdict {
        self.history.push((t, (4..=6).contains(&count)));
        while self.history[0].0 <= t - 5.0 + 1e-9 {
            self.history.remove(0);
        }
        if count > 6 {
            return Verdict::Fail;
        }
        if count < 4 {
            return Verdict::Pass;
        }
        let many = self.history.iter().filter(|(_, warns)| *warns).count() as f64;
        let steps = (self.history.len() - 1).max(1) as f64;
        let dt = (self.history.last().unwrap().0 - self.history[0].0) / steps;
        if many * dt >= 4.0 - 1e-9 { Verdict::ExtendedFail } else { Verdict::Warning }
    }
}
