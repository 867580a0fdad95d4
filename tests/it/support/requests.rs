//! Asking for files as a person does, and sending them as a guest's page does.

use super::{TestApp, browser::Browser, uploads::status};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

/// What somebody fills in; what is empty is left empty, or switched off.
#[derive(Clone, Copy)]
pub struct Wish<'a> {
    pub title: &'a str,
    pub end: &'a str,
    pub password: &'a str,
    pub most_files: &'a str,
    pub most_bytes: &'a str,
    pub most_file_bytes: &'a str,
    pub asks_name: &'a str,
    pub asks_note: &'a str,
    pub shows_owner: &'a str,
}

/// A link that was made.
pub struct Request {
    pub id: String,
    /// Of its page for guests.
    pub path: String,
}

/// Somebody who has the link and no account.
#[derive(Clone, Debug, Default)]
pub struct Guest {
    pub path: String,
    /// Their name and their note.
    pub says: (String, String),
    pub cookie: Option<String>,
}

impl Default for Wish<'_> {
    fn default() -> Self {
        Self {
            title: "Wedding",
            end: "7d",
            password: "",
            most_files: "",
            most_bytes: "",
            most_file_bytes: "",
            asks_name: "optional",
            asks_note: "optional",
            shows_owner: "yes",
        }
    }
}

impl<'a> Wish<'a> {
    pub fn fields(&self) -> Vec<(&'a str, &'a str)> {
        let mut fields = vec![("title", self.title), ("message", "All of them."), ("end", self.end)];
        let switches = [("has_password", self.password), ("shows_owner", self.shows_owner)];
        fields.extend(switches.into_iter().filter(|(_, text)| !text.is_empty()));
        fields.extend([("password", self.password), ("most_files", self.most_files), ("most_bytes", self.most_bytes)]);
        fields.extend([("most_file_bytes", self.most_file_bytes), ("asks_name", self.asks_name)]);
        fields.push(("asks_note", self.asks_note));
        fields
    }
}

impl Request {
    /// Somebody who has it, and says nothing.
    pub fn guest(&self) -> Guest {
        Guest { path: self.path.clone(), ..Guest::default() }
    }
}

impl TestApp {
    /// Asks for files, to a folder of whoever is signed in; empty: to one that is called so.
    pub async fn ask_for_files(&self, browser: &Browser<'_>, folder: &str, wish: &Wish<'_>) -> Request {
        let page = browser.get(&format!("/requests/new?folder={folder}")).await;
        let page = browser.submit(&page, "/requests", &wish.fields()).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        let id = page.path.strip_prefix("/requests/").expect("the request's page").to_owned();
        let url = page.html.split("data-copies=\"").nth(1).and_then(|rest| rest.split('"').next());
        let path = url.and_then(|url| url.split_once("/d/")).map(|(_, link)| format!("/d/{link}"));
        Request { id, path: path.expect("a link") }
    }

    /// What a guest's page asks of an endpoint of its link.
    pub async fn ask_as(&self, guest: &Guest, what: &str, body: &Value) -> Response {
        let mut request = self.client.post(format!("{}{}/{what}", self.url, guest.path)).json(body);
        let says = format!("{}\0{}", guest.says.0, guest.says.1);
        request = request.header("X-Cloakroom-Sender", BASE64_URL_SAFE_NO_PAD.encode(says));
        if let Some(cookie) = &guest.cookie {
            request = request.header("Cookie", cookie);
        }
        request.send().await.expect("an answer")
    }

    /// The answer to a request for a URL, which must be a success.
    pub async fn presign_as(&self, guest: &Guest, name: &str, size: usize) -> Value {
        let body = json!({"fileName": name, "contentType": "text/plain", "size": size});
        let answer = self.ask_as(guest, "presign-upload", &body).await;
        assert_eq!(answer.status(), StatusCode::OK, "{name}");
        answer.json().await.expect("JSON")
    }

    pub async fn save_as(&self, guest: &Guest, presigned: &Value) -> Response {
        self.ask_as(guest, "save-metadata", &json!({"objectKey": presigned["objectKey"]})).await
    }

    /// Presign, PUT and confirm; what is answered at the end.
    pub async fn send_as(&self, guest: &Guest, name: &str, bytes: &[u8]) -> Value {
        let presigned = self.presign_as(guest, name, bytes.len()).await;
        assert_eq!(status(self.put(&presigned, bytes)).await, 200, "{name}");
        let saved = self.save_as(guest, &presigned).await;
        assert_eq!(saved.status(), StatusCode::OK, "{name}");
        saved.json().await.expect("JSON")
    }
}

/// The code and the words of a refusal.
pub async fn refusal(answer: Response) -> (u16, String, String) {
    let status = answer.status().as_u16();
    let problem: Value = answer.json().await.expect("JSON");
    (status, problem["code"].as_str().unwrap_or_default().into(), problem["error"].as_str().unwrap_or_default().into())
}
