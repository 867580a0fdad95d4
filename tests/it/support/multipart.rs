//! Uploading in parts, as a program does: begin, ask for URLs, PUT each part, complete.

use super::{Someone, TestApp, uploads::text};
use base64::prelude::{BASE64_STANDARD, Engine};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

impl TestApp {
    /// The answer to whoever begins an upload of so many bytes.
    pub async fn begin(&self, someone: &Someone, name: &str, size: usize) -> Response {
        let request = json!({"fileName": name, "contentType": "application/x-own", "size": size});
        self.post_json(someone, "/multipart-uploads", &request).await
    }

    /// An upload that is begun.
    pub async fn begun(&self, someone: &Someone, name: &str, size: usize) -> Value {
        let answer = self.begin(someone, name, size).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.expect("JSON")
    }

    /// The answer to whoever asks for the URLs of parts.
    pub async fn part_urls(&self, someone: &Someone, upload: &Value, parts: &Value) -> Response {
        let path = format!("/multipart-uploads/{}/part-urls", text(upload, "uploadId"));
        self.post_json(someone, &path, &json!({"objectKey": upload["objectKey"], "parts": parts})).await
    }

    /// What is answered for one part: its URL, and what to send with it.
    pub async fn signed_part(&self, someone: &Someone, upload: &Value, number: usize, bytes: &[u8]) -> Value {
        let part = json!({"partNumber": number, "size": bytes.len(), "crc32c": crc32c_of(bytes)});
        let answer = self.part_urls(someone, upload, &json!([part])).await;
        assert_eq!(answer.status(), StatusCode::OK, "part {number}");
        let answer: Value = answer.json().await.expect("JSON");
        assert_eq!(answer["parts"][0]["partNumber"], number);
        answer["parts"][0].clone()
    }

    /// Signs and sends the part of a number of this file.
    pub async fn send_part(&self, someone: &Someone, upload: &Value, number: usize, file: &[u8]) {
        let part_size = upload["partSize"].as_u64().expect("a size") as usize;
        let bytes = file.chunks(part_size).nth(number - 1).expect("a part");
        let signed = self.signed_part(someone, upload, number, bytes).await;
        let answer = self.put(&signed, bytes).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "part {number}");
    }

    /// Sends all parts of a file.
    pub async fn send_parts(&self, someone: &Someone, upload: &Value, file: &[u8]) {
        for number in 1..=upload["partCount"].as_u64().expect("a number") as usize {
            self.send_part(someone, upload, number, file).await;
        }
    }

    pub async fn listed_parts(&self, someone: &Someone, upload: &Value) -> Response {
        let place = format!("{}/multipart-uploads/{}/parts", self.url, text(upload, "uploadId"));
        let query = [("objectKey", text(upload, "objectKey"))];
        self.client.get(place).query(&query).bearer_auth(&someone.token).send().await.expect("an answer")
    }

    pub async fn complete(&self, someone: &Someone, upload: &Value) -> Response {
        let path = format!("/multipart-uploads/{}/completion", text(upload, "uploadId"));
        self.post_json(someone, &path, &json!({"objectKey": upload["objectKey"]})).await
    }

    pub async fn give_up(&self, someone: &Someone, upload: &Value) -> StatusCode {
        let place = format!("{}/multipart-uploads/{}", self.url, text(upload, "uploadId"));
        let query = [("objectKey", text(upload, "objectKey"))];
        let request = self.client.delete(place).query(&query).bearer_auth(&someone.token);
        request.send().await.expect("an answer").status()
    }
}

/// A file of which every part is another one.
pub fn file_of(size: usize) -> Vec<u8> {
    (0..size).map(|place| (place >> 16) as u8 ^ place as u8).collect()
}

pub fn crc32c_of(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(crc32c::crc32c(bytes).to_be_bytes())
}
