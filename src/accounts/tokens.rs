//! API tokens: made of 32 random bytes, shown once, kept as a hash.

use super::entity::api_token;
use crate::{
    error::{Error, Result},
    ids::{TokenId, UserId},
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use sha2::{Digest, Sha256};

/// Lets secret scanners and people recognise one.
const PREFIX: &str = "cloakroom_";

/// Last use is written at most this often.
const LAST_USE_PRECISION: TimeDelta = TimeDelta::hours(1);

/// SHA-256 of a token. The token is random through and through, so a slow hash would add nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    fn to_hex(self) -> String {
        hex::encode(self.0)
    }
}

/// A token that may be used.
#[derive(Clone, Copy, Debug)]
pub struct LiveToken {
    pub id: TokenId,
    pub user: UserId,
    pub last_use_is_old: bool,
}

/// Returns the token itself, which nobody can read again.
pub async fn create(db: &impl ConnectionTrait, user: UserId, name: &str, now: DateTime<Utc>) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.len() > 200 || name.contains(char::is_control) {
        return Err(Error::unacceptable(
            "bad_name",
            "Give the token a name of 1 to 200 letters, such as the program it is for.",
        ));
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
    let token = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
    let row = api_token::ActiveModel {
        id: Set(TokenId::generate().uuid()),
        user_id: Set(user.uuid()),
        name: Set(name.to_owned()),
        token_hash: Set(TokenHash::of(&token).to_hex()),
        created_at: Set(now),
        last_used_at: Set(None),
        revoked_at: Set(None),
    };
    api_token::Entity::insert(row).exec_without_returning(db).await?;
    Ok(token)
}

pub async fn find_live(db: &impl ConnectionTrait, hash: TokenHash, now: DateTime<Utc>) -> Result<Option<LiveToken>> {
    let live = api_token::Column::RevokedAt.is_null();
    let row =
        api_token::Entity::find().filter(api_token::Column::TokenHash.eq(hash.to_hex())).filter(live).one(db).await?;
    Ok(row.map(|row| LiveToken {
        id: TokenId::from_uuid(row.id),
        user: UserId::from_uuid(row.user_id),
        last_use_is_old: row.last_used_at.is_none_or(|at| now - at > LAST_USE_PRECISION),
    }))
}

pub async fn note_use(db: &impl ConnectionTrait, id: TokenId, now: DateTime<Utc>) -> Result<()> {
    let update = api_token::Entity::update_many().col_expr(api_token::Column::LastUsedAt, Expr::value(now));
    update.filter(api_token::Column::Id.eq(id.uuid())).exec(db).await?;
    Ok(())
}

/// Ends a user's token by its name; `NotFound` when no live one is called so.
pub async fn revoke(db: &impl ConnectionTrait, user: UserId, name: &str, now: DateTime<Utc>) -> Result<()> {
    let update = api_token::Entity::update_many().col_expr(api_token::Column::RevokedAt, Expr::value(now));
    let update = update.filter(api_token::Column::UserId.eq(user.uuid())).filter(api_token::Column::Name.eq(name));
    match update.filter(api_token::Column::RevokedAt.is_null()).exec(db).await?.rows_affected {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}
