//! A folder in the trash, with all that is in it: one mark, so that it costs the same for ten files and for a hundred thousand. What is in
//! it is out of sight with it, and comes back with it.

use super::{
    changes::{is_taken, subject},
    entity::{Column, Entity, HEIGHT, Model},
    folder::Folder,
    moving::lay,
    place::{gone, whole_tree},
};
use crate::{
    accounts::Principal,
    audit::Action,
    database::DatabaseConnection,
    error::{Error, Result},
    files::State,
    ids::{FolderId, MoveId, UserId},
    storage::FileName,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Statement, sea_query::Expr,
};

/// So many folders are shown in the trash.
const MOST_SHOWN: u64 = 200;
/// So many names are tried for one that comes back beside another of its name.
const MOST_NAMES: u32 = 1_000;

/// A folder in the trash.
#[derive(Clone, Debug)]
pub struct TrashedFolder(Model);

/// What became of folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldersMoved {
    pub step: MoveId,
    pub count: usize,
    /// The name, when it was one.
    pub name: Option<String>,
}

/// Which folders come back.
#[derive(Clone, Debug)]
pub enum Which {
    These(Vec<FolderId>),
    /// Those that a step put in the trash.
    Of(MoveId),
}

impl TrashedFolder {
    pub fn id(&self) -> FolderId {
        self.0.id
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }

    pub fn trashed_at(&self) -> DateTime<Utc> {
        self.0.state_changed_at
    }
}

/// Puts somebody's folders in the trash.
///
/// # Errors
///
/// `NotFound` when none of them is there; what [`Principal::begin_as_owner`] fails with; `DatabaseUnavailable`.
pub async fn trash(
    db: &DatabaseConnection,
    owner: UserId,
    ids: &[FolderId],
    (principal, now): (&Principal, DateTime<Utc>),
) -> Result<FoldersMoved> {
    let step = MoveId::generate();
    let change = principal.begin_as_owner(db, owner, now).await?;
    let mut moved = Vec::new();
    for id in ids {
        match Folder::find(change.transaction(), *id, owner).await {
            Ok(folder) => moved.push(folder),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    if moved.is_empty() {
        return Err(Error::NotFound);
    }
    for folder in &moved {
        enter(change.transaction(), folder.id(), (State::Ready, State::Trashed), Some(step), now).await?;
        change.record(Action::FolderTrashed, subject(folder, String::new())).await?;
    }
    change.commit().await?;
    Ok(FoldersMoved { step, count: moved.len(), name: only(moved) })
}

/// Takes somebody's folders out of the trash, with all that is in them: to where they were, or to the top where that is gone; beside
/// another of its name one gets a number.
///
/// # Errors
///
/// `NotFound` for one folder that is not there; what [`Principal::begin_as_owner`] fails with; `DatabaseUnavailable`.
pub async fn restore(
    db: &DatabaseConnection,
    owner: UserId,
    which: &Which,
    (principal, now): (&Principal, DateTime<Utc>),
) -> Result<FoldersMoved> {
    let step = MoveId::generate();
    let change = principal.begin_as_owner(db, owner, now).await?;
    let theirs = gone(State::Trashed).add(Column::OwnerId.eq(owner));
    let (meant, is_one) = match which {
        Which::These(ids) => (theirs.add(Column::Id.is_in(ids.iter().copied())), ids.len() == 1),
        Which::Of(step) => (theirs.add(Column::MovedIn.eq(*step)), false),
    };
    // Those above others first.
    let rows = Entity::find().filter(meant).order_by_desc(Expr::col(HEIGHT)).all(change.transaction()).await?;
    if rows.is_empty() && is_one {
        return Err(Error::NotFound);
    }
    let mut moved = Vec::new();
    for row in rows {
        let folder = bring_back(change.transaction(), row, step, now).await?;
        change.record(Action::FolderRestored, subject(&folder, String::new())).await?;
        moved.push(folder);
    }
    change.commit().await?;
    Ok(FoldersMoved { step, count: moved.len(), name: only(moved) })
}

/// The folders that somebody put in the trash, the latest first; what lies in one of them is in it.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn list(db: &impl ConnectionTrait, owner: UserId) -> Result<Vec<TrashedFolder>> {
    Ok(listed(owner).all(db).await?.into_iter().map(TrashedFolder).collect())
}

/// How [`list`] asks, which reads none of the folders that are in sight.
pub fn listed(owner: UserId) -> Select<Entity> {
    let theirs = gone(State::Trashed).add(Column::OwnerId.eq(owner));
    let query = Entity::find().filter(theirs).order_by_desc(Column::StateChangedAt).order_by_desc(Column::Id);
    query.limit(MOST_SHOWN)
}

/// How many files there are in folders and in all below them, whatever state these are in.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn count_files(db: &impl ConnectionTrait, folders: &[FolderId]) -> Result<u64> {
    let mut sum = 0;
    for folder in folders {
        let tree = sea_orm::StatementBuilder::build(&whole_tree(*folder), &db.get_database_backend());
        let sql = format!(
            "SELECT CAST(coalesce(sum(files), 0) AS BIGINT) AS files FROM folder_totals WHERE folder_id IN ({})",
            tree.sql
        );
        let values = tree.values.map(|values| values.0).unwrap_or_default();
        let row = db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
        sum += row.map_or(Ok(0), |row| row.try_get::<i64>("", "files"))?.unsigned_abs();
    }
    Ok(sum)
}

async fn bring_back(
    transaction: &impl ConnectionTrait,
    row: Model,
    step: MoveId,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let parent = match row.parent_id {
        Some(parent) => match Folder::find(transaction, parent, row.owner_id).await {
            Ok(parent) => Some(parent),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let name = free_name(transaction, &row, parent.as_ref()).await?;
    if parent.as_ref().map(Folder::id) != row.parent_id {
        lay(transaction, &row, parent.as_ref(), None).await?;
    }
    if name != row.name {
        let rename = Entity::update_many()
            .col_expr(Column::Name, Expr::value(&name))
            .col_expr(Column::NameKey, Expr::value(super::folder::name_key(&name)))
            .filter(Column::Id.eq(row.id));
        rename.exec(transaction).await?;
    }
    enter(transaction, row.id, (State::Trashed, State::Ready), Some(step), now).await?;
    Ok(Folder(Model { name, parent_id: parent.map(|parent| parent.id()), state: State::Ready, ..row }))
}

/// Its own name, or with a number behind it where another has that.
async fn free_name(transaction: &impl ConnectionTrait, row: &Model, parent: Option<&Folder>) -> Result<String> {
    let parent = parent.map(Folder::id);
    let mut name = row.name.clone();
    for number in 2..MOST_NAMES {
        if !is_taken(transaction, row.owner_id, parent, &name).await? {
            return Ok(name);
        }
        // A name that is too long for a number behind it is cut short.
        let stem = &row.name[..row.name.floor_char_boundary(190)];
        name = format!("{} ({number})", stem.trim_end()).parse::<FileName>().map_or(name, |name| name.to_string());
    }
    Err(Error::unacceptable("name_taken", format!("Too many folders are called {} there. Rename some.", row.name)))
}

/// From one state into another.
pub(super) async fn enter(
    transaction: &impl ConnectionTrait,
    id: FolderId,
    (from, to): (State, State),
    step: Option<MoveId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(to))
        .col_expr(Column::StateChangedAt, Expr::value(now))
        .col_expr(Column::MovedIn, Expr::value(step))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(from));
    match update.exec(transaction).await?.rows_affected {
        1 => Ok(()),
        _ => Err(Error::Conflict("The folder was changed meanwhile. Load the page again.".into())),
    }
}

fn only(mut moved: Vec<Folder>) -> Option<String> {
    match moved.len() {
        1 => moved.pop().map(|folder| folder.name().to_owned()),
        _ => None,
    }
}
