//! Lists of files, by pages that cost the same wherever they are.

use super::search::{Order, Search};
use crate::{
    error::Result,
    files::{
        Behind, Cursor, Scope, Star,
        entity::{Column, Entity, Model},
        file::{AnyFile, Ready},
        folders::{Place, place::is_within},
        state::State,
    },
    ids::UserId,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select, Statement,
    sea_query::{Condition, Expr, ExprTrait, Func, IntoTableRef, LikeExpr, Order as Direction, TableRef},
};

/// How many files a page of a list has.
pub const PAGE: u64 = 48;

/// How many files are shown again at once to somebody who comes back to a long list.
pub(super) const MOST: u64 = 20 * PAGE;

/// The view of PostgreSQL, which has the columns of the table.
const OWN_FILES: &str = "own_r2_files";

/// Which part of a list.
#[derive(Clone, Debug)]
pub enum Span {
    /// A page from the beginning.
    First,
    /// A page behind this place.
    After(Cursor),
    /// A page that ends before this place.
    Before(Cursor),
    /// A page that begins at this place.
    At(Cursor),
    /// From the beginning up to this place, as far as [`MOST`] goes.
    Through(Cursor),
    /// From one place to another, both with it, as far as [`MOST`] goes.
    Between(Cursor, Cursor),
}

/// Some files, and where the next ones begin, if there are more.
pub struct Page<T> {
    /// In the order of the list.
    pub files: Vec<T>,
    /// The place of the last file.
    pub end: Option<Cursor>,
    /// Are there any behind it?
    pub has_more: bool,
    /// Are there any before the first?
    pub has_earlier: bool,
}

impl Search {
    /// This search among files in a state, whatever it said of that.
    pub fn in_state(self, state: State) -> Self {
        Self { state: Some(state), ..self }
    }

    /// Where it looks. On PostgreSQL words are found by trigrams, which it does not use where a policy stands before; so somebody's own
    /// files are then looked for in a view, which lets through the same rows.
    pub(super) fn table(&self, backend: DbBackend) -> TableRef {
        match (backend, self.scope) {
            (DbBackend::Postgres, Scope::Own(_) | Scope::Granted(_)) if !self.words.is_empty() => {
                OWN_FILES.into_table_ref().alias(Entity)
            }
            _ => Entity.into_table_ref(),
        }
    }

    /// The rows there.
    pub(super) fn rows(&self, backend: DbBackend) -> Select<Entity> {
        let mut rows = Entity::find();
        QueryTrait::query(&mut rows).from_clear().from(self.table(backend));
        rows
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
            Scope::Everyone | Scope::Shared(..) | Scope::Granted(_) => None,
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

    /// What lies in a folder is found by that, and only held against its owner.
    fn whose(&self) -> Condition {
        let user = || Expr::col(Column::UserId.as_column_ref());
        let is_of =
            |owner: UserId| Condition::all().add(Expr::from(Func::coalesce([user(), user()])).eq(owner.to_string()));
        match (self.scope, self.state, self.place) {
            (Scope::Own(owner), Some(State::Ready), Place::In(_)) => is_of(owner),
            (Scope::Shared(Behind::Folder(top), owner), Some(State::Ready), Place::In(folder)) => {
                is_of(owner).add(is_within(Expr::value(folder), top))
            }
            (Scope::Granted(granted), Some(State::Ready), Place::In(folder)) => {
                is_of(granted.owner).add(granted.lasts()).add(is_within(Expr::value(folder), granted.folder))
            }
            // What lies below is below the shared one as well.
            (Scope::Granted(granted), Some(State::Ready), Place::Below(folder)) => {
                let is_in_it = is_within(Expr::value(folder), granted.folder);
                Scope::Own(granted.owner).condition().add(granted.lasts()).add(is_in_it)
            }
            _ => self.scope.condition(),
        }
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
        let all = parts.into_iter().flatten().fold(self.whose(), Condition::add);
        let all = self.star.map(Star::condition).into_iter().fold(all, Condition::add);
        match (self.scope.owner(), self.state) {
            // What is in the trash is listed wherever it lay.
            (Some(owner), Some(State::Ready)) => all.add(match self.words.as_slice() {
                [] => self.place.condition(owner),
                _ => self.place.condition_of_found(owner),
            }),
            _ => all,
        }
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
    let is_backwards = matches!(span, Span::Before(_));
    let direction = if search.order.is_ascending() != is_backwards { Direction::Asc } else { Direction::Desc };
    page(search, direction, backend, span).build(backend)
}

/// What comes before all that is in order, if anything does.
pub(super) async fn first(db: &impl ConnectionTrait, search: &Search) -> Result<Option<Model>> {
    match search.by_ticket() {
        Some(condition) => Ok(Entity::find().filter(condition).one(db).await?),
        None => Ok(None),
    }
}

async fn list(db: &impl ConnectionTrait, search: &Search, span: Span) -> Result<Page<Model>> {
    let rows = Entity::find().from_raw_sql(statement(search, &span, db.get_database_backend())).all(db).await?;
    let mut shown = match span {
        Span::First | Span::At(_) => cut(rows, PAGE, search),
        Span::After(_) => Page { has_earlier: true, ..cut(rows, PAGE, search) },
        Span::Before(_) => turned(rows, search),
        Span::Through(_) => cut(rows, MOST, search),
        Span::Between(..) => Page { has_earlier: true, has_more: true, ..cut(rows, MOST, search) },
    };
    let is_any = async |span: Span| {
        let beyond = statement(search, &span, db.get_database_backend());
        Ok::<_, DbErr>(Entity::find().from_raw_sql(beyond).one(db).await?.is_some())
    };
    match (span, shown.end.clone()) {
        (Span::Through(_), Some(end)) => shown.has_more = is_any(Span::After(end)).await?,
        (Span::At(place), _) => shown.has_earlier = is_any(Span::Before(place)).await?,
        _ => {}
    }
    if !shown.has_earlier {
        shown.files.splice(..0, first(db, search).await?);
    }
    Ok(shown)
}

/// One page in a direction, and one row more to know whether there is another.
pub(super) fn page(search: &Search, direction: Direction, backend: DbBackend, span: &Span) -> Select<Entity> {
    let columns = search.columns();
    let mut query = search.rows(backend).filter(search.in_order(backend));
    for column in &columns {
        query = query.order_by(*column, direction.clone());
    }
    let place = Expr::tuple(columns.iter().map(|column| Expr::col(*column)));
    let is_ascending = direction == Direction::Asc;
    let beyond = |cursor: &Cursor| match is_ascending {
        true => place.clone().gt(cursor.value()),
        false => place.clone().lt(cursor.value()),
    };
    let from = |cursor: &Cursor| match is_ascending {
        true => place.clone().gte(cursor.value()),
        false => place.clone().lte(cursor.value()),
    };
    let up_to = |cursor: &Cursor| match is_ascending {
        true => place.clone().lte(cursor.value()),
        false => place.clone().gte(cursor.value()),
    };
    match span {
        Span::First => query.limit(PAGE + 1),
        // Backwards, what comes before a place is beyond it.
        Span::After(cursor) | Span::Before(cursor) => query.filter(beyond(cursor)).limit(PAGE + 1),
        Span::At(cursor) => query.filter(from(cursor)).limit(PAGE + 1),
        Span::Through(cursor) => query.filter(up_to(cursor)).limit(MOST),
        Span::Between(first, last) => query.filter(from(first)).filter(up_to(last)).limit(MOST),
    }
}

/// A page that was read backwards.
fn turned(rows: Vec<Model>, search: &Search) -> Page<Model> {
    let mut page = cut(rows, PAGE, search);
    page.files.reverse();
    let end = page.files.last().map(|row| search.place_of(row));
    Page { end, has_earlier: page.has_more, has_more: true, files: page.files }
}

fn cut(mut rows: Vec<Model>, most: u64, search: &Search) -> Page<Model> {
    let has_more = rows.len() as u64 > most;
    rows.truncate(most as usize);
    Page { end: rows.last().map(|row| search.place_of(row)), files: rows, has_more, has_earlier: false }
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
        Page { files: convert(self.files), end: self.end, has_more: self.has_more, has_earlier: self.has_earlier }
    }

    /// Where the next page begins, if there is one.
    pub fn next(&self) -> Option<&Cursor> {
        self.end.as_ref().filter(|_| self.has_more)
    }
}
