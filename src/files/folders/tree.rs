//! Somebody's folders to choose one of: as a tree that is opened here and there, or those that have some words in their names.

use super::{
    changes::beside,
    child::MOST,
    entity::{Column, Entity, Model},
    place::out_of_sight,
};
use crate::{
    error::Result,
    files::{State, list::folding::folded},
    ids::{FolderId, UserId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};
use std::collections::BTreeSet;

/// So many folders are found by words.
const MOST_FOUND: u64 = 50;
/// So many rows a tree has in all.
const MOST_ROWS: usize = 500;

/// A folder of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub id: FolderId,
    pub name: String,
    /// 1 at the top, and of those that are found by words.
    pub depth: i64,
    pub is_open: bool,
}

/// The folders at the top, and below each open one those that lie in it, A to Z: at most a hundred of each.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn branches(db: &impl ConnectionTrait, owner: UserId, open: &BTreeSet<FolderId>) -> Result<Vec<Branch>> {
    let mut rows: Vec<Branch> = Vec::new();
    // The last of them is looked at first, so that the tree comes in its order.
    let mut waiting: Vec<Branch> = children(db, owner, None, 1).await?;
    waiting.reverse();
    while let Some(branch) = waiting.pop().filter(|_| rows.len() < MOST_ROWS) {
        let is_open = open.contains(&branch.id);
        if is_open {
            let mut below = children(db, owner, Some(branch.id), branch.depth + 1).await?;
            below.reverse();
            waiting.extend(below);
        }
        rows.push(Branch { is_open, ..branch });
    }
    Ok(rows)
}

/// Those that have all the words in their names, A to Z.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn find(db: &impl ConnectionTrait, owner: UserId, text: &str) -> Result<Vec<Branch>> {
    let all = Entity::find().filter(Column::OwnerId.eq(owner)).filter(Column::State.eq(State::Ready));
    let mut found = all.filter(Column::Id.not_in_subquery(out_of_sight(owner)));
    for word in folded(text).split_whitespace().take(8) {
        found = found.filter(contains(word, db.get_database_backend()));
    }
    let rows = found.order_by_asc(Column::NameKey).limit(MOST_FOUND).all(db).await?;
    Ok(rows.into_iter().map(|row| Branch::of(row, 1)).collect())
}

async fn children(
    db: &impl ConnectionTrait,
    owner: UserId,
    parent: Option<FolderId>,
    depth: i64,
) -> Result<Vec<Branch>> {
    let query = Entity::find().filter(beside(db.get_database_backend(), owner, parent));
    let rows = query.order_by_asc(Column::NameKey).limit(MOST as u64).all(db).await?;
    Ok(rows.into_iter().map(|row| Branch::of(row, depth)).collect())
}

fn contains(word: &str, backend: DbBackend) -> Expr {
    let column = Expr::col(Column::NameKey);
    match backend {
        DbBackend::Sqlite => Expr::expr(Func::cust("instr").args([column, Expr::value(word)])).gt(0),
        _ => {
            let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            column.like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
        }
    }
}

impl Branch {
    fn of(row: Model, depth: i64) -> Self {
        Self { id: row.id, name: row.name, depth, is_open: false }
    }
}
