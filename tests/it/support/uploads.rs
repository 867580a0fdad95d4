//! Uploading as a program does: presign, PUT, confirm.

use super::{Someone, TestApp};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

/// A PNG of one pixel, and a text.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDAT\x08\xd7c\xf8\xcf\xc0\0\0\x03\x01\x01\0\x18\xdd\x8d\xb0\0\0\0\0IEND\xaeB`\x82";

impl TestApp {
    pub async fn post_json(&self, someone: &Someone, path: &str, body: &Value) -> Response {
        let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(&someone.token).json(body);
        request.send().await.expect("an answer")
    }

    /// The answer of `/presign-upload`, which must be a success.
    pub async fn presign(&self, someone: &Someone, upload_request: &Value) -> Value {
        let answer = self.post_json(someone, "/presign-upload", upload_request).await;
        assert_eq!(answer.status(), StatusCode::OK, "{upload_request}");
        answer.json().await.expect("JSON")
    }

    /// A strict upload request for these bytes.
    pub async fn presign_strictly(&self, someone: &Someone, name: &str, content_type: &str, size: usize) -> Value {
        self.presign(someone, &json!({"fileName": name, "contentType": content_type, "size": size})).await
    }

    pub async fn save(&self, someone: &Someone, presigned: &Value) -> Response {
        self.post_json(someone, "/save-metadata", &json!({"objectKey": presigned["objectKey"]})).await
    }

    /// Presign, PUT and confirm; the file's id.
    pub async fn upload(&self, someone: &Someone, name: &str, content_type: &str, bytes: &[u8]) -> String {
        let presigned = self.presign_strictly(someone, name, content_type, bytes.len()).await;
        assert_eq!(status(self.put(&presigned, bytes)).await, 200);
        let saved = self.save(someone, &presigned).await;
        assert_eq!(saved.status(), StatusCode::OK);
        let saved: Value = saved.json().await.expect("JSON");
        saved["fileId"].as_str().expect("an id").to_owned()
    }

    /// The PUT that a presigned answer asks for, headers and all.
    pub fn put(&self, presigned: &Value, bytes: &[u8]) -> RequestBuilder {
        // Without it, this client says nothing of the length of an empty body, unlike browsers and curl.
        let request =
            self.client.put(text(presigned, "presignedUrl")).header("Content-Length", bytes.len()).body(bytes.to_vec());
        let headers = presigned["headers"].as_object().expect("headers");
        headers.iter().fold(request, |request, (name, value)| request.header(name, value.as_str().expect("text")))
    }
}

pub async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}
