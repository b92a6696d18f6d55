//! What the kernel is to do.

use super::reading::{At, Reading};
use crate::simd::Backend;
use crate::simd::Vector;
use crate::table::lut::LuminanceLut;
use crate::table::thresholds::Thresholds;

/// How frames are looked at.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Method<'c> {
    pub(crate) backend: Backend,
    pub(crate) reading: Reading,
    pub(crate) curve: &'c LuminanceLut<'c>,
}

/// What the kernel is to do, and with what: pixels `next..end`, counted from the beginning of a block on. Each step
/// takes it on from where the one before has ended.
pub(crate) struct Work<'a, B> {
    pub(super) method: &'a Method<'a>,
    pub(super) pixels: At,
    pub(super) before: B,
    pub(super) next: usize,
    pub(super) end: usize,
    pub(super) extremes: &'a mut Thresholds,
}

impl<B> Work<'_, B> {
    /// The same range in registers.
    #[inline(always)]
    pub(super) fn registers<V: Vector>(&self) -> (usize, usize) {
        (self.next / V::LANES, self.end / V::LANES)
    }
}

/// A step of the kernel.
pub(super) trait Apart<V: Vector> {
    type Output;

    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn run(self) -> Self::Output;
}
