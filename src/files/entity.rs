//! The row of a file: the guide's table `r2_files` and what Cloakroom adds to it.

use super::{Kind, QuarantineReason, State, Thumbnail, Verified};
use crate::ids::{FileId, FolderId, MoveId, Ticket, UserId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "r2_files")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub object_key: String,
    pub file_url: String,
    /// The owner's id as text; rows of an adopted table may have any other text.
    pub user_id: String,
    /// The account that `user_id` names. None where there is none, and in a row of the guide's own code, or of a version that knew
    /// nothing of it, until the next start: see [`Model::owner`].
    pub owner_id: Option<UserId>,
    pub upload_timestamp: ChronoDateTimeUtc,
    #[sea_orm(unique)]
    pub file_id: FileId,
    /// Its number among all that its owner ever uploaded. None where nobody with an account owns it, in a row of the guide's own
    /// code until the next start, and in one that never came to be a file.
    pub ticket: Option<Ticket>,
    pub file_name: String,
    pub content_type: String,
    /// What its bytes are, where they contradict `content_type`; none in rows that are older than this.
    pub found_type: Option<String>,
    /// In bytes; none until an adopted row's object was looked up.
    pub size: Option<i64>,
    pub etag: Option<String>,
    /// SHA-256 in base64, where the store verified one.
    pub checksum: Option<String>,
    /// What the store held the bytes against, if it did.
    pub verified_by: Option<Verified>,
    pub state: State,
    pub state_changed_at: ChronoDateTimeUtc,
    /// Why it was put aside when it was found, where that is not what its bytes are.
    pub quarantine_reason: Option<QuarantineReason>,
    /// Since when its object is known not to be in the bucket.
    pub missing_since: Option<ChronoDateTimeUtc>,
    /// When the object of a file on its way out was removed; none while there may be one.
    pub object_removed_at: Option<ChronoDateTimeUtc>,
    /// The move that put it there, if it was one that can be taken back.
    pub moved_in: Option<MoveId>,
    /// Has its owner given it a star?
    pub is_starred: bool,
    /// The step that gave or took it, if it was one that can be taken back.
    pub starred_in: Option<MoveId>,
    /// The name without case and accents, and behind it the folder that it came in, to be searched and sorted by:
    /// [`super::list::folding::search_key`].
    pub name_key: String,
    pub kind: Kind,
    /// Of a picture, in pixels, as it is shown, as far as is known.
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// Until when its upload URL may write to it again; none once it was looked at after that.
    pub writable_until: Option<ChronoDateTimeUtc>,
    /// The folder of its owner that it lies in; none: at the top.
    pub folder_id: Option<FolderId>,
    /// Where it lay before the move that put it there.
    pub folder_before: Option<FolderId>,
    /// The path that it came in, such as `Iceland/Day 1`, if it came in one.
    pub folder_path: Option<String>,
    /// What its thumbnail is, if it has one.
    pub thumbnail: Option<Thumbnail>,
    /// What stands in the place of a picture until it is there: the name of a [`crate::storage::Tone`].
    pub tone: Option<String>,
    /// Can it be seen through somewhere? None: nobody has looked.
    pub is_transparent: Option<bool>,
    /// When it was taken, by the clock of the camera, if it is a picture that says it.
    pub camera_clock: Option<ChronoDateTime>,
    /// What lists of somebody's own files go by: when it was taken, else its own date, else when it was uploaded.
    pub taken_at: ChronoDateTimeUtc,
    pub camera: Option<String>,
    /// How long a film or a sound plays, in milliseconds, if its uploader said it.
    pub duration_ms: Option<i64>,
    /// Does it say where it was taken? None: nobody has looked.
    pub has_place: Option<bool>,
    /// Who added it to a folder that is shared with them, if that was not its owner.
    pub contributor_id: Option<UserId>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The account that it belongs to, if its `user_id` can be one's.
    pub fn owner(&self) -> Option<UserId> {
        self.owner_id.or_else(|| self.user_id.parse().ok())
    }
}
