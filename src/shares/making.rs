//! How a link comes to be.

use super::{
    entity::{share, share_file},
    share::{Share, of},
    shows::Shows,
    terms::Terms,
};
use crate::{
    accounts::{Change, Principal},
    audit::{Action, Subject},
    error::{Error, Result},
    files::{Scope, folders::Folder, shared, transition::Selection},
    ids::{FileId, FolderId, ShareId, UserId},
    links::{
        permission::{LinkKind, expect_on},
        secret::Secret,
        state::State,
        terms::{End, Hashed},
    },
    state::AppState,
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// How many files one link may show: a form that names each of them is then half of the largest body that is taken.
pub const MOST_FILES: u64 = 1_000;
/// How many links somebody may have at a time.
const MOST_LINKS: u64 = 1_000;
/// How long a link that was stopped is still known, so that whoever comes by it is told so.
const ENDED_KEPT: TimeDelta = TimeDelta::days(30);

/// What a link is to be of.
#[derive(Clone, Debug)]
pub enum Chosen {
    Files(Selection),
    /// With what is in it, now and later.
    Folder(FolderId),
}

/// A link that is to be.
pub struct Draft {
    /// Made before the link is, so that it can be shown before it works.
    pub id: ShareId,
    pub of: Chosen,
    pub terms: Terms,
}

/// Makes a link of somebody's own files, or of a folder, which works from then on. One that is there already, as when a form is sent twice, stays as
/// it is.
///
/// # Errors
///
/// `Unacceptable` for terms or files that will not do; `NotFound` when none of the files is there, or not the folder; `Conflict` when somebody has
/// as many links as they may; `TooManyAttempts`; what [`Principal::begin_as_owner`] fails with.
pub async fn make(
    app: &AppState,
    draft: &Draft,
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let hashed = draft.terms.hashed(None).await?;
    let change = principal.begin_as_owner(&app.db, owner, now).await?;
    expect_on(change.transaction(), LinkKind::Share, owner).await?;
    if is_there(&change, draft.id, owner).await? {
        return Ok(());
    }
    clear_away(&change, owner).await?;
    if Share::count(change.transaction(), Scope::Own(owner)).await? >= MOST_LINKS {
        return Err(Error::Conflict(format!("You have {MOST_LINKS} links. Stop sharing some of them first.")));
    }
    let secret = Secret::of(&app.session_key, owner, draft.id, 1)?;
    let row = share::ActiveModel { owner: Set(owner), secret_hash: Set(secret.hash()), ..row(draft, hashed, now) };
    let detail = match &draft.of {
        Chosen::Files(selection) => insert_with_files(&change, row, (draft.id, selection), owner).await?,
        Chosen::Folder(folder) => insert_with_folder(&change, row, *folder, owner).await?,
    };
    change.record(Action::ShareMade, Subject::user(owner, &*draft.terms.title, detail)).await?;
    change.commit().await
}

/// An id that is another's names nothing here.
async fn is_there(change: &Change, id: ShareId, owner: UserId) -> Result<bool> {
    let row = share::Entity::find_by_id(id).one(change.transaction()).await?;
    match row {
        None => Ok(false),
        Some(row) if row.owner == owner && row.state != State::Ended => Ok(true),
        Some(_) => Err(Error::NotFound),
    }
}

/// Says what it is of, for the log.
async fn insert_with_files(
    change: &Change,
    row: share::ActiveModel,
    (id, selection): (ShareId, &Selection),
    owner: UserId,
) -> Result<String> {
    let files = chosen(change, selection, owner).await?;
    let detail = if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) };
    share::Entity::insert(row).exec_without_returning(change.transaction()).await?;
    let of_file = |file_id| share_file::ActiveModel { share_id: Set(id), file_id: Set(file_id), ..Default::default() };
    let rows = share_file::Entity::insert_many(files.into_iter().map(of_file));
    rows.exec_without_returning(change.transaction()).await?;
    Ok(detail)
}

/// Says what it is of, for the log.
async fn insert_with_folder(change: &Change, row: share::ActiveModel, id: FolderId, owner: UserId) -> Result<String> {
    let folder = Folder::find(change.transaction(), id, owner).await?;
    let row = share::ActiveModel { shows: Set(Shows::Folder), folder_id: Set(Some(id)), ..row };
    share::Entity::insert(row).exec_without_returning(change.transaction()).await?;
    Ok(format!("folder {}", folder.name()))
}

async fn chosen(change: &Change, selection: &Selection, owner: UserId) -> Result<Vec<FileId>> {
    let most = MOST_FILES + 1;
    let files = shared::ready_ids(change.transaction(), selection, Scope::Own(owner), most).await?;
    match files.len() as u64 {
        0 => Err(Error::NotFound),
        1..=MOST_FILES => Ok(files),
        _ => Err(too_many()),
    }
}

/// More files than a link can have.
pub fn too_many() -> Error {
    Error::unacceptable("too_many_files", "A link can have at most 1,000 files. Choose fewer.")
}

async fn clear_away(change: &Change, owner: UserId) -> Result<()> {
    let long_ago = change.now() - ENDED_KEPT;
    let ended = share::Entity::delete_many().filter(of(Scope::Own(owner)));
    let ended = ended.filter(share::Column::State.eq(State::Ended)).filter(share::Column::StateChangedAt.lt(long_ago));
    ended.exec(change.transaction()).await?;
    Ok(())
}

/// All but whose it is and what opens it.
fn row(Draft { id, terms, .. }: &Draft, hashed: Hashed, now: DateTime<Utc>) -> share::ActiveModel {
    let password_hash = match hashed {
        Hashed::New(hash) => Some(hash),
        Hashed::None | Hashed::Kept => None,
    };
    share::ActiveModel {
        id: Set(*id),
        title: Set(terms.title.clone()),
        message: Set(terms.message.clone()),
        created_at: Set(now),
        ends_at: Set(match terms.end {
            End::At(end) => Some(end),
            End::Never | End::Kept => None,
        }),
        password_hash: Set(password_hash),
        password_version: Set(0),
        most_downloads: Set(terms.most_downloads),
        downloads: Set(0),
        visits: Set(0),
        last_used_at: Set(None),
        has_originals: Set(terms.has_originals),
        shows_owner: Set(terms.shows_owner),
        state: Set(State::Active),
        state_changed_at: Set(now),
        secret_version: Set(1),
        shows: Set(Shows::Files),
        folder_id: Set(None),
        ..Default::default()
    }
}
