//! Request bodies that are not what they seem: compressed, endless, or never complete.

use crate::{on_both_databases, support::TestApp};
use cloakroom::routes::table;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

on_both_databases!(
    a_compressed_body_is_refused_on_every_route,
    a_body_over_the_limit_is_refused_where_nobody_reads_it,
    a_body_that_never_ends_is_not_swallowed,
    what_is_shared_is_answered_before_it_is_read,
);

async fn a_compressed_body_is_refused_on_every_route(app: &TestApp) {
    for entry in table() {
        for encodings in [&["gzip"][..], &["GZip"], &["identity, br"], &["identity", "deflate"], &["x-unheard-of"]] {
            let method: Method = entry.method.as_str().parse().expect("a method");
            let mut request = app.client.request(method, format!("{}{}", app.url, entry.path)).body("x");
            for encoding in encodings {
                request = request.header("content-encoding", *encoding);
            }
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{} {encodings:?}", entry.path);
            let json: Value = answer.json().await.expect("JSON");
            assert_eq!((&json["success"], &json["code"]), (&false.into(), &"encoded_body".into()));
        }
    }
    let ada = app.member().await;
    let upload_request = serde_json::json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1});
    let plain = app.client.post(format!("{}/presign-upload", app.url)).bearer_auth(&ada.token).json(&upload_request);
    let answer = plain.header("content-encoding", "Identity").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let page = app.client.post(format!("{}/sign-in", app.url)).header("accept", "text/html");
    let page = page.header("content-encoding", "gzip").body("x").send().await.expect("an answer");
    assert!(page.headers().contains_key("content-security-policy"));
    assert!(page.text().await.expect("a body").contains("<h1"), "people get a page");
}

async fn a_body_over_the_limit_is_refused_where_nobody_reads_it(app: &TestApp) {
    for (method, path) in [("POST", "/sign-out"), ("GET", "/healthz"), ("POST", "/nothing-here"), ("PUT", "/sign-in")] {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n");
        let answer = answer_to(app, head.as_bytes(), 0).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        let answer = answer_to(app, head.replace("70000", "5").as_bytes(), 1).await;
        assert!(!answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
    }
}

async fn a_body_that_never_ends_is_not_swallowed(app: &TestApp) {
    for path in ["/sign-out", "/healthz", "/sign-in", "/save-metadata", "/nothing-here", "/share"] {
        let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).await.expect("a connection");
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("sent");
        let chunk = [b"10000\r\n", &[b'a'; 0x10000][..], b"\r\n"].concat();
        let started = std::time::Instant::now();
        while stream.write_all(&chunk).await.is_ok() {
            assert!(started.elapsed() < Duration::from_secs(10), "{path} is still listening");
        }
    }
}

async fn what_is_shared_is_answered_before_it_is_read(app: &TestApp) {
    for size in ["Content-Length: 5000000000", "Transfer-Encoding: chunked"] {
        let head = format!("POST /share HTTP/1.1\r\nHost: x\r\n{size}\r\n\r\n");
        let answer = answer_to(app, head.as_bytes(), 0).await;
        assert!(answer.starts_with("HTTP/1.1 303"), "{size}: {answer}");
    }
}

/// What comes back until the server closes or the answer's head is there, after a head and some bytes of a body.
async fn answer_to(app: &TestApp, head: &[u8], letters: usize) -> String {
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).await.expect("a connection");
    stream.write_all(head).await.expect("sent");
    stream.write_all(&[b"abcde".repeat(letters)].concat()).await.expect("sent");
    let mut answer = vec![0; 16 * 1024];
    let read = timeout(Duration::from_secs(30), stream.read(&mut answer)).await.expect("in time").expect("read");
    String::from_utf8_lossy(&answer[..read]).into_owned()
}
