//! The scope is one type through the whole code (own, shared with a member, behind a link, everyone): each listing and each action through
//! all four, where what is outside is never seen and never changed.

use crate::{
    on_both_databases,
    places::{make, upload_to},
    support::{Someone, TestApp, browser::Browser, rebuilt::dump, shares::Terms, uploads::PNG},
};
use cloakroom::{
    accounts::Principal,
    database::{self, read_as},
    error::Error,
    files::{
        Behind, Ready, Scope, State,
        archive::{self, Contents},
        file::File,
        folders::Place,
        list::{
            facets::{Count, Facets},
            months::months,
            neighbours::neighbours,
            page::{Span, list_ready},
            search::{Search, SearchQuery},
            trash::{self, list_quarantined, list_trashed},
        },
        shared::{ready_ids, summary},
        transition::{self, Purgeable, Selection, Transition},
    },
    grants::Grant,
    ids::{FileId, FolderId},
    routes::table,
    web::zone::Zone,
};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

on_both_databases!(each_listing_shows_what_is_in_its_scope_alone, each_action_changes_what_is_in_its_scope_alone,);

/// What lies in the shared folder and below it, in sight.
const INSIDE: &[&str] = &["pic low.png", "pic one.png", "pic two.png"];
/// What else is its owner's, in sight.
const BESIDE: &[&str] = &["pic beside.png", "pic top.png"];
/// What else is ready: another's, and what lies in a folder that is in the trash.
const ELSEWHERE: &[&str] = &["pic bobs.png", "pic put.png"];

type Names = BTreeSet<String>;

/// A house with something in each place.
struct Furnished {
    ada: Someone,
    bob: Someone,
    files: BTreeMap<&'static str, String>,
    shared: String,
    beside: String,
}

async fn furnish(app: &TestApp) -> Furnished {
    let (ada, bob) = (app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let shared = make(app, &hers, "Shared", "").await;
    let (low, put) = (make(app, &hers, "Low", &shared).await, make(app, &hers, "Put", &shared).await);
    let beside = make(app, &hers, "Beside", "").await;
    let mut files = BTreeMap::new();
    for (name, folder) in [
        ("pic one.png", &shared),
        ("pic two.png", &shared),
        ("pic trashed.png", &shared),
        ("pic odd.png", &shared),
        ("pic low.png", &low),
        ("pic put.png", &put),
        ("pic beside.png", &beside),
    ] {
        files.insert(name, upload_to(app, &ada, name, &format!(":{folder}")).await);
    }
    files.insert("pic top.png", app.upload(&ada, "pic top.png", "image/png", PNG).await);
    files.insert("pic bobs.png", app.upload(&bob, "pic bobs.png", "image/png", PNG).await);
    hers.send(Method::POST, "/files/trash", &[("id", &files["pic trashed.png"])]).await;
    hers.send(Method::POST, "/folders/trash", &[("folder", &put)]).await;
    app.execute("UPDATE r2_files SET state = 'quarantined' WHERE file_name = 'pic odd.png'").await;
    app.share_with(&hers, &shared, &bob).await;
    Furnished { ada, bob, files, shared, beside }
}

impl Furnished {
    fn folder(&self) -> FolderId {
        self.shared.parse().expect("an id")
    }

    fn ids(&self) -> Vec<FileId> {
        self.files.values().map(|id| id.parse().expect("an id")).collect()
    }

    async fn scopes(&self, app: &TestApp) -> [(&'static str, Scope, Names); 4] {
        let grant = Grant::find(&app.db, self.folder(), self.bob.id).await.expect("a grant");
        let link = Scope::Shared(Behind::Folder(self.folder()), self.ada.id);
        let all = |parts: &[&[&str]]| parts.concat().iter().map(|name| (*name).to_owned()).collect();
        [
            ("own", Scope::Own(self.ada.id), all(&[INSIDE, BESIDE])),
            ("shared with a member", grant.contents(), all(&[INSIDE])),
            ("behind a link", link, all(&[INSIDE])),
            ("everyone", Scope::Everyone, all(&[INSIDE, BESIDE, ELSEWHERE])),
        ]
    }
}

async fn each_listing_shows_what_is_in_its_scope_alone(app: &TestApp) {
    let house = furnish(app).await;
    for (name, scope, expected) in house.scopes(app).await {
        let (listed, counted) = match scope {
            Scope::Everyone => (listings(&app.db, scope, &house).await, counts(&app.db, scope).await),
            _ => {
                let db = read_as(&app.db, house.ada.id).await.expect("reads");
                (listings(&db, scope, &house).await, counts(&db, scope).await)
            }
        };
        for (listing, shown) in listed {
            assert_eq!(shown, expected, "{name}: {listing}");
        }
        for (count, number) in counted {
            assert_eq!(number, expected.len() as u64, "{name}: {count}");
        }
    }
    for (name, scope, _) in &house.scopes(app).await[1..3] {
        let db = read_as(&app.db, house.ada.id).await.expect("reads");
        folders_of_another_show_nothing(&db, *scope, &house, name).await;
    }
}

fn names<'a, F: File + 'a>(files: impl IntoIterator<Item = &'a F>) -> Names {
    files.into_iter().map(|file| file.name().to_owned()).collect()
}

/// Each listing that shows all there is.
async fn listings(db: &impl ConnectionTrait, scope: Scope, house: &Furnished) -> Vec<(&'static str, Names)> {
    let all = Search::all(scope).in_state(State::Ready);
    let page = async |search: &Search, span: Span| list_ready(db, search, span).await.expect("a page").files;
    let first = page(&all, Span::First).await;
    let (newest, oldest) = (first.first().expect("a file"), first.last().expect("a file"));
    let mut seen = vec![("first page", names(&first))];
    let further = page(&all, Span::After(newest.cursor(&all))).await;
    seen.push(("further page", names(further.iter().chain([newest]))));
    let earlier = page(&all, Span::Before(oldest.cursor(&all))).await;
    seen.push(("page before", names(earlier.iter().chain([oldest]))));
    seen.push(("up to a place", names(&page(&all, Span::Through(oldest.cursor(&all))).await)));
    let query = SearchQuery { name: "pic".into(), within: "everywhere".into(), ..SearchQuery::default() };
    let words = query.parse(scope).expect("fine").in_state(State::Ready);
    seen.push(("search", names(&page(&words, Span::First).await)));
    let beside = neighbours(db, &all, newest).await.expect("neighbours");
    seen.push(("viewer and strip", names(beside.before.iter().chain(&beside.behind).chain([newest]))));
    let contents = Contents::of(Selection::Found(Box::new(all.clone())));
    let entries = contents.page(db, scope, None).await.expect("entries").entries;
    seen.push(("archive", names(entries.iter().map(|entry| &entry.file))));
    seen.push(("archive URLs", names(&archive::find(db, &house.ids(), scope).await.expect("files"))));
    let mut found = Vec::new();
    for id in house.ids() {
        found.extend(Ready::find(db, id, scope).await.ok());
    }
    seen.push(("one by one", names(&found)));
    let ids = ready_ids(db, &Selection::These(house.ids()), scope, 100).await.expect("ids");
    let chosen = found.iter().filter(|file| ids.contains(&file.id()));
    seen.push(("a selection", names(chosen)));
    assert_eq!(ids.len(), found.len(), "a selection");
    seen
}

/// Each count of all there is.
async fn counts(db: &impl ConnectionTrait, scope: Scope) -> Vec<(&'static str, u64)> {
    let all = Search::all(scope).in_state(State::Ready);
    let months = months(db, &all, Zone::UTC).await.expect("months");
    vec![
        ("count", Count::of_all(db, &all).await.expect("counted").number),
        ("chips", Facets::of(db, &all).await.expect("counted").count(None).number),
        ("timeline", months.iter().map(|month| month.files).sum()),
        ("summary", summary(db, &Selection::Found(Box::new(all)), scope).await.expect("summed").files),
    ]
}

async fn folders_of_another_show_nothing(db: &impl ConnectionTrait, scope: Scope, house: &Furnished, name: &str) {
    let beside: FolderId = house.beside.parse().expect("an id");
    for (place, expected) in [
        (Place::In(house.folder()), &["pic one.png", "pic two.png"][..]),
        (Place::Below(house.folder()), INSIDE),
        (Place::In(beside), &[]),
        (Place::Below(beside), &[]),
        (Place::Top, &[]),
    ] {
        for words in [vec![], vec!["pic".to_owned()]] {
            let search = Search { place, words, ..Search::all(scope) }.in_state(State::Ready);
            let shown = names(&list_ready(db, &search, Span::First).await.expect("a page").files);
            let expected: Names = expected.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(shown, expected, "{name}: {place:?}");
        }
    }
    let trashed = list_trashed(db, scope, trash::Part::First).await.expect("a page");
    assert!(trashed.files.is_empty(), "{name}: the trash");
    assert!(list_quarantined(db, scope).await.expect("a list").is_empty(), "{name}: quarantine");
}

async fn each_action_changes_what_is_in_its_scope_alone(app: &TestApp) {
    let house = furnish(app).await;
    let these = Selection::These(house.ids());
    let (by, now) = (Principal::command_line(), database::now());
    let state = app.second_instance().await;
    let before = dump(&state).await;
    for (name, scope, _) in &house.scopes(app).await[1..3] {
        for step in [Transition::Trash, Transition::Restore, Transition::Quarantine, Transition::Release] {
            let refused = transition::apply(&app.db, step, &these, *scope, &by, now).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{name}: {step:?}");
        }
        let refused = transition::purge(&app.db, Purgeable::Trashed, &these, *scope, &by, now).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{name}: purge");
    }
    let link = app.share_folder(&app.browser_of(&house.ada).await, &house.shared, &Terms::default()).await;
    let shared = dump(&state).await;
    try_all(&app.browser_of(&house.bob).await, &house, &link.path).await;
    try_all(&app.browser(), &house, &link.path).await;
    let entries = app.post_json(&house.bob, "/archives/entries", &json!({ "folder": house.shared })).await;
    assert_eq!(entries.status(), 404);
    let mut after = dump(&state).await;
    // Of his own he may make some.
    after.get_mut("folders").expect("folders").retain(|row| !row.contains("pic renamed"));
    for table in ["r2_files", "folders", "folder_grants", "share_files"] {
        assert_eq!(before[table], after[table], "{table}");
    }
    assert_eq!(shared["shares"].len(), after["shares"].len());
    let own = transition::apply(&app.db, Transition::Trash, &these, Scope::Own(house.ada.id), &by, now).await;
    let moved = own.expect("moved").count;
    let bobs = app.count("SELECT count(*) FROM r2_files WHERE file_name = 'pic bobs.png' AND state = 'ready'").await;
    assert_eq!(moved, INSIDE.len() + BESIDE.len(), "what is hers, in sight");
    assert_eq!(bobs, 1, "it is not hers");
    let all = transition::apply(&app.db, Transition::Trash, &these, Scope::Everyone, &by, now).await;
    assert_eq!(all.expect("moved").count, ELSEWHERE.len(), "what was left");
}

/// Sends every form there is, of each file and folder of Ada, from wherever somebody sees them.
async fn try_all(browser: &Browser<'_>, house: &Furnished, link: &str) {
    let apart = ["/account", "/sign-out", "/admin", "/set-up", "/sign-in", "/invitations", "/password"];
    let others = |path: &str| !apart.iter().any(|one| path.starts_with(one)) && !path.ends_with("/leaving");
    let secret = link.trim_start_matches("/s/");
    for entry in table().iter().filter(|entry| entry.method.as_str() != "GET" && others(entry.path)) {
        let ids = house.files.iter().filter(|(name, _)| **name != "pic bobs.png").map(|(_, id)| id);
        for id in ids.chain([&house.shared, &house.beside]) {
            let path = entry.path.replace("{id}", id).replace("{link}", secret).replace("{folder}", &house.shared);
            // What is only read or counted through the link changes none of it.
            let form = [
                ("id", id.as_str()),
                ("folder", id),
                ("to", "top"),
                ("name", "pic renamed.png"),
                ("starred", "yes"),
                ("confirmed", "yes"),
                ("grant", id),
                ("email", &house.bob.email),
            ];
            let method: Method = entry.method.as_str().parse().expect("a method");
            let status = browser.send(method, &path, &form).await.status();
            assert!(!status.is_server_error(), "{path}: {status}");
        }
    }
}
