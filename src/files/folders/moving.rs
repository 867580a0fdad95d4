//! Putting files and folders into another folder, as one act that can be taken back.

use super::{
    changes::{expect_free, expect_room, is_taken, subject},
    entity::{Column as FolderColumn, Entity as Folders, HEIGHT, Model as FolderRow},
    folder::{Folder, rows_up},
    place::out_of_sight,
};
use crate::{
    accounts::{Change, Principal},
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    files::{
        State,
        entity::{Column, Entity},
        scope::Scope,
        selection::{Selection, condition, in_state},
    },
    ids::{FolderId, MoveId, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

/// So many files move at once, by one statement.
pub const MOST_FILES: u64 = 10_000;
/// So many folders move at once.
pub const MOST_FOLDERS: usize = 100;

const INTO_ITSELF: &str = "A folder cannot be moved into itself, nor into a folder that is in it.";

/// What is to be moved.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub files: Option<Selection>,
    pub folders: Vec<FolderId>,
}

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub step: MoveId,
    pub files: u64,
    pub folders: usize,
    /// The name of the one that was moved, if it was one.
    pub name: Option<String>,
    /// The folder that it is in now; none at the top.
    pub to: Option<String>,
}

/// Puts somebody's files and folders into one of their folders, or at the top. What is there already stays.
///
/// # Errors
///
/// `NotFound` when a folder is not there; `Unacceptable` when a folder would lie in itself, or too deep, or beside one of its name; what
/// [`Principal::begin_as_owner`] fails with; `DatabaseUnavailable`. Then nothing was moved.
pub async fn place(
    db: &DatabaseConnection,
    owner: UserId,
    chosen: &Chosen,
    to: Option<FolderId>,
    (principal, now): (&Principal, DateTime<Utc>),
) -> Result<Placed> {
    let step = MoveId::generate();
    let change = principal.begin_as_owner(db, owner, now).await?;
    let way = Folder::way_to(change.transaction(), to, owner).await?;
    let target = way.last();
    let mut names = Vec::new();
    for id in &chosen.folders {
        names.extend(place_folder(&change, *id, &way, owner, step).await?);
    }
    let folders = names.len();
    let mut files = 0;
    if let Some(selection) = &chosen.files {
        let ready = condition(change.transaction(), selection, Scope::Own(owner), State::Ready);
        if matches!(selection, Selection::These(ids) if ids.len() == 1) {
            names.extend(name_of(change.transaction(), &ready).await?);
        }
        files = place_files(change.transaction(), ready, to, step).await?;
    }
    if files + folders as u64 > 0 {
        note(&change, owner, files, target).await?;
    }
    change.commit().await?;
    let name = names.pop().filter(|_| files + folders as u64 == 1);
    Ok(Placed { step, files, folders, name, to: target.map(|target| target.name().to_owned()) })
}

/// Puts back what a step moved and nobody moved since: to where it was, or to the top where that is gone.
///
/// # Errors
///
/// What [`Principal::begin_as_owner`] fails with; `DatabaseUnavailable`. Then nothing was moved.
pub async fn take_back(
    db: &DatabaseConnection,
    owner: UserId,
    step: MoveId,
    (principal, now): (&Principal, DateTime<Utc>),
) -> Result<Placed> {
    let change = principal.begin_as_owner(db, owner, now).await?;
    let moved = Condition::all().add(FolderColumn::MovedIn.eq(step)).add(FolderColumn::OwnerId.eq(owner));
    let rows = Folders::find().filter(moved).filter(FolderColumn::State.eq(State::Ready)).all(change.transaction());
    let rows = rows.await?;
    for row in &rows {
        put_back(change.transaction(), row).await?;
    }
    let lies_there = Folders::find()
        .select_only()
        .column(FolderColumn::Id)
        .filter(Expr::col((Folders, FolderColumn::Id)).equals((Entity, Column::FolderBefore)))
        .filter(FolderColumn::OwnerId.eq(owner))
        .filter(FolderColumn::Id.not_in_subquery(out_of_sight(owner)));
    let update = Entity::update_many()
        .col_expr(Column::FolderId, Expr::from(lies_there.into_query()))
        .col_expr(Column::FolderBefore, Expr::value(None::<FolderId>))
        .col_expr(Column::MovedIn, Expr::value(None::<MoveId>))
        .filter(in_state(State::Ready).add(Column::MovedIn.eq(step)).add(Scope::Own(owner).condition()));
    let files = update.exec(change.transaction()).await?.rows_affected;
    change.commit().await?;
    Ok(Placed { step, files, folders: rows.len(), name: None, to: None })
}

/// Says its name if it moved.
async fn place_folder(
    change: &Change,
    id: FolderId,
    way: &[Folder],
    owner: UserId,
    step: MoveId,
) -> Result<Option<String>> {
    let (transaction, target) = (change.transaction(), way.last());
    let folder = Folder::find(transaction, id, owner).await?;
    if folder.parent() == target.map(Folder::id) {
        return Ok(None);
    }
    if way.iter().any(|above| above.id() == id) {
        return Err(Error::unacceptable("into_itself", INTO_ITSELF));
    }
    expect_room(way, height(transaction, id).await?)?;
    expect_free(transaction, owner, target, folder.name()).await?;
    lay(transaction, &folder.0, target, Some((step, folder.parent()))).await?;
    let into = target.map_or("at the top", Folder::name);
    change.record(Action::FolderMoved, subject(&folder, format!("→ {into}"))).await?;
    Ok(Some(folder.name().to_owned()))
}

/// How many folders lie below one another from it on, itself included.
async fn height(db: &impl ConnectionTrait, folder: FolderId) -> Result<usize> {
    let height = Folders::find().select_only().column_as(Expr::col(HEIGHT), HEIGHT).filter(FolderColumn::Id.eq(folder));
    let height = height.into_tuple::<i64>().one(db).await?.unwrap_or(1);
    Ok(usize::try_from(height).unwrap_or(usize::MAX))
}

/// Lays a folder into another; none below it is written. With a step it can be taken back.
pub(super) async fn lay(
    transaction: &impl ConnectionTrait,
    row: &FolderRow,
    parent: Option<&Folder>,
    step: Option<(MoveId, Option<FolderId>)>,
) -> Result<()> {
    let update = Folders::update_many()
        .col_expr(FolderColumn::ParentId, Expr::value(parent.map(Folder::id)))
        .col_expr(FolderColumn::MovedIn, Expr::value(step.map(|(step, _)| step)))
        .col_expr(FolderColumn::ParentBefore, Expr::value(step.and_then(|(_, before)| before)))
        .filter(FolderColumn::Id.eq(row.id))
        .filter(FolderColumn::State.eq(row.state));
    match update.exec(transaction).await?.rows_affected {
        1 => Ok(()),
        _ => Err(Error::Conflict("The folder was changed meanwhile. Load the page again.".into())),
    }
}

async fn put_back(transaction: &impl ConnectionTrait, row: &FolderRow) -> Result<()> {
    let before = match row.parent_before {
        Some(id) => Folder::find(transaction, id, row.owner_id).await.ok(),
        None => None,
    };
    // It may lie in it by now.
    let way = match &before {
        Some(before) => rows_up(transaction, before.id(), row.owner_id).await?,
        None => Vec::new(),
    };
    let before = before.filter(|_| way.iter().all(|above| above.id != row.id));
    if before.is_some() {
        expect_room(&way, height(transaction, row.id).await?)?;
    }
    if is_taken(transaction, row.owner_id, before.as_ref().map(Folder::id), &row.name).await? {
        let words = format!("Another folder is called {} there by now. Rename one of them first.", row.name);
        return Err(Error::unacceptable("name_taken", words));
    }
    lay(transaction, row, before.as_ref(), None).await
}

/// One statement, whatever their number; their rows are locked in the one order that everybody keeps to.
async fn place_files(
    transaction: &impl ConnectionTrait,
    ready: Condition,
    to: Option<FolderId>,
    step: MoveId,
) -> Result<u64> {
    let folder = || Expr::col(Column::FolderId.as_column_ref());
    let elsewhere = match to {
        Some(to) => Condition::any().add(folder().ne(to)).add(folder().is_null()),
        None => Condition::any().add(folder().is_not_null()),
    };
    let these = Entity::find().select_only().column(Column::Id).filter(ready).filter(elsewhere);
    let these = these.order_by_asc(Column::Id).limit(MOST_FILES).lock_exclusive();
    let update = Entity::update_many()
        .col_expr(Column::FolderBefore, Expr::col(Column::FolderId))
        .col_expr(Column::FolderId, Expr::value(to))
        .col_expr(Column::MovedIn, Expr::value(step))
        .filter(Column::Id.in_subquery(these.into_query()));
    Ok(update.exec(transaction).await?.rows_affected)
}

async fn name_of(db: &impl ConnectionTrait, ready: &Condition) -> Result<Option<String>> {
    let one = Entity::find().select_only().column(Column::FileName).filter(ready.clone());
    Ok(one.into_tuple().one(db).await?)
}

/// One line for all of them: where one's own files lie is nobody else's business.
async fn note(change: &Change, owner: UserId, files: u64, target: Option<&Folder>) -> Result<()> {
    if files == 0 {
        return Ok(());
    }
    let name = target.map_or("Files", Folder::name).to_owned();
    let detail = format!("{files} {}", if files == 1 { "file" } else { "files" });
    change.record(Action::FilesMoved, Subject { user: Some(owner), file: None, name, detail }).await
}
