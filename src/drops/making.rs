//! How such a link comes to be.

use super::{
    changing::in_column,
    drop_link::{DropLink, of},
    entity::{ActiveModel, Column, Entity},
    terms::Terms,
};
use crate::{
    accounts::{Change, Principal},
    audit::{Action, Subject},
    error::{Error, Result},
    files::{
        Scope,
        folders::{self, Folder},
    },
    ids::{DropId, FolderId, UserId},
    links::{
        permission::{LinkKind, expect_on},
        secret::Secret,
        state::State,
        terms::{End, Hashed},
    },
    state::AppState,
    storage::FolderPath,
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// How many links somebody may have at a time.
const MOST_LINKS: u64 = 1_000;
/// How long a link that was ended is still known, so that whoever comes by it is told so.
const ENDED_KEPT: TimeDelta = TimeDelta::days(30);

/// A link that is to be.
pub(super) struct Draft {
    /// Made before the link is, so that it can be shown before it works.
    pub(super) id: DropId,
    /// Where files are to lie. `None`: in a folder of the request's title, which is made where there is none.
    pub(super) folder: Option<FolderId>,
    pub(super) terms: Terms,
}

/// Makes a link, which works from then on. One that is there already, as when a form is sent twice, stays as it is.
///
/// # Errors
///
/// `Unacceptable` for terms that will not do; `NotFound` when the folder is not there; `Conflict` when somebody has as many links as they
/// may, or may have none; `TooManyAttempts`; what [`Principal::begin_as_owner`] fails with.
pub(super) async fn make(
    app: &AppState,
    draft: &Draft,
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let hashed = draft.terms.hashed(None).await?;
    let folder = match draft.folder {
        Some(folder) => folder,
        None => of_title(app, owner, &draft.terms.title, now).await?,
    };
    let change = principal.begin_as_owner(&app.db, owner, now).await?;
    expect_on(change.transaction(), LinkKind::Drop, owner).await?;
    if is_there(&change, draft.id, owner).await? {
        return Ok(());
    }
    clear_away(&change, owner).await?;
    if DropLink::count(change.transaction(), Scope::Own(owner)).await? >= MOST_LINKS {
        return Err(Error::Conflict(format!("You have {MOST_LINKS} requests. End some of them first.")));
    }
    let folder = Folder::find(change.transaction(), folder, owner).await?;
    let secret = Secret::of_drop(&app.session_key, owner, draft.id, 1)?;
    let row = row(draft, hashed, (owner, folder.id()), secret, now);
    Entity::insert(row).exec_without_returning(change.transaction()).await?;
    let detail = format!("to folder {}", folder.name());
    change.record(Action::DropMade, Subject::user(owner, &*draft.terms.title, detail)).await?;
    change.commit().await
}

/// The folder at the top that is called as a request is, which is made where there is none.
async fn of_title(app: &AppState, owner: UserId, title: &str, now: DateTime<Utc>) -> Result<FolderId> {
    let name = title.replace('/', "-").parse::<FolderPath>();
    let name = name.map_err(|error| Error::unacceptable("bad_title", error.to_string()))?;
    let made = folders::path::ensure(&app.db, owner, &name, now).await?;
    made.ok_or_else(|| Error::Conflict("No folder could be made. Open one and request files for it.".into()))
}

/// An id that is another's names nothing here.
async fn is_there(change: &Change, id: DropId, owner: UserId) -> Result<bool> {
    match Entity::find_by_id(id).one(change.transaction()).await? {
        None => Ok(false),
        Some(row) if row.owner == owner && row.state != State::Ended => Ok(true),
        Some(_) => Err(Error::NotFound),
    }
}

async fn clear_away(change: &Change, owner: UserId) -> Result<()> {
    let long_ago = change.now() - ENDED_KEPT;
    let ended = Entity::delete_many().filter(of(Scope::Own(owner)));
    let ended = ended.filter(Column::State.eq(State::Ended)).filter(Column::StateChangedAt.lt(long_ago));
    ended.exec(change.transaction()).await?;
    Ok(())
}

fn row(
    Draft { id, terms, .. }: &Draft,
    hashed: Hashed,
    (owner, folder): (UserId, FolderId),
    secret: Secret,
    now: DateTime<Utc>,
) -> ActiveModel {
    ActiveModel {
        id: Set(*id),
        owner: Set(owner),
        folder_id: Set(Some(folder)),
        title: Set(terms.title.clone()),
        message: Set(terms.message.clone()),
        created_at: Set(now),
        ends_at: Set(match terms.end {
            End::At(end) => Some(end),
            End::Never | End::Kept => None,
        }),
        password_hash: Set(match hashed {
            Hashed::New(hash) => Some(hash),
            Hashed::None | Hashed::Kept => None,
        }),
        password_version: Set(0),
        most_files: Set(terms.limits.files.and_then(|files| i64::try_from(files).ok())),
        most_bytes: Set(in_column(terms.limits.bytes)),
        most_file_bytes: Set(in_column(terms.limits.file_bytes)),
        asks_name: Set(terms.asks_name),
        asks_note: Set(terms.asks_note),
        shows_owner: Set(terms.shows_owner),
        files: Set(0),
        bytes: Set(0),
        last_used_at: Set(None),
        state: Set(State::Active),
        state_changed_at: Set(now),
        secret_version: Set(1),
        secret_hash: Set(secret.hash()),
    }
}
