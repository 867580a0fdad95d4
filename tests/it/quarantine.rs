//! What is put aside says why: as what it was announced, and what its bytes are.

use crate::{
    on_both_databases,
    support::{TestApp, uploads::PNG},
};
use cloakroom::accounts::Role;
use reqwest::Method;

on_both_databases!(
    a_file_in_quarantine_says_what_was_announced_and_what_was_found,
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
