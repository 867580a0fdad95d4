//! Changing a link that is there: its terms, and its secret.

use super::{
    entity::share::{ActiveModel, Column, Entity},
    share::Share,
    terms::Terms,
};
use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    error::{Error, Result},
    files::Scope,
    ids::{ShareId, UserId},
    links::{
        secret::Secret,
        state::State,
        terms::{End, Hashed},
    },
    state::AppState,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, QueryFilter,
};

/// Gives somebody's own link other terms, which hold at once. Terms that it has already change nothing.
///
/// # Errors
///
/// `NotFound`, also for one that was stopped; `Unacceptable` for terms that will not do, and for a limit that was passed already;
/// `TooManyAttempts`; what [`Principal::begin_as_owner`] fails with.
pub async fn change(
    app: &AppState,
    (id, terms): (ShareId, &Terms),
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let known = Share::find(&app.db, id, Scope::Own(owner)).await?;
    let hashed = terms.hashed(Some(&known)).await?;
    let change = principal.begin_as_owner(&app.db, owner, now).await?;
    let before = Share::lock(change.transaction(), id, Scope::Own(owner)).await?;
    if before.state() == State::Ended {
        return Err(Error::NotFound);
    }
    if terms.most_downloads.is_some_and(|most| most < before.downloads()) {
        let words = format!("It was downloaded {} times already. Choose that many or more.", before.downloads());
        return Err(Error::unacceptable("bad_limit", words));
    }
    let (row, changed) = differences(&before, terms, hashed);
    if changed.is_empty() {
        return Ok(());
    }
    let update = Entity::update_many().set(row).filter(Column::Id.eq(id)).filter(Column::State.ne(State::Ended));
    update.exec(change.transaction()).await?;
    let subject = Subject::user(owner, &*terms.title, changed.join(", "));
    change.record(Action::ShareChanged, subject).await?;
    change.commit().await
}

/// What is to be written, and what that is in words.
fn differences(before: &Share, terms: &Terms, hashed: Hashed) -> (ActiveModel, Vec<&'static str>) {
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
    if terms.most_downloads != before.most_downloads() {
        row.most_downloads = Set(terms.most_downloads);
        changed.push("download limit");
    }
    if terms.has_originals != before.has_originals() {
        row.has_originals = Set(terms.has_originals);
        changed.push("originals");
    }
    if terms.shows_owner != before.shows_owner() {
        row.shows_owner = Set(terms.shows_owner);
        changed.push("name");
    }
    (row, changed)
}

/// Gives somebody's own link another secret: the one before it opens nothing any more.
///
/// # Errors
///
/// `NotFound`, also for one that was stopped; what [`Principal::begin_as_owner`] fails with.
pub async fn renew(
    app: &AppState,
    id: ShareId,
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = principal.begin_as_owner(&app.db, owner, now).await?;
    let before = Share::lock(change.transaction(), id, Scope::Own(owner)).await?;
    if before.state() == State::Ended {
        return Err(Error::NotFound);
    }
    let version = before.secret_version() + 1;
    let secret = Secret::of(&app.session_key, owner, id, version)?;
    let row = ActiveModel {
        id: Unchanged(id),
        secret_version: Set(version),
        secret_hash: Set(secret.hash()),
        ..Default::default()
    };
    Entity::update(row).exec(change.transaction()).await?;
    change.record(Action::ShareRenewed, Subject::user(owner, before.title(), "")).await?;
    change.commit().await
}
