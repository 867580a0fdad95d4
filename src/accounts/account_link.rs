//! What invitations and password links have in common: a secret that works once, and for a while. Only its hash is kept.

use super::{
    Change,
    bearer::TokenHash,
    entity::account_link::{ActiveModel, Column, Entity},
};
use crate::{
    audit::Actor,
    database::DatabaseConnection,
    error::{Error, Result},
    ids::{LinkId, UserId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, Select};

/// Ends what somebody handed out while they could, which is worth nothing once they cannot any more, and what was made
/// for them.
pub(super) async fn end_all_of(change: &Change, user: UserId) -> Result<()> {
    let made_or_had = Condition::any().add(Column::CreatedById.eq(user)).add(Column::UserId.eq(user));
    Entity::delete_many().filter(made_or_had).exec(change.transaction()).await?;
    Ok(())
}

/// Uses a link up.
pub(super) async fn take(change: &Change, secret: &str, now: DateTime<Utc>) -> Result<()> {
    let row = with_secret(secret, now).one(change.transaction()).await?.ok_or(Error::NotFound)?;
    match Entity::delete_by_id(row.id).exec(change.transaction()).await?.rows_affected {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// Outside of every change, whose locks come in one order; what fails is left to the next invitation.
pub(super) async fn clear_away(db: &DatabaseConnection, now: DateTime<Utc>) {
    let expired = Entity::delete_many().filter(Column::ExpiresAt.lte(now));
    if let Err(error) = expired.exec(db).await {
        tracing::warn!(%error, "expired links were not cleared away");
    }
}

/// Links whose time is not over.
pub(super) fn live(now: DateTime<Utc>) -> Select<Entity> {
    Entity::find().filter(Condition::all().add(Column::ExpiresAt.gt(now)))
}

/// The link that a secret opens.
pub(super) fn with_secret(secret: &str, now: DateTime<Utc>) -> Select<Entity> {
    live(now).filter(Column::SecretHash.eq(TokenHash::of(secret).to_hex()))
}

/// All but whom it is for.
pub(super) fn new_row(secret: &str, lasts: TimeDelta, actor: &Actor, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: Set(LinkId::generate()),
        secret_hash: Set(TokenHash::of(secret).to_hex()),
        user_id: Set(None),
        created_by_id: Set(actor.user),
        created_at: Set(now),
        expires_at: Set(now + lasts),
        ..Default::default()
    }
}
