//! A file in the index, in each state a type of its own: what may be known of it, and finding it.

use super::{
    ContentType, Cursor, Kind, QuarantineReason, Scope, State, Thumbnail, Verified, entity, list::search::Search,
};
use crate::{
    error::{Error, Result},
    ids::{FileId, FolderId, Ticket},
    storage::{FileName, Tone},
};
use bytesize::ByteSize;
use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::time::Duration;

/// A file that may be listed, read and shared.
#[derive(Clone, Debug)]
pub struct Ready(entity::Model);

/// A file in the trash, which can be restored.
#[derive(Clone, Debug)]
pub struct Trashed(entity::Model);

/// A file that its owner has, ready or in the trash: what it looks like may be shown to them, though not its content.
#[derive(Clone, Debug)]
pub struct Kept(entity::Model);

/// A file that admins alone may look at.
#[derive(Clone, Debug)]
pub struct Quarantined(entity::Model);

/// A file that is being removed.
#[derive(Clone, Debug)]
pub struct Purging(pub(super) entity::Model);

/// A file whose URL could be used again after it was confirmed, and which was not looked at since.
#[derive(Clone, Debug)]
pub struct Watched(pub(super) entity::Model);

/// What may be known of a file in any state.
pub trait File: sealed::Row {
    /// What addresses and the log call it.
    fn id(&self) -> FileId {
        self.row().file_id
    }

    /// Its number among all of its owner's, if somebody with an account owns it.
    fn ticket(&self) -> Option<Ticket> {
        self.row().ticket
    }

    /// The key of its object in the bucket.
    fn object_key(&self) -> &str {
        &self.row().object_key
    }

    /// The address that its upload was answered with, which may be another by now.
    fn file_url(&self) -> &str {
        &self.row().file_url
    }

    /// What people call it. Another name leaves the object under its key.
    fn name(&self) -> &str {
        &self.row().file_name
    }

    /// For a download: the name, or a safe stand-in for an adopted one that no file may have.
    fn download_name(&self) -> FileName {
        let stand_in = || format!("file-{}", self.id()).parse();
        self.name().parse().or_else(|_| stand_in()).unwrap_or_else(|_| unreachable!("an id is a fine name"))
    }

    /// What it was found to be; unknown where an adopted row has no media type.
    fn content_type(&self) -> ContentType {
        ContentType::of_row(&self.row().content_type)
    }

    /// What its bytes are, where they contradicted its type when they were looked at.
    fn found_type(&self) -> Option<ContentType> {
        self.row().found_type.as_deref().map(ContentType::of_row)
    }

    /// `None` until an adopted file was looked up.
    fn size(&self) -> Option<ByteSize> {
        self.row().size.and_then(|size| u64::try_from(size).ok()).map(ByteSize)
    }

    /// When its upload was begun.
    fn uploaded_at(&self) -> DateTime<Utc> {
        self.row().upload_timestamp
    }

    /// Since when it is in its state.
    fn state_changed_at(&self) -> DateTime<Utc> {
        self.row().state_changed_at
    }

    /// As the row has it: a user's id, or whatever an adopted row says.
    fn owner(&self) -> &str {
        &self.row().user_id
    }

    /// SHA-256 in base64, where the store held the bytes against one.
    fn checksum(&self) -> Option<&str> {
        self.row().checksum.as_deref()
    }

    /// What the store held the bytes against, if it did.
    fn verified(&self) -> Option<Verified> {
        self.row().verified_by
    }

    /// As the store had it at the last look, without its quotes.
    fn etag(&self) -> Option<&str> {
        self.row().etag.as_deref().filter(|etag| !etag.is_empty())
    }

    /// Is it put aside, for admins to look at?
    fn is_quarantined(&self) -> bool {
        self.row().state == State::Quarantined
    }

    /// Why it was put aside when it was found, where that is not what its bytes are.
    fn quarantine_reason(&self) -> Option<QuarantineReason> {
        self.row().quarantine_reason
    }

    /// Since when its object is known not to be in the bucket.
    fn missing_since(&self) -> Option<DateTime<Utc>> {
        self.row().missing_since
    }

    /// Until when its URL can be used again, after which it is looked at once more.
    fn writable_until(&self) -> Option<DateTime<Utc>> {
        self.row().writable_until
    }

    fn kind(&self) -> Kind {
        self.row().kind
    }

    /// Width and height of a picture as it is shown, in pixels.
    fn dimensions(&self) -> Option<(i64, i64)> {
        self.row().width.zip(self.row().height)
    }

    /// The folder that it lies in; none: at the top.
    fn folder_id(&self) -> Option<FolderId> {
        self.row().folder_id
    }

    /// The path that it came in, such as `Iceland/Day 1`.
    fn folder(&self) -> Option<&str> {
        self.row().folder_path.as_deref()
    }

    /// Has its owner given it a star?
    fn is_starred(&self) -> bool {
        self.row().is_starred
    }

    /// What its thumbnail is, if it has one.
    fn thumbnail(&self) -> Option<Thumbnail> {
        self.row().thumbnail
    }

    /// What stands in the place of a picture until it is there.
    fn tone(&self) -> Option<Tone> {
        self.row().tone.as_deref().and_then(|tone| tone.parse().ok())
    }

    /// Can a picture be seen through somewhere? `None`: nobody has looked.
    fn is_transparent(&self) -> Option<bool> {
        self.row().is_transparent
    }

    /// When a picture was taken, by the clock of the camera.
    fn camera_clock(&self) -> Option<NaiveDateTime> {
        self.row().camera_clock
    }

    /// What lists of somebody's own files go by: when it was taken, else its own date, else when it was uploaded.
    fn taken_at(&self) -> DateTime<Utc> {
        self.row().taken_at
    }

    /// What it was taken with.
    fn camera(&self) -> Option<&str> {
        self.row().camera.as_deref()
    }

    /// How long a film or a sound plays.
    fn duration(&self) -> Option<Duration> {
        self.row().duration_ms.and_then(|number| u64::try_from(number).ok()).map(Duration::from_millis)
    }

    /// Does it say where it was taken? `None`: nobody has looked.
    fn has_place(&self) -> Option<bool> {
        self.row().has_place
    }

    /// Its place in the list of what a search finds.
    fn cursor(&self, search: &Search) -> Cursor {
        search.place_of(self.row())
    }
}

impl Ready {
    /// A file within a scope. One beyond it, or in another state, is not found.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn find(db: &impl ConnectionTrait, id: FileId, scope: Scope) -> Result<Self> {
        find(db, id, &[State::Ready], scope).await.map(Self)
    }
}

impl Kept {
    /// A file within a scope, ready or in the trash. What is put aside or being removed is not found.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn find(db: &impl ConnectionTrait, id: FileId, scope: Scope) -> Result<Self> {
        find(db, id, &[State::Ready, State::Trashed], scope).await.map(Self)
    }
}

impl Quarantined {
    /// Anyone's file: only admins look at what is quarantined.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn find(db: &impl ConnectionTrait, id: FileId) -> Result<Self> {
        find(db, id, &[State::Quarantined], Scope::Everyone).await.map(Self)
    }
}

mod sealed {
    use super::entity;

    /// Keeps the row inside the feature.
    pub trait Row {
        /// What the index says of it.
        fn row(&self) -> &entity::Model;
    }
}

macro_rules! is_a_file {
    ($($state:ident)+) => {
        $(impl File for $state {}

        impl sealed::Row for $state {
            fn row(&self) -> &entity::Model {
                &self.0
            }
        })+
    };
}

/// A file in whatever state, as admins see it.
#[derive(Clone, Debug)]
pub struct AnyFile(entity::Model);

impl AnyFile {
    /// Anyone's file in any state, for admins.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn find(db: &impl ConnectionTrait, id: FileId) -> Result<Self> {
        find(db, id, &State::ALL, Scope::Everyone).await.map(Self)
    }

    /// The state that it is in.
    pub fn state(&self) -> State {
        self.0.state
    }
}

is_a_file!(Ready Kept Trashed Quarantined Purging Watched AnyFile);

macro_rules! is_listed {
    ($($state:ident)+) => {
        $(impl $state {
            pub(super) fn from_rows(rows: Vec<entity::Model>) -> Vec<Self> {
                rows.into_iter().map(Self).collect()
            }
        })+
    };
}

is_listed!(Ready Trashed Quarantined AnyFile);

async fn find(db: &impl ConnectionTrait, id: FileId, states: &[State], scope: Scope) -> Result<entity::Model> {
    let query = entity::Entity::find().filter(entity::Column::FileId.eq(id)).filter(scope.condition_in(states));
    query.filter(entity::Column::State.is_in(states.iter().copied())).one(db).await?.ok_or(Error::NotFound)
}
