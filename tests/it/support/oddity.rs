//! What the store in memory can be told to do otherwise than R2 does.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    NoConditions,
    NoLengths,
    NoChecksums,
    NoCrc32c,
    NoOverrides,
    NoDate,
    /// Answers 503 to everything.
    Away,
    /// Answers 403 to every key that does not begin with the prefix.
    OnlyThePrefix,
    /// Answers 403 to keys that end in `stuck.png`.
    Stuck,
    /// Never answers a write.
    HangingWrites,
    /// Lists two parts at a time.
    ShortLists,
    /// Answers 200 to a completion, and then that it failed, which it did.
    FailsToComplete,
    /// Answers 500 to a completion, and has put the object together.
    CompletesAndFails,
}
