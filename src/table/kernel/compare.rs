//! Two frames, of which nothing is kept.

use super::before::Frame;
use super::dispatch::{readable, run, run_staged};
use super::reading::{at, pixels_of};
use super::room::PAIR_STAGE;
use super::work::{Method, Work};
use crate::frame::region::Run;
use crate::simd::Backend;
use crate::simd::Baseline as Least;
use crate::simd::Vector;
use crate::table::thresholds::Thresholds;

/// One of two frames.
#[derive(Clone, Copy)]
pub(crate) enum Which {
    Old,
    New,
}

/// Compares pixels with those of the frame before.
pub(crate) type Compare<'a> = Work<'a, Frame>;

impl<'a> Compare<'a> {
    pub(crate) fn new(method: &'a Method<'a>, extremes: &'a mut Thresholds) -> Self {
        let nowhere = at(&[&[]; 3]);
        Self { method, pixels: nowhere, before: Frame(nowhere), next: 0, end: 0, extremes }
    }

    /// Makes these pixels those that are compared next: first of the old frame, then of the new, as many as there are
    /// in both.
    pub(crate) fn point(&mut self, which: Which, run: &Run<'a>) {
        let pixels = pixels_of(&self.method.reading, run);
        (self.next, self.end) = match which {
            Which::Old => {
                self.before = Frame(at(run));
                // None of them can be read before there are new ones.
                (pixels, 0)
            }
            Which::New => {
                self.pixels = at(run);
                (0, pixels.min(self.next))
            }
        };
    }

    /// Compares them.
    pub(crate) fn run(&mut self) {
        // What the backend cannot read in place the least registers may; what neither can is no more than one of
        // those has room for.
        let mut backend = self.method.backend;
        loop {
            let all = self.end;
            let lanes = backend.lanes();
            self.end = readable(&self.method.reading, all) / lanes * lanes;
            // SAFETY: both have so many pixels, and the bytes that are overread.
            unsafe { run(backend, self) };
            self.skip(self.end);
            (self.next, self.end) = (0, all - self.end);
            if backend == Backend::Portable {
                break;
            }
            backend = Backend::Portable;
        }
        if self.end > 0 {
            // SAFETY: there are so many pixels of both.
            unsafe { self.stage_and_run() };
        }
    }

    /// After a part was compared: begins anew, knowing that what was found will be found.
    pub(crate) fn seen_a_part(&mut self) {
        self.extremes.after_preview(self.method.curve);
    }

    #[inline(never)]
    fn skip(&mut self, pixels: usize) {
        let bytes = pixels * self.method.reading.samples.bytes();
        for at in self.pixels.iter_mut().chain(&mut self.before.0) {
            *at = at.wrapping_add(bytes);
        }
    }

    /// Compares what is left, copied to where a register can read it with the bytes that are overread.
    ///
    /// # Safety
    ///
    /// There are `self.end` pixels of both frames.
    #[inline(never)]
    unsafe fn stage_and_run(&mut self) {
        let mut stages = [[0; PAIR_STAGE]; 2];
        // SAFETY: the caller's contract; the stages have a register's pixels of both then, and those bytes.
        unsafe {
            self.stage(&mut stages);
            run_staged(self);
        }
    }

    /// # Safety
    ///
    /// There are `self.end` pixels of both frames, and the stages stay for as long as they are compared.
    #[inline(never)]
    unsafe fn stage(&mut self, stages: &mut [[u8; PAIR_STAGE]; 2]) {
        let samples = self.method.reading.samples;
        let (count, size) = (self.end.min(Least::LANES), Least::LANES * samples.bytes());
        for (stage, at) in stages.iter_mut().zip([&mut self.before.0, &mut self.pixels]) {
            // All by one pointer, as what is overread lies behind the plane it is read for.
            let first = stage.as_mut_ptr();
            for (plane, at) in at.iter_mut().enumerate().take(samples.planes()) {
                // SAFETY: the caller's contract; a stage has room for a register of every plane.
                unsafe {
                    let to = first.add(plane * size);
                    to.copy_from_nonoverlapping(*at, count * samples.bytes());
                    *at = to.cast_const();
                }
            }
        }
        self.end = Least::LANES;
    }
}
