//! Frames of a stream: each is compared with the plane of codes, which then holds its codes.
//!
//! The pixels of a frame are numbered along its rows, and every 128 of them are a block, whatever the width.
//! Blocks whose pixels follow each other in memory are read where they are. Others, which reach over the end of
//! a row with padding, or over the end of the frame, are copied together first and filled up with zeros. So codes
//! depend on the picture only, not on how it lies in memory, and the kernel reads nothing but pixels.

use core::ops::Range;

use super::pixels::{BLOCK, PixelLayout, Pixels, pointers, with_pixels};
use super::previous::Plane;
use super::{KernelConfig, scan};
use crate::color::gray::Gray;
use crate::frame::regions::{NumberedPixels, PlaneSlices, Region};
use crate::frame::{Frame, Shape, div_ceil};
use crate::simd::{Kernel, Simd, Vector, dispatch};
use crate::table::thresholds::Thresholds;

/// Bytes for the plane of codes, and behind it for a block that is copied together. All settings need as much or
/// less.
pub(crate) fn memory_needed(shape: Shape) -> usize {
    let layout = PixelLayout::of(shape.format(), Gray::Mean);
    let blocks = div_ceil(shape.pixels(), BLOCK);
    with_pixels!(&layout, P => blocks * P::PLANE_BYTES + P::STAGE_BYTES)
}

/// Compares some blocks of a frame with the plane of codes. `memory` is as large as [`memory_needed`] says.
pub(crate) fn stream(
    config: &KernelConfig<'_>,
    region: Region<'_>,
    frame: &Frame<'_>,
    memory: &mut [u8],
    mut blocks: Range<usize>,
    hot: &mut HotBlocks,
    thresholds: &mut Thresholds,
) {
    let (size, stage) = with_pixels!(&config.layout, P => (P::PLANE_BYTES, P::STAGE_BYTES));
    let plane = memory.len().saturating_sub(stage);
    let (plane, stage) = memory.split_at_mut_checked(plane).unwrap_or_default();
    debug_assert!(blocks.end * size <= plane.len(), "memory is as large as is needed");
    let mut numbered = NumberedPixels::new(frame, region);
    while let Some(rest) = plane.get_mut(blocks.start * size..blocks.end * size)
        && !rest.is_empty()
    {
        let first = blocks.start;
        let mut pixels = numbered.run(first * BLOCK);
        let mut count = with_pixels!(&config.layout, P => P::readable(&pixels)) / BLOCK;
        if count == 0 {
            count = 1;
            pixels = numbered.gather(first * BLOCK, BLOCK, stage);
        }
        let count = count.min(blocks.len());
        debug_assert!(count * size <= rest.len(), "these are the codes of all blocks");
        let codes = rest.get_mut(..count * size).unwrap_or_default();
        dispatch(config.backend, Scan { config, pixels, codes, first, hot, thresholds });
        blocks.start += count;
    }
}

/// Compares the pixels of whole blocks with their codes.
struct Scan<'a> {
    config: &'a KernelConfig<'a>,
    pixels: PlaneSlices<'a>,
    codes: &'a mut [u8],
    /// The number of the first block.
    first: usize,
    hot: &'a mut HotBlocks,
    thresholds: &'a mut Thresholds,
}

impl Kernel for Scan<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, simd: Simd<V>) {
        let Self { config, pixels, codes, first, hot, thresholds } = self;
        with_pixels!(&config.layout, P => {
            let blocks = codes.len() / P::PLANE_BYTES;
            let readable = P::readable(&pixels) / BLOCK;
            debug_assert!(blocks <= readable, "blocks are counted, or copied together, before");
            let blocks = blocks.min(readable);
            let previous = &mut Plane { codes: codes.as_mut_ptr(), first, hot };
            // SAFETY: the pixels and the codes are those of that number of blocks.
            unsafe { scan::<P, _, V>(simd, config, pointers(&pixels), previous, blocks, thresholds) }
        });
    }
}

/// The blocks in which a pixel last entered the five largest, the latest last. What moves or flashes in one frame
/// mostly does so in the next, so comparing these blocks first raises the thresholds early.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HotBlocks([u32; 8]);

impl HotBlocks {
    /// Blocks to begin with, spread over a picture of `blocks` blocks.
    pub(crate) fn spread(blocks: usize) -> Self {
        let mut hot = Self([0; 8]);
        let count = blocks.min(hot.0.len());
        for (i, block) in hot.0.iter_mut().enumerate().take(count) {
            // A frame has so few blocks that a hundred times their number is a `usize`.
            *block = (blocks * (2 * i + 1) / (2 * count)) as u32;
        }
        hot
    }

    pub(crate) fn latest_first(&self) -> impl Iterator<Item = usize> {
        self.0.iter().rev().map(|&block| block as usize)
    }

    /// A block that is there already moves to the end; otherwise the oldest is forgotten.
    #[inline(never)]
    pub(crate) fn remember(&mut self, block: usize) {
        let block = block as u32;
        let known = self.0.iter().position(|&hot| hot == block).unwrap_or(0);
        if let Some(later) = self.0.get_mut(known..) {
            // One swap after the other: as small as it is slow.
            for i in 1..later.len() {
                later.swap(i - 1, i);
            }
        }
        if let Some(last) = self.0.last_mut() {
            *last = block;
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::frame::format::Format;
    use crate::simd::{Backend, on_each_instruction_set};
    use crate::table::lut::LuminanceLut;
    use crate::table::top::Top5;
    use std::vec::Vec;

    /// Numbers without any order.
    fn noise(count: usize, seed: u32) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..count).map(|_| next()).collect()
    }

    /// Streams frames of whole blocks, and gives the largest rises and falls of each.
    struct Stream<'a> {
        config: &'a KernelConfig<'a>,
        frames: &'a [Vec<u8>],
        blocks: usize,
    }

    impl Kernel for Stream<'_> {
        type Output = Vec<[Top5; 2]>;

        fn run<V: Vector>(self, simd: Simd<V>) -> Self::Output {
            let Self { config, frames, blocks } = self;
            let mut codes =
                std::vec![0; with_pixels!(&config.layout, P => P::PLANE_BYTES) * blocks];
            let mut hot = HotBlocks::spread(blocks);
            let push = |frame: &Vec<u8>| {
                let mut thresholds = Thresholds::none();
                thresholds.restart(config.lut);
                let pixels = [&frame[..]; 3];
                let scan = Scan {
                    config,
                    pixels,
                    codes: &mut codes,
                    first: 0,
                    hot: &mut hot,
                    thresholds: &mut thresholds,
                };
                scan.run(simd);
                [thresholds.rises.top(), thresholds.falls.top()]
            };
            frames.iter().map(push).collect()
        }
    }

    #[test]
    fn every_instruction_set_finds_the_same() {
        const BLOCKS: usize = 5;
        for format in Format::ALL {
            for gray in Gray::ALL {
                let Some(lut) = LuminanceLut::standard(format, gray) else { continue };
                let layout = PixelLayout::of(format, gray);
                let config = &KernelConfig { backend: Backend::Portable, layout, lut };
                let bytes = with_pixels!(&layout, P => BLOCKS * BLOCK * P::BYTES + P::OVERREAD);
                let frames = &[1, 2, 3].map(|seed| noise(bytes, seed));
                let mut expected = None;
                on_each_instruction_set(
                    || Stream { config, frames, blocks: BLOCKS },
                    |name, found| {
                        // The first frame is compared with black, from which nothing falls.
                        assert!(found.iter().skip(1).flatten().all(|top| top.threshold() > 0.0));
                        let expected = expected.get_or_insert_with(|| found.clone());
                        assert_eq!(&found, expected, "{format:?} {gray:?} {name}");
                    },
                );
            }
        }
    }

    #[test]
    fn hot_blocks_are_the_latest_without_repetition() {
        let mut hot = HotBlocks::spread(3);
        for block in [7, 9, 7, 1, 2, 3, 4, 5, 6, 9] {
            hot.remember(block);
        }
        assert!(hot.latest_first().eq([9, 6, 5, 4, 3, 2, 1, 7]));
    }
}
