//! Codes and the light they stand for.

pub(crate) mod double;
pub(crate) mod gray;
pub(crate) mod luminance;
pub(crate) mod srgb;
pub(crate) mod transfer;
