//! Favourites: files that their owner has given a star. It is a mark for oneself, which the log has nothing of.

use super::{
    entity::{Column, Entity},
    file::File,
    locking::lock,
    scope::Scope,
    selection::{Selection, condition, in_state},
    state::State,
    transition::{MOST_AT_ONCE, Moved},
};
use crate::{accounts::Principal, database::DatabaseConnection, error::Result, ids::MoveId, ids::UserId};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// What is done about a star.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Star {
    Given,
    Taken,
}

/// Which files it is about.
#[derive(Clone, Debug)]
pub enum Marked {
    Chosen(Selection),
    /// All that a step marked, and nothing since.
    In(MoveId),
}

impl Star {
    pub const ALL: [Self; 2] = [Self::Given, Self::Taken];

    /// As addresses and forms have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "yes",
            Self::Taken => "no",
        }
    }

    /// What can be done about a file's star.
    pub fn other(file: &impl File) -> Self {
        if file.is_starred() { Self::Taken } else { Self::Given }
    }

    /// Has somebody any?
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn is_anywhere(db: &impl ConnectionTrait, owner: UserId) -> Result<bool> {
        let any = Entity::find().filter(in_state(State::Ready).add(Scope::Own(owner).condition()));
        let any = any.filter(Self::Given.condition()).select_only().column(Column::Id).limit(1);
        Ok(any.into_tuple::<i64>().one(db).await?.is_some())
    }

    pub fn inverse(self) -> Self {
        match self {
            Self::Given => Self::Taken,
            Self::Taken => Self::Given,
        }
    }

    /// The files that have a star, or those that have none. Without a parameter: an index is of the former alone.
    pub(super) fn condition(self) -> Condition {
        let is_starred = Expr::col((Entity, Column::IsStarred));
        match self {
            Self::Given => Condition::all().add(is_starred),
            Self::Taken => Condition::all().add(is_starred.not()),
        }
    }

    fn is_given(self) -> bool {
        self == Self::Given
    }
}

impl Moved {
    /// Gives a star to those ready files of an owner that have none, or takes it from those that have one: at most
    /// [`MOST_AT_ONCE`], in one transaction.
    ///
    /// # Errors
    ///
    /// What [`Principal::begin_as_owner`] fails with; `DatabaseUnavailable`.
    pub async fn starred(
        db: &DatabaseConnection,
        (star, marked): (Star, &Marked),
        owner: UserId,
        principal: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let (step, scope) = (MoveId::generate(), Scope::Own(owner));
        let which = match marked {
            Marked::Chosen(selection) => condition(db, selection, scope, State::Ready),
            Marked::In(step) => in_state(State::Ready).add(Column::StarredIn.eq(*step)).add(scope.condition()),
        };
        let change = principal.begin_as_owner(db, owner, now).await?;
        let others = which.add(star.inverse().condition());
        let rows = lock(change.transaction(), others, MOST_AT_ONCE).await?;
        let update = Entity::update_many()
            .col_expr(Column::IsStarred, Expr::value(star.is_given()))
            .col_expr(Column::StarredIn, Expr::value(step))
            .filter(Column::Id.is_in(rows.iter().map(|row| row.id)));
        update.exec(change.transaction()).await?;
        change.commit().await?;
        let has_more = rows.len() as u64 == MOST_AT_ONCE;
        Ok(Self { has_more, ..Self::of(Some(step), rows) })
    }
}
