//! Giving the files of an owner who has no account here to an account, some at a time. Their objects keep their keys.

use super::{
    QuarantineReason, State,
    entity::{Column, Entity, Model},
    inheritance,
    locking::lock,
    transition::MOST_AT_ONCE,
    unowned,
};
use crate::{
    accounts::{Principal, heir, users},
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    ids::UserId,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

const NONE: &str = "No files stand under this id any more. Load the page again.";
const HAS_AN_ACCOUNT: &str = "This id has an account here, which has its files.";
const UNDER_WAY: &str = "The files of this owner are on their way to an account already.";

/// Files that are on their way to an account.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Under which id they stand, which may be any text.
    pub owner: String,
    /// Who gets them, and is charged for them.
    pub heir: UserId,
}

mod row {
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    /// An assignment as the table has it, until its files are given.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "assignments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub owner: String,
        pub heir_id: UserId,
        pub begun_at: ChronoDateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Says who gets all files of an owner, and writes it down. Giving them is for `jobs::assignments`, which may be long at it.
///
/// # Errors
///
/// `Conflict` when there are none, when the owner has an account, and when they are on their way already; what [`heir::check`] and
/// [`Principal::begin_as_admin`] fail with.
pub async fn begin(
    db: &DatabaseConnection,
    new: &Assignment,
    default_quota: Option<ByteSize>,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    // PostgreSQL's texts cannot hold a zero.
    if new.owner.contains('\0') {
        return Err(Error::Conflict(NONE.into()));
    }
    let change = principal.begin_as_admin(db, &[new.heir], now).await?;
    if let Ok(id) = new.owner.parse()
        && users::exists(change.transaction(), id).await?
    {
        return Err(Error::Conflict(HAS_AN_ACCOUNT.into()));
    }
    let total = unowned::total(change.transaction(), &new.owner).await?;
    if total.files == 0 {
        return Err(Error::Conflict(NONE.into()));
    }
    let email = heir::check(&change, new.heir, total.bytes.as_u64(), default_quota)?;
    let row = row::ActiveModel { owner: Set(new.owner.clone()), heir_id: Set(new.heir), begun_at: Set(now) };
    let ignore = OnConflict::column(row::Column::Owner).do_nothing().to_owned();
    let begun = row::Entity::insert(row).on_conflict(ignore).exec_without_returning(change.transaction()).await?;
    if begun == 0 {
        return Err(Error::Conflict(UNDER_WAY.into()));
    }
    let detail = format!("{} → {email}", total.words());
    let subject = Subject { user: Some(new.heir), file: None, name: new.owner.clone(), detail };
    change.record(Action::FilesAssigned, subject).await?;
    change.commit().await
}

/// Those whose files are not all given yet, the longest begun first. Where there is no heir any more, the database has let go of it.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn unfinished(db: &impl ConnectionTrait) -> Result<Vec<Assignment>> {
    let rows = row::Entity::find().order_by_asc(row::Column::BegunAt).all(db).await?;
    Ok(rows.into_iter().map(|row| Assignment { owner: row.owner, heir: row.heir_id }).collect())
}

/// Gives some of the files to the heir, with its next tickets, and charges it for them whatever its quota: there was room when it was
/// begun. What was put aside because nobody knew its owner, and for nothing else, is ready. Says whether none are left.
///
/// # Errors
///
/// `DatabaseUnavailable`. What was given before stays so.
pub async fn go_on(db: &DatabaseConnection, assignment: &Assignment, now: DateTime<Utc>) -> Result<bool> {
    let Assignment { owner, heir } = assignment;
    let change = Principal::itself().begin_as_admin(db, &[*heir], now).await?;
    let still = row::Entity::find_by_id(owner.as_str()).filter(row::Column::HeirId.eq(*heir));
    let Some(row) = still.one(change.transaction()).await? else { return Ok(true) };
    let rows = lock(change.transaction(), unowned::of(owner), MOST_AT_ONCE).await?;
    if rows.is_empty() {
        row::Entity::delete_by_id(row.owner).exec(change.transaction()).await?;
        return change.commit().await.map(|()| true);
    }
    let email = change.user(*heir)?.email.clone();
    inheritance::give(change.transaction(), *heir, &rows).await?;
    let released = release(change.transaction(), &rows, now).await?;
    let subject = |row: &Model, detail: String| Subject {
        user: Some(*heir),
        file: Some(row.file_id),
        name: row.file_name.clone(),
        detail,
    };
    let given = rows.iter().map(|row| subject(row, format!("{owner} → {email}"))).collect();
    change.record_all(Action::FileInherited, given).await?;
    let released = released.into_iter().map(|row| subject(row, String::new())).collect();
    change.record_all(Action::FileReleased, released).await?;
    change.commit().await.map(|()| false)
}

/// Those that are ready now: put aside when they were found, as their owner was not known. What its bytes contradict stays aside.
async fn release<'a>(
    transaction: &impl ConnectionTrait,
    rows: &'a [Model],
    now: DateTime<Utc>,
) -> Result<Vec<&'a Model>> {
    let is_known_now = |row: &&Model| row.quarantine_reason == Some(QuarantineReason::UnknownOwner);
    let known_now = || rows.iter().filter(is_known_now);
    let none: Option<QuarantineReason> = None;
    let update = Entity::update_many().col_expr(Column::QuarantineReason, Expr::value(none));
    update.filter(Column::Id.is_in(known_now().map(|row| row.id))).exec(transaction).await?;
    let ready: Vec<&Model> =
        known_now().filter(|row| row.state == State::Quarantined && row.found_type.is_none()).collect();
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Ready))
        .col_expr(Column::StateChangedAt, Expr::value(now))
        .filter(Column::Id.is_in(ready.iter().map(|row| row.id)))
        .filter(Column::State.eq(State::Quarantined));
    update.exec(transaction).await?;
    Ok(ready)
}
