//! Users: creating, finding, listing, charging. Whatever asks the database fails with `DatabaseUnavailable` when it
//! does not answer; what else a function fails with is said at it.

use super::{About, Change, Email, Principal, Role, entity::user, name, passwords, set_up};
use crate::{
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    ids::UserId,
    storage::name::is_hidden,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
    sea_query::{Expr, ExprTrait, Func, LikeExpr, LockType},
};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

pub use super::user::User;

/// A user whose password was right.
#[derive(Clone, Debug)]
pub struct Verified {
    pub user: UserId,
    /// Which password it was, for as long as the request lasts.
    pub mark: String,
}

/// An account about to be created.
pub struct NewUser {
    pub email: Email,
    pub name: String,
    pub role: Role,
    /// `None`: a link sets it.
    pub password: Option<String>,
}

/// Creates an account. It takes an administrator who gave their password lately.
///
/// # Errors
/// `Unacceptable` for a name or password that will not do; `Conflict` when the email has an account; `PasswordNeeded`;
/// `TooManyAttempts` while too many hash; else what [`Principal::begin_as_admin`] fails with.
pub async fn create(
    db: &DatabaseConnection,
    new: NewUser,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<UserId> {
    let row = prepare(new, now).await?;
    let change = principal.with_password().begin_as_admin(db, &[], now).await?;
    let id = insert(&change, row).await?;
    change.commit().await?;
    Ok(id)
}

/// Creates the first account, however many try at once. `address` is where the request came from.
///
/// # Errors
/// `Unacceptable` for a name or password that will not do; `Conflict` when there is one already; `TooManyAttempts`.
pub async fn create_first(db: &DatabaseConnection, new: NewUser, address: &str, now: DateTime<Utc>) -> Result<UserId> {
    let email = new.email.clone();
    let row = prepare(new, now).await?;
    let change = Change::by_newcomer(db, &email, address, now).await?;
    let transaction = change.transaction();
    if !set_up::finish(transaction).await? || user::Entity::find().count(transaction).await? > 0 {
        return Err(Error::Conflict("Cloakroom is set up already. Sign in instead.".into()));
    }
    let id = insert(&change, row).await?;
    change.commit().await?;
    Ok(id)
}

/// Every user, by email.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<User>> {
    let rows = user::Entity::find().order_by_asc(user::Column::Email).all(db).await?;
    rows.into_iter().map(User::from_row).collect()
}

/// At most `limit` users whose email or name contains a text, by email, those behind the email `after`. SQLite knows
/// the cases of ASCII alone, so a name is also found as it is written.
pub async fn search(db: &impl ConnectionTrait, text: &str, after: &str, limit: u64) -> Result<Vec<User>> {
    let pattern = |text: &str| {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        LikeExpr::new(format!("%{escaped}%")).escape('\\')
    };
    let in_any_case =
        |column: user::Column| Expr::expr(Func::lower(Expr::col(column))).like(pattern(&text.to_lowercase()));
    let mut query = user::Entity::find().order_by_asc(user::Column::Email).limit(limit);
    if !text.is_empty() {
        let as_written = Expr::col(user::Column::Name).like(pattern(text));
        query = query.filter(in_any_case(user::Column::Email).or(in_any_case(user::Column::Name)).or(as_written));
    }
    if !after.is_empty() {
        query = query.filter(user::Column::Email.gt(after));
    }
    query.all(db).await?.into_iter().map(User::from_row).collect()
}

/// The `limit` users who store most.
pub async fn list_largest(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<User>> {
    let query = user::Entity::find().order_by_desc(user::Column::UsedBytes).limit(limit);
    query.all(db).await?.into_iter().map(User::from_row).collect()
}

/// The emails of these ids' users, as far as there are such users.
pub async fn emails(db: &impl ConnectionTrait, ids: Vec<UserId>) -> Result<HashMap<UserId, String>> {
    let query = user::Entity::find().select_only().column(user::Column::Id).column(user::Column::Email);
    let query = query.filter(user::Column::Id.is_in(ids));
    let rows: Vec<(UserId, String)> = query.into_tuple().all(db).await?;
    Ok(rows.into_iter().collect())
}

/// The users with these ids, as far as there are such users.
pub async fn with_ids(db: &impl ConnectionTrait, ids: Vec<UserId>) -> Result<HashMap<UserId, User>> {
    let rows = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(db).await?;
    rows.into_iter().map(|row| Ok((row.id, User::from_row(row)?))).collect()
}

/// The user with an id.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<User> {
    let row = user::Entity::find_by_id(id).one(db).await?;
    row.ok_or(Error::NotFound).and_then(User::from_row)
}

/// The user with an email.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn find_by_email(db: &impl ConnectionTrait, email: &Email) -> Result<User> {
    let row = user::Entity::find().filter(user::Column::Email.eq(email.as_str())).one(db).await?;
    row.ok_or(Error::NotFound).and_then(User::from_row)
}

/// The user whose email and password these are. Takes as long for an email that nobody has.
///
/// # Errors
/// `WrongPassword` when they are nobody's, or the account is disabled; `TooManyAttempts` while too many are checked.
pub async fn find_by_password(db: &impl ConnectionTrait, email: Option<Email>, password: String) -> Result<Verified> {
    let row = match email {
        Some(email) => user::Entity::find().filter(user::Column::Email.eq(email.as_str())).one(db).await?,
        None => None,
    };
    let row = row.filter(|row| row.disabled_at.is_none());
    let hash = row.as_ref().and_then(|row| row.password_hash.clone());
    match (passwords::verify(password, hash).await?, row) {
        (true, Some(row)) => Ok(Verified { mark: mark(&row), user: row.id }),
        _ => Err(Error::WrongPassword),
    }
}

/// Is it still the password that was verified? Part of the transaction that a session is begun in, which holds the user's
/// lock: a change of the password ends the sessions that it finds, and this one must not come after it.
pub(super) async fn has_password(db: &impl ConnectionTrait, id: UserId, verified: &str) -> Result<bool> {
    let row = user::Entity::find_by_id(id).one(db).await?;
    Ok(row.is_some_and(|row| mark(&row) == verified))
}

/// The hash is salted, so it differs even when somebody sets the password they had.
fn mark(row: &user::Model) -> String {
    hex::encode(Sha256::digest(row.password_hash.as_deref().unwrap_or_default()))
}

/// Is there a user with this id?
pub async fn exists(db: &impl ConnectionTrait, id: UserId) -> Result<bool> {
    let found: Option<UserId> =
        user::Entity::find_by_id(id).select_only().column(user::Column::Id).into_tuple().one(db).await?;
    Ok(found.is_some())
}

/// Is there any user?
pub async fn any(db: &impl ConnectionTrait) -> Result<bool> {
    let found: Option<UserId> =
        user::Entity::find().select_only().column(user::Column::Id).into_tuple().one(db).await?;
    Ok(found.is_some())
}

/// Locks users until the end of the transaction, by their ids. Who changes files and what their owners are charged for
/// them locks the owners first.
pub async fn lock(transaction: &impl ConnectionTrait, ids: impl IntoIterator<Item = UserId>) -> Result<()> {
    let query = user::Entity::find().select_only().column(user::Column::Id);
    let query = query.filter(user::Column::Id.is_in(ids)).order_by_asc(user::Column::Id);
    // As strong as charging needs it, so that rows that name a user can be written meanwhile.
    let _: Vec<UserId> = query.lock(LockType::NoKeyUpdate).into_tuple().all(transaction).await?;
    Ok(())
}

/// Notes that somebody was here. A note that comes late takes nothing back.
pub async fn note_seen(db: &impl ConnectionTrait, id: UserId, now: DateTime<Utc>) -> Result<()> {
    let update = user::Entity::update_many().col_expr(user::Column::LastSeenAt, Expr::value(now));
    let is_later = user::Column::LastSeenAt.is_null().or(user::Column::LastSeenAt.lt(now));
    update.filter(user::Column::Id.eq(id)).filter(is_later).exec(db).await?;
    Ok(())
}

/// A name as accounts may have it, trimmed.
///
/// # Errors
/// `Unacceptable` unless it has 1 to 200 characters, none of them hidden.
pub fn check_name(name: &str) -> Result<String> {
    let name = name::trimmed(name, is_hidden).map(str::to_owned);
    name.ok_or_else(|| Error::unacceptable("bad_name", "Write a name of 1 to 200 letters."))
}

/// Hashes the password, which takes a while, before any transaction is begun.
pub(super) async fn prepare(new: NewUser, now: DateTime<Utc>) -> Result<user::ActiveModel> {
    let name = check_name(&new.name)?;
    let password_hash = match new.password {
        Some(password) => Some(passwords::hash(password, About { email: new.email.as_str(), name: &name }).await?),
        None => None,
    };
    Ok(user::ActiveModel {
        id: Set(UserId::generate()),
        email: Set(new.email.to_string()),
        name: Set(name),
        role: Set(new.role),
        password_hash: Set(password_hash),
        quota: Set(None),
        used_bytes: Set(0),
        created_at: Set(now),
        disabled_at: Set(None),
        last_seen_at: Set(None),
        last_ticket: Set(0),
        removes_place: Set(false),
    })
}

/// From then on the set-up link is of no use.
pub(super) async fn insert(change: &Change, row: user::ActiveModel) -> Result<UserId> {
    let inserted = user::Entity::insert(row).exec_with_returning(change.transaction()).await;
    let row = inserted.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            Error::Conflict("There is an account with this email already.".into())
        }
        _ => error.into(),
    })?;
    set_up::finish(change.transaction()).await?;
    let id = row.id;
    change.record(Action::UserCreated, Subject::user(id, row.email, row.role.to_string())).await?;
    Ok(id)
}
