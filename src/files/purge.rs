//! Files that are on their way out: which of them is next, and how far each has got.

use super::{
    entity::{Column, Entity},
    file::Purging,
    state::State,
};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// Where a file stands among them.
pub type Place = (DateTime<Utc>, i64);

impl Purging {
    /// Some of the files whose removal was begun and not finished, behind a place: those first that wait longest.
    pub async fn list(db: &impl ConnectionTrait, after: Option<Place>, limit: u64) -> Result<Vec<Self>> {
        let mut query = Entity::find().filter(Column::State.eq(State::Purging));
        if let Some((since, id)) = after {
            let place = Expr::tuple([Expr::col(Column::StateChangedAt), Expr::col(Column::Id)]);
            query = query.filter(place.gt(Expr::tuple([Expr::value(since), Expr::value(id)])));
        }
        let query = query.order_by_asc(Column::StateChangedAt).order_by_asc(Column::Id).limit(limit);
        Ok(query.all(db).await?.into_iter().map(Self).collect())
    }

    pub fn place(&self) -> Place {
        (self.0.state_changed_at, self.0.id)
    }

    /// Puts it behind all the others, as its object could not be removed.
    pub async fn put_off(&self, db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<()> {
        let update = Entity::update_many().col_expr(Column::StateChangedAt, Expr::value(now));
        let update = update.filter(Column::Id.eq(self.0.id));
        update.filter(Column::State.eq(State::Purging)).exec(db).await?;
        Ok(())
    }

    /// Is there still an object to remove? Once it was, only a PUT that comes late can bring it back.
    pub fn has_object(&self) -> bool {
        self.0.object_removed_at.is_none()
    }

    /// Notes that the object was removed.
    pub async fn note_removal(&self, db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<()> {
        if !self.has_object() {
            return Ok(());
        }
        let update = Entity::update_many().col_expr(Column::ObjectRemovedAt, Expr::value(now));
        let update = update.filter(Column::Id.eq(self.0.id));
        update.filter(Column::State.eq(State::Purging)).exec(db).await?;
        Ok(())
    }

    /// The last step, once the object is gone.
    pub async fn forget(&self, db: &impl ConnectionTrait) -> Result<()> {
        let row = Entity::delete_many().filter(Column::Id.eq(self.0.id));
        row.filter(Column::State.eq(State::Purging)).exec(db).await?;
        Ok(())
    }
}
