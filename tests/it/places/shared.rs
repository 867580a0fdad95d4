//! A folder behind a link as a whole: what one page, and one file, costs does not grow with the tree, and a snapshot carries the link.

use super::make;
use crate::{
    lists::insert_files,
    on_both_databases,
    support::{Kind, TestApp, plans::plan, rebuilt, shares::Terms},
};
use cloakroom::{
    database,
    files::{
        Behind, Scope, State,
        folders::Place,
        list::{
            page::{Span, statement},
            search::Search,
        },
        shared::one_ready,
    },
    grants::Grant,
    ids::{FileId, FolderId},
    jobs::reindex::{self, Source},
};
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, StatementBuilder};
use tokio::sync::watch;

on_both_databases!(a_large_shared_folder_is_read_by_indexes, a_link_of_a_folder_survives_a_rebuild,);

const FOLDERS: u32 = 5_000;

async fn a_large_shared_folder_is_read_by_indexes(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let shared = make(app, &browser, "Shared", "").await;
    insert_files(app, &ada.id.to_string(), 4 * FOLDERS).await;
    fill(app).await;
    let share = app.share_folder(&browser, &shared, &Terms::default()).await;
    let rows = app.rows("SELECT folder_id, file_id FROM r2_files WHERE folder_id IS NOT NULL LIMIT 1", []).await;
    let low: FolderId = rows[0].try_get("", "folder_id").expect("an id");
    let file: FileId = rows[0].try_get("", "file_id").expect("an id");
    let bob = app.member().await;
    app.share_with(&browser, &shared, &bob).await;
    let folder = shared.parse().expect("an id");
    let grant = Grant::find(&app.db, folder, bob.id).await.expect("a grant");
    for scope in [Scope::Shared(Behind::Folder(folder), ada.id), grant.contents()] {
        let search = Search { place: Place::In(low), ..Search::all(scope) }.in_state(State::Ready);
        let list = plan(app, statement(&search, &Span::First, app.backend())).await;
        assert!(list.contains("r2_files_of_folder"), "{list}");
        let one = plan(app, StatementBuilder::build(&one_ready(file, scope), &app.backend())).await;
        for plan in [&list, &one] {
            for waste in ["Seq Scan on r2_files", "SCAN r2_files", "SCAN way\nSCAN", "TEMP B-TREE"] {
                assert!(!plan.contains(waste), "{waste}: {plan}");
            }
        }
    }
    let guest = app.browser();
    guest.get(&share.path).await.assert_shows(&["5,000 folders", "More folders"]);
    guest.get(&format!("{}/folders/{low}", share.path)).await.assert_shows(&["4 files", "file-"]);
    assert_eq!(guest.get(&format!("{}/files/{file}", share.path)).await.status, StatusCode::OK);
}

async fn a_link_of_a_folder_survives_a_rebuild(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let shared = make(app, &browser, "Shared", "").await;
    app.share_folder(&browser, &shared, &Terms::default()).await;
    let (state, other) = (app.instance_with(&[]).await, app.other(&[]).await);
    rebuilt::make(&state).await;
    let progress = watch::Sender::default();
    reindex::run(&other.state, &Source::Newest, database::now(), &progress).await.expect("rebuilt");
    let before = rebuilt::dump(&state).await;
    assert_eq!(before["shares"].len(), 1);
    assert_eq!(before["shares"], rebuilt::dump(&other.state).await["shares"]);
    other.finish().await;
}

/// Folders in the one that is there, and all files in them.
async fn fill(app: &TestApp) {
    let columns = "id, owner_id, parent_id, name, name_key, state_changed_at, created_at";
    let (id, numbers) = match app.kind {
        Kind::Postgres => ("gen_random_uuid()", format!("generate_series(1, {FOLDERS}) AS numbers (n)")),
        Kind::Sqlite => ("randomblob(16)", "numbers".to_owned()),
    };
    let rows = format!(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {FOLDERS})
        INSERT INTO folders ({columns}) SELECT {id}, owner_id, id, 'f' || n, 'f' || n, created_at, created_at FROM folders, {numbers}"
    );
    let fill = async |sql| app.db.unlimited().execute_unprepared(sql).await.expect("the statement runs");
    fill(&rows).await;
    let put = format!(
        "UPDATE r2_files SET owner_id = places.owner_id, folder_id = places.id FROM (
            SELECT id, owner_id, row_number() OVER (ORDER BY id) AS number FROM folders WHERE parent_id IS NOT NULL
        ) AS places WHERE places.number = r2_files.id % {FOLDERS} + 1"
    );
    fill(&put).await;
    for table in ["folders", "r2_files"] {
        app.execute(&format!("{} {table}", if app.kind == Kind::Postgres { "VACUUM ANALYZE" } else { "ANALYZE" }))
            .await;
    }
}
