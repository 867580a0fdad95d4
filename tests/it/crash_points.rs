//! The process ends after each thing that lasts, one after the other, in the midst of a life of uploads and removals; what is
//! left is put right by the next start, and nothing that was confirmed is lost.

use crate::support::{
    base_settings, create_database, drop_database,
    life::{Life, wait_for_sweep},
    program::{Program, command, run},
};
use cloakroom::{config::Config, database};
use serde_json::Value;
use std::{collections::HashMap, fs, io::Write, os::unix::process::ExitStatusExt, path::Path};

/// More than a life has; a test that goes on for ever would say nothing.
const MOST: u64 = 400;

#[tokio::test]
async fn nothing_is_lost_wherever_the_process_ends_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let outcomes = end_everywhere(folder.path(), base_settings(folder.path())).await;
    print("SQLite", &outcomes);
}

#[tokio::test]
async fn nothing_is_lost_wherever_the_process_ends_on_postgres() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = create_database().await;
    let mut settings = base_settings(folder.path());
    settings.insert("DATABASE_URL".into(), url.clone());
    let outcomes = end_everywhere(folder.path(), settings).await;
    print("PostgreSQL", &outcomes);
    drop_database(&url).await;
}

#[tokio::test]
async fn an_index_of_which_a_part_is_rebuilt_is_not_served_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = format!("sqlite:{}", folder.path().join("empty.db").display());
    is_not_served_in_part(folder.path(), base_settings(folder.path()), empty).await;
}

#[tokio::test]
async fn an_index_of_which_a_part_is_rebuilt_is_not_served_on_postgres() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, empty) = (create_database().await, create_database().await);
    let mut settings = base_settings(folder.path());
    settings.insert("DATABASE_URL".into(), url.clone());
    is_not_served_in_part(folder.path(), settings, empty.clone()).await;
    for url in [url, empty] {
        drop_database(&url).await;
    }
}

/// The rebuilding ends after each thing that lasts, until it has begun and ended three times; then it goes on to its end.
async fn is_not_served_in_part(folder: &Path, mut settings: HashMap<String, String>, empty: String) {
    let create = ["user", "create", "--email", "ada@example.com", "--password-stdin"];
    assert!(run(&create, &settings, folder, "correct horse battery\n").status.success());
    assert!(run(&["snapshot"], &settings, folder, "").status.success());
    settings.insert("DATABASE_URL".into(), empty);
    let mut refusals = 0;
    for number in 1..MOST {
        let mut crashing = command(&["reindex"], &settings, folder);
        let ended = crashing.env("CRASH_AT", number.to_string()).output().expect("it ends");
        assert_eq!(ended.status.signal(), Some(9), "{}", String::from_utf8_lossy(&ended.stderr));
        if is_begun(folder, &settings).await {
            assert_not_served(folder, &settings);
            refusals += 1;
        }
        if refusals == 3 {
            break;
        }
    }
    let rebuilt = run(&["reindex"], &settings, folder, "");
    assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    let program = Program::start(&[], &settings, folder);
    program.wait_for("Cloakroom listening on ");
    assert!(program.end().success());
    let users = run(&["user", "list"], &settings, folder, "");
    assert!(String::from_utf8_lossy(&users.stdout).starts_with("ada@example.com"));
}

async fn is_begun(folder: &Path, settings: &HashMap<String, String>) -> bool {
    let config = Config::from_values(settings.clone()).expect("settings");
    let db = database::open(&config.database, folder).await.expect("the database opens");
    let begun = database::settings::find(&db, "reindexed_from").await.expect("an answer").is_some();
    db.close().await.expect("the database closes");
    begun
}

fn assert_not_served(folder: &Path, settings: &HashMap<String, String>) {
    let mut refused = command(&[], settings, folder);
    refused.stderr(fs::File::create(folder.join("log")).expect("a log"));
    let program = Program::spawn(refused);
    assert_eq!(program.is_told("Cloakroom listening on "), None);
    assert_eq!(program.wait().code(), Some(1));
    let said = fs::read_to_string(folder.join("log")).expect("a log");
    let words: Vec<&str> = said.lines().filter(|line| line.contains("cloakroom reindex")).collect();
    assert_eq!(words.len(), 1, "{said}");
}

/// A life for each thing that lasts, which ends after it; all of them in one installation. The names of what each ended after.
async fn end_everywhere(folder: &Path, mut settings: HashMap<String, String>) -> Vec<String> {
    settings.insert("MAX_UPLOAD_SIZE".into(), "9 MiB".into());
    let mut life = Life::new("ada@example.com", folder, &settings);
    let mut ends = Vec::new();
    for number in 1..MOST {
        let Some(end) = end_after(number, &mut life, folder, &settings).await else { break };
        put_right(&end, &mut life, folder, &settings).await;
        ends.push(end);
    }
    assert!(ends.len() > 40, "only {} things last", ends.len());
    assert!((ends.len() as u64) < MOST - 1, "it never ended");
    ends
}

/// A start and a life, which end after the thing of this number: what that was; nothing when there are fewer.
async fn end_after(number: u64, life: &mut Life, folder: &Path, settings: &HashMap<String, String>) -> Option<String> {
    let mut crashing = command(&[], settings, folder);
    crashing.env("CRASH_AT", number.to_string()).stderr(fs::File::create(folder.join("log")).expect("a log"));
    let program = Program::spawn(crashing);
    let is_whole = match program.is_told("Cloakroom listening on ") {
        Some(url) => life.live(&url).await.is_ok(),
        None => false,
    };
    if is_whole {
        return None;
    }
    let status = program.end();
    let log = fs::read_to_string(folder.join("log")).expect("a log");
    assert_eq!(status.signal(), Some(9), "{log}");
    let name = log.lines().find_map(|line| line.strip_prefix("crashed after: "));
    Some(name.unwrap_or_else(|| panic!("no name in {log}")).to_owned())
}

/// The next start, and what must hold once it has looked through the bucket, and whoever was not answered has asked again.
async fn put_right(end: &str, life: &mut Life, folder: &Path, settings: &HashMap<String, String>) {
    let began = database::now();
    let program = Program::start(&[], settings, folder);
    let url = program.wait_for("Cloakroom listening on ");
    wait_for_sweep(began, folder, settings).await;
    life.go_on(&url).await;
    life.check(&url, end).await;
    program.signal("TERM");
    assert!(program.wait().success(), "a stop after {end}");
    let compared = run(&["reconcile", "--dry-run", "--json"], settings, folder, "");
    let report: Value = serde_json::from_slice(&compared.stdout)
        .unwrap_or_else(|_| panic!("after {end}: {}", String::from_utf8_lossy(&compared.stderr)));
    for count in ["orphans", "missing", "differing", "stray_thumbnails", "unfinished_uploads", "usage_drift"] {
        assert_eq!(report[count], 0, "{count} after {end}: {report}");
    }
}

/// A line for each kind of thing, past what captures the output of tests.
fn print(database: &str, ends: &[String]) {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for end in ends {
        match kinds.iter_mut().find(|(kind, _)| kind == end) {
            Some((_, count)) => *count += 1,
            None => kinds.push((end, 1)),
        }
    }
    let lines: String =
        kinds.iter().map(|(kind, count)| format!("{count:>4}  {kind}: put right, nothing lost\n")).collect();
    let words = format!("\nEnded after each of {} things that last, on {database}:\n{lines}", ends.len());
    std::io::stderr().write_all(words.as_bytes()).expect("written");
}
