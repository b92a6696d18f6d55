//! How the caller's memory is laid out: arrays one after the other, each at a multiple of 64 bytes.

use bytemuck::{CheckedBitPattern, NoUninit, Pod};

/// Where arrays begin.
pub(crate) const ALIGNMENT: usize = 64;

/// Memory at any address, to read, from where its first array begins.
pub(crate) fn aligned(memory: &[u8]) -> Option<&[u8]> {
    memory.get(memory.as_ptr().align_offset(ALIGNMENT)..)
}

/// Cuts arrays off the front of some memory, or counts the bytes that they need: one function lists the arrays
/// for both.
pub(crate) trait Cut<'m> {
    fn cut<T: Pod>(&mut self, length: usize) -> Option<&'m mut [T]>;

    /// Arrays of red, green and blue.
    #[inline(always)]
    fn cut_channels<T: Pod>(&mut self, length: usize) -> Option<[&'m mut [T]; 3]> {
        Some([self.cut(length)?, self.cut(length)?, self.cut(length)?])
    }

    /// An array of what not every sequence of bytes is; nothing where the memory holds something else.
    fn cut_checked<T: CheckedBitPattern + NoUninit>(
        &mut self,
        length: usize,
    ) -> Option<&'m mut [T]>;
}

/// Arena that arrays are cut off from.
pub(crate) struct Arena<'m>(&'m mut [u8]);

impl<'m> Arena<'m> {
    /// Arena at any address, from the first multiple of 64 bytes in it on.
    pub(crate) fn aligned(memory: &'m mut [u8]) -> Option<Self> {
        let first = memory.as_ptr().align_offset(ALIGNMENT);
        Some(Self(memory.get_mut(first..)?))
    }

    /// The next bytes as memory of its own.
    pub(crate) fn part(&mut self, bytes: usize) -> Option<Self> {
        self.cut(bytes).map(Self)
    }

    /// The memory from a byte on at which an array begins.
    pub(crate) fn from(&mut self, start: usize) -> Option<Arena<'_>> {
        debug_assert!(start.is_multiple_of(ALIGNMENT));
        self.0.get_mut(start..).map(Arena)
    }
}

impl<'m> Cut<'m> for Arena<'m> {
    #[inline(always)]
    fn cut<T: Pod>(&mut self, length: usize) -> Option<&'m mut [T]> {
        let bytes = length.checked_mul(size_of::<T>())?;
        let all = core::mem::take(&mut self.0);
        let (front, rest) = all.split_at_mut_checked(bytes.checked_next_multiple_of(ALIGNMENT)?)?;
        self.0 = rest;
        bytemuck::try_cast_slice_mut(front.get_mut(..bytes)?).ok()
    }

    #[inline(always)]
    fn cut_checked<T: CheckedBitPattern + NoUninit>(
        &mut self,
        length: usize,
    ) -> Option<&'m mut [T]> {
        let bytes = self.cut::<u8>(length.checked_mul(size_of::<T>())?)?;
        bytemuck::checked::try_cast_slice_mut(bytes).ok()
    }
}

/// Counts the bytes of arrays. Nothing is cut off.
pub(crate) struct ByteCounter {
    pub(crate) bytes: usize,
}

impl<'m> Cut<'m> for ByteCounter {
    #[inline(always)]
    fn cut<T: Pod>(&mut self, length: usize) -> Option<&'m mut [T]> {
        self.count(length, size_of::<T>())?;
        Some(&mut [])
    }

    #[inline(always)]
    fn cut_checked<T: CheckedBitPattern + NoUninit>(
        &mut self,
        length: usize,
    ) -> Option<&'m mut [T]> {
        self.cut::<u8>(length.checked_mul(size_of::<T>())?)?;
        Some(&mut [])
    }
}

impl ByteCounter {
    /// Counts an array of `length` items of `size` bytes.
    #[inline(never)] // There are many arrays, and they are counted once.
    fn count(&mut self, length: usize, size: usize) -> Option<()> {
        self.bytes = length
            .checked_mul(size)
            .and_then(|bytes| bytes.checked_next_multiple_of(ALIGNMENT))
            .and_then(|bytes| bytes.checked_add(self.bytes))
            // With what may lie before the first array.
            .filter(|&bytes| bytes <= isize::MAX as usize - ALIGNMENT)?;
        Some(())
    }

    /// Bytes of memory at any address.
    pub(crate) fn at_any_address(&self) -> usize {
        self.bytes + ALIGNMENT
    }
}
