//! PutObject and deletion: what is answered 200 is there, what is refused never was.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use super::{
    client::{Answer, sha256_hex},
    server::{Server, files},
};

#[tokio::test(flavor = "multi_thread")]
async fn one_of_three_hundred_racing_creations_wins_and_its_bytes_stay() {
    let server = Server::start().await;
    for round in 0..3 {
        let key = format!("race/{round}");
        let mut racers = JoinSet::new();
        for racer in 0..300 {
            let ask = server.ask("PUT", &key).header("if-none-match", "*").body(format!("racer {racer}"));
            racers.spawn(async move { (racer, ask.send().await) });
        }
        let answers = racers.join_all().await;
        let winners: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 200).collect();
        assert_eq!(winners.len(), 1);
        for (racer, answer) in answers.iter().filter(|(_, answer)| answer.status != 200) {
            assert_eq!(answer.code(), "PreconditionFailed", "racer {racer}");
        }
        assert_eq!(server.get(&key).await.text(), format!("racer {}", winners[0].0));
    }
    server.finish().await;
}

#[tokio::test]
async fn bytes_that_are_not_what_was_said_leave_nothing() {
    let server = Server::start().await;
    let digest = BASE64_STANDARD.encode(Sha256::digest(b"something else"));
    let md5 = BASE64_STANDARD.encode(Md5::digest(b"something else"));
    for (name, value) in [
        ("x-amz-checksum-sha256", digest.as_str()),
        ("x-amz-checksum-sha1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("x-amz-checksum-crc32", "AAAAAA=="),
        ("x-amz-checksum-crc32c", "AAAAAA=="),
        ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="),
        ("content-md5", md5.as_str()),
    ] {
        server.ask("PUT", "coat").header(name, value).body("coat").send().await.expect(400, "BadDigest");
    }
    for (name, value) in [
        ("x-amz-checksum-sha256", "AAAA"),
        ("x-amz-checksum-crc32", "not base64!"),
        ("content-md5", "AAAA"),
        ("content-md5", ""),
    ] {
        server.ask("PUT", "coat").header(name, value).body("coat").send().await.expect(400, "InvalidDigest");
    }
    server.get("coat").await.expect(404, "NoSuchKey");
    assert!(files(server.folder.path()).is_empty());
    server.finish().await;
}

#[tokio::test]
async fn a_payload_hash_that_is_signed_is_enforced() {
    let server = Server::start().await;
    let mut ask = server.ask("PUT", "coat").body("coat");
    ask.payload_hash = sha256_hex(b"other");
    ask.send().await.expect(400, "XAmzContentSHA256Mismatch");
    let mut ask = server.ask("PUT", "coat").body("coat");
    ask.payload_hash = sha256_hex(b"coat");
    ask.send().await.expect(200, "");
    server.finish().await;
}

#[tokio::test]
async fn checksums_come_back_to_those_who_ask() {
    let server = Server::start().await;
    let sha256 = BASE64_STANDARD.encode(Sha256::digest(b"coat"));
    let crc32c = BASE64_STANDARD.encode(crc32c::crc32c(b"coat").to_be_bytes());
    let crc32 = BASE64_STANDARD.encode(crc32fast::hash(b"coat").to_be_bytes());
    for (name, value) in
        [("x-amz-checksum-sha256", sha256), ("x-amz-checksum-crc32c", crc32c), ("x-amz-checksum-crc32", crc32)]
    {
        let put = server.ask("PUT", "coat").header(name, &value).body("coat").send().await.expect(200, "");
        assert_eq!(put.header(name).as_deref(), Some(value.as_str()));
        for method in ["GET", "HEAD"] {
            let plain = server.ask(method, "coat").send().await.expect(200, "");
            assert_eq!(plain.header(name), None);
            let asked = server.ask(method, "coat").header("x-amz-checksum-mode", "ENABLED").send().await;
            assert_eq!(asked.header(name).as_deref(), Some(value.as_str()));
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn an_object_is_served_with_what_it_was_stored_with() {
    let server = Server::start().await;
    let carried = [
        ("content-type", "image/png"),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("content-disposition", "attachment; filename=\"a.png\""),
        ("content-encoding", "gzip"),
        ("content-language", "fr"),
        ("expires", "Wed, 21 Oct 2037 07:28:00 GMT"),
        ("x-amz-meta-colour", "dark blue"),
    ];
    let ask = carried.iter().fold(server.ask("PUT", "coat"), |ask, (name, value)| ask.header(name, value));
    let put = ask.body("coat").send().await.expect(200, "");
    let etag = format!("\"{}\"", hex::encode(Md5::digest(b"coat")));
    assert_eq!(put.header("etag").as_deref(), Some(etag.as_str()));
    for method in ["GET", "HEAD"] {
        let answer = server.ask(method, "coat").send().await.expect(200, "");
        for (name, value) in carried {
            assert_eq!(answer.header(name).as_deref(), Some(value), "{method} {name}");
        }
        assert_eq!(answer.header("etag").as_deref(), Some(etag.as_str()));
        assert_eq!(answer.header("content-length").as_deref(), Some("4"));
        assert_eq!(answer.header("accept-ranges").as_deref(), Some("bytes"));
        assert!(answer.header("last-modified").is_some());
    }
    let form = server.ask("PUT", "form").header("content-type", "multipart/form-data; boundary=a").body("--a--");
    form.send().await.expect(200, "");
    let too_much = server.ask("PUT", "coat").header("x-amz-meta-a", "b".repeat(8_192)).body("coat");
    too_much.send().await.expect(400, "MetadataTooLarge");
    server.finish().await;
}

#[tokio::test]
async fn a_put_needs_a_length_that_is_not_too_large() {
    let server = Server::start().await;
    let chunked = server.ask("PUT", "coat").unsigned("transfer-encoding", "chunked");
    let chunked = chunked.bare_body("4\r\ncoat\r\n0\r\n\r\n");
    chunked.clone().send().await.expect(411, "MissingContentLength");
    chunked.presigned().send().await.expect(411, "MissingContentLength");
    server.ask("PUT", "coat").presigned().send().await.expect(411, "MissingContentLength");
    let huge = server.ask("PUT", "coat").unsigned("content-length", 5 * 1024 * 1024 * 1024_u64 + 1);
    let mut stream = TcpStream::connect(server.address()).await.expect("connects");
    stream.write_all(&huge.wire()).await.expect("sends");
    let mut received = Vec::new();
    while !String::from_utf8_lossy(&received).contains("</Error>") {
        assert_ne!(stream.read_buf(&mut received).await.expect("receives"), 0);
    }
    Answer::parse(&received).expect(400, "EntityTooLarge");
    drop(stream);
    server.get("coat").await.expect(404, "NoSuchKey");
    server.finish().await;
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_what_was_there() {
    let server = Server::start().await;
    server.put("coat", "old").await;
    for sent in [0, 1, 3 * 1024 * 1024] {
        let mut ask = server.ask("PUT", "coat").body(vec![7; 4 * 1024 * 1024]);
        ask.body.truncate(sent);
        let mut stream = TcpStream::connect(server.address()).await.expect("connects");
        stream.write_all(&ask.wire()).await.expect("sends");
        stream.shutdown().await.expect("breaks off");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    }
    assert_eq!(server.get("coat").await.text(), "old");
    server.finish().await;
}

#[tokio::test]
async fn writes_obey_their_conditions() {
    let server = Server::start().await;
    let put = |name: &'static str, value: String| server.ask("PUT", "coat").header(name, value).body("new").send();
    put("if-match", "\"abc\"".into()).await.expect(412, "PreconditionFailed");
    put("if-match", "*".into()).await.expect(412, "PreconditionFailed");
    put("if-none-match", "*".into()).await.expect(200, "");
    put("if-none-match", "*".into()).await.expect(412, "PreconditionFailed");
    let etag = server.get("coat").await.header("etag").expect("an ETag");
    put("if-none-match", etag.clone()).await.expect(412, "PreconditionFailed");
    put("if-match", "\"abc\"".into()).await.expect(412, "PreconditionFailed");
    put("if-match", format!("W/{etag}")).await.expect(412, "PreconditionFailed");
    put("if-match", etag).await.expect(200, "");
    put("if-match", "*".into()).await.expect(200, "");
    put("if-none-match", "\"abc\"".into()).await.expect(200, "");
    server.finish().await;
}

#[tokio::test]
async fn a_large_body_that_is_refused_early_still_gets_its_answer() {
    let server = Server::start().await;
    server.put("coat", "old").await;
    let ask = server.ask("PUT", "coat").header("if-none-match", "*").body(vec![1; 20 * 1024 * 1024]);
    ask.send().await.expect(412, "PreconditionFailed");
    server.ask("PUT", "coat").body(vec![1; 20 * 1024 * 1024]).anonymous().send().await.expect(403, "AccessDenied");
    server.finish().await;
}

#[tokio::test]
async fn a_deleted_object_is_gone_with_its_bytes_and_deleting_it_again_is_fine() {
    let server = Server::start().await;
    for key in ["a", "b", "c & <d>"] {
        server.put(key, key).await;
    }
    for _ in 0..2 {
        server.ask("DELETE", "a").send().await.expect(204, "");
        server.get("a").await.expect(404, "NoSuchKey");
    }
    let body = "<Delete><Object><Key>b</Key></Object><Object><Key>c &amp; &lt;d&gt;</Key></Object>\
        <Object><Key>never was</Key></Object></Delete>";
    let answer = server.ask("POST", "").query("delete", "").body(body).send().await.expect(200, "");
    assert_eq!(answer.tags("Key"), ["b", "c &amp; &lt;d&gt;", "never was"]);
    assert!(server.list().send().await.tags("Key").is_empty());
    let folder = server.stop().await;
    assert!(files(folder.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_keep_their_object_while_it_is_replaced() {
    let server = Server::start().await;
    let bodies: Vec<Vec<u8>> = (0..4).map(|version| vec![version; 700_000]).collect();
    server.put("coat", bodies[0].clone()).await;
    let (mut writers, mut readers) = (JoinSet::new(), JoinSet::new());
    for turn in 0..40 {
        let put = server.ask("PUT", "coat").body(bodies[turn % 4].clone());
        writers.spawn(put.send());
        readers.spawn(server.ask("GET", "coat").send());
    }
    for answer in readers.join_all().await {
        assert_eq!(answer.status, 200);
        assert!(bodies.contains(&answer.body), "{} bytes of no version, or of several", answer.body.len());
    }
    for answer in writers.join_all().await {
        assert_eq!(answer.status, 200);
    }
    server.finish().await;
}
