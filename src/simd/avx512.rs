//! 64 bytes at a time with AVX-512 F and BW.

use super::dispatch::{Outlined, Simd};
use super::vector::{TableF32, Vector, picks};
use core::arch::x86_64::*;

/// Sixty-four bytes; with `VBMI` the processor has AVX-512 VBMI as well.
#[derive(Clone, Copy)]
pub(crate) struct Avx512<const VBMI: bool>(__m512i);

// SAFETY (of every block below): the trait's contract: the processor has AVX-512 F and BW, and
// pointers are valid for the bytes named.
#[allow(clippy::undocumented_unsafe_blocks)]
unsafe impl<const VBMI: bool> Vector for Avx512<VBMI> {
    const LANES: usize = 64;
    type Mask = __mmask64;

    #[inline(always)]
    unsafe fn splat(byte: u8) -> Self {
        Self(unsafe { _mm512_set1_epi8(byte.cast_signed()) })
    }

    #[inline(always)]
    unsafe fn load(from: *const u8) -> Self {
        Self(unsafe { _mm512_loadu_si512(from.cast()) })
    }

    #[inline(always)]
    unsafe fn load_split(from: *const u8) -> Self {
        unsafe {
            let low = _mm256_loadu_si256(from.cast());
            let high = _mm256_loadu_si256(from.add(32).cast());
            Self(_mm512_inserti64x4::<1>(_mm512_castsi256_si512(low), high))
        }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u8) {
        unsafe { _mm512_storeu_si512(to.cast(), self.0) }
    }

    #[inline(always)]
    unsafe fn load_mask(from: *const u8) -> __mmask64 {
        unsafe { _mm512_movepi8_mask(Self::load(from).0) }
    }

    #[inline(always)]
    unsafe fn select(mask: __mmask64, yes: Self, no: Self) -> Self {
        Self(unsafe { _mm512_mask_blend_epi8(mask, no.0, yes.0) })
    }

    #[inline(always)]
    unsafe fn prefetch(line: *const u8) {
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.cast()) }
    }

    super::vector::binary! {
        average = _mm512_avg_epu8,
        wrapping_add = _mm512_add_epi8,
        saturating_sub = _mm512_subs_epu8,
        max = _mm512_max_epu8,
        and = _mm512_and_si512,
        or = _mm512_or_si512,
        xor = _mm512_xor_si512,
        multiply_u16 = _mm512_mullo_epi16,
        multiply_high_u16 = _mm512_mulhi_epu16,
        saturating_add_u16 = _mm512_adds_epu16,
        saturating_sub_u16 = _mm512_subs_epu16,
        min_u16 = _mm512_min_epu16,
        add_u32 = _mm512_add_epi32,
        wrapping_add_u16 = _mm512_add_epi16,
        multiply_high_i16 = _mm512_mulhi_epi16,
        multiply_add_i8 = _mm512_maddubs_epi16,
        multiply_add_i16 = _mm512_madd_epi16,
    }

    const FAST_MULTIPLY_ADD: bool = true;
    const ROOM_FOR_3_PRODUCTS: bool = true;

    #[inline(always)]
    unsafe fn interleave_u32(first: Self, second: Self) -> [Self; 2] {
        unsafe {
            [
                Self(_mm512_unpacklo_epi32(first.0, second.0)),
                Self(_mm512_unpackhi_epi32(first.0, second.0)),
            ]
        }
    }

    #[inline(always)]
    unsafe fn any(self) -> bool {
        unsafe { _mm512_test_epi32_mask(self.0, self.0) != 0 }
    }

    #[inline(always)]
    unsafe fn lookup(self, table: &[u8; 16]) -> Self {
        let table = unsafe { _mm512_broadcast_i32x4(_mm_loadu_si128(table.as_ptr().cast())) };
        Self(unsafe { _mm512_shuffle_epi8(table, self.0) })
    }

    #[inline(always)]
    unsafe fn interleave_u16(low: Self, high: Self) -> [Self; 2] {
        unsafe {
            [Self(_mm512_unpacklo_epi8(low.0, high.0)), Self(_mm512_unpackhi_epi8(low.0, high.0))]
        }
    }

    #[inline(always)]
    unsafe fn lookup_by_low_bits(self, table: &[u8; 16]) -> Self {
        unsafe {
            if VBMI {
                // The table four times: the next higher bits do not matter.
                let table = _mm512_broadcast_i32x4(_mm_loadu_si128(table.as_ptr().cast()));
                return Self(_mm512_permutexvar_epi8(self.0, table));
            }
            self.and(Self::splat(15)).lookup(table)
        }
    }

    #[inline(always)]
    unsafe fn lookup_by_high_bits(self, table: &[u8; 16]) -> Self {
        unsafe {
            if VBMI {
                // In words: the bits that come from the byte above do not matter either.
                return Self(_mm512_srli_epi16::<4>(self.0)).lookup_by_low_bits(table);
            }
            self.shift_right(4).lookup(table)
        }
    }

    const FAST_DEINTERLEAVE_3: bool = true;

    #[inline(always)]
    unsafe fn deinterleave_3(from: *const u8) -> [Self; 3] {
        if VBMI {
            // SAFETY: the caller's contract is the same.
            return unsafe { deinterleave_3_by_permutes(from) };
        }
        unsafe {
            let zero = _mm512_setzero_si512();
            let mut loads = [zero; 3];
            for (i, load) in loads.iter_mut().enumerate() {
                let from = from.add(16 * i);
                let all = _mm512_castsi128_si512(_mm_loadu_si128(from.cast()));
                let all = _mm512_inserti32x4::<1>(all, _mm_loadu_si128(from.add(48).cast()));
                let all = _mm512_inserti32x4::<2>(all, _mm_loadu_si128(from.add(96).cast()));
                *load = _mm512_inserti32x4::<3>(all, _mm_loadu_si128(from.add(144).cast()));
            }
            let mut channels = [Self(zero); 3];
            for (channel, picks) in channels.iter_mut().zip(&PICKS) {
                let mut all = zero;
                for (load, bytes) in loads.iter().zip(picks) {
                    let bytes = _mm512_broadcast_i32x4(_mm_loadu_si128(bytes.as_ptr().cast()));
                    all = _mm512_or_si512(all, _mm512_shuffle_epi8(*load, bytes));
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
                (_mm256_loadu_si256(from.cast()), _mm256_loadu_si256(from.add(32).cast()));
            [Self(_mm512_cvtepu8_epi16(first)), Self(_mm512_cvtepu8_epi16(second))]
        }
    }

    #[inline(always)]
    unsafe fn narrow_clamped(registers: [Self; 2]) -> Self {
        unsafe {
            let packed = _mm512_packus_epi16(registers[0].0, registers[1].0);
            Self(_mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), packed))
        }
    }

    #[inline(always)]
    unsafe fn in_order([first, second]: [Self; 2]) -> [Self; 2] {
        unsafe {
            let low = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
            let high = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
            [
                Self(_mm512_permutex2var_epi64(first.0, low, second.0)),
                Self(_mm512_permutex2var_epi64(first.0, high, second.0)),
            ]
        }
    }

    #[inline(always)]
    unsafe fn high_bytes(registers: [Self; 2]) -> Self {
        unsafe {
            let low = _mm512_srli_epi16::<8>(registers[0].0);
            Self(_mm512_packus_epi16(low, _mm512_srli_epi16::<8>(registers[1].0)))
        }
    }

    #[inline(always)]
    unsafe fn low_bytes(registers: [Self; 2]) -> Self {
        unsafe {
            let mask = _mm512_set1_epi16(0xff);
            let low = _mm512_and_si512(registers[0].0, mask);
            Self(_mm512_packus_epi16(low, _mm512_and_si512(registers[1].0, mask)))
        }
    }

    #[inline(always)]
    unsafe fn shift_left(self, bits: u32) -> Self {
        unsafe {
            let shifted = _mm512_sll_epi16(self.0, _mm_cvtsi32_si128(bits as i32));
            Self(_mm512_and_si512(shifted, _mm512_set1_epi8((0xff << bits) as i8)))
        }
    }

    #[inline(always)]
    unsafe fn shift_right(self, bits: u32) -> Self {
        unsafe {
            let shifted = _mm512_srl_epi16(self.0, _mm_cvtsi32_si128(bits as i32));
            Self(_mm512_and_si512(shifted, _mm512_set1_epi8((0xff >> bits) as i8)))
        }
    }

    #[inline(always)]
    unsafe fn shift_up_in_u32(self, lanes: usize) -> Self {
        Self(unsafe { _mm512_sll_epi32(self.0, _mm_cvtsi32_si128(8 * lanes as i32)) })
    }

    #[inline(always)]
    unsafe fn shift_down_in_u32(self, lanes: usize) -> Self {
        Self(unsafe { _mm512_srl_epi32(self.0, _mm_cvtsi32_si128(8 * lanes as i32)) })
    }

    #[inline(always)]
    unsafe fn splat_u16(value: u16) -> Self {
        Self(unsafe { _mm512_set1_epi16(value.cast_signed()) })
    }

    #[inline(always)]
    unsafe fn splat_f32(value: f32) -> Self {
        Self(unsafe { _mm512_castps_si512(_mm512_set1_ps(value)) })
    }

    #[inline(always)]
    unsafe fn add_f32(self, other: Self) -> Self {
        unsafe {
            let (a, b) = (_mm512_castsi512_ps(self.0), _mm512_castsi512_ps(other.0));
            Self(_mm512_castps_si512(_mm512_add_ps(a, b)))
        }
    }

    #[inline(always)]
    unsafe fn mul_f32(self, other: Self) -> Self {
        unsafe {
            let (a, b) = (_mm512_castsi512_ps(self.0), _mm512_castsi512_ps(other.0));
            Self(_mm512_castps_si512(_mm512_mul_ps(a, b)))
        }
    }

    #[inline(always)]
    unsafe fn min_f32(self, other: Self) -> Self {
        unsafe {
            let (a, b) = (_mm512_castsi512_ps(self.0), _mm512_castsi512_ps(other.0));
            Self(_mm512_castps_si512(_mm512_min_ps(a, b)))
        }
    }

    #[inline(always)]
    unsafe fn max_f32(self, other: Self) -> Self {
        unsafe {
            let (a, b) = (_mm512_castsi512_ps(self.0), _mm512_castsi512_ps(other.0));
            Self(_mm512_castps_si512(_mm512_max_ps(a, b)))
        }
    }

    #[inline(always)]
    unsafe fn half_exponent_f32(self) -> Self {
        Self(unsafe { _mm512_srli_epi32::<24>(self.0) })
    }

    #[inline(always)]
    unsafe fn lookup_f32(self, table: &TableF32) -> [Self; 4] {
        let mut found = [self; 4];
        for (found, column) in found.iter_mut().zip(&table.columns) {
            // Its index is taken modulo 16.
            let column = unsafe { _mm512_loadu_si512(column.as_ptr().cast()) };
            *found = Self(unsafe { _mm512_permutexvar_epi32(self.0, column) });
        }
        found
    }

    type Packed = __m512i;

    #[inline(always)]
    unsafe fn nothing_packed() -> __m512i {
        unsafe { _mm512_setzero_si512() }
    }

    #[inline(always)]
    unsafe fn pack_2_bits(self, packed: &mut __m512i, _: usize) {
        // A register holds two quarters of the lanes, so there are two bits between them.
        *packed = unsafe { _mm512_or_si512(_mm512_slli_epi16::<4>(*packed), self.0) };
    }

    #[inline(always)]
    unsafe fn store_packed(packed: __m512i, to: *mut u8) {
        unsafe {
            let first = _mm512_castsi512_si256(packed);
            let second = _mm512_extracti64x4_epi64::<1>(packed);
            let both = _mm256_or_si256(_mm256_slli_epi16::<2>(first), second);
            _mm256_storeu_si256(to.cast(), both);
        }
    }

    #[inline(always)]
    unsafe fn unpack_2_bits(from: *const u8, index: usize) -> Self {
        unsafe {
            let twice = _mm512_broadcast_i64x4(_mm256_loadu_si256(from.cast()));
            let second = 4 - 4 * index as i16;
            let shifts =
                _mm512_inserti64x4::<1>(_mm512_set1_epi16(second + 2), _mm256_set1_epi16(second));
            Self(_mm512_and_si512(_mm512_srlv_epi16(twice, shifts), _mm512_set1_epi8(3)))
        }
    }

    #[inline(always)]
    unsafe fn outline<W: Outlined<Self>>(work: W) -> W::Output {
        if VBMI { unsafe { outline_vbmi(work) } } else { unsafe { outline(work) } }
    }
}

/// [`Vector::outline`].
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn outline<V: Vector, W: Outlined<V>>(work: W) -> W::Output {
    // SAFETY: the caller's contract.
    work.run(unsafe { Simd::new() })
}

/// The same with VBMI.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
unsafe fn outline_vbmi<V: Vector, W: Outlined<V>>(work: W) -> W::Output {
    // SAFETY: the caller's contract.
    work.run(unsafe { Simd::new() })
}

/// How the bytes of triples are picked.
static PICKS: [[[u8; 16]; 3]; 3] = [picks(0), picks(1), picks(2)];

/// Where the bytes `c` of 64 triples lie in three registers: the lane of each in its register, and which of them are in
/// the second and in the third.
struct Triples {
    lanes: [u8; 64],
    second: __mmask64,
    third: __mmask64,
}

static TRIPLES: [Triples; 3] = {
    const NONE: Triples = Triples { lanes: [0; 64], second: 0, third: 0 };
    let mut channels = [NONE; 3];
    let mut c = 0;
    while c < 3 {
        let mut i = 0;
        while i < 64 {
            let at = 3 * i + c;
            channels[c].lanes[i] = (at % 64) as u8;
            channels[c].second |= ((at / 64 == 1) as u64) << i;
            channels[c].third |= ((at / 64 == 2) as u64) << i;
            i += 1;
        }
        c += 1;
    }
    channels
};

/// [`Vector::deinterleave_3`] with VBMI.
///
/// # Safety
///
/// That of [`Vector::deinterleave_3`]; the processor has VBMI.
#[inline(always)]
unsafe fn deinterleave_3_by_permutes<const VBMI: bool>(from: *const u8) -> [Avx512<VBMI>; 3] {
    // SAFETY: the caller's contract.
    unsafe {
        let first = _mm512_loadu_si512(from.cast());
        let second = _mm512_loadu_si512(from.add(64).cast());
        let third = _mm512_loadu_si512(from.add(128).cast());
        let mut channels = [Avx512(first); 3];
        for (channel, of) in channels.iter_mut().zip(&TRIPLES) {
            let lanes = _mm512_loadu_si512(of.lanes.as_ptr().cast());
            let all = _mm512_permutexvar_epi8(lanes, first);
            let all = _mm512_mask_permutexvar_epi8(all, of.second, lanes, second);
            *channel = Avx512(_mm512_mask_permutexvar_epi8(all, of.third, lanes, third));
        }
        channels
    }
}
