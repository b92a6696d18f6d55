//! The functions of `flashinator.h`: they check every argument, call the safe interface, and hold no
//! logic of their own. The comments on them are the header's.
#![allow(non_camel_case_types)] // The names are C's.
#![allow(dead_code)] // Constants that only the header has a use for.

mod analyser;
mod curve;
mod frame;
mod gray;
mod memory;
mod profile;
mod settings;
mod status;
mod table;
