//! Making a snapshot: reading every table at one moment, and sending what was written down.

use super::{
    lines::{Head, Writer, spool},
    retention,
    tables::{leave_out_hashes, tables},
};
use crate::{
    config::SessionKey,
    database,
    error::{Error, Result},
    state::AppState,
    storage::{MOST_SNAPSHOT_BYTES, Sealing, SnapshotKey},
};
use chrono::{DateTime, Utc};
use migration::{Migrator, MigratorTrait};
use serde::Serialize;
use tokio::{sync::watch, task::spawn_blocking};

/// The version of the format.
pub(in crate::jobs) const VERSION: u32 = 1;
const ROWS: u64 = 1_000;

/// A snapshot that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Without the prefix.
    pub name: String,
    pub is_sealed: bool,
    pub rows: u64,
    /// Compressed.
    pub bytes: u64,
    /// Older ones that were removed.
    pub removed: usize,
}

/// How far one has got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub rows: u64,
    /// Of so many.
    pub of: u64,
}

/// Makes a snapshot of everything as it is now, and lets go of old ones.
///
/// # Errors
///
/// `Conflict` where anyone could read it; `StoreUnavailable`, `ClocksDiffer` or `DatabaseUnavailable`: then there is none.
pub async fn make(app: &AppState, now: DateTime<Utc>, progress: &watch::Sender<Progress>) -> Result<Made> {
    let secret = app.snapshots.secret.as_ref();
    refuse_to_publish(app)?;
    let sealing = if secret.is_some() { Sealing::Sealed } else { Sealing::Open };
    let key = SnapshotKey::generate(app.store.prefix(), now, sealing)?;
    let head = Head {
        cloakroom_snapshot: VERSION,
        made_by: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        shape: shape(),
    };
    let writer = Writer::begin(spool(&app.snapshots.folder)?, &key, secret, &head)?;
    let writer = read(app, writer, secret, progress).await?;
    let rows = writer.lines;
    let file = blocking(move || writer.finish()).await?;
    let bytes = file.metadata().map_err(|error| Error::Internal(error.to_string()))?.len();
    if bytes > MOST_SNAPSHOT_BYTES {
        return Err(Error::Conflict("The index is larger than a snapshot may be.".into()));
    }
    app.store.put_snapshot(&key, file, database::now()).await?;
    let removed = retention::prune(app, database::now()).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "old snapshots could not be removed; the next one tries again");
        0
    });
    tracing::info!(name = key.name(), rows, bytes, removed, "a snapshot of the index was made");
    Ok(Made { name: key.name().to_owned(), is_sealed: secret.is_some(), rows, bytes, removed })
}

/// Anyone may read a public bucket: there, nothing is written in the open.
fn refuse_to_publish(app: &AppState) -> Result<()> {
    match app.store.is_public() && app.snapshots.secret.is_none() {
        false => Ok(()),
        true => Err(Error::Conflict(
            "The bucket is public, so everyone could read a snapshot. Set SESSION_KEY, with which it is sealed.".into(),
        )),
    }
}

/// All tables at one moment.
async fn read(
    app: &AppState,
    mut writer: Writer,
    secret: Option<&SessionKey>,
    progress: &watch::Sender<Progress>,
) -> Result<Writer> {
    let moment = database::one_moment(&app.db).await?;
    let all = tables();
    let mut of = 0;
    for table in &all {
        of += table.count(&moment).await?;
    }
    for table in all {
        let mut after = None;
        loop {
            let mut page = table.page(&moment, after, ROWS).await?;
            if secret.is_none() {
                leave_out_hashes(table.name, &mut page.rows);
            }
            let (name, rows) = (table.name, page.rows);
            writer = blocking(move || writer.rows(name, rows)).await?;
            progress.send_replace(Progress { rows: writer.lines, of });
            after = page.last;
            if after.is_none() {
                break;
            }
        }
    }
    moment.rollback().await?;
    Ok(writer)
}

/// The last migration that this release knows; the database has had it.
pub(in crate::jobs) fn shape() -> String {
    Migrator::migrations().last().map(|last| last.name().to_owned()).unwrap_or_default()
}

/// Compressing takes its time, in which this thread has others to serve.
pub(in crate::jobs) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
}
