//! Vectors of bytes, and code compiled for every instruction set. Nothing here knows of video.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod backend;
mod dispatch;
#[cfg(all(target_arch = "aarch64", target_feature = "neon", target_endian = "little"))]
mod neon;
mod vector;

/// What there is where the target always has vectors, and where it has not.
macro_rules! where_there_are_vectors {
    ({ $($with:item)* } else { $($without:item)* }) => {
        $(#[cfg(any(
            target_feature = "sse2",
            target_feature = "simd128",
            all(target_feature = "neon", target_arch = "aarch64")
        ))] $with)*
        $(#[cfg(not(any(
            target_feature = "sse2",
            target_feature = "simd128",
            all(target_feature = "neon", target_arch = "aarch64")
        )))] $without)*
    };
}
where_there_are_vectors!({
    mod portable;
    #[cfg(test)]
    mod scalar;
    pub(crate) use portable::Portable as Baseline;
} else {
    mod scalar;
    pub(crate) use scalar::Scalar as Baseline;
});
#[cfg(test)]
pub(crate) use scalar::Scalar;

/// Lanes of the largest register of any backend.
pub(crate) const MAX_LANES: usize =
    if cfg!(target_arch = "x86_64") { 64 } else { <Baseline as Vector>::LANES };

pub use backend::Backend;
#[cfg(test)]
pub(crate) use dispatch::on_each_instruction_set;
pub(crate) use dispatch::{Kernel, Outlined, Simd, dispatch};
pub(crate) use vector::{Products, TableF32, Vector};
