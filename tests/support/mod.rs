//! What tests share.
#![allow(dead_code)] // Each test needs a part.

pub mod analysis;
pub mod backends;
pub mod beside;
pub mod bits;
pub mod c;
pub mod clips;
pub mod frames;
pub mod golden;
#[path = "../oracle/mod.rs"]
pub mod oracle;
pub mod process;
pub mod random;
pub mod table;
pub mod videos;
