//! ListObjectsV2 and ListObjects: order, prefixes, delimiters and pages.

use super::server::Server;

const KEYS: [&str; 9] = ["B", "a", "a/1", "a/2", "a/b/3", "b c/d&<e>", "é", "日本", "🧥/x"];

async fn filled() -> Server {
    let server = Server::start().await;
    for key in KEYS.iter().rev() {
        server.put(key, *key).await;
    }
    server
}

#[tokio::test]
async fn keys_are_listed_in_the_order_of_their_bytes() {
    let server = filled().await;
    let answer = server.list().send().await.expect(200, "");
    let shown: Vec<_> =
        KEYS.iter().map(|key| key.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")).collect();
    assert_eq!(answer.tags("Key"), shown);
    assert_eq!(answer.tags("KeyCount"), ["9"]);
    assert_eq!(answer.tags("IsTruncated"), ["false"]);
    assert_eq!(answer.tags("Size")[0], "1");
    let encoded = server.list().query("encoding-type", "url").send().await.expect(200, "");
    assert_eq!(encoded.tags("Key")[5], "b%20c/d%26%3Ce%3E");
    assert_eq!(encoded.tags("Key")[8], "%F0%9F%A7%A5/x");
    server.finish().await;
}

#[tokio::test]
async fn prefixes_and_delimiters_fold_keys_as_s3_does() {
    let server = filled().await;
    for (prefix, delimiter, keys, groups) in [
        ("", "/", &["B", "a", "é", "日本"][..], &["a/", "b c/", "🧥/"][..]),
        ("a", "/", &["a"], &["a/"]),
        ("a/", "/", &["a/1", "a/2"], &["a/b/"]),
        ("a/", "", &["a/1", "a/2", "a/b/3"], &[]),
        ("a/b/", "/", &["a/b/3"], &[]),
        ("zzz", "/", &[], &[]),
        ("", "1", &["B", "a", "a/2", "a/b/3", "b c/d&amp;&lt;e&gt;", "é", "日本", "🧥/x"], &["a/1"]),
    ] {
        for (ask, version) in [(server.list(), 2), (server.ask("GET", ""), 1)] {
            let answer = ask.query("prefix", prefix).query("delimiter", delimiter).send().await.expect(200, "");
            let found: Vec<_> =
                answer.tags("CommonPrefixes").iter().map(|group| group.replace("<Prefix>", "")).collect();
            let groups: Vec<_> = groups.iter().map(|group| format!("{group}</Prefix>")).collect();
            assert_eq!(found, groups, "{prefix} {delimiter} v{version}");
            assert_eq!(answer.tags("Key"), keys, "{prefix} {delimiter} v{version}");
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn pages_of_every_size_add_up_to_the_whole() {
    let server = filled().await;
    for size in 1..=10_usize {
        for (delimiter, expected) in [("", 9_usize), ("/", 7)] {
            let (mut entries, mut pages, mut token) = (Vec::new(), 0, None::<String>);
            loop {
                let ask = server.list().query("max-keys", size).query("delimiter", delimiter);
                let ask = token.iter().fold(ask, |ask, token| ask.query("continuation-token", token));
                let answer = ask.send().await.expect(200, "");
                let count = answer.tags("Key").len() + answer.tags("CommonPrefixes").len();
                assert!((1..=size).contains(&count), "{count} on a page of {size}");
                entries.extend(answer.tags("Key"));
                entries.extend(answer.tags("CommonPrefixes"));
                pages += 1;
                token = answer.tags("NextContinuationToken").pop();
                assert_eq!(answer.tags("IsTruncated"), [token.is_some().to_string()]);
                if token.is_none() {
                    break;
                }
            }
            assert_eq!((entries.len(), pages), (expected, expected.div_ceil(size)), "pages of {size} by {delimiter:?}");
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn the_older_listing_pages_by_marker() {
    let server = filled().await;
    let (mut entries, mut marker) = (Vec::new(), String::new());
    loop {
        let ask = server.ask("GET", "").query("max-keys", 2).query("delimiter", "/").query("marker", &marker);
        let answer = ask.send().await.expect(200, "");
        entries.extend(answer.tags("Key"));
        entries.extend(answer.tags("CommonPrefixes"));
        match answer.tags("NextMarker").pop() {
            Some(next) => marker = next,
            None => break,
        }
    }
    assert_eq!(entries.len(), 7);
    server.finish().await;
}

#[tokio::test]
async fn a_listing_can_start_after_any_text() {
    let server = filled().await;
    for (start, first, count) in [("a", "a/1", 7), ("a/1", "a/2", 6), ("a0", "b c/d&amp;&lt;e&gt;", 4), ("", "B", 9)] {
        let answer = server.list().query("start-after", start).send().await.expect(200, "");
        assert_eq!((answer.tags("Key")[0].as_str(), answer.tags("Key").len()), (first, count), "after {start:?}");
    }
    let behind = server.list().query("start-after", "🧥🧥").send().await.expect(200, "");
    assert!(behind.tags("Key").is_empty());
    let folded = server.list().query("start-after", "a/").query("delimiter", "/").send().await.expect(200, "");
    assert_eq!(folded.tags("Key"), ["é", "日本"]);
    let outside = server.list().query("start-after", "A").query("prefix", "a/").send().await.expect(200, "");
    assert_eq!(outside.tags("Key"), ["a/1", "a/2", "a/b/3"]);
    server.finish().await;
}

#[tokio::test]
async fn senseless_listings_are_refused() {
    let server = filled().await;
    for (name, value) in [
        ("max-keys", "-1"),
        ("max-keys", "many"),
        ("encoding-type", "rot13"),
        ("continuation-token", "not one of ours!"),
    ] {
        server.list().query(name, value).send().await.expect(400, "InvalidArgument");
    }
    let none = server.list().query("max-keys", 0).send().await.expect(200, "");
    assert_eq!((none.tags("KeyCount"), none.tags("IsTruncated")), (vec!["0".into()], vec!["false".into()]));
    let capped = server.list().query("max-keys", 5_000).send().await.expect(200, "");
    assert_eq!(capped.tags("MaxKeys"), ["1000"]);
    server.finish().await;
}
