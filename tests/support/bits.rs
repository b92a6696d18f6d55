//! The results of frames as bits, in lines as the C and C++ tests print them.

use flashinator::{Analyser, AnalyserSettings, Frame, Hazard, Shape, TTable, Timestamp};

/// A line a frame: its number; the bits of the rises, the falls, the T value and the mean luminance; general and red
/// transitions, and the verdict. `time` says when a frame is shown.
pub fn lines(
    shape: Shape,
    frames: &[u8],
    settings: &AnalyserSettings<'_>,
    time: impl Fn(i64) -> Timestamp,
) -> Vec<String> {
    let mut memory = vec![0; Analyser::memory_needed(shape, settings).unwrap()];
    let mut analyser = Analyser::new(shape, settings, &mut memory).unwrap();
    let mut plane = vec![0; TTable::memory_needed(shape)];
    let mut scanner = TTable::new(shape, &mut plane).unwrap();
    let frames = frames.chunks_exact(shape.frame_bytes()).enumerate();
    frames
        .map(|(i, pixels)| {
            let frame = Frame::contiguous(shape, pixels).unwrap();
            let row = scanner.push(&frame).unwrap().unwrap_or_default();
            let report = analyser.push(&frame, time(i as i64)).unwrap();
            let [positive, negative, value, luminance] =
                [row.positive, row.negative, row.value, report.luminance].map(f64::to_bits);
            format!(
                "{i} {positive:016x} {negative:016x} {value:016x} {luminance:016x} {} {} {}",
                report.transitions[Hazard::General],
                report.transitions[Hazard::Red],
                report.verdict as u32
            )
        })
        .collect()
}
