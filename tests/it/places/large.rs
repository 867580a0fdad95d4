//! What is done to a folder costs the same whatever lies in it: five thousand folders with twenty thousand files, or fifty with two
//! hundred.

use super::{make, put};
use crate::{
    lists::insert_files,
    on_both_databases,
    support::{Kind, Someone, TestApp, browser::Browser, plans::plan, shares::Terms},
};
use cloakroom::{
    database,
    files::{
        Scope, State,
        folders::{Place, removal, trash},
        list::{
            page::{Span, statement},
            search::Search,
        },
    },
    jobs::trash_expiry,
};
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, QueryTrait, StatementBuilder};

on_both_databases!(
    a_large_tree_is_moved_shared_trashed_and_restored_by_as_few_rows_as_a_small_one,
    a_large_tree_is_opened_and_put_away_by_indexes,
    a_folder_of_any_height_follows_what_goes_on_in_it,
);

/// So many folders lie in a tree's top, so many in each of those, and so many files in each of these.
#[derive(Clone, Copy)]
struct Size(u32, u32, u32);

const SMALL: Size = Size(5, 10, 4);
const LARGE: Size = Size(50, 100, 4);

/// A tree of somebody's, and places to put it.
struct Tree<'a> {
    app: &'a TestApp,
    owner: Someone,
    browser: Browser<'a>,
    top: String,
    beside: String,
    below: String,
}

impl<'a> Tree<'a> {
    /// It lies in a folder, at the depth at which it would lie in `beside`.
    async fn grow(app: &'a TestApp, Size(wide, high, files): Size) -> Self {
        let owner = app.member().await;
        let browser = app.browser_of(&owner).await;
        let within = make(app, &browser, "Within", "").await;
        let top = make(app, &browser, "Tree", &within).await;
        let beside = make(app, &browser, "Beside", "").await;
        let below = make(app, &browser, "Below", &beside).await;
        insert_folders(app, &owner, ("Tree", "branch"), wide).await;
        insert_folders(app, &owner, ("branch%", "leaf"), high).await;
        insert_files(app, &owner.id.to_string(), wide * high * files).await;
        let put = format!(
            "UPDATE r2_files SET owner_id = places.owner_id, folder_id = places.id FROM (
                SELECT id, owner_id, row_number() OVER (ORDER BY id) AS number FROM folders WHERE owner_id = {} AND name LIKE 'leaf%'
            ) AS places WHERE r2_files.user_id = '{}' AND places.number = r2_files.id % {} + 1",
            literal(app, &owner), owner.id, wide * high
        );
        fill(app, &put).await;
        fill(
            app,
            "UPDATE users SET used_bytes = (SELECT coalesce(sum(size), 0) FROM r2_files WHERE owner_id = users.id)",
        )
        .await;
        for table in ["folders", "r2_files"] {
            let analyse = if app.kind == Kind::Postgres { "VACUUM ANALYZE" } else { "ANALYZE" };
            app.execute(&format!("{analyse} {table}")).await;
        }
        Self { app, owner, browser, top, beside, below }
    }

    /// How many rows of the tables that tell of folders and files are others after each of what can be done to it.
    async fn costs(&self) -> Vec<(&'static str, Vec<i64>)> {
        let (app, browser, top) = (self.app, &self.browser, self.top.as_str());
        let moved = async |to: &str| assert_eq!(put(browser, &[("folder", top)], to).await, StatusCode::SEE_OTHER);
        let posted = async |path: &str| {
            let answer = browser.send(Method::POST, path, &[("folder", top)]).await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        };
        let member = app.member().await;
        let mut costs = Vec::new();
        let mut note = async |what| costs.push((what, written(app).await));
        keep(app).await;
        moved(&self.beside).await;
        note("to a place of the same depth").await;
        moved(&self.below).await;
        note("to a deeper place").await;
        moved("top").await;
        note("to the top").await;
        app.share_folder(browser, top, &Terms::default()).await;
        note("a link").await;
        app.share_with(browser, top, &member).await;
        note("with somebody").await;
        posted("/folders/trash").await;
        note("to the trash").await;
        trash_expiry::run(&app.second_instance().await, database::now()).await.expect("run");
        note("a look at the trash").await;
        posted("/folders/restoration").await;
        note("out of it").await;
        costs
    }
}

/// However long it takes.
async fn fill(app: &TestApp, sql: &str) {
    app.db.unlimited().execute_unprepared(sql).await.expect("the statement runs");
}

fn literal(app: &TestApp, someone: &Someone) -> String {
    match app.kind {
        Kind::Postgres => format!("'{}'", someone.id),
        Kind::Sqlite => format!("x'{}'", someone.id.to_string().replace('-', "")),
    }
}

/// So many folders of a name in each of somebody's that are called so.
async fn insert_folders(app: &TestApp, owner: &Someone, (within, name): (&str, &str), count: u32) {
    let id = if app.kind == Kind::Postgres { "gen_random_uuid()" } else { "randomblob(16)" };
    let rows = format!(
        "INSERT INTO folders (id, owner_id, parent_id, name, name_key, state_changed_at, created_at)
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
        SELECT {id}, owner_id, id, '{name}' || n, '{name}' || n, created_at, created_at
        FROM folders CROSS JOIN numbers WHERE owner_id = {} AND name LIKE '{within}'",
        literal(app, owner)
    );
    fill(app, &rows).await;
}

const WATCHED: [&str; 6] = ["folders", "folder_totals", "r2_files", "users", "shares", "folder_grants"];

/// On PostgreSQL a row that is written as it was is another one, too.
fn rows(app: &TestApp, table: &str) -> String {
    match app.kind {
        Kind::Postgres => format!("SELECT ctid::text AS place, {table}::text AS written FROM {table}"),
        Kind::Sqlite => format!("SELECT rowid, * FROM {table}"),
    }
}

async fn keep(app: &TestApp) {
    for table in WATCHED {
        app.execute(&format!("DROP TABLE IF EXISTS {table}_kept")).await;
        fill(app, &format!("CREATE TABLE {table}_kept AS {}", rows(app, table))).await;
    }
}

/// How many rows are others since then, table by table.
async fn written(app: &TestApp) -> Vec<i64> {
    let mut written = Vec::new();
    for table in WATCHED {
        let others = format!("{} EXCEPT SELECT * FROM {table}_kept", rows(app, table));
        written.push(app.count(&format!("SELECT count(*) FROM ({others}) AS others")).await);
    }
    keep(app).await;
    written
}

async fn a_large_tree_is_moved_shared_trashed_and_restored_by_as_few_rows_as_a_small_one(app: &TestApp) {
    app.expect_orphans();
    let small = Tree::grow(app, SMALL).await.costs().await;
    let large = Tree::grow(app, LARGE).await.costs().await;
    assert_eq!(large, small);
    for (what, rows) in &large {
        assert!(rows.iter().sum::<i64>() <= 8, "{what}: {rows:?}");
    }
}

async fn a_large_tree_is_opened_and_put_away_by_indexes(app: &TestApp) {
    app.expect_orphans();
    let tree = Tree::grow(app, LARGE).await;
    let rows = app.rows("SELECT id FROM folders WHERE name = 'leaf1' LIMIT 1", []).await;
    let leaf = rows[0].try_get("", "id").expect("an id");
    let search = Search { place: Place::In(leaf), ..Search::all(Scope::Own(tree.owner.id)) }.in_state(State::Ready);
    let backend = app.backend();
    let statements = [
        (statement(&search, &Span::First, backend), "r2_files_of_folder"),
        (StatementBuilder::build(&trash::listed(tree.owner.id).into_query(), &backend), "folders_out_of_sight"),
        (StatementBuilder::build(&removal::all_in(State::Trashed).into_query(), &backend), "folders_out_of_sight"),
        (StatementBuilder::build(&removal::all_in(State::Purging).into_query(), &backend), "folders_out_of_sight"),
    ];
    for (statement, index) in statements {
        let plan = plan(app, statement).await;
        assert!(plan.contains(index), "{plan}");
        for waste in ["Seq Scan on r2_files", "SCAN r2_files", "Seq Scan on folders (", "SCAN folders\n"] {
            assert!(!plan.contains(waste), "{waste}: {plan}");
        }
    }
    tree.browser.get(&format!("/folders/{}", tree.top)).await.assert_shows(&["branch1"]);
}

async fn a_folder_of_any_height_follows_what_goes_on_in_it(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let mut chain = vec![make(app, &browser, "1", "").await];
    for number in 2..=6 {
        chain.push(make(app, &browser, &number.to_string(), chain.last().expect("one")).await);
    }
    let heights = async || {
        let rows = app.rows("SELECT height FROM folders ORDER BY name", []).await;
        rows.iter().map(|row| row.try_get::<i64>("", "height").expect("a number")).collect::<Vec<_>>()
    };
    assert_eq!(heights().await, [6, 5, 4, 3, 2, 1]);
    assert_eq!(put(&browser, &[("folder", &chain[3])], &chain[0]).await, StatusCode::SEE_OTHER);
    assert_eq!(heights().await, [4, 2, 1, 3, 2, 1], "the lower half lies in the first");
    assert_eq!(put(&browser, &[("folder", &chain[1])], &chain[5]).await, StatusCode::SEE_OTHER);
    assert_eq!(heights().await, [6, 2, 1, 5, 4, 3], "and the upper one in the last");
    browser.send(Method::POST, "/folders/trash", &[("folder", &chain[5])]).await;
    browser.send(Method::POST, "/trash/purge", &[("folder", &chain[5]), ("confirmed", "yes")]).await;
    trash_expiry::run(&app.second_instance().await, database::now()).await.expect("run");
    assert_eq!(heights().await, [3, 2, 1], "what is gone for ever is in none");
}
