//! The times of packets.

use super::av::{self, Rescale};
use super::ffi;

/// A time in microseconds.
const MICROSECONDS: av::Rational = av::Rational(1, ffi::AV_TIME_BASE);

/// A larger step of the times of a transport stream is no pause.
const DISCONTINUITY: i64 = 10 * ffi::AV_TIME_BASE as i64;

/// The times of packets as the `ffmpeg` program counts them: from the start of the input, with steps in transport streams
/// taken out, and where a packet has none, that which follows from those before it.
pub(super) struct Clock {
    pub base: av::Rational,
    /// What is added, in microseconds.
    offset: i64,
    /// When the next packet is expected, in microseconds.
    next: Option<i64>,
    first: i64,
    last: i64,
    /// How long a frame is, in microseconds.
    frame: i64,
    has_steps: bool,
}

impl Clock {
    pub fn new(input: &av::format::context::Input, index: usize) -> Self {
        // SAFETY: the pointers are those of the open input.
        unsafe {
            let context = &*input.as_ptr();
            let stream = &**context.streams.add(index);
            let rate = av::Rational::from(stream.avg_frame_rate);
            let frame = match rate {
                av::Rational(1.., 1..) => {
                    i64::from(rate.1).rescale((1, 1), MICROSECONDS) / i64::from(rate.0)
                }
                _ => 0,
            };
            let start = context.start_time;
            Self {
                base: stream.time_base.into(),
                offset: if start == ffi::AV_NOPTS_VALUE { 0 } else { -start },
                next: None,
                first: -i64::from((*stream.codecpar).video_delay) * frame,
                last: i64::MIN,
                frame,
                has_steps: (*context.iformat).flags & ffi::AVFMT_TS_DISCONT != 0,
            }
        }
    }

    pub fn stamp(&mut self, packet: &mut av::Packet) {
        let base = self.base;
        let ticks = |time: i64| time.rescale(MICROSECONDS, base);
        let micros = |time: i64| time.rescale(base, MICROSECONDS);
        let shift = ticks(self.offset);
        let mut dts = packet.dts().map(|time| time.saturating_add(shift));
        let mut pts = packet.pts().map(|time| time.saturating_add(shift));
        if let (Some(time), Some(next), true) = (dts.map(micros), self.next, self.has_steps) {
            let step = time - next;
            if step.abs() > DISCONTINUITY || time + i64::from(ffi::AV_TIME_BASE) / 10 < self.last {
                self.offset -= step;
                dts = dts.map(|time| time - ticks(step));
                pts = pts.map(|time| time - ticks(step));
            }
        }
        let now = dts.map(micros).or(self.next).unwrap_or(self.first);
        packet.set_dts(Some(dts.unwrap_or_else(|| ticks(now))));
        packet.set_pts(pts);
        let length = match packet.duration() {
            length @ 1.. => micros(length),
            _ => self.frame,
        };
        self.last = now;
        self.next = Some(now + length);
    }

    /// The time of a frame that follows the last packet, in ticks.
    pub fn follow(&mut self) -> Option<i64> {
        let now = self.next?;
        self.next = Some(now + self.frame);
        Some(now.rescale(MICROSECONDS, self.base))
    }
}

/// The times of frames of a container without times. The decoder makes them up, and gives the first one not always 0.
#[derive(Default)]
pub(super) struct Untimed {
    /// The time of the first frame by the decoder.
    first: Option<i64>,
    last: i64,
    step: i64,
}

impl Untimed {
    /// The time of a frame, by that of the decoder. One without a time follows the last one as that followed its last one.
    pub fn next(&mut self, time: Option<i64>) -> i64 {
        let time = time.unwrap_or(self.last + self.step);
        let first = *self.first.get_or_insert(time);
        (self.step, self.last) = (time - self.last, time);
        time - first
    }
}
