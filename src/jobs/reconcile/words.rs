//! What a comparison found, in words for a terminal and a page.

use super::run::{Mode, Report};
use crate::size::in_words;
use bytesize::ByteSize;

/// So many of one kind, and what became of them, or would.
pub struct Difference {
    pub count: u64,
    /// Such as “in storage and not in the index”.
    pub what: &'static str,
    /// Such as “added”, or “would be added” where nothing was to be done.
    pub done: &'static str,
}

impl Report {
    /// How much was compared.
    pub fn compared(&self) -> String {
        format!("{} files in storage and {} in the index were compared.", self.objects, self.rows)
    }

    /// Each kind of which there is something to put right, or was.
    pub fn differences_by_kind(&self, mode: Mode) -> Vec<Difference> {
        let (done, would) = (0, 1);
        let which = if mode == Mode::Repair { done } else { would };
        let all = [
            (self.orphans, "in storage and not in the index", ["added", "would be added"]),
            (self.missing, "in the index and not in storage", ["marked as missing", "would be marked as missing"]),
            (self.returned, "missing before and there again", ["marked as there", "would be marked as there"]),
            (self.differing, "other than the index says", ["written down anew", "would be written down anew"]),
            (self.stray_thumbnails, "thumbnails of no file", ["removed", "would be removed"]),
            (self.unfinished_uploads, "uploads that nobody finishes any more", ["aborted", "would be aborted"]),
            (
                self.usage_drift,
                "accounts whose used space is not the sum of their files",
                ["corrected", "would be corrected"],
            ),
        ];
        let found = all.into_iter().filter(|(count, ..)| *count > 0);
        found.map(|(count, what, words)| Difference { count, what, done: words[which] }).collect()
    }

    /// What nothing is done about.
    pub fn left(&self) -> Vec<(u64, &'static str)> {
        let all = [
            (self.still_missing, "still missing since an earlier run"),
            (self.failed, "could not be looked at; run it again"),
        ];
        all.into_iter().filter(|(count, _)| *count > 0).collect()
    }

    /// How much room there is more in storage, or would be.
    pub fn freed(&self, mode: Mode) -> Option<String> {
        let done = if mode == Mode::Repair { "freed in storage" } else { "would be freed in storage" };
        (self.bytes_reclaimable > 0).then(|| format!("{} {done}.", in_words(ByteSize(self.bytes_reclaimable))))
    }

    /// Is all as it should be?
    pub fn agrees(&self) -> bool {
        self.is_clean() && self.failed == 0
    }
}
