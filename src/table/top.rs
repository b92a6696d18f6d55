//! The largest changes of a frame, found without sorting, and the row of the T table that they make.

use crate::table::thresholds::Thresholds;

/// One row of the T table: how a frame differs from the frame before it.
///
/// Values are differences of luminance. The standard luminance `4 (0.2 x + 1)^2.2` is 4 for black and about
/// 23838 for white. No value is ever -0.0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TRow {
    /// Mean of the five largest rises of luminance, missing ones counted as 0.
    pub positive: f64,
    /// Mean of the five largest falls, as magnitudes.
    pub negative: f64,
    /// T: `positive` where it is larger than `negative`, else `-negative`.
    pub value: f64,
}

impl TRow {
    /// The row of the means of rises and of falls.
    #[must_use]
    pub fn new(positive: f64, negative: f64) -> Self {
        // 0.0 - 0.0 is 0.0, where the negation of 0.0 would be -0.0.
        let value = if positive > negative { positive } else { 0.0 - negative };
        Self { positive, negative, value }
    }
}

/// The five largest rises and falls of luminance in a frame, or in a stripe of it.
///
/// A frame may be cut into stripes, one for each thread. Merged in any order, their deltas make the row of the
/// whole frame, to the last bit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TopDeltas {
    /// The rises.
    pub rises: Top5,
    /// The falls, as magnitudes.
    pub falls: Top5,
}

impl TopDeltas {
    pub(crate) fn of(thresholds: &Thresholds) -> Self {
        Self { rises: thresholds.rises.top(), falls: thresholds.falls.top() }
    }

    /// Takes the deltas of another stripe of the same frame into account.
    pub fn merge(&mut self, other: &Self) {
        self.rises.merge(&other.rises);
        self.falls.merge(&other.falls);
    }

    /// The row of the frame, when all stripes are merged.
    #[must_use]
    pub fn row(&self) -> TRow {
        TRow::new(self.rises.mean(), self.falls.mean())
    }
}

/// The `K` largest positive values of all that were pushed, in falling order; missing ones are 0.
///
/// It depends on the values only, not on the order they came in. So parts of a frame can be compared in any
/// order, and by several threads, and merge to the same bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Top<const K: usize> {
    largest: [f64; K],
}

/// The selection the T table is made of.
pub type Top5 = Top<5>;

impl<const K: usize> Default for Top<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const K: usize> Top<K> {
    /// No values.
    #[must_use]
    pub const fn new() -> Self {
        Self { largest: [0.0; K] }
    }

    /// As many equal values as there can be.
    pub(crate) const fn of_equal(value: f64) -> Self {
        Self { largest: [value; K] }
    }

    /// What a value must exceed to change anything: the smallest value kept.
    #[must_use]
    #[inline]
    pub fn threshold(&self) -> f64 {
        self.largest[K - 1]
    }

    /// Takes one value into account.
    #[inline]
    pub fn push(&mut self, value: f64) {
        if value > self.threshold() {
            self.insert(value);
        }
    }

    /// Takes every value of a slice into account.
    ///
    /// Values are taken in groups. A group whose largest value is too small costs no more than finding that
    /// value.
    pub fn extend(&mut self, values: &[f64]) {
        let (groups, rest) = values.as_chunks::<GROUP>();
        for group in groups {
            self.push_group(group);
        }
        for &value in rest {
            self.push(value);
        }
    }

    /// Takes a group of values into account; says whether one of them entered.
    ///
    /// Values that keep rising would each enter and soon be pushed out again. So the K largest of the group are found
    /// first, and nothing below them is tried.
    #[inline]
    pub fn push_group(&mut self, group: &[f64; GROUP]) -> bool {
        let threshold = self.threshold();
        let enters = group.iter().any(|&value| value > threshold);
        if enters {
            self.insert_group(group);
        }
        enters
    }

    #[cold]
    #[inline(never)]
    fn insert_group(&mut self, group: &[f64; GROUP]) {
        let mut tops = Self::new();
        for &value in group {
            tops.push(value);
        }
        self.merge(&tops);
    }

    /// Takes all values of another selection into account.
    pub fn merge(&mut self, other: &Self) {
        for &value in &other.largest {
            self.push(value);
        }
    }

    /// The values kept, in falling order, filled up with zeros.
    #[must_use]
    pub fn largest(&self) -> &[f64; K] {
        &self.largest
    }

    /// The mean of the `K` values, summed from the largest down.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let mut sum = 0.0;
        for value in self.largest {
            sum += value;
        }
        sum / K as f64
    }

    /// Every kept value that is smaller moves down one place, the smallest out.
    #[inline]
    fn insert(&mut self, value: f64) {
        let mut carried = value;
        for kept in &mut self.largest {
            // A smaller value swaps places with the one carried; written without branches, because
            // where a value lands cannot be predicted.
            let (larger, smaller) =
                if carried > *kept { (carried, *kept) } else { (*kept, carried) };
            *kept = larger;
            carried = smaller;
        }
    }
}

/// Values that [`Top::push_group`] takes together.
pub const GROUP: usize = 8;

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn sorted<const K: usize>(values: &[f64]) -> [f64; K] {
        let mut positive: Vec<f64> = values.iter().copied().filter(|&v| v > 0.0).collect();
        positive.sort_by(|a, b| b.total_cmp(a));
        positive.resize(K, 0.0);
        positive.try_into().unwrap()
    }

    fn of<const K: usize>(values: &[f64]) -> Top<K> {
        let mut top = Top::new();
        top.extend(values);
        top
    }

    #[test]
    fn nothing_and_nothing_positive_give_zero() {
        assert_eq!(Top5::new().mean(), 0.0);
        assert_eq!(of::<5>(&[-1.0, -2.0, 0.0, -0.0]).mean().to_bits(), 0);
    }

    #[test]
    fn missing_values_count_as_zero() {
        assert_eq!(of::<5>(&[10.0, 5.0]).mean(), 3.0);
    }

    proptest! {
        #[test]
        fn equals_sorting(values in prop::collection::vec(
            prop_oneof![-9.0f64..9.0, (-3i8..4).prop_map(f64::from)], 0..400)) {
            prop_assert_eq!(of::<5>(&values).largest, sorted::<5>(&values));
            prop_assert_eq!(of::<1>(&values).largest, sorted::<1>(&values));
            prop_assert_eq!(of::<10>(&values).largest, sorted::<10>(&values));
            prop_assert_eq!(of::<32>(&values).largest, sorted::<32>(&values));
        }

        #[test]
        fn order_and_cuts_do_not_matter(
            mut values in prop::collection::vec((-40i8..40).prop_map(f64::from), 0..300),
            cut in 0usize..300,
        ) {
            let whole = of::<5>(&values);
            let cut = cut.min(values.len());
            let mut parts = of::<5>(&values[..cut]);
            parts.merge(&of(&values[cut..]));
            prop_assert_eq!(whole, parts);
            values.sort_by(f64::total_cmp);
            prop_assert_eq!(whole, of(&values));
        }
    }
}
