//! What lies directly in a folder, counted as it changes.

use crate::{m20261127_000036_file_totals::function, sql::run};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Makes `folder_totals`: for each folder, the ready files that lie directly in it, what they weigh, and the folders. Triggers keep it, so
/// that nothing that changes a file or a folder can forget it.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "CREATE TABLE folder_totals (
    folder_id {id} NOT NULL PRIMARY KEY REFERENCES folders (id) ON DELETE CASCADE,
    owner_id {id} NOT NULL,
    files BIGINT NOT NULL DEFAULT 0, bytes BIGINT NOT NULL DEFAULT 0, folders BIGINT NOT NULL DEFAULT 0)";

/// Pages have room for a row's next version, which then needs no new place in the index.
const ON_POSTGRES: [&str; 3] = [
    "ALTER TABLE folder_totals SET (fillfactor = 50)",
    "CREATE POLICY cloakroom_own ON folder_totals FOR SELECT
        USING (owner_id = nullif(current_setting('app.user_id', true), '')::uuid)",
    "ALTER TABLE folder_totals ENABLE ROW LEVEL SECURITY",
];

const ADD: &str = "ON CONFLICT (folder_id) DO UPDATE SET files = folder_totals.files + excluded.files,
    bytes = folder_totals.bytes + excluded.bytes, folders = folder_totals.folders + excluded.folders";

/// A new file is mostly one, and mostly in no folder, which costs nothing. What changes many is counted as a whole, in one order, so
/// that two never wait in a circle. Whoever may change files must be able to write here.
fn functions_on_postgres() -> Vec<String> {
    let part = |table: &str, files: &str, bytes: &str| {
        format!(
            "SELECT folder_id, owner_id, {files} AS files, {bytes}coalesce(size, 0) AS bytes FROM {table}
            WHERE folder_id IS NOT NULL AND state = 'ready'"
        )
    };
    let (lost, won) = (part("changed_from", "-1", "-"), part("changed_to", "1", ""));
    let sums = |parts: &str| {
        format!(
            "INSERT INTO %1$I.folder_totals (folder_id, owner_id, files, bytes) SELECT folder_id, owner_id, sum(files), sum(bytes)
            FROM ({parts}) AS parts GROUP BY folder_id, owner_id HAVING sum(files) <> 0 OR sum(bytes) <> 0 ORDER BY folder_id {ADD};"
        )
    };
    let new = format!(
        "INSERT INTO %1$I.folder_totals (folder_id, owner_id, files, bytes)
        VALUES (NEW.folder_id, NEW.owner_id, 1, coalesce(NEW.size, 0)) {ADD};"
    );
    // A folder that goes by the same statement has lost its row, or is about to.
    let gone = "UPDATE %1$I.folder_totals SET folders = folders - 1
        WHERE folder_id = OLD.parent_id AND EXISTS (SELECT FROM %1$I.folders WHERE id = OLD.parent_id);";
    let come = format!(
        "INSERT INTO %1$I.folder_totals (folder_id, owner_id, folders) VALUES (NEW.parent_id, NEW.owner_id, 1) {ADD};"
    );
    let changed = sums(&format!("{lost} UNION ALL {won}"));
    vec![
        function("r2_files_fill_folder", &new),
        function("r2_files_change_folders", &changed),
        function("r2_files_leave_folders", &sums(&lost)),
        function("folders_come", &come),
        function("folders_go", gone),
    ]
}

fn triggers_on_postgres() -> Vec<String> {
    let is = |row: &str| format!("{row}.parent_id IS NOT NULL AND {row}.state = 'ready'");
    let (was, is) = (is("OLD"), is("NEW"));
    vec![
        "CREATE TRIGGER r2_files_fill_folder AFTER INSERT ON r2_files FOR EACH ROW
            WHEN (NEW.folder_id IS NOT NULL AND NEW.state = 'ready') EXECUTE FUNCTION r2_files_fill_folder()".to_owned(),
        "CREATE TRIGGER r2_files_change_folders AFTER UPDATE ON r2_files REFERENCING OLD TABLE AS changed_from NEW TABLE AS changed_to
            FOR EACH STATEMENT EXECUTE FUNCTION r2_files_change_folders()".to_owned(),
        "CREATE TRIGGER r2_files_leave_folders AFTER DELETE ON r2_files REFERENCING OLD TABLE AS changed_from
            FOR EACH STATEMENT EXECUTE FUNCTION r2_files_leave_folders()".to_owned(),
        format!("CREATE TRIGGER folders_come_new AFTER INSERT ON folders FOR EACH ROW WHEN ({is}) EXECUTE FUNCTION folders_come()"),
        format!("CREATE TRIGGER folders_go AFTER DELETE ON folders FOR EACH ROW WHEN ({was}) EXECUTE FUNCTION folders_go()"),
        format!(
            "CREATE TRIGGER folders_leave AFTER UPDATE ON folders FOR EACH ROW
            WHEN ({was} AND (OLD.parent_id IS DISTINCT FROM NEW.parent_id OR NEW.state <> 'ready')) EXECUTE FUNCTION folders_go()"
        ),
        format!(
            "CREATE TRIGGER folders_come AFTER UPDATE ON folders FOR EACH ROW
            WHEN ({is} AND (OLD.parent_id IS DISTINCT FROM NEW.parent_id OR OLD.state <> 'ready')) EXECUTE FUNCTION folders_come()"
        ),
    ]
}

/// Two statements for what comes, as the conflict clause of the statement that fires a trigger is the trigger's as well.
fn on_sqlite() -> Vec<String> {
    let made = |folder: &str| {
        format!(
            "INSERT INTO folder_totals (folder_id, owner_id) SELECT {folder}, NEW.owner_id
            WHERE NOT EXISTS (SELECT 1 FROM folder_totals WHERE folder_id = {folder});"
        )
    };
    let won = format!(
        "{} UPDATE folder_totals SET files = files + 1, bytes = bytes + coalesce(NEW.size, 0) WHERE folder_id = NEW.folder_id;",
        made("NEW.folder_id")
    );
    let lost = "UPDATE folder_totals SET files = files - 1, bytes = bytes - coalesce(OLD.size, 0) WHERE folder_id = OLD.folder_id;";
    let come = format!(
        "{} UPDATE folder_totals SET folders = folders + 1 WHERE folder_id = NEW.parent_id;",
        made("NEW.parent_id")
    );
    let gone = "UPDATE folder_totals SET folders = folders - 1 WHERE folder_id = OLD.parent_id;";
    let file = |row: &str| format!("{row}.folder_id IS NOT NULL AND {row}.state = 'ready'");
    let folder = |row: &str| format!("{row}.parent_id IS NOT NULL AND {row}.state = 'ready'");
    // When the depth above changes, every folder below is written, and lies where it lay.
    let moved = |row: &str, other: &str| {
        format!("{} AND (OLD.parent_id IS NOT NEW.parent_id OR {other}.state <> 'ready')", folder(row))
    };
    let trigger = |name: &str, event: &str, when: String, does: &str| {
        format!("CREATE TRIGGER {name} AFTER {event} WHEN {when} BEGIN {does} END")
    };
    let (of_file, of_folder) =
        ("UPDATE OF folder_id, state, size ON r2_files", "UPDATE OF parent_id, state ON folders");
    vec![
        trigger("r2_files_fill_folder", "INSERT ON r2_files", file("NEW"), &won),
        trigger("r2_files_leave_folder", of_file, file("OLD"), lost),
        trigger("r2_files_enter_folder", of_file, file("NEW"), &won),
        trigger("r2_files_leave_folders", "DELETE ON r2_files", file("OLD"), lost),
        trigger("folders_come_new", "INSERT ON folders", folder("NEW"), &come),
        trigger("folders_leave", of_folder, moved("OLD", "NEW"), gone),
        trigger("folders_come", of_folder, moved("NEW", "OLD"), &come),
        trigger("folders_go", "DELETE ON folders", folder("OLD"), gone),
    ]
}

const TRIGGERS_ON_SQLITE: [&str; 8] = [
    "r2_files_fill_folder",
    "r2_files_leave_folder",
    "r2_files_enter_folder",
    "r2_files_leave_folders",
    "folders_come_new",
    "folders_leave",
    "folders_come",
    "folders_go",
];

const AWAY_ON_POSTGRES: [&str; 5] = [
    "DROP FUNCTION r2_files_fill_folder() CASCADE",
    "DROP FUNCTION r2_files_change_folders() CASCADE",
    "DROP FUNCTION r2_files_leave_folders() CASCADE",
    "DROP FUNCTION folders_come() CASCADE",
    "DROP FUNCTION folders_go() CASCADE",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (id, triggers) = match manager.get_database_backend() {
            DbBackend::Sqlite => ("BLOB", on_sqlite()),
            _ => ("UUID", functions_on_postgres().into_iter().chain(triggers_on_postgres()).collect()),
        };
        run(manager, &[&TABLE.replace("{id}", id)]).await?;
        if manager.get_database_backend() != DbBackend::Sqlite {
            run(manager, &ON_POSTGRES).await?;
        }
        run(manager, &triggers.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                for name in TRIGGERS_ON_SQLITE {
                    run(manager, &[&format!("DROP TRIGGER {name}")]).await?;
                }
            }
            _ => run(manager, &AWAY_ON_POSTGRES).await?,
        }
        run(manager, &["DROP TABLE folder_totals"]).await
    }
}
