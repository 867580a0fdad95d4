//! Commands in a body: done only if the body is what its sender said, and asks for nothing that is not done.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use sha2::Sha256;

use super::server::Server;

const DELETION: &str = "<Delete><Object><Key>coat</Key></Object></Delete>";
const RULES: &str = "<CORSConfiguration><CORSRule><AllowedOrigin>https://site.example</AllowedOrigin>\
    <AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>";

/// Each kind of digest of a text.
fn digests(text: &str) -> Vec<(&'static str, String)> {
    let text = text.as_bytes();
    vec![
        ("content-md5", BASE64_STANDARD.encode(Md5::digest(text))),
        ("x-amz-checksum-sha256", BASE64_STANDARD.encode(Sha256::digest(text))),
        ("x-amz-checksum-crc32", BASE64_STANDARD.encode(crc32fast::hash(text).to_be_bytes())),
        ("x-amz-checksum-crc32c", BASE64_STANDARD.encode(crc32c::crc32c(text).to_be_bytes())),
    ]
}

#[tokio::test]
async fn a_deletion_that_is_not_what_was_said_deletes_nothing() {
    let server = Server::start().await;
    for ((name, wrong), (_, right)) in digests("something else").into_iter().zip(digests(DELETION)) {
        server.put("coat", "coat").await;
        let ask = server.ask("POST", "").query("delete", "").body(DELETION);
        ask.clone().header(name, wrong).send().await.expect(400, "BadDigest");
        ask.clone().header(name, "AAA").send().await.expect(400, "InvalidDigest");
        server.get("coat").await.expect(200, "");
        ask.header(name, right).send().await.expect(200, "");
        server.get("coat").await.expect(404, "NoSuchKey");
    }
    server.finish().await;
}

#[tokio::test]
async fn rules_that_are_not_what_was_said_change_nothing() {
    let server = Server::start().await;
    let origins = || async {
        let answer = server.ask("GET", "").query("cors", "").send().await.expect(200, "");
        answer.tags("AllowedOrigin")
    };
    let before = origins().await;
    let ask = server.ask("PUT", "").query("cors", "").body(RULES);
    for (name, wrong) in digests("something else") {
        ask.clone().header(name, wrong).send().await.expect(400, "BadDigest");
        assert_eq!(origins().await, before);
    }
    for (name, right) in digests(RULES) {
        ask.clone().header(name, right).send().await.expect(200, "");
    }
    assert_eq!(origins().await, ["https://site.example"]);
    server.finish().await;
}

#[tokio::test]
async fn a_condition_on_a_deletion_is_refused_and_not_passed_over() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    server.put("other", "other").await;
    for condition in [
        "<ETag>\"abc\"</ETag>",
        "<Size>4</Size>",
        "<LastModifiedTime>Wed, 21 Oct 2015 07:28:00 GMT</LastModifiedTime>",
        "<VersionId>1</VersionId>",
    ] {
        let body = format!("<Delete><Object><Key>coat</Key>{condition}</Object></Delete>");
        let answer = server.ask("POST", "").query("delete", "").body(body).send().await.expect(200, "NotImplemented");
        assert!(answer.tags("Deleted").is_empty(), "{}", answer.text());
        server.get("coat").await.expect(200, "");
    }
    server.finish().await;
}
