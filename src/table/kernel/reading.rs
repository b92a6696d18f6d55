//! What is read of a frame: which bytes, and what becomes of them.

use crate::color::gray::Gray;
use crate::frame::format::{Format, SampleLayout};
use crate::frame::region::Run;

/// What codes are made of.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Reading {
    pub(crate) samples: SampleLayout,
    /// For RGB that is not the mean: the weights of the channels, in the order of memory.
    pub(crate) weights: Option<[u16; 3]>,
}

impl Reading {
    pub(crate) fn of(format: Format, gray: Gray) -> Self {
        let weights = gray.weights().filter(|_| format.is_rgb()).map(|rgb| {
            let mut weights = [0; 3];
            for (channel, weight) in format.channels().into_iter().zip(rgb) {
                weights[channel] = weight;
            }
            weights
        });
        Self { samples: format.samples(), weights }
    }
}

/// Where the pixels of a register begin, in each of the planes that are looked at.
pub(crate) type At = [*const u8; 3];

pub(super) fn at(run: &Run<'_>) -> At {
    [run[0].as_ptr(), run[1].as_ptr(), run[2].as_ptr()]
}

/// Pixels that there are in all planes that are looked at.
pub(super) fn pixels_of(reading: &Reading, run: &Run<'_>) -> usize {
    let samples = reading.samples;
    let planes = run.iter().take(samples.planes());
    planes.map(|bytes| bytes.len()).min().unwrap_or(0) / samples.bytes().max(1)
}
