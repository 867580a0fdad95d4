//! Deleting an account: it is shut at once and for good, and its row goes once another account has all of its files.

use super::{
    Accounts, AdminChange, Principal,
    account_link::end_all_of,
    administration::{LAST_ADMIN, is_last_admin},
    entity::{deleted_account, user},
    heir, sessions, tokens,
};
use crate::{
    audit::{Action, Subject},
    error::{Error, Result},
    ids::UserId,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

pub use super::{
    deleted::{find_by_email, was_deleted},
    fate::Fate,
};

const NOT_ONESELF: &str = "You cannot delete your own account. Ask another administrator.";
const HEIR_OF: &str = "This account is still getting the files of one that was deleted. Wait until it has them.";

/// An account that is deleted, and whose files another one gets.
#[derive(Clone, Debug)]
pub struct Deletion {
    pub id: UserId,
    /// As it was.
    pub email: String,
    /// Who gets its files, and is charged for them.
    pub heir: UserId,
    pub fate: Fate,
}

/// Shuts an account for good, and says who gets its files. Its sessions, links and tokens end. Giving the files away is for
/// `jobs::deletions`, which may be long at it. It takes an administrator who gave their password lately.
///
/// # Errors
///
/// `Conflict` for one's own account, the last administrator's, and one that is getting files itself; `Unacceptable` when the heir
/// is none or disabled, or has no room for the files; `NotFound`; `PasswordNeeded`; else what
/// [`Principal::begin_among_admins`] fails with.
pub async fn delete(
    accounts: &Accounts,
    new: &Deletion,
    default_quota: Option<ByteSize>,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let (id, change) =
        (new.id, principal.with_password().begin_among_admins(&accounts.db, &[new.id, new.heir], now).await?);
    let before = change.user(id)?.clone();
    let heir = check(&change, new, default_quota).await?;
    end_all_of(&change, id).await?;
    let row = user::ActiveModel { id: Set(id), disabled_at: Set(Some(now)), ..Default::default() };
    user::Entity::update(row).exec(change.transaction()).await?;
    sessions::delete_of_user(&change, id).await?;
    tokens::revoke_all_but(&change, id, &[]).await?;
    let row = deleted_account::ActiveModel {
        id: Set(id),
        email: Set(before.email.clone()),
        heir_id: Set(new.heir),
        fate: Set(new.fate),
        deleted_at: Set(now),
        finished_at: Set(None),
    };
    deleted_account::Entity::insert(row).exec_without_returning(change.transaction()).await?;
    let detail = format!("files {} {heir}", new.fate.words());
    change.record(Action::UserDeleted, Subject::user(id, before.email, detail)).await?;
    change.commit().await?;
    accounts.shut_out(id);
    Ok(())
}

/// The heir's email, if all may be as it is asked for.
async fn check(change: &AdminChange, new: &Deletion, default_quota: Option<ByteSize>) -> Result<String> {
    let (id, gone) = (new.id, change.user(new.id)?);
    if change.actor().user == Some(id) {
        return Err(Error::Conflict(NOT_ONESELF.into()));
    }
    if is_last_admin(change, id) {
        return Err(Error::Conflict(LAST_ADMIN.into()));
    }
    let unfinished = unfinished(change.transaction()).await?;
    if unfinished.iter().any(|one| one.id == id) {
        return Err(Error::Conflict("This account is being deleted already.".into()));
    }
    if unfinished.iter().any(|one| one.heir == id) {
        return Err(Error::Conflict(HEIR_OF.into()));
    }
    if new.heir == id {
        return Err(Error::unacceptable("bad_heir", heir::NO_HEIR));
    }
    heir::check(change, new.heir, gone.used_bytes, default_quota)
}

/// Accounts whose files are not all given away yet, the longest deleted first.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn unfinished(db: &impl ConnectionTrait) -> Result<Vec<Deletion>> {
    let query = deleted_account::Entity::find().filter(deleted_account::Column::FinishedAt.is_null());
    let rows = query.order_by_asc(deleted_account::Column::DeletedAt).all(db).await?;
    let deletion =
        |row: deleted_account::Model| Deletion { id: row.id, email: row.email, heir: row.heir_id, fate: row.fate };
    Ok(rows.into_iter().map(deletion).collect())
}

/// The last step, once it has no file any more: its row goes. What the log says of it stays.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn finish(change: AdminChange, id: UserId) -> Result<()> {
    user::Entity::delete_by_id(id).exec(change.transaction()).await?;
    let update = deleted_account::Entity::update_many();
    let update = update.col_expr(deleted_account::Column::FinishedAt, Expr::value(change.now()));
    update.filter(deleted_account::Column::Id.eq(id)).exec(change.transaction()).await?;
    change.commit().await
}
