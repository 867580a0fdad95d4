//! What is put aside says why: as what it was announced, and what its bytes are.

use crate::{
    on_both_databases,
    support::{Someone, TestApp, uploads::PNG},
    sweep::{key_of, on_an_odd_store},
};
use chrono::TimeDelta;
use cloakroom::{accounts::Role, database, ids::UserId, jobs::sweep};
use reqwest::Method;

on_both_databases!(
    a_file_in_quarantine_says_what_was_announced_and_what_was_found,
    what_is_found_and_refused_is_put_aside_and_charged_for_unless_a_page_may_be_at_work,
    what_is_found_of_an_account_that_is_not_known_is_put_aside_and_nobody_is_charged,
    what_was_put_aside_before_or_by_an_administrator_says_what_was_announced,
);

const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0";

async fn a_file_in_quarantine_says_what_was_announced_and_what_was_found(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let (owner, browser) = (app.browser_of(&ada).await, app.browser_of(&admin).await);
    for (name, announced, bytes, words) in [
        (
            "liar.png",
            "image/png",
            PROGRAM,
            "Announced as a PNG image (image/png); its bytes are a Windows program (application/vnd.microsoft.portable-executable).",
        ),
        (
            "words.pdf",
            "application/pdf",
            b"just words",
            "Announced as a PDF document (application/pdf); its bytes are plain text (text/plain).",
        ),
        (
            "noise.gif",
            "image/gif",
            b"\0\x01\x02\x03",
            "Announced as a GIF image (image/gif); its bytes are of no type that is known.",
        ),
        (
            "invoice.pdf.exe",
            "application/pdf",
            b"%PDF-1.7\n",
            "Announced as a PDF document (application/pdf); its name is that of a program.",
        ),
    ] {
        let id = app.upload(&ada, name, announced, bytes).await;
        browser.get(&format!("/admin/files/{id}")).await.assert_shows(&[words]);
        browser.get("/admin/files?state=quarantined").await.assert_shows(&[words]);
        owner.get("/trash").await.assert_shows(&[words]);
    }
}

async fn what_was_put_aside_before_or_by_an_administrator_says_what_was_announced(app: &TestApp) {
    let (ada, admin) = (app.member().await, app.someone(Role::Admin).await);
    let id = app.upload(&ada, "beach.png", "image/png", PNG).await;
    let browser = app.browser_of(&admin).await;
    let page = browser.get(&format!("/admin/files/{id}")).await;
    assert!(!page.shows("Announced as"), "{}", page.html);
    browser.send(Method::POST, "/admin/files/quarantine", &[("id", &id)]).await;
    let page = browser.get(&format!("/admin/files/{id}")).await;
    page.assert_shows(&["Announced as a PNG image (image/png)."]);
}

async fn what_is_found_and_refused_is_put_aside_and_charged_for_unless_a_page_may_be_at_work(app: &TestApp) {
    let (ada, store, state) = on_an_odd_store(app, &[]).await;
    app.execute("UPDATE users SET quota = 10").await;
    let now = database::now();
    let (old, young) = (key_of(&ada, now - TimeDelta::hours(2), "old.png"), key_of(&ada, now, "young.png"));
    for key in [&old, &young] {
        store.insert(key.as_str(), "image/png", PNG);
    }
    let swept = sweep::run(&state, now).await.expect("swept");
    assert_eq!((swept.found, swept.refused), (1, 1));
    let size = PNG.len() as i64;
    assert_eq!(app.count("SELECT used_bytes FROM users").await, size);
    let aside =
        "SELECT count(*) FROM r2_files WHERE state = 'quarantined' AND quarantine_reason = 'over_quota' AND ticket = 1";
    assert_eq!(app.count(aside).await, 1);
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE action = 'file.quarantined'").await, 1);
    let words = "It arrived without being confirmed, and its owner has no room for it.";
    app.browser_of(&ada).await.get("/trash").await.assert_shows(&[words, "old.png"]);
    let swept = sweep::run(&state, now + TimeDelta::hours(2)).await.expect("swept");
    assert_eq!((swept.found, swept.refused), (1, 0), "it is handled in the end");
    assert_eq!(sweep::run(&state, now + TimeDelta::hours(3)).await.expect("swept").found, 0);
    assert_eq!(store.keys().len(), 2, "nothing is removed that nobody asked to remove");
}

async fn what_is_found_of_an_account_that_is_not_known_is_put_aside_and_nobody_is_charged(app: &TestApp) {
    let (ada, store, state) = on_an_odd_store(app, &[]).await;
    let (now, nobody) = (database::now(), Someone { id: UserId::generate(), ..ada });
    store.insert(key_of(&nobody, now - TimeDelta::days(1), "theirs.png").as_str(), "image/png", PNG);
    assert_eq!(sweep::run(&state, now).await.expect("swept").found, 1);
    let theirs = format!("SELECT count(*) FROM r2_files WHERE state = 'quarantined' AND user_id = '{}'", nobody.id);
    assert_eq!(app.count(&format!("{theirs} AND quarantine_reason = 'unknown_owner' AND owner_id IS NULL")).await, 1);
    assert_eq!(app.count("SELECT used_bytes FROM users").await, 0);
    assert_eq!(sweep::run(&state, now).await.expect("swept").found, 0);
}
