//! The check of a video, and what is told of it: the page, the JSON summary, and the words of both.
//!
//! Nothing here reads files or runs programs, so that the command and the page in the browser share it. A [`Check`]
//! takes pictures as they are decoded and fills a [`ScanResult`], of which [`page::page`] and [`summary::json`] tell.

pub mod chart;
pub mod check;
pub mod flashing;
pub mod page;
pub mod profiles;
pub mod result;
pub mod row;
pub mod settings;
pub mod summary;
pub mod thumbnail;
pub mod words;

pub use check::{Check, Picture};
pub use profiles::{NamedProfile, Profiles};
pub use result::{ProfileResult, ScanResult};
pub use row::Row;
pub use settings::{Settings, Video};
