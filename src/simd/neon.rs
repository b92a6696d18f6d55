//! 16 bytes at a time with NEON, which every 64-bit Arm processor has. Little-endian ones only: on others the order of
//! lanes in a register is not that of memory.

// SAFETY (of every block below): the type is as large as its lanes, and the target always has the instructions; the
// caller vouches for the bytes that are read and written.
#![allow(clippy::undocumented_unsafe_blocks)]

use super::dispatch::{Outlined, Simd};
use super::vector::{Products, TableF32, Vector};
use core::arch::{aarch64::*, asm};

/// Sixteen bytes.
#[derive(Clone, Copy)]
pub(crate) struct Neon(uint8x16_t);

impl Neon {
    #[inline(always)]
    fn as_u16(self) -> uint16x8_t {
        unsafe { vreinterpretq_u16_u8(self.0) }
    }

    #[inline(always)]
    fn from_u16(words: uint16x8_t) -> Self {
        unsafe { Self(vreinterpretq_u8_u16(words)) }
    }

    #[inline(always)]
    fn as_i16(self) -> int16x8_t {
        unsafe { vreinterpretq_s16_u8(self.0) }
    }

    #[inline(always)]
    fn as_u32(self) -> uint32x4_t {
        unsafe { vreinterpretq_u32_u8(self.0) }
    }

    #[inline(always)]
    fn from_u32(numbers: uint32x4_t) -> Self {
        unsafe { Self(vreinterpretq_u8_u32(numbers)) }
    }

    #[inline(always)]
    fn from_i32(numbers: int32x4_t) -> Self {
        unsafe { Self(vreinterpretq_u8_s32(numbers)) }
    }

    #[inline(always)]
    fn as_f32(self) -> float32x4_t {
        unsafe { vreinterpretq_f32_u8(self.0) }
    }

    #[inline(always)]
    fn from_f32(numbers: float32x4_t) -> Self {
        unsafe { Self(vreinterpretq_u8_f32(numbers)) }
    }
}

/// Methods of [`Vector`] that are one intrinsic of two registers each, of bytes or of wider lanes.
macro_rules! binary {
    ($($method:ident = $from:ident $intrinsic:ident $as:ident,)*) => {$(
        #[inline(always)]
        unsafe fn $method(self, other: Self) -> Self {
            unsafe { Self::$from($intrinsic(self.$as(), other.$as())) }
        }
    )*};
    ($($method:ident = $intrinsic:ident,)*) => {$(
        #[inline(always)]
        unsafe fn $method(self, other: Self) -> Self {
            unsafe { Self($intrinsic(self.0, other.0)) }
        }
    )*};
}

unsafe impl Vector for Neon {
    const LANES: usize = 16;
    type Mask = uint8x16_t;

    #[inline(always)]
    unsafe fn splat(byte: u8) -> Self {
        unsafe { Self(vdupq_n_u8(byte)) }
    }

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        unsafe { Self(vld1q_u8(from)) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        unsafe { vst1q_u8(to, self.0) }
    }

    #[inline(always)]
    unsafe fn load_mask(from: *const u8) -> uint8x16_t {
        unsafe { vld1q_u8(from) }
    }

    #[inline(always)]
    unsafe fn select(mask: uint8x16_t, yes: Self, no: Self) -> Self {
        unsafe { Self(vbslq_u8(mask, yes.0, no.0)) }
    }

    binary! {
        average = vrhaddq_u8,
        wrapping_add = vaddq_u8,
        saturating_sub = vqsubq_u8,
        max = vmaxq_u8,
        and = vandq_u8,
        or = vorrq_u8,
        xor = veorq_u8,
    }

    binary! {
        wrapping_add_u16 = from_u16 vaddq_u16 as_u16,
        multiply_u16 = from_u16 vmulq_u16 as_u16,
        saturating_add_u16 = from_u16 vqaddq_u16 as_u16,
        saturating_sub_u16 = from_u16 vqsubq_u16 as_u16,
        min_u16 = from_u16 vminq_u16 as_u16,
        add_u32 = from_u32 vaddq_u32 as_u32,
        add_f32 = from_f32 vaddq_f32 as_f32,
        mul_f32 = from_f32 vmulq_f32 as_f32,
        min_f32 = from_f32 vminq_f32 as_f32,
        max_f32 = from_f32 vmaxq_f32 as_f32,
    }

    #[inline(always)]
    unsafe fn any(self) -> bool {
        unsafe {
            // Where one `any` follows another, the compiler would ask both, with all that the second needs, and make one
            // conditional compare of them. It does not move what may do anything before a branch; this does nothing.
            asm!("", options(nomem, nostack, preserves_flags));
            // The larger of every two lanes: quicker than the largest of all.
            let pairs = vpmaxq_u8(self.0, self.0);
            vgetq_lane_u64::<0>(vreinterpretq_u64_u8(pairs)) != 0
        }
    }

    #[inline(always)]
    unsafe fn lookup(self, table: &[u8; 16]) -> Self {
        unsafe { Self(vqtbl1q_u8(vld1q_u8(table.as_ptr()), self.0)) }
    }

    const FAST_MULTIPLY_ADD: bool = true;
    const MIXED_PRODUCTS: bool = false;

    // The first register of products has sums of every two neighbours; the others have those of single lanes, of the
    // lower and of the upper half.

    #[inline(always)]
    unsafe fn add_bytes(self, to: &mut Products<Self>) {
        unsafe {
            to[0] = Self::from_u16(vpadalq_u8(to[0].as_u16(), self.0));
        }
    }

    #[inline(always)]
    unsafe fn add_products(self, other: Self, to: &mut Products<Self>) {
        unsafe {
            let (a, b) = (vreinterpretq_s8_u8(self.0), vreinterpretq_s8_u8(other.0));
            let low = vmlal_s8(to[1].as_i16(), vget_low_s8(a), vget_low_s8(b));
            let high = vmlal_high_s8(to[2].as_i16(), a, b);
            [to[1], to[2]] = [low, high].map(|sums| Self(vreinterpretq_u8_s16(sums)));
        }
    }

    #[inline(always)]
    unsafe fn add_products_u8(self, other: Self, to: &mut Products<Self>) {
        unsafe {
            let low = vmlal_u8(to[1].as_u16(), vget_low_u8(self.0), vget_low_u8(other.0));
            let high = vmlal_high_u8(to[2].as_u16(), self.0, other.0);
            [to[1], to[2]] = [low, high].map(Self::from_u16);
        }
    }

    #[inline(always)]
    unsafe fn sums_of_fours<const LARGE: u32, const MIDDLE: u32>(
        large: Self,
        [middle, small]: [&Products<Self>; 2],
    ) -> Self {
        unsafe {
            let sums = vpaddlq_u16(vpaddlq_u8(large.0));
            let sums = vshlq_u32(sums, vdupq_n_s32((LARGE - MIDDLE) as i32));
            let sums = vpadalq_s16(vreinterpretq_s32_u32(sums), twos(middle));
            let sums = vshlq_s32(sums, vdupq_n_s32(MIDDLE as i32));
            Self::from_i32(vpadalq_s16(sums, twos(small)))
        }
    }

    #[inline(always)]
    unsafe fn sums_of_twos<const LARGE: u32, const MIDDLE: u32>(
        large: Self,
        [middle, small]: [&Products<Self>; 2],
    ) -> [Self; 2] {
        unsafe {
            let (middle, small) = (twos(middle), twos(small));
            let large = vpaddlq_u8(large.0);
            let halves = [
                (vmovl_u16(vget_low_u16(large)), vget_low_s16(middle), vget_low_s16(small)),
                (vmovl_high_u16(large), vget_high_s16(middle), vget_high_s16(small)),
            ];
            halves.map(|(large, middle, small)| {
                let sums = vshlq_u32(large, vdupq_n_s32((LARGE - MIDDLE) as i32));
                let sums = vaddw_s16(vreinterpretq_s32_u32(sums), middle);
                let sums = vshlq_s32(sums, vdupq_n_s32(MIDDLE as i32));
                Self::from_i32(vaddw_s16(sums, small))
            })
        }
    }

    #[inline(always)]
    unsafe fn interleave_u16(low: Self, high: Self) -> [Self; 2] {
        unsafe { [Self(vzip1q_u8(low.0, high.0)), Self(vzip2q_u8(low.0, high.0))] }
    }

    const FAST_DEINTERLEAVE_3: bool = true;
    const DEINTERLEAVING_LOADS: bool = true;

    #[inline(always)]
    unsafe fn deinterleave_3(from: *const u8) -> [Self; 3] {
        unsafe {
            let uint8x16x3_t(first, second, third) = vld3q_u8(from);
            [first, second, third].map(Self)
        }
    }

    #[inline(always)]
    unsafe fn deinterleave_4(from: *const u8) -> [Self; 4] {
        unsafe {
            let uint8x16x4_t(first, second, third, fourth) = vld4q_u8(from);
            // Where one of the four is not wanted, the compiler makes more than one instruction of the load. This is none,
            // and wants all.
            for register in [first, second, third, fourth] {
                asm!("/* {:v} */", in(vreg) register, options(nomem, nostack, preserves_flags));
            }
            [first, second, third, fourth].map(Self)
        }
    }

    #[inline(always)]
    unsafe fn load_u16(from: *const u8) -> [Self; 2] {
        unsafe { [Self::load(from), Self::load(from.add(16))] }
    }

    #[inline(always)]
    unsafe fn load_widened(from: *const u8) -> [Self; 2] {
        unsafe {
            let bytes = vld1q_u8(from);
            [vmovl_u8(vget_low_u8(bytes)), vmovl_high_u8(bytes)].map(Self::from_u16)
        }
    }

    #[inline(always)]
    unsafe fn narrow_clamped([first, second]: [Self; 2]) -> Self {
        unsafe { Self(vqmovun_high_s16(vqmovun_s16(first.as_i16()), second.as_i16())) }
    }

    #[inline(always)]
    unsafe fn multiply_high_i16(self, other: Self) -> Self {
        unsafe {
            // The upper half of twice the product, and half of that.
            let twice = vqdmulhq_s16(self.as_i16(), other.as_i16());
            Self(vreinterpretq_u8_s16(vshrq_n_s16::<1>(twice)))
        }
    }

    #[inline(always)]
    unsafe fn multiply_high_u16(self, other: Self) -> Self {
        unsafe {
            let (a, b) = (self.as_u16(), other.as_u16());
            let low = vreinterpretq_u16_u32(vmull_u16(vget_low_u16(a), vget_low_u16(b)));
            let high = vreinterpretq_u16_u32(vmull_high_u16(a, b));
            Self::from_u16(vuzp2q_u16(low, high))
        }
    }

    #[inline(always)]
    unsafe fn high_bytes([first, second]: [Self; 2]) -> Self {
        unsafe { Self(vuzp2q_u8(first.0, second.0)) }
    }

    #[inline(always)]
    unsafe fn low_bytes([first, second]: [Self; 2]) -> Self {
        unsafe { Self(vuzp1q_u8(first.0, second.0)) }
    }

    #[inline(always)]
    unsafe fn shift_left(self, bits: u32) -> Self {
        unsafe { Self(vshlq_u8(self.0, vdupq_n_s8(bits as i8))) }
    }

    #[inline(always)]
    unsafe fn shift_right(self, bits: u32) -> Self {
        unsafe { Self(vshlq_u8(self.0, vdupq_n_s8(-(bits as i8)))) }
    }

    #[inline(always)]
    unsafe fn shift_up_in_u32(self, lanes: usize) -> Self {
        unsafe { Self::from_u32(vshlq_u32(self.as_u32(), vdupq_n_s32(8 * lanes as i32))) }
    }

    #[inline(always)]
    unsafe fn shift_down_in_u32(self, lanes: usize) -> Self {
        unsafe { Self::from_u32(vshlq_u32(self.as_u32(), vdupq_n_s32(-8 * lanes as i32))) }
    }

    #[inline(always)]
    unsafe fn splat_u16(value: u16) -> Self {
        unsafe { Self::from_u16(vdupq_n_u16(value)) }
    }

    #[inline(always)]
    unsafe fn splat_f32(value: f32) -> Self {
        unsafe { Self::from_f32(vdupq_n_f32(value)) }
    }

    #[inline(always)]
    unsafe fn half_exponent_f32(self) -> Self {
        unsafe { Self::from_u32(vshrq_n_u32::<24>(self.as_u32())) }
    }

    #[inline(always)]
    unsafe fn lookup_f32(self, table: &TableF32) -> [Self; 4] {
        unsafe {
            // A column of eight numbers is 32 bytes: four lanes of each number's place, of which the lowest is first.
            let row = vandq_u32(self.as_u32(), vdupq_n_u32(7));
            let bytes = vmlaq_n_u32(vdupq_n_u32(0x0302_0100), row, 0x0404_0404);
            let bytes = vreinterpretq_u8_u32(bytes);
            let mut found = [self; 4];
            for (found, column) in found.iter_mut().zip(&table.columns) {
                let column: *const u8 = column.as_ptr().cast();
                let column = uint8x16x2_t(vld1q_u8(column), vld1q_u8(column.add(16)));
                *found = Self(vqtbl2q_u8(column, bytes));
            }
            found
        }
    }

    /// The even registers and the odd ones.
    type Packed = [uint8x16_t; 2];

    #[inline(always)]
    unsafe fn nothing_packed() -> [uint8x16_t; 2] {
        unsafe { [vdupq_n_u8(0); 2] }
    }

    #[inline(always)]
    unsafe fn pack_2_bits(self, packed: &mut [uint8x16_t; 2], index: usize) {
        unsafe {
            let packed = &mut packed[index % 2];
            *packed = vsliq_n_u8::<2>(self.0, *packed);
        }
    }

    #[inline(always)]
    unsafe fn store_packed([even, odd]: [uint8x16_t; 2], to: *mut u8) {
        unsafe {
            vst1q_u8(to, even);
            vst1q_u8(to.add(16), odd);
        }
    }

    #[inline(always)]
    unsafe fn unpack_2_bits(from: *const u8, index: usize) -> Self {
        unsafe {
            let packed = Self::load(from.add(index % 2 * 16));
            packed.shift_right(6 - 2 * (index / 2) as u32).and(Self::splat(3))
        }
    }

    #[cold]
    #[inline(never)]
    unsafe fn outline<W: Outlined<Self>>(work: W) -> W::Output {
        unsafe { work.run(Simd::new()) }
    }
}

/// The sums of every two neighbouring lanes.
#[inline(always)]
fn twos(products: &Products<Neon>) -> int16x8_t {
    unsafe {
        let [twos, low, high] = products.map(Neon::as_i16);
        vaddq_s16(twos, vpaddq_s16(low, high))
    }
}
