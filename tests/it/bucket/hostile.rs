//! Keys meant to escape, bodies meant to confuse, and clients that do not behave.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    client::{Ask, exchange, sha256_hex},
    server::{BUCKET, Server},
};

/// Keys that mean something to file systems, URLs, XML or people.
const KEYS: [&str; 22] = [
    "../../../../etc/passwd",
    "..",
    ".",
    "/",
    "//",
    "/leading",
    "trailing/",
    "a//b",
    "a/./b/../c",
    "%2e%2e/%2f",
    "a\nb\r\nc",
    "nul\0byte",
    "\u{1}\u{7f}",
    " ",
    "+",
    "a b+c&d=e?f#g",
    "\\..\\windows",
    "CON",
    "🧥👔",
    "\u{202e}gpj.exe",
    "index.db",
    "' OR 1=1 --",
];

#[tokio::test]
async fn any_text_is_a_key_and_names_no_file() {
    let server = Server::start().await;
    let longest = "k".repeat(1_024);
    let keys: Vec<_> = KEYS.into_iter().chain([longest.as_str()]).collect();
    for key in &keys {
        server.put(key, *key).await;
    }
    for key in &keys {
        assert_eq!(server.get(key).await.expect(200, "").text(), *key, "{key:?}");
    }
    let listed = server.list().query("encoding-type", "url").send().await.expect(200, "").tags("Key");
    let mut expected: Vec<_> = keys.iter().map(|key| key.as_bytes().to_vec()).collect();
    expected.sort();
    let decode = |key: &String| percent_encoding::percent_decode_str(key).collect::<Vec<u8>>();
    assert_eq!(listed.iter().map(decode).collect::<Vec<_>>(), expected);
    for key in &keys {
        server.ask("DELETE", key).send().await.expect(204, "");
        server.get(key).await.expect(404, "NoSuchKey");
    }
    server.finish().await;
}

#[tokio::test]
async fn two_spellings_of_one_text_are_one_key() {
    let server = Server::start().await;
    server.put("cafe\u{301}", "first").await;
    server.put("caf\u{e9}", "second").await;
    assert_eq!(server.get("cafe\u{301}").await.text(), "second");
    assert_eq!(server.list().query("prefix", "cafe\u{301}").send().await.tags("Key"), ["caf\u{e9}"]);
    server.finish().await;
}

#[tokio::test]
async fn keys_that_are_too_long_are_refused() {
    let server = Server::start().await;
    // U+0958 is three bytes, and six in NFC.
    for key in ["k".repeat(1_025), "é".repeat(513), "\u{958}".repeat(200)] {
        server.ask("PUT", &key).body("").send().await.expect(400, "InvalidObjectName");
        server.ask("GET", &key).send().await.expect(400, "InvalidObjectName");
    }
    server.finish().await;
}

#[tokio::test]
async fn no_request_makes_the_bucket_fail() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    let expected = sha256_hex(b"something else");
    let xml = |path: &str, body: &str| server.ask("POST", "").query(path, "").body(body);
    let mut asks = vec![
        xml("delete", ""),
        xml("delete", "<Delete>"),
        xml("delete", "<Delete></Delete>"),
        xml("delete", &format!("<Delete>{}</Delete>", "<Object><Key>a</Key></Object>".repeat(1_001))),
        xml("delete", "<!DOCTYPE a [<!ENTITY b \"c\">]><Delete><Object><Key>&b;</Key></Object></Delete>"),
        Ask { payload_hash: expected.clone(), ..xml("delete", "<Delete><Object><Key>a</Key></Object></Delete>") },
        Ask { payload_hash: expected, ..server.ask("PUT", "").query("cors", "").body("<CORSConfiguration/>") },
        Ask { payload_hash: sha256_hex(b""), ..server.ask("PUT", "coat").query("tagging", "").body("<Tagging/>") },
        server.ask("PUT", "").query("cors", "").body([0xff, 0xfe, 0x00]),
        server.ask("GET", "coat").header("if-modified-since", "yesterday"),
        server.ask("GET", "coat").header("if-none-match", "unquoted"),
        server.ask("GET", "coat").header("x-amz-content-sha256", "twice"),
        server.ask("PUT", "coat").header("x-amz-decoded-content-length", "-1").body("a"),
        server.ask("PUT", "coat").header("expires", "never").body("a"),
        server.ask("PUT", "coat").header("x-amz-meta-a", "=?UTF-8?B?AAECAwo=?=").body("a"),
        server.ask("GET", "coat").query("partNumber", "1"),
        server.ask("GET", "coat").query("response-expires", "never"),
        server.ask("PATCH", "coat"),
        server.ask("TRACE", "coat"),
        server.ask("POST", "coat"),
        server.ask("DELETE", ""),
        server.ask("PUT", "").body(""),
        Ask { bucket: "UPPER".to_owned(), ..server.ask("GET", "coat") },
        Ask { bucket: "..".to_owned(), ..server.ask("GET", "coat") },
    ];
    asks.push(server.ask("GET", "coat"));
    for ask in asks {
        let (what, answer) = (format!("{} {:?} {:?}", ask.method, ask.query, ask.headers), ask.send().await);
        assert!(answer.status < 500 || answer.status == 501, "{what}: {} {}", answer.head, answer.text());
    }
    assert_eq!(server.ask("GET", "coat").send().await.status, 200);
    server.finish().await;
}

#[tokio::test]
async fn bytes_that_are_no_request_do_no_harm() {
    let server = Server::start().await;
    let head = |target: &str| format!("GET {target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    for target in
        ["/coats/%ff%fe", "/coats/%", "/coats/a?%ff", "*", "/coats/a?a=%zz&b", "http://other/coats/a", "//", "/"]
    {
        let answer = exchange(server.address(), head(target).as_bytes()).await;
        assert!((400..500).contains(&answer.status), "{target}: {}", answer.head);
    }
    for garbage in [&b"\x16\x03\x01\x02\x00\x01"[..], b"GET / HTTP/9.9\r\n\r\n", &[b'a'; 600_000], b"\r\n\r\n\r\n"] {
        let mut stream = TcpStream::connect(server.address()).await.expect("connects");
        let _ = stream.write_all(garbage).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 5"), "{}", String::from_utf8_lossy(&answer));
    }
    server.put("coat", "coat").await;
    server.finish().await;
}

#[tokio::test]
async fn a_second_request_does_not_hide_in_the_first_one() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    let hidden = Ask::new(server.address(), "DELETE", BUCKET, "coat").wire();
    let mut ask = server.ask("PUT", "other").presigned();
    ask.unsigned =
        vec![("content-length".to_owned(), "0".to_owned()), ("transfer-encoding".to_owned(), "chunked".to_owned())];
    ask.body = [b"0\r\n\r\n".to_vec(), hidden].concat();
    let _ = ask.send().await;
    assert_eq!(server.get("coat").await.expect(200, "").text(), "coat");
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_clients_do_not_keep_others_out() {
    let server = Server::start().await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(server.address()).await.expect("connects");
        stream.write_all(b"PUT /coats/a HTTP/1.1\r\nhost: a\r\n").await.expect("sends");
        silent.push(stream);
    }
    server.put("coat", "coat").await;
    drop(silent);
    server.finish().await;
}
