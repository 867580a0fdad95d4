//! Writing events down: in the transaction of the change that they tell of.

use super::{
    actor::Actor,
    entity::{ActiveModel, Entity},
    event::{Action, Entry, Subject},
};
use crate::{
    error::Result,
    ids::{FileId, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, EntityTrait, Value,
};

/// Events of one statement; each takes thirteen of the parameters, of which SQLite takes 32,766.
const BATCH: usize = 1_000;

/// Writes one event, and a line in the log if it concerns an account.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer or takes no writes. The transaction of the change is
/// then not to be committed.
pub async fn record(
    db: &impl ConnectionTrait,
    actor: &Actor,
    action: Action,
    subject: Subject,
    now: DateTime<Utc>,
) -> Result<()> {
    record_all(db, actor, action, vec![subject], now).await
}

/// Writes one event for each subject of one action, such as the files of one selection. More than one are an act, which
/// is one line in the log.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer or takes no writes. The transaction of the change is
/// then not to be committed.
pub async fn record_all(
    db: &impl ConnectionTrait,
    actor: &Actor,
    action: Action,
    subjects: Vec<Subject>,
    now: DateTime<Utc>,
) -> Result<()> {
    subjects.iter().for_each(|subject| log(actor, action, subject, 1));
    let mut rows = subjects.into_iter().map(|subject| row(actor, action, subject, now)).collect::<Vec<_>>();
    if rows.len() > 1 {
        let act_size = Set(rows.len() as i64);
        let first = ActiveModel { act_size, ..rows.remove(0) };
        let first = Entity::insert(first).exec(db).await?.last_insert_id;
        rows.iter_mut().for_each(|row| row.act_id = Set(Some(first)));
    }
    insert(db, rows).await
}

/// The statement that writes one event for each row of `from`, to be a part of another one on PostgreSQL. Its parameters begin at
/// the place `first`, and are what [`values`] says.
pub fn insertion(first: usize, from: &str) -> String {
    let places = (first..first + 9).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    format!(
        "INSERT INTO audit_events (at, actor_id, actor, action, user_id, file_id, subject, detail, address)
        SELECT {places} FROM {from}"
    )
}

/// What [`insertion`] writes.
pub fn values(actor: &Actor, action: Action, subject: Subject, now: DateTime<Utc>) -> [Value; 9] {
    [
        now.into(),
        actor.user.into(),
        actor.name.as_str().into(),
        action.as_str().into(),
        subject.user.into(),
        subject.file.into(),
        subject.name.into(),
        subject.detail.into(),
        actor.address.as_str().into(),
    ]
}

/// A line for the operator of what concerns identity. People and files are named by their ids alone.
pub(super) fn log(actor: &Actor, action: Action, subject: &Subject, times: i64) {
    if subject.file.is_none() && !action.as_str().starts_with("file.") {
        let (actor_id, user) = (actor.user.map(|id| id.to_string()), subject.user.map(|id| id.to_string()));
        tracing::info!(action = action.as_str(), actor = actor_id, user, address = actor.address, times, "audit");
    }
}

/// Writes events that carry their own time and how often each happened. The caller has logged them.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn record_repeated(db: &impl ConnectionTrait, entries: &[Entry]) -> Result<()> {
    let row = |entry: &Entry| {
        let Entry { actor, action, subject, at, times } = entry;
        ActiveModel { times: Set(*times), ..row(actor, *action, subject.clone(), *at) }
    };
    insert(db, entries.iter().map(row).collect()).await
}

async fn insert(db: &impl ConnectionTrait, rows: Vec<ActiveModel>) -> Result<()> {
    for batch in rows.chunks(BATCH) {
        Entity::insert_many(batch.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

fn row(actor: &Actor, action: Action, subject: Subject, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        at: Set(now),
        actor_id: Set(actor.user.map(UserId::uuid)),
        actor: Set(actor.name.clone()),
        action: Set(action.as_str().to_owned()),
        user_id: Set(subject.user.map(UserId::uuid)),
        file_id: Set(subject.file.map(FileId::uuid)),
        subject: Set(subject.name),
        detail: Set(subject.detail),
        address: Set(actor.address.clone()),
        times: Set(1),
        act_id: Set(None),
        act_size: Set(1),
    }
}
