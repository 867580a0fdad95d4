//! API tokens: made of 32 random bytes, shown once, kept as a hash.

use super::{
    Accounts, Change, Principal,
    bearer::{TokenHash, has_not_ended},
    entity::api_token,
    name,
    secret::random,
};
use crate::{
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    ids::{TokenId, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, SqlErr, sea_query::Expr,
};

const BAD_NAME: &str = "Give the token a name of 1 to 200 letters, such as the program it is for.";
/// What every token begins with, so that secret scanners and people recognise one.
const PREFIX: &str = "cloakroom_";

/// How many live tokens an account may have: as many as a person can still look through, and programs that leak tokens
/// are noticed.
pub const MOST: u64 = 50;
/// How long a token lives that nobody says anything of, in days.
pub const PROPOSED_DAYS: i64 = 90;

impl ListedToken {
    /// Is its time over?
    pub fn has_ended(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

/// A token as its owner's page shows it, until it is revoked.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ListedToken {
    /// Names it; of no use to get in.
    pub id: TokenId,
    /// What it is for, as its owner says.
    pub name: String,
    pub created_at: DateTime<Utc>,
    /// To within an hour; `None`: never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// `None`: it never ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes a token of a user, at their own request, having given their password lately. Returns the token itself,
/// which nobody can read again. The names of a user's live tokens differ, so that one can be revoked by its name.
/// Without `expires_at` it never ends by itself.
///
/// # Errors
///
/// `Error::Unacceptable` for a name that is empty, longer than 200 characters or has control characters;
/// `Error::Conflict` when a live token has it, or there are [`MOST`] already; `Error::PasswordNeeded` when the password
/// was not given lately; else what [`Principal::begin_as_owner`] fails with.
pub async fn create(
    db: &DatabaseConnection,
    user: UserId,
    name: &str,
    expires_at: Option<DateTime<Utc>>,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<String> {
    let name = name::trimmed(name, char::is_control).ok_or_else(|| Error::unacceptable("bad_name", BAD_NAME))?;
    let token = format!("{PREFIX}{}", random()?);
    let row = api_token::ActiveModel {
        id: Set(TokenId::generate()),
        user_id: Set(user),
        name: Set(name.to_owned()),
        token_hash: Set(TokenHash::of(&token).to_hex()),
        created_at: Set(now),
        last_used_at: Set(None),
        revoked_at: Set(None),
        expires_at: Set(expires_at),
    };
    let change = principal.with_password().begin_as_owner(db, user, now).await?;
    make_room(&change, user, name, now).await?;
    let inserted = api_token::Entity::insert(row).exec_without_returning(change.transaction()).await;
    inserted.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict(format!(
            "There is a token called “{name}” already. Choose another name, or revoke that one first."
        )),
        _ => error.into(),
    })?;
    change.record(Action::TokenCreated, Subject::user(user, name, "")).await?;
    change.commit().await?;
    Ok(token)
}

/// A token that ended gives its name away. The user is locked, so many at once are counted one after the other.
async fn make_room(change: &Change, user: UserId, name: &str, now: DateTime<Utc>) -> Result<()> {
    let ended = api_token::Entity::update_many().col_expr(api_token::Column::RevokedAt, Expr::value(now));
    let ended = ended.filter(api_token::Column::UserId.eq(user)).filter(api_token::Column::RevokedAt.is_null());
    let ended = ended.filter(api_token::Column::Name.eq(name)).filter(api_token::Column::ExpiresAt.lte(now));
    ended.exec(change.transaction()).await?;
    match live(user, now).count(change.transaction()).await? {
        ..MOST => Ok(()),
        _ => {
            Err(Error::Conflict(format!("An account may have {MOST} tokens. Revoke one that is not needed any more.")))
        }
    }
}

/// Part of a change of the user's password.
pub(super) async fn revoke_all_but(change: &Change, user: UserId, kept: &[TokenId]) -> Result<()> {
    let kept = kept.iter().copied();
    let rows = unrevoked(user).filter(api_token::Column::Id.is_not_in(kept)).all(change.transaction()).await?;
    let update = api_token::Entity::update_many().col_expr(api_token::Column::RevokedAt, Expr::value(change.now()));
    let update = update.filter(api_token::Column::Id.is_in(rows.iter().map(|row| row.id)));
    update.exec(change.transaction()).await?;
    let subjects = rows.into_iter().map(|row| Subject::user(user, row.name, "with the password")).collect();
    change.record_all(Action::TokenRevoked, subjects).await
}

/// A user's tokens that were not revoked, those that ended as well, the newest first.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn list(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<ListedToken>> {
    use api_token::Column::{CreatedAt, ExpiresAt, Id, LastUsedAt, Name};
    // Nothing that is shown is made of the hash, which the role that people's reads run as may not read.
    let shown = [Id, Name, CreatedAt, LastUsedAt, ExpiresAt];
    let query = unrevoked(user).select_only().columns(shown).order_by_desc(Id);
    Ok(query.into_model().all(db).await?)
}

fn unrevoked(user: UserId) -> Select<api_token::Entity> {
    let query = api_token::Entity::find().filter(api_token::Column::UserId.eq(user));
    query.filter(api_token::Column::RevokedAt.is_null())
}

fn live(user: UserId, now: DateTime<Utc>) -> Select<api_token::Entity> {
    unrevoked(user).filter(has_not_ended(now))
}

/// Ends a user's token by its name, at their own request.
///
/// # Errors
///
/// `Error::NotFound` when no token of theirs is called so that was not revoked; else what [`Principal::begin_as_owner`]
/// fails with.
pub async fn revoke_named(
    accounts: &Accounts,
    user: UserId,
    name: &str,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let token =
        unrevoked(user).filter(api_token::Column::Name.eq(name)).one(&accounts.db).await?.ok_or(Error::NotFound)?;
    revoke(accounts, user, token.id, principal, now).await
}

/// Ends a user's token, at their own request. Other instances notice within the memory of their account caches,
/// which is 30 seconds.
///
/// # Errors
///
/// `Error::NotFound` when they have none with this id that was not revoked; else what [`Principal::begin_as_owner`]
/// fails with.
pub async fn revoke(
    accounts: &Accounts,
    user: UserId,
    id: TokenId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = principal.begin_as_owner(&accounts.db, user, now).await?;
    let token = unrevoked(user).filter(api_token::Column::Id.eq(id)).one(change.transaction()).await?;
    let token = token.ok_or(Error::NotFound)?;
    let update = api_token::Entity::update_many().col_expr(api_token::Column::RevokedAt, Expr::value(now));
    update.filter(api_token::Column::Id.eq(id)).exec(change.transaction()).await?;
    change.record(Action::TokenRevoked, Subject::user(user, token.name, "")).await?;
    change.commit().await?;
    accounts.cache.forget_tokens();
    Ok(())
}
