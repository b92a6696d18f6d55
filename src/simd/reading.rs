//! What is read of a frame: which bytes, and what becomes of them.

use crate::format::{Format, Samples};
use crate::gray::Gray;

/// What codes are made of.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Reading {
    pub(crate) samples: Samples,
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
