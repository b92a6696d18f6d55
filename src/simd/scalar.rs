//! Four bytes at a time in plain code, for processors that have no vectors: Cortex-M, RISC-V without its
//! vector extension, and whatever is not known here.

use core::array;

use super::dispatch::{Outlined, Simd};
use super::vector::{TableF32, Vector};

/// Four bytes.
#[derive(Clone, Copy)]
pub(crate) struct Scalar([u8; 4]);

impl Scalar {
    #[inline(always)]
    fn to_u16(self) -> [u16; 2] {
        let [a, b, c, d] = self.0;
        [u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])]
    }

    #[inline(always)]
    fn from_u16(registers: [u16; 2]) -> Self {
        let [[a, b], [c, d]] = registers.map(u16::to_ne_bytes);
        Self([a, b, c, d])
    }

    #[inline(always)]
    fn to_f32(self) -> f32 {
        f32::from_ne_bytes(self.0)
    }

    #[inline(always)]
    fn from_f32(number: f32) -> Self {
        Self(number.to_ne_bytes())
    }

    #[inline(always)]
    fn bytes(self, other: Self, work: impl Fn(u8, u8) -> u8) -> Self {
        Self(array::from_fn(|lane| work(self.0[lane], other.0[lane])))
    }

    #[inline(always)]
    fn map_u16(self, other: Self, work: impl Fn(u16, u16) -> u16) -> Self {
        let ([a, b], [c, d]) = (self.to_u16(), other.to_u16());
        Self::from_u16([work(a, c), work(b, d)])
    }

    /// All four at once, the first lane lowest.
    #[inline(always)]
    fn to_u32(self) -> u32 {
        u32::from_le_bytes(self.0)
    }
}

// SAFETY: the type is as large as its lanes, and needs no instruction set.
unsafe impl Vector for Scalar {
    const LANES: usize = 4;
    /// A lookup for each lane costs as much as it saves.
    const FAST_LOOKUP: bool = false;
    type Mask = Self;

    #[inline(always)]
    unsafe fn splat(byte: u8) -> Self {
        Self([byte; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        // SAFETY: the caller vouches for 4 readable bytes; an array of bytes needs no alignment.
        Self(unsafe { from.cast::<[u8; 4]>().read() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        // SAFETY: the caller vouches for 4 writable bytes.
        unsafe { to.cast::<[u8; 4]>().write(self.0) }
    }

    #[inline(always)]
    unsafe fn load_mask(from: *const u8) -> Self {
        // SAFETY: the caller vouches for 4 readable bytes.
        unsafe { Self::load(from) }
    }

    #[inline(always)]
    unsafe fn select(mask: Self, yes: Self, no: Self) -> Self {
        Self(((mask.to_u32() & yes.to_u32()) | (!mask.to_u32() & no.to_u32())).to_le_bytes())
    }

    #[inline(always)]
    unsafe fn average(self, other: Self) -> Self {
        // The carry of a sum of bytes stays within a u16.
        self.bytes(other, |a, b| (u16::from(a) + u16::from(b)).div_ceil(2) as u8)
    }

    #[inline(always)]
    unsafe fn wrapping_add(self, other: Self) -> Self {
        self.bytes(other, u8::wrapping_add)
    }

    #[inline(always)]
    unsafe fn saturating_sub(self, other: Self) -> Self {
        self.bytes(other, u8::saturating_sub)
    }

    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        self.bytes(other, u8::max)
    }

    #[inline(always)]
    unsafe fn and(self, other: Self) -> Self {
        Self((self.to_u32() & other.to_u32()).to_le_bytes())
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        Self((self.to_u32() | other.to_u32()).to_le_bytes())
    }

    #[inline(always)]
    unsafe fn xor(self, other: Self) -> Self {
        Self((self.to_u32() ^ other.to_u32()).to_le_bytes())
    }

    #[inline(always)]
    unsafe fn any(self) -> bool {
        self.to_u32() != 0
    }

    #[inline(always)]
    unsafe fn lookup(self, table: &[u8; 16]) -> Self {
        Self(self.0.map(|lane| table[usize::from(lane & 15)]))
    }

    #[inline(always)]
    unsafe fn interleave_u16(low: Self, high: Self) -> [Self; 2] {
        let value = |lane: usize| u16::from(low.0[lane]) | u16::from(high.0[lane]) << 8;
        [Self::from_u16([value(0), value(1)]), Self::from_u16([value(2), value(3)])]
    }

    #[inline(always)]
    unsafe fn load_u16(from: *const u8) -> [Self; 2] {
        // SAFETY: the caller vouches for 8 readable bytes.
        let [a, b, c, d] = unsafe { from.cast::<[u16; 4]>().read_unaligned() }.map(u16::from_le);
        [Self::from_u16([a, b]), Self::from_u16([c, d])]
    }

    #[inline(always)]
    unsafe fn load_widened(from: *const u8) -> [Self; 2] {
        // SAFETY: the caller vouches for 4 readable bytes.
        let [a, b, c, d] = unsafe { Self::load(from) }.0.map(u16::from);
        [Self::from_u16([a, b]), Self::from_u16([c, d])]
    }

    #[inline(always)]
    unsafe fn narrow_clamped(registers: [Self; 2]) -> Self {
        let ([a, b], [c, d]) = (registers[0].to_u16(), registers[1].to_u16());
        Self([a, b, c, d].map(|value| value.cast_signed().clamp(0, 255) as u8))
    }

    #[inline(always)]
    unsafe fn wrapping_add_u16(self, other: Self) -> Self {
        self.map_u16(other, u16::wrapping_add)
    }

    #[inline(always)]
    unsafe fn multiply_high_i16(self, other: Self) -> Self {
        let high = |a: u16, b: u16| (i32::from(a.cast_signed()) * i32::from(b.cast_signed())) >> 16;
        self.map_u16(other, |a, b| high(a, b) as u16)
    }

    #[inline(always)]
    unsafe fn high_bytes(registers: [Self; 2]) -> Self {
        let ([a, b], [c, d]) = (registers[0].to_u16(), registers[1].to_u16());
        Self([a, b, c, d].map(|value| (value >> 8) as u8))
    }

    #[inline(always)]
    unsafe fn low_bytes(registers: [Self; 2]) -> Self {
        let ([a, b], [c, d]) = (registers[0].to_u16(), registers[1].to_u16());
        Self([a, b, c, d].map(|value| value as u8))
    }

    #[inline(always)]
    unsafe fn shift_left(self, bits: u32) -> Self {
        Self(self.0.map(|lane| lane.unbounded_shl(bits)))
    }

    #[inline(always)]
    unsafe fn shift_right(self, bits: u32) -> Self {
        Self(self.0.map(|lane| lane.unbounded_shr(bits)))
    }

    #[inline(always)]
    unsafe fn multiply_u16(self, other: Self) -> Self {
        self.map_u16(other, u16::wrapping_mul)
    }

    #[inline(always)]
    unsafe fn shift_up_in_u32(self, lanes: usize) -> Self {
        Self((self.to_u32() << (8 * lanes as u32)).to_le_bytes())
    }

    #[inline(always)]
    unsafe fn shift_down_in_u32(self, lanes: usize) -> Self {
        Self((self.to_u32() >> (8 * lanes as u32)).to_le_bytes())
    }

    #[inline(always)]
    unsafe fn multiply_high_u16(self, other: Self) -> Self {
        self.map_u16(other, |a, b| ((u32::from(a) * u32::from(b)) >> 16) as u16)
    }

    #[inline(always)]
    unsafe fn saturating_add_u16(self, other: Self) -> Self {
        self.map_u16(other, u16::saturating_add)
    }

    #[inline(always)]
    unsafe fn saturating_sub_u16(self, other: Self) -> Self {
        self.map_u16(other, u16::saturating_sub)
    }

    #[inline(always)]
    unsafe fn min_u16(self, other: Self) -> Self {
        self.map_u16(other, u16::min)
    }

    #[inline(always)]
    unsafe fn add_u32(self, other: Self) -> Self {
        let [a, b] = [self.0, other.0].map(u32::from_ne_bytes);
        Self(a.wrapping_add(b).to_ne_bytes())
    }

    #[inline(always)]
    unsafe fn splat_u16(value: u16) -> Self {
        Self::from_u16([value; 2])
    }

    #[inline(always)]
    unsafe fn splat_f32(value: f32) -> Self {
        Self::from_f32(value)
    }

    #[inline(always)]
    unsafe fn add_f32(self, other: Self) -> Self {
        Self::from_f32(self.to_f32() + other.to_f32())
    }

    #[inline(always)]
    unsafe fn mul_f32(self, other: Self) -> Self {
        Self::from_f32(self.to_f32() * other.to_f32())
    }

    #[inline(always)]
    unsafe fn min_f32(self, other: Self) -> Self {
        Self::from_f32(self.to_f32().min(other.to_f32()))
    }

    #[inline(always)]
    unsafe fn max_f32(self, other: Self) -> Self {
        Self::from_f32(self.to_f32().max(other.to_f32()))
    }

    #[inline(always)]
    unsafe fn half_exponent_f32(self) -> Self {
        Self((u32::from_ne_bytes(self.0) >> 24).to_ne_bytes())
    }

    #[inline(always)]
    unsafe fn lookup_f32(self, table: &TableF32) -> [Self; 4] {
        table.rows[(u32::from_ne_bytes(self.0) % 8) as usize].map(Self::from_f32)
    }

    /// Eight groups of four lanes.
    type Packed = [u32; 8];

    #[inline(always)]
    unsafe fn nothing_packed() -> [u32; 8] {
        [0; 8]
    }

    #[inline(always)]
    unsafe fn pack_2_bits(self, packed: &mut [u32; 8], index: usize) {
        // Each lane has two bits, so none reaches into the lane above.
        let packed = &mut packed[index % 8];
        *packed = *packed << 2 | self.to_u32();
    }

    #[inline(always)]
    unsafe fn store_packed(packed: [u32; 8], to: *mut u8) {
        // SAFETY: the caller vouches for 32 writable bytes.
        unsafe { to.cast::<[[u8; 4]; 8]>().write(packed.map(u32::to_le_bytes)) }
    }

    #[inline(always)]
    unsafe fn unpack_2_bits(from: *const u8, index: usize) -> Self {
        // SAFETY: the caller vouches for 32 readable bytes.
        let packed = unsafe { Self::load(from.add(index % 8 * 4)) }.to_u32();
        Self((packed >> (6 - 2 * (index / 8)) & 0x0303_0303).to_le_bytes())
    }

    #[cold]
    #[inline(never)]
    unsafe fn outline<W: Outlined<Self>>(work: W) -> W::Output {
        // SAFETY: every processor has the instructions.
        work.run(unsafe { Simd::new() })
    }
}
