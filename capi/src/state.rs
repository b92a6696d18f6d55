//! What lives in the caller's memory: a header that tells its kind and version, the object of the library, and behind
//! that the memory that the object uses.

use core::ffi::c_void;
use core::mem::{MaybeUninit, offset_of};
use core::slice;

use super::status::*;

/// Alignment of the memory for an analyser, a table or a LUT, in bytes. Multiples of 64 are fastest.
pub const FLASHINATOR_ALIGNMENT: usize = 8;

/// A kind of object. Its memory may have been begun by another version of the library, or hold something else.
///
/// # Safety
///
/// An object must have this kind if and only if it is of this type.
pub(crate) unsafe trait Kind: Sized {
    const KIND: u32;
    const NOT_ONE: flashinator_status;
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Header {
    kind: u32,
    version: u32,
}

#[repr(C)]
pub(crate) struct State<T> {
    header: Header,
    pub(crate) object: T,
}

impl<T: Kind> State<T> {
    const HEADER: Header = Header { kind: T::KIND, version: FLASHINATOR_VERSION };

    /// Where the memory that the object uses begins.
    const BEHIND: usize = size_of::<Self>().next_multiple_of(64);

    /// Bytes of the whole, of which the object uses `bytes`.
    pub(crate) const fn bytes(bytes: usize) -> usize {
        // `bytes` are those of something in the address space, and leave room for this.
        Self::BEHIND.saturating_add(bytes)
    }

    /// Makes an object in the caller's memory, of which it uses `bytes` behind the state, zeroed; and writes to `to` where
    /// it is. While it is made, and where that fails, the memory holds none.
    ///
    /// # Safety
    ///
    /// `memory` is NULL or points to `size` writable bytes that stay as long as the state is used; `to` points to a
    /// pointer; `make` writes the object, or fails.
    #[inline(always)] // What `make` needs on the stack is that of its caller.
    pub(crate) unsafe fn make<O>(
        memory: *mut c_void,
        size: usize,
        bytes: usize,
        to: *mut *mut O,
        make: impl FnOnce(&mut MaybeUninit<T>, &'static mut [u8]) -> Result<(), flashinator_status>,
    ) -> Result<(), flashinator_status> {
        const { assert!(align_of::<Self>() <= FLASHINATOR_ALIGNMENT) };
        const { assert!(offset_of!(Self, header) == 0) };
        if memory.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        if !memory.addr().is_multiple_of(FLASHINATOR_ALIGNMENT) {
            return Err(FLASHINATOR_ERROR_MISALIGNED);
        }
        if size < Self::bytes(bytes) {
            return Err(FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
        }
        let state: *mut Self = memory.cast();
        // SAFETY: aligned, and large enough for both parts. The second is written, because it may never have been.
        unsafe {
            memory.cast::<u32>().write(0);
            let behind = memory.cast::<u8>().add(Self::BEHIND);
            behind.write_bytes(0, bytes);
            let object: *mut MaybeUninit<T> = (&raw mut (*state).object).cast();
            make(&mut *object, slice::from_raw_parts_mut(behind, bytes))?;
            // From now on `open` finds it.
            (&raw mut (*state).header).write(Self::HEADER);
            to.write(state.cast());
        }
        Ok(())
    }

    /// The object, if the memory holds one of this kind and version.
    ///
    /// # Safety
    ///
    /// `state` is NULL or points to memory of a state's size, and nobody else uses it.
    pub(crate) unsafe fn open<'a>(state: *mut Self) -> Result<&'a mut T, flashinator_status> {
        // SAFETY: the caller's contract; the object is used only behind the right header.
        unsafe {
            Self::check(state)?;
            Ok(&mut (*state).object)
        }
    }

    /// The same for an object that any number of threads use at once.
    ///
    /// # Safety
    ///
    /// `state` is NULL or points to memory of a state's size, which stays and nobody changes.
    pub(crate) unsafe fn share(state: *const Self) -> Result<&'static T, flashinator_status> {
        // SAFETY: as above.
        unsafe {
            Self::check(state)?;
            Ok(&(*state).object)
        }
    }

    unsafe fn check(state: *const Self) -> Result<(), flashinator_status> {
        if state.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        if !state.addr().is_multiple_of(FLASHINATOR_ALIGNMENT) {
            return Err(FLASHINATOR_ERROR_MISALIGNED);
        }
        // SAFETY: aligned, and by the contract readable.
        let found = unsafe { state.cast::<Header>().read() };
        if found.kind != T::KIND {
            return Err(T::NOT_ONE);
        }
        if found.version == FLASHINATOR_VERSION { Ok(()) } else { Err(FLASHINATOR_ERROR_VERSION) }
    }
}
