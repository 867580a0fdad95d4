//! How many files there are of each kind in each state, and what they weigh, counted as they change.

use crate::sql::run;
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Makes `file_totals`: for each owner, what there is of a kind in a state. Triggers keep it, so that it cannot be forgotten by
/// whatever changes a file, the guide's own code included. What is on its way out counts for nothing. `owner` is nil for rows that
/// no account owns.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// A row of each owner is changed by whoever holds that owner's lock, so nobody waits for it. Pages have room for a row's next
/// version, which then needs no new place in the index.
const TABLE_ON_POSTGRES: &str = "CREATE TABLE file_totals (
    owner UUID NOT NULL, state TEXT NOT NULL, kind TEXT NOT NULL, files BIGINT NOT NULL, bytes BIGINT NOT NULL,
    PRIMARY KEY (owner, state, kind)) WITH (fillfactor = 50)";

const TABLE_ON_SQLITE: &str = "CREATE TABLE file_totals (
    owner BLOB NOT NULL, state TEXT NOT NULL, kind TEXT NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (owner, state, kind)) WITHOUT ROWID";

const NOBODY_ON_POSTGRES: &str = "'00000000-0000-0000-0000-000000000000'::uuid";
const NOBODY_ON_SQLITE: &str = "zeroblob(16)";

/// A statement is counted as a whole, however many files it changes, in the order of the key so that two of them never wait in a
/// circle. Whoever may change files must be able to write here.
fn on_postgres() -> Vec<String> {
    let add = "ON CONFLICT (owner, state, kind)
        DO UPDATE SET files = file_totals.files + excluded.files, bytes = file_totals.bytes + excluded.bytes";
    let part = |table: &str, files: &str, bytes: &str| {
        format!(
            "SELECT coalesce(owner_id, {NOBODY_ON_POSTGRES}) AS owner, state, kind, {files} AS files,
                {bytes}coalesce(size, 0) AS bytes FROM {table} WHERE state <> 'purging'"
        )
    };
    let (lost, won) = (part("changed_from", "-1", "-"), part("changed_to", "1", ""));
    let sums = |parts: &str| {
        format!(
            "INSERT INTO %I.file_totals SELECT owner, state, kind, sum(files), sum(bytes) FROM ({parts}) AS parts
            GROUP BY owner, state, kind HAVING sum(files) <> 0 OR sum(bytes) <> 0 ORDER BY owner, state, kind {add};"
        )
    };
    let changed = sums(&format!("{lost} UNION ALL {won}"));
    vec![
        function("r2_files_count_new", &sums(&won)),
        function("r2_files_count_changed", &changed),
        function("r2_files_count_removed", &sums(&lost)),
        "CREATE TRIGGER r2_files_count_new AFTER INSERT ON r2_files REFERENCING NEW TABLE AS changed_to
            FOR EACH STATEMENT EXECUTE FUNCTION r2_files_count_new()"
            .to_owned(),
        "CREATE TRIGGER r2_files_count_changed AFTER UPDATE ON r2_files REFERENCING OLD TABLE AS changed_from NEW TABLE AS changed_to
            FOR EACH STATEMENT EXECUTE FUNCTION r2_files_count_changed()"
            .to_owned(),
        "CREATE TRIGGER r2_files_count_removed AFTER DELETE ON r2_files REFERENCING OLD TABLE AS changed_from
            FOR EACH STATEMENT EXECUTE FUNCTION r2_files_count_removed()"
            .to_owned(),
    ]
}

/// It counts in the table beside it, whatever the caller's search path. A search path of its own would have to be set in each call.
pub(crate) fn function(name: &str, body: &str) -> String {
    format!(
        "DO $make$ BEGIN EXECUTE format($function$
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
            AS $body$ BEGIN {body} RETURN NULL; END $body$
        $function$, current_schema()); END $make$"
    )
}

/// Two statements for each, as the conflict clause of the statement that fires a trigger is the trigger's as well.
fn on_sqlite() -> Vec<String> {
    let owner = |row: &str| format!("coalesce({row}.owner_id, {NOBODY_ON_SQLITE})");
    let key = |row: &str| format!("owner = {} AND state = {row}.state AND kind = {row}.kind", owner(row));
    let won = format!(
        "INSERT INTO file_totals SELECT {}, NEW.state, NEW.kind, 0, 0
            WHERE NEW.state <> 'purging' AND NOT EXISTS (SELECT 1 FROM file_totals WHERE {key});
        UPDATE file_totals SET files = files + 1, bytes = bytes + coalesce(NEW.size, 0) WHERE NEW.state <> 'purging' AND {key};",
        owner("NEW"),
        key = key("NEW")
    );
    let lost = format!(
        "UPDATE file_totals SET files = files - 1, bytes = bytes - coalesce(OLD.size, 0) WHERE OLD.state <> 'purging' AND {};",
        key("OLD")
    );
    vec![
        format!("CREATE TRIGGER r2_files_count_new AFTER INSERT ON r2_files BEGIN {won} END"),
        format!(
            "CREATE TRIGGER r2_files_count_changed AFTER UPDATE OF owner_id, state, kind, size ON r2_files BEGIN {lost} {won} END"
        ),
        format!("CREATE TRIGGER r2_files_count_removed AFTER DELETE ON r2_files BEGIN {lost} END"),
    ]
}

fn fill(nobody: &str) -> String {
    format!(
        "INSERT INTO file_totals SELECT coalesce(owner_id, {nobody}), state, kind, count(*), coalesce(sum(size), 0)
        FROM r2_files WHERE state <> 'purging' GROUP BY 1, state, kind"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (table, nobody, triggers) = match manager.get_database_backend() {
            DbBackend::Sqlite => (TABLE_ON_SQLITE, NOBODY_ON_SQLITE, on_sqlite()),
            _ => {
                // Nothing changes between the count and the triggers.
                run(manager, &["LOCK TABLE r2_files IN SHARE ROW EXCLUSIVE MODE"]).await?;
                (TABLE_ON_POSTGRES, NOBODY_ON_POSTGRES, on_postgres())
            }
        };
        run(manager, &[table, &fill(nobody)]).await?;
        run(manager, &triggers.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["r2_files_count_new", "r2_files_count_changed", "r2_files_count_removed"] {
            match manager.get_database_backend() {
                DbBackend::Sqlite => run(manager, &[&format!("DROP TRIGGER {name}")]).await?,
                _ => {
                    run(manager, &[&format!("DROP TRIGGER {name} ON r2_files"), &format!("DROP FUNCTION {name}()")])
                        .await?;
                }
            }
        }
        run(manager, &["DROP TABLE file_totals"]).await
    }
}
