//! 32 bytes at a time with AVX2.

use super::dispatch::{Outlined, Simd};
use super::vector::{TableF32, Vector, picks};
use core::arch::x86_64::*;

/// How the bytes of triples are picked.
static PICKS: [[[u8; 16]; 3]; 3] = [picks(0), picks(1), picks(2)];

/// Thirty-two bytes.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256i);

// SAFETY (of every block below): the trait's contract: the processor has AVX2, and pointers are
// valid for the bytes named.
#[allow(clippy::undocumented_unsafe_blocks)]
unsafe impl Vector for Avx2 {
    const LANES: usize = 32;
    type Mask = __m256i;

    #[inline(always)]
    unsafe fn splat(byte: u8) -> Self {
        Self(unsafe { _mm256_set1_epi8(byte.cast_signed()) })
    }

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        Self(unsafe { _mm256_loadu_si256(from.cast()) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        unsafe { _mm256_storeu_si256(to.cast(), self.0) }
    }

    #[inline(always)]
    unsafe fn load_mask(from: *const u8) -> __m256i {
        unsafe { Self::load(from) }.0
    }

    #[inline(always)]
    unsafe fn select(mask: __m256i, yes: Self, no: Self) -> Self {
        Self(unsafe { _mm256_blendv_epi8(no.0, yes.0, mask) })
    }

    #[inline(always)]
    unsafe fn prefetch(line: *const u8) {
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.cast()) }
    }

    super::vector::binary! {
        average = _mm256_avg_epu8,
        wrapping_add = _mm256_add_epi8,
        saturating_sub = _mm256_subs_epu8,
        max = _mm256_max_epu8,
        and = _mm256_and_si256,
        or = _mm256_or_si256,
        xor = _mm256_xor_si256,
        multiply_u16 = _mm256_mullo_epi16,
        multiply_high_u16 = _mm256_mulhi_epu16,
        saturating_add_u16 = _mm256_adds_epu16,
        saturating_sub_u16 = _mm256_subs_epu16,
        min_u16 = _mm256_min_epu16,
        add_u32 = _mm256_add_epi32,
        wrapping_add_u16 = _mm256_add_epi16,
        multiply_high_i16 = _mm256_mulhi_epi16,
        multiply_add_i8 = _mm256_maddubs_epi16,
        multiply_add_i16 = _mm256_madd_epi16,
    }

    const FAST_MULTIPLY_ADD: bool = true;

    #[inline(always)]
    unsafe fn interleave_u32(first: Self, second: Self) -> [Self; 2] {
        unsafe {
            [
                Self(_mm256_unpacklo_epi32(first.0, second.0)),
                Self(_mm256_unpackhi_epi32(first.0, second.0)),
            ]
        }
    }

    #[inline(always)]
    unsafe fn any(self) -> bool {
        unsafe { _mm256_testz_si256(self.0, self.0) == 0 }
    }

    #[inline(always)]
    unsafe fn lookup(self, table: &[u8; 16]) -> Self {
        let table = unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast())) };
        Self(unsafe { _mm256_shuffle_epi8(table, self.0) })
    }

    #[inline(always)]
    unsafe fn interleave_u16(low: Self, high: Self) -> [Self; 2] {
        unsafe {
            [Self(_mm256_unpacklo_epi8(low.0, high.0)), Self(_mm256_unpackhi_epi8(low.0, high.0))]
        }
    }

    const FAST_DEINTERLEAVE_3: bool = true;

    #[inline(always)]
    unsafe fn deinterleave_3(from: *const u8) -> [Self; 3] {
        unsafe {
            let zero = _mm256_setzero_si256();
            let mut loads = [zero; 3];
            for (i, load) in loads.iter_mut().enumerate() {
                let low = _mm_loadu_si128(from.add(16 * i).cast());
                let high = _mm_loadu_si128(from.add(16 * i + 48).cast());
                *load = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(low), high);
            }
            let mut channels = [Self(zero); 3];
            for (channel, picks) in channels.iter_mut().zip(&PICKS) {
                let mut all = zero;
                for (load, bytes) in loads.iter().zip(picks) {
                    let bytes = _mm256_broadcastsi128_si256(_mm_loadu_si128(bytes.as_ptr().cast()));
                    all = _mm256_or_si256(all, _mm256_shuffle_epi8(*load, bytes));
                }
                *channel = Self(all);
            }
            channels
        }
    }

    #[inline(always)]
    unsafe fn load_u16(from: *const u8) -> [Self; 2] {
        unsafe { [Self::load(from), Self::load(from.add(Self::LANES))] }
    }

    #[inline(always)]
    unsafe fn load_widened(from: *const u8) -> [Self; 2] {
        unsafe {
            let (first, second) =
                (_mm_loadu_si128(from.cast()), _mm_loadu_si128(from.add(16).cast()));
            [Self(_mm256_cvtepu8_epi16(first)), Self(_mm256_cvtepu8_epi16(second))]
        }
    }

    #[inline(always)]
    unsafe fn narrow_clamped(registers: [Self; 2]) -> Self {
        unsafe {
            let packed = _mm256_packus_epi16(registers[0].0, registers[1].0);
            Self(_mm256_permute4x64_epi64::<0b11_01_10_00>(packed))
        }
    }

    #[inline(always)]
    unsafe fn in_order([first, second]: [Self; 2]) -> [Self; 2] {
        unsafe {
            [
                Self(_mm256_permute2x128_si256::<0x20>(first.0, second.0)),
                Self(_mm256_permute2x128_si256::<0x31>(first.0, second.0)),
            ]
        }
    }

    #[inline(always)]
    unsafe fn high_bytes(registers: [Self; 2]) -> Self {
        unsafe {
            let low = _mm256_srli_epi16::<8>(registers[0].0);
            Self(_mm256_packus_epi16(low, _mm256_srli_epi16::<8>(registers[1].0)))
        }
    }

    #[inline(always)]
    unsafe fn low_bytes(registers: [Self; 2]) -> Self {
        unsafe {
            let mask = _mm256_set1_epi16(0xff);
            let low = _mm256_and_si256(registers[0].0, mask);
            Self(_mm256_packus_epi16(low, _mm256_and_si256(registers[1].0, mask)))
        }
    }

    #[inline(always)]
    unsafe fn shift_left(self, bits: u32) -> Self {
        unsafe {
            let shifted = _mm256_sll_epi16(self.0, _mm_cvtsi32_si128(bits as i32));
            Self(_mm256_and_si256(shifted, _mm256_set1_epi8((0xff << bits) as i8)))
        }
    }

    #[inline(always)]
    unsafe fn shift_right(self, bits: u32) -> Self {
        unsafe {
            let shifted = _mm256_srl_epi16(self.0, _mm_cvtsi32_si128(bits as i32));
            Self(_mm256_and_si256(shifted, _mm256_set1_epi8((0xff >> bits) as i8)))
        }
    }

    #[inline(always)]
    unsafe fn shift_up_in_u32(self, lanes: usize) -> Self {
        Self(unsafe { _mm256_sll_epi32(self.0, _mm_cvtsi32_si128(8 * lanes as i32)) })
    }

    #[inline(always)]
    unsafe fn shift_down_in_u32(self, lanes: usize) -> Self {
        Self(unsafe { _mm256_srl_epi32(self.0, _mm_cvtsi32_si128(8 * lanes as i32)) })
    }

    #[inline(always)]
    unsafe fn splat_u16(value: u16) -> Self {
        Self(unsafe { _mm256_set1_epi16(value.cast_signed()) })
    }

    #[inline(always)]
    unsafe fn splat_f32(value: f32) -> Self {
        Self(unsafe { _mm256_castps_si256(_mm256_set1_ps(value)) })
    }

    #[inline(always)]
    unsafe fn add_f32(self, other: Self) -> Self {
        unsafe {
            let (a, b) = (_mm256_castsi256_ps(self.0), _mm256_castsi256_ps(other.0));
            Self(_mm256_castps_si256(_mm256_add_ps(a, b)))
        }
    }

    #[inline(always)]
    unsafe fn mul_f32(self, other: Self) -> Self {
        unsafe {
            let (a, b) = (_mm256_castsi256_ps(self.0), _mm256_castsi256_ps(other.0));
            Self(_mm256_castps_si256(_mm256_mul_ps(a, b)))
        }
    }

    #[inline(always)]
    unsafe fn min_f32(self, other: Self) -> Self {
        unsafe {
            let (a, b) = (_mm256_castsi256_ps(self.0), _mm256_castsi256_ps(other.0));
            Self(_mm256_castps_si256(_mm256_min_ps(a, b)))
        }
    }

    #[inline(always)]
    unsafe fn max_f32(self, other: Self) -> Self {
        unsafe {
            let (a, b) = (_mm256_castsi256_ps(self.0), _mm256_castsi256_ps(other.0));
            Self(_mm256_castps_si256(_mm256_max_ps(a, b)))
        }
    }

    #[inline(always)]
    unsafe fn half_exponent_f32(self) -> Self {
        Self(unsafe { _mm256_srli_epi32::<24>(self.0) })
    }

    #[inline(always)]
    unsafe fn lookup_f32(self, table: &TableF32) -> [Self; 4] {
        let mut found = [self; 4];
        for (found, column) in found.iter_mut().zip(&table.columns) {
            // The index of a permutation is taken modulo 8.
            let column = unsafe { _mm256_loadu_ps(column.as_ptr()) };
            let column = unsafe { _mm256_permutevar8x32_ps(column, self.0) };
            *found = Self(unsafe { _mm256_castps_si256(column) });
        }
        found
    }

    type Packed = __m256i;

    #[inline(always)]
    unsafe fn nothing_packed() -> __m256i {
        unsafe { _mm256_setzero_si256() }
    }

    #[inline(always)]
    unsafe fn pack_2_bits(self, packed: &mut __m256i, _: usize) {
        *packed = unsafe { _mm256_or_si256(_mm256_slli_epi16::<2>(*packed), self.0) };
    }

    #[inline(always)]
    unsafe fn store_packed(packed: __m256i, to: *mut u8) {
        unsafe { Self(packed).store(to) }
    }

    #[inline(always)]
    unsafe fn unpack_2_bits(from: *const u8, index: usize) -> Self {
        unsafe {
            let shift = _mm_cvtsi32_si128(6 - 2 * index as i32);
            let packed = _mm256_srl_epi16(Self::load(from).0, shift);
            Self(_mm256_and_si256(packed, _mm256_set1_epi8(3)))
        }
    }

    #[cold]
    #[inline(never)]
    #[target_feature(enable = "avx2")]
    unsafe fn outline<W: Outlined<Self>>(work: W) -> W::Output {
        work.run(unsafe { Simd::new() })
    }
}
