//! What is confirmed stays, whatever happens to the process.

use crate::support::{
    base_settings, create_database, drop_database,
    program::{Program, run},
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

#[tokio::test]
async fn what_was_confirmed_survives_kill_9_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    survives(folder.path(), base_settings(folder.path())).await;
}

#[tokio::test]
async fn what_was_confirmed_survives_kill_9_on_postgres() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = create_database().await;
    let mut settings = base_settings(folder.path());
    settings.insert("DATABASE_URL".into(), url.clone());
    survives(folder.path(), settings).await;
    drop_database(&url).await;
}

#[tokio::test]
async fn what_nobody_could_confirm_before_kill_9_is_in_the_index_after_the_restart_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    is_found(folder.path(), base_settings(folder.path())).await;
}

#[tokio::test]
async fn what_nobody_could_confirm_before_kill_9_is_in_the_index_after_the_restart_on_postgres() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = create_database().await;
    let mut settings = base_settings(folder.path());
    settings.insert("DATABASE_URL".into(), url.clone());
    is_found(folder.path(), settings).await;
    drop_database(&url).await;
}

/// Kills the process between PUT and confirmation, twice, as the first sweep of all is another one than those after it.
async fn is_found(folder: &Path, settings: HashMap<String, String>) {
    let (token, client) = (token(folder, &settings), reqwest::Client::new());
    let mut keys = Vec::new();
    for _ in 0..2 {
        let program = Program::start(&[], &settings, folder);
        let url = program.wait_for("Cloakroom listening on ");
        for _ in 0..3 {
            let presigned = put(&client, &url, &token, "words").await.expect("an upload");
            keys.push(presigned["objectKey"].as_str().expect("a key").to_owned());
        }
        program.kill();
    }
    let program = Program::start(&[], &settings, folder);
    let url = program.wait_for("Cloakroom listening on ");
    let sent_on = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    for key in keys {
        let id = key.split('/').nth(1).expect("an id");
        let found = async {
            let ask = || sent_on.get(format!("{url}/files/{id}/content")).bearer_auth(&token).send();
            while ask().await.expect("an answer").status() != 302 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), found).await.unwrap_or_else(|_| panic!("{key} was not found"));
    }
}

/// Of somebody new.
fn token(folder: &Path, settings: &HashMap<String, String>) -> String {
    let create = ["user", "create", "--email", "ada@example.com", "--password-stdin"];
    assert!(run(&create, settings, folder, "correct horse battery\n").status.success());
    let token = run(&["token", "create", "--email", "ada@example.com", "--name", "test"], settings, folder, "");
    String::from_utf8(token.stdout).expect("text").trim().to_owned()
}

/// Kills the process in the midst of uploads, several times, and looks for every file that was confirmed.
async fn survives(folder: &Path, settings: HashMap<String, String>) {
    let token = token(folder, &settings);
    let confirmed = Arc::new(Mutex::new(Vec::new()));
    for enough in [5, 15, 30, 50] {
        let program = Program::start(&[], &settings, folder);
        let url = program.wait_for("Cloakroom listening on ");
        let uploaders: Vec<_> =
            (0..4).map(|_| tokio::spawn(upload_until_it_dies(url.clone(), token.clone(), confirmed.clone()))).collect();
        while confirmed.lock().expect("a list").len() < enough {
            tokio::task::yield_now().await;
        }
        program.kill();
        for uploader in uploaders {
            uploader.await.expect("ended");
        }
    }
    let program = Program::start(&[], &settings, folder);
    let url = program.wait_for("Cloakroom listening on ");
    let client = reqwest::Client::new();
    let confirmed = confirmed.lock().expect("a list").clone();
    for (id, content) in confirmed {
        // The store wants its own signature alone, so the token must not follow the redirect.
        let sent_on = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let answer =
            sent_on.get(format!("{url}/files/{id}/content")).bearer_auth(&token).send().await.expect("an answer");
        assert_eq!(answer.status(), 302, "{id} was confirmed");
        let found = client.get(answer.headers()["location"].to_str().expect("text")).send().await.expect("an answer");
        assert_eq!(found.text().await.expect("a body"), content);
    }
}

async fn upload_until_it_dies(url: String, token: String, confirmed: Arc<Mutex<Vec<(String, String)>>>) {
    let client = reqwest::Client::new();
    while let Ok((id, content)) = upload(&client, &url, &token).await {
        confirmed.lock().expect("a list").push((id, content));
    }
}

/// An upload as a program makes it; an error as soon as anything is not answered well.
async fn upload(client: &reqwest::Client, url: &str, token: &str) -> Result<(String, String), reqwest::Error> {
    let content = uuid::Uuid::new_v4().to_string();
    let presigned = put(client, url, token, &content).await?;
    let body = json!({"objectKey": presigned["objectKey"]});
    let saved: Value = client
        .post(format!("{url}/save-metadata"))
        .bearer_auth(token)
        .json(&body)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    Ok((saved["fileId"].as_str().unwrap_or_default().to_owned(), content))
}

/// An upload that nobody has confirmed yet: what its URL was answered with.
async fn put(client: &reqwest::Client, url: &str, token: &str, content: &str) -> Result<Value, reqwest::Error> {
    let upload_request = json!({"fileName": "a.txt", "contentType": "text/plain", "size": content.len()});
    let presigned: Value = client
        .post(format!("{url}/presign-upload"))
        .bearer_auth(token)
        .json(&upload_request)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let mut put = client.put(presigned["presignedUrl"].as_str().unwrap_or_default()).body(content.to_owned());
    for (name, value) in presigned["headers"].as_object().into_iter().flatten() {
        put = put.header(name, value.as_str().unwrap_or_default());
    }
    put.send().await?.error_for_status()?;
    Ok(presigned)
}
