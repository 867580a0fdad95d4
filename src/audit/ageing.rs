//! Letting go of events that were kept long enough: the one thing that the log's own triggers let through, as `settings` says since
//! when events are kept. Everything fails with `DatabaseUnavailable` when the database does not answer.

use super::{
    actor::Actor,
    entity::{Column, Entity},
    event::{Action, Subject},
    recording::record,
};
use crate::{
    database::{self, DatabaseConnection, settings},
    error::Result,
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Names the time in `settings` since which events are kept.
const KEPT_SINCE: &str = "events_kept_since";

/// Events of one transaction.
const PIECE: u64 = 1_000;

/// Nobody is kept waiting by a log that is let go of after a year; the next run goes on.
const MOST_PIECES: usize = 100;

/// Removes the events that are older than `kept`, the oldest first, piece by piece; what is written of it is one event. Says how
/// many they were.
pub async fn run(db: &DatabaseConnection, kept: TimeDelta, now: DateTime<Utc>) -> Result<u64> {
    let before = now - kept;
    let mut removed = 0;
    for _ in 0..MOST_PIECES {
        match remove_some(db, before).await? {
            0 => break,
            some => removed += some,
        }
    }
    if removed > 0 {
        let detail = format!("{removed} from before {}", before.to_rfc3339_opts(SecondsFormat::Secs, true));
        record(db, &Actor::itself(), Action::LogAged, Subject { detail, ..Subject::default() }, now).await?;
    }
    Ok(removed)
}

/// Since when events are kept, if any were let go of.
pub async fn kept_since(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>> {
    Ok(settings::find(db, KEPT_SINCE).await?.and_then(|text| text.parse().ok()))
}

/// They are written in the order of their ids, but for those that the journal counts for a minute: these wait for the next time.
async fn remove_some(db: &DatabaseConnection, before: DateTime<Utc>) -> Result<u64> {
    let query = Entity::find().select_only().columns([Column::Id, Column::At]).order_by_asc(Column::Id).limit(PIECE);
    let first: Vec<(i64, DateTime<Utc>)> = query.into_tuple().all(db).await?;
    let Some((last, _)) = first.into_iter().take_while(|(_, at)| *at < before).last() else { return Ok(0) };
    let transaction = database::begin(db).await?;
    settings::raise(&transaction, KEPT_SINCE, before.to_rfc3339_opts(SecondsFormat::Micros, false)).await?;
    let old = Entity::delete_many().filter(Column::Id.lte(last)).filter(Column::At.lt(before));
    let removed = old.exec(&transaction).await?.rows_affected;
    transaction.commit().await?;
    Ok(removed)
}
