//! What tests share.
#![allow(dead_code)] // Each test needs a part.

pub mod beside;
pub mod clips;
pub mod process;
pub mod random;
pub mod videos;
