//! Ways to make gray of RGB.

/// What the gray value of an RGB pixel is. Gray and luma are what they are.
pub type flashinator_gray = u32;

/// The mean of the channels, unrounded: its code is their sum, 0 to 765.
pub const FLASHINATOR_GRAY_MEAN: u32 = 0;
/// 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). This and the next two are rounded to 8 bits: weights in
/// 65536ths, each product cut to 256ths, their sum rounded to the nearest.
pub const FLASHINATOR_GRAY_BT601: u32 = 1;
/// 0.2126 R + 0.7152 G + 0.0722 B (ITU-R BT.709).
pub const FLASHINATOR_GRAY_BT709: u32 = 2;
/// 0.2627 R + 0.6780 G + 0.0593 B (ITU-R BT.2020).
pub const FLASHINATOR_GRAY_BT2020: u32 = 3;
