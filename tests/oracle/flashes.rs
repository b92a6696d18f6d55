//! Which turns count, and how many the worst field had in the last second: for one kind of flash.

use std::collections::VecDeque;

use super::doubt::{Doubt, LIGHT, PART};
use super::grid::Grid;
use super::light::Rgb;
use super::rules::State;
use super::transitions::{Transitions, Turn};

/// Turns within this time are one transition, in seconds.
const TOGETHER: f64 = 0.020;

/// Changes of cells that turned, the largest over the smallest, between which a cell is covered in part.
const ALIKE: f64 = 1.25;

/// Sums of parts are compared with as much tolerance.
const SAME_AREA: f64 = 1e-6;

/// The part of a cell that a flash covers, and the most by which it may differ.
#[derive(Clone, Copy)]
struct Part {
    covered: f64,
    error: f64,
}

impl Part {
    const NONE: Self = Self { covered: 0.0, error: 0.0 };
    const WHOLE: Self = Self { covered: 1.0, error: 0.0 };
}

/// A part of a cell that turned, until it is counted.
#[derive(Clone, Copy)]
struct Waiting {
    since: f64,
    part: Part,
}

pub struct Flashes {
    transitions: Transitions,
    field: [usize; 2],
    /// Cells of a field that a flash covers more than.
    enough: f64,
    /// The light of the frame before.
    light: Option<Grid<Rgb>>,
    /// For turns up and turns down.
    waiting: [Grid<Waiting>; 2],
    /// Counted transitions of every frame of the last second, and their sum.
    second: VecDeque<(f64, Grid<u32>)>,
    counts: Grid<u32>,
    /// The largest part of every cell that was counted since its count was 0.
    weights: Grid<Part>,
}

impl Flashes {
    /// For a grid with that number of cells, of which a field has `field` and needs more than `enough`.
    pub fn new(cells: [usize; 2], field: [usize; 2], enough: f64, longest: Option<f64>) -> Self {
        let none = Waiting { since: f64::NEG_INFINITY, part: Part::NONE };
        Self {
            transitions: Transitions::new(longest),
            field,
            enough: enough + SAME_AREA,
            light: None,
            waiting: [Grid::filled(cells, none), Grid::filled(cells, none)],
            second: VecDeque::new(),
            counts: Grid::filled(cells, 0),
            weights: Grid::filled(cells, Part::NONE),
        }
    }

    /// Takes a frame; gives the count of the worst field. `light` is what changes in proportion to the part
    /// of a cell that a flash covers.
    pub fn frame(
        &mut self,
        time: f64,
        states: &Grid<State>,
        light: &Grid<Rgb>,
        doubt: &Doubt,
        large: impl Fn(&State, &State) -> bool,
    ) -> u32 {
        let size = states.size();
        let turns = self.transitions.frame(time, states, doubt, large);
        let before = self.light.replace(light.clone()).unwrap_or_else(|| light.clone());
        let change = Grid::from_fn(size, |x, y| {
            let (now, before) = (light.at(x, y), before.at(x, y));
            [now[0] - before[0], now[1] - before[1], now[2] - before[2]]
        });

        let mut counted = Grid::filled(size, 0);
        for (direction, waiting) in [Turn::Up, Turn::Down].into_iter().zip(&mut self.waiting) {
            let parts = parts(&supported(&turns, direction), &change, doubt);
            for (waiting, &part) in waiting.values_mut().iter_mut().zip(parts.values()) {
                if part.covered > 0.0 {
                    *waiting = Waiting { since: time, part };
                }
            }
            let recent = waiting.map(|waiting| {
                let is_recent = !doubt.as_long(time - waiting.since, TOGETHER);
                if is_recent { waiting.part } else { Part::NONE }
            });
            let full = in_full_fields(&recent, self.field, self.enough, doubt);
            for i in 0..recent.values().len() {
                let part = recent.values()[i];
                if full.values()[i] && part.covered > 0.0 {
                    counted.values_mut()[i] += 1;
                    waiting.values_mut()[i].since = f64::NEG_INFINITY;
                    let weight = &mut self.weights.values_mut()[i];
                    if part.covered > weight.covered {
                        *weight = part;
                    }
                }
            }
        }
        self.count(time, counted, doubt)
    }

    /// Moves the second on, and gives the largest count that the cells of enough of a field have.
    fn count(&mut self, time: f64, counted: Grid<u32>, doubt: &Doubt) -> u32 {
        for (count, counted) in self.counts.values_mut().iter_mut().zip(counted.values()) {
            *count += counted;
        }
        self.second.push_back((time, counted));
        while self.second.front().is_some_and(|(shown, _)| doubt.as_long(time - shown, 1.0)) {
            let Some((_, gone)) = self.second.pop_front() else { break };
            for (count, gone) in self.counts.values_mut().iter_mut().zip(gone.values()) {
                *count -= gone;
            }
        }
        for (weight, &count) in self.weights.values_mut().iter_mut().zip(self.counts.values()) {
            if count == 0 {
                *weight = Part::NONE;
            }
        }
        let highest = self.counts.values().iter().copied().max().unwrap_or(0);
        let enough_have = |count: u32| {
            let have = Grid::from_fn(self.counts.size(), |x, y| {
                if self.counts.at(x, y) >= count { self.weights.at(x, y) } else { Part::NONE }
            });
            let areas = areas(&have, self.field);
            let is_sure = areas.iter().any(|area| area.covered - area.error > self.enough);
            is_sure || areas.iter().any(|area| doubt.above(area.covered, self.enough, area.error))
        };
        (1..=highest).take_while(|&count| enough_have(count)).last().unwrap_or(0)
    }
}

/// The cells that turned in a direction and whose neighbours did the same: of the cells around one (itself
/// included), those that turned its way exceed those that turned the other way by more than a quarter of all; or
/// it lies in a square of 2 x 2 cells that all turned its way.
fn supported(turns: &Grid<Option<Turn>>, direction: Turn) -> Grid<bool> {
    let [width, height] = turns.size();
    let turned = |x: usize, y: usize| turns.at(x, y) == Some(direction);
    let square = |x: usize, y: usize| {
        x + 1 < width
            && y + 1 < height
            && [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)]
                .into_iter()
                .all(|(x, y)| turned(x, y))
    };
    Grid::from_fn([width, height], |x, y| {
        if !turned(x, y) {
            return false;
        }
        let (mut net, mut around) = (0, 0);
        for turn in turns.around(x, y) {
            around += 1;
            net += match turn {
                None => 0,
                Some(turn) if turn == direction => 1,
                Some(_) => -1,
            };
        }
        let in_square = || {
            (x.saturating_sub(1)..=x)
                .any(|left| (y.saturating_sub(1)..=y).any(|top| square(left, top)))
        };
        4 * net > around || in_square()
    })
}

/// The part of every cell that the flash of the cells that turned covers: all of those, and of a cell beside at
/// least two of them, whose changes are alike, as much as it changed along with them.
fn parts(turned: &Grid<bool>, change: &Grid<Rgb>, doubt: &Doubt) -> Grid<Part> {
    if !turned.values().contains(&true) {
        return Grid::filled(turned.size(), Part::NONE);
    }
    let dot = |a: Rgb, b: Rgb| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    Grid::from_fn(turned.size(), |x, y| {
        if turned.at(x, y) {
            return Part::WHOLE;
        }
        let own = change.at(x, y);
        if dot(own, own) == 0.0 {
            return Part::NONE;
        }
        let near = turned.around(x, y).zip(change.around(x, y));
        let changes: Vec<Rgb> =
            near.filter(|(turned, _)| *turned).map(|(_, change)| change).collect();
        let sizes = changes.iter().map(|&change| dot(change, change).sqrt());
        let largest = sizes.clone().fold(0.0, f64::max);
        let smallest = sizes.fold(f64::INFINITY, f64::min);
        if changes.len() < 2 || largest == 0.0 {
            return Part::NONE;
        }
        if doubt.above(largest, ALIKE * smallest, 8.0 * LIGHT) {
            return Part::NONE;
        }
        let mean = [0, 1, 2]
            .map(|c| changes.iter().map(|change| change[c]).sum::<f64>() / changes.len() as f64);
        let square = dot(mean, mean).max(1e-30);
        let along = dot(own, mean) / square;
        let error = PART + 8.0 * LIGHT / square.sqrt();
        doubt.above(along, 0.0, error);
        Part { covered: along.clamp(0.0, 1.0), error }
    })
}

/// The part of every field that is covered, in cells.
fn areas(parts: &Grid<Part>, field: [usize; 2]) -> Vec<Part> {
    let covered = parts.map(|part| part.covered).sums(field);
    let errors = parts.map(|part| part.error).sums(field);
    let both = covered.values().iter().zip(errors.values());
    // Sums of what is exact are exact but for their last bits.
    let error = |error: f64| if error < 1e-9 { 0.0 } else { error };
    both.map(|(&covered, &of_it)| Part { covered, error: error(of_it) }).collect()
}

/// The cells of all fields whose parts come to more than `enough`.
fn in_full_fields(parts: &Grid<Part>, field: [usize; 2], enough: f64, doubt: &Doubt) -> Grid<bool> {
    let areas = areas(parts, field);
    let inside = |full: &dyn Fn(&Part) -> bool| {
        let [width, height] = parts.size();
        let mut inside = Grid::filled([width, height], false);
        let lefts = 0..=width - field[0];
        let places = (0..=height - field[1]).flat_map(|y| lefts.clone().map(move |x| (x, y)));
        for ((left, top), area) in places.zip(&areas) {
            if full(area) {
                for y in top..top + field[1] {
                    inside.values_mut()[y * width + left..][..field[0]].fill(true);
                }
            }
        }
        inside
    };
    let full = inside(&|area| area.covered > enough);
    // Fields in doubt matter where they have cells that no other has.
    if areas.iter().any(|area| (area.covered - enough).abs() <= area.error && area.error > 0.0) {
        let sure = inside(&|area| area.covered - area.error > enough);
        let maybe = inside(&|area| area.covered + area.error > enough);
        let cells = parts.values().iter().zip(sure.values().iter().zip(maybe.values()));
        doubt.when(
            cells.into_iter().any(|(part, (sure, maybe))| part.covered > 0.0 && sure != maybe),
        );
    }
    full
}
