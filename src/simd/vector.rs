//! The operations that kernels are written in. An instruction set is one implementation of [`Vector`].

use super::dispatch::Outlined;

/// Eight rows of four numbers, by rows, and by columns, twice each, where a backend finds eight numbers, or four, in one
/// instruction.
pub(crate) struct TableF32 {
    pub(super) rows: [[f32; 4]; 8],
    #[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_endian = "little")))]
    pub(super) columns: [[f32; 16]; 4],
}

impl TableF32 {
    pub(crate) const fn new(rows: [[f32; 4]; 8]) -> Self {
        Self {
            rows,
            #[cfg(any(
                target_arch = "x86_64",
                all(target_arch = "aarch64", target_endian = "little")
            ))]
            columns: {
                let mut columns = [[0.0; 16]; 4];
                let mut i = 0;
                while i < 64 {
                    columns[i % 4][i / 4] = rows[i / 4 % 8][i % 4];
                    i += 1;
                }
                columns
            },
        }
    }
}

/// Sums of bytes and of products of bytes in 16 bits. Which lane is in which of the registers is up to the backend, which
/// may use fewer.
pub(crate) type Products<V> = [V; 3];

/// A register of unsigned bytes. Some operations take every two lanes as a `u16`, or every four as a `u32`.
///
/// # Safety
///
/// An implementor is `LANES` bytes that may have any value, in the order of its lanes, see the assertions in
/// [`Simd`](super::Simd), and its operations do what is said here.
///
/// Every method may be called only where the processor has the implementor's instruction set, from
/// a function that is compiled for it. Pointers need no alignment; they must be valid for the bytes
/// that the method names.
pub(crate) unsafe trait Vector: Copy {
    /// Bytes in a register.
    const LANES: usize;

    /// Whether [`Vector::lookup`] is one instruction, and not sixteen.
    const FAST_LOOKUP: bool = true;

    /// Which lanes to take.
    type Mask: Copy;

    /// The same byte in every lane.
    unsafe fn splat(byte: u8) -> Self;

    /// Reads `LANES` bytes.
    unsafe fn load(from: *const u8) -> Self;

    /// The same for bytes that mostly lie across two cache lines. Such a load of 64 bytes takes some processors
    /// (AMD's Zen 5) longer than two of 32.
    #[inline(always)]
    unsafe fn load_split(from: *const u8) -> Self {
        // SAFETY: the caller's contract is the same.
        unsafe { Self::load(from) }
    }

    /// Writes `LANES` bytes.
    unsafe fn store(self, to: *mut u8);

    /// Reads `LANES` bytes: 255 for a lane to take, 0 for others.
    unsafe fn load_mask(from: *const u8) -> Self::Mask;

    /// The lanes of `yes` that the mask takes, the others of `no`.
    unsafe fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;

    /// `(a + b + 1) / 2`, without overflow.
    unsafe fn average(self, other: Self) -> Self;

    /// `a + b` modulo 256.
    unsafe fn wrapping_add(self, other: Self) -> Self;

    /// `max(a - b, 0)`.
    unsafe fn saturating_sub(self, other: Self) -> Self;

    /// The larger of each pair.
    unsafe fn max(self, other: Self) -> Self;

    /// Bitwise and.
    unsafe fn and(self, other: Self) -> Self;

    /// Bitwise or.
    unsafe fn or(self, other: Self) -> Self;

    /// Bitwise exclusive or.
    unsafe fn xor(self, other: Self) -> Self;

    /// Asks for a cache line that will soon be read, into the second-level cache: on Zen 4 fewer lines can be on their
    /// way to the first level at a time, and asking for more makes the processor wait. Any address will do.
    #[inline(always)]
    unsafe fn prefetch(_: *const u8) {}

    /// Whether any bit is set.
    unsafe fn any(self) -> bool;

    /// `table[lane]`, for lanes below 16.
    unsafe fn lookup(self, table: &[u8; 16]) -> Self;

    /// `table[lane % 16]`.
    #[inline(always)]
    unsafe fn lookup_by_low_bits(self, table: &[u8; 16]) -> Self {
        // SAFETY: the caller's contract is the same.
        unsafe { self.and(Self::splat(15)).lookup(table) }
    }

    /// `table[lane / 16]`.
    #[inline(always)]
    unsafe fn lookup_by_high_bits(self, table: &[u8; 16]) -> Self {
        // SAFETY: the caller's contract is the same.
        unsafe { self.shift_right(4).lookup(table) }
    }

    /// Whether there are sums of products: [`Vector::add_bytes`] to [`Vector::sums_of_twos`]. A backend has those, or
    /// [`Vector::multiply_add_i8`], [`Vector::multiply_add_i16`] and [`Vector::interleave_u32`], of which they are made.
    const FAST_MULTIPLY_ADD: bool = false;

    /// Whether [`Products`] of three channels have room in registers, with the bytes to multiply.
    const ROOM_FOR_3_PRODUCTS: bool = false;

    /// Whether the first bytes of [`Vector::add_products`] may be above 127.
    const MIXED_PRODUCTS: bool = true;

    /// Adds bytes.
    #[inline(always)]
    unsafe fn add_bytes(self, to: &mut Products<Self>) {
        // SAFETY: the caller's contract is the same.
        to[0] = unsafe { to[0].wrapping_add_u16(self.multiply_add_i8(Self::splat(1))) };
    }

    /// Adds `a · b` of bytes and of the `i8` of `other`. The sums of every two neighbouring lanes must fit into an `i16`.
    #[inline(always)]
    unsafe fn add_products(self, other: Self, to: &mut Products<Self>) {
        // SAFETY: the caller's contract is the same.
        to[0] = unsafe { to[0].wrapping_add_u16(self.multiply_add_i8(other)) };
    }

    /// The same of bytes; those of `other` are below 128.
    #[inline(always)]
    unsafe fn add_products_u8(self, other: Self, to: &mut Products<Self>) {
        // SAFETY: the caller's contract is the same.
        unsafe { self.add_products(other, to) }
    }

    /// `large · 2^LARGE + middle · 2^MIDDLE + small`, summed up over every four neighbouring lanes, as `i32`. `LARGE` is
    /// 6 to 20, `MIDDLE` at most 14 and no more than that.
    #[inline(always)]
    unsafe fn sums_of_fours<const LARGE: u32, const MIDDLE: u32>(
        large: Self,
        [middle, small]: [&Products<Self>; 2],
    ) -> Self {
        // SAFETY: the caller's contract is the same.
        unsafe { total::<Self, LARGE, MIDDLE>(large, middle[0], small[0], Self::splat(255)) }
    }

    /// The same over every two neighbouring lanes, in two registers, in the order of memory.
    #[inline(always)]
    unsafe fn sums_of_twos<const LARGE: u32, const MIDDLE: u32>(
        large: Self,
        [middle, small]: [&Products<Self>; 2],
    ) -> [Self; 2] {
        // SAFETY: the caller's contract is the same.
        unsafe {
            let all = Self::splat(255);
            let [even, odd] = [all.shift_down_in_u32(2), all.shift_up_in_u32(2)];
            let even = total::<Self, LARGE, MIDDLE>(large, middle[0], small[0], even);
            let odd = total::<Self, LARGE, MIDDLE>(large, middle[0], small[0], odd);
            Self::in_order(Self::interleave_u32(even, odd))
        }
    }

    /// `a · b` of bytes and the `i8` of `other`, and the sums of every two neighbouring products, which must fit, as
    /// `i16`.
    #[inline(always)]
    unsafe fn multiply_add_i8(self, _: Self) -> Self {
        debug_assert!(Self::FAST_MULTIPLY_ADD, "callers ask whether there is one");
        self
    }

    /// `a · b` of `i16`, and the sums of every two neighbouring products as `i32`.
    #[inline(always)]
    unsafe fn multiply_add_i16(self, _: Self) -> Self {
        debug_assert!(Self::FAST_MULTIPLY_ADD, "callers ask whether there is one");
        self
    }

    /// The `u32` of `first` and `second` in turns, in two registers: [`Vector::in_order`] makes `first[0], second[0],
    /// first[1], ...` of them.
    #[inline(always)]
    unsafe fn interleave_u32(first: Self, second: Self) -> [Self; 2] {
        debug_assert!(Self::FAST_MULTIPLY_ADD, "callers ask whether there is one");
        [first, second]
    }

    /// `low + 256 · high` as `u16` in two registers. Their order is that of [`Vector::high_bytes`] and
    /// [`Vector::low_bytes`], and up to the backend otherwise.
    unsafe fn interleave_u16(low: Self, high: Self) -> [Self; 2];

    /// Whether [`Vector::deinterleave_3`] is a few instructions.
    const FAST_DEINTERLEAVE_3: bool = false;

    /// Whether it is one, and [`Vector::deinterleave_4`] as well.
    const DEINTERLEAVING_LOADS: bool = false;

    /// The first, second and third bytes of `LANES` triples of bytes, in their order.
    ///
    /// # Safety
    ///
    /// The contract of the trait; `from` is valid for reading three registers.
    unsafe fn deinterleave_3(_: *const u8) -> [Self; 3] {
        debug_assert!(Self::FAST_DEINTERLEAVE_3, "callers ask whether there is one");
        // SAFETY: the caller's contract is the same.
        unsafe { [Self::splat(0); 3] }
    }

    /// The same of `LANES` fours of bytes.
    ///
    /// # Safety
    ///
    /// The contract of the trait; `from` is valid for reading four registers.
    unsafe fn deinterleave_4(_: *const u8) -> [Self; 4] {
        debug_assert!(Self::DEINTERLEAVING_LOADS, "callers ask whether there is one");
        // SAFETY: the caller's contract is the same.
        unsafe { [Self::splat(0); 4] }
    }

    /// Reads `LANES` little-endian `u16`, in their order.
    unsafe fn load_u16(from: *const u8) -> [Self; 2];

    /// Reads `LANES` bytes as `u16`, in their order.
    unsafe fn load_widened(from: *const u8) -> [Self; 2];

    /// The `i16` of two registers as bytes in their order, clamped to 0..=255.
    unsafe fn narrow_clamped(registers: [Self; 2]) -> Self;

    /// `a + b` modulo 2^16.
    unsafe fn wrapping_add_u16(self, other: Self) -> Self;

    /// The upper half of the product of `i16`, which are not both -32768.
    unsafe fn multiply_high_i16(self, other: Self) -> Self;

    /// The high bytes of `u16`, in the order in which [`Vector::interleave_u16`] takes them.
    unsafe fn high_bytes(registers: [Self; 2]) -> Self;

    /// The low bytes of `u16`, in the same order.
    unsafe fn low_bytes(registers: [Self; 2]) -> Self;

    /// `lane · 2^bits` modulo 256; 0 for 8 bits.
    unsafe fn shift_left(self, bits: u32) -> Self;

    /// `lane / 2^bits`; 0 for 8 bits.
    unsafe fn shift_right(self, bits: u32) -> Self;

    /// `a · b` modulo 2^16.
    unsafe fn multiply_u16(self, other: Self) -> Self;

    /// Moves the bytes of every four lanes up by 0 to 3 lanes; zeros take their place.
    unsafe fn shift_up_in_u32(self, lanes: usize) -> Self;

    /// Moves the bytes of every four lanes down by 0 to 3 lanes; zeros take their place.
    unsafe fn shift_down_in_u32(self, lanes: usize) -> Self;

    /// The upper half of the product of `u16`.
    unsafe fn multiply_high_u16(self, other: Self) -> Self;

    /// `min(a + b, 65535)` of `u16`.
    unsafe fn saturating_add_u16(self, other: Self) -> Self;

    /// `max(a - b, 0)` of `u16`.
    unsafe fn saturating_sub_u16(self, other: Self) -> Self;

    /// The smaller of each pair of `u16`.
    unsafe fn min_u16(self, other: Self) -> Self;

    /// `a + b` modulo 2^32.
    unsafe fn add_u32(self, other: Self) -> Self;

    /// What [`Vector::interleave_u16`] gave, in the order of the bytes that it took.
    #[inline(always)]
    unsafe fn in_order(registers: [Self; 2]) -> [Self; 2] {
        registers
    }

    /// The same `u16` in every two lanes.
    unsafe fn splat_u16(value: u16) -> Self;

    /// The same `f32` in every four lanes.
    unsafe fn splat_f32(value: f32) -> Self;

    /// `a + b` of `f32`.
    unsafe fn add_f32(self, other: Self) -> Self;

    /// `a · b` of `f32`.
    unsafe fn mul_f32(self, other: Self) -> Self;

    /// The smaller of each pair of `f32`, which are numbers.
    unsafe fn min_f32(self, other: Self) -> Self;

    /// The larger of each pair of `f32`, which are numbers.
    unsafe fn max_f32(self, other: Self) -> Self;

    /// `lane / 2^24` of `u32`: half of the exponent of a positive `f32`.
    unsafe fn half_exponent_f32(self) -> Self;

    /// `[table.rows[lane % 8][0], ..., table.rows[lane % 8][3]]` of `u32`, as four registers of `f32`.
    unsafe fn lookup_f32(self, table: &TableF32) -> [Self; 4];

    /// Lanes below 4 of up to 128 lanes, packed four to a byte.
    type Packed: Copy;

    /// Nothing packed yet.
    unsafe fn nothing_packed() -> Self::Packed;

    /// Packs register `index` of 128 lanes; all of them in their order. Each lane is below 4.
    unsafe fn pack_2_bits(self, packed: &mut Self::Packed, index: usize);

    /// Writes 32 bytes, when all 128 lanes are packed. Lane `i` is in byte `i % 32`, the first quarter of the lanes
    /// in the highest two bits.
    unsafe fn store_packed(packed: Self::Packed, to: *mut u8);

    /// Register `index` of the 128 lanes, from what [`Vector::store_packed`] wrote.
    unsafe fn unpack_2_bits(from: *const u8, index: usize) -> Self;

    /// Runs work in a function of its own that is compiled for the instruction set.
    ///
    /// `inline(never)` is without effect on functions with target features (rustc 1.95), so they are `cold` too.
    ///
    /// # Safety
    ///
    /// The processor has the instruction set.
    unsafe fn outline<W: Outlined<Self>>(work: W) -> W::Output;
}

/// [`Vector::sums_of_fours`] of those words that `chosen` has ones for.
///
/// # Safety
///
/// The contract of [`Vector`].
#[inline(always)]
unsafe fn total<V: Vector, const LARGE: u32, const MIDDLE: u32>(
    large: V,
    middle: V,
    small: V,
    chosen: V,
) -> V {
    const { assert!(6 <= LARGE && LARGE <= 20 && MIDDLE <= 14 && MIDDLE <= LARGE) };
    // SAFETY: the caller's contract.
    unsafe {
        // 2^LARGE has no room in an i16: a part of it is a factor of bytes. A word has room for 64 times two bytes.
        let large = large.multiply_add_i8(V::splat(64));
        let large = large.multiply_add_i16(chosen.and(V::splat_u16(1 << (LARGE - 6))));
        let middle = middle.multiply_add_i16(chosen.and(V::splat_u16(1 << MIDDLE)));
        let small = small.multiply_add_i16(chosen.and(V::splat_u16(1)));
        large.add_u32(middle).add_u32(small)
    }
}

/// Methods of [`Vector`] that are one intrinsic of two registers each, for a tuple struct of a register.
#[cfg(target_arch = "x86_64")]
macro_rules! binary {
    ($($method:ident = $intrinsic:ident,)*) => {$(
        #[inline(always)]
        unsafe fn $method(self, other: Self) -> Self {
            Self(unsafe { $intrinsic(self.0, other.0) })
        }
    )*};
}
#[cfg(target_arch = "x86_64")]
pub(super) use binary;

/// In which lane of each of three loads of 16 bytes the bytes `c` of 16 triples are; 128, for which a look-up gives 0,
/// where they are in another load.
#[cfg(target_arch = "x86_64")]
pub(super) const fn picks(c: usize) -> [[u8; 16]; 3] {
    let mut picks = [[128; 16]; 3];
    let mut i = 0;
    while i < 16 {
        let at = 3 * i + c;
        picks[at / 16][i] = (at % 16) as u8;
        i += 1;
    }
    picks
}
