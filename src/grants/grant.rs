//! A grant: what is known of it, finding it, and what it opens.

use super::{
    Role,
    entity::{Column, Entity, Model},
};
use crate::{
    error::{Error, Result},
    files::{Granted, Scope},
    ids::{FolderId, GrantId, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};

/// So many people one folder may be shared with.
pub(super) const MOST_PEOPLE: u64 = 100;
/// So many grants somebody may have given.
pub(super) const MOST_OF_OWNER: u64 = 1_000;
/// How many folders a page of those shared with somebody has.
const PAGE: u64 = 50;

/// That somebody shares a folder with one person.
#[derive(Clone, Debug)]
pub struct Grant(Model);

/// Some grants, the latest first.
pub struct Page {
    pub grants: Vec<Grant>,
    /// Behind which the next ones stand, if there are any.
    pub next: Option<DateTime<Utc>>,
}

impl Grant {
    pub fn id(&self) -> GrantId {
        self.0.id
    }

    /// The folder that is shared.
    pub fn folder(&self) -> FolderId {
        self.0.folder_id
    }

    /// Whose folder it is.
    pub fn owner(&self) -> UserId {
        self.0.owner_id
    }

    /// Who may look at what is in it.
    pub fn member(&self) -> UserId {
        self.0.member_id
    }

    /// What they may do there.
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// When it was given.
    pub fn since(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// What it opens: the one place that says so.
    pub fn contents(&self) -> Scope {
        Scope::Granted(self.granted())
    }

    /// What it is of, and whose.
    pub fn granted(&self) -> Granted {
        Granted { grant: self.0.id, folder: self.0.folder_id, owner: self.0.owner_id }
    }

    /// That by which somebody sees a folder, whether it is in sight or not.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn find(db: &impl ConnectionTrait, folder: FolderId, member: UserId) -> Result<Self> {
        let query = Entity::find().filter(Column::FolderId.eq(folder)).filter(Column::MemberId.eq(member));
        query.one(db).await?.ok_or(Error::NotFound).map(Self)
    }

    /// That by which somebody may add files to a folder which is shared with them, or lies in one that is, and is in sight; of
    /// several the nearest.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn to_contribute(db: &impl ConnectionTrait, folder: FolderId, member: UserId) -> Result<Self> {
        let sql = "WITH RECURSIVE up (id, parent_id, state, steps) AS (
                SELECT id, parent_id, state, 0 FROM folders WHERE id = $1
                UNION ALL
                SELECT folders.id, folders.parent_id, folders.state, up.steps + 1
                FROM up CROSS JOIN folders WHERE folders.id = up.parent_id
            ) SELECT folder_grants.* FROM up CROSS JOIN folder_grants
            WHERE folder_grants.folder_id = up.id AND folder_grants.member_id = $2 AND folder_grants.role = $3
                AND NOT EXISTS (SELECT 1 FROM up WHERE state <> 'ready')
            ORDER BY up.steps LIMIT 1";
        let values = [folder.into(), member.into(), Role::Contributor.into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let row = db.query_one_raw(statement).await?.ok_or(Error::NotFound)?;
        Ok(Self(Model::from_query_result(&row, "")?))
    }

    /// Those by which somebody may add files to what is another's.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn between(db: &impl ConnectionTrait, owner: UserId, member: UserId) -> Result<Vec<Self>> {
        let query = Entity::find().filter(Column::OwnerId.eq(owner)).filter(Column::MemberId.eq(member));
        let query = query.filter(Column::Role.eq(Role::Contributor)).limit(MOST_OF_OWNER);
        Ok(query.all(db).await?.into_iter().map(Self).collect())
    }

    /// Those of somebody's own folder, the oldest first.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of_folder(db: &impl ConnectionTrait, folder: FolderId, owner: UserId) -> Result<Vec<Self>> {
        let query = Entity::find().filter(Column::FolderId.eq(folder)).filter(Column::OwnerId.eq(owner));
        Ok(query.order_by_asc(Column::Id).all(db).await?.into_iter().map(Self).collect())
    }

    /// All that somebody gave, the latest first.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of_owner(db: &impl ConnectionTrait, owner: UserId) -> Result<Vec<Self>> {
        let query = Entity::find().filter(Column::OwnerId.eq(owner)).order_by_desc(Column::CreatedAt);
        Ok(query.limit(MOST_OF_OWNER).all(db).await?.into_iter().map(Self).collect())
    }

    /// A page of what is shared with somebody: given before a time, the latest first.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of_member(db: &impl ConnectionTrait, member: UserId, before: Option<DateTime<Utc>>) -> Result<Page> {
        let mut query = Entity::find().filter(Column::MemberId.eq(member));
        if let Some(before) = before {
            query = query.filter(Column::CreatedAt.lt(before));
        }
        let rows = query.order_by_desc(Column::CreatedAt).limit(PAGE + 1).all(db).await?;
        let mut grants: Vec<Self> = rows.into_iter().map(Self).collect();
        let has_more = grants.len() as u64 > PAGE;
        grants.truncate(PAGE as usize);
        let next = grants.last().filter(|_| has_more).map(|last| last.0.created_at);
        Ok(Page { grants, next })
    }

    /// How many somebody gave.
    pub(super) async fn count_of_owner(db: &impl ConnectionTrait, owner: UserId) -> Result<u64> {
        Ok(Entity::find().filter(Column::OwnerId.eq(owner)).count(db).await?)
    }
}
