//! Who may ask: a signed URL does exactly what was signed, and nobody else does anything.

use chrono::TimeDelta;

use super::{
    client::{Ask, Signing, exchange},
    server::Server,
};

#[tokio::test]
async fn a_presigned_url_does_what_was_signed() {
    let server = Server::start().await;
    let put = server.ask("PUT", "a b+c/é").header("content-length", 4).header("content-type", "text/plain");
    put.bare_body("coat").presigned().send().await.expect(200, "");
    assert_eq!(server.ask("GET", "a b+c/é").presigned().send().await.expect(200, "").text(), "coat");
    server.ask("HEAD", "a b+c/é").presigned().send().await.expect(200, "");
    server.ask("DELETE", "a b+c/é").presigned().send().await.expect(204, "");
    server.finish().await;
}

#[tokio::test]
async fn a_header_that_was_not_signed_is_refused() {
    let server = Server::start().await;
    server.put("secret", "secret").await;
    for (name, value) in [
        ("x-amz-copy-source", "/coats/secret"),
        ("x-amz-meta-colour", "red"),
        ("x-amz-acl", "public-read"),
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        ("x-amz-checksum-crc32", "AAAAAA=="),
        ("x-amz-decoded-content-length", "1"),
        ("content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ] {
        let put = server.ask("PUT", "coat").body("coat").unsigned(name, value);
        put.clone().presigned().send().await.expect(403, "AccessDenied");
        if name != "x-amz-content-sha256" {
            put.send().await.expect(403, "AccessDenied");
        }
    }
    server.get("coat").await.expect(404, "NoSuchKey");
    server.finish().await;
}

#[tokio::test]
async fn a_signed_header_that_differs_breaks_the_signature() {
    let server = Server::start().await;
    let signed = server
        .ask("PUT", "coat")
        .header("content-length", 4)
        .header("content-type", "text/plain")
        .header("if-none-match", "*")
        .bare_body("coat")
        .presigned();
    let wire = String::from_utf8(signed.wire()).expect("text");
    for (line, other) in [
        ("content-length: 4\r\n", "content-length: 3\r\n"),
        ("content-length: 4\r\n", "transfer-encoding: chunked\r\n"),
        ("content-type: text/plain\r\n", "content-type: text/html\r\n"),
        ("content-type: text/plain\r\n", "content-type: text/plain\r\ncontent-type: text/html\r\n"),
        ("content-type: text/plain\r\n", ""),
        ("if-none-match: *\r\n", "if-none-match: \"a\"\r\n"),
        ("if-none-match: *\r\n", ""),
        ("PUT /coats/coat?", "PUT /coats/other?"),
        ("PUT /coats/coat?", "PUT /coats/x/../coat?"),
        ("PUT /coats/coat?", "PUT /coats//coat?"),
        ("PUT ", "GET "),
        ("X-Amz-Expires=900", "X-Amz-Expires=901"),
        ("?X-Amz-", "?partNumber=1&X-Amz-"),
    ] {
        assert!(wire.contains(line), "no {line:?} in {wire}");
        let bent = wire.replacen(line, other, 1);
        exchange(server.address(), bent.as_bytes()).await.expect(403, "SignatureDoesNotMatch");
    }
    server.get("coat").await.expect(404, "NoSuchKey");
    exchange(server.address(), wire.as_bytes()).await.expect(200, "");
    exchange(server.address(), wire.as_bytes()).await.expect(412, "PreconditionFailed");
    server.finish().await;
}

#[tokio::test]
async fn a_chunked_body_cannot_outgrow_its_signed_length() {
    let server = Server::start().await;
    let signed = server.ask("PUT", "coat").header("content-length", 4).unsigned("transfer-encoding", "chunked");
    let signed = signed.bare_body("8\r\ncoatcoat\r\n0\r\n\r\n").presigned();
    assert_ne!(signed.send().await.status, 200);
    server.get("coat").await.expect(404, "NoSuchKey");
    server.finish().await;
}

#[tokio::test]
async fn an_expiry_is_from_a_second_to_seven_days() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    for expires in ["0", "604801", "99999999999", "-1", "1.5", "soon", ""] {
        let ask = server.ask("GET", "coat").presigned_for(expires);
        ask.send().await.expect(400, "AuthorizationQueryParametersError");
    }
    for (age, expires, status, code) in [
        (10, "604800", 200, ""),
        (10, "5", 403, "ExpiredRequest"),
        (604_801, "604800", 403, "ExpiredRequest"),
        (-1_800, "60", 403, "RequestTimeTooSkewed"),
    ] {
        let mut ask = server.ask("GET", "coat").presigned_for(expires);
        ask.now -= TimeDelta::seconds(age);
        ask.send().await.expect(status, code);
    }
    server.finish().await;
}

#[tokio::test]
async fn strangers_get_nothing() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    for (method, key) in [("GET", "coat"), ("PUT", "coat"), ("DELETE", "coat"), ("GET", ""), ("HEAD", ""), ("GET", "x")]
    {
        let answer = server.ask(method, key).body("").anonymous().send().await;
        assert_eq!(answer.status, 403, "{method} {key}");
    }
    for signing in [Signing::Header, Signing::Presigned { expires: "60".to_owned() }] {
        let ask = Ask { signing, ..server.ask("GET", "coat") };
        Ask { secret: "wrong".to_owned(), ..ask.clone() }.send().await.expect(403, "SignatureDoesNotMatch");
        let stranger = Ask { access_key_id: "nobody".to_owned(), ..ask.clone() };
        stranger.send().await.expect(403, "InvalidAccessKeyId");
        Ask { bucket: "elsewhere".to_owned(), ..ask }.send().await.expect(404, "NoSuchBucket");
    }
    let version2 = server.ask("GET", "coat").anonymous();
    let in_query =
        version2.clone().query("AWSAccessKeyId", "a").query("Expires", "99999999999").query("Signature", "b");
    in_query.send().await.expect(400, "InvalidRequest");
    version2.header("authorization", "AWS a:b").send().await.expect(400, "InvalidRequest");
    assert_eq!(server.get("coat").await.text(), "coat");
    server.finish().await;
}

#[tokio::test]
async fn every_region_r2_accepts_is_accepted() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    for region in ["auto", "us-east-1", "weur", ""] {
        Ask { region: region.to_owned(), ..server.ask("GET", "coat") }.send().await.expect(200, "");
        Ask { region: region.to_owned(), ..server.ask("GET", "coat").presigned() }.send().await.expect(200, "");
    }
    server.finish().await;
}

#[tokio::test]
async fn what_r2_does_not_have_is_not_implemented() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    for (name, value) in [
        ("x-amz-grant-read", "id=1"),
        ("x-amz-tagging", "a=b"),
        ("x-amz-expected-bucket-owner", "1"),
        ("x-amz-server-side-encryption", "aws:kms"),
        ("x-amz-anything", "at all"),
    ] {
        let put = server.ask("PUT", "other").header(name, value).body("coat");
        put.clone().send().await.expect(501, "NotImplemented");
        put.presigned().send().await.expect(501, "NotImplemented");
    }
    for (method, key, query) in [
        ("GET", "coat", "tagging"),
        ("GET", "coat", "versionId"),
        ("GET", "", "policy"),
        ("GET", "", "website"),
        ("GET", "", "versions"),
        ("DELETE", "", "tagging"),
        ("PUT", "coat", "x-amz-checksum-crc32"),
    ] {
        let ask = server.ask(method, key).query(query, "a").body("<A></A>");
        assert_eq!(ask.send().await.status, 501, "{method} {key}?{query}");
    }
    let form = server.ask("POST", "").header("content-type", "multipart/form-data; boundary=a").body("--a--");
    form.clone().send().await.expect(501, "NotImplemented");
    form.anonymous().send().await.expect(501, "NotImplemented");
    server.get("other").await.expect(404, "NoSuchKey");
    server.finish().await;
}

#[tokio::test]
async fn the_bucket_says_that_it_is_there() {
    let server = Server::start().await;
    server.ask("HEAD", "").send().await.expect(200, "");
    assert!(server.ask("GET", "").query("location", "").send().await.expect(200, "").text().contains("auto"));
    let root = Ask { bucket: String::new(), ..server.ask("GET", "") };
    assert_eq!(root.send().await.expect(200, "").tags("Name"), ["coats"]);
    server.finish().await;
}
