//! What stands beside a file in a list that it is in.

use super::{
    page::{Span, first, page},
    search::Search,
};
use crate::{
    error::{Error, Result},
    files::{
        entity::{Column, Entity},
        file::{File, Ready},
    },
};
use sea_orm::{
    ConnectionTrait, QuerySelect, QueryTrait, Select, StatementBuilder,
    sea_query::{Asterisk, Expr, ExprTrait, Order as Direction, Query},
};

/// The files before and behind one in a list, in its order, and how many there are of them.
pub struct Neighbours {
    /// A few.
    pub before: Vec<Ready>,
    /// A few.
    pub behind: Vec<Ready>,
    /// How many there are before it, and behind it; none when there are very many.
    pub counts: Option<(i64, i64)>,
}

/// So many files before one, and as many behind it, are shown beside it.
const BESIDE: u64 = 8;
/// Further nobody counts.
const COUNTED: u64 = 2_000;

/// What comes before and behind a file in a list that it is in.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn neighbours(db: &impl ConnectionTrait, search: &Search, file: &Ready) -> Result<Neighbours> {
    let (place, backend) = (Span::After(file.cursor(search)), db.get_database_backend());
    let is_ascending = search.order.is_ascending();
    let (forward, backward) =
        if is_ascending { (Direction::Asc, Direction::Desc) } else { (Direction::Desc, Direction::Asc) };
    let beside = async |direction: &Direction, span: &Span| {
        let query = page(search, direction.clone(), backend, span);
        let rows = QuerySelect::limit(query.clone(), BESIDE).all(db).await?;
        Ok::<_, Error>((Ready::from_rows(rows), count(db, query).await?))
    };
    let first = Ready::from_rows(first(db, search).await?.into_iter().collect());
    let (before, behind) = match first.first() {
        Some(first) if first.id() == file.id() => ((Vec::new(), 0), beside(&forward, &Span::First).await?),
        _ => {
            let (mut before, count) = beside(&backward, &place).await?;
            let count = count + first.len() as i64;
            before.extend(first);
            before.truncate(BESIDE as usize);
            before.reverse();
            ((before, count), beside(&forward, &place).await?)
        }
    };
    let counts = Some((before.1, behind.1)).filter(|(before, behind)| before + behind < COUNTED as i64);
    Ok(Neighbours { before: before.0, behind: behind.0, counts })
}

/// As far as people count.
async fn count(db: &impl ConnectionTrait, query: Select<Entity>) -> Result<i64> {
    let found = QuerySelect::limit(query, COUNTED).select_only().column(Column::Id);
    let all = Expr::col(Asterisk).count();
    let counted = Query::select().expr_as(all, "found").from_subquery(found.into_query(), "beside").take();
    let row = db.query_one_raw(StatementBuilder::build(&counted, &db.get_database_backend())).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get::<i64>("", "found"))?)
}
