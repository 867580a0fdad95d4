//! What somebody who was let in no longer tries at another instance, which remembers them for a while.

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp, browser::Browser, uploads::PNG},
};
use cloakroom::accounts::Role;
use futures::future::join_all;
use reqwest::{Method, StatusCode};

on_both_databases!(
    a_demoted_admin_changes_nothing_at_another_instance,
    a_disabled_admin_changes_nothing_at_another_instance,
    a_stolen_session_that_was_ended_changes_nothing_at_another_instance,
    a_session_that_was_signed_out_changes_nothing_at_another_instance,
    two_admins_who_demote_each_other_at_once_leave_one,
    a_demotion_and_a_change_at_once_are_one_after_the_other,
);

const AS_ADMIN: (&str, &str) = ("role", "admin");

async fn a_demoted_admin_changes_nothing_at_another_instance(app: &TestApp) {
    let (grace, mary, ada) = (app.someone(Role::Admin).await, app.someone(Role::Admin).await, app.member().await);
    let file = app.upload(&ada, "holiday.png", "image/png", PNG).await;
    let other = app.another_instance().await;
    let marys = app.browser_of(&mary).await.at(&other);
    assert_eq!(marys.get("/admin").await.status, StatusCode::OK);
    let demotion = format!("/admin/users/{}/role", mary.id);
    assert_eq!(post(&app.browser_of(&grace).await, &demotion, &[("role", "member")]).await, StatusCode::SEE_OTHER);
    let user = |id, what| format!("/admin/users/{id}/{what}");
    for (place, fields) in [
        (demotion, vec![AS_ADMIN]),
        (user(ada.id, "role"), vec![AS_ADMIN]),
        (user(mary.id, "quota"), vec![("quota", "1 TiB")]),
        (user(grace.id, "disablement"), vec![]),
        (user(grace.id, "password-link"), vec![]),
        ("/admin/invitations".into(), vec![("email", ""), AS_ADMIN]),
        ("/admin/users".into(), vec![("name", "Eve"), ("email", "eve@example.com"), AS_ADMIN]),
        ("/admin/files/trash".into(), vec![("id", &*file)]),
        ("/admin/files/quarantine".into(), vec![("id", &*file)]),
    ] {
        assert_eq!(post(&marys, &place, &fields).await, StatusCode::FORBIDDEN, "{place}");
    }
    assert_eq!(app.count("SELECT count(*) FROM users WHERE role = 'admin'").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM account_links").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'ready'").await, 1);
    other.stop().await;
}

async fn a_disabled_admin_changes_nothing_at_another_instance(app: &TestApp) {
    let (grace, mary, ada) = (app.someone(Role::Admin).await, app.someone(Role::Admin).await, app.member().await);
    let file = app.upload(&mary, "own.png", "image/png", PNG).await;
    let other = app.another_instance().await;
    let marys = app.browser_of(&mary).await.at(&other);
    assert_eq!(marys.get("/admin").await.status, StatusCode::OK);
    let place = format!("/admin/users/{}", mary.id);
    assert_eq!(post(&app.browser_of(&grace).await, &format!("{place}/disablement"), &[]).await, StatusCode::SEE_OTHER);
    for (place, fields) in [
        (format!("{place}/enablement"), vec![]),
        (format!("/admin/users/{}/password-link", ada.id), vec![]),
        ("/account/tokens".into(), vec![("name", "back door")]),
        ("/account/name".into(), vec![("name", "Somebody else")]),
        ("/account/password".into(), vec![("current", PASSWORD), ("new", "four plain words")]),
        ("/files/trash".into(), vec![("id", &*file)]),
        (format!("/files/{file}/name"), vec![("name", "other.png")]),
    ] {
        assert_eq!(post(&marys, &place, &fields).await, StatusCode::UNAUTHORIZED, "{place}");
    }
    assert_eq!(app.count("SELECT count(*) FROM users WHERE disabled_at IS NOT NULL").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM api_tokens WHERE name = 'back door'").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE file_name = 'own.png' AND state = 'ready'").await, 1);
    other.stop().await;
}

async fn a_stolen_session_that_was_ended_changes_nothing_at_another_instance(app: &TestApp) {
    let ada = app.member().await;
    let file = app.upload(&ada, "own.png", "image/png", PNG).await;
    let (second, third) = (app.another_instance().await, app.another_instance().await);
    let hers = app.browser_of(&ada).await;
    for (instance, how) in [(&second, "/account/other-sessions/end"), (&third, "/account/password")] {
        let thief = app.browser_of(&ada).await.at(instance);
        assert_eq!(thief.get("/account").await.path, "/account");
        let fields = [("current", PASSWORD), ("new", "four plain words")];
        assert_eq!(post(&hers, how, &fields).await, StatusCode::SEE_OTHER, "{how}");
        for (place, fields) in [
            ("/account/tokens".to_owned(), vec![("name", "back door")]),
            ("/account/name".into(), vec![("name", "Thief")]),
            ("/account/other-sessions/end".into(), vec![]),
            ("/files/trash".into(), vec![("id", &*file)]),
            (format!("/files/{file}/name"), vec![("name", "other.png")]),
        ] {
            assert_eq!(post(&thief, &place, &fields).await, StatusCode::UNAUTHORIZED, "{place}");
        }
    }
    assert_eq!(app.count("SELECT count(*) FROM api_tokens WHERE name = 'back door'").await, 0);
    assert_eq!(hers.get("/account").await.path, "/account");
    second.stop().await;
    third.stop().await;
}

async fn a_session_that_was_signed_out_changes_nothing_at_another_instance(app: &TestApp) {
    let ada = app.member().await;
    let other = app.another_instance().await;
    let hers = app.browser_of(&ada).await;
    let thief = hers.at(&other);
    assert_eq!(thief.get("/account").await.path, "/account");
    assert_eq!(post(&hers, "/sign-out", &[]).await, StatusCode::SEE_OTHER);
    assert_eq!(post(&thief, "/account/tokens", &[("name", "back door")]).await, StatusCode::UNAUTHORIZED);
    assert_eq!(app.count("SELECT count(*) FROM api_tokens WHERE name = 'back door'").await, 0);
    other.stop().await;
}

/// Each at an instance of her own; whoever comes second is no admin any more, or is the last one.
async fn two_admins_who_demote_each_other_at_once_leave_one(app: &TestApp) {
    let (grace, mary) = (app.someone(Role::Admin).await, app.someone(Role::Admin).await);
    let other = app.another_instance().await;
    let (graces, marys) = (app.browser_of(&grace).await, app.browser_of(&mary).await.at(&other));
    for _ in 0..10 {
        let demote = |id| format!("/admin/users/{id}/role");
        let (hers, the_others) = (demote(mary.id), demote(grace.id));
        let member = [("role", "member")];
        let (one, two) = tokio::join!(post(&graces, &hers, &member), post(&marys, &the_others, &member));
        let answers = [one, two];
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{answers:?}");
        assert!(answers.contains(&StatusCode::FORBIDDEN) || answers.contains(&StatusCode::CONFLICT), "{answers:?}");
        assert_eq!(app.count("SELECT count(*) FROM users WHERE role = 'admin'").await, 1);
        app.execute("UPDATE users SET role = 'admin'").await;
        // What either instance remembers of them is of no consequence, as each has shown.
        graces.get("/account").await;
        marys.get("/account").await;
    }
    other.stop().await;
}

/// Whatever a demoted admin made came before the demotion, and ended with it.
async fn a_demotion_and_a_change_at_once_are_one_after_the_other(app: &TestApp) {
    let (grace, mary) = (app.someone(Role::Admin).await, app.someone(Role::Admin).await);
    let other = app.another_instance().await;
    let (graces, marys) = (app.browser_of(&grace).await, app.browser_of(&mary).await.at(&other));
    let demotion = format!("/admin/users/{}/role", mary.id);
    for _ in 0..10 {
        let invite = || post(&marys, "/admin/invitations", &[("email", ""), AS_ADMIN]);
        let (demoted, invited) =
            tokio::join!(post(&graces, &demotion, &[("role", "member")]), join_all((0..4).map(|_| invite())));
        assert_eq!(demoted, StatusCode::SEE_OTHER);
        assert!(invited.iter().all(|status| matches!(*status, StatusCode::OK | StatusCode::FORBIDDEN)), "{invited:?}");
        assert_eq!(app.count("SELECT count(*) FROM account_links").await, 0);
        app.execute("UPDATE users SET role = 'admin'").await;
        marys.get("/account").await;
    }
    other.stop().await;
}

async fn post(browser: &Browser<'_>, place: &str, fields: &[(&str, &str)]) -> StatusCode {
    browser.send(Method::POST, place, fields).await.status()
}
