//! Changing such a link that is there: its terms, and its secret.

use super::{
    drop_link::DropLink,
    entity::{ActiveModel, Column, Entity},
    limits::Limits,
    terms::Terms,
};
use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    error::{Error, Result},
    files::Scope,
    ids::{DropId, UserId},
    links::{
        secret::Secret,
        state::State,
        terms::{End, Hashed},
    },
    state::AppState,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, QueryFilter,
};

/// Gives somebody's own link other terms, which hold at once. Terms that it has already change nothing.
///
/// # Errors
///
/// `NotFound`, also for one that was ended; `Unacceptable` for terms that will not do, and for a limit that was passed already;
/// `TooManyAttempts`; what [`Principal::begin_as_owner`] fails with.
pub(super) async fn change(
    app: &AppState,
    (id, terms): (DropId, &Terms),
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let known = DropLink::find(&app.db, id, Scope::Own(owner)).await?;
    let hashed = terms.hashed(known.password_hash()).await?;
    let change = principal.begin_as_owner(&app.db, owner, now).await?;
    let before = DropLink::lock(change.transaction(), id, Scope::Own(owner)).await?;
    if before.state() == State::Ended {
        return Err(Error::NotFound);
    }
    expect_within(&before, terms.limits)?;
    let (row, changed) = differences(&before, terms, hashed);
    if changed.is_empty() {
        return Ok(());
    }
    let update = Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::State.ne(State::Ended));
    update.exec(change.transaction()).await?;
    change.record(Action::DropChanged, Subject::user(owner, &*terms.title, changed.join(", "))).await?;
    change.commit().await
}

/// No limit is below what has come already.
fn expect_within(before: &DropLink, limits: Limits) -> Result<()> {
    if limits.files.is_some_and(|most| most < before.files()) {
        let words = format!("{} files have come already. Choose that many or more.", before.files());
        return Err(Error::unacceptable("bad_limit", words));
    }
    if limits.bytes.is_some_and(|most| most < before.bytes()) {
        let words = format!("{} have come already. Choose that much or more.", crate::size::in_words(before.bytes()));
        return Err(Error::unacceptable("bad_limit", words));
    }
    Ok(())
}

/// What is to be written, and what that is in words.
fn differences(before: &DropLink, terms: &Terms, hashed: Hashed) -> (ActiveModel, Vec<&'static str>) {
    let (mut row, mut changed) = (ActiveModel::default(), Vec::new());
    let ends_at = match terms.end {
        End::Never => None,
        End::At(end) => Some(end),
        End::Kept => before.ends_at(),
    };
    let password_hash = match hashed {
        Hashed::New(hash) => Some(Some(hash)),
        Hashed::None if before.has_password() => Some(None),
        Hashed::None | Hashed::Kept => None,
    };
    if terms.title != before.title() || terms.message != before.message() {
        (row.title, row.message) = (Set(terms.title.clone()), Set(terms.message.clone()));
        changed.push("title and message");
    }
    if ends_at != before.ends_at() {
        row.ends_at = Set(ends_at);
        changed.push("end");
    }
    if let Some(hash) = password_hash {
        (row.password_hash, row.password_version) = (Set(hash), Set(before.password_version() + 1));
        changed.push("password");
    }
    if terms.limits != before.limits() {
        let Limits { files, bytes, file_bytes } = terms.limits;
        row.most_files = Set(files.and_then(|files| i64::try_from(files).ok()));
        (row.most_bytes, row.most_file_bytes) = (Set(in_column(bytes)), Set(in_column(file_bytes)));
        changed.push("limits");
    }
    if (terms.asks_name, terms.asks_note) != (before.asks_name(), before.asks_note()) {
        (row.asks_name, row.asks_note) = (Set(terms.asks_name), Set(terms.asks_note));
        changed.push("what senders say");
    }
    if terms.shows_owner != before.shows_owner() {
        row.shows_owner = Set(terms.shows_owner);
        changed.push("name");
    }
    (row, changed)
}

/// As columns have it.
pub(super) fn in_column(size: Option<ByteSize>) -> Option<i64> {
    size.and_then(|size| i64::try_from(size.as_u64()).ok())
}

/// Gives somebody's own link another secret: the one before it opens nothing any more.
///
/// # Errors
///
/// `NotFound`, also for one that was ended; what [`Principal::begin_as_owner`] fails with.
pub(super) async fn renew(
    app: &AppState,
    id: DropId,
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = principal.begin_as_owner(&app.db, owner, now).await?;
    let before = DropLink::lock(change.transaction(), id, Scope::Own(owner)).await?;
    if before.state() == State::Ended {
        return Err(Error::NotFound);
    }
    let version = before.secret_version() + 1;
    let secret = Secret::of_drop(&app.session_key, owner, id, version)?;
    let row = ActiveModel {
        id: Unchanged(id),
        secret_version: Set(version),
        secret_hash: Set(secret.hash()),
        ..Default::default()
    };
    Entity::update(row).exec(change.transaction()).await?;
    change.record(Action::DropRenewed, Subject::user(owner, before.title(), "")).await?;
    change.commit().await
}
