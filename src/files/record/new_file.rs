//! A file that is about to be put into the index, and who brings it.

use crate::{
    audit::{Actor, Subject},
    files::{ContentType, QuarantineReason, Thumbnail, Verified, state::State},
    ids::{FolderId, Ticket, UserId},
    storage::{FolderPath, ObjectKey, Parcel, Picture},
};
use chrono::{DateTime, Utc};

/// A file about to be indexed.
pub struct NewFile<'a> {
    pub key: &'a ObjectKey,
    pub file_url: String,
    pub content_type: ContentType,
    /// What its bytes are, if they contradict its type.
    pub found_type: Option<ContentType>,
    pub size: i64,
    pub etag: Option<String>,
    pub checksum: Option<String>,
    pub verified: Option<Verified>,
    /// Width and height in pixels, as it is shown.
    pub dimensions: Option<(i64, i64)>,
    pub state: State,
    /// Why it is put aside, where that is not what its bytes are.
    pub quarantine_reason: Option<QuarantineReason>,
    /// When its object was removed, if it was refused.
    pub object_removed_at: Option<DateTime<Utc>>,
    /// Until when its URL may write to it again, if it may.
    pub writable_until: Option<DateTime<Utc>>,
    /// The path that it came in.
    pub folder: Option<FolderPath>,
    /// Where it lies.
    pub folder_id: Option<FolderId>,
    pub thumbnail: Option<Thumbnail>,
    /// What its uploader said of it as a picture.
    pub picture: Picture,
    /// The link that it came by, if its sender had no account.
    pub parcel: Option<Parcel>,
    /// Who added it, if that was somebody with whom its folder is shared.
    pub contributor: Option<UserId>,
}

/// Who brings a file, as the log has it.
#[derive(Clone, Debug)]
pub struct Bringer {
    pub actor: Actor,
    /// By what means, if that says more.
    pub means: &'static str,
}

impl NewFile<'_> {
    /// The event of its upload.
    pub(super) fn uploaded(&self, by: &Bringer) -> Subject {
        let aside = if self.state == State::Quarantined { "put into quarantine" } else { "" };
        let detail = [by.means, aside].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ");
        let (user, file, name) = (Some(self.key.owner), Some(self.key.file_id), self.key.name.as_str().to_owned());
        Subject { user, file, name, detail }
    }
}

impl Bringer {
    /// Nobody who asks: it was found in the bucket, as after a crash between an upload and its confirmation.
    pub fn nobody() -> Self {
        Self { actor: Actor::itself(), means: "found in storage" }
    }
}

/// What came of adding it.
pub(super) enum Outcome {
    Added(Ticket),
    Known,
    NoRoom,
    LinkFull,
}
