//! What people without an account may ask of this instance, each and together.

use super::{guest_calls::GuestCalls, open_uploads::OpenUploads};
use crate::{config::UploadRules, ids::DropId};

/// Their limits, which take nothing from what the owners of links may do.
pub struct Guests {
    /// What they ask of archives.
    pub calls: GuestCalls,
    /// Uploads by each link, by whoever has it.
    pub uploads_of_links: OpenUploads<DropId>,
    /// Those of each of these people, by where they are.
    pub uploads: OpenUploads<(DropId, String)>,
}

impl Guests {
    /// Nothing asked yet.
    pub fn new(rules: &UploadRules) -> Self {
        Self {
            calls: GuestCalls::default(),
            uploads_of_links: OpenUploads::new(rules.presigns.of_many(), rules.longest_open()),
            uploads: OpenUploads::new(rules.presigns, rules.longest_open()),
        }
    }
}
