//! How a file is cut into parts: equal ones, but for the last.

use crate::storage::{MAX_PARTS, StoredPart};
use std::collections::HashMap;

const MIB: u64 = 1_048_576;
/// What a part has at least, as long as there are not too many of them.
const LEAST: u64 = 8 * MIB;
/// What R2 takes as one part: <https://developers.cloudflare.com/r2/platform/limits/>.
const MOST: u64 = 5_114 * MIB;

/// A file's size, and that of its parts, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) size: u64,
    pub(super) part_size: u64,
}

impl Plan {
    /// Whole mebibytes a part, as few as ten thousand parts allow.
    pub(super) fn of(size: u64) -> Self {
        let even = size.div_ceil(u64::from(MAX_PARTS)).div_ceil(MIB) * MIB;
        Self { size, part_size: even.clamp(LEAST, MOST) }
    }

    /// How many parts there are.
    pub(super) fn count(self) -> u32 {
        u32::try_from(self.size.div_ceil(self.part_size)).unwrap_or(u32::MAX)
    }

    /// How large the part of a number is; `None`: there is none.
    pub(super) fn size_of(self, number: u32) -> Option<u64> {
        let before = u64::from(number.checked_sub(1)?).checked_mul(self.part_size)?;
        let left = self.size.checked_sub(before).filter(|left| *left > 0)?;
        Some(left.min(self.part_size))
    }

    /// The parts of the file in order; or the numbers of those that are not there, or not as large as they must be.
    pub(super) fn whole(self, parts: Vec<StoredPart>) -> Result<Vec<StoredPart>, Vec<u32>> {
        let mut there: HashMap<u32, StoredPart> = parts.into_iter().map(|part| (part.number, part)).collect();
        let (mut whole, mut missing) = (Vec::new(), Vec::new());
        for number in 1..=self.count() {
            match there.remove(&number).filter(|part| Some(part.size) == self.size_of(number)) {
                Some(part) => whole.push(part),
                None => missing.push(number),
            }
        }
        if missing.is_empty() { Ok(whole) } else { Err(missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GIB: u64 = 1_024 * MIB;

    #[test]
    fn parts_are_as_small_as_ten_thousand_of_them_allow() {
        for (size, part_size, count) in [
            (1, 8 * MIB, 1),
            (8 * MIB, 8 * MIB, 1),
            (8 * MIB + 1, 8 * MIB, 2),
            (50 * GIB, 8 * MIB, 6_400),
            (80_000 * MIB, 8 * MIB, 10_000),
            (80_000 * MIB + 1, 9 * MIB, 8_889),
            (5_387_606_976_102, 514 * MIB, 9_997),
        ] {
            let plan = Plan::of(size);
            assert_eq!((plan.part_size, plan.count()), (part_size, count), "{size}");
        }
    }

    #[test]
    fn only_the_last_part_is_smaller() {
        let plan = Plan::of(20 * MIB);
        assert_eq!([1, 2, 3].map(|number| plan.size_of(number)), [Some(8 * MIB), Some(8 * MIB), Some(4 * MIB)]);
        assert_eq!([0, 4, u32::MAX].map(|number| plan.size_of(number)), [None, None, None]);
        assert_eq!(Plan::of(16 * MIB).size_of(3), None);
    }

    #[test]
    fn what_is_missing_is_named() {
        let plan = Plan::of(20 * MIB);
        let part = |number, size| StoredPart { number, size, etag: String::new() };
        let numbers = |parts: Vec<StoredPart>| parts.iter().map(|part| part.number).collect::<Vec<_>>();
        let (one, two, three) = (part(1, 8 * MIB), part(2, 8 * MIB), part(3, 4 * MIB));
        let whole = plan.whole(vec![three.clone(), part(4, 1), one.clone(), two.clone()]);
        assert_eq!(whole.map(numbers), Ok(vec![1, 2, 3]));
        assert_eq!(plan.whole(vec![one.clone(), part(3, 8 * MIB)]).map(numbers), Err(vec![2, 3]));
        assert_eq!(plan.whole(Vec::new()).map(numbers), Err(vec![1, 2, 3]));
    }

    proptest! {
        #[test]
        fn the_parts_add_up_to_the_file(size in 1_u64..=5_387_606_976_102) {
            let plan = Plan::of(size);
            prop_assert!((1..=MAX_PARTS).contains(&plan.count()));
            prop_assert_eq!((1..=plan.count()).filter_map(|number| plan.size_of(number)).sum::<u64>(), size);
            prop_assert_eq!(plan.size_of(plan.count() + 1), None);
        }
    }
}
