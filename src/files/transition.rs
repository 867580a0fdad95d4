//! The transitions of files, of one or of many: each names the state it leaves, writes down who did it, and is made by
//! one transaction.

use super::{
    entity::{Column, Entity, Model},
    locking::{lock_of, owners},
    scope::Scope,
    selection::{condition, in_state, latest},
    state::State,
    step::{expect_all, step, subjects},
};
use crate::{
    accounts::{Change, Principal, charging},
    audit::Action,
    database::DatabaseConnection,
    error::{Error, Result},
    ids::{FolderId, MoveId, UserId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

pub use super::{
    selection::{Selection, count},
    step::{MOST_AT_ONCE, Transition},
};

/// How long the trash keeps a file.
pub const TRASH_KEEPS: TimeDelta = TimeDelta::days(30);

/// Of all that a search finds, so many are moved at once, in ten transactions.
const MOST_FOUND: usize = 10_000;

/// No further transaction is begun after this long: whoever asked is still there, and hears how to take back what was moved.
const LONGEST: Duration = Duration::from_secs(4);

/// What a step moved.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The move, if it can be taken back.
    pub id: Option<MoveId>,
    pub count: usize,
    /// The name, when it was one.
    pub name: Option<String>,
    /// Are there others, which were too many?
    pub has_more: bool,
}

/// Moves those of the files that are in the state which the step leaves; the others stay as they are. Many are moved by
/// several transactions, as far as [`MOST_FOUND`] and [`LONGEST`] go; what comes meanwhile stays. What ends between two of
/// them leaves the rest where it was, and an undo takes back what was moved.
pub async fn apply(
    db: &DatabaseConnection,
    transition: Transition,
    selection: &Selection,
    scope: Scope,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<Moved> {
    let mut moved = Moved::of(Some(MoveId::generate()), Vec::new());
    let (begun, mut condition) = (Instant::now(), condition(db, selection, scope, transition.from()));
    let is_found = matches!(selection, Selection::Found(_));
    if is_found {
        condition = condition.clone().add(Column::Id.lte(latest(db, condition).await?));
    }
    loop {
        match apply_once(db, transition, condition.clone(), scope, (principal, moved.id, now)).await {
            Ok(rows) => {
                moved.add(&rows);
                // What is taken back was moved in one such turn, and is looked for to its end.
                let is_enough = is_found && moved.count >= MOST_FOUND;
                if !moved.has_more || is_enough || begun.elapsed() > LONGEST {
                    return Ok(moved);
                }
            }
            Err(error) if moved.count == 0 => return Err(error),
            Err(error) => {
                tracing::warn!(%error, count = moved.count, "only some of many files were moved");
                return Ok(moved);
            }
        }
    }
}

async fn apply_once(
    db: &DatabaseConnection,
    transition: Transition,
    condition: Condition,
    scope: Scope,
    (principal, id, now): (&Principal, Option<MoveId>, DateTime<Utc>),
) -> Result<Vec<Model>> {
    let change = match scope {
        Scope::Own(owner) => principal.begin_as_owner(db, owner, now).await?,
        Scope::Everyone => principal.begin_as_admin(db, &[], now).await?.into_change(),
        Scope::Shared(..) | Scope::Granted(_) => return Err(Error::Forbidden),
    };
    step(change, transition, condition, (id, now)).await
}

/// Lets go of files in a state that may be left for ever. Their owners are no longer charged for them, so the rows
/// weigh nothing; `jobs::purge` removes first the objects and then the rows.
pub async fn purge(
    db: &DatabaseConnection,
    from: Purgeable,
    selection: &Selection,
    scope: Scope,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<Moved> {
    let condition = condition(db, selection, scope, from.state());
    let owners = owners(db, &condition, MOST_AT_ONCE).await?;
    let change = match scope {
        Scope::Own(owner) => principal.begin_as_owner(db, owner, now).await?,
        Scope::Everyone => principal.begin_as_admin(db, &owners.users(), now).await?.into_change(),
        Scope::Shared(..) | Scope::Granted(_) => return Err(Error::Forbidden),
    };
    let rows = lock_of(change.transaction(), condition, owners, MOST_AT_ONCE).await?;
    purge_rows(&change, &rows, now).await?;
    change.commit().await?;
    Ok(Moved::of(None, rows))
}

/// Lets go of what the trash has kept long enough. Says when the next file's time is over, if there is one.
pub async fn expire(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let over = in_state(State::Trashed).add(Column::StateChangedAt.lte(now - TRASH_KEEPS));
    loop {
        let owners = owners(db, &over, MOST_AT_ONCE).await?;
        let change = Principal::itself().begin_as_admin(db, &owners.users(), now).await?;
        let rows = lock_of(change.transaction(), over.clone(), owners, MOST_AT_ONCE).await?;
        if rows.is_empty() {
            break;
        }
        purge_rows(&change, &rows, now).await?;
        change.commit().await?;
    }
    let next = Entity::find().filter(in_state(State::Trashed)).order_by_asc(Column::StateChangedAt).one(db).await?;
    Ok(next.map(|row| row.state_changed_at + TRASH_KEEPS))
}

/// The states that a file can be purged from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purgeable {
    Trashed,
    Quarantined,
}

impl Purgeable {
    pub fn state(self) -> State {
        match self {
            Self::Trashed => State::Trashed,
            Self::Quarantined => State::Quarantined,
        }
    }
}

/// Rows that are locked, whose owners are no longer charged for them. They lie in no folder any more.
pub(super) async fn purge_rows(change: &Change, rows: &[Model], now: DateTime<Utc>) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Purging))
        .col_expr(Column::StateChangedAt, Expr::value(now))
        .col_expr(Column::Size, Expr::value(0_i64))
        .col_expr(Column::FolderId, Expr::value(None::<FolderId>))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .filter(Column::State.ne(State::Purging));
    expect_all(update.exec(change.transaction()).await?.rows_affected, rows)?;
    let mut weights: HashMap<UserId, i64> = HashMap::new();
    for row in rows {
        if let Some(owner) = row.owner() {
            *weights.entry(owner).or_default() += row.size.unwrap_or_default();
        }
    }
    for (owner, weight) in weights {
        charging::charge_regardless(change.transaction(), owner, -weight).await?;
    }
    change.record_all(Action::FilePurged, subjects(rows)).await
}

/// The rows were locked, so nobody can have been faster.
impl Moved {
    fn add(&mut self, rows: &[Model]) {
        self.name = match rows {
            [row] if self.count == 0 => Some(row.file_name.clone()),
            _ => None,
        };
        self.count += rows.len();
        self.has_more = rows.len() as u64 == MOST_AT_ONCE;
    }

    pub(super) fn of(id: Option<MoveId>, rows: Vec<Model>) -> Self {
        let name = match rows.as_slice() {
            [row] => Some(row.file_name.clone()),
            _ => None,
        };
        Self { id, count: rows.len(), name, has_more: false }
    }
}
