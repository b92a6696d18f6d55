//! When a cell turns: a change between a peak and the valley next to it, or a quick one.

use std::collections::VecDeque;

use super::doubt::Doubt;
use super::grid::Grid;
use super::rules::State;

/// Which way a cell turned in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Up,
    Down,
}

/// The cells of a video, by the time that a transition may take.
pub enum Transitions {
    AnyTime(Option<Grid<PeakValley>>),
    Within { longest: f64, recent: VecDeque<(f64, Grid<State>)>, last: Option<Grid<Option<Turn>>> },
}

impl Transitions {
    pub fn new(longest: Option<f64>) -> Self {
        match longest {
            None => Self::AnyTime(None),
            Some(longest) => Self::Within { longest, recent: VecDeque::new(), last: None },
        }
    }

    /// The cells that turn in this frame. `large` says of a state and an earlier one whether the step between
    /// them is large enough.
    pub fn frame(
        &mut self,
        time: f64,
        states: &Grid<State>,
        doubt: &Doubt,
        large: impl Fn(&State, &State) -> bool,
    ) -> Grid<Option<Turn>> {
        let size = states.size();
        match self {
            Self::AnyTime(cells) => {
                let cells = cells.get_or_insert_with(|| states.map(PeakValley::new));
                let each = cells.values_mut().iter_mut().zip(states.values());
                let turns: Vec<_> =
                    each.map(|(cell, state)| cell.step(*state, doubt, &large)).collect();
                Grid::from_fn(size, |x, y| turns[y * size[0] + x])
            }
            Self::Within { longest, recent, last } => {
                let last = last.get_or_insert_with(|| Grid::filled(size, None));
                recent.retain(|(shown, _)| !doubt.longer(time - shown, *longest));
                let turns = Grid::from_fn(size, |x, y| {
                    let now = states.at(x, y);
                    // The latest state that the step from is large enough says the direction.
                    let past = recent.iter().rev().map(|(_, states)| states.at(x, y));
                    let mut past = past.filter(|past| {
                        let is_large = large(&now, past);
                        doubt.when(is_large && is_unclear(&now, past));
                        is_large
                    });
                    let turn = past.find_map(|past| direction(&now, &past));
                    turn.filter(|&turn| last.at(x, y) != Some(turn))
                });
                for (last, turn) in last.values_mut().iter_mut().zip(turns.values()) {
                    *last = turn.or(*last);
                }
                recent.push_back((time, states.clone()));
                turns
            }
        }
    }
}

fn direction(now: &State, past: &State) -> Option<Turn> {
    if now.key > past.key {
        Some(Turn::Up)
    } else if now.key < past.key {
        Some(Turn::Down)
    } else {
        None
    }
}

/// Whether it is in doubt which way two states lie from each other, though they differ.
fn is_unclear(a: &State, b: &State) -> bool {
    let error = a.error + b.error;
    (a.key - b.key).abs() <= error && (a.v - b.v).abs() > error
}

/// The extremes of one cell since it turned last.
///
/// Until it turns for the first time both are kept; then only the one that it is on the way to.
#[derive(Clone, Copy)]
pub struct PeakValley {
    low: State,
    high: State,
    last: Option<Turn>,
}

impl PeakValley {
    fn new(state: State) -> Self {
        Self { low: state, high: state, last: None }
    }

    fn step(
        &mut self,
        now: State,
        doubt: &Doubt,
        large: impl Fn(&State, &State) -> bool,
    ) -> Option<Turn> {
        // Of two states with nearly the same key it does not matter which is kept, as long as they are the same.
        doubt.when(self.last != Some(Turn::Down) && is_unclear(&now, &self.high));
        doubt.when(self.last != Some(Turn::Up) && is_unclear(&now, &self.low));
        if self.last != Some(Turn::Down) && now.key > self.high.key {
            self.high = now;
        }
        if self.last != Some(Turn::Up) && now.key < self.low.key {
            self.low = now;
        }
        let turns = |turn, extreme: &State| {
            let unclear = is_unclear(&now, extreme);
            let towards = direction(&now, extreme) == Some(turn);
            let is_large = self.last != Some(turn) && (towards || unclear) && large(&now, extreme);
            doubt.when(is_large && unclear);
            is_large && towards
        };
        let turn = if turns(Turn::Up, &self.low) {
            Turn::Up
        } else if turns(Turn::Down, &self.high) {
            Turn::Down
        } else {
            return None;
        };
        *self = Self { low: now, high: now, last: Some(turn) };
        Some(turn)
    }
}
