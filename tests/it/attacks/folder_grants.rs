//! What somebody with whom a folder is shared tries to get beyond it, and others to get into it.

use crate::{
    on_both_databases,
    places::{make, put, upload_to},
    support::{Kind, TestApp, uploads::PNG},
};
use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait;

on_both_databases!(
    no_folder_or_file_outside_is_opened_through_a_shared_one,
    nobody_uses_or_ends_what_is_shared_with_another,
    nobody_shares_anothers_folder_whoever_writes,
    one_folder_has_a_hundred_people_at_most,
);

async fn no_folder_or_file_outside_is_opened_through_a_shared_one(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let above = make(app, &hers, "Above", "").await;
    let shared = make(app, &hers, "Shared", &above).await;
    let beside = make(app, &hers, "Beside", &above).await;
    let trashed = make(app, &hers, "Trashed", &shared).await;
    let deep = make(app, &hers, "Deep", &trashed).await;
    let bobs = make(app, &his, "His", "").await;
    let files = [
        app.upload(&ada, "top.png", "image/png", PNG).await,
        upload_to(app, &ada, "above.png", &format!(":{above}")).await,
        upload_to(app, &ada, "deep.png", &format!(":{deep}")).await,
        upload_to(app, &bob, "his.png", &format!(":{bobs}")).await,
    ];
    hers.send(Method::POST, "/folders/trash", &[("folder", &trashed)]).await;
    let place = app.share_with(&hers, &shared, &bob).await;
    let unknown = uuid::Uuid::now_v7().to_string();
    for id in [&*above, &beside, &trashed, &deep, &bobs, &unknown, "x", "%00", "..%2F..", &shared.to_uppercase()] {
        for path in [format!("{place}/folders/{id}"), format!("/shared/with-me/{id}")] {
            let page = his.get(&path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            for name in ["Above", "Beside", "Deep"] {
                assert!(!page.shows(name), "{path} {name}");
            }
        }
    }
    for id in files.iter().chain([&unknown]) {
        for what in ["", "/content", "/thumbnail", "/download"] {
            let path = format!("{place}/files/{id}{what}");
            assert_eq!(his.send(Method::GET, &path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
    // What an address says besides is not heard.
    let page = his.get(&format!("{place}?folder={above}&within=everywhere&name=png&user=x&state=trashed")).await;
    for name in ["above.png", "top.png", "deep.png", "his.png"] {
        assert!(!page.shows(name), "{name}");
    }
}

async fn nobody_uses_or_ends_what_is_shared_with_another(app: &TestApp) {
    let (ada, bob, eve) = (app.member().await, app.member().await, app.member().await);
    let (hers, eves) = (app.browser_of(&ada).await, app.browser_of(&eve).await);
    let (shared, other) = (make(app, &hers, "Shared", "").await, make(app, &hers, "Other", "").await);
    let file = upload_to(app, &ada, "one.png", &format!(":{shared}")).await;
    let place = app.share_with(&hers, &shared, &bob).await;
    app.share_with(&hers, &other, &eve).await;
    let rows = app.rows("SELECT id FROM folder_grants ORDER BY id", []).await;
    let grants: Vec<String> =
        rows.iter().map(|row| row.try_get::<uuid::Uuid>("", "id").expect("an id").to_string()).collect();
    let nothing = format!("/shared/with-me/{other}/folders/{shared}");
    for path in [&*place, &format!("{place}/files/{file}/content"), &format!("{place}/leaving"), &nothing] {
        assert_eq!(eves.send(Method::GET, path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let removal = |folder: &str| format!("/folders/{folder}/people/removal");
    for (browser, path, grant) in [
        (&eves, format!("{place}/leaving"), "x"),
        (&eves, removal(&shared), &*grants[0]),
        (&eves, removal(&other), &grants[1]),
        (&hers, removal(&other), &grants[0]),
        (&hers, removal(&shared), "x"),
        (&eves, format!("/folders/{shared}/people"), ""),
    ] {
        let form = [("grant", grant), ("email", &*eve.email)];
        let status = browser.send(Method::POST, &path, &form).await.status();
        assert_eq!(status, StatusCode::NOT_FOUND, "{path} {grant}");
    }
    assert_eq!(app.count("SELECT count(*) FROM folder_grants").await, 2);
}

async fn nobody_shares_anothers_folder_whoever_writes(app: &TestApp) {
    let (ada, bob, eve) = (app.member().await, app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let (shared, bobs) = (make(app, &hers, "Shared", "").await, make(app, &his, "His", "").await);
    app.share_with(&hers, &shared, &bob).await;
    let id = |text: &str| match app.kind {
        Kind::Postgres => format!("'{text}'"),
        Kind::Sqlite => format!("x'{}'", text.replace('-', "")),
    };
    let [ada, bob, eve, shared, theirs] =
        [&ada.id.to_string(), &bob.id.to_string(), &eve.id.to_string(), &shared, &bobs].map(|text| id(text));
    let insert = |folder: &str, owner: &str, member: &str| {
        let fresh = id(&uuid::Uuid::now_v7().to_string());
        format!(
            "INSERT INTO folder_grants (id, folder_id, owner_id, member_id, created_at)
            SELECT {fresh}, {folder}, {owner}, {member}, created_at FROM folder_grants"
        )
    };
    for (folder, owner, member, why) in [
        (&theirs, &ada, &eve, "another's folder"),
        (&shared, &ada, &ada, "one's own"),
        (&shared, &ada, &bob, "twice"),
        (&shared, &ada, &shared, "nobody"),
    ] {
        assert!(app.db.execute_unprepared(&insert(folder, owner, member)).await.is_err(), "{why}");
    }
    let moved = format!("UPDATE folders SET parent_id = {theirs} WHERE id = {shared}");
    assert!(app.db.execute_unprepared(&moved).await.is_err(), "a shared folder lies in another's");
    assert_eq!(put(&his, &[("folder", &bobs)], &shared).await, StatusCode::NOT_FOUND);
}

async fn one_folder_has_a_hundred_people_at_most(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let shared = make(app, &hers, "Shared", "").await;
    let fresh = if app.kind == Kind::Postgres { "gen_random_uuid()" } else { "randomblob(16)" };
    let text = if app.kind == Kind::Postgres { "gen_random_uuid()::text" } else { "hex(randomblob(16))" };
    for _ in 0..100 {
        app.execute(&format!(
            "INSERT INTO users (id, email, name, role, created_at) SELECT {fresh}, {text}, 'Many', 'member', created_at
            FROM folders"
        ))
        .await;
    }
    app.execute(&format!(
        "INSERT INTO folder_grants (id, folder_id, owner_id, member_id, created_at)
        SELECT {fresh}, folders.id, owner_id, users.id, folders.created_at FROM folders CROSS JOIN users WHERE users.name = 'Many'"
    ))
    .await;
    let people = format!("/folders/{shared}/people");
    let refused = hers.send(Method::POST, &people, &[("email", &bob.email)]).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert!(refused.text().await.expect("a page").contains("with 100 people"));
    assert_eq!(app.count("SELECT count(*) FROM folder_grants").await, 100);
}
