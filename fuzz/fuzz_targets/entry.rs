//! The way of any input through the command line: its source, and the analyser.
#![allow(dead_code)] // Each target needs a part.

#[path = "../../cli/src/failure.rs"]
pub mod failure;
#[path = "../../cli/src/input/mod.rs"]
pub mod input;
#[path = "../../cli/src/interrupt.rs"]
pub mod interrupt;

use flashinator::{Analyser, AnalyserSettings};
use input::Source;

/// Frames that are looked at, and bytes of one: enough to find what is wrong, not to wait for it.
const FRAMES: usize = 20;
const BYTES: usize = 1 << 18;

/// Takes the frames of a source, and analyses them.
pub fn follow(source: Option<Box<dyn Source>>) {
    let Some(mut source) = source else { return };
    let shape = source.shape();
    if shape.frame_bytes() > BYTES {
        return;
    }
    let settings = AnalyserSettings { most_frames: 1000, ..AnalyserSettings::default() };
    let Ok(needed) = Analyser::memory_needed(shape, &settings) else { return };
    let mut memory = vec![0; needed];
    let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
    let mut last = None;
    for _ in 0..FRAMES {
        let Ok(Some(picture)) = source.next() else { return };
        assert_eq!(picture.frame.shape(), shape);
        assert!(picture.time >= 0.0);
        let nanoseconds = picture.stamp.nanoseconds();
        if last.is_none_or(|last| nanoseconds > last) {
            // More frames in a second than a thousand are refused.
            let _ = analyser.push(&picture.frame, picture.stamp);
        }
        last = last.max(Some(nanoseconds));
    }
}
