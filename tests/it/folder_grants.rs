//! Folders that people share with others who have an account: what both see, and when that ends.

use crate::{
    on_both_databases,
    places::{make, put, upload_to},
    support::{TestApp, browser::Browser},
};
use cloakroom::{accounts::Role, database, jobs::deletions};
use reqwest::{Method, StatusCode};

on_both_databases!(
    a_member_sees_what_is_in_a_shared_folder_now_and_nothing_above,
    a_search_in_a_shared_folder_finds_what_lies_below_it_alone,
    files_of_a_shared_folder_are_looked_at_and_downloaded,
    access_ends_at_once_whatever_ends_it,
    an_owner_adds_and_removes_people_and_takes_that_back,
    an_email_of_nobody_is_answered_as_one_of_a_disabled_account,
    a_member_leaves_a_folder_and_is_asked_before,
    what_is_shared_with_people_is_listed_and_in_the_log,
    a_grant_goes_with_its_folder_and_with_either_account,
);

async fn status(browser: &Browser<'_>, place: &str) -> u16 {
    browser.send(Method::GET, place, &[]).await.status().as_u16()
}

async fn a_member_sees_what_is_in_a_shared_folder_now_and_nothing_above(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let travels = make(app, &hers, "Travels", "").await;
    let iceland = make(app, &hers, "Iceland", &travels).await;
    let coast = make(app, &hers, "Coast", &iceland).await;
    upload_to(app, &ada, "above.png", &format!(":{travels}")).await;
    let high = upload_to(app, &ada, "high.png", &format!(":{iceland}")).await;
    let low = upload_to(app, &ada, "low.png", &format!(":{coast}")).await;
    assert!(his.get("/shared/with-me").await.shows("Nothing is shared with you."));
    let place = app.share_with(&hers, &iceland, &bob).await;
    let list = his.get("/shared/with-me").await;
    list.assert_shows(&["Iceland", "1 folder, 1 file", &place]);
    let page = his.get(&place).await;
    page.assert_shows(&[">Iceland</h1>", "Shared by Person", "high.png", ">Coast<", &format!("{place}/files/{high}")]);
    for hidden in ["Travels", "above.png", "low.png", "data-folder-menu", "data-selection", "/files/trash"] {
        assert!(!page.shows(hidden), "{hidden}");
    }
    let below = format!("{place}/folders/{coast}");
    let page = his.get(&below).await;
    page.assert_shows(&[">Coast</h1>", "low.png", &format!("<a href=\"{place}\">Iceland</a>")]);
    assert!(!page.shows("Travels"));
    let page = his.get(&format!("{place}/files/{low}")).await;
    page.assert_shows(&["low.png", &format!("href=\"{below}?at=")]);
    assert!(!page.shows("high.png"), "the viewer stays in the file's own folder");
    upload_to(app, &ada, "later.png", &format!(":{iceland}")).await;
    his.get(&place).await.assert_shows(&["later.png"]);
    assert!(!his.get("/").await.shows("high.png"), "it is not his own");
}

async fn a_search_in_a_shared_folder_finds_what_lies_below_it_alone(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let iceland = make(app, &hers, "Iceland", "").await;
    let coast = make(app, &hers, "Coast", &iceland).await;
    upload_to(app, &ada, "puffin low.png", &format!(":{coast}")).await;
    upload_to(app, &ada, "puffin high.png", &format!(":{iceland}")).await;
    upload_to(app, &ada, "geyser.png", &format!(":{iceland}")).await;
    app.upload(&ada, "puffin outside.png", "image/png", crate::support::uploads::PNG).await;
    let place = app.share_with(&hers, &iceland, &bob).await;
    let found = his.get(&format!("{place}?name=puffin")).await;
    found.assert_shows(&["puffin low.png", "puffin high.png"]);
    for hidden in ["outside", "geyser"] {
        assert!(!found.shows(hidden), "{hidden}");
    }
    let found = his.get(&format!("{place}/folders/{coast}?name=puffin")).await;
    found.assert_shows(&["puffin low.png"]);
    assert!(!found.shows("puffin high.png"), "it lies above");
    his.get(&format!("{place}?name=walrus")).await.assert_shows(&["No file matches."]);
    let odd = format!("{place}?name=%00&after=x&folders=%00&at=-1");
    assert_eq!(status(&his, &odd).await, 200, "what makes no sense is left out");
}

async fn files_of_a_shared_folder_are_looked_at_and_downloaded(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let iceland = make(app, &hers, "Iceland", "").await;
    let file = upload_to(app, &ada, "one.png", &format!(":{iceland}")).await;
    let place = app.share_with(&hers, &iceland, &bob).await;
    for what in ["content", "download"] {
        let answer = his.send(Method::GET, &format!("{place}/files/{file}/{what}"), &[]).await;
        assert_eq!(answer.status(), StatusCode::FOUND, "{what}");
        let url = answer.headers()["location"].to_str().expect("text").to_owned();
        assert!(url.contains("X-Amz-Expires=60"), "it does not outlive its end for long: {url}");
        let bytes = app.client.get(url).send().await.expect("an answer").bytes().await.expect("bytes");
        assert_eq!(bytes, crate::support::uploads::PNG);
    }
    assert_eq!(status(&his, &format!("{place}/files/{file}/thumbnail")).await, 404, "it has none");
}

async fn access_ends_at_once_whatever_ends_it(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let (hers, his, admins) = (app.browser_of(&ada).await, app.browser_of(&bob).await, app.browser_of(&admin).await);
    let above = make(app, &hers, "Above", "").await;
    let shared = make(app, &hers, "Iceland", &above).await;
    let low = make(app, &hers, "Low", &shared).await;
    let file = upload_to(app, &ada, "one.png", &format!(":{low}")).await;
    let place = app.share_with(&hers, &shared, &bob).await;
    let statuses = async || {
        let (folder, file) = (format!("{place}/folders/{low}"), format!("{place}/files/{file}"));
        [status(&his, &place).await, status(&his, &folder).await, status(&his, &format!("{file}/content")).await]
    };
    let (open, shut) = ([200, 200, 302], [404, 404, 404]);
    assert_eq!(statuses().await, open);
    for folder in [&shared, &above] {
        hers.send(Method::POST, "/folders/trash", &[("folder", folder)]).await;
        assert_eq!(statuses().await, shut, "in the trash");
        his.get(&place).await.assert_shows(&["This folder is not shared with you"]);
        assert!(!his.get("/shared/with-me").await.shows("Iceland"));
        hers.send(Method::POST, "/folders/restoration", &[("folder", folder)]).await;
        assert_eq!(statuses().await, open);
    }
    put(&hers, &[("id", &file)], &above).await;
    assert_eq!(statuses().await, [200, 200, 404], "the file is elsewhere");
    put(&hers, &[("id", &file)], &low).await;
    put(&hers, &[("folder", &low)], &above).await;
    assert_eq!(statuses().await, [200, 404, 404], "its folder is elsewhere");
    put(&hers, &[("folder", &low)], &shared).await;
    hers.send(Method::POST, "/files/trash", &[("id", &file)]).await;
    assert_eq!(statuses().await, [200, 200, 404], "the file is in the trash");
    hers.send(Method::POST, "/files/restoration", &[("id", &file)]).await;
    admins.send(Method::POST, "/admin/files/quarantine", &[("id", &file)]).await;
    assert_eq!(statuses().await, [200, 200, 404], "the file is in quarantine");
    admins.send(Method::POST, "/admin/files/release", &[("id", &file)]).await;
    let account = |id: &dyn std::fmt::Display, what: &str| format!("/admin/users/{id}/{what}");
    admins.send(Method::POST, &account(&ada.id, "disablement"), &[]).await;
    assert_eq!(statuses().await, shut, "its owner is shut out");
    assert!(!his.get("/shared/with-me").await.shows("Iceland"));
    admins.send(Method::POST, &account(&ada.id, "enablement"), &[]).await;
    assert_eq!(statuses().await, open);
    admins.send(Method::POST, &account(&bob.id, "disablement"), &[]).await;
    assert_eq!(statuses().await, [303, 303, 303], "the member is shut out");
}

async fn an_owner_adds_and_removes_people_and_takes_that_back(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let iceland = make(app, &hers, "Iceland", "").await;
    hers.get(&format!("/shares/new?folder={iceland}")).await.assert_shows(&["With people"]);
    let place = app.share_with(&hers, &iceland, &bob).await;
    let people = format!("/folders/{iceland}/people");
    let again = hers.get(&people).await;
    hers.submit(&again, &people, &[("email", &bob.email.to_uppercase())]).await;
    assert_eq!(app.count("SELECT count(*) FROM folder_grants").await, 1, "once is enough");
    let page = hers.get(&people).await;
    let removed = hers.submit(&page, &format!("{people}/removal"), &[]).await;
    removed.assert_shows(&["Not shared with them any more.", "Nobody yet.", "Undo"]);
    assert_eq!(status(&his, &place).await, 404);
    hers.submit(&removed, &people, &[("email", &bob.email)]).await.assert_shows(&["Shared with Person.", &bob.email]);
    assert_eq!(status(&his, &place).await, 200, "the address is the same as before");
}

async fn an_email_of_nobody_is_answered_as_one_of_a_disabled_account(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let hers = app.browser_of(&ada).await;
    let iceland = make(app, &hers, "Iceland", "").await;
    let people = format!("/folders/{iceland}/people");
    let disable = format!("/admin/users/{}/disablement", bob.id);
    app.browser_of(&admin).await.send(Method::POST, &disable, &[]).await;
    let page = hers.get(&people).await;
    let words = async |email: &str| {
        let refused = hers.submit(&page, &people, &[("email", email)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        refused.assert_shows(&["Nobody to share with has this email."]);
    };
    for email in ["nobody@example.com", &bob.email, "no email", "", "\0"] {
        words(email).await;
    }
    hers.submit(&page, &people, &[("email", &ada.email)]).await.assert_shows(&["This is your own email."]);
    for _ in 0..5 {
        words("nobody@example.com").await;
    }
    let slowed = hers.send(Method::POST, &people, &[("email", "another@example.com")]).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.headers().contains_key("retry-after"));
}

async fn a_member_leaves_a_folder_and_is_asked_before(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let iceland = make(app, &hers, "Iceland", "").await;
    let place = app.share_with(&hers, &iceland, &bob).await;
    let question = his.get(&format!("{place}/leaving")).await;
    question.assert_shows(&["Leave “Iceland”?"]);
    assert_eq!(status(&his, &place).await, 200, "asking ends nothing");
    let left = his.submit(&question, &format!("{place}/leaving"), &[]).await;
    left.assert_shows(&["You left the folder.", "Nothing is shared with you."]);
    assert_eq!(status(&his, &place).await, 404);
    hers.get(&format!("/folders/{iceland}/people")).await.assert_shows(&["Nobody yet."]);
}

async fn what_is_shared_with_people_is_listed_and_in_the_log(app: &TestApp) {
    let (ada, bob, admin) = (app.member().await, app.member().await, app.someone(Role::Admin).await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let iceland = make(app, &hers, "Iceland", "").await;
    let place = app.share_with(&hers, &iceland, &bob).await;
    hers.get("/shared").await.assert_shows(&["With people", "Iceland", &format!("/folders/{iceland}/people")]);
    assert!(his.get("/shared").await.shows("You share nothing."));
    let below = make(app, &hers, "Below", &iceland).await;
    hers.get("/").await.assert_shows(&["Shared · 1 folder"]);
    let page = hers.get(&format!("/folders/{below}")).await;
    page.assert_shows(&["Shared with", ">1 person</a>", &format!("/folders/{iceland}/people")]);
    assert!(!his.get(&place).await.shows("Shared · "));
    let people = format!("/folders/{iceland}/people");
    let page = hers.get(&people).await;
    hers.submit(&page, &format!("{people}/removal"), &[]).await;
    app.share_with(&hers, &iceland, &bob).await;
    his.send(Method::POST, &format!("{place}/leaving"), &[]).await;
    let log = app.browser_of(&admin).await.get("/admin/events").await;
    let with = format!("with {}", bob.email);
    log.assert_shows(&["Folder shared with a person", "Person taken off a shared folder", "Shared folder left", &with]);
}

async fn a_grant_goes_with_its_folder_and_with_either_account(app: &TestApp) {
    let (ada, bob, eve, admin) =
        (app.member().await, app.member().await, app.member().await, app.someone(Role::Admin).await);
    let (hers, admins) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    let (one, other) = (make(app, &hers, "One", "").await, make(app, &hers, "Other", "").await);
    for member in [&bob, &eve] {
        app.share_with(&hers, &one, member).await;
        app.share_with(&hers, &other, member).await;
    }
    let count = async || app.count("SELECT count(*) FROM folder_grants").await;
    hers.send(Method::POST, "/folders/trash", &[("folder", &one)]).await;
    hers.send(Method::POST, "/trash/purge", &[("folder", &one), ("confirmed", "yes")]).await;
    cloakroom::jobs::trash_expiry::run(&app.second_instance().await, database::now()).await.expect("run");
    assert_eq!(count().await, 2, "the folder is gone for ever");
    for (gone, left) in [(&bob, 1), (&ada, 0)] {
        let form = [("files", &*admin.id.to_string()), ("confirmation", &*gone.email)];
        admins.send(Method::POST, &format!("/admin/users/{}/delete", gone.id), &form).await;
        deletions::run(&app.second_instance().await, database::now()).await.expect("given away");
        assert_eq!(count().await, left, "an account is gone");
    }
}
