//! Each listing shows the caller's rows alone, even where the application forgets to ask for them.

use super::without_filter::WithoutFilter;
use crate::{
    lists::insert_files,
    support::{Kind, Someone, TestApp, plans::plan_of, uploads::PNG},
};
use cloakroom::{
    accounts::{sessions, tokens},
    audit,
    database::{self, read_as},
    files::{
        Kept, Ready, Scope, State,
        file::File,
        list::{
            facets::{Count, Facets},
            months::months,
            neighbours::neighbours,
            page::{Span, list_ready, statement},
            search::{Order, Search, SearchQuery},
            trash::{self, list_quarantined, list_trashed},
        },
        transition::{self, Selection},
    },
    ids::FileId,
    web::zone::Zone,
};
use sea_orm::ConnectionTrait;
use std::fmt::Debug;

#[tokio::test]
async fn every_listing_without_its_own_filter_shows_the_callers_rows_alone() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    app.expect_orphans();
    let (ada, bob) = (app.member().await, app.member().await);
    for someone in [&ada, &bob] {
        furnish(&app, someone).await;
    }
    // One file of each at each time.
    let at = "'2026-10-01T00:00:00Z'::timestamptz + substr(name_key, 6)::int * interval '1 hour'";
    app.execute(&format!("UPDATE r2_files SET taken_at = {at}, upload_timestamp = {at}")).await;
    let others = [first_of(&app, &bob, "ready").await, first_of(&app, &bob, "trashed").await];
    let asked = seen(&app.db, &ada, &others).await;
    let bound = read_as(&app.db, ada.id).await.expect("reads");
    let shown = seen(&WithoutFilter(&bound), &ada, &others).await;
    drop(bound);
    // As the owner of the tables, whom no policy binds: each listing has something of Bob's to show.
    let unbound = seen(&WithoutFilter(&app.db), &ada, &others).await;
    for ((one, other), free) in asked.iter().zip(&shown).zip(&unbound) {
        assert_eq!(one, other);
        assert_ne!(one, free);
    }
    assert_eq!((asked.len(), unbound.len()), (shown.len(), shown.len()));
    app.finish().await;
}

#[tokio::test]
async fn the_history_of_a_file_is_its_owners_alone() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    let (ada, bob) = (app.member().await, app.member().await);
    app.upload(&ada, "holiday.png", "image/png", PNG).await;
    let file = first_of(&app, &ada, "ready").await;
    let count = async |someone: &Someone| {
        let reads = read_as(&app.db, someone.id).await.expect("reads");
        audit::list_of_file(&reads, file, 10).await.expect("a history").len()
    };
    assert_eq!((count(&ada).await, count(&bob).await), (1, 0));
    // As when Ada's account is deleted and Bob inherits: what happened before is the file's history still.
    app.execute(&format!("UPDATE r2_files SET user_id = '{0}', owner_id = '{0}'", bob.id)).await;
    assert_eq!((count(&ada).await, count(&bob).await), (1, 1));
    app.execute(&format!("UPDATE r2_files SET user_id = '{0}', owner_id = '{0}'", ada.id)).await;
    app.finish().await;
}

/// LIKE is not leakproof, so no trigrams are used where a policy stands before: the view is the way around.
#[tokio::test]
async fn words_are_found_by_trigrams_and_lists_are_read_from_their_indexes() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    app.expect_orphans();
    let (ada, bob) = (app.member().await, app.member().await);
    insert_files(&app, &bob.id.to_string(), 20_000).await;
    insert_files(&app, &ada.id.to_string(), 20_000).await;
    let reads = read_as(&app.db, ada.id).await.expect("reads");
    let search = search("file-19999", &ada);
    let plan = plan_of(&reads, statement(&search, &Span::First, app.backend())).await;
    assert!(plan.contains("r2_files_by_trigrams"), "{plan}");
    for order in Order::ALL {
        let search = Search { order, ..Search::all(Scope::Own(ada.id)) }.in_state(State::Ready);
        let plan = plan_of(&reads, statement(&search, &Span::First, app.backend())).await;
        assert!(plan.contains("r2_files_of_user"), "{order:?}: {plan}");
        assert!(!plan.contains("Removed by Filter"), "{order:?}: {plan}");
    }
    drop(reads);
    app.finish().await;
}

/// Files of every state, sessions, tokens and events.
async fn furnish(app: &TestApp, someone: &Someone) {
    insert_files(app, &someone.id.to_string(), 60).await;
    for (state, numbers) in [("trashed", "'file-00001', 'file-00002'"), ("quarantined", "'file-00003'")] {
        let sql = "UPDATE r2_files SET state = '{state}' WHERE user_id = '{id}' AND name_key IN ({numbers})";
        let sql = sql.replace("{state}", state).replace("{id}", &someone.id.to_string());
        app.execute(&sql.replace("{numbers}", numbers)).await;
    }
    app.execute(&format!(
        "INSERT INTO audit_events (at, actor, action, user_id, file_id, subject, detail, address)
        VALUES (now(), 'Cloakroom', 'file.removed', '{}', gen_random_uuid(), 'of {}', '', '')",
        someone.id, someone.email
    ))
    .await;
    app.browser_of(someone).await;
}

async fn first_of(app: &TestApp, someone: &Someone, state: &str) -> FileId {
    let sql = format!(
        "SELECT file_id FROM r2_files WHERE user_id = '{}' AND state = '{state}' ORDER BY name_key DESC LIMIT 1",
        someone.id
    );
    app.rows(&sql, []).await[0].try_get_by_index(0).expect("an id")
}

fn search(words: &str, someone: &Someone) -> Search {
    let query = SearchQuery { name: words.into(), ..SearchQuery::default() };
    query.parse(Scope::Own(someone.id)).expect("fine").in_state(State::Ready)
}

fn names<F: File>(files: &[F]) -> Vec<(String, String)> {
    files.iter().map(|file| (file.owner().to_owned(), file.name().to_owned())).collect()
}

/// What every listing of Ada's shows; `others` is a file of somebody else, and one in their trash.
async fn seen(db: &impl ConnectionTrait, ada: &Someone, others: &[FileId; 2]) -> Vec<(&'static str, String)> {
    let (scope, now) = (Scope::Own(ada.id), database::now());
    let all = Search::all(scope).in_state(State::Ready);
    let (images, rare, words) = (
        Search { kind: Some(cloakroom::files::Kind::Image), ..all.clone() },
        search("file-00009", ada),
        search("file 0001", ada),
    );
    let mut seen = Vec::new();
    let mut note = |name, shown: &dyn Debug| seen.push((name, format!("{shown:?}")));
    for order in Order::ALL {
        let page = list_ready(db, &Search { order, ..all.clone() }, Span::First).await.expect("a page");
        let (shown, end) = (names(&page.files), page.end.clone().expect("an end"));
        note(order.as_str(), &shown);
        let next = list_ready(db, &Search { order, ..all.clone() }, Span::After(end)).await.expect("a page");
        note("the next page", &names(&next.files));
    }
    for (name, search) in [("images", &images), ("a rare name", &rare), ("words", &words)] {
        note(name, &names(&list_ready(db, search, Span::First).await.expect("a page").files));
        note("their facets", &Facets::of(db, search).await.expect("counted"));
    }
    for search in [&all, &words] {
        let months = months(db, search, Zone::UTC).await.expect("months");
        note("months", &months.iter().map(|month| (month.day, month.files)).collect::<Vec<_>>());
    }
    let page = list_ready(db, &rare, Span::First).await.expect("a page");
    let beside = neighbours(db, &all, &page.files[0]).await.expect("neighbours");
    note("neighbours", &(names(&beside.before), names(&beside.behind), beside.counts));
    let trashed = list_trashed(db, scope, trash::Part::First).await.expect("a page");
    let count = Count::of_all(db, &Search::all(scope).in_state(State::Trashed)).await.expect("counted");
    let gone = transition::count(db, &Selection::All, scope, State::Trashed).await.expect("counted");
    note("trash", &(names(&trashed.files), count, gone));
    note("quarantine", &names(&list_quarantined(db, scope).await.expect("a list")));
    let (file, kept) = (Ready::find(db, others[0], scope).await, Kept::find(db, others[1], scope).await);
    note("a file", &(file.map(|file| file.id()).ok(), kept.map(|file| file.id()).ok()));
    note("sessions", &sessions::list(db, ada.id, now).await.expect("a list").len());
    note("tokens", &tokens::list(db, ada.id).await.expect("a list").len());
    note("events", &audit::list_of_account(db, ada.id, 100).await.expect("a list").len());
    let removals = audit::list_removals(db, ada.id, now - chrono::TimeDelta::days(1), 5).await.expect("a list");
    note("removals", &removals.iter().map(|event| event.subject.clone()).collect::<Vec<_>>());
    seen
}
