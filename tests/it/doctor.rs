//! The doctor says what is wrong, and what puts it right.

use crate::{
    bucket::client::{Ask, SECRET_ACCESS_KEY},
    on_both_databases,
    support::{
        Kind, TestApp, base_settings,
        odd_store::{OddStore, Oddity},
        program::run,
    },
};
use serde_json::Value;
use std::collections::HashMap;

type Settings = HashMap<String, String>;

on_both_databases!(
    a_healthy_installation_is_well,
    the_origin_that_the_bucket_does_not_allow_is_named_until_its_rules_are_mended,
    the_header_that_the_bucket_does_not_allow_is_named,
    a_wrong_secret_is_told_and_neither_is_shown,
);

/// What the doctor says of these settings, and its exit code.
struct Told {
    code: Option<i32>,
    text: String,
    json: Value,
}

impl Told {
    fn check(&self, name: &str) -> &Value {
        let checks = self.json["checks"].as_array().expect("checks");
        checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name} in {}", self.text))
    }

    #[track_caller]
    fn assert_wrong(&self, name: &str, seen: &str, fix: &str) {
        let check = self.check(name);
        assert_eq!(check["ok"], false, "{check}");
        assert!(check["seen"].as_str().is_some_and(|words| words.contains(seen)), "no “{seen}” in {check}");
        assert!(check["fix"].as_str().is_some_and(|words| words.contains(fix)), "no “{fix}” in {check}");
        assert_eq!((self.code, &self.json["ok"]), (Some(1), &Value::Bool(false)));
    }

    #[track_caller]
    fn assert_well(&self) {
        assert_eq!((self.code, &self.json["ok"]), (Some(0), &Value::Bool(true)), "{}", self.text);
    }
}

/// Beside the stores of this test, which answer meanwhile.
async fn command(arguments: &'static [&'static str], settings: &Settings) -> std::process::Output {
    let settings = settings.clone();
    let run = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().expect("a folder");
        run(arguments, &settings, folder.path(), "")
    });
    run.await.expect("it ran")
}

async fn doctor(settings: &Settings) -> Told {
    let output = command(&["doctor", "--json"], settings).await;
    let text = String::from_utf8(output.stdout).expect("text");
    assert_eq!(text.lines().count(), 1, "{text}{}", String::from_utf8_lossy(&output.stderr));
    let json = serde_json::from_str(&text).expect("JSON");
    Told { code: output.status.code(), text, json }
}

fn settings_of(app: &TestApp) -> Settings {
    let mut settings = app.settings_of_another();
    settings.insert("APP_URL".to_owned(), app.url.clone());
    settings
}

fn settings_with(store: &OddStore, folder: &tempfile::TempDir) -> Settings {
    let mut settings = base_settings(folder.path());
    settings.extend(store.settings().into_iter().map(|(name, value)| (name.to_owned(), value)));
    settings
}

async fn a_healthy_installation_is_well(app: &TestApp) {
    let told = doctor(&settings_of(app)).await;
    told.assert_well();
    for check in told.json["checks"].as_array().expect("checks") {
        let names: Vec<&String> = check.as_object().expect("an object").keys().collect();
        assert_eq!(names, ["fix", "name", "ok", "seen"]);
        assert_eq!((&check["ok"], &check["fix"]), (&Value::Bool(true), &Value::String(String::new())), "{check}");
        assert!(!check["seen"].as_str().is_some_and(|seen| seen.contains("Not looked at")), "{check}");
    }
    let version = if app.kind == Kind::Sqlite { "SQLite 3" } else { "PostgreSQL 1" };
    assert!(told.check("Database")["seen"].as_str().is_some_and(|seen| seen.starts_with(version)), "{}", told.text);
}

#[tokio::test]
async fn with_nothing_configured_all_is_well_in_words_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = base_settings(folder.path());
    assert!(command(&["migrate"], &settings).await.status.success());
    doctor(&settings).await.assert_well();
    let output = command(&["doctor"], &settings).await;
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("✓ ")).count(), 20, "{text}");
    assert!(text.ends_with("All is well.\n"), "{text}");
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_a_check_that_failed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = base_settings(folder.path());
    settings.insert("R2_BUCKET_NAME".to_owned(), "bucket".to_owned());
    doctor(&settings).await.assert_wrong("Settings", "R2_ACCESS_KEY_ID", ".env");
}

async fn the_origin_that_the_bucket_does_not_allow_is_named_until_its_rules_are_mended(app: &TestApp) {
    let settings = settings_of(app);
    let other = "<AllowedOrigin>https://other.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod><ID>theirs</ID>";
    put_rules(app, other).await;
    let told = doctor(&settings).await;
    told.assert_wrong("CORS", &format!("do not allow the origin {}", app.url), "cloakroom cors --apply");
    told.assert_wrong("CORS of answers", &app.url, "cloakroom cors --apply");
    for _ in 0..2 {
        let applied = command(&["cors", "--apply"], &settings).await;
        let words = String::from_utf8(applied.stdout).expect("text");
        assert!(applied.status.success(), "{words}");
        assert!(words.contains("One rule for others stays."), "{words}");
    }
    doctor(&settings).await.assert_well();
    let rules = ask(app, "GET").send().await;
    let origins = rules.tags("AllowedOrigin");
    assert_eq!(origins.len(), 3, "both names of this machine, and the other: {origins:?}");
    assert_eq!((origins[2].as_str(), rules.tags("ID")), ("https://other.example", vec!["theirs".to_owned()]));
}

async fn the_header_that_the_bucket_does_not_allow_is_named(app: &TestApp) {
    let settings = settings_of(app);
    let printed = command(&["cors"], &settings).await;
    let policy: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    let headers = policy[0]["AllowedHeaders"].as_array().expect("headers");
    let headers = headers.iter().filter_map(Value::as_str).filter(|name| *name != "x-amz-meta-folder");
    let headers: String = headers.map(|name| format!("<AllowedHeader>{name}</AllowedHeader>")).collect();
    let rule = format!("<AllowedOrigin>{}</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>{headers}", app.url);
    put_rules(app, &rule).await;
    let told = doctor(&settings).await;
    told.assert_wrong("CORS", &format!("do not allow the header x-amz-meta-folder to {}", app.url), "cloakroom cors");
}

async fn a_wrong_secret_is_told_and_neither_is_shown(app: &TestApp) {
    let mut settings = settings_of(app);
    let secret = settings.insert("R2_SECRET_ACCESS_KEY".to_owned(), "not-the-right-one".to_owned()).expect("a secret");
    let told = doctor(&settings).await;
    told.assert_wrong("List", "SignatureDoesNotMatch", "R2_SECRET_ACCESS_KEY");
    assert!(told.check("Upload")["seen"].as_str().is_some_and(|seen| seen.contains("Not looked at")), "{}", told.text);
    assert_eq!(told.check("CORS")["ok"], true, "what needs no secret is looked at");
    for shown in [secret.as_str(), "not-the-right-one"] {
        assert!(!told.text.contains(shown));
    }
}

#[tokio::test]
async fn a_bucket_that_anyone_can_read_while_the_settings_say_otherwise_is_told() {
    let (store, folder) = (OddStore::start(0, &[]).await, tempfile::tempdir().expect("a folder"));
    let mut settings = settings_with(&store, &folder);
    let told = doctor(&settings).await;
    told.assert_wrong("Who can read", "while the settings say that it is private", "R2_PUBLIC_BASE_URL");
    let (public, wrong) = (format!("{}/odd", settings["R2_ENDPOINT"]), format!("{}/other", settings["R2_ENDPOINT"]));
    settings.insert("R2_PUBLIC_BASE_URL".to_owned(), public);
    assert_eq!(doctor(&settings).await.check("Public URL")["ok"], true);
    settings.insert("R2_PUBLIC_BASE_URL".to_owned(), wrong);
    doctor(&settings).await.assert_wrong("Public URL", "does not serve", "R2_PUBLIC_BASE_URL");
    assert_eq!(store.keys(), Vec::<String>::new());
    assert!(!told.text.contains(SECRET_ACCESS_KEY));
}

#[tokio::test]
async fn what_a_store_ignores_is_told_with_what_is_not_promised_then() {
    let store = OddStore::start(0, &[Oddity::NoConditions]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings_with(&store, &folder);
    let told = doctor(&settings).await;
    let check = told.check("What storage honours");
    assert_eq!(check["ok"], true, "it is provided for: {check}");
    assert!(check["seen"].as_str().is_some_and(|seen| seen.contains("What is not promised here")), "{check}");
    store.set_odd(&[Oddity::NoLengths]);
    doctor(&settings).await.assert_wrong("What storage honours", "Content-Length", "R2");
    store.set_odd(&[Oddity::OnlyThePrefix]);
    doctor(&settings).await.assert_wrong("Upload", "AccessDenied", "whole bucket");
    assert_eq!(store.keys(), Vec::<String>::new(), "what was tried is gone, whatever came of it");
    store.set_odd(&[Oddity::FailsToComplete]);
    doctor(&settings).await.assert_wrong("Upload in parts", "200", "");
    assert_eq!((store.keys(), store.unfinished_uploads()), (Vec::new(), 0));
}

#[tokio::test]
async fn a_check_that_these_credentials_may_not_make_is_no_failure() {
    let (store, folder) = (OddStore::start(0, &[]).await, tempfile::tempdir().expect("a folder"));
    let told = doctor(&settings_with(&store, &folder)).await;
    for name in ["CORS rules", "Lifecycle rules"] {
        let check = told.check(name);
        assert_eq!(check["ok"], true, "{check}");
        assert!(check["seen"].as_str().is_some_and(|seen| seen.starts_with("Not looked at")), "{check}");
    }
}

#[tokio::test]
async fn a_clock_that_is_far_off_is_told_with_which_way() {
    let (store, folder) = (OddStore::start(700, &[]).await, tempfile::tempdir().expect("a folder"));
    let told = doctor(&settings_with(&store, &folder)).await;
    told.assert_wrong("Clock", "behind the store's", "timedatectl");
}

#[tokio::test]
async fn a_database_that_a_newer_release_has_used_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = base_settings(folder.path());
    assert!(command(&["migrate"], &settings).await.status.success());
    let config = cloakroom::config::Config::from_values(settings.clone()).expect("settings");
    let db = cloakroom::database::open(&config.database, folder.path()).await.expect("a database");
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99991231_000000_newer', 0)";
    sea_orm::ConnectionTrait::execute_unprepared(&db, newer).await.expect("written");
    db.close().await.expect("closed");
    doctor(&settings).await.assert_wrong("Migrations", "a newer Cloakroom", "newer release");
}

/// As a browser tells it no more than that the network failed.
#[tokio::test]
async fn a_page_that_hears_nothing_of_the_bucket_is_told_what_it_does_not_allow() {
    let app = TestApp::start(Kind::Sqlite, &[]).await;
    let ada = app.member().await;
    let ask = async |origin: &str, headers: &[&str]| {
        let request = app.client.post(format!("{}/preflights", app.url)).bearer_auth(&ada.token);
        let request = request
            .header("sec-fetch-site", "same-origin")
            .header("origin", origin)
            .json(&serde_json::json!({ "headers": headers }));
        request.send().await.expect("an answer")
    };
    let own = app.url.replace("127.0.0.1", "localhost");
    let sent = ["Content-Type", "x-amz-meta-folder", "x-unknown"];
    let told = async |origin: &str| ask(origin, &sent).await.json::<Value>().await.expect("JSON");
    assert_eq!(told(&own).await, serde_json::json!({ "success": true }));
    let elsewhere = told("http://10.0.0.7:3000").await;
    let words = elsewhere["message"].as_str().expect("words");
    assert!(words.contains("do not allow the origin http://10.0.0.7:3000"), "{words}");
    let rule = format!(
        "<AllowedOrigin>{own}</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedHeader>content-type</AllowedHeader>"
    );
    put_rules(&app, &rule).await;
    let words = told(&own).await["message"].to_string();
    assert!(words.contains(&format!("do not allow the header x-amz-meta-folder to {own}")), "{words}");
    for odd in ["null", "nonsense", "http://a/b"] {
        assert!(ask(odd, &sent).await.status().is_success(), "{odd}");
    }
    let answers = futures::future::join_all((0..20).map(|_| ask(&own, &sent))).await;
    assert!(answers.iter().any(|answer| answer.status() == 503), "nobody makes the server ask for ever");
    app.finish().await;
}

/// A request of the bucket's owner about its CORS rules.
fn ask(app: &TestApp, method: &str) -> Ask {
    let settings = app.settings_of_another();
    let address = app.store_origin.trim_start_matches("http://").parse().expect("an address");
    let mut ask = Ask::new(address, method, "cloakroom", "").query("cors", "");
    ask.access_key_id = settings["R2_ACCESS_KEY_ID"].clone();
    ask.secret = settings["R2_SECRET_ACCESS_KEY"].clone();
    ask
}

async fn put_rules(app: &TestApp, rule: &str) {
    let body = format!("<CORSConfiguration><CORSRule>{rule}</CORSRule></CORSConfiguration>");
    ask(app, "PUT").body(body).send().await.expect(200, "");
}
