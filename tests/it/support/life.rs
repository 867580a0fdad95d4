//! What one person does while processes come and go, and what they may rely on afterwards.

use super::{
    PASSWORD,
    multipart::{crc32c_of, file_of},
    program::run,
    uploads::{PNG, text},
};
use crate::thumbnails::WEBP;
use chrono::{DateTime, Utc};
use cloakroom::{config::Config, database};
use reqwest::{Response, StatusCode, header, redirect::Policy};
use serde_json::{Value, json};
use std::{collections::HashMap, path::Path, time::Duration};

const WORDS: &[u8] = b"words";
const MIB: usize = 1 << 20;
/// Longer than anything is answered after.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was asked for last of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// It is there.
    Keep,
    /// It is there, or in the trash.
    Trash,
    /// It may be gone.
    Gone,
}

/// A person with a token and, from their first visit on, a session.
pub struct Life {
    client: reqwest::Client,
    email: String,
    token: String,
    cookies: String,
    /// By their ids.
    wishes: HashMap<String, Wish>,
    /// Keys whose confirmation was not answered.
    unanswered: Vec<Value>,
    /// How many uploads were confirmed.
    pub acknowledged: usize,
}

type Done<T = ()> = reqwest::Result<T>;

impl Life {
    pub fn new(email: &str, folder: &Path, settings: &HashMap<String, String>) -> Self {
        let create = ["user", "create", "--email", email, "--password-stdin"];
        assert!(run(&create, settings, folder, &format!("{PASSWORD}\n")).status.success());
        let token = run(&["token", "create", "--email", email, "--name", "test"], settings, folder, "");
        let token = String::from_utf8(token.stdout).expect("text").trim().to_owned();
        let client = reqwest::Client::builder().redirect(Policy::none()).timeout(PATIENCE).build().expect("a client");
        Self {
            client,
            email: email.to_owned(),
            token,
            cookies: String::new(),
            wishes: HashMap::new(),
            unanswered: Vec::new(),
            acknowledged: 0,
        }
    }

    /// Uploads of every kind, and every way to remove; an error as soon as anything is not answered.
    pub async fn live(&mut self, url: &str) -> Done {
        if self.cookies.is_empty() {
            let answer = self.submit(url, "/sign-in", &[("email", &*self.email), ("password", PASSWORD)]).await?;
            let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
            let cookies = cookies.map(|cookie| cookie.to_str().expect("text").split(';').next().unwrap_or_default());
            self.cookies = cookies.collect::<Vec<_>>().join("; ");
        }
        let strict = json!({"fileName": "a.txt", "contentType": "text/plain", "size": WORDS.len()});
        let kept = self.upload(url, &strict, WORDS).await?;
        let removed = self.upload(url, &strict, WORDS).await?;
        let loose = self.upload(url, &json!({"fileName": "b.txt", "contentType": "text/plain"}), WORDS).await?;
        self.upload(url, &json!({"fileName": "c.png", "contentType": "image/png", "size": 5}), WORDS).await?;
        self.upload_with_thumbnail(url).await?;
        self.upload_parts(url).await?;
        self.be_refused(url).await?;
        self.submit(url, &format!("/files/{kept}/name"), &[("name", "d.txt")]).await?;
        let content = self.client.get(format!("{url}/files/{removed}/content")).bearer_auth(&self.token).send();
        let content = content.await?.error_for_status()?;
        let place = content.headers()[header::LOCATION].to_str().expect("text").to_owned();
        self.move_to(url, &removed, ("/files/trash", Wish::Trash)).await?;
        self.move_to(url, &loose, ("/files/trash", Wish::Trash)).await?;
        self.move_to(url, &loose, ("/files/restoration", Wish::Trash)).await?;
        self.move_to(url, &removed, ("/trash/purge", Wish::Gone)).await?;
        // For the next start, whether this one ends or not.
        self.put(url, &strict, WORDS).await?;
        self.wait_until_it_is_gone(&place).await
    }

    /// Pages, as somebody who is signed in; an error as soon as one is not there.
    #[cfg(feature = "crash-points")]
    pub async fn look_at(&self, url: &str, paths: &[&str]) -> Done {
        for path in paths {
            let request = self.client.get(format!("{url}{path}")).header(header::COOKIE, &self.cookies);
            request.send().await?.error_for_status()?;
        }
        Ok(())
    }

    /// Asks again for what was not answered, as a page does.
    pub async fn go_on(&mut self, url: &str) {
        for upload in std::mem::take(&mut self.unanswered) {
            let answer = self.post(url, "/save-metadata", &json!({"objectKey": upload["objectKey"]})).await;
            let status = answer.expect("an answer").status();
            assert!(
                [StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::PAYLOAD_TOO_LARGE].contains(&status),
                "{status} for {upload}"
            );
        }
    }

    /// Is everything there that was acknowledged?
    pub async fn check(&self, url: &str, end: &str) {
        for (id, wish) in &self.wishes {
            if *wish == Wish::Trash {
                // Refused where it never went there.
                self.ask(url, "/files/restoration", &[("id", id)]).await.expect("an answer");
            }
            let asked = self.client.get(format!("{url}/files/{id}/content")).bearer_auth(&self.token).send();
            let found = asked.await.expect("an answer").status();
            assert!(*wish == Wish::Gone || found == StatusCode::FOUND, "{found} for {id}, {wish:?}, after {end}");
        }
    }

    async fn post(&self, url: &str, path: &str, body: &Value) -> Done<Response> {
        self.client.post(format!("{url}{path}")).bearer_auth(&self.token).json(body).send().await
    }

    async fn submit(&self, url: &str, path: &str, form: &[(&str, &str)]) -> Done<Response> {
        self.ask(url, path, form).await?.error_for_status()
    }

    async fn ask(&self, url: &str, path: &str, form: &[(&str, &str)]) -> Done<Response> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self
            .client
            .post(format!("{url}{path}"))
            .header("Sec-Fetch-Site", "same-origin")
            .header(header::COOKIE, &self.cookies)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(body).send().await
    }

    /// Signed and sent: what was signed.
    async fn put(&mut self, url: &str, request: &Value, bytes: &[u8]) -> Done<Value> {
        let signed: Value = self.post(url, "/presign-upload", request).await?.error_for_status()?.json().await?;
        self.send(&signed, bytes).await?;
        self.wishes.insert(id_of(&signed), Wish::Keep);
        Ok(signed)
    }

    async fn send(&self, signed: &Value, bytes: &[u8]) -> Done<Response> {
        let request = self.client.put(text(signed, "presignedUrl")).body(bytes.to_vec());
        let headers = signed["headers"].as_object().expect("headers");
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(name, value.as_str().expect("text")));
        request.send().await?.error_for_status()
    }

    async fn upload(&mut self, url: &str, request: &Value, bytes: &[u8]) -> Done<String> {
        let signed = self.put(url, request, bytes).await?;
        if request["contentType"] == "image/png" {
            // Its bytes are no picture: it is put aside, and nobody but administrators sees it.
            self.wishes.insert(id_of(&signed), Wish::Gone);
        }
        self.confirm(url, signed).await
    }

    async fn confirm(&mut self, url: &str, signed: Value) -> Done<String> {
        let id = id_of(&signed);
        self.unanswered.push(signed.clone());
        let answer = self.post(url, "/save-metadata", &json!({"objectKey": signed["objectKey"]})).await?;
        if answer.status().is_server_error() {
            return answer.error_for_status().map(|_| id);
        }
        self.unanswered.pop();
        self.acknowledged += usize::from(answer.status().is_success());
        Ok(id)
    }

    async fn upload_with_thumbnail(&mut self, url: &str) -> Done {
        let thumbnail = json!({"contentType": "image/webp", "size": WEBP.len()});
        let request = json!({"fileName": "e.png", "contentType": "image/png", "size": PNG.len(),
            "picture": {"width": 1, "height": 1}, "thumbnail": thumbnail});
        let signed = self.put(url, &request, PNG).await?;
        self.send(&signed["thumbnail"], WEBP).await?;
        self.confirm(url, signed).await.map(drop)
    }

    async fn upload_parts(&mut self, url: &str) -> Done {
        let file = file_of(5 * MIB);
        let request = json!({"fileName": "f.bin", "contentType": "application/x-own", "size": file.len()});
        let begun: Value = self.post(url, "/multipart-uploads", &request).await?.error_for_status()?.json().await?;
        let place = format!("/multipart-uploads/{}", text(&begun, "uploadId"));
        let part = json!({"partNumber": 1, "size": file.len(), "crc32c": crc32c_of(&file)});
        let urls = json!({"objectKey": begun["objectKey"], "parts": [part]});
        let urls = self.post(url, &format!("{place}/part-urls"), &urls).await?.error_for_status()?;
        let urls: Value = urls.json().await?;
        self.send(&urls["parts"][0], &file).await?;
        let key = json!({"objectKey": begun["objectKey"]});
        self.post(url, &format!("{place}/completion"), &key).await?.error_for_status()?;
        self.wishes.insert(id_of(&begun), Wish::Keep);
        Ok(())
    }

    /// Sends what is larger than files may be.
    async fn be_refused(&mut self, url: &str) -> Done {
        let loose = json!({"fileName": "g.bin", "contentType": "application/x-own"});
        let signed: Value = self.post(url, "/presign-upload", &loose).await?.error_for_status()?.json().await?;
        // It may have come, though nobody was told.
        self.unanswered.push(signed.clone());
        self.send(&signed, &file_of(9 * MIB + 1)).await?;
        self.unanswered.pop();
        self.confirm(url, signed).await.map(drop)
    }

    async fn move_to(&mut self, url: &str, id: &str, (path, wish): (&str, Wish)) -> Done {
        self.wishes.insert(id.to_owned(), wish);
        self.submit(url, path, &[("id", id), ("confirmed", "yes")]).await.map(drop)
    }

    /// Removals end after they were answered.
    async fn wait_until_it_is_gone(&self, place: &str) -> Done {
        while self.client.get(place).send().await?.status() != StatusCode::NOT_FOUND {
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

fn id_of(signed: &Value) -> String {
    text(signed, "objectKey").split('/').nth(1).expect("an id").to_owned()
}

/// Waits until the bucket was looked through since a time.
pub async fn wait_for_sweep(began: DateTime<Utc>, folder: &Path, settings: &HashMap<String, String>) {
    let config = Config::from_values(settings.clone()).expect("settings");
    let db = database::open(&config.database, folder).await.expect("the database opens");
    let swept = async {
        loop {
            let at = database::settings::find(&db, "swept_at").await.expect("an answer");
            let at = at.and_then(|at| at.parse::<DateTime<Utc>>().ok());
            if at.is_some_and(|at| at >= began) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), swept).await.expect("a sweep");
    db.close().await.expect("the database closes");
}
