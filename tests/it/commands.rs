//! The program as a shell sees it: commands, exit codes, and settings that are wrong.

use crate::support::{
    Kind, TestApp, base_settings,
    program::{Program, run},
};
use std::{collections::HashMap, path::Path, process::Output};

#[test]
fn a_user_and_a_token_are_made_from_the_shell() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = base_settings(folder.path());
    let run = |arguments: &[&str], input: &str| run(arguments, &settings, folder.path(), input);
    let made = run(
        &["user", "create", "--email", "Ada@example.com", "--admin", "--password-stdin"],
        "correct horse battery\n",
    );
    assert!(made.status.success(), "{}", err(&made));
    assert_eq!(out(&made), "");
    let again = run(&["user", "create", "--email", "ada@example.com", "--password-stdin"], "correct horse battery\n");
    assert_fails(&again, "already");
    let weak = run(&["user", "create", "--email", "bob@example.com", "--password-stdin"], "short\n");
    assert_fails(&weak, "at least 10");
    assert!(err(&run(&["user", "create", "--email", "bob@example.com"], "")).contains("--password-stdin"));
    assert!(out(&run(&["user", "list"], "")).starts_with("ada@example.com\tadmin\t0\tenabled\t"));
    let token = run(&["token", "create", "--email", "ada@example.com", "--name", "laptop"], "");
    assert!(out(&token).starts_with("cloakroom_"), "{}", err(&token));
    assert_eq!(out(&token).lines().count(), 1);
    let again = run(&["token", "create", "--email", "ada@example.com", "--name", "laptop"], "");
    assert_fails(&again, "already");
    let list = || out(&run(&["token", "list", "--email", "ada@example.com"], ""));
    assert!(list().starts_with("laptop\t"), "{}", list());
    assert!(list().contains("\tnever\t2"), "{}", list());
    let for_ever = ["token", "create", "--email", "ada@example.com", "--name", "robot", "--expires", "never"];
    assert!(err(&run(&for_ever, "")).contains("never ends"));
    assert!(list().starts_with("robot\t"), "{}", list());
    assert!(list().lines().next().is_some_and(|line| line.ends_with("\tnever\tnever")), "{}", list());
    let odd = ["token", "create", "--email", "ada@example.com", "--name", "odd", "--expires", "soon"];
    assert_eq!(run(&odd, "").status.code(), Some(2));
    let password = ["user", "password", "--email", "ada@example.com", "--password-stdin"];
    let changed = run(&password, "four other plain words\n");
    assert!(changed.status.success(), "{}", err(&changed));
    assert!(err(&changed).contains("tokens revoked"), "{}", err(&changed));
    assert_eq!(list(), "");
    assert!(run(&["token", "create", "--email", "ada@example.com", "--name", "laptop"], "").status.success());
    assert!(run(&["token", "revoke", "--email", "ada@example.com", "--name", "laptop"], "").status.success());
    assert_eq!(run(&["token", "revoke", "--email", "ada@example.com", "--name", "laptop"], "").status.code(), Some(1));
    assert!(
        err(&run(&["token", "create", "--email", "eve@example.com", "--name", "x"], ""))
            .contains("Nobody has the email")
    );
    assert_eq!(run(&["user", "create", "--email", "nonsense", "--password-stdin"], "").status.code(), Some(2));
    let alone = run(&["user", "disable", "--email", "ada@example.com"], "");
    assert_fails(&alone, "only administrator");
    let other = ["user", "create", "--email", "zoe@example.com", "--admin", "--password-stdin"];
    assert!(run(&other, "correct horse battery\n").status.success());
    assert!(run(&["user", "disable", "--email", "ada@example.com"], "").status.success());
    assert!(out(&run(&["user", "list"], "")).starts_with("ada@example.com\tadmin\t0\tdisabled\t"));
    assert!(run(&["user", "enable", "--email", "ada@example.com"], "").status.success());
    assert!(out(&run(&["user", "list"], "")).starts_with("ada@example.com\tadmin\t0\tenabled\t"));
    assert!(run(&["migrate"], "").status.success());
}

#[test]
fn help_has_a_line_for_each_command_and_each_setting() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = out(&run(&["--help"], &HashMap::new(), folder.path(), ""));
    for command in ["serve", "store", "migrate", "reconcile", "snapshot", "reindex", "adopt", "user", "token"] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(command)), "{command}");
    }
    for setting in cloakroom::config::SETTINGS {
        assert!(help.contains(setting.name), "{}", setting.name);
    }
    let version = out(&run(&["--version"], &HashMap::new(), folder.path(), ""));
    assert_eq!(version, format!("cloakroom {}\n", env!("CARGO_PKG_VERSION")));
}

/// The usual ones are a stranger's here, whom the bucket answers as R2 answers who may read and write objects alone: with 403.
#[tokio::test]
async fn cors_rules_are_written_with_admin_credentials_where_the_usual_ones_may_not() {
    let app = TestApp::start(Kind::Sqlite, &[]).await;
    let own = app.settings_of_another();
    let mut settings = own.clone();
    settings.insert("APP_URL".into(), "https://files.example.com".into());
    settings.insert("R2_ACCESS_KEY_ID".into(), "object-read-and-write".into());
    let refused = apply_cors(&settings).await;
    assert_fails(&refused, "HTTP 403");
    assert_fails(&refused, "R2_ADMIN_ACCESS_KEY_ID");
    assert!(!is_let_in(&app, "https://files.example.com").await);
    settings.insert("R2_ADMIN_ACCESS_KEY_ID".into(), own["R2_ACCESS_KEY_ID"].clone());
    settings.insert("R2_ADMIN_SECRET_ACCESS_KEY".into(), own["R2_SECRET_ACCESS_KEY"].clone());
    let applied = apply_cors(&settings).await;
    assert!(applied.status.success(), "{}", err(&applied));
    assert!(is_let_in(&app, "https://files.example.com").await);
    app.finish().await;
}

/// Beside the bucket of this test, which answers meanwhile.
async fn apply_cors(settings: &HashMap<String, String>) -> Output {
    let settings = settings.clone();
    let applied = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().expect("a folder");
        run(&["cors", "--apply"], &settings, folder.path(), "")
    });
    applied.await.expect("it ran")
}

async fn is_let_in(app: &TestApp, origin: &str) -> bool {
    let asked = app
        .client
        .request(reqwest::Method::OPTIONS, format!("{}/cloakroom/files/x", app.store_origin))
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "PUT");
    asked.send().await.expect("an answer").headers().contains_key("access-control-allow-origin")
}

#[test]
fn every_wrong_setting_is_named_in_one_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = start(
        folder.path(),
        &[
            ("BIND", "nonsense"),
            ("UPLOAD_URL_TTL", "8 days"),
            ("MAX_UPLOAD_SIZE", "huge"),
            ("APP_URL", "files.example.com/x"),
            ("SESSION_KEY", "short"),
            ("R2_BUCKET_NAME", "bucket"),
            ("R2_SECRET_ACCESS_KEY", "very-secret"),
            ("R2_KEY_PREFIX", "../x"),
            ("LOG_FORMAT", "xml"),
            ("RUST_LOG", "a=b=c"),
            ("CLIENT_IP_HEADER", "a b"),
            ("ALLOWED_TYPES", ","),
        ],
    );
    assert_eq!(refused.status.code(), Some(1));
    for name in [
        "BIND",
        "UPLOAD_URL_TTL",
        "MAX_UPLOAD_SIZE",
        "APP_URL",
        "SESSION_KEY",
        "R2_ACCESS_KEY_ID",
        "R2_ACCOUNT_ID",
        "R2_KEY_PREFIX",
        "RUST_LOG",
        "CLIENT_IP_HEADER",
        "ALLOWED_TYPES",
        "LOG_FORMAT",
    ] {
        assert!(err(&refused).contains(name), "{name} in {}", err(&refused));
    }
    assert!(!err(&refused).contains("very-secret"));
}

#[test]
fn half_a_set_up_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let remote = start(
        folder.path(),
        &[(
            "DATABASE_URL",
            "postgresql://u:p@ep-x-pooler.eu-central-1.aws.neon.tech/db?sslmode=require&channel_binding=require",
        )],
    );
    assert!(err(&remote).contains("remote database"), "{}", err(&remote));
    assert!(!err(&remote).contains("u:p"), "{}", err(&remote));
    assert!(err(&start(folder.path(), &[("BIND", "0.0.0.0:0")])).contains("this machine only"));
    assert!(err(&start(folder.path(), &[("DATABASE_URL", "mysql://x")])).contains("postgresql://"));
    assert!(err(&start(folder.path(), &[("R2_PUBLIC_BASE_URL", "https://pub.example.com")])).contains("missing"));
}

#[test]
fn storage_and_index_are_compared_from_the_shell() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = base_settings(folder.path());
    let run = |arguments: &[&str]| run(arguments, &settings, folder.path(), "");
    let words = run(&["reconcile", "--dry-run"]);
    assert!(words.status.success(), "{}", err(&words));
    assert!(out(&words).contains("Storage and index agree."), "{}", out(&words));
    let json = out(&run(&["reconcile", "--json"]));
    assert_eq!(json.lines().count(), 1, "{json}");
    let counts: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    for name in [
        "orphans",
        "missing",
        "differing",
        "stray_thumbnails",
        "unfinished_uploads",
        "usage_drift",
        "bytes_reclaimable",
    ] {
        assert_eq!(counts[name], 0, "{name}");
    }
}

#[test]
fn a_second_instance_on_the_same_folder_is_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = base_settings(folder.path());
    let first = Program::start(&[], &settings, folder.path());
    first.wait_for("Cloakroom listening on ");
    let second = run(&[], &settings, folder.path(), "");
    assert_fails(&second, "used by another process");
}

fn start(folder: &Path, settings: &[(&str, &str)]) -> Output {
    let mut all = base_settings(folder);
    all.extend(settings.iter().map(|(name, value)| (name.to_string(), value.to_string())));
    run(&[], &all, folder, "")
}

/// Asserts that a command failed, and that it said why.
#[track_caller]
fn assert_fails(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", err(output));
    assert!(err(output).contains(words), "no “{words}” in {}", err(output));
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
