//! rust-s3, the client the site itself uses, with the requests the site makes.

use std::collections::HashMap;

use cloakroom::{
    config::{Secret, StoreConfig},
    database::now,
    error::Error,
    storage::Store,
};
use http::HeaderMap;
use reqwest::{Client, Method, Response};
use s3::{Bucket, Region, creds::Credentials};

use super::{
    client::{ACCESS_KEY_ID, SECRET_ACCESS_KEY},
    server::{BUCKET, Server},
};

fn bucket(server: &Server) -> Box<Bucket> {
    let region = Region::Custom { region: "auto".to_owned(), endpoint: format!("http://{}", server.address()) };
    let credentials = Credentials::new(Some(ACCESS_KEY_ID), Some(SECRET_ACCESS_KEY), None, None, None);
    Bucket::new(BUCKET, region, credentials.expect("credentials")).expect("a bucket").with_path_style()
}

fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
    list.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().expect("a value"))).collect()
}

async fn send(method: Method, url: &str, list: &[(&'static str, &str)], body: &'static str) -> Response {
    let request = Client::new().request(method, url).body(body);
    let request = list.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn a_strict_upload_url_works_once_and_only_as_signed() {
    let server = Server::start().await;
    let strict = [
        ("content-type", "text/plain"),
        ("content-length", "4"),
        ("if-none-match", "*"),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("content-disposition", "inline; filename=\"coat.txt\""),
        ("x-amz-checksum-sha256", "ghjz1ngKv0WlpDZX9a4BXBZMU9Rj3IXr4wLvbE/VF+0="),
    ];
    let url = bucket(&server).presign_put("files/a/b/coat é+.txt", 900, Some(headers(&strict)), None).await;
    let url = url.expect("a URL");
    let status = |list: Vec<(&'static str, &'static str)>, body: &'static str| {
        let url = url.clone();
        async move { send(Method::PUT, &url, &list, body).await.status().as_u16() }
    };
    let with = |name: &'static str, value: &'static str| {
        strict.iter().map(|&(known, old)| (known, if known == name { value } else { old })).collect::<Vec<_>>()
    };
    assert_eq!(status(with("content-type", "text/html"), "coat").await, 403);
    assert_eq!(status(with("content-length", "5"), "coats").await, 403);
    assert_eq!(status(with("", ""), "boat").await, 400);
    assert!(bucket(&server).get_object("files/a/b/coat é+.txt").await.is_err());
    assert_eq!(status(with("", ""), "coat").await, 200);
    assert_eq!(status(with("", ""), "coat").await, 412);
    server.finish().await;
}

#[tokio::test]
async fn objects_are_put_read_listed_and_deleted() {
    let server = Server::start().await;
    let bucket = bucket(&server);
    for key in ["files/1/é", "files/2/日 本+", "files/3/c"] {
        bucket.put_object(key, key.as_bytes()).await.expect("is put");
        assert_eq!(bucket.get_object(key).await.expect("is there").as_slice(), key.as_bytes());
        let (head, _) = bucket.head_object(key).await.expect("is there");
        assert_eq!(head.content_length, i64::try_from(key.len()).ok());
    }
    let (page, _) =
        bucket.list_page("files/".into(), None, None, Some("files/1/é".into()), Some(1)).await.expect("a page");
    assert_eq!(page.contents[0].key, "files/2/日 本+");
    let token = page.next_continuation_token;
    let (page, _) = bucket.list_page("files/".into(), None, token, None, Some(1)).await.expect("a page");
    assert_eq!((page.contents[0].key.as_str(), page.is_truncated), ("files/3/c", false));
    bucket.delete_object("files/3/c").await.expect("is deleted");
    assert!(bucket.head_object("files/3/c").await.is_err());
    server.finish().await;
}

#[tokio::test]
async fn cors_rules_are_put_through_a_presigned_url() {
    let server = Server::start().await;
    let query = HashMap::from([("cors".to_owned(), String::new())]);
    let url = bucket(&server).presign_put("", 60, None, Some(query)).await.expect("a URL");
    let rules = "<CORSConfiguration><CORSRule><AllowedOrigin>https://a.example</AllowedOrigin>\
        <AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>";
    assert_eq!(send(Method::PUT, &url, &[], rules).await.status(), 200);
    let stored = server.ask("GET", "").query("cors", "").send().await;
    assert_eq!(stored.tags("AllowedOrigin"), ["https://a.example"]);
    server.finish().await;
}

#[tokio::test]
async fn a_bucket_that_is_not_there_says_nothing_of_its_objects() {
    let server = Server::start().await;
    let open = |bucket: &str| {
        let config = StoreConfig {
            endpoint: format!("http://{}", server.address()).parse().expect("a URL"),
            region: "auto".to_owned(),
            bucket: bucket.to_owned(),
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret_access_key: Secret::new(SECRET_ACCESS_KEY),
            public_base_url: None,
        };
        Store::open(&config, "files/".to_owned()).expect("a store")
    };
    let (right, wrong) = (open(BUCKET), open("another-bucket"));
    assert_eq!(right.inspect("files/nothing", now()).await.ok(), Some(None));
    assert!(right.delete("files/nothing").await.is_ok());
    let away = |outcome: Result<(), Error>| matches!(outcome, Err(Error::StoreUnavailable(_)));
    assert!(away(wrong.inspect("files/nothing", now()).await.map(drop)));
    assert!(away(wrong.delete("files/nothing").await));
    server.finish().await;
}
