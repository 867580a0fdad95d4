//! The row of a new file, as the statements of both databases write it.

use super::new_file::NewFile;
use crate::{
    error::Result,
    files::{
        ContentType,
        entity::{ActiveModel, Column, Entity},
        list::folding::search_key,
        picture::milliseconds,
    },
    ids::{MoveId, Ticket, UserId},
    storage::{FolderPath, Tone},
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, EntityTrait, Value, sea_query::OnConflict};

/// What a new row holds beside its ticket.
pub(super) type Values = [(Column, Value); 34];

/// Adds the row unless the key has one; says whether it did. `owner` is the account that the key names, if there is one;
/// what never comes to be a file has no ticket.
pub(in crate::files) async fn insert(
    db: &impl ConnectionTrait,
    file: &NewFile<'_>,
    owner: Option<UserId>,
    ticket: Option<Ticket>,
    now: DateTime<Utc>,
) -> Result<bool> {
    insert_values(db, values(file, owner, now), ticket).await
}

pub(super) async fn insert_values(db: &impl ConnectionTrait, values: Values, ticket: Option<Ticket>) -> Result<bool> {
    let mut row = ActiveModel::new();
    row.set(Column::Ticket, ticket.into());
    for (column, value) in values {
        row.set(column, value);
    }
    // Nor if another file has its id, as a copy does that somebody made in the bucket.
    let ignore = OnConflict::new().do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(ignore).exec_without_returning(db).await? == 1)
}

/// The statements of both databases are made from this list.
pub(super) fn values(file: &NewFile<'_>, owner: Option<UserId>, now: DateTime<Utc>) -> Values {
    let (key, folder) = (file.key, file.folder.as_ref().and_then(FolderPath::named));
    let uploaded_at = key.file_id.begun_at().unwrap_or(now);
    [
        (Column::ObjectKey, key.as_str().into()),
        (Column::FileUrl, file.file_url.as_str().into()),
        (Column::UserId, key.owner.to_string().into()),
        (Column::OwnerId, owner.into()),
        (Column::UploadTimestamp, uploaded_at.into()),
        (Column::FileId, key.file_id.into()),
        (Column::FileName, key.name.as_str().into()),
        (Column::ContentType, file.content_type.as_str().into()),
        (Column::FoundType, file.found_type.as_ref().map(ContentType::as_str).into()),
        (Column::Size, file.size.into()),
        (Column::Etag, file.etag.clone().into()),
        (Column::Checksum, file.checksum.clone().into()),
        (Column::VerifiedBy, file.verified.into()),
        (Column::State, file.state.into()),
        (Column::StateChangedAt, now.into()),
        (Column::QuarantineReason, file.quarantine_reason.into()),
        (Column::ObjectRemovedAt, file.object_removed_at.into()),
        (Column::NameKey, search_key(key.name.as_str(), folder.as_deref()).into()),
        (Column::Kind, file.content_type.kind().into()),
        (Column::Width, file.dimensions.map(|(width, _)| width).into()),
        (Column::Height, file.dimensions.map(|(_, height)| height).into()),
        (Column::WritableUntil, file.writable_until.into()),
        (Column::MovedIn, None::<MoveId>.into()),
        (Column::FolderPath, folder.into()),
        (Column::FolderId, file.folder_id.into()),
        (Column::Thumbnail, file.thumbnail.into()),
        (Column::Tone, file.picture.tone.map(Tone::as_str).into()),
        (Column::IsTransparent, file.picture.is_transparent.into()),
        (Column::CameraClock, file.picture.taken_at.map(|at| at.clock).into()),
        (Column::TakenAt, file.picture.listed_at(uploaded_at).unwrap_or(uploaded_at).into()),
        (Column::Camera, file.picture.camera.clone().into()),
        (Column::DurationMs, milliseconds(&file.picture).into()),
        (Column::HasPlace, file.picture.has_place.into()),
        (Column::ContributorId, file.contributor.into()),
    ]
}
