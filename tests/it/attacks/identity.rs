//! Whatever happens to identities is written down, whoever does it, and no flood of it fills the log.

use crate::{
    on_both_databases,
    support::{PASSWORD, TestApp},
};
use cloakroom::{
    accounts::{Principal, Role, invitations},
    audit::{Action, Actor, Journal, Subject},
    database,
};
use reqwest::{Method, StatusCode};
use std::time::Duration;

on_both_databases!(
    #[with("CLIENT_IP_HEADER" => "X-Client")]
    sign_ins_failures_and_sign_outs_are_written_down_without_what_was_typed,
    refusals_of_administration_and_wrong_tokens_are_written_down,
    an_accepted_invitation_is_written_down,
    a_flood_is_one_row_a_minute,
    a_flood_from_everywhere_is_bounded,
    what_was_noted_is_written_before_the_end,
    what_cannot_be_written_waits_and_fails_no_request,
);

async fn sign_ins_failures_and_sign_outs_are_written_down_without_what_was_typed(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    let ada = app.member().await;
    for (email, password) in [
        (ada.email.as_str(), "typed in vain"),
        ("stranger@example.org", "typed in vain"),
        ("typed by mistake", "typed in vain"),
        (ada.email.as_str(), PASSWORD),
    ] {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("email", email), ("password", password)])
            .finish();
        let request = app.client.post(format!("{}/sign-in", app.url)).header("X-Client", "192.0.2.7").body(body);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        request.send().await.expect("an answer");
    }
    let browser = app.browser_of(&ada).await;
    browser.send(Method::POST, "/sign-out", &[]).await;
    wait_for(app, "action = 'session.signed_out'", 1).await;
    wait_for(app, "action = 'sign_in.failed' AND user_id IS NOT NULL AND address = '192.0.2.7'", 1).await;
    wait_for(app, "action = 'sign_in.failed' AND user_id IS NULL AND address = '192.0.2.7'", 1).await;
    wait_for(app, "action = 'session.begun' AND actor_id IS NOT NULL AND address = '192.0.2.7'", 1).await;
    for typed in ["typed", "stranger", PASSWORD] {
        let holds = |column: &str| format!("{column} LIKE '%{typed}%'");
        let any = ["actor", "subject", "detail", "address"].map(holds).join(" OR ");
        assert_eq!(app.count(&format!("SELECT count(*) FROM audit_events WHERE {any}")).await, 0, "{typed}");
    }
    let log = app.browser_of(&admin).await.get("/admin/events").await;
    log.assert_shows(&["Failed to sign in", "not signed in", "192.0.2.7"]);
    let own = app.browser_of(&ada).await.get("/account").await;
    own.assert_shows(&["Signed in", "Failed to sign in", "192.0.2.7"]);
}

async fn refusals_of_administration_and_wrong_tokens_are_written_down(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    for place in ["/admin", "/admin/users"] {
        assert_eq!(browser.get(place).await.status, StatusCode::FORBIDDEN);
    }
    let request = app.client.post(format!("{}/save-metadata", app.url)).bearer_auth("cloakroom_wrong");
    assert_eq!(request.send().await.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    wait_for(app, "action = 'admin.refused' AND actor_id = user_id AND detail = 'GET /admin'", 1).await;
    wait_for(app, "action = 'token.refused' AND user_id IS NULL", 1).await;
    let fields = [("current", "not this one"), ("new", "four plain words")];
    browser.send(Method::POST, "/account/password", &fields).await;
    wait_for(app, "action = 'password.refused' AND actor_id IS NOT NULL", 1).await;
}

async fn an_accepted_invitation_is_written_down(app: &TestApp) {
    let secret = invitations::invite(&app.db, None, Role::Member, &Principal::command_line(), database::now()).await;
    let place = format!("/invitations/{}", secret.expect("a secret"));
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(app.browser().send(Method::POST, &place, &fields).await.status(), StatusCode::SEE_OTHER);
    wait_for(app, "action = 'user.invitation_accepted' AND subject = 'ada@example.com'", 1).await;
}

async fn a_flood_is_one_row_a_minute(app: &TestApp) {
    let journal = Journal::new(Duration::from_millis(500));
    let flood = async {
        for _ in 0..1_000 {
            note(&journal, "192.0.2.1");
        }
        wait_for(app, "action = 'sign_in.failed' AND times = 999", 1).await;
        note(&journal, "192.0.2.1");
        wait_for(app, "action = 'sign_in.failed' AND times = 1", 2).await;
        journal.close();
    };
    tokio::join!(journal.keep(&app.db), flood);
    assert_eq!(counts(app).await, (3, 1_001));
}

async fn a_flood_from_everywhere_is_bounded(app: &TestApp) {
    let journal = Journal::default();
    for number in 0..5_000 {
        note(&journal, &format!("10.0.{}.{}", number / 250, number % 250));
    }
    // One that is known goes on being told apart.
    note(&journal, "10.0.0.0");
    journal.close();
    journal.keep(&app.db).await;
    assert_eq!(counts(app).await, (1_003, 5_001));
    assert_eq!(app.count("SELECT count(*) FROM audit_events WHERE address = 'many addresses'").await, 2);
}

async fn what_was_noted_is_written_before_the_end(app: &TestApp) {
    let journal = Journal::default();
    for _ in 0..3 {
        note(&journal, "192.0.2.1");
    }
    journal.close();
    journal.keep(&app.db).await;
    assert_eq!(counts(app).await, (2, 3));
}

async fn what_cannot_be_written_waits_and_fails_no_request(app: &TestApp) {
    let ada = app.member().await;
    app.execute("ALTER TABLE audit_events RENAME TO audit_events_hidden").await;
    let journal = Journal::new(Duration::from_millis(100));
    note(&journal, "192.0.2.1");
    let fields = [("email", ada.email.as_str()), ("password", PASSWORD)];
    assert_eq!(app.browser().send(Method::POST, "/sign-in", &fields).await.status(), StatusCode::SEE_OTHER);
    let back = async {
        app.execute("ALTER TABLE audit_events_hidden RENAME TO audit_events").await;
        wait_for(app, "action = 'sign_in.failed'", 1).await;
        journal.close();
    };
    tokio::join!(journal.keep(&app.db), back);
    assert_eq!(counts(app).await, (1, 1));
}

fn note(journal: &Journal, address: &str) {
    journal.note(Actor::nobody(address), Action::SignInFailed, Subject::default(), database::now());
}

/// Rows of failed sign-ins, and how many failures they stand for.
async fn counts(app: &TestApp) -> (i64, i64) {
    let rows = app.count("SELECT count(*) FROM audit_events WHERE action = 'sign_in.failed'").await;
    let failures = "SELECT CAST(sum(times) AS bigint) FROM audit_events WHERE action = 'sign_in.failed'";
    (rows, app.count(failures).await)
}

/// Waits until there are so many events of a kind.
async fn wait_for(app: &TestApp, condition: &str, wanted: i64) {
    let query = format!("SELECT count(*) FROM audit_events WHERE {condition}");
    let reached = async {
        while app.count(&query).await < wanted {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), reached).await.unwrap_or_else(|_| panic!("never: {condition}"));
    assert_eq!(app.count(&query).await, wanted, "{condition}");
}
