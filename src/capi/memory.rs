//! The caller's memory, and how it is told from memory that holds something else.

use core::ffi::c_void;

use super::status::*;

/// The alignment, in bytes, of the memory for a table, a curve or an analyser. Multiples of 64 are fastest.
pub const FLASHINATOR_ALIGNMENT: usize = 8;

/// What a state of the library begins with: its kind, and the version of the library that wrote it. Another
/// version, or other bytes, might be no state of this one's at all.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    kind: u32,
    version: u32,
}

impl Mark {
    pub(super) const TABLE: Self = Self::of(*b"fTab");
    pub(super) const CURVE: Self = Self::of(*b"fCur");
    pub(super) const ANALYSER: Self = Self::of(*b"fAna");

    const fn of(kind: [u8; 4]) -> Self {
        Self { kind: u32::from_be_bytes(kind), version: FLASHINATOR_VERSION }
    }

    /// Whether memory holds a state of this kind and version. `other` is said where it holds none.
    ///
    /// # Safety
    ///
    /// `state` is NULL or points to memory of a state's size.
    pub(super) unsafe fn check(
        self,
        state: *const c_void,
        other: flashinator_status,
    ) -> Result<(), flashinator_status> {
        if state.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        if !state.addr().is_multiple_of(FLASHINATOR_ALIGNMENT) {
            return Err(FLASHINATOR_ERROR_MISALIGNED);
        }
        // SAFETY: aligned, and by the contract readable.
        let found = unsafe { state.cast::<Self>().read() };
        match (found.kind == self.kind, found.version == self.version) {
            (true, true) => Ok(()),
            (true, false) => Err(FLASHINATOR_ERROR_VERSION),
            _ => Err(other),
        }
    }
}

/// Whether memory is one that a state can be begun in.
pub(super) fn check_room(
    memory: *const c_void,
    size: usize,
    needed: usize,
) -> Result<(), flashinator_status> {
    if !memory.addr().is_multiple_of(FLASHINATOR_ALIGNMENT) {
        return Err(FLASHINATOR_ERROR_MISALIGNED);
    }
    if size < needed {
        return Err(FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
    }
    Ok(())
}
