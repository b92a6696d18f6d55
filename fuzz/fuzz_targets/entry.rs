//! The way of any input through the command: its source, and the analyser.

use flashinator::{Analyser, AnalyserSettings};
use flashinator_cli::input::Source;

/// Frames that are read, and bytes of one: enough to find what is wrong, not to wait for it.
const FRAMES: usize = 20;
const BYTES: usize = 1 << 18;

/// Takes the frames of a source, and analyses them.
pub fn follow(mut source: impl Source) {
    let shape = source.shape();
    if shape.frame_bytes() > BYTES {
        return;
    }
    let settings = AnalyserSettings { max_fps: 1000, ..AnalyserSettings::default() };
    let Ok(needed) = Analyser::memory_needed(shape, &settings) else { return };
    let mut memory = vec![0; needed];
    let mut analyser = Analyser::new(shape, &settings, &mut memory[..]).unwrap();
    let mut last = None;
    for _ in 0..FRAMES {
        let Ok(Some(picture)) = source.next() else { return };
        assert_eq!(picture.frame.shape(), shape);
        assert!(picture.seconds >= 0.0);
        let nanoseconds = picture.time.nanoseconds();
        if last.is_none_or(|last| nanoseconds > last) {
            // More frames in a second than a thousand are refused.
            let _ = analyser.push(&picture.frame, picture.time);
        }
        last = last.max(Some(nanoseconds));
    }
}
