//! The small print of R2: what is taken, what is passed over, what is refused, and how it is said.

use super::{
    client::{Ask, exchange},
    server::Server,
};

#[tokio::test]
async fn a_head_ignores_its_range_and_a_get_one_that_cannot_be_read() {
    let server = Server::start().await;
    server.put("ten", "0123456789").await;
    for range in ["bytes=2-4", "bytes=99-", "nonsense"] {
        let head = server.ask("HEAD", "ten").header("range", range);
        for ask in [head.clone(), head.presigned()] {
            let answer = ask.send().await.expect(200, "");
            assert_eq!(answer.header("content-length").as_deref(), Some("10"), "{range}");
            assert_eq!(answer.header("content-range"), None, "{range}");
        }
    }
    for range in ["nonsense", "bytes=a-b", "bytes=0-1,4-5", "bytes=5-2", "lines=1-2"] {
        let get = server.ask("GET", "ten").header("range", range);
        for ask in [get.clone(), get.presigned()] {
            assert_eq!(ask.send().await.expect(200, "").text(), "0123456789", "{range}");
        }
    }
    let signed = String::from_utf8(server.ask("GET", "ten").header("range", "nonsense").wire()).expect("text");
    let bent = signed.replace("range: nonsense", "range: other nonsense");
    exchange(server.address(), bent.as_bytes()).await.expect(403, "SignatureDoesNotMatch");
    let wrong = server.ask("GET", "ten").header("range", "nonsense").unsigned("x-amz-meta-a", "b");
    wrong.send().await.expect(403, "AccessDenied");
    server.ask("GET", "ten").header("range", "nonsense").anonymous().send().await.expect(403, "AccessDenied");
    let other = Ask { bucket: "boats".to_owned(), ..server.ask("GET", "ten").header("range", "nonsense") };
    assert_eq!(other.send().await.status, 404);
    server.finish().await;
}

#[tokio::test]
async fn dates_are_read_in_all_three_forms() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    for (past, future) in [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sat, 07 Nov 2048 08:49:37 GMT"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "Saturday, 07-Nov-48 08:49:37 GMT"),
        ("Sun Nov  6 08:49:37 1994", "Sat Nov  7 08:49:37 2048"),
    ] {
        for (name, date, status) in [
            ("if-modified-since", past, 200),
            ("if-modified-since", future, 304),
            ("if-unmodified-since", past, 412),
            ("if-unmodified-since", future, 200),
        ] {
            for method in ["GET", "HEAD"] {
                let signed = server.ask(method, "coat").header(name, date);
                assert_eq!(signed.clone().send().await.status, status, "{method} {name}: {date}");
                assert_eq!(signed.presigned().send().await.status, status, "{method} {name}: {date}");
                let unsigned = server.ask(method, "coat").unsigned(name, date);
                assert_eq!(unsigned.send().await.status, status, "{method} {name}: {date}");
            }
        }
        let copy = server.ask("PUT", "copy").header("x-amz-copy-source", "/coats/coat").body("");
        let copy = |date| copy.clone().header("x-amz-copy-source-if-modified-since", date);
        assert_eq!(copy(past).send().await.status, 200, "{past}");
        assert_eq!(copy(future).send().await.status, 412, "{future}");
    }
    server.finish().await;
}

#[tokio::test]
async fn storage_classes_are_kept_and_acls_are_passed_over() {
    let server = Server::start().await;
    for (class, kept) in [("STANDARD", None), ("STANDARD_IA", Some("STANDARD_IA"))] {
        let ask = server.ask("PUT", class).header("x-amz-storage-class", class).header("x-amz-acl", "public-read");
        ask.body("coat").send().await.expect(200, "");
        assert_eq!(server.get(class).await.header("x-amz-storage-class").as_deref(), kept);
        server.ask("GET", class).anonymous().send().await.expect(403, "AccessDenied");
    }
    assert_eq!(server.list().send().await.tags("StorageClass"), ["STANDARD", "STANDARD_IA"]);
    for class in ["GLACIER", "standard", ""] {
        let ask = server.ask("PUT", "other").header("x-amz-storage-class", class).body("coat");
        ask.send().await.expect(400, "InvalidStorageClass");
    }
    server.finish().await;
}

#[tokio::test]
async fn the_owner_is_listed_for_those_who_ask() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    assert!(server.list().send().await.expect(200, "").tags("Owner").is_empty());
    assert!(server.list().query("fetch-owner", "false").send().await.expect(200, "").tags("Owner").is_empty());
    assert_eq!(server.list().query("fetch-owner", "true").send().await.expect(200, "").tags("Owner").len(), 1);
    server.finish().await;
}

#[tokio::test]
async fn a_parameter_of_a_listing_that_is_not_known_is_not_passed_over() {
    let server = Server::start().await;
    for (name, value) in [("start-from", "a"), ("marker", "a"), ("metadata", "true"), ("Prefix", "a")] {
        server.list().query(name, value).send().await.expect(501, "NotImplemented");
    }
    server.ask("GET", "").query("start-after", "a").send().await.expect(501, "NotImplemented");
    server.ask("GET", "").query("list-type", "3").send().await.expect(501, "NotImplemented");
    server.ask("GET", "").query("uploads", "").query("max-keys", "1").send().await.expect(501, "NotImplemented");
    server.list().query("x-id", "ListObjectsV2").presigned().send().await.expect(200, "");
    server.finish().await;
}

#[tokio::test]
async fn other_regions_and_services_are_refused() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    for region in ["eu-west-1", "AUTO", "auto2"] {
        let ask = Ask { region: region.to_owned(), ..server.ask("GET", "coat") };
        ask.clone().send().await.expect(400, "InvalidRegionName");
        ask.presigned().send().await.expect(400, "InvalidRegionName");
    }
    let wire = String::from_utf8(server.ask("GET", "coat").wire()).expect("text");
    for service in ["sts", "ec2", ""] {
        let other = wire.replace("/s3/aws4_request", &format!("/{service}/aws4_request"));
        exchange(server.address(), other.as_bytes()).await.expect(400, "AuthorizationHeaderMalformed");
    }
    server.finish().await;
}

#[tokio::test]
async fn what_sdks_ask_first_is_answered() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    let head = server.ask("HEAD", "").send().await.expect(200, "");
    assert_eq!(head.header("x-amz-bucket-region").as_deref(), Some("auto"));
    for (query, tag, value) in [
        ("lifecycle", "DaysAfterInitiation", "7"),
        ("encryption", "SSEAlgorithm", "AES256"),
        ("acl", "Permission", "FULL_CONTROL"),
    ] {
        let answer = server.ask("GET", "").query(query, "").send().await.expect(200, "");
        assert_eq!(answer.tags(tag), [value], "{query}");
    }
    let versioning = server.ask("GET", "").query("versioning", "").send().await.expect(200, "");
    assert!(versioning.text().contains("<VersioningConfiguration"), "{}", versioning.text());
    assert!(versioning.tags("Status").is_empty());
    let acl = server.ask("GET", "coat").query("acl", "").send().await.expect(200, "");
    assert_eq!(acl.tags("Permission"), ["FULL_CONTROL"]);
    server.ask("GET", "nothing").query("acl", "").send().await.expect(404, "NoSuchKey");
    server.ask("PUT", "").body("").send().await.expect(409, "BucketAlreadyOwnedByYou");
    server.finish().await;
}

#[tokio::test]
async fn a_bucket_is_found_by_its_name_before_the_host() {
    let server = Server::start().await;
    server.put("a/coat", "coat").await;
    let port = server.address().port();
    for host in [format!("coats.localhost:{port}"), format!("coats.127.0.0.1:{port}"), "coats.localhost".to_owned()] {
        let ask = |method: &str, key: &str| {
            let path = Ask { bucket: key.split('/').next().unwrap_or_default().to_owned(), ..server.ask(method, "") };
            Ask { key: key.split_once('/').map_or("", |(_, rest)| rest).to_owned(), host: Some(host.clone()), ..path }
        };
        assert_eq!(ask("GET", "a/coat").send().await.expect(200, "").text(), "coat");
        assert_eq!(ask("GET", "a/coat").presigned().send().await.expect(200, "").text(), "coat");
        let listed = ask("GET", "").query("list-type", 2).send().await.expect(200, "");
        assert_eq!(listed.tags("Key"), ["a/coat"]);
    }
    server.finish().await;
}

#[tokio::test]
async fn control_characters_in_keys_survive_a_listing() {
    let server = Server::start().await;
    let key = "a\u{1}b\tc\nd\re\u{7f}";
    server.put(key, "coat").await;
    for ask in [server.list(), server.ask("GET", ""), server.list().query("delimiter", "\n")] {
        let text = ask.send().await.expect(200, "").text();
        assert!(text.contains("a&#x1;b&#x9;c&#xA;"), "{text}");
        assert!(!text.contains(char::is_control), "{text}");
    }
    server.ask("PUT", "xml").header("content-type", "application/xml").body("<a>\n\t</a>").send().await.expect(200, "");
    assert_eq!(server.get("xml").await.text(), "<a>\n\t</a>");
    server.finish().await;
}
