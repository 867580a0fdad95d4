//! Lists of files, by pages that cost the same wherever they are.

use super::search::{Order, Search};
use crate::{
    error::{Error, Result},
    files::{
        Cursor, Scope,
        entity::{Column, Entity, Model},
        file::{AnyFile, File, Ready},
        state::State,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    Statement, StatementBuilder,
    sea_query::{Asterisk, Condition, Expr, ExprTrait, Func, LikeExpr, Order as Direction, Query},
};

/// How many files a page of a list has.
pub const PAGE: u64 = 48;

/// How many files are shown again at once to somebody who comes back to a long list.
pub(super) const MOST: u64 = 20 * PAGE;

/// Which part of a list; `P` is a place in it.
#[derive(Clone, Copy, Debug)]
pub enum Span<P = Cursor> {
    /// A page from the beginning.
    First,
    /// A page behind this place.
    After(P),
    /// From the beginning up to this place, as far as [`MOST`] goes.
    Through(P),
}

/// Some files, and where the next ones begin, if there are more.
pub struct Page<T> {
    /// In the order of the list.
    pub files: Vec<T>,
    /// The place of the last file.
    pub end: Option<Cursor>,
    /// Are there any behind it?
    pub has_more: bool,
}

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

impl Search {
    /// This search among files in a state, whatever it said of that.
    pub fn in_state(self, state: State) -> Self {
        Self { state: Some(state), ..self }
    }

    /// Which rows a search finds, where each database is asked in the way that is quick on it.
    pub(in crate::files) fn condition(&self, backend: DbBackend) -> Condition {
        match self.ticket {
            Some(ticket) => {
                self.narrowed().add(Condition::any().add(self.named(backend)).add(Column::Ticket.eq(ticket)))
            }
            None => self.narrowed().add(self.named(backend)),
        }
    }

    /// The row that is found by its ticket, which comes first in somebody's own list; where everybody's are listed, there may be
    /// many of them, and they are in the order of the list.
    fn by_ticket(&self) -> Option<Condition> {
        match self.scope {
            Scope::Own(_) => self.ticket.map(|ticket| self.narrowed().add(Column::Ticket.eq(ticket))),
            Scope::Everyone => None,
        }
    }

    /// The rows that have a place in the order of the list: all but the one that comes before it.
    fn in_order(&self, backend: DbBackend) -> Condition {
        let Some(ticket) = self.ticket.filter(|_| self.by_ticket().is_some()) else { return self.condition(backend) };
        let is_another = Column::Ticket.is_null().or(Column::Ticket.ne(ticket));
        self.narrowed().add(self.named(backend)).add(is_another)
    }

    fn named(&self, backend: DbBackend) -> Condition {
        self.words.iter().map(|word| contains(word, backend)).fold(Condition::all(), Condition::add)
    }

    /// All that it is narrowed down to beside names and tickets.
    fn narrowed(&self) -> Condition {
        // What was never looked up has no size to be sorted by.
        let by_size = matches!(self.order, Order::Largest | Order::Smallest);
        let parts = [
            self.owner.as_ref().map(|owner| Column::UserId.eq(owner)),
            self.state.map(|state| Column::State.eq(state)),
            self.kind.map(|kind| Column::Kind.eq(kind)),
            self.from.map(|from| self.time().gte(from)),
            self.until.map(|until| self.time().lt(until)),
            self.smallest.map(|size| Column::Size.gte(size)),
            self.largest.map(|size| Column::Size.lte(size)),
            by_size.then(|| Column::Size.is_not_null()),
        ];
        parts.into_iter().flatten().fold(self.scope.condition(), Condition::add)
    }
}

/// The files that a search finds, which says itself that they are ready, and whose: [`Search::in_state`].
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn list_ready(db: &impl ConnectionTrait, search: &Search, span: Span) -> Result<Page<Ready>> {
    Ok(list(db, search, span).await?.of(Ready::from_rows))
}

/// The files that a search finds, of everyone and in any state, for admins.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn list_all(db: &impl ConnectionTrait, search: &Search, span: Span) -> Result<Page<AnyFile>> {
    Ok(list(db, search, span).await?.of(AnyFile::from_rows))
}

/// The query behind the lists, so that its plan can be looked at.
pub fn statement(search: &Search, span: &Span, backend: DbBackend) -> Statement {
    let direction = if search.order.is_ascending() { Direction::Asc } else { Direction::Desc };
    page(search, direction, backend, span).build(backend)
}

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

/// What comes before all that is in order, if anything does.
async fn first(db: &impl ConnectionTrait, search: &Search) -> Result<Option<Model>> {
    match search.by_ticket() {
        Some(condition) => Ok(Entity::find().filter(condition).one(db).await?),
        None => Ok(None),
    }
}

async fn list(db: &impl ConnectionTrait, search: &Search, span: Span) -> Result<Page<Model>> {
    let rows = Entity::find().from_raw_sql(statement(search, &span, db.get_database_backend())).all(db).await?;
    let mut shown = match span {
        Span::After(_) => return Ok(cut(rows, PAGE, search)),
        Span::First => cut(rows, PAGE, search),
        Span::Through(_) => cut(rows, MOST, search),
    };
    if let (Span::Through(_), Some(end)) = (span, shown.end.clone()) {
        let beyond = statement(search, &Span::After(end), db.get_database_backend());
        shown.has_more = Entity::find().from_raw_sql(beyond).one(db).await?.is_some();
    }
    shown.files.splice(..0, first(db, search).await?);
    Ok(shown)
}

/// One page in a direction, and one row more to know whether there is another.
fn page(search: &Search, direction: Direction, backend: DbBackend, span: &Span) -> Select<Entity> {
    let columns = search.columns();
    let mut query = Entity::find().filter(search.in_order(backend));
    for column in &columns {
        query = query.order_by(*column, direction.clone());
    }
    let place = Expr::tuple(columns.iter().map(|column| Expr::col(*column)));
    let is_ascending = direction == Direction::Asc;
    match span {
        Span::First => query.limit(PAGE + 1),
        Span::After(cursor) if is_ascending => query.filter(place.gt(cursor.value())).limit(PAGE + 1),
        Span::After(cursor) => query.filter(place.lt(cursor.value())).limit(PAGE + 1),
        Span::Through(cursor) if is_ascending => query.filter(place.lte(cursor.value())).limit(MOST),
        Span::Through(cursor) => query.filter(place.gte(cursor.value())).limit(MOST),
    }
}

fn cut(mut rows: Vec<Model>, most: u64, search: &Search) -> Page<Model> {
    let has_more = rows.len() as u64 > most;
    rows.truncate(most as usize);
    Page { end: rows.last().map(|row| search.place_of(row)), files: rows, has_more }
}

/// Trigrams answer LIKE on PostgreSQL; on SQLite a search for plain bytes is the quickest.
fn contains(text: &str, backend: DbBackend) -> Expr {
    let column = Expr::col(Column::NameKey);
    match backend {
        DbBackend::Sqlite => Expr::expr(Func::cust("instr").args([column, Expr::value(text)])).gt(0),
        _ => {
            let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            column.like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
        }
    }
}

impl<T> Page<T> {
    fn of<U>(self, convert: fn(Vec<T>) -> Vec<U>) -> Page<U> {
        Page { files: convert(self.files), end: self.end, has_more: self.has_more }
    }

    /// Where the next page begins, if there is one.
    pub fn next(&self) -> Option<&Cursor> {
        self.end.as_ref().filter(|_| self.has_more)
    }
}
