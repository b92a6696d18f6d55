//! 16 bytes at a time with `wide`, whose instruction set is chosen when the crate is compiled: SSE2, NEON or
//! WebAssembly's simd128.

use super::dispatch::{Outlined, Simd};
use super::vector::{TableF32, Vector};
use wide::{f32x4, i16x8, u8x16, u16x8, u32x4};

/// Sixteen bytes.
#[derive(Clone, Copy)]
pub(crate) struct Portable(u8x16);

impl Portable {
    #[inline(always)]
    fn as_u16(self) -> u16x8 {
        u16x8::from_ne_bytes(self.0.to_ne_bytes())
    }

    #[inline(always)]
    fn from_u16(registers: u16x8) -> Self {
        Self(u8x16::from_ne_bytes(registers.to_ne_bytes()))
    }

    #[inline(always)]
    fn as_i16(self) -> i16x8 {
        i16x8::from_ne_bytes(self.0.to_ne_bytes())
    }

    #[inline(always)]
    fn as_u32(self) -> u32x4 {
        u32x4::from_ne_bytes(self.0.to_ne_bytes())
    }

    #[inline(always)]
    fn as_f32(self) -> f32x4 {
        f32x4::from_ne_bytes(self.0.to_ne_bytes())
    }

    #[inline(always)]
    fn from_f32(numbers: f32x4) -> Self {
        Self(u8x16::from_ne_bytes(numbers.to_ne_bytes()))
    }

    #[inline(always)]
    fn from_u32(numbers: u32x4) -> Self {
        Self(u8x16::from_ne_bytes(numbers.to_ne_bytes()))
    }
}

// SAFETY: the type is as large as its lanes, and the target always has the instructions.
unsafe impl Vector for Portable {
    const LANES: usize = 16;
    const FAST_LOOKUP: bool = cfg!(any(
        target_feature = "ssse3",
        target_feature = "simd128",
        all(target_feature = "neon", target_arch = "aarch64")
    ));
    type Mask = u8x16;

    #[inline(always)]
    unsafe fn splat(byte: u8) -> Self {
        Self(u8x16::splat(byte))
    }

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        // SAFETY: the caller vouches for 16 readable bytes; an array of bytes needs no alignment.
        Self(u8x16::new(unsafe { from.cast::<[u8; 16]>().read() }))
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        // SAFETY: the caller vouches for 16 writable bytes.
        unsafe { to.cast::<[u8; 16]>().write(self.0.to_array()) }
    }

    #[inline(always)]
    unsafe fn load_mask(from: *const u8) -> u8x16 {
        // SAFETY: the caller vouches for 16 readable bytes.
        unsafe { Self::load(from) }.0
    }

    #[inline(always)]
    unsafe fn select(mask: u8x16, yes: Self, no: Self) -> Self {
        Self(mask.bitselect(yes.0, no.0))
    }

    #[inline(always)]
    unsafe fn average(self, other: Self) -> Self {
        // a + b = 2 (a | b) - (a ^ b), so half of it, rounded up, is (a | b) - (a ^ b) / 2.
        Self((self.0 | other.0) - (self.0 ^ other.0).unbounded_shr_scalar(1))
    }

    #[inline(always)]
    unsafe fn wrapping_add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    #[inline(always)]
    unsafe fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    #[inline(always)]
    unsafe fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline(always)]
    unsafe fn xor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    #[inline(always)]
    unsafe fn any(self) -> bool {
        !self.0.simd_eq(u8x16::splat(0)).all()
    }

    #[inline(always)]
    unsafe fn lookup(self, table: &[u8; 16]) -> Self {
        Self(u8x16::new(*table).shuffle(self.0))
    }

    #[inline(always)]
    unsafe fn interleave_u16(low: Self, high: Self) -> [Self; 2] {
        // The byte at the lower address is the low one, or the high one on a big-endian machine.
        let (first, second) = if cfg!(target_endian = "big") { (high, low) } else { (low, high) };
        [Self(u8x16::unpack_low(first.0, second.0)), Self(u8x16::unpack_high(first.0, second.0))]
    }

    #[inline(always)]
    unsafe fn load_u16(from: *const u8) -> [Self; 2] {
        // SAFETY: the caller vouches for 32 readable bytes.
        let registers = unsafe { from.cast::<[[u16; 8]; 2]>().read_unaligned() };
        registers.map(|registers| Self::from_u16(u16x8::new(registers.map(u16::from_le))))
    }

    #[inline(always)]
    unsafe fn load_widened(from: *const u8) -> [Self; 2] {
        // SAFETY: the caller vouches for 16 readable bytes.
        let bytes = unsafe { Self::load(from) }.0;
        [u16x8::from_u8x16_low(bytes), u16x8::from_u8x16_high(bytes)].map(Self::from_u16)
    }

    #[inline(always)]
    unsafe fn narrow_clamped(registers: [Self; 2]) -> Self {
        let [first, second] = registers;
        Self(u8x16::narrow_i16x8(first.as_i16(), second.as_i16()))
    }

    #[inline(always)]
    unsafe fn wrapping_add_u16(self, other: Self) -> Self {
        Self::from_u16(self.as_u16() + other.as_u16())
    }

    #[inline(always)]
    unsafe fn multiply_high_i16(self, other: Self) -> Self {
        let product = self.as_i16().mul_keep_high(other.as_i16());
        Self(u8x16::from_ne_bytes(product.to_ne_bytes()))
    }

    #[inline(always)]
    unsafe fn add_u32(self, other: Self) -> Self {
        Self::from_u32(self.as_u32() + other.as_u32())
    }

    #[inline(always)]
    unsafe fn high_bytes(registers: [Self; 2]) -> Self {
        // Words below 256 are the same with and without a sign.
        let low = registers[0].as_u16().unbounded_shr_scalar(8).to_ne_bytes();
        let high = registers[1].as_u16().unbounded_shr_scalar(8).to_ne_bytes();
        Self(u8x16::narrow_i16x8(i16x8::from_ne_bytes(low), i16x8::from_ne_bytes(high)))
    }

    #[inline(always)]
    unsafe fn low_bytes(registers: [Self; 2]) -> Self {
        let mask = u16x8::splat(0xff);
        let [low, high] = registers.map(|registers| i16x8::from_ne_bytes((registers.as_u16() & mask).to_ne_bytes()));
        Self(u8x16::narrow_i16x8(low, high))
    }

    #[inline(always)]
    unsafe fn shift_left(self, bits: u32) -> Self {
        Self(self.0.unbounded_shl_scalar(bits))
    }

    #[inline(always)]
    unsafe fn shift_right(self, bits: u32) -> Self {
        Self(self.0.unbounded_shr_scalar(bits))
    }

    #[inline(always)]
    unsafe fn multiply_u16(self, other: Self) -> Self {
        Self::from_u16(self.as_u16() * other.as_u16())
    }

    #[inline(always)]
    unsafe fn shift_up_in_u32(self, lanes: usize) -> Self {
        // Further on is higher in the number, or lower on a big-endian machine.
        let (lanes_of_u32, bits) = (self.as_u32(), 8 * lanes as u32);
        let moved = if cfg!(target_endian = "big") { lanes_of_u32 >> bits } else { lanes_of_u32 << bits };
        Self::from_u32(moved)
    }

    #[inline(always)]
    unsafe fn shift_down_in_u32(self, lanes: usize) -> Self {
        let (lanes_of_u32, bits) = (self.as_u32(), 8 * lanes as u32);
        let moved = if cfg!(target_endian = "big") { lanes_of_u32 << bits } else { lanes_of_u32 >> bits };
        Self::from_u32(moved)
    }

    #[inline(always)]
    unsafe fn multiply_high_u16(self, other: Self) -> Self {
        Self::from_u16(self.as_u16().mul_keep_high(other.as_u16()))
    }

    #[inline(always)]
    unsafe fn saturating_add_u16(self, other: Self) -> Self {
        Self::from_u16(self.as_u16().saturating_add(other.as_u16()))
    }

    #[inline(always)]
    unsafe fn saturating_sub_u16(self, other: Self) -> Self {
        Self::from_u16(self.as_u16().saturating_sub(other.as_u16()))
    }

    #[inline(always)]
    unsafe fn min_u16(self, other: Self) -> Self {
        Self::from_u16(self.as_u16().min(other.as_u16()))
    }

    #[inline(always)]
    unsafe fn splat_u16(value: u16) -> Self {
        Self::from_u16(u16x8::splat(value))
    }

    #[inline(always)]
    unsafe fn splat_f32(value: f32) -> Self {
        Self::from_f32(f32x4::splat(value))
    }

    #[inline(always)]
    unsafe fn add_f32(self, other: Self) -> Self {
        Self::from_f32(self.as_f32() + other.as_f32())
    }

    #[inline(always)]
    unsafe fn mul_f32(self, other: Self) -> Self {
        Self::from_f32(self.as_f32() * other.as_f32())
    }

    #[inline(always)]
    unsafe fn min_f32(self, other: Self) -> Self {
        Self::from_f32(self.as_f32().fast_min(other.as_f32()))
    }

    #[inline(always)]
    unsafe fn max_f32(self, other: Self) -> Self {
        Self::from_f32(self.as_f32().fast_max(other.as_f32()))
    }

    #[inline(always)]
    unsafe fn half_exponent_f32(self) -> Self {
        Self::from_u32(self.as_u32() >> 24)
    }

    #[inline(always)]
    unsafe fn lookup_f32(self, table: &TableF32) -> [Self; 4] {
        // Where the rows begin, in bytes: four at once.
        let places = (self.as_u32() & u32x4::splat(7)) << 4_u32;
        let rows = places.to_array().map(|place| {
            // SAFETY: each of the eight rows has 16 bytes.
            unsafe { Self::load(table.rows.as_ptr().cast::<u8>().add(place as usize)) }.as_f32()
        });
        f32x4::transpose(rows).map(Self::from_f32)
    }

    /// The even registers and the odd ones.
    type Packed = [u8x16; 2];

    #[inline(always)]
    unsafe fn nothing_packed() -> [u8x16; 2] {
        [u8x16::splat(0); 2]
    }

    #[inline(always)]
    unsafe fn pack_2_bits(self, packed: &mut [u8x16; 2], index: usize) {
        let packed = &mut packed[index % 2];
        *packed = packed.unbounded_shl_scalar(2) | self.0;
    }

    #[inline(always)]
    unsafe fn store_packed([even, odd]: [u8x16; 2], to: *mut u8) {
        // SAFETY: the caller vouches for 32 writable bytes.
        unsafe {
            Self(even).store(to);
            Self(odd).store(to.add(16));
        }
    }

    #[inline(always)]
    unsafe fn unpack_2_bits(from: *const u8, index: usize) -> Self {
        // SAFETY: the caller vouches for 32 readable bytes.
        let packed = unsafe { Self::load(from.add(index % 2 * 16)) }.0;
        Self(packed.unbounded_shr_scalar(6 - 2 * (index / 2) as u32) & u8x16::splat(3))
    }

    #[cold]
    #[inline(never)]
    unsafe fn outline<W: Outlined<Self>>(work: W) -> W::Output {
        // SAFETY: the target always has the instructions.
        work.run(unsafe { Simd::new() })
    }
}
