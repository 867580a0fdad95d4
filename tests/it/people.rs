//! Accounts as admins change them: invitations, password links, roles, quotas, who may enter at all.

use crate::{
    on_both_databases,
    support::{
        PASSWORD, TestApp,
        browser::{Browser, Page},
        uploads::{PNG, status},
    },
};
use cloakroom::{
    accounts::{Email, Principal, Role, invitations, password_links},
    database,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    what_is_refused_is_said_at_its_field_with_what_was_written,
    times_of_people_are_in_the_zone_of_who_reads,
    an_invitation_makes_one_account,
    of_twenty_who_take_an_invitation_one_gets_it,
    an_invitation_is_for_its_email_alone_and_can_be_withdrawn,
    an_account_that_was_created_gets_its_password_by_a_link,
    a_password_link_ends_sessions_and_is_replaced_by_the_next,
    disabling_shuts_out_at_once_and_enabling_lets_in_again,
    an_admin_always_remains,
    a_quota_of_ones_own_holds,
    links_that_are_over_open_nothing,
    what_an_admin_handed_out_is_worth_nothing_without_the_role,
);

async fn an_invitation_makes_one_account(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    let browser = app.browser_of(&admin).await;
    let page = browser.get("/admin/users").await;
    let page = browser.submit(&page, "/admin/invitations", &[("email", ""), ("role", "member")]).await;
    let place = link(app, &page, "invitations");
    assert!(browser.get("/admin/users").await.shows("whoever has the link"));
    let guest = app.browser();
    let page = guest.get(&place).await;
    assert!(page.shows(&format!("{} invited you", admin.email)));
    let weak =
        guest.submit(&page, &place, &[("name", "Ada"), ("email", "ada@example.com"), ("password", "short")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    weak.assert_shows(&["at least 10", "ada@example.com"]);
    let home =
        guest.submit(&weak, &place, &[("name", "Ada"), ("email", "Ada@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(home.path, "/");
    home.assert_shows(&["Nothing here yet"]);
    assert_eq!(app.browser().get(&place).await.status, StatusCode::NOT_FOUND);
    assert!(!browser.get("/admin/users").await.shows("whoever has the link"));
    assert_eq!(app.count("SELECT count(*) FROM users WHERE email = 'ada@example.com' AND role = 'member'").await, 1);
}

async fn of_twenty_who_take_an_invitation_one_gets_it(app: &TestApp) {
    let by = Principal::command_line();
    let secret = invitations::invite(&app.db, None, Role::Admin, &by, database::now()).await.expect("a secret");
    let accept = |number: u32| {
        let (email, secret) = (format!("ada{number}@example.com").parse::<Email>().expect("an email"), secret.clone());
        async move {
            let acceptance = invitations::Acceptance { email, name: "Ada".into(), password: PASSWORD.into() };
            invitations::accept(&app.db, &secret, acceptance, "here", database::now()).await
        }
    };
    let made = futures::future::join_all((0..20).map(accept)).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    assert_eq!(app.count("SELECT count(*) FROM users").await, 1);
}

async fn an_invitation_is_for_its_email_alone_and_can_be_withdrawn(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    let browser = app.browser_of(&admin).await;
    let page = browser.get("/admin/users").await;
    let page = browser.submit(&page, "/admin/invitations", &[("email", "ada@example.com"), ("role", "admin")]).await;
    let place = link(app, &page, "invitations");
    let eve = app.browser();
    let fields = [("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)];
    assert_eq!(eve.send(Method::POST, &place, &fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let known = browser.send(Method::POST, "/admin/invitations", &[("email", &admin.email), ("role", "member")]).await;
    assert_eq!(known.status(), StatusCode::CONFLICT);
    let page = browser.get("/admin/users").await;
    let revocation = regex::Regex::new("action=\"(/admin/invitations/[^\"]+/revocation)\"").expect("a pattern");
    let action = revocation.captures(&page.html).expect("a form")[1].to_owned();
    assert!(browser.submit(&page, &action, &[]).await.shows("The invitation was withdrawn."));
    assert_eq!(eve.get(&place).await.status, StatusCode::NOT_FOUND);
}

async fn an_account_that_was_created_gets_its_password_by_a_link(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    let browser = app.browser_of(&admin).await;
    let page = browser.get("/admin/users").await;
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("role", "member")];
    let page = browser.submit(&page, "/admin/users", &fields).await;
    let place = link(app, &page, "password");
    assert!(page.shows("no password yet"));
    let ada = app.browser();
    let page = ada.get(&place).await;
    assert_eq!(ada.submit(&page, &place, &[("password", PASSWORD)]).await.path, "/");
    let again = browser.send(Method::POST, "/admin/users", &fields).await;
    assert_eq!(again.status(), StatusCode::CONFLICT);
    for bad in [
        [("name", ""), ("email", "b@example.com")],
        [("name", "B"), ("email", "nonsense")],
        [("name", "\u{200b}"), ("email", "b@example.com")],
        [("name", "\u{202e}B"), ("email", "b@example.com")],
        [("name", "B"), ("email", "ada\u{200b}@example.com")],
    ] {
        let answer = browser.send(Method::POST, "/admin/users", &bad).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
    }
}

async fn a_password_link_ends_sessions_and_is_replaced_by_the_next(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let (browser, old) = (app.browser_of(&admin).await, app.browser_of(&ada).await);
    let place = format!("/admin/users/{}/password-link", ada.id);
    let mut links = Vec::new();
    for _ in 0..2 {
        let page = browser.get(&format!("/admin/users/{}", ada.id)).await;
        links.push(link(app, &browser.submit(&page, &place, &[]).await, "password"));
    }
    assert_eq!(app.browser().get(&links[0]).await.status, StatusCode::NOT_FOUND);
    let guest = app.browser();
    let page = guest.get(&links[1]).await;
    assert!(page.shows(&ada.email));
    assert_eq!(guest.submit(&page, &links[1], &[("password", "four plain words here")]).await.path, "/");
    assert_eq!(old.get("/").await.path, "/sign-in");
    assert_eq!(sign_in(app, &ada.email, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(app, &ada.email, "four plain words here").await.path, "/");
}

async fn disabling_shuts_out_at_once_and_enabling_lets_in_again(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let (browser, hers) = (app.browser_of(&admin).await, app.browser_of(&ada).await);
    let request = || app.client.post(format!("{}/presign-upload", app.url)).bearer_auth(&ada.token);
    let ask = || status(request().json(&json!({"fileName": "a.txt", "contentType": "text/plain"})));
    assert_eq!(ask().await, 200);
    let place = format!("/admin/users/{}", ada.id);
    let page = browser.get(&place).await;
    let page = browser.submit(&page, &format!("{place}/disablement"), &[]).await;
    assert!(page.shows("The account is disabled"));
    assert_eq!((hers.get("/").await.path.as_str(), ask().await), ("/sign-in", 401));
    assert_eq!(sign_in(app, &ada.email, PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    // Nothing opens meanwhile that would be open once it is enabled again.
    let link = browser.send(Method::POST, &format!("{place}/password-link"), &[]).await;
    assert_eq!(link.status(), StatusCode::CONFLICT);
    let page = browser.submit(&page, &format!("{place}/enablement"), &[]).await;
    assert!(page.shows("enabled again"));
    assert_eq!((sign_in(app, &ada.email, PASSWORD).await.path.as_str(), ask().await), ("/", 200));
    page.assert_shows(&["Account disabled", "Account enabled"]);
}

async fn an_admin_always_remains(app: &TestApp) {
    let (grace, mary) = (app.someone(Role::Admin).await, app.someone(Role::Admin).await);
    let browser = app.browser_of(&grace).await;
    let own = format!("/admin/users/{}", grace.id);
    assert_eq!(browser.send(Method::POST, &format!("{own}/disablement"), &[]).await.status(), StatusCode::CONFLICT);
    let demote = |id| (format!("/admin/users/{id}/role"), [("role", "member")]);
    let (place, fields) = demote(mary.id);
    assert_eq!(browser.send(Method::POST, &place, &fields).await.status(), StatusCode::SEE_OTHER);
    let (place, fields) = demote(grace.id);
    assert_eq!(browser.send(Method::POST, &place, &fields).await.status(), StatusCode::CONFLICT);
    assert_eq!(
        browser.send(Method::POST, &place, &[("role", "emperor")]).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(browser.get("/admin").await.status, StatusCode::OK);
}

async fn a_quota_of_ones_own_holds(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let browser = app.browser_of(&admin).await;
    let place = format!("/admin/users/{}", ada.id);
    for bad in ["lots", "-1", "99999999999 TiB"] {
        let answer = browser.send(Method::POST, &format!("{place}/quota"), &[("quota", bad)]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let page = browser.get(&place).await;
    let page = browser.submit(&page, &format!("{place}/quota"), &[("quota", "100 B")]).await;
    page.assert_shows(&["The space was changed.", "default → 100 B"]);
    app.upload(&ada, "one.png", "image/png", PNG).await;
    let upload_request = json!({"fileName": "two.png", "contentType": "image/png", "size": PNG.len() + 100});
    assert_eq!(app.post_json(&ada, "/presign-upload", &upload_request).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let own = app.browser_of(&ada).await.get("/account").await;
    own.assert_shows(&["of 100 bytes"]);
    let page = browser.submit(&page, &format!("{place}/quota"), &[("quota", "")]).await;
    assert!(page.shows("100 B → default"));
}

async fn links_that_are_over_open_nothing(app: &TestApp) {
    let (ada, by) = (app.member().await, Principal::command_line());
    let long_ago = database::now() - chrono::TimeDelta::days(8);
    let invitation = invitations::invite(&app.db, None, Role::Member, &by, long_ago).await.expect("a secret");
    let password = password_links::create(&app.db, ada.id, &by, long_ago).await.expect("a secret");
    let guest = app.browser();
    // One that is over, one that is for something else, and one that never was.
    for place in [
        format!("/invitations/{invitation}"),
        format!("/password/{password}"),
        format!("/password/{invitation}"),
        "/invitations/x".to_owned(),
    ] {
        assert_eq!(guest.get(&place).await.status, StatusCode::NOT_FOUND, "{place}");
        let fields = [("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)];
        assert_eq!(guest.send(Method::POST, &place, &fields).await.status(), StatusCode::NOT_FOUND, "{place}");
    }
}

async fn what_an_admin_handed_out_is_worth_nothing_without_the_role(app: &TestApp) {
    let (grace, mary, ada) = (app.someone(Role::Admin).await, app.someone(Role::Admin).await, app.member().await);
    let browser = app.browser_of(&mary).await;
    let page = browser.get("/admin/users").await;
    let page = browser.submit(&page, "/admin/invitations", &[("email", ""), ("role", "admin")]).await;
    let invitation = link(app, &page, "invitations");
    let place = format!("/admin/users/{}/password-link", ada.id);
    let password = link(
        app,
        &browser.submit(&browser.get(&format!("/admin/users/{}", ada.id)).await, &place, &[]).await,
        "password",
    );
    let other = app.browser_of(&grace).await;
    other.send(Method::POST, &format!("/admin/users/{}/role", mary.id), &[("role", "member")]).await;
    assert_eq!(app.browser().get(&invitation).await.status, StatusCode::NOT_FOUND);
    // A link for a password works no more once its owner has changed it.
    let hers = app.browser_of(&ada).await;
    let fields = [("current", PASSWORD), ("new", "four plain words")];
    assert_eq!(hers.send(Method::POST, "/account/password", &fields).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(app.browser().get(&password).await.status, StatusCode::NOT_FOUND);
}

async fn what_is_refused_is_said_at_its_field_with_what_was_written(app: &TestApp) {
    let (admin, ada) = (app.someone(Role::Admin).await, app.member().await);
    let browser = app.browser_of(&admin).await;
    let place = format!("/admin/users/{}", ada.id);
    let page = browser.get("/admin/users").await;
    let taken = [("email", ada.email.as_str()), ("role", "admin")];
    let refused = browser.submit(&page, "/admin/invitations", &taken).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let form = refused.form("/admin/invitations");
    assert!(form.contains("There is an account with this email already."), "{form}");
    assert!(form.contains(&format!("value=\"{}\"", ada.email)), "{form}");
    assert!(form.contains("aria-describedby=\"invite-problem\""), "{form}");
    let other = format!("value=\"{}\" autocomplete=\"off\" required", ada.email);
    assert!(!refused.html.contains(&other), "the other form is as it was: {}", refused.html);
    let refused = browser.submit(&page, "/admin/users", &[("name", " "), ("email", "new@example.com")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.assert_shows(&["Write a name of 1 to 200 letters.", "value=\"new@example.com\"", "id=\"name-problem\""]);
    let page = browser.get(&place).await;
    let delete = format!("{place}/delete");
    let wrong = [("files", "trash"), ("confirmation", "not@example.com")];
    let refused = browser.submit(&page, &delete, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = refused.form(&delete);
    assert!(form.contains("Type the email of the account"), "{form}");
    assert!(form.contains("value=\"not@example.com\""), "{form}");
    let refused = browser.submit(&page, &delete, &[("files", "x"), ("confirmation", &ada.email)]).await;
    assert!(refused.form(&delete).contains("Choose the account"), "{}", refused.html);
    browser.send(Method::POST, &format!("{place}/disablement"), &[]).await;
    let refused = browser.submit(&page, &format!("{place}/password-link"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.assert_shows(&["This account is disabled.", "Enable the account"]);
}

async fn times_of_people_are_in_the_zone_of_who_reads(app: &TestApp) {
    let (admin, ada) = (app.someone(Role::Admin).await, app.member().await);
    app.browser_of(&ada).await.get("/").await;
    app.execute("UPDATE users SET last_seen_at = '2026-01-02T23:30:00+00:00'").await;
    let browser = app.browser_of(&admin).await;
    app.execute("UPDATE users SET last_seen_at = '2026-01-02T23:30:00+00:00'").await;
    browser.get("/admin/users").await.assert_shows(&["2 Jan 2026, 23:30 UTC"]);
    browser.set_cookie("cloakroom_zone", "Europe/Berlin");
    browser.get("/admin/users").await.assert_shows(&["3 Jan 2026, 00:30"]);
}

/// The path of a link that a page shows once.
fn link(app: &TestApp, page: &Page, kind: &str) -> String {
    let pattern = regex::Regex::new(&format!("value=\"[^\"]+?(/{kind}/[^\"]+)\"")).expect("a pattern");
    let found = pattern.captures(&page.html).unwrap_or_else(|| panic!("no link in {} of {}", page.html, app.url));
    found[1].to_owned()
}

pub async fn sign_in(app: &TestApp, email: &str, password: &str) -> Page {
    let browser: Browser<'_> = app.browser();
    let page = browser.get("/sign-in").await;
    browser.submit(&page, "/sign-in", &[("email", email), ("password", password)]).await
}
