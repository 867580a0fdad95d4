//! Which files are meant, where some of many are: by a form, by an earlier move, or by a search.

use super::{
    entity::{Column, Entity},
    folders::place::below_any,
    list::search::Search,
    scope::Scope,
    state::State,
};
use crate::{
    error::Result,
    ids::{FileId, FolderId, MoveId},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

/// Which of them: named one by one, all that a move moved and nobody moved since, all that a search finds,
/// all that lies in some folders and below them, or all there are.
#[derive(Clone, Debug)]
pub enum Selection {
    These(Vec<FileId>),
    MovedIn(MoveId),
    Found(Box<Search>),
    Below(Vec<FolderId>),
    All,
}

/// How many of these are in a state.
pub async fn count(db: &impl ConnectionTrait, selection: &Selection, scope: Scope, state: State) -> Result<u64> {
    Ok(Entity::find().filter(condition(db, selection, scope, state)).count(db).await?)
}

pub(super) fn in_state(state: State) -> Condition {
    Condition::all().add(Column::State.eq(state))
}

pub(super) fn condition(db: &impl ConnectionTrait, selection: &Selection, scope: Scope, state: State) -> Condition {
    let condition = match selection {
        Selection::These(ids) => in_state(state).add(Column::FileId.is_in(ids.iter().copied())),
        Selection::MovedIn(id) => in_state(state).add(Column::MovedIn.eq(*id)),
        Selection::Found(search) => {
            let search = Search::clone(search).in_state(state);
            in_state(state).add(search.condition(db.get_database_backend()))
        }
        Selection::Below(folders) => in_state(state).add(below_any(folders)),
        Selection::All => in_state(state),
    };
    condition.add(scope.condition_in(&[state]))
}

/// The last of them that was recorded.
pub(super) async fn latest(db: &impl ConnectionTrait, condition: Condition) -> Result<i64> {
    let query = Entity::find().select_only().expr(Column::Id.max()).filter(condition);
    Ok(query.into_tuple::<Option<i64>>().one(db).await?.flatten().unwrap_or_default())
}
