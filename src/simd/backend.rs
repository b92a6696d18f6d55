//! Instruction sets, and which of them the processor has.

/// An instruction set the kernel can run on.
///
/// All of them give the same bits; they differ in speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Backend {
    /// 16 bytes at a time with what the target always has: SSE2, NEON, WebAssembly's simd128, or
    /// plain integers.
    Portable = 1,
    /// 32 bytes at a time, on x86-64 processors with AVX2.
    Avx2 = 2,
    /// 64 bytes at a time, on x86-64 processors with AVX-512 F and BW.
    Avx512 = 3,
    /// 16 bytes at a time, on little-endian 64-bit Arm processors, which all have NEON.
    Neon = 4,
}

impl Backend {
    /// All backends, the fastest last.
    pub const ALL: [Self; 4] = [Self::Portable, Self::Neon, Self::Avx2, Self::Avx512];

    /// The fastest backend of this processor.
    #[must_use]
    pub fn best() -> Self {
        let mut best = Self::Portable;
        for backend in Self::ALL {
            if backend.is_available() {
                best = backend;
            }
        }
        best
    }

    /// Whether this processor, and its operating system, can run the backend.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => has_avx2::get(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => has_avx512::get(),
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
            Self::Neon => cfg!(all(
                target_arch = "aarch64",
                target_feature = "neon",
                target_endian = "little"
            )),
        }
    }

    /// A short name: `portable`, `avx2`, `avx512`, `neon`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
            Self::Neon => "neon",
        }
    }
}

#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_avx2, "avx2");
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_avx512, "avx512f", "avx512bw");
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_vbmi, "avx512vbmi");

/// Whether a processor that has AVX-512 has its VBMI too.
#[cfg(target_arch = "x86_64")]
pub(super) fn has_vbmi() -> bool {
    has_vbmi::get()
}
