//! How much of the room of who is signed in is taken, as pages show it.

use crate::size;
use bytesize::ByteSize;

/// How much of somebody's room is taken.
#[derive(Clone)]
pub struct Storage {
    /// What the files that somebody owns are charged with, as it was a short while ago.
    pub used: ByteSize,
    /// How much that may be; `None`: no limit.
    pub quota: Option<ByteSize>,
}

/// How full somebody's room is, where that is worth saying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fullness {
    /// From nine tenths on.
    Nearly,
    /// Nothing goes in any more.
    Full,
}

impl Storage {
    /// Such as `18.4 GB of 50 GB`.
    pub fn words(&self) -> String {
        match self.quota {
            Some(quota) => size::used_of(self.used, quota),
            None => format!("{} in use", size::in_words(self.used)),
        }
    }

    /// How full it is; `None` while there is enough room, or no limit.
    pub fn fullness(&self) -> Option<Fullness> {
        let (used, quota) = (self.used.as_u64(), self.quota?.as_u64());
        match used {
            used if used >= quota => Some(Fullness::Full),
            used if used >= nearly(quota) => Some(Fullness::Nearly),
            _ => None,
        }
    }

    /// From where on a meter warns, and from where on it is at its end.
    pub fn thresholds(&self) -> Option<(u64, u64)> {
        let quota = self.quota?.as_u64();
        // A meter's last part begins above its mark.
        Some((nearly(quota).saturating_sub(1), quota.saturating_sub(1)))
    }

    /// Is there no room at all?
    pub fn is_full(&self) -> bool {
        self.fullness() == Some(Fullness::Full)
    }
}

/// Nine tenths of it.
fn nearly(quota: u64) -> u64 {
    quota - quota / 10
}

impl Fullness {
    /// As it stands beside a meter.
    pub fn words(self) -> &'static str {
        match self {
            Self::Nearly => "Nearly full",
            Self::Full => "Full",
        }
    }

    /// The class of its colour.
    pub fn class(self) -> &'static str {
        match self {
            Self::Nearly => "warn",
            Self::Full => "bad",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_says_when_there_is_little_room_or_none() {
        for (used, quota, fullness) in [
            (0, Some(100), None),
            (89, Some(100), None),
            (90, Some(100), Some(Fullness::Nearly)),
            (99, Some(100), Some(Fullness::Nearly)),
            (100, Some(100), Some(Fullness::Full)),
            (250, Some(100), Some(Fullness::Full)),
            (0, Some(0), Some(Fullness::Full)),
            (u64::MAX, None, None),
        ] {
            let storage = Storage { used: ByteSize(used), quota: quota.map(ByteSize) };
            assert_eq!(storage.fullness(), fullness, "{used} of {quota:?}");
        }
    }
}
