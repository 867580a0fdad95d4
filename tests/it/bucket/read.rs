//! GetObject and HeadObject: ranges, conditions, and headers replaced for one answer.

use super::server::Server;

#[tokio::test]
async fn ranges_are_served_as_rfc_9110_says() {
    let server = Server::start().await;
    server.put("ten", "0123456789").await;
    server.put("empty", "").await;
    let part = |range: &'static str, bytes: &'static str, extent: &'static str| (range, 206, bytes, Some(extent));
    let whole = |range: &'static str| (range, 200, "0123456789", None);
    for (range, status, bytes, extent) in [
        part("bytes=0-0", "0", "bytes 0-0/10"),
        part("bytes=2-4", "234", "bytes 2-4/10"),
        part("bytes=7-", "789", "bytes 7-9/10"),
        part("bytes=-3", "789", "bytes 7-9/10"),
        part("bytes=0-99", "0123456789", "bytes 0-9/10"),
        part("bytes=-99", "0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, "", Some("bytes */10")),
        ("bytes=10-12", 416, "", Some("bytes */10")),
        ("bytes=-0", 416, "", Some("bytes */10")),
        whole("bytes=5-2"),
        whole("bytes=a-b"),
        whole("lines=1-2"),
        whole("bytes=0-1,4-5"),
        whole(""),
    ] {
        let answer = server.ask("GET", "ten").unsigned("range", range).send().await;
        assert_eq!(answer.status, status, "{range}");
        assert_eq!(answer.header("content-range").as_deref(), extent, "{range}");
        if status != 416 {
            assert_eq!(answer.header("content-length"), Some(bytes.len().to_string()), "{range}");
            assert_eq!(answer.text(), bytes, "{range}");
        }
    }
    for range in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
        server.ask("GET", "empty").header("range", range).send().await.expect(416, "InvalidRange");
    }
    assert_eq!(server.get("empty").await.expect(200, "").header("content-length").as_deref(), Some("0"));
    server.finish().await;
}

#[tokio::test]
async fn a_range_of_an_object_that_has_changed_gives_the_whole() {
    let server = Server::start().await;
    let etag = server.put("ten", "0123456789").await.header("etag").expect("an ETag");
    let ask = |tag: &str| server.ask("GET", "ten").header("range", "bytes=1-2").header("if-range", tag);
    assert_eq!(ask(&etag).send().await.expect(206, "").text(), "12");
    assert_eq!(ask("\"other\"").send().await.expect(200, "").text(), "0123456789");
    assert_eq!(ask("Wed, 21 Oct 2015 07:28:00 GMT").send().await.expect(200, "").text(), "0123456789");
    server.finish().await;
}

#[tokio::test]
async fn conditional_reads_are_decided_as_rfc_9110_says() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    let answer = server.get("coat").await;
    let (etag, now) = (answer.header("etag").expect("an ETag"), answer.header("last-modified").expect("a date"));
    let (weak, several) = (format!("W/{etag}"), format!("\"other\", {etag}"));
    let past = "Wed, 21 Oct 2015 07:28:00 GMT";
    for (headers, status) in [
        (vec![("if-match", etag.as_str())], 200),
        (vec![("if-match", "*")], 200),
        (vec![("if-match", "\"other\"")], 412),
        (vec![("if-match", &weak)], 412),
        (vec![("if-none-match", &etag)], 304),
        (vec![("if-none-match", &weak)], 304),
        (vec![("if-none-match", "*")], 304),
        (vec![("if-none-match", "\"other\"")], 200),
        (vec![("if-modified-since", &now)], 304),
        (vec![("if-modified-since", past)], 200),
        (vec![("if-unmodified-since", &now)], 200),
        (vec![("if-unmodified-since", past)], 412),
        (vec![("if-match", &etag), ("if-unmodified-since", past)], 200),
        (vec![("if-none-match", "\"other\""), ("if-modified-since", &now)], 200),
        (vec![("if-none-match", &etag), ("range", "bytes=0-0")], 304),
        (vec![("if-none-match", &several)], 304),
        (vec![("if-match", &several)], 200),
    ] {
        for method in ["GET", "HEAD"] {
            let ask = headers.iter().fold(server.ask(method, "coat"), |ask, (name, value)| ask.header(name, value));
            let answer = ask.send().await;
            assert_eq!(answer.status, status, "{method} {headers:?}");
            if status == 304 {
                assert_eq!(answer.header("etag").as_ref(), Some(&etag));
                assert_eq!(answer.header("last-modified").as_ref(), Some(&now));
                assert!(answer.body.is_empty());
            }
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn a_signed_url_can_replace_the_headers_of_its_answer() {
    let server = Server::start().await;
    server.ask("PUT", "coat").header("content-type", "text/html").body("coat").send().await.expect(200, "");
    let wanted = [
        ("content-type", "text/plain"),
        ("content-disposition", "attachment; filename=\"r.pdf\"; filename*=UTF-8''r%C3%A9.pdf"),
        ("cache-control", "no-store"),
        ("content-language", "de"),
        ("content-encoding", "identity"),
    ];
    for method in ["GET", "HEAD"] {
        let ask = wanted
            .iter()
            .fold(server.ask(method, "coat"), |ask, (name, value)| ask.query(&format!("response-{name}"), value));
        let answer = ask.presigned().send().await.expect(200, "");
        for (name, value) in wanted {
            assert_eq!(answer.header(name).as_deref(), Some(value), "{method} {name}");
        }
    }
    let split = server.ask("GET", "coat").query("response-content-type", "text/plain\r\nset-cookie: a=b").presigned();
    assert_eq!(split.send().await.status, 400);
    server.finish().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = Server::start().await;
    server.get("nothing").await.expect(404, "NoSuchKey");
    assert_eq!(server.ask("HEAD", "nothing").send().await.status, 404);
    server.ask("GET", "nothing").header("if-none-match", "*").send().await.expect(404, "NoSuchKey");
    server.finish().await;
}

#[tokio::test]
async fn large_objects_come_back_as_they_went() {
    let server = Server::start().await;
    let body: Vec<u8> = (0..5_000_001_u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    server.put("large", body.clone()).await;
    assert_eq!(server.get("large").await.expect(200, "").body, body);
    let part = server.ask("GET", "large").header("range", "bytes=1048570-3145741").send().await.expect(206, "");
    assert_eq!(part.body, body[1_048_570..=3_145_741]);
    server.finish().await;
}

#[tokio::test]
async fn no_answer_is_taken_for_another_type_than_it_says() {
    let server = Server::start().await;
    let put = server.ask("PUT", "page").header("content-type", "text/plain").body("<script>1</script>").send().await;
    for answer in [
        put.expect(200, ""),
        server.get("page").await.expect(200, ""),
        server.ask("HEAD", "page").send().await,
        server.ask("GET", "page").unsigned("range", "bytes=0-3").send().await.expect(206, ""),
        server.get("nothing").await.expect(404, "NoSuchKey"),
        server.list().send().await.expect(200, ""),
        server.ask("GET", "page").anonymous().send().await.expect(403, "AccessDenied"),
        server.ask("GET", "page").presigned_for("0").send().await.expect(400, "AuthorizationQueryParametersError"),
    ] {
        assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"), "{}", answer.head);
    }
    server.finish().await;
}
