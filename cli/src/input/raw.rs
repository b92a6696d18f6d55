//! Frames without a header: raw files, and the data of a .npy file.

use super::{Source, VideoFrame, contiguous, frame_memory, read_frame};
use crate::failure::Failure;
use flashinator::Shape;
use std::io::Read;

/// Frames that follow each other in a byte stream.
pub struct Raw {
    name: String,
    reader: Box<dyn Read>,
    shape: Shape,
    fps: f64,
    /// Frames expected from the length of the file.
    count: Option<u64>,
    /// Frames that a header promised. Fewer are an error.
    promised: Option<u64>,
    frame: Vec<u8>,
    index: u64,
}

impl Raw {
    /// Frames up to the end of the stream, which has `length` bytes if that is known.
    pub fn new(
        name: String,
        reader: Box<dyn Read>,
        length: Option<u64>,
        shape: Shape,
        fps: f64,
    ) -> Self {
        let count = length.map(|length| length / shape.frame_bytes() as u64);
        Self { name, reader, shape, fps, count, promised: None, frame: Vec::new(), index: 0 }
    }

    /// As many frames as a header promises.
    pub fn promised(
        name: String,
        reader: Box<dyn Read>,
        count: u64,
        shape: Shape,
        fps: f64,
    ) -> Self {
        Self { promised: Some(count), ..Self::new(name, reader, None, shape, fps) }
    }
}

impl Source for Raw {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn count(&self) -> Option<u64> {
        self.promised.or(self.count)
    }

    fn rate(&self) -> Option<f64> {
        Some(self.fps)
    }

    fn next(&mut self) -> Result<Option<VideoFrame<'_>>, Failure> {
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
                    "the frames before it are valid; check that the file is complete",
                )),
            };
        }
        self.index += 1;
        let frame = contiguous(&self.name, self.shape, &self.frame)?;
        let seconds = index as f64 / self.fps;
        Ok(Some(VideoFrame::new(frame, seconds)))
    }
}
