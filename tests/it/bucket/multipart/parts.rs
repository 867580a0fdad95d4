//! UploadPart: what was signed and said is what is stored, and what is refused never was.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};

use super::{
    super::{
        client::exchange,
        server::{Server, files},
    },
    upload::Upload,
};

#[tokio::test]
async fn a_signed_part_has_exactly_the_length_and_the_checksum_that_were_signed() {
    let server = Server::start().await;
    let upload = Upload::begin(&server, "coat").await;
    let crc = BASE64_STANDARD.encode(crc32c::crc32c(b"coat").to_be_bytes());
    let signed = upload.part(3).header("content-length", 4).header("x-amz-checksum-crc32c", &crc);
    let signed = signed.bare_body("coat").presigned();
    let mut bent = signed.clone();
    bent.body = b"boat".to_vec();
    bent.send().await.expect(400, "BadDigest");
    let wire = String::from_utf8(signed.wire()).expect("text");
    for (from, to) in [
        ("content-length: 4\r\n", "content-length: 3\r\n"),
        ("partNumber=3", "partNumber=4"),
        ("uploadId=", "uploadId=0"),
        (crc.as_str(), "AAAAAA=="),
        ("/coats/coat?", "/coats/other?"),
    ] {
        assert!(wire.contains(from), "no {from} in {wire}");
        exchange(server.address(), wire.replacen(from, to, 1).as_bytes()).await.expect(403, "SignatureDoesNotMatch");
    }
    assert!(files(server.folder.path()).is_empty());
    assert!(upload.list().await.expect(200, "").tags("PartNumber").is_empty());
    signed.clone().unsigned("x-amz-meta-a", "b").send().await.expect(403, "AccessDenied");
    signed.clone().unsigned("x-amz-copy-source", "/coats/coat").send().await.expect(403, "AccessDenied");
    signed.send().await.expect(200, "");
    assert_eq!(upload.list().await.tags("PartNumber"), ["3"]);
    server.finish().await;
}

#[tokio::test]
async fn a_part_that_is_not_what_was_said_leaves_the_one_before() {
    let server = Server::start().await;
    let upload = Upload::begin(&server, "coat").await;
    let md5 = BASE64_STANDARD.encode(Md5::digest(b"something else"));
    let first = upload.send(1, "first").await;
    for (name, value) in [
        ("x-amz-checksum-crc32", "AAAAAA=="),
        ("x-amz-checksum-crc32c", "AAAAAA=="),
        ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="),
        ("content-md5", md5.as_str()),
    ] {
        upload.part(1).header(name, value).body("coat").send().await.expect(400, "BadDigest");
    }
    for name in ["x-amz-checksum-sha256", "x-amz-checksum-sha1"] {
        let value = if name.ends_with('1') { "A".repeat(27) } else { "A".repeat(43) } + "=";
        upload.part(1).header(name, value).body("coat").send().await.expect(501, "NotImplemented");
    }
    assert_eq!(upload.list().await.tags("ETag"), [first.as_str()]);
    let second = upload.send(1, "second").await;
    assert_eq!(upload.list().await.tags("Size"), ["6"]);
    upload.complete(&[(1, &first)]).await.expect(400, "InvalidPart");
    upload.complete(&[(1, &second)]).await.expect(200, "");
    assert_eq!(server.get("coat").await.text(), "second");
    server.finish().await;
}

#[tokio::test]
async fn part_numbers_are_from_1_to_10000() {
    let server = Server::start().await;
    let upload = Upload::begin(&server, "coat").await;
    for number in ["0", "10001", "-1", "one", "", "99999999999"] {
        let ask = upload.ask("PUT").query("partNumber", number).body("coat");
        ask.send().await.expect(400, "InvalidArgument");
    }
    let last = upload.send(10_000, "coat").await;
    upload.complete(&[(10_000, &last)]).await.expect(200, "");
    assert_eq!(server.get("coat").await.text(), "coat");
    server.finish().await;
}
