//! What somebody who downloads all that is behind a link tries to get beyond it, or for longer than they may.

use crate::{
    on_both_databases,
    places::{make, upload_to},
    support::{TestApp, browser::Browser, shares::Terms, uploads::PNG},
};
use cloakroom::accounts::Role;
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    the_permit_of_one_link_is_worth_nothing_at_another,
    a_permit_ends_with_what_it_was_given_for,
    a_permit_opens_no_file_that_is_not_behind_the_link,
    of_a_hundred_at_once_at_three_instances_one_begins_the_last_download,
    of_a_hundred_numbers_at_once_one_is_counted_and_its_number_counts_no_more,
    no_number_of_a_download_is_good_elsewhere,
    #[with("CLIENT_IP_HEADER" => "X-Client")]
    who_asks_without_end_is_slowed_down,
);

async fn the_permit_of_one_link_is_worth_nothing_at_another(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let terms = Terms { most_downloads: "1", ..Terms::default() };
    let (one, other) = (app.share(&browser, &[&id], &terms).await, app.share(&browser, &[&id], &terms).await);
    let guest = app.browser();
    let (_, permit) = one.begin_archive(&guest, &json!({})).await;
    for forged in [&*permit, "", ".", "x.y", &permit[1..], &permit[..permit.len() - 1], "\u{0}"] {
        let answer = other.ask_archive(&guest, "urls", &json!({ "permit": forged, "ids": [id] })).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT, "{forged}");
    }
    other.begin_archive(&guest, &json!({ "permit": permit })).await;
    let taken = app.count("SELECT count(*) FROM shares WHERE downloads = 1").await;
    assert_eq!(taken, 2, "with another's permit a download is counted as without one");
    // What a cookie of ours says is no permit.
    let locked = app.share(&browser, &[&id], &Terms { password: "fjord-lantern", ..Terms::default() }).await;
    guest.send(Method::POST, &format!("{}/password", locked.path), &[("password", "fjord-lantern")]).await;
    let cookie = guest.cookie_named("cloakroom-share").expect("a cookie");
    let answer = locked.ask_archive(&guest, "urls", &json!({ "permit": cookie, "ids": [id] })).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
}

async fn a_permit_ends_with_what_it_was_given_for(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let (browser, admins) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let folder = make(app, &browser, "Shared", "").await;
    let id = upload_to(app, &ada, "one.png", &format!(":{folder}")).await;
    upload_to(app, &ada, "two.png", &format!(":{folder}")).await;
    let terms = Terms { password: "fjord-lantern", most_downloads: "1", ..Terms::default() };
    let share = app.share_folder(&browser, &folder, &terms).await;
    let guest = app.browser();
    guest.send(Method::POST, &format!("{}/password", share.path), &[("password", "fjord-lantern")]).await;
    let (_, permit) = share.begin_archive(&guest, &json!({})).await;
    // How many URLs it is good for; none: it is refused.
    let urls = async |permit: &str| {
        let body = json!({ "permit": permit, "ids": [id] });
        let answer: Value = share.ask_archive(&guest, "urls", &body).await.json().await.expect("JSON");
        answer["urls"].as_array().map(Vec::len)
    };
    assert_eq!(urls(&permit).await, Some(1));
    let link = format!("/shares/{}", share.id);
    let account = format!("/admin/users/{}", ada.id);
    for (who, close, open, form, left) in [
        (&browser, "/files/trash".into(), "/files/restoration".into(), ("id", &*id), Some(0)),
        (&admins, "/admin/files/quarantine".into(), "/admin/files/release".into(), ("id", &*id), Some(0)),
        (&browser, "/folders/trash".into(), "/folders/restoration".into(), ("folder", &*folder), None),
        (&browser, format!("{link}/pause"), format!("{link}/continuation"), ("state", "active"), None),
        (&browser, format!("{link}/end"), format!("{link}/restoration"), ("state", "active"), None),
        (&admins, format!("{account}/disablement"), format!("{account}/enablement"), ("", ""), None),
    ] {
        who.send(Method::POST, &close, &[form]).await;
        assert_eq!(urls(&permit).await, left, "{close}");
        who.send(Method::POST, &open, &[form]).await;
        assert_eq!(urls(&permit).await, Some(1), "{open}");
    }
    app.execute("UPDATE shares SET ends_at = created_at").await;
    assert_eq!(urls(&permit).await, None, "its time is over");
    app.execute("UPDATE shares SET ends_at = NULL, password_version = password_version + 1").await;
    assert_eq!(urls(&permit).await, None, "its password is another one");
}

async fn a_permit_opens_no_file_that_is_not_behind_the_link(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let browser = app.browser_of(&ada).await;
    let shown = app.upload(&ada, "one.png", "image/png", PNG).await;
    let removed = app.upload(&ada, "two.png", "image/png", PNG).await;
    let hidden = app.upload(&ada, "three.png", "image/png", PNG).await;
    let bobs = app.upload(&bob, "four.png", "image/png", PNG).await;
    let folder = make(app, &browser, "Hidden", "").await;
    let share = app.share(&browser, &[&shown, &removed], &Terms::default()).await;
    let guest = app.browser();
    let (_, permit) = share.begin_archive(&guest, &json!({})).await;
    remove_from_links(app, &removed).await;
    let unknown = uuid::Uuid::now_v7().to_string();
    let all = json!({ "permit": permit, "ids": [shown, removed, hidden, bobs, unknown] });
    let found: Value = share.ask_archive(&guest, "urls", &all).await.json().await.expect("JSON");
    assert_eq!(found["urls"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["urls"][0]["fileId"], json!(shown));
    for id in ["x", "..", "\u{0}"] {
        let answer = share.ask_archive(&guest, "urls", &json!({ "permit": permit, "ids": [id] })).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{id:?}");
    }
    for asked in [json!({ "folder": folder }), json!({ "folder": "x" }), json!({ "after": "x" })] {
        let answer = share.ask_archive(&guest, "entries", &asked).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{asked}");
    }
    for nonsense in [json!({ "ids": 5 }), json!({ "permit": {} }), json!("x")] {
        let status = share.ask_archive(&guest, "entries", &nonsense).await.status();
        assert!(status.is_client_error(), "{nonsense}: {status}");
    }
    let shared = make(app, &browser, "Shared", "").await;
    upload_to(app, &ada, "five.png", &format!(":{shared}")).await;
    let of_folder = app.share_folder(&browser, &shared, &Terms::default()).await;
    let beside = of_folder.ask_archive(&guest, "entries", &json!({ "folder": folder })).await;
    assert_eq!(beside.status(), StatusCode::NOT_FOUND, "a folder that is not below the shared one");
}

async fn of_a_hundred_at_once_at_three_instances_one_begins_the_last_download(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let one = app.upload(&ada, "one.png", "image/png", PNG).await;
    let two = app.upload(&ada, "two.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&one, &two], &Terms { most_downloads: "1", ..Terms::default() }).await;
    let (second, third) = tokio::join!(app.another_instance(), app.another_instance());
    let urls = [&*app.url, &*second.url, &*third.url];
    let asked = (0..100).map(|number| {
        let place = format!("{}{}/archive/entries", urls[number % 3], share.path);
        async move { app.client.post(place).json(&json!({})).send().await.expect("an answer").status() }
    });
    let answers = join_all(asked).await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::OK).count(), 1);
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::CONFLICT).count(), 99);
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
    second.stop().await;
    third.stop().await;
}

async fn of_a_hundred_numbers_at_once_one_is_counted_and_its_number_counts_no_more(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let one = app.upload(&ada, "one.png", "image/png", PNG).await;
    let two = app.upload(&ada, "two.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&one, &two], &Terms { most_downloads: "1", ..Terms::default() }).await;
    let other = app.another_instance().await;
    let urls = [&*app.url, &*other.url];
    let ask = |place: usize, number: usize| {
        let url = format!("{}{}/archive/entries", urls[place % 2], share.path);
        let body = json!({ "download": format!("{number:032x}") });
        async move { app.client.post(url).json(&body).send().await.expect("an answer").status() }
    };
    let answers = join_all((0..100).map(|number| ask(number, number))).await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::CONFLICT).count(), 99);
    let counted = answers.iter().position(|status| *status == StatusCode::OK).expect("one");
    assert_eq!(app.count("SELECT downloads FROM shares").await, 1);
    let again = join_all((0..50).map(|place| ask(place, counted))).await;
    assert!(again.iter().all(|status| *status == StatusCode::OK), "{again:?}");
    // One whose answers were all lost, asked for at both instances at once.
    app.execute("UPDATE shares SET most_downloads = 2").await;
    let at_once = join_all((0..50).map(|place| ask(place, 1_000))).await;
    assert!(at_once.iter().all(|status| *status == StatusCode::OK), "{at_once:?}");
    assert_eq!(app.count("SELECT downloads FROM shares").await, 2);
    other.stop().await;
}

async fn no_number_of_a_download_is_good_elsewhere(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let terms = Terms { most_downloads: "1", ..Terms::default() };
    let (one, other) = (app.share(&browser, &[&id], &terms).await, app.share(&browser, &[&id], &terms).await);
    let guest = app.browser();
    let number = json!({ "download": "0".repeat(32) });
    one.begin_archive(&guest, &number).await;
    other.begin_archive(&guest, &number).await;
    assert_eq!(app.count("SELECT count(*) FROM shares WHERE downloads = 1").await, 2, "each link counts its own");
    for bad in ["", "%", "_", &"%".repeat(32), &"_".repeat(32), &"A".repeat(32), &"0".repeat(33), "' || ''--", "\u{0}"]
    {
        let answer = one.ask_archive(&guest, "entries", &json!({ "download": bad })).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{bad:?}");
    }
    for close in ["pause", "end"] {
        browser.send(Method::POST, &format!("/shares/{}/{close}", one.id), &[("state", "active")]).await;
        let answer = one.ask_archive(&guest, "entries", &number).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT, "{close}");
    }
}

async fn who_asks_without_end_is_slowed_down(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms::default()).await;
    let place = format!("{}{}/archive/urls", app.url, share.path);
    let ask = async |from: &'static str| {
        let request = app.client.post(&place).header("X-Client", from).json(&json!({ "ids": [] }));
        request.send().await.expect("an answer").status()
    };
    let answers = join_all((0..600).map(|_| ask("192.0.2.1"))).await;
    assert!(answers.contains(&StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(ask("192.0.2.2").await, StatusCode::CONFLICT, "somebody elsewhere has no permit, and is told so");
    assert_eq!(guest_page(&app.browser(), &share.path).await, StatusCode::OK);
}

async fn guest_page(guest: &Browser<'_>, path: &str) -> StatusCode {
    guest.get(path).await.status
}

async fn remove_from_links(app: &TestApp, id: &str) {
    let id: uuid::Uuid = id.parse().expect("an id");
    let sql = "DELETE FROM share_files WHERE file_id = $1";
    let statement = sea_orm::Statement::from_sql_and_values(app.backend(), sql, [id.into()]);
    sea_orm::ConnectionTrait::execute_raw(&app.db, statement).await.expect("removed");
}
