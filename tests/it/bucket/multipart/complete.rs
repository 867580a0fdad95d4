//! What parts become: one object with all that was said at the beginning, or nothing.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};

use super::{
    super::server::{Server, files},
    upload::{PART, Upload, bytes, list_of},
};

#[tokio::test]
async fn parts_in_any_order_become_one_object_that_is_read_like_any_other() {
    let server = Server::start().await;
    let (one, two, three) = (bytes(PART, 1), bytes(PART, 2), bytes(1_000_001, 3));
    let whole = [one.clone(), two.clone(), three.clone()].concat();
    let ask = server.ask("POST", "large/é").header("content-type", "video/mp4");
    let ask = ask.header("content-disposition", "attachment").header("cache-control", "private");
    let upload = Upload::begun(&server, "large/é", ask.header("x-amz-meta-colour", "blue")).await;
    let third = upload.send(7, three.clone()).await;
    let first = upload.send(2, one.clone()).await;
    let second = upload.send(5, two.clone()).await;
    server.get("large/é").await.expect(404, "NoSuchKey");
    let before = files(server.folder.path());
    let answer = upload.complete(&[(2, &first), (5, &second), (7, &third)]).await.expect(200, "");
    let digests = [Md5::digest(&one), Md5::digest(&two), Md5::digest(&three)].concat();
    let etag = format!("\"{}-3\"", hex::encode(Md5::digest(digests)));
    assert_eq!(answer.tags("ETag"), [etag.as_str()]);
    assert_eq!(answer.tags("Key"), ["large/é"]);
    assert_eq!(files(server.folder.path()), before, "bytes were written again");
    let read = server.get("large/é").await.expect(200, "");
    assert!(read.body == whole, "other bytes");
    for (name, value) in [
        ("etag", etag.as_str()),
        ("content-type", "video/mp4"),
        ("content-disposition", "attachment"),
        ("cache-control", "private"),
        ("x-amz-meta-colour", "blue"),
    ] {
        assert_eq!(read.header(name).as_deref(), Some(value), "{name}");
    }
    let head = server.ask("HEAD", "large/é").send().await.expect(200, "");
    assert_eq!(head.header("content-length"), Some(whole.len().to_string()));
    assert_eq!(server.list().send().await.tags("Size"), [whole.len().to_string()]);
    for (from, to) in [(0, 0), (PART - 1, PART), (PART, PART), (PART - 3, 2 * PART + 7), (2 * PART, whole.len() - 1)] {
        let ask = server.ask("GET", "large/é").header("range", format!("bytes={from}-{to}"));
        let part = ask.send().await.expect(206, "");
        assert!(part.body == whole[from..=to], "{from}-{to}");
        assert_eq!(part.header("content-range"), Some(format!("bytes {from}-{to}/{}", whole.len())));
    }
    server.ask("GET", "large/é").header("if-none-match", &etag).send().await.expect(304, "");
    upload.complete(&[(2, &first), (5, &second), (7, &third)]).await.expect(404, "NoSuchUpload");
    server.finish().await;
}

#[tokio::test]
async fn parts_that_are_not_named_are_gone_and_so_is_what_was_replaced_or_deleted() {
    let server = Server::start().await;
    server.put("coat", "old").await;
    let upload = Upload::begin(&server, "coat").await;
    upload.send(1, "another").await;
    let first = upload.send(1, "first").await;
    upload.send(2, "unused").await;
    upload.complete(&[(1, &first)]).await.expect(200, "");
    assert_eq!(server.get("coat").await.text(), "first");
    let folder = server.stop().await;
    assert_eq!(files(folder.path()).into_values().collect::<Vec<_>>(), [5]);
    let server = Server::start_in(folder).await;
    assert_eq!(server.get("coat").await.text(), "first");
    server.ask("DELETE", "coat").send().await.expect(204, "");
    let folder = server.stop().await;
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn what_r2_refuses_is_refused_and_the_upload_goes_on() {
    let server = Server::start().await;
    let upload = Upload::begin(&server, "coat").await;
    let first = upload.send(1, bytes(PART, 1)).await;
    let second = upload.send(2, bytes(PART + 1, 2)).await;
    let third = upload.send(3, bytes(PART - 1, 3)).await;
    let fourth = upload.send(4, bytes(10, 4)).await;
    let empty = upload.send(9, "").await;
    for (parts, code) in [
        (&[(2, second.as_str()), (1, &first)][..], "InvalidPartOrder"),
        (&[(1, &first), (1, &first)], "InvalidPartOrder"),
        (&[(1, &second)], "InvalidPart"),
        (&[(1, "nonsense")], "InvalidPart"),
        (&[(1, &first), (8, &fourth)], "InvalidPart"),
        (&[(0, &first)], "InvalidPart"),
        (&[(3, &third), (4, &fourth)], "EntityTooSmall"),
        (&[(1, &first), (2, &second), (4, &fourth)], "InvalidPart"),
        (&[(1, &first), (2, &second)], "InvalidPart"),
        (&[(9, &empty)], "EntityTooSmall"),
        (&[], "MalformedXML"),
    ] {
        upload.complete(parts).await.expect(400, code);
    }
    for body in
        ["", "<CompleteMultipartUpload/>", "coats", "<CompleteMultipartUpload><Part/></CompleteMultipartUpload>"]
    {
        upload.ask("POST").body(body).send().await.expect(400, "MalformedXML");
    }
    let sized = upload.completion(&[(1, &first), (4, &fourth)]).header("x-amz-mp-object-size", 5);
    sized.send().await.expect(400, "InvalidRequest");
    server.get("coat").await.expect(404, "NoSuchKey");
    upload.complete(&[(1, &first), (4, &fourth)]).await.expect(200, "");
    server.finish().await;
}

#[tokio::test]
async fn an_upload_belongs_to_its_key() {
    let server = Server::start().await;
    let upload = Upload::begin(&server, "mine").await;
    let first = upload.send(1, "coat").await;
    let other = |method| server.ask(method, "other").query("uploadId", &upload.id);
    other("PUT").query("partNumber", 1).body("x").send().await.expect(404, "NoSuchUpload");
    other("GET").send().await.expect(404, "NoSuchUpload");
    other("POST").body(list_of(&[(1, &first)])).send().await.expect(404, "NoSuchUpload");
    other("DELETE").send().await.expect(404, "NoSuchUpload");
    let unknown = Upload { server: &server, key: "mine".to_owned(), id: "no such".to_owned() };
    unknown.complete(&[(1, &first)]).await.expect(404, "NoSuchUpload");
    unknown.part(1).body("x").send().await.expect(404, "NoSuchUpload");
    unknown.ask("DELETE").send().await.expect(404, "NoSuchUpload");
    upload.complete(&[(1, &first)]).await.expect(200, "");
    upload.part(1).body("x").send().await.expect(404, "NoSuchUpload");
    assert_eq!(server.get("mine").await.text(), "coat");
    server.finish().await;
}

#[tokio::test]
async fn a_completion_whose_condition_fails_destroys_the_upload() {
    let server = Server::start().await;
    let upload = Upload::begin(&server, "coat").await;
    let first = upload.send(1, "new").await;
    server.put("coat", "old").await;
    let completion = upload.completion(&[(1, &first)]).header("if-none-match", "*");
    completion.clone().send().await.expect(412, "PreconditionFailed");
    completion.send().await.expect(404, "NoSuchUpload");
    assert_eq!(server.get("coat").await.text(), "old");
    let folder = server.stop().await;
    assert_eq!(files(folder.path()).len(), 1);
    let server = Server::start_in(folder).await;
    let upload = Upload::begin(&server, "other").await;
    let first = upload.send(1, "new").await;
    upload.completion(&[(1, &first)]).header("if-none-match", "*").send().await.expect(200, "");
    server.finish().await;
}

#[tokio::test]
async fn an_aborted_upload_leaves_nothing() {
    let server = Server::start().await;
    let upload = Upload::begin(&server, "coat").await;
    let first = upload.send(1, "coat").await;
    upload.ask("DELETE").send().await.expect(204, "");
    upload.ask("DELETE").send().await.expect(404, "NoSuchUpload");
    upload.complete(&[(1, &first)]).await.expect(404, "NoSuchUpload");
    upload.list().await.expect(404, "NoSuchUpload");
    let folder = server.stop().await;
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn the_checksum_of_the_whole_is_that_of_its_parts() {
    let server = Server::start().await;
    let ask = server.ask("POST", "coat").header("x-amz-checksum-algorithm", "CRC32C");
    let upload = Upload::begun(&server, "coat", ask).await;
    let bodies = [bytes(PART, 1), bytes(10, 2)];
    let (mut crcs, mut etags) = (Vec::new(), Vec::new());
    for (place, body) in bodies.iter().enumerate() {
        let crc = crc32c::crc32c(body).to_be_bytes();
        let ask = upload.part(place + 1).header("x-amz-checksum-crc32c", BASE64_STANDARD.encode(crc));
        let answer = ask.body(body.clone()).send().await.expect(200, "");
        assert_eq!(answer.header("x-amz-checksum-crc32c"), Some(BASE64_STANDARD.encode(crc)));
        etags.push(answer.header("etag").expect("an ETag"));
        crcs.extend(crc);
    }
    let whole = format!("{}-2", BASE64_STANDARD.encode(crc32c::crc32c(&crcs).to_be_bytes()));
    let completion = upload.completion(&[(1, &etags[0]), (2, &etags[1])]);
    completion.clone().header("x-amz-checksum-crc32c", "AAAAAA==-2").send().await.expect(400, "BadDigest");
    let answer = completion.header("x-amz-checksum-crc32c", &whole).send().await.expect(200, "");
    assert_eq!(answer.tags("ChecksumCRC32C"), [whole.as_str()]);
    let head = server.ask("HEAD", "coat").header("x-amz-checksum-mode", "ENABLED").send().await.expect(200, "");
    assert_eq!(head.header("x-amz-checksum-crc32c"), Some(whole));
    assert_eq!(head.header("x-amz-checksum-type").as_deref(), Some("COMPOSITE"));
    for (algorithm, kind) in [("CRC32", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE"), ("ROT13", "COMPOSITE")] {
        let ask = server.ask("POST", "coat").query("uploads", "").header("x-amz-checksum-algorithm", algorithm);
        ask.header("x-amz-checksum-type", kind).body("").send().await.expect(400, "InvalidRequest");
    }
    server.finish().await;
}
