//! A folder knows how high what lies in it is, instead of how deep it lies itself: so none below it is written when it moves.

use crate::{m20261127_000036_file_totals::function, sql::run};
use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, Statement},
};

/// Puts `height` in the place of `parent_depth` and `depth`: 1 for a folder that has none in it, else one more than the highest of those.
/// Triggers work it out, upwards from where something changed, 32 steps at most, and refuse any other. As it grows with every step
/// upwards, no folder is below itself, and none is deeper than 32, whoever writes here.
///
/// On SQLite they need `recursive_triggers`. Who has that off is refused what would change more than they see to.
#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: &str =
    "id, owner_id, parent_id, name, name_key, state, state_changed_at, moved_in, parent_before, created_at";

const TABLE_ON_SQLITE: &str = "CREATE TABLE folders (
    id BLOB NOT NULL PRIMARY KEY,
    owner_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    parent_id BLOB,
    {measure},
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'trashed', 'purging')),
    state_changed_at TEXT NOT NULL,
    moved_in BLOB,
    parent_before BLOB,
    created_at TEXT NOT NULL,
    {constraints}
)";
const HEIGHT: &str = "height BIGINT NOT NULL DEFAULT 1 CHECK (height BETWEEN 1 AND 32)";
const IN_PARENT: &str = "FOREIGN KEY (parent_id, owner_id) REFERENCES folders (id, owner_id)";
const DEPTH: &str = "parent_depth BIGINT NOT NULL DEFAULT 0,
    depth BIGINT NOT NULL GENERATED ALWAYS AS (parent_depth + 1) STORED CHECK (depth BETWEEN 1 AND 32)";
const AT_DEPTH: [&str; 3] = [
    "CHECK ((parent_id IS NULL) = (parent_depth = 0))",
    "UNIQUE (id, owner_id, depth)",
    "FOREIGN KEY (parent_id, owner_id, parent_depth) REFERENCES folders (id, owner_id, depth) ON UPDATE CASCADE",
];

/// What each folder's height is, and its parent's depth.
const HEIGHTS: &str = "WITH RECURSIVE up (id, height) AS (
        SELECT id, 1 FROM folders
        UNION SELECT folders.parent_id, up.height + 1 FROM up JOIN folders ON folders.id = up.id WHERE folders.parent_id IS NOT NULL
    ) SELECT id, max(height) AS height FROM up GROUP BY id";
const DEPTHS: &str = "WITH RECURSIVE down (id, parent_depth) AS (
        SELECT id, 0 FROM folders WHERE parent_id IS NULL
        UNION ALL SELECT folders.id, down.parent_depth + 1 FROM down JOIN folders ON folders.parent_id = down.id
    ) SELECT id, parent_depth FROM down";

const BY_PARENT: &str = "CREATE INDEX folders_of_parent ON folders (parent_id, height)";
const BY_PARENT_BEFORE: &str = "CREATE INDEX folders_of_parent ON folders (parent_id, owner_id, parent_depth)";

/// What goes with a folder, or forgets it, as the table is dropped.
const KEEP_ON_SQLITE: [&str; 4] = [
    "CREATE TABLE totals_kept AS SELECT * FROM folder_totals",
    "CREATE TABLE grants_kept AS SELECT * FROM folder_grants",
    "CREATE TABLE shares_kept AS SELECT id, folder_id FROM shares WHERE folder_id IS NOT NULL",
    "CREATE TABLE drops_kept AS SELECT id, folder_id FROM drop_links WHERE folder_id IS NOT NULL",
];
const PUT_BACK_ON_SQLITE: [&str; 9] = [
    "INSERT OR IGNORE INTO folder_totals SELECT * FROM totals_kept",
    "INSERT OR IGNORE INTO folder_grants SELECT * FROM grants_kept",
    "UPDATE shares SET folder_id = kept.folder_id FROM shares_kept AS kept WHERE kept.id = shares.id",
    "UPDATE drop_links SET folder_id = kept.folder_id FROM drops_kept AS kept WHERE kept.id = drop_links.id",
    "DROP TABLE totals_kept",
    "DROP TABLE grants_kept",
    "DROP TABLE shares_kept",
    "DROP TABLE drops_kept",
    "DROP TABLE folders_kept",
];

const ON_POSTGRES: [&str; 4] = [
    "ALTER TABLE folders DROP COLUMN depth CASCADE",
    "ALTER TABLE folders DROP COLUMN parent_depth",
    "ALTER TABLE folders ADD COLUMN height BIGINT NOT NULL DEFAULT 1 CONSTRAINT folders_height CHECK (height BETWEEN 1 AND 32)",
    "ALTER TABLE folders ADD CONSTRAINT folders_parent FOREIGN KEY (parent_id, owner_id) REFERENCES folders (id, owner_id)",
];
const AWAY_ON_POSTGRES: [&str; 5] = [
    "DROP FUNCTION folders_measure() CASCADE",
    "DROP INDEX folders_of_parent",
    "ALTER TABLE folders DROP CONSTRAINT folders_parent",
    "ALTER TABLE folders DROP COLUMN height",
    "ALTER TABLE folders ADD COLUMN parent_depth BIGINT NOT NULL DEFAULT 0",
];

/// The height that a folder has by those in it.
fn height_of(folders: &str, id: &str) -> String {
    format!("1 + coalesce((SELECT max(inside.height) FROM {folders} AS inside WHERE inside.parent_id = {id}), 0)")
}

fn follow(folders: &str, id: &str) -> String {
    let height = height_of(folders, id);
    format!("UPDATE {folders} SET height = {height} WHERE id = {id} AND height <> {height};")
}

/// A folder that another comes into or leaves is locked before it is measured: who changes it at once waits, and then sees that.
fn on_postgres() -> Vec<String> {
    let folders = "%1$I.folders";
    let measure =
        |id: &str| format!("PERFORM 1 FROM {folders} WHERE id = {id} FOR NO KEY UPDATE; {}", follow(folders, id));
    let body = format!(
        "IF OLD.parent_id IS DISTINCT FROM NEW.parent_id THEN {} END IF; {}
        IF NEW.height <> {} THEN
            RAISE EXCEPTION 'the height of a folder follows from those in it' USING ERRCODE = 'check_violation';
        END IF;",
        measure("OLD.parent_id"),
        measure("NEW.parent_id"),
        height_of(folders, "NEW.id")
    );
    let trigger = |name: &str, event: &str, when: &str| {
        format!("CREATE TRIGGER {name} AFTER {event} ON folders FOR EACH ROW {when} EXECUTE FUNCTION folders_measure()")
    };
    vec![
        function("folders_measure", &body),
        trigger("folders_measure_new", "INSERT", ""),
        trigger(
            "folders_measure_changed",
            "UPDATE OF parent_id, height",
            "WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id OR OLD.height <> NEW.height)",
        ),
        trigger("folders_measure_gone", "DELETE", "WHEN (OLD.parent_id IS NOT NULL)"),
    ]
}

fn on_sqlite() -> [String; 4] {
    let follow = |id| follow("folders", id);
    let expect = |id: &str| {
        format!(
            "SELECT RAISE(ABORT, 'the height of a folder follows from those in it') WHERE EXISTS (
                WITH RECURSIVE up (id, parent_id, height, steps) AS (
                    SELECT id, parent_id, height, 0 FROM folders WHERE id = {id}
                    UNION ALL SELECT folders.id, folders.parent_id, folders.height, up.steps + 1
                    FROM up CROSS JOIN folders WHERE folders.id = up.parent_id AND up.steps < 32
                ) SELECT 1 FROM up WHERE height <> {});",
            height_of("folders", "up.id")
        )
    };
    let trigger = |name: &str, event: &str, does: [String; 3]| {
        format!("CREATE TRIGGER {name} AFTER {event} BEGIN {} END", does.join(" "))
    };
    let (come, gone, is_right) = (follow("NEW.parent_id"), follow("OLD.parent_id"), expect("NEW.id"));
    [
        trigger("folders_measure_new", "INSERT ON folders", [String::new(), come.clone(), is_right.clone()]),
        trigger(
            "folders_measure_moved",
            "UPDATE OF parent_id ON folders WHEN OLD.parent_id IS NOT NEW.parent_id",
            [gone.clone(), come.clone(), is_right.clone()],
        ),
        trigger(
            "folders_measure_changed",
            "UPDATE OF height ON folders WHEN OLD.height <> NEW.height",
            [String::new(), come, is_right],
        ),
        trigger(
            "folders_measure_gone",
            "DELETE ON folders WHEN OLD.parent_id IS NOT NULL",
            [String::new(), gone, expect("OLD.parent_id")],
        ),
    ]
}

/// Makes the table anew, with a column that is filled, and its indexes and triggers as they were.
async fn remake(
    manager: &SchemaManager<'_>,
    (measure, constraints): (&str, &[&str]),
    (column, values): (&str, &str),
) -> Result<(), DbErr> {
    let hangs_on_it = "SELECT sql FROM sqlite_master WHERE tbl_name = 'folders' AND type IN ('index', 'trigger')
        AND sql IS NOT NULL AND name <> 'folders_of_parent' AND name NOT LIKE 'folders_measure%' ORDER BY name";
    let hangs_on_it = Statement::from_string(DbBackend::Sqlite, hangs_on_it);
    let rows = manager.get_connection().query_all_raw(hangs_on_it).await?;
    let again: Vec<String> = rows.iter().map(|row| row.try_get("", "sql")).collect::<Result<_, _>>()?;
    let constraints = [&["UNIQUE (id, owner_id)"], constraints].concat().join(",\n    ");
    let table = TABLE_ON_SQLITE.replace("{measure}", measure).replace("{constraints}", &constraints);
    let kept = format!(
        "CREATE TABLE folders_kept AS SELECT {}, filled.{column} FROM folders JOIN ({values}) AS filled ON filled.id = folders.id",
        COLUMNS.split(", ").map(|name| format!("folders.{name}")).collect::<Vec<_>>().join(", ")
    );
    // What refers to a folder finds it again before the transaction ends.
    run(manager, &["PRAGMA defer_foreign_keys = ON", &kept]).await?;
    run(manager, &KEEP_ON_SQLITE).await?;
    run(manager, &["DROP TABLE folders", &table]).await?;
    let fill = format!("INSERT INTO folders ({COLUMNS}, {column}) SELECT {COLUMNS}, {column} FROM folders_kept");
    run(manager, &[&fill]).await?;
    run(manager, &PUT_BACK_ON_SQLITE).await?;
    run(manager, &again.iter().map(String::as_str).collect::<Vec<_>>()).await
}

fn filled(column: &str, values: &str) -> String {
    format!("UPDATE folders SET {column} = filled.{column} FROM ({values}) AS filled WHERE filled.id = folders.id")
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let triggers = match manager.get_database_backend() {
            DbBackend::Sqlite => {
                remake(manager, (HEIGHT, &[IN_PARENT]), ("height", HEIGHTS)).await?;
                on_sqlite().to_vec()
            }
            _ => {
                run(manager, &ON_POSTGRES).await?;
                run(manager, &[&filled("height", HEIGHTS)]).await?;
                on_postgres()
            }
        };
        run(manager, &[BY_PARENT]).await?;
        run(manager, &triggers.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => remake(manager, (DEPTH, &AT_DEPTH), ("parent_depth", DEPTHS)).await?,
            _ => {
                run(manager, &AWAY_ON_POSTGRES).await?;
                let depth = DEPTH.split_once(",\n").map_or(DEPTH, |(_, depth)| depth);
                let add = format!("ALTER TABLE folders ADD COLUMN {depth}");
                run(manager, &[&filled("parent_depth", DEPTHS), &add]).await?;
                for constraint in AT_DEPTH {
                    run(manager, &[&format!("ALTER TABLE folders ADD {constraint}")]).await?;
                }
            }
        }
        run(manager, &[BY_PARENT_BEFORE]).await
    }
}
