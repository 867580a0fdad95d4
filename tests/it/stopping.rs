//! Told to stop, the program finishes what was begun, confirmations included, and is gone soon, whatever hangs.

use crate::support::{
    base_settings,
    program::{Program, run},
    rebuilt::SESSION_KEY,
    uploads::text,
};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

const WHOLE: Duration = Duration::from_secs(15);

/// The program, and somebody who uses it.
struct Used {
    folder: TempDir,
    settings: HashMap<String, String>,
    program: Program,
    url: String,
    token: String,
    client: Client,
}

/// An upload of which half has been sent.
struct Half {
    key: String,
    content: String,
    stream: TcpStream,
}

impl Used {
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(others: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = base_settings(folder.path());
        settings.extend(others.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let email = ["--email", "ada@example.com"];
        let create = [&["user", "create"], &email[..], &["--password-stdin"]].concat();
        assert!(run(&create, &settings, folder.path(), "correct horse battery\n").status.success());
        let token = run(&[&["token", "create"], &email[..], &["--name", "t"]].concat(), &settings, folder.path(), "");
        let token = String::from_utf8(token.stdout).expect("text").trim().to_owned();
        let program = Program::start(&[], &settings, folder.path());
        let url = program.wait_for("Cloakroom listening on ");
        // Every request on a connection of its own, as after a restart of the client.
        let client = Client::builder().pool_max_idle_per_host(0).build().expect("a client");
        Self { folder, settings, program, url, token, client }
    }

    async fn post(&self, path: &str, body: &Value) -> Response {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(&self.token).json(body);
        request.send().await.expect("an answer")
    }

    async fn presign(&self, size: usize) -> Value {
        let upload_request = json!({"fileName": "a.txt", "contentType": "text/plain", "size": size});
        self.post("/presign-upload", &upload_request).await.json().await.expect("JSON")
    }

    async fn begin(&self) -> Half {
        let content = uuid::Uuid::new_v4().to_string();
        let presigned = self.presign(content.len()).await;
        let url = Url::parse(text(&presigned, "presignedUrl")).expect("a URL");
        let mut head =
            format!("PUT {}?{} HTTP/1.1\r\nconnection: close\r\n", url.path(), url.query().expect("a query"));
        let host = format!("{}:{}", url.host_str().expect("a host"), url.port().expect("a port"));
        head += &format!("host: {host}\r\ncontent-length: {}\r\nexpect: 100-continue\r\n", content.len());
        for (name, value) in presigned["headers"].as_object().expect("headers") {
            head += &format!("{name}: {}\r\n", value.as_str().expect("text"));
        }
        let mut stream = TcpStream::connect(host).await.expect("connects");
        stream.write_all(format!("{head}\r\n").as_bytes()).await.expect("sent");
        let mut told = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
        stream.read_exact(&mut told).await.expect("the bucket has begun to read it");
        assert!(told.starts_with(b"HTTP/1.1 100 "));
        stream.write_all(&content.as_bytes()[..18]).await.expect("sent");
        Half { key: text(&presigned, "objectKey").to_owned(), content, stream }
    }

    /// Until the bucket takes no new upload.
    async fn wait_until_it_stops(&self) {
        let begun = Instant::now();
        loop {
            let presigned = self.presign(1).await;
            let put = self.client.put(text(&presigned, "presignedUrl")).body("x");
            let headers = presigned["headers"].as_object().expect("headers").iter();
            let put = headers.fold(put, |put, (name, value)| put.header(name, value.as_str().expect("text")));
            let answer = put.send().await.expect("an answer");
            if answer.status() == 503 {
                assert!(answer.headers().contains_key("retry-after"));
                assert!(answer.text().await.expect("a body").contains("SlowDown"));
                return;
            }
            assert!(begun.elapsed() < WHOLE, "it goes on as if nothing had been said");
        }
    }
}

impl Half {
    /// Sends the rest, and says what was answered.
    async fn finish(&mut self) -> String {
        self.stream.write_all(&self.content.as_bytes()[18..]).await.expect("sent");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.expect("an answer");
        answer.lines().next().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn uploads_that_are_under_way_are_finished_and_confirmed() {
    let used = Used::start();
    let mut halves = Vec::new();
    for _ in 0..20 {
        halves.push(used.begin().await);
    }
    let told = Instant::now();
    used.program.signal("TERM");
    used.wait_until_it_stops().await;
    let mut ids = Vec::new();
    for half in &mut halves {
        assert_eq!(half.finish().await, "HTTP/1.1 200 OK");
        let saved = used.post("/save-metadata", &json!({"objectKey": half.key})).await;
        assert_eq!(saved.status(), 200);
        let saved: Value = saved.json().await.expect("JSON");
        ids.push(text(&saved, "fileId").to_owned());
    }
    let Used { folder, settings, program, client, token, .. } = used;
    assert_eq!(program.wait().code(), Some(0));
    assert!(told.elapsed() < WHOLE, "{:?}", told.elapsed());
    all_are_there(&settings, folder.path(), &client, &token, &ids, &halves).await;
}

async fn all_are_there(
    settings: &HashMap<String, String>,
    folder: &Path,
    client: &Client,
    token: &str,
    ids: &[String],
    halves: &[Half],
) {
    let program = Program::start(&[], settings, folder);
    let url = program.wait_for("Cloakroom listening on ");
    for (id, half) in ids.iter().zip(halves) {
        let found = client.get(format!("{url}/files/{id}/content")).bearer_auth(token).send().await.expect("an answer");
        assert_eq!(found.text().await.expect("a body"), half.content);
    }
}

#[tokio::test]
async fn what_hangs_is_broken_off_in_time() {
    let used = Used::start();
    let _upload = used.begin().await;
    let address = used.url.trim_start_matches("http://").to_owned();
    let mut request = TcpStream::connect(&address).await.expect("connects");
    let head = format!("POST /save-metadata HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n", used.token);
    request
        .write_all(format!("{head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{{").as_bytes())
        .await
        .expect("sent");
    let idle = TcpStream::connect(&address).await.expect("connects");
    let told = Instant::now();
    used.program.signal("TERM");
    let Used { program, .. } = used;
    let ended = tokio::task::spawn_blocking(|| program.wait()).await.expect("waited");
    assert_eq!(ended.code(), Some(0));
    assert!(told.elapsed() < WHOLE, "{:?}", told.elapsed());
    drop((request, idle));
}

/// All that there was is in the bucket then, so a lost database is no loss.
#[tokio::test]
async fn what_was_changed_is_in_the_bucket_and_a_lost_database_is_rebuilt_from_the_shell() {
    let used = Used::start_with(&[("SNAPSHOTS", "on"), ("SESSION_KEY", SESSION_KEY)]);
    let mut half = used.begin().await;
    half.finish().await;
    assert_eq!(used.post("/save-metadata", &json!({"objectKey": half.key})).await.status(), 200);
    used.program.signal("TERM");
    let Used { folder, settings, program, token, client, .. } = used;
    assert_eq!(program.wait().code(), Some(0));
    for name in ["cloakroom.db", "cloakroom.db-wal", "cloakroom.db-shm"] {
        let _ = std::fs::remove_file(folder.path().join(name));
    }
    let rebuilt = run(&["reindex", "--json"], &settings, folder.path(), "");
    let report: Value = serde_json::from_slice(&rebuilt.stdout).expect("JSON");
    assert!(text(&report, "snapshot").ends_with(".sealed"), "{report}");
    assert_eq!((&report["files"], &report["found"]), (&json!(1), &json!(0)), "{report}");
    let again = run(&["reindex"], &settings, folder.path(), "");
    assert!(String::from_utf8_lossy(&again.stderr).contains("has accounts or files already"));
    for (command, words) in [("snapshot", "sealed with SESSION_KEY"), ("adopt", "0 rows were completed")] {
        let said = run(&[command], &settings, folder.path(), "");
        assert!(String::from_utf8_lossy(&said.stdout).contains(words), "{said:?}");
    }
    // The same token as before.
    let program = Program::start(&[], &settings, folder.path());
    let url = program.wait_for("Cloakroom listening on ");
    let used = Used { folder, settings, program, url, token, client };
    used.presign(1).await;
}

#[tokio::test]
async fn with_nothing_under_way_it_is_gone_at_once() {
    for signal in ["TERM", "INT"] {
        let used = Used::start();
        let told = Instant::now();
        used.program.signal(signal);
        assert_eq!(used.program.wait().code(), Some(0));
        assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    }
}
