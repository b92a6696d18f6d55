//! The kernel on every instruction set.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod backend;
mod before;
mod channels;
mod codes;
mod colour;
mod compare;
mod dispatch;
mod first_look;
mod kernel;
mod light;
mod pixels;
mod plain;
mod reading;
mod room;
mod second_look;
mod stream;
mod vector;
mod work;

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
    use portable::Portable as Least;
} else {
    mod scalar;
    use scalar::Scalar as Least;
});

/// Lanes of the largest register of any backend.
const MOST_LANES: usize =
    if cfg!(target_arch = "x86_64") { 64 } else { <Least as vector::Vector>::LANES };

pub use backend::Backend;
pub(crate) use colour::Spread;
pub(crate) use compare::{Compare, Which};
pub(crate) use dispatch::plane_bytes;
pub(crate) use light::Light;
pub(crate) use pixels::BLOCK;
pub(crate) use plain::{Plain, With, run as plain};
pub(crate) use reading::Reading;
pub(crate) use room::Room;
pub(crate) use stream::Stream;
pub(crate) use work::Method;
