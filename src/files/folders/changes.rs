//! Making folders, and giving them other names.

use super::{
    entity::{ActiveModel, Column, Entity},
    folder::{Folder, MOST_DEPTH, name_key},
};
use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    files::{State, list::facets::grouped},
    ids::{FolderId, MoveId, UserId},
    storage::FileName,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// So many folders somebody may have at a time.
const MOST_FOLDERS: u64 = 100_000;
const RENAMED_MEANWHILE: &str = "This folder was renamed meanwhile. Load the page again.";

/// Makes a folder in one of its owner's, or at the top.
///
/// # Errors
///
/// `NotFound` when the other folder is not there; `Unacceptable` when its name is taken there, or it would lie too deep; what
/// [`Principal::begin_as_owner`] fails with; `DatabaseUnavailable`.
pub async fn make(
    db: &DatabaseConnection,
    owner: UserId,
    parent: Option<FolderId>,
    name: &FileName,
    (principal, now): (&Principal, DateTime<Utc>),
) -> Result<Folder> {
    let change = principal.begin_as_owner(db, owner, now).await?;
    let way = Folder::way_to(change.transaction(), parent, owner).await?;
    let parent = way.last();
    expect_room(&way, 1)?;
    expect_free(change.transaction(), owner, parent, name.as_str()).await?;
    if !has_room(change.transaction(), owner).await? {
        let words = format!("You have {} folders. Delete some of them forever first.", grouped(MOST_FOLDERS));
        return Err(Error::unacceptable("too_many_folders", words));
    }
    let made = insert(change.transaction(), owner, parent, name.as_str(), now).await?;
    let detail = parent.map(|parent| format!("in {}", parent.name())).unwrap_or_default();
    change.record(Action::FolderMade, subject(&made, detail)).await?;
    change.commit().await?;
    Ok(made)
}

impl Folder {
    /// Gives it another name, by its owner alone. The name that it has changes nothing.
    ///
    /// # Errors
    ///
    /// `Unacceptable` when the name is taken beside it; `Conflict` when it was renamed meanwhile; what [`Principal::begin_as_owner`]
    /// fails with; `DatabaseUnavailable`.
    pub async fn rename(
        &self,
        db: &DatabaseConnection,
        name: &FileName,
        principal: &Principal,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if self.name() == name.as_str() {
            return Ok(());
        }
        let change = principal.begin_as_owner(db, self.owner(), now).await?;
        let mut way = Self::way(change.transaction(), self.id(), self.owner()).await?;
        let now_there = way.pop().ok_or(Error::NotFound)?;
        if name_key(now_there.name()) != name_key(name.as_str()) {
            expect_free(change.transaction(), self.owner(), way.last(), name.as_str()).await?;
        }
        let update = Entity::update_many()
            .col_expr(Column::Name, Expr::value(name.as_str()))
            .col_expr(Column::NameKey, Expr::value(name_key(name.as_str())))
            .filter(Column::Id.eq(self.id()))
            .filter(Column::Name.eq(self.name()))
            .filter(Column::State.eq(State::Ready));
        if update.exec(change.transaction()).await?.rows_affected == 0 {
            return Err(Error::Conflict(RENAMED_MEANWHILE.into()));
        }
        let detail = format!("{} → {name}", self.name());
        change.record(Action::FolderRenamed, Subject { name: name.to_string(), ..subject(self, detail) }).await?;
        change.commit().await
    }
}

/// A folder of theirs, if one is named; none stands for the top.
///
/// # Errors
///
/// `NotFound` when it is not there; `DatabaseUnavailable`.
pub async fn of(db: &impl ConnectionTrait, id: Option<FolderId>, owner: UserId) -> Result<Option<Folder>> {
    match id {
        Some(id) => Folder::find(db, id, owner).await.map(Some),
        None => Ok(None),
    }
}

/// The event's subject of a folder.
pub(super) fn subject(folder: &Folder, detail: String) -> Subject {
    Subject { user: Some(folder.owner()), file: None, name: folder.name().to_owned(), detail }
}

/// Is there room for so many folders below one another, at the end of a way?
pub(super) fn expect_room(way: &[impl Sized], height: usize) -> Result<()> {
    match way.len() + height <= MOST_DEPTH {
        true => Ok(()),
        false => {
            let words = format!("Folders can lie {MOST_DEPTH} deep at most. Choose one that is higher up.");
            Err(Error::unacceptable("too_deep", words))
        }
    }
}

/// May somebody have one folder more?
pub(super) async fn has_room(db: &impl ConnectionTrait, owner: UserId) -> Result<bool> {
    let last = Entity::find().select_only().column(Column::Id).filter(Column::OwnerId.eq(owner));
    Ok(last.offset(MOST_FOLDERS - 1).limit(1).into_tuple::<FolderId>().one(db).await?.is_none())
}

/// Has no other folder there the name?
pub(super) async fn expect_free(
    db: &impl ConnectionTrait,
    owner: UserId,
    parent: Option<&Folder>,
    name: &str,
) -> Result<()> {
    if !is_taken(db, owner, parent.map(Folder::id), name).await? {
        return Ok(());
    }
    let words = match parent {
        Some(parent) => format!("This name is taken in {}. Choose another.", parent.name()),
        None => "This name is taken. Choose another.".to_owned(),
    };
    Err(Error::unacceptable("name_taken", words))
}

pub(super) async fn is_taken(
    db: &impl ConnectionTrait,
    owner: UserId,
    parent: Option<FolderId>,
    name: &str,
) -> Result<bool> {
    let others = Entity::find().filter(beside(db.get_database_backend(), owner, parent));
    let others = others.filter(Column::NameKey.eq(name_key(name)));
    Ok(others.one(db).await?.is_some())
}

/// The ready folders in a folder of somebody's, or at the top.
pub(super) fn beside(backend: DbBackend, owner: UserId, parent: Option<FolderId>) -> Condition {
    // Without a parameter, as the index of names is of these alone.
    let all = Condition::all().add(Column::OwnerId.eq(owner)).add(Expr::cust("folders.state = 'ready'"));
    all.add(Expr::cust(lies_in(backend)).eq(parent.unwrap_or(FolderId::TOP)))
}

/// What a folder lies in, as the index has it, where the nil UUID stands for the top.
pub(super) fn lies_in(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "coalesce(folders.parent_id, '00000000-0000-0000-0000-000000000000'::uuid)",
        _ => "coalesce(folders.parent_id, zeroblob(16))",
    }
}

/// Adds a folder of which it is known that it can be there.
pub(super) async fn insert(
    transaction: &impl ConnectionTrait,
    owner: UserId,
    parent: Option<&Folder>,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let row = ActiveModel {
        id: Set(FolderId::generate()),
        owner_id: Set(owner),
        parent_id: Set(parent.map(Folder::id)),
        name: Set(name.to_owned()),
        name_key: Set(name_key(name)),
        state: Set(State::Ready),
        state_changed_at: Set(now),
        moved_in: Set(None::<MoveId>),
        parent_before: NotSet,
        created_at: Set(now),
    };
    Ok(Folder(Entity::insert(row).exec_with_returning(transaction).await?))
}
