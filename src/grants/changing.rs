//! Sharing a folder with a person, and an end to that, by either of the two.

use super::{
    Role,
    entity::{ActiveModel, Column, Entity},
    grant::{Grant, MOST_OF_OWNER, MOST_PEOPLE},
};
use crate::{
    accounts::{Change, Email, Principal, users},
    audit::{Action, Subject},
    error::{Error, Result},
    files::folders::{Folder, shared},
    ids::{FolderId, GrantId, UserId},
    state::AppState,
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::time::Instant;

/// With whom a folder is to be shared.
pub struct Guest<'a> {
    pub email: &'a str,
    pub role: Role,
}

/// Shares somebody's own folder with whoever has this email; whoever has it shared with them already keeps it as it is. Says what they are
/// called.
///
/// # Errors
///
/// `NotFound` for a folder that is not there; `Unacceptable` for an email that is nobody's, and in the same words for one of a disabled
/// account; `TooManyAttempts` after too many of those; `Conflict` where there are as many people as may be; what
/// [`Principal::begin_as_owner`] fails with.
pub async fn add(
    app: &AppState,
    (folder, guest): (FolderId, &Guest<'_>),
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<String> {
    let (whose, at) = (owner.to_string(), Instant::now());
    // Each is counted before it is looked at.
    app.grant_throttle.attempt(&whose, at)?;
    let added = add_counted(app, (folder, guest), owner, principal, now).await;
    let is_guess = matches!(&added, Err(Error::Unacceptable { code: NOBODY, .. }));
    if !is_guess {
        app.grant_throttle.take_back(&whose, at);
    }
    added
}

/// The code of an email that is nobody's.
const NOBODY: &str = "nobody_to_share_with";

async fn add_counted(
    app: &AppState,
    (folder, guest): (FolderId, &Guest<'_>),
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<String> {
    let change = principal.begin_as_owner(&app.db, owner, now).await?;
    let folder = Folder::find(change.transaction(), folder, owner).await?;
    let member = somebody(&change, guest.email, owner).await?;
    let there = Grant::of_folder(change.transaction(), folder.id(), owner).await?;
    if there.iter().any(|grant| grant.member() == member.id) {
        return Ok(member.name);
    }
    if there.len() as u64 >= MOST_PEOPLE {
        return Err(Error::Conflict(format!("A folder can be shared with {MOST_PEOPLE} people. Remove some first.")));
    }
    if Grant::count_of_owner(change.transaction(), owner).await? >= MOST_OF_OWNER {
        let words = "You share folders with people 1,000 times already. Remove some of them first.";
        return Err(Error::Conflict(words.into()));
    }
    let row = ActiveModel {
        id: Set(GrantId::from_uuid(uuid::Uuid::now_v7())),
        folder_id: Set(folder.id()),
        owner_id: Set(owner),
        member_id: Set(member.id),
        created_at: Set(now),
        role: Set(guest.role),
    };
    Entity::insert(row).exec_without_returning(change.transaction()).await?;
    change.record(Action::FolderGranted, Subject::user(owner, folder.name(), terms(&member.email, guest.role))).await?;
    change.commit().await?;
    Ok(member.name)
}

/// As the log has it.
fn terms(email: &str, role: Role) -> String {
    match role {
        Role::Viewer => format!("with {email}"),
        Role::Contributor => format!("with {email}, who can add files"),
    }
}

/// Nobody learns whether an email has no account or one that is shut.
async fn somebody(change: &Change, email: &str, owner: UserId) -> Result<users::User> {
    let nobody = || Error::unacceptable(NOBODY, "Nobody to share with has this email. Check it, or share by a link.");
    let email: Email = email.parse().map_err(|_| nobody())?;
    let found = match users::find_by_email(change.transaction(), &email).await {
        Err(Error::NotFound) => Err(nobody()),
        found => found,
    }?;
    if found.id == owner {
        return Err(Error::unacceptable("own_email", "This is your own email. The folder is yours already."));
    }
    Some(found).filter(|found| !found.disabled).ok_or_else(nobody)
}

/// Lets a person do something else in somebody's own folder, at once. What was begun to be uploaded before may still arrive.
///
/// # Errors
///
/// `NotFound`, also for what was ended; what [`Principal::begin_as_owner`] fails with.
pub async fn set_role(
    app: &AppState,
    (folder, grant): (FolderId, GrantId),
    (owner, role): (UserId, Role),
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = principal.begin_as_owner(&app.db, owner, now).await?;
    let (folder, grant) = find(&change, (folder, grant), owner).await?;
    let update = Entity::update_many().col_expr(Column::Role, Expr::value(role)).filter(Column::Id.eq(grant.id()));
    if update.filter(Column::Role.ne(role)).exec(change.transaction()).await?.rows_affected == 0 {
        return Ok(());
    }
    let email = users::find(change.transaction(), grant.member()).await?.email;
    change.record(Action::FolderGranted, Subject::user(owner, folder.name(), terms(&email, role))).await?;
    change.commit().await
}

/// Somebody's own folder, and whom it is shared with.
async fn find(change: &Change, (folder, grant): (FolderId, GrantId), owner: UserId) -> Result<(Folder, Grant)> {
    let folder = Folder::find(change.transaction(), folder, owner).await?;
    let of_folder = Grant::of_folder(change.transaction(), folder.id(), owner).await?;
    let grant = of_folder.into_iter().find(|one| one.id() == grant).ok_or(Error::NotFound)?;
    Ok((folder, grant))
}

/// Stops sharing somebody's own folder with a person, at once. Says what their email is, and what they could do.
///
/// # Errors
///
/// `NotFound`, also for what was ended already; what [`Principal::begin_as_owner`] fails with.
pub async fn remove(
    app: &AppState,
    (folder, grant): (FolderId, GrantId),
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<(String, Role)> {
    let change = principal.begin_as_owner(&app.db, owner, now).await?;
    let (folder, grant) = find(&change, (folder, grant), owner).await?;
    let email = users::find(change.transaction(), grant.member()).await?.email;
    delete(&change, &grant).await?;
    change.record(Action::FolderUngranted, Subject::user(owner, folder.name(), format!("with {email}"))).await?;
    change.commit().await?;
    Ok((email, grant.role()))
}

/// Takes a folder that somebody shares with a member off what is shared with them.
///
/// # Errors
///
/// `NotFound` for one that is not shared with them; what [`Principal::begin_as_owner`] fails with.
pub async fn leave(
    app: &AppState,
    folder: FolderId,
    member: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = principal.begin_as_owner(&app.db, member, now).await?;
    let grant = Grant::find(change.transaction(), folder, member).await?;
    delete(&change, &grant).await?;
    let name = shared::names(change.transaction(), vec![folder]).await?.remove(&folder).unwrap_or_default();
    change.record(Action::FolderLeft, Subject::user(grant.owner(), name, "")).await?;
    change.commit().await
}

/// One that somebody else ended meanwhile is not there.
async fn delete(change: &Change, grant: &Grant) -> Result<()> {
    let delete = Entity::delete_many().filter(Column::Id.eq(grant.id()));
    match delete.exec(change.transaction()).await?.rows_affected {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}
