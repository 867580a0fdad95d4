//! What guessers try first is no password here, wherever one is chosen, and the page says why at the field.

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp, base_settings, browser::Page, program},
};
use cloakroom::{
    accounts::{Principal, Role, invitations, password_links},
    database,
};
use reqwest::StatusCode;

on_both_databases!(
    a_first_account_gets_no_password_that_is_guessed_first,
    an_invited_account_gets_none,
    a_link_sets_none,
    nobody_changes_theirs_to_one,
);

const GUESSED_FIRST: [(&str, &str); 5] = [
    ("1234567890", "keyboard"),
    ("          ", "repeats"),
    ("password2024", "most people choose"),
    ("ada.lovelace@example.com", "email or name"),
    ("short", "at least 10 characters"),
];

async fn a_first_account_gets_no_password_that_is_guessed_first(app: &TestApp) {
    let link = app.set_up_link.clone().expect("a link");
    let browser = app.browser();
    let page = browser.get(&link[link.find("/set-up").expect("a path")..]).await;
    let fields = |password| [("name", "Ada"), ("email", "ada.lovelace@example.com"), ("password", password)];
    for (password, words) in GUESSED_FIRST {
        refused(&browser.submit(&page, "/set-up", &fields(password)).await, words);
    }
    assert_eq!(browser.submit(&page, "/set-up", &fields(PASSWORD)).await.path, "/");
}

async fn an_invited_account_gets_none(app: &TestApp) {
    let secret = invitations::invite(&app.db, None, Role::Member, &Principal::command_line(), database::now()).await;
    let place = format!("/invitations/{}", secret.expect("a secret"));
    let browser = app.browser();
    let page = browser.get(&place).await;
    let fields = |password| [("name", "Ada"), ("email", "ada.lovelace@example.com"), ("password", password)];
    for (password, words) in GUESSED_FIRST {
        refused(&browser.submit(&page, &place, &fields(password)).await, words);
    }
    assert_eq!(browser.submit(&page, &place, &fields(PASSWORD)).await.path, "/");
}

async fn a_link_sets_none(app: &TestApp) {
    let ada = app.member().await;
    app.execute("UPDATE users SET email = 'ada.lovelace@example.com'").await;
    let secret = password_links::create(&app.db, ada.id, &Principal::command_line(), database::now()).await;
    let place = format!("/password/{}", secret.expect("a secret"));
    let browser = app.browser();
    let page = browser.get(&place).await;
    for (password, words) in GUESSED_FIRST {
        refused(&browser.submit(&page, &place, &[("password", password)]).await, words);
    }
    assert_eq!(browser.submit(&page, &place, &[("password", "four plain words")]).await.path, "/");
}

async fn nobody_changes_theirs_to_one(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    app.execute("UPDATE users SET email = 'ada.lovelace@example.com'").await;
    let page = browser.get("/account").await;
    // More often than one may guess: these are no guesses.
    for (password, words) in GUESSED_FIRST.into_iter().chain(GUESSED_FIRST) {
        let fields = [("current", PASSWORD), ("new", password)];
        refused(&browser.submit(&page, "/account/password", &fields).await, words);
    }
    let fields = [("current", PASSWORD), ("new", "four plain words")];
    assert!(browser.submit(&page, "/account/password", &fields).await.shows("Your password was changed"));
}

#[test]
fn the_command_line_takes_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["user", "create", "--email", "ada.lovelace@example.com", "--password-stdin"];
    for (password, words) in GUESSED_FIRST {
        let output = program::run(&arguments, &base_settings(folder.path()), folder.path(), &format!("{password}\n"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{password}: {said}");
        assert!(said.contains(words), "no “{words}” for {password}: {said}");
    }
}

fn refused(page: &Page, words: &str) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
    page.assert_shows(&[words, "id=\"password-problem\"", "aria-invalid=\"true\""]);
}
