//! A rebuilding, from its beginning to its end.

use super::{
    listing,
    report::{NewPassword, Progress, Report, Source},
    restore,
};
use crate::{
    accounts::{Principal, password_links, users},
    database::{DatabaseConnection, settings},
    error::{Error, Result},
    files::restored,
    ids::UserId,
    jobs::{
        snapshot::{UNFINISHED, tables},
        sweep,
    },
    state::AppState,
    storage::SnapshotKey,
};
use chrono::{DateTime, SecondsFormat, Utc};
use tokio::sync::watch;

const LISTING: &str = "the listing";

/// Rebuilds an empty index, or one whose rebuilding was broken off.
///
/// # Errors
///
/// `Conflict`, with what to do, when the index has accounts or files, or the snapshot is not there, or cannot be read;
/// `StoreUnavailable`, `ClocksDiffer` or `DatabaseUnavailable`: then it goes on when it is asked again.
pub async fn run(
    app: &AppState,
    source: &Source,
    now: DateTime<Utc>,
    progress: &watch::Sender<Progress>,
) -> Result<Report> {
    let key = choose(app, source, now).await?;
    let mut report = Report { snapshot: key.as_ref().map(|key| key.name().to_owned()), ..Report::default() };
    let mut without_password = Vec::new();
    if let Some(key) = &key {
        let spooled = restore::fetch(app, key, progress).await.map_err(|error| match error {
            Error::NotFound => no_such(key.name()),
            error => error,
        })?;
        note_begin(app, key.name()).await?;
        without_password = restore::restore(app, key, spooled, progress, &mut report).await?;
        restored::sum_up(&app.db).await?;
    } else {
        note_begin(app, LISTING).await?;
    }
    for table in tables() {
        table.go_on_counting(&app.db).await?;
    }
    let since = key.map(|key| key.at - sweep::appears_for(app));
    listing::add(app, since, progress, &mut report).await?;
    if report.failed == 0 {
        settings::raise(&app.db, sweep::WATERMARK, now.to_rfc3339_opts(SecondsFormat::Micros, true)).await?;
    }
    report.links = links(app, without_password, now).await?;
    settings::delete(&app.db, UNFINISHED).await?;
    Ok(report)
}

/// The snapshot to be read. Whoever goes on reads the one that was begun with.
async fn choose(app: &AppState, source: &Source, now: DateTime<Utc>) -> Result<Option<SnapshotKey>> {
    let named = |name: &str| SnapshotKey::named(app.store.prefix(), name).map(Some).ok_or_else(|| no_such(name));
    if let Some(begun) = settings::find(&app.db, UNFINISHED).await? {
        return if begun == LISTING { Ok(None) } else { named(&begun) };
    }
    if users::any(&app.db).await? || restored::any(&app.db).await? {
        return Err(Error::Conflict(
            "The index has accounts or files already. Name an empty database in DATABASE_URL, or move this one aside; \
             to compare an index that is there, use: cloakroom reconcile"
                .into(),
        ));
    }
    match source {
        Source::Newest => Ok(app.store.list_snapshots(now).await?.pop()),
        Source::Named(name) => named(name),
        Source::Listing => Ok(None),
    }
}

/// Nobody is served by an index of which only a part is there.
///
/// # Errors
///
/// `Conflict`, with what to do, when a rebuilding was begun and is not done; `DatabaseUnavailable`.
pub async fn refuse_unfinished(db: &DatabaseConnection) -> Result<()> {
    match settings::find(db, UNFINISHED).await? {
        None => Ok(()),
        Some(_) => Err(Error::Conflict(
            "Only a part of the index is there: rebuilding it was broken off, or still goes on. Run: cloakroom reindex, \
             which goes on with it; then start again."
                .into(),
        )),
    }
}

fn no_such(name: &str) -> Error {
    Error::Conflict(format!("There is no snapshot with the name {name}."))
}

async fn note_begin(app: &AppState, from: &str) -> Result<()> {
    settings::insert(&app.db, UNFINISHED, from.to_owned()).await.map(drop)
}

async fn links(app: &AppState, accounts: Vec<UserId>, now: DateTime<Utc>) -> Result<Vec<NewPassword>> {
    let mut links = Vec::new();
    for user in accounts {
        match password_links::create(&app.db, user, &Principal::command_line(), now).await {
            Ok(secret) => {
                let email = users::find(&app.db, user).await?.email.to_string();
                links.push(NewPassword { email, url: format!("{}password/{secret}", app.url) });
            }
            // Disabled, or not put back.
            Err(Error::Conflict(_) | Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(links)
}
