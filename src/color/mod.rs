//! Codes and the light they stand for.

pub(crate) mod curve;
pub(crate) mod display;
pub(crate) mod double;
pub(crate) mod gray;
pub(crate) mod luminance;
pub(crate) mod transfer;
