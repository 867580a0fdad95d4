//! Putting the rows of a snapshot back: all of it is read once before the first row is, so that nothing comes from what is damaged or cut
//! short; and no file comes back whose object is gone.

use super::report::{Progress, Report};
use crate::{
    accounts::users,
    database::{
        self,
        table::{Row, Table},
    },
    error::{Error, Result},
    files::{folders, restored::Restored},
    ids::UserId,
    jobs::{
        reconcile::streams::{Found, Objects},
        snapshot::{PASSWORD_HASH, Reader, Said, VERSION, blocking, shape, spool, tables},
    },
    state::AppState,
    storage::SnapshotKey,
};
use std::{
    collections::HashSet,
    fs::File,
    io::{Seek, Write},
    mem::take,
};
use tokio::sync::watch;

const FILES: &str = "r2_files";
const USERS: &str = "users";
/// How many lines are read between two looks at others' work.
const LINES: usize = 1_000;

/// A snapshot in a file of ours, read through once.
pub(super) struct Spooled {
    file: File,
    lines: u64,
}

/// Rows on their way back.
struct Restoring<'a> {
    app: &'a AppState,
    tables: Vec<Table>,
    /// Those of one table with the same columns.
    batch: Vec<Row>,
    of: String,
    objects: Objects<'a>,
    next: Option<Found>,
    is_listed: bool,
    without_password: Vec<UserId>,
    report: &'a mut Report,
}

/// Fetches a snapshot, and reads it through to its end.
pub(super) async fn fetch(app: &AppState, key: &SnapshotKey, progress: &watch::Sender<Progress>) -> Result<Spooled> {
    let mut file = spool(&app.snapshots.folder)?;
    app.store.get_snapshot(key, &mut file, database::now()).await?;
    let (mut reader, mut lines) = (open(app, &file, key).await?, 0);
    loop {
        let (back, said) = read(reader, key).await?;
        let is_over = matches!(said.last(), Some(Said::End));
        lines += said.len() as u64 - u64::from(is_over);
        if is_over {
            progress.send_replace(Progress { of: Some(lines), ..Progress::default() });
            return Ok(Spooled { file, lines });
        }
        reader = back;
    }
}

/// Puts its rows back. Says whose password it does not have.
pub(super) async fn restore(
    app: &AppState,
    key: &SnapshotKey,
    spooled: Spooled,
    progress: &watch::Sender<Progress>,
    report: &mut Report,
) -> Result<Vec<UserId>> {
    let mut reader = open(app, &spooled.file, key).await?;
    let mut restoring = Restoring {
        app,
        tables: tables(),
        batch: Vec::new(),
        of: String::new(),
        objects: Objects::of(app),
        next: None,
        is_listed: false,
        without_password: Vec::new(),
        report,
    };
    let mut done = 0;
    loop {
        let (back, said) = read(reader, key).await?;
        reader = back;
        for one in said {
            done += 1;
            match one {
                Said::Row(line) => restoring.take(line.table, line.row).await?,
                Said::Bad => restoring.report.bad_lines += 1,
                Said::End => {
                    restoring.put_back().await?;
                    return Ok(restoring.without_password);
                }
            }
        }
        progress.send_replace(Progress { done, of: Some(spooled.lines), found: 0 });
    }
}

async fn open(app: &AppState, file: &File, key: &SnapshotKey) -> Result<Reader> {
    let failed = |error: std::io::Error| Error::Internal(error.to_string());
    let mut file = file.try_clone().map_err(failed)?;
    file.flush().and_then(|()| file.rewind()).map_err(failed)?;
    let (reader, head) = Reader::begin(file, key, app.snapshots.secret.as_ref())?;
    let is_newer = head.cloakroom_snapshot != VERSION || head.shape > shape();
    match is_newer {
        false => Ok(reader),
        true => Err(Error::Conflict(format!(
            "{} was made by Cloakroom {}, which is newer than this one. Use that one, or a newer one.",
            key.name(),
            head.made_by
        ))),
    }
}

async fn read(mut reader: Reader, key: &SnapshotKey) -> Result<(Reader, Vec<Said>)> {
    let key = key.clone();
    blocking(move || {
        let mut said = Vec::new();
        while said.len() < LINES && !matches!(said.last(), Some(Said::End)) {
            said.push(reader.next(&key)?);
        }
        Ok((reader, said))
    })
    .await
}

impl Restoring<'_> {
    async fn take(&mut self, table: String, row: Row) -> Result<()> {
        let fits = self.of == table && self.batch.first().is_none_or(|first| first.keys().eq(row.keys()));
        if !fits {
            self.put_back().await?;
            self.of = table;
        }
        if self.of == USERS && !row.contains_key(PASSWORD_HASH) {
            let id: Option<UserId> = row.get("id").and_then(|id| id.as_str()?.parse().ok());
            self.without_password.extend(id);
        }
        self.batch.push(row);
        let most = self.table().map_or(1, Table::most_at_once);
        if self.batch.len() >= most { self.put_back().await } else { Ok(()) }
    }

    fn table(&self) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == self.of)
    }

    /// One that does not go back keeps none of the others from it.
    async fn put_back(&mut self) -> Result<()> {
        let mut rows = take(&mut self.batch);
        if self.of == FILES {
            rows = self.of_objects(rows).await?;
        }
        let (mut put_back, mut bad) = (0, 0);
        let Some(table) = self.table() else {
            self.report.bad_lines += rows.len() as u64;
            return Ok(());
        };
        match table.insert(&self.app.db, &rows).await {
            Ok(_) => put_back += rows.len() as u64,
            Err(error @ Error::DatabaseUnavailable(_)) => return Err(error),
            Err(_) => {
                for row in &rows {
                    match table.insert(&self.app.db, std::slice::from_ref(row)).await {
                        Ok(_) => put_back += 1,
                        Err(error @ Error::DatabaseUnavailable(_)) => return Err(error),
                        Err(error) => {
                            tracing::warn!(table = table.name, %error, "a row of the snapshot cannot be put back");
                            bad += 1;
                        }
                    }
                }
            }
        }
        self.report.bad_lines += bad;
        self.report.rows += put_back;
        self.report.files += if self.of == FILES { put_back } else { 0 };
        Ok(())
    }

    /// Those whose objects are there; of accounts that are not, under their ids alone.
    async fn of_objects(&mut self, rows: Vec<Row>) -> Result<Vec<Row>> {
        let count = rows.len();
        let mut files: Vec<Restored> = rows.into_iter().filter_map(Restored::of).collect();
        self.report.bad_lines += (count - files.len()) as u64;
        let owners: HashSet<UserId> = files.iter().filter_map(Restored::owner).collect();
        let known = users::emails(&self.app.db, owners.into_iter().collect()).await?;
        let folders = files.iter().filter_map(Restored::folder).collect();
        let folders = folders::restored::there(&self.app.db, folders).await?;
        let mut kept = Vec::new();
        for mut file in files.drain(..) {
            if file.owner().is_some_and(|owner| !known.contains_key(&owner)) {
                file.disown();
            }
            if file.folder().is_some_and(|folder| !folders.contains(&folder)) {
                file.lay_at_the_top();
            }
            match !file.needs_object() || self.is_there(&file).await? {
                true => kept.push(file.row),
                false => self.report.gone += 1,
            }
        }
        Ok(kept)
    }

    /// The listing goes along with the rows; what does not come by, as its key has another shape, is asked for.
    async fn is_there(&mut self, file: &Restored) -> Result<bool> {
        if !self.is_listed {
            (self.is_listed, self.next) = (true, self.objects.next().await?);
        }
        while self.next.as_ref().is_some_and(|next| next.key.file_id <= file.file_id) {
            let is_it = self.next.as_ref().is_some_and(|next| next.key.as_str() == file.object_key);
            if is_it {
                return Ok(true);
            }
            self.next = self.objects.next().await?;
        }
        Ok(self.app.store.inspect(&file.object_key, database::now()).await?.is_some())
    }
}
