//! A full disk under the app's SQLite: what is answered `ready` is there, the rest is told so at once, and it goes on by itself.

use crate::support::{
    base_settings,
    program::{Program, run},
};
use futures::{StreamExt, stream};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    time::{Duration, Instant},
};

const CONTENT: &str = "a coat";
const AT_ONCE: usize = 8;

struct Person {
    client: Client,
    url: String,
    token: String,
}

/// How a confirmation was answered.
struct Answer {
    key: String,
    status: StatusCode,
    says_when: bool,
    took: Duration,
}

#[tokio::test]
async fn what_was_confirmed_on_a_full_disk_is_there_after_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = base_settings(folder.path());
    // A bucket of its own process, so that the disk of the app alone is full.
    let store = Program::start(&["store"], &settings, folder.path());
    let endpoint = store.wait_for("Store listening on ");
    settings.extend(store_settings(folder.path(), endpoint));
    let token = create_user(&settings, folder.path());
    let program = Program::start_on_a_small_disk(&[], &settings, folder.path());
    let url = program.wait_for("Cloakroom listening on ");
    let ada = Person { client: Client::new(), url, token };
    let keys: Vec<String> = stream::iter(0..160).map(|_| ada.upload()).buffered(AT_ONCE).collect().await;

    let mut ready = confirmed(&ada.confirm(&keys[..20]).await);
    assert_eq!(ready.len(), 20, "with room on the disk");
    let journal = folder.path().join("cloakroom.db-wal");
    program.let_files_grow_to(Some(std::fs::metadata(journal).expect("a journal").len() + 100_000));
    let meanwhile = ada.confirm(&keys[20..120]).await;
    let refused: Vec<&Answer> = meanwhile.iter().filter(|answer| answer.status != StatusCode::OK).collect();
    assert!(!refused.is_empty(), "the disk was never full");
    for answer in &refused {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.says_when, "Retry-After");
        assert!(answer.took < Duration::from_secs(4), "an answer took {:?}", answer.took);
    }
    ready.extend(confirmed(&meanwhile));

    program.let_files_grow_to(None);
    let after = ada.confirm(&keys[60..]).await;
    assert!(after.iter().all(|answer| answer.status == StatusCode::OK), "it goes on by itself when there is room");
    ready.extend(confirmed(&after));
    program.kill();
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    assert_eq!(log.matches("a request failed").count(), 1, "one line a minute: {log}");
    assert_eq!(ready.difference(&indexed(folder.path()).await).count(), 0, "confirmed and not in the index");
}

impl Person {
    /// Presign and PUT; the key.
    async fn upload(&self) -> String {
        let upload_request = json!({"fileName": "a.txt", "contentType": "text/plain", "size": CONTENT.len()});
        let asked =
            self.client.post(format!("{}/presign-upload", self.url)).bearer_auth(&self.token).json(&upload_request);
        let presigned: Value = asked.send().await.expect("an answer").json().await.expect("JSON");
        let put = self.client.put(presigned["presignedUrl"].as_str().expect("a URL")).body(CONTENT);
        let headers = presigned["headers"].as_object().expect("headers");
        let put = headers.iter().fold(put, |put, (name, value)| put.header(name, value.as_str().expect("text")));
        assert_eq!(put.send().await.expect("an answer").status(), StatusCode::OK);
        presigned["objectKey"].as_str().expect("a key").to_owned()
    }

    async fn confirm(&self, keys: &[String]) -> Vec<Answer> {
        stream::iter(keys).map(|key| self.confirm_one(key)).buffered(AT_ONCE).collect().await
    }

    async fn confirm_one(&self, key: &str) -> Answer {
        let begun = Instant::now();
        let request = self.client.post(format!("{}/save-metadata", self.url)).bearer_auth(&self.token);
        let answer = request.json(&json!({"objectKey": key})).send().await.expect("an answer");
        let (status, says_when) = (answer.status(), answer.headers().contains_key("retry-after"));
        Answer { key: key.to_owned(), status, says_when, took: begun.elapsed() }
    }
}

fn confirmed(answers: &[Answer]) -> BTreeSet<String> {
    answers.iter().filter(|answer| answer.status == StatusCode::OK).map(|answer| answer.key.clone()).collect()
}

async fn indexed(folder: &Path) -> BTreeSet<String> {
    use sea_orm::{ConnectionTrait, Statement};
    let config = cloakroom::config::DatabaseConfig::Sqlite(None);
    let db = cloakroom::database::open(&config, folder).await.expect("it opens");
    let select = Statement::from_string(db.get_database_backend(), "SELECT object_key FROM r2_files");
    let rows = db.query_all_raw(select).await.expect("rows");
    let keys = rows.iter().map(|row| row.try_get("", "object_key").expect("a key")).collect();
    db.close().await.expect("it closes");
    keys
}

fn create_user(settings: &HashMap<String, String>, folder: &Path) -> String {
    let create = ["user", "create", "--email", "ada@example.com", "--password-stdin"];
    assert!(run(&create, settings, folder, "correct horse battery\n").status.success());
    let token = run(&["token", "create", "--email", "ada@example.com", "--name", "test"], settings, folder, "");
    String::from_utf8(token.stdout).expect("text").trim().to_owned()
}

/// What makes the app use the bucket that runs alone.
fn store_settings(folder: &Path, endpoint: String) -> Vec<(String, String)> {
    let text = std::fs::read(folder.join("bucket/credentials.json")).expect("credentials");
    let credentials: HashMap<String, String> = serde_json::from_slice(&text).expect("JSON");
    let named = [
        ("R2_ENDPOINT", endpoint),
        ("R2_BUCKET_NAME", "cloakroom".to_owned()),
        ("R2_ACCESS_KEY_ID", credentials["access_key_id"].clone()),
        ("R2_SECRET_ACCESS_KEY", credentials["secret_access_key"].clone()),
    ];
    named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
