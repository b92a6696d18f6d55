//! Structs of the header that begin with `size`, so that they can grow: the one place that knows the rule.

use core::mem::MaybeUninit;
use core::ptr;

use super::status::*;

/// A struct of the header that begins with `size`.
///
/// # Safety
///
/// The struct is `repr(C)`, its first field is its size, and any bytes, zeros included, are one.
pub(crate) unsafe trait Growing: Copy {
    /// The size of its first version: callers may be as old as that.
    const FIRST: usize;
}

/// No struct will be larger. A greater size is one that was never set.
const LARGEST: usize = 4096;

/// The size that the caller has set.
///
/// # Safety
///
/// `given` is NULL or points to a struct that begins with its size.
unsafe fn size<T: Growing>(given: *const T) -> Result<usize, flashinator_status> {
    if given.is_null() {
        return Err(FLASHINATOR_ERROR_NULL);
    }
    // SAFETY: not NULL, so by the contract it points to a size.
    let size = unsafe { given.cast::<usize>().read_unaligned() };
    if (T::FIRST..=LARGEST).contains(&size) { Ok(size) } else { Err(FLASHINATOR_ERROR_STRUCT_SIZE) }
}

/// Copies a struct of the caller's. What an older caller does not have is 0; what only a newer caller has must be 0.
///
/// # Safety
///
/// `given` is NULL or points to a struct of the size that it begins with.
pub(crate) unsafe fn read<T: Growing>(given: *const T) -> Result<T, flashinator_status> {
    // SAFETY: the caller's contract. As many bytes are copied as both have, and any bytes are a value.
    unsafe {
        let size = size(given)?;
        let from = given.cast::<u8>();
        let known = size.min(size_of::<T>());
        let mut value = MaybeUninit::<T>::zeroed();
        ptr::copy_nonoverlapping(from, value.as_mut_ptr().cast::<u8>(), known);
        if (known..size).any(|at| from.add(at).read() != 0) {
            return Err(FLASHINATOR_ERROR_STRUCT_NEWER);
        }
        Ok(value.assume_init())
    }
}

/// Where a struct is written to: a pointer of the caller's that was checked before anything is done.
pub(crate) struct Output<T> {
    to: *mut T,
    size: usize,
}

impl<T: Growing> Output<T> {
    /// # Safety
    ///
    /// `to` is NULL or points to a struct of the size that it begins with, which stays for as long as this is used.
    pub(crate) unsafe fn new(to: *mut T) -> Result<Self, flashinator_status> {
        // SAFETY: the caller's contract.
        let size = unsafe { size(to.cast_const()) }?;
        Ok(Self { to, size })
    }

    /// Writes all but the size, and no more than the caller has. What only a newer caller has is left alone.
    pub(crate) fn write(&self, value: &T) {
        // SAFETY: by the contract of `new` that number of bytes can be written.
        unsafe { write(self.to, self.size, value) }
    }

    /// Writes an element of an array that begins at the struct, whose elements have the size of the first.
    ///
    /// # Safety
    ///
    /// The array has more than `index` elements.
    pub(crate) unsafe fn write_at(&self, index: usize, value: &T) {
        // SAFETY: the caller's contract.
        unsafe {
            let to = self.to.byte_add(index * self.size);
            to.cast::<usize>().write_unaligned(self.size);
            write(to, self.size, value);
        }
    }
}

/// # Safety
///
/// `size` bytes can be written to `to`, and `size` is at least [`Growing::FIRST`].
unsafe fn write<T: Growing>(to: *mut T, size: usize, value: &T) {
    let from = ptr::from_ref(value).cast::<u8>();
    let known = size.min(size_of::<T>());
    // SAFETY: the caller's contract.
    unsafe {
        let fields = size_of::<usize>();
        to.cast::<u8>().add(fields).copy_from(from.add(fields), known - fields);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A struct as it was, as it is, and as it will be.
    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Old {
        size: usize,
        a: u64,
    }
    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Now {
        size: usize,
        a: u64,
        b: u64,
    }
    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct New {
        size: usize,
        a: u64,
        b: u64,
        c: u64,
    }

    // SAFETY: `repr(C)`, the size first, integers only.
    unsafe impl Growing for Now {
        const FIRST: usize = size_of::<Old>();
    }

    fn read_any<T>(given: &T) -> Result<Now, flashinator_status> {
        // SAFETY: every struct here begins with its size, or one that is refused.
        unsafe { read(ptr::from_ref(given).cast::<Now>()) }
    }

    fn write_any<T>(to: &mut T) -> Result<(), flashinator_status> {
        // SAFETY: as above.
        let output = unsafe { Output::new(ptr::from_mut(to).cast::<Now>()) }?;
        output.write(&Now { size: 0, a: 1, b: 2 });
        Ok(())
    }

    #[test]
    fn what_an_older_caller_lacks_is_zero_and_is_not_written() {
        let mut pair = [Old { size: size_of::<Old>(), a: 7 }; 2];
        let expected = Now { size: size_of::<Old>(), a: 7, b: 0 };
        assert_eq!(read_any(&pair[0]), Ok(expected));
        assert_eq!(write_any(&mut pair[0]), Ok(()));
        assert_eq!(pair, [Old { a: 1, ..pair[1] }, Old { a: 7, ..pair[1] }]);
    }

    #[test]
    fn what_a_newer_caller_adds_must_be_zero_and_is_left_alone() {
        let mut new = New { size: size_of::<New>(), a: 7, b: 8, c: 0 };
        assert_eq!(read_any(&new), Ok(Now { size: size_of::<New>(), a: 7, b: 8 }));
        new.c = 1 << 63;
        assert_eq!(read_any(&new), Err(FLASHINATOR_ERROR_STRUCT_NEWER));
        assert_eq!(write_any(&mut new), Ok(()));
        assert_eq!(new, New { size: size_of::<New>(), a: 1, b: 2, c: 1 << 63 });
    }

    #[test]
    fn sizes_that_were_never_set_are_refused() {
        for size in [0, 1, size_of::<Old>() - 1, LARGEST + 1, usize::MAX] {
            let mut now = Now { size, a: 7, b: 8 };
            assert_eq!(read_any(&now), Err(FLASHINATOR_ERROR_STRUCT_SIZE));
            assert_eq!(write_any(&mut now), Err(FLASHINATOR_ERROR_STRUCT_SIZE));
            assert_eq!(now, Now { size, a: 7, b: 8 });
        }
        // SAFETY: NULL is allowed.
        unsafe {
            assert_eq!(read(ptr::null::<Now>()), Err(FLASHINATOR_ERROR_NULL));
            assert!(Output::new(ptr::null_mut::<Now>()).is_err());
        }
    }

    #[test]
    fn elements_of_an_array_have_the_size_of_the_first() {
        let old = Old { size: size_of::<Old>(), a: 7 };
        let mut array = [old, Old { size: 99, a: 7 }, old];
        // SAFETY: the array has three elements, and the first begins with its size.
        unsafe {
            let output = Output::new(array.as_mut_ptr().cast::<Now>()).unwrap();
            output.write_at(0, &Now { size: 0, a: 1, b: 2 });
            output.write_at(1, &Now { size: 0, a: 3, b: 4 });
        }
        assert_eq!(array, [Old { a: 1, ..old }, Old { a: 3, ..old }, old]);
    }
}
