//! CopyObject and UploadPartCopy: a second name for the same bytes, whole or in stretches.

use super::{
    client::Ask,
    multipart::{PART, Upload, bytes},
    server::{Server, files},
};

const SOURCE: &str = "x-amz-copy-source";

fn copy(server: &Server, from: &str, to: &str) -> Ask {
    server.ask("PUT", to).header(SOURCE, format!("/coats/{from}")).body("")
}

async fn put_described(server: &Server, key: &str) -> String {
    let ask = server.ask("PUT", key).header("content-type", "image/png").header("x-amz-meta-colour", "blue");
    let answer = ask.header("x-amz-checksum-crc32c", crc32c("coat")).body("coat").send().await.expect(200, "");
    answer.header("etag").expect("an ETag")
}

fn crc32c(text: &str) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(crc32c::crc32c(text.as_bytes()).to_be_bytes())
}

#[tokio::test]
async fn a_copy_has_the_bytes_the_description_and_the_checksums_of_its_source() {
    let server = Server::start().await;
    let etag = put_described(&server, "a b/é").await;
    for source in ["/coats/a%20b/%C3%A9", "coats/a%20b/%C3%A9"] {
        let answer = server.ask("PUT", "copy").header(SOURCE, source).body("").send().await.expect(200, "");
        assert_eq!(answer.tags("ETag"), [etag.as_str()]);
        assert_eq!(answer.tags("LastModified").len(), 1);
    }
    server.ask("DELETE", "a b/é").send().await.expect(204, "");
    let copy = server.ask("GET", "copy").header("x-amz-checksum-mode", "ENABLED").send().await.expect(200, "");
    assert_eq!(copy.text(), "coat");
    for (name, value) in [
        ("etag", etag.as_str()),
        ("content-type", "image/png"),
        ("x-amz-meta-colour", "blue"),
        ("x-amz-checksum-crc32c", &crc32c("coat")),
    ] {
        assert_eq!(copy.header(name).as_deref(), Some(value), "{name}");
    }
    let server = Server::start_in(server.stop().await).await;
    assert_eq!(server.get("copy").await.text(), "coat");
    server.finish().await;
}

#[tokio::test]
async fn the_description_is_kept_replaced_or_merged() {
    let server = Server::start().await;
    put_described(&server, "coat").await;
    for (directive, kind, colour, size) in [
        ("COPY", "image/png", Some("blue"), None),
        ("REPLACE", "text/plain", None, Some("L")),
        ("MERGE", "text/plain", Some("blue"), Some("L")),
    ] {
        let ask = copy(&server, "coat", "copy").header("x-amz-metadata-directive", directive);
        let ask = ask.header("content-type", "text/plain").header("x-amz-meta-size", "L");
        ask.header("x-amz-storage-class", "STANDARD_IA").send().await.expect(200, "");
        let found = server.ask("HEAD", "copy").send().await.expect(200, "");
        assert_eq!(found.header("content-type").as_deref(), Some(kind), "{directive}");
        assert_eq!(found.header("x-amz-storage-class").as_deref(), Some("STANDARD_IA"), "{directive}");
        let size = if directive == "COPY" { None } else { size };
        assert_eq!(found.header("x-amz-meta-colour").as_deref(), colour, "{directive}");
        assert_eq!(found.header("x-amz-meta-size").as_deref(), size, "{directive}");
    }
    let senseless = copy(&server, "coat", "copy").header("x-amz-metadata-directive", "DROP");
    senseless.send().await.expect(400, "InvalidArgument");
    server.finish().await;
}

#[tokio::test]
async fn an_object_is_copied_onto_itself_only_to_change_it() {
    let server = Server::start().await;
    put_described(&server, "coat").await;
    copy(&server, "coat", "coat").send().await.expect(400, "InvalidRequest");
    let replaced = copy(&server, "coat", "coat").header("x-amz-metadata-directive", "REPLACE");
    replaced.header("x-amz-meta-colour", "red").send().await.expect(200, "");
    let found = server.get("coat").await.expect(200, "");
    assert_eq!((found.text(), found.header("x-amz-meta-colour")), ("coat".to_owned(), Some("red".to_owned())));
    copy(&server, "coat", "coat").header("x-amz-storage-class", "STANDARD_IA").send().await.expect(200, "");
    assert_eq!(server.get("coat").await.expect(200, "").text(), "coat");
    server.finish().await;
}

#[tokio::test]
async fn conditions_hold_for_the_source_and_for_what_is_there() {
    let server = Server::start().await;
    let etag = put_described(&server, "coat").await;
    let (past, future) = ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2099 07:28:00 GMT");
    for (name, value, status) in [
        ("x-amz-copy-source-if-match", etag.as_str(), 200),
        ("x-amz-copy-source-if-match", "\"other\"", 412),
        ("x-amz-copy-source-if-none-match", &etag, 412),
        ("x-amz-copy-source-if-none-match", "\"other\"", 200),
        ("x-amz-copy-source-if-modified-since", past, 200),
        ("x-amz-copy-source-if-modified-since", future, 412),
        ("x-amz-copy-source-if-unmodified-since", past, 412),
        ("x-amz-copy-source-if-unmodified-since", future, 200),
        ("if-none-match", "*", 412),
        ("cf-copy-destination-if-none-match", "*", 412),
        ("cf-copy-destination-if-match", "\"other\"", 412),
    ] {
        let answer = copy(&server, "coat", "copy").header(name, value).send().await;
        assert_eq!(answer.status, status, "{name}: {value}");
    }
    for (name, value) in [("if-none-match", "*"), ("cf-copy-destination-if-none-match", "*")] {
        copy(&server, "coat", &format!("new {name}")).header(name, value).send().await.expect(200, "");
    }
    server.finish().await;
}

#[tokio::test]
async fn only_what_is_in_the_bucket_is_copied() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    for (source, status, code) in [
        ("/coats/nothing", 404, "NoSuchKey"),
        ("/boats/coat", 404, "NoSuchBucket"),
        ("/coats/coat?versionId=1", 501, "NotImplemented"),
        ("/coats", 400, "InvalidArgument"),
        ("", 400, "InvalidArgument"),
    ] {
        let answer = server.ask("PUT", "copy").header(SOURCE, source).body("").send().await;
        assert_eq!(answer.status, status, "{source} {code} {}", answer.text());
    }
    let presigned = server.ask("PUT", "copy").body("").presigned().unsigned(SOURCE, "/coats/coat");
    presigned.send().await.expect(403, "AccessDenied");
    server.get("copy").await.expect(404, "NoSuchKey");
    copy(&server, "coat", "copy").presigned().send().await.expect(200, "");
    server.finish().await;
}

#[tokio::test]
async fn an_object_in_parts_is_copied_without_its_bytes_being_written() {
    let server = Server::start().await;
    let whole = [bytes(PART, 1), bytes(1000, 2)];
    let upload = Upload::begin(&server, "large").await;
    let etags = [upload.send(1, whole[0].clone()).await, upload.send(4, whole[1].clone()).await];
    upload.complete(&[(1, &etags[0]), (4, &etags[1])]).await.expect(200, "");
    copy(&server, "large", "copy").send().await.expect(200, "");
    assert_eq!(files(server.folder.path()).len(), 4);
    server.ask("DELETE", "large").send().await.expect(204, "");
    assert!(server.get("copy").await.expect(200, "").body == whole.concat(), "other bytes");
    let range = format!("bytes={}-{}", PART - 2, PART + 1);
    let part = server.ask("GET", "copy").header("range", range).send().await.expect(206, "");
    assert_eq!(part.body, whole.concat()[PART - 2..=PART + 1]);
    server.finish().await;
}

#[tokio::test]
async fn parts_are_made_of_stretches_of_objects() {
    let server = Server::start().await;
    let source = bytes(2 * PART + 10, 5);
    server.put("source", source.clone()).await;
    let upload = Upload::begin(&server, "target").await;
    let part = |number: usize| upload.part(number).header(SOURCE, "/coats/source").body("");
    let mut etags = Vec::new();
    for (number, range) in [(1, (0, PART - 1)), (2, (PART, 2 * PART - 1)), (3, (2 * PART, 2 * PART + 9))] {
        let ask = part(number).header("x-amz-copy-source-range", format!("bytes={}-{}", range.0, range.1));
        etags.extend(ask.send().await.expect(200, "").tags("ETag"));
    }
    for (range, status) in [
        ("bytes=0-99999999", 416),
        ("bytes=5-4", 400),
        ("bytes=5-", 400),
        ("bytes=-5", 400),
        ("bytes=+1-5", 400),
        ("0-5", 400),
        ("", 400),
    ] {
        let answer = part(9).header("x-amz-copy-source-range", range).send().await;
        assert_eq!(answer.status, status, "{range} {}", answer.text());
    }
    let unmet = part(9).header("x-amz-copy-source-if-match", "\"other\"");
    unmet.send().await.expect(412, "PreconditionFailed");
    let parts: Vec<_> = etags.iter().enumerate().map(|(place, etag)| (place + 1, etag.as_str())).collect();
    upload.complete(&parts).await.expect(200, "");
    assert!(server.get("target").await.expect(200, "").body == source, "other bytes");
    let whole = Upload::begin(&server, "again").await;
    let ask = whole.part(1).header(SOURCE, "/coats/target").body("");
    let etag = ask.send().await.expect(200, "").tags("ETag").pop().expect("an ETag");
    whole.complete(&[(1, &etag)]).await.expect(200, "");
    assert!(server.get("again").await.expect(200, "").body == source, "other bytes");
    server.finish().await;
}
