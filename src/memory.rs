//! Memory that a state keeps its arrays in: the caller's, or its own.

/// Memory of a [`TTable`](crate::TTable) or an [`Analyser`](crate::Analyser): `&mut [u8]`, which the caller
/// lends, or, with the feature `alloc`, `Vec<u8>`.
pub trait Memory: sealed::Sealed {
    /// The bytes, which stay where they are when the value moves.
    #[doc(hidden)]
    fn bytes(&mut self) -> &mut [u8];

    /// The same, to read.
    #[doc(hidden)]
    fn as_bytes(&self) -> &[u8];
}

impl Memory for &mut [u8] {
    fn bytes(&mut self) -> &mut [u8] {
        self
    }

    fn as_bytes(&self) -> &[u8] {
        self
    }
}

#[cfg(feature = "alloc")]
impl Memory for alloc::vec::Vec<u8> {
    fn bytes(&mut self) -> &mut [u8] {
        self
    }

    fn as_bytes(&self) -> &[u8] {
        self
    }
}

/// Zeros on the heap.
///
/// # Errors
///
/// [`Error::OutOfMemory`](crate::Error::OutOfMemory): a size that a file or a user chose must not end the program.
#[cfg(feature = "alloc")]
pub(crate) fn owned(bytes: usize) -> Result<alloc::vec::Vec<u8>, crate::Error> {
    let mut memory = alloc::vec::Vec::new();
    memory.try_reserve_exact(bytes).map_err(|_| crate::Error::OutOfMemory)?;
    memory.resize(bytes, 0);
    Ok(memory)
}

mod sealed {
    /// Other types might move their bytes together with themselves.
    pub trait Sealed {}

    impl Sealed for &mut [u8] {}

    #[cfg(feature = "alloc")]
    impl Sealed for alloc::vec::Vec<u8> {}
}
