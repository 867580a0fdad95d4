//! What the rest stands on: settings, the database and the disk.

use super::{
    check::{Check, Findings, Topic, in_time, words},
    installation::{BucketPlace, Installation},
};
use crate::{
    config::{DatabaseConfig, database::PostgresConfig},
    database::{self, RowSecurity},
    size::in_words,
    storage::Store,
};
use bytesize::ByteSize;

/// SQLite's log and a few uploads have room in it.
const LEAST_FREE: ByteSize = ByteSize::mib(512);

/// How they are meant, and what does not go together.
pub(super) fn settings(installation: &Installation<'_>) -> Check {
    let bucket = match (installation.bucket, installation.store) {
        (BucketPlace::Embedded, _) => format!("storage is embedded, in {}", installation.data_dir.display()),
        (BucketPlace::Elsewhere, Ok(store)) => format!("storage is at {}, {}", store.origin(), kind(store)),
        (BucketPlace::Elsewhere, Err(_)) => "storage is that of the R2_* settings".to_owned(),
    };
    let url = installation.url.origin().ascii_serialization();
    let seen = format!("People come to {url}; {bucket}.");
    match installation.warning {
        None => Check::fine(Topic::Settings, seen),
        Some(warning) => Check::wrong(Topic::Settings, seen, warning),
    }
}

fn kind(store: &Store) -> String {
    let openness = if store.is_public() { "public" } else { "private" };
    format!("{openness}, under {}", store.prefix())
}

/// Which it is, how it is reached, and whether its shape is ours.
pub(super) async fn database(installation: &Installation<'_>, findings: &mut Findings<'_>) {
    let found = in_time(database::inspect(installation.database, installation.data_dir)).await;
    findings.note(match &found {
        Ok(Some(found)) => Check::fine(Topic::Database, format!("{} answers.", found.version)),
        Ok(None) => Check::fine(Topic::Database, "SQLite; its file is made when Cloakroom starts."),
        Err(error) => {
            let fix = "See that it runs and that DATABASE_URL leads to it; what was seen says more.";
            Check::wrong(Topic::Database, format!("{}.", words(error).trim_end_matches('.')), fix)
        }
    });
    findings.note(match (installation.database, &found) {
        (DatabaseConfig::Sqlite(_), _) => Check::fine(Topic::Connection, "A file on this machine."),
        (DatabaseConfig::Postgres(_), Err(_)) => Check::not_made(Topic::Connection, "it does not answer."),
        (DatabaseConfig::Postgres(config), Ok(_)) => Check::fine(Topic::Connection, way(config)),
    });
    findings.note(match &found {
        Ok(Some(found)) => migrations(found),
        Ok(None) => Check::fine(Topic::Migrations, "They run when Cloakroom starts."),
        Err(_) => Check::not_made(Topic::Migrations, "it does not answer."),
    });
    findings.note(match (installation.database, &found) {
        (DatabaseConfig::Sqlite(_), _) => Check::fine(Topic::RowSecurity, "SQLite has none."),
        (DatabaseConfig::Postgres(config), Ok(Some(found))) => row_security(config, found),
        (DatabaseConfig::Postgres(_), _) => Check::not_made(Topic::RowSecurity, "it does not answer."),
    });
}

fn way(config: &PostgresConfig) -> String {
    let PostgresConfig { place, direct_place, certificate, .. } = config;
    match place == direct_place {
        true => format!("Direct, to {place}: {certificate}."),
        false => format!("Through a pooler, {place}: {certificate}. Migrations go to {direct_place}."),
    }
}

fn migrations(found: &database::Inspection) -> Check {
    match (found.missing, found.unknown) {
        (0, 0) => Check::fine(Topic::Migrations, "All of them have run."),
        (_, unknown) if unknown > 0 => Check::wrong(
            Topic::Migrations,
            format!("{unknown} of the database's are not known here: a newer Cloakroom has used it."),
            "Run the newer release, or restore the database as it was before that.",
        ),
        (missing, _) => Check::wrong(
            Topic::Migrations,
            format!("{missing} have not run yet."),
            "Start Cloakroom, which runs them, or run “cloakroom migrate”.",
        ),
    }
}

/// Do the policies bind what people read?
fn row_security(config: &PostgresConfig, found: &database::Inspection) -> Check {
    match &found.row_security {
        RowSecurity::On(reader) => {
            Check::fine(Topic::RowSecurity, format!("On: what people read is read as the role “{reader}”."))
        }
        RowSecurity::Off if !config.row_security => Check::fine(Topic::RowSecurity, "Off, as DATABASE_RLS says."),
        RowSecurity::Missing { .. } | RowSecurity::Off if found.missing > 0 => {
            Check::fine(Topic::RowSecurity, "Its policies are made when Cloakroom starts.")
        }
        RowSecurity::Off => Check::not_made(Topic::RowSecurity, "there are no files yet."),
        RowSecurity::Missing { why, fix } => Check::wrong(Topic::RowSecurity, why, fix),
    }
}

/// Is there room for what is embedded?
pub(super) fn disk(installation: &Installation<'_>) -> Check {
    let is_embedded =
        installation.bucket == BucketPlace::Embedded || matches!(installation.database, DatabaseConfig::Sqlite(_));
    if !is_embedded {
        return Check::fine(Topic::Disk, "Neither files nor their index are kept on this machine.");
    }
    let folder = installation.data_dir.display();
    let Some(free) = free(installation) else {
        return Check::not_made(Topic::Disk, format!("{folder} cannot be measured."));
    };
    let seen = format!("{} are free in {folder}.", in_words(free));
    match free < LEAST_FREE {
        true => Check::wrong(Topic::Disk, seen, "Make room on that disk, or move DATA_DIR to a larger one."),
        false => Check::fine(Topic::Disk, seen),
    }
}

#[cfg(unix)]
fn free(installation: &Installation<'_>) -> Option<ByteSize> {
    let disk = rustix::fs::statvfs(installation.data_dir).ok()?;
    Some(ByteSize(disk.f_bavail.saturating_mul(disk.f_frsize)))
}

#[cfg(not(unix))]
fn free(_: &Installation<'_>) -> Option<ByteSize> {
    None
}
