//! Frames without any header: raw files, and the data of a .npy file.

use super::{Picture, Source, at, frame_memory, read_frame, view};
use crate::failure::Failure;
use flashinator::Shape;
use std::io::Read;

/// Frames that follow each other in a stream of bytes.
pub struct Raw {
    name: String,
    reader: Box<dyn Read>,
    shape: Shape,
    /// Seconds between frames are 1 / `rate`.
    rate: f64,
    count: Option<u64>,
    /// Frames that must come, where a header promised them.
    promised: Option<u64>,
    frame: Vec<u8>,
    index: u64,
}

impl Raw {
    /// Frames up to the end of the stream, which has `length` bytes where that is known.
    pub fn new(
        name: String,
        reader: Box<dyn Read>,
        length: Option<u64>,
        shape: Shape,
        rate: f64,
    ) -> Self {
        let count = length.map(|length| length / shape.frame_bytes() as u64);
        Self { name, reader, shape, rate, count, promised: None, frame: Vec::new(), index: 0 }
    }

    /// As many frames as a header promises.
    pub fn promised(
        name: String,
        reader: Box<dyn Read>,
        count: u64,
        shape: Shape,
        rate: f64,
    ) -> Self {
        Self { promised: Some(count), ..Self::new(name, reader, None, shape, rate) }
    }
}

impl Source for Raw {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn count(&self) -> Option<u64> {
        self.promised.or(self.count)
    }

    fn next(&mut self) -> Result<Option<Picture<'_>>, Failure> {
        if self.promised.is_some_and(|count| self.index == count) {
            return Ok(None);
        }
        if self.frame.is_empty() {
            self.frame = frame_memory(&self.name, self.shape)?;
        }
        let index = self.index;
        if !read_frame(&self.name, &mut *self.reader, &mut self.frame, index)? {
            return match self.promised {
                None => Ok(None),
                Some(count) => Err(Failure::new(
                    &self.name,
                    format!("the file ends after {index} of {count} frames"),
                    "the rows before it stand; check that the file is whole",
                )),
            };
        }
        self.index += 1;
        let frame = view(&self.name, self.shape, &self.frame)?;
        let time = index as f64 / self.rate;
        Ok(Some(Picture { frame, time, stamp: at(time), lasts: None }))
    }
}
