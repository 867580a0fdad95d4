//! A token as a program shows it: its hash, and whether it is live.

use super::{entity::api_token, users};
use crate::{
    error::Result,
    ids::{TokenId, UserId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use sha2::{Digest, Sha256};

/// Last use is written at most this often.
const LAST_USE_PRECISION: TimeDelta = TimeDelta::hours(1);

/// SHA-256 of a token. The token is random through and through, so a slow hash would add nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

/// A token that may be used.
#[derive(Clone, Copy, Debug)]
pub struct LiveToken {
    /// Names it; of no use to get in.
    pub id: TokenId,
    pub user: UserId,
    /// Its last use was written more than an hour ago, or never.
    pub last_use_is_old: bool,
    /// `None`: it never ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

impl TokenHash {
    /// The hash of a whole token, as a program shows it.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    pub(super) fn to_hex(self) -> String {
        hex::encode(self.0)
    }
}

/// The token with this hash, if it may be used at a moment.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn find_live(db: &impl ConnectionTrait, hash: TokenHash, now: DateTime<Utc>) -> Result<Option<LiveToken>> {
    let live = api_token::Column::RevokedAt.is_null();
    let query = api_token::Entity::find().filter(api_token::Column::TokenHash.eq(hash.to_hex())).filter(live);
    let row = query.filter(has_not_ended(now)).one(db).await?;
    Ok(row.map(|row| LiveToken {
        id: row.id,
        user: row.user_id,
        last_use_is_old: row.last_used_at.is_none_or(|at| now - at > LAST_USE_PRECISION),
        expires_at: row.expires_at,
    }))
}

/// Writes down that a token, and with it its user, was seen.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn note_use(db: &impl ConnectionTrait, token: LiveToken, now: DateTime<Utc>) -> Result<()> {
    let update = api_token::Entity::update_many().col_expr(api_token::Column::LastUsedAt, Expr::value(now));
    update.filter(api_token::Column::Id.eq(token.id)).exec(db).await?;
    users::note_seen(db, token.user, now).await
}

pub(super) fn has_not_ended(now: DateTime<Utc>) -> Condition {
    Condition::any().add(api_token::Column::ExpiresAt.is_null()).add(api_token::Column::ExpiresAt.gt(now))
}
