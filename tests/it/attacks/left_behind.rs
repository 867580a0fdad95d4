//! What somebody who is no longer let in left behind opens nothing.

use crate::{
    on_both_databases,
    support::{Someone, TestApp},
};
use cloakroom::{
    accounts::{Principal, Role, password_links},
    database,
};
use reqwest::{Method, StatusCode};

on_both_databases!(
    links_of_a_demoted_admin_open_nothing,
    links_of_a_disabled_admin_open_nothing,
    links_of_a_deleted_admin_open_nothing,
    the_set_up_link_never_lives_again,
);

async fn links_of_a_demoted_admin_open_nothing(app: &TestApp) {
    let (mary, links) = links_around_an_admin(app).await;
    change(app, &format!("/admin/users/{}/role", mary.id), &[("role", "member")]).await;
    assert_dead(app, &links).await;
}

async fn links_of_a_disabled_admin_open_nothing(app: &TestApp) {
    let (mary, links) = links_around_an_admin(app).await;
    change(app, &format!("/admin/users/{}/disablement", mary.id), &[]).await;
    assert_dead(app, &links).await;
    change(app, &format!("/admin/users/{}/enablement", mary.id), &[]).await;
    assert_dead(app, &links).await;
}

async fn links_of_a_deleted_admin_open_nothing(app: &TestApp) {
    let (mary, links) = links_around_an_admin(app).await;
    app.execute(&format!("DELETE FROM users WHERE email = '{}'", mary.email)).await;
    assert_dead(app, &links).await;
}

/// Several instances show one link, and it is gone once there was an account, even if there is none any more.
async fn the_set_up_link_never_lives_again(app: &TestApp) {
    let link = app.set_up_link.clone().expect("a link");
    let path = &link[link.find("/set-up").expect("a path")..];
    let other = app.another_instance().await;
    let its = other.set_up_link.clone().expect("a link");
    assert_eq!(&its[its.find("/set-up").expect("a path")..], path);
    assert_eq!(app.browser().at(&other).get(path).await.status, StatusCode::OK);
    app.member().await;
    assert_eq!(app.browser().get(path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.browser().at(&other).get(path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.count("SELECT count(*) FROM settings WHERE name = 'set_up_key'").await, 0);
    app.execute("DELETE FROM users").await;
    let later = app.another_instance().await;
    assert_eq!(later.set_up_link, None);
    assert_eq!(app.browser().at(&later).get(path).await.status, StatusCode::NOT_FOUND);
    other.stop().await;
    later.stop().await;
}

/// An invitation and a password link that an admin made, and a link for a password of her own.
async fn links_around_an_admin(app: &TestApp) -> (Someone, [String; 3]) {
    let (mary, ada) = (app.someone(Role::Admin).await, app.member().await);
    let browser = app.browser_of(&mary).await;
    let pattern = regex::Regex::new("value=\"[^\"]+?(/(?:invitations|password)/[^\"]+)\"").expect("a pattern");
    let mut made = Vec::new();
    for place in ["/admin/invitations".to_owned(), format!("/admin/users/{}/password-link", ada.id)] {
        let answer = browser.send(Method::POST, &place, &[("email", ""), ("role", "admin")]).await;
        let page = answer.text().await.expect("a page");
        made.push(pattern.captures(&page).unwrap_or_else(|| panic!("no link in {page}"))[1].to_owned());
    }
    let own = password_links::create(&app.db, mary.id, &Principal::command_line(), database::now()).await;
    let links = [made[0].clone(), made[1].clone(), format!("/password/{}", own.expect("a link"))];
    for link in &links {
        assert_eq!(app.browser().get(link).await.status, StatusCode::OK, "{link}");
    }
    (mary, links)
}

/// As another admin.
async fn change(app: &TestApp, place: &str, fields: &[(&str, &str)]) {
    let grace = app.someone(Role::Admin).await;
    let answer = app.browser_of(&grace).await.send(Method::POST, place, fields).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{place}");
}

async fn assert_dead(app: &TestApp, links: &[String]) {
    for link in links {
        assert_eq!(app.browser().get(link).await.status, StatusCode::NOT_FOUND, "{link}");
        let fields = [("name", "Eve"), ("email", "eve@example.com"), ("password", "four plain words")];
        assert_eq!(app.browser().send(Method::POST, link, &fields).await.status(), StatusCode::NOT_FOUND, "{link}");
    }
}
