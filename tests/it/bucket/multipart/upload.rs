//! An upload in parts, sent by hand.

use std::fmt::Write as _;

use super::super::{
    client::{Answer, Ask},
    server::Server,
};

/// The smallest part but the last.
pub const PART: usize = 5 * 1024 * 1024;

/// An upload that was begun.
pub struct Upload<'a> {
    pub server: &'a Server,
    pub key: String,
    pub id: String,
}

impl<'a> Upload<'a> {
    pub async fn begin(server: &'a Server, key: &str) -> Self {
        Self::begun(server, key, server.ask("POST", key)).await
    }

    /// Begins it with a request that has more in it.
    pub async fn begun(server: &'a Server, key: &str, ask: Ask) -> Self {
        let answer = ask.query("uploads", "").body("").send().await.expect(200, "");
        assert_eq!(answer.tags("Bucket"), ["coats"]);
        let id = answer.tags("UploadId").pop().expect("an id");
        Self { server, key: key.to_owned(), id }
    }

    /// A request that speaks of it.
    pub fn ask(&self, method: &str) -> Ask {
        self.server.ask(method, &self.key).query("uploadId", &self.id)
    }

    pub fn part(&self, number: usize) -> Ask {
        self.ask("PUT").query("partNumber", number)
    }

    /// Sends a part and returns its ETag.
    pub async fn send(&self, number: usize, body: impl Into<Vec<u8>>) -> String {
        let answer = self.part(number).body(body).send().await.expect(200, "");
        answer.header("etag").expect("an ETag")
    }

    /// A completion with these parts.
    pub fn completion(&self, parts: &[(usize, &str)]) -> Ask {
        self.ask("POST").body(list_of(parts))
    }

    pub async fn complete(&self, parts: &[(usize, &str)]) -> Answer {
        self.completion(parts).send().await
    }

    pub async fn list(&self) -> Answer {
        self.ask("GET").send().await
    }
}

/// What a completion says.
pub fn list_of(parts: &[(usize, &str)]) -> String {
    let mut body = "<CompleteMultipartUpload>".to_owned();
    for (number, etag) in parts {
        let etag = etag.replace('"', "&quot;");
        write!(body, "<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>").expect("writes to memory");
    }
    body + "</CompleteMultipartUpload>"
}

/// Bytes that differ from place to place.
pub fn bytes(length: usize, seed: u32) -> Vec<u8> {
    (0..length as u32).map(|place| (place.wrapping_add(seed).wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}
