//! Bodies in `aws-chunked` frames, signed or not, with checksums that come after the bytes.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{
    client::{Ask, sha256_hex},
    server::{Server, files},
};

/// An unsigned chunked body whose trailer holds `checksum`.
fn trailing(server: &Server, body: &str, name: &str, checksum: &str) -> Ask {
    let framed = format!("{:x}\r\n{body}\r\n0\r\n{name}:{checksum}\r\n\r\n", body.len());
    let mut ask = server
        .ask("PUT", "coat")
        .header("content-encoding", "aws-chunked")
        .header("x-amz-decoded-content-length", body.len())
        .header("x-amz-trailer", "x-amz-checksum-crc32")
        .header("x-amz-sdk-checksum-algorithm", "CRC32")
        .body(framed);
    ask.payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned();
    ask
}

/// A signed chunked body, and a way to bend it after it was signed.
fn signed(server: &Server, chunks: &[&str], bend: impl Fn(String) -> String) -> Ask {
    let length: usize = chunks.iter().map(|chunk| chunk.len()).sum();
    let mut ask = server.ask("PUT", "coat").header("x-amz-decoded-content-length", length);
    ask.payload_hash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD".to_owned();
    let mut previous = ask.seed_signature();
    let mut framed = String::new();
    for chunk in chunks.iter().chain(&[""]) {
        let (time, scope, empty, hash) = (ask.timestamp(), ask.scope(), sha256_hex(b""), sha256_hex(chunk.as_bytes()));
        previous = ask.signature(&format!("AWS4-HMAC-SHA256-PAYLOAD\n{time}\n{scope}\n{previous}\n{empty}\n{hash}"));
        framed.push_str(&format!("{:x};chunk-signature={previous}\r\n{chunk}\r\n", chunk.len()));
    }
    ask.body(bend(framed))
}

#[tokio::test]
async fn a_trailing_checksum_is_checked_and_kept() {
    let server = Server::start().await;
    let checksum = BASE64_STANDARD.encode(crc32fast::hash(b"coat").to_be_bytes());
    trailing(&server, "coat", "x-amz-checksum-crc32", &checksum).send().await.expect(200, "");
    let stored = server.ask("GET", "coat").header("x-amz-checksum-mode", "ENABLED").send().await.expect(200, "");
    assert_eq!(stored.text(), "coat");
    assert_eq!(stored.header("x-amz-checksum-crc32"), Some(checksum));
    assert_eq!(stored.header("content-encoding"), None);
    assert_eq!(stored.header("content-length").as_deref(), Some("4"));
    server.finish().await;
}

#[tokio::test]
async fn a_trailing_checksum_that_is_wrong_or_missing_leaves_nothing() {
    let server = Server::start().await;
    trailing(&server, "coat", "x-amz-checksum-crc32", "AAAAAA==").send().await.expect(400, "BadDigest");
    trailing(&server, "coat", "x-amz-checksum-crc32", "AAAA").send().await.expect(400, "InvalidDigest");
    trailing(&server, "coat", "x-other", "a").send().await.expect(400, "InvalidRequest");
    let mut none = trailing(&server, "coat", "", "");
    none.unsigned.clear();
    none.body("4\r\ncoat\r\n0\r\n\r\n").send().await.expect(400, "InvalidRequest");
    server.get("coat").await.expect(404, "NoSuchKey");
    assert!(files(server.folder.path()).is_empty());
    server.finish().await;
}

#[tokio::test]
async fn signed_chunks_are_joined() {
    let server = Server::start().await;
    signed(&server, &["winter ", "coat"], |framed| framed).send().await.expect(200, "");
    assert_eq!(server.get("coat").await.text(), "winter coat");
    server.finish().await;
}

#[tokio::test]
async fn a_chunk_that_was_changed_leaves_nothing() {
    let server = Server::start().await;
    let changed = signed(&server, &["winter ", "coat"], |framed| framed.replace("\r\ncoat", "\r\nboat"));
    changed.send().await.expect(403, "SignatureDoesNotMatch");
    for bend in [
        |framed: String| framed.replace("7;", "6;"),
        |framed: String| framed.replace("4;", "ffffffff;"),
        |framed: String| framed.replace("chunk-signature", "chunk-nonsense"),
        |framed: String| framed.split_once("4;").expect("a second chunk").0.to_owned(),
        |framed: String| framed.replace("\r\n", "\n"),
    ] {
        let answer = signed(&server, &["winter ", "coat"], bend).send().await;
        assert!((400..500).contains(&answer.status), "{} {}", answer.head, answer.text());
    }
    server.get("coat").await.expect(404, "NoSuchKey");
    assert!(files(server.folder.path()).is_empty());
    server.finish().await;
}
