//! ListParts and ListMultipartUploads, in pages.

use super::{super::server::Server, upload::Upload};

#[tokio::test]
async fn parts_are_listed_in_pages_of_any_size() {
    let server = Server::start().await;
    let upload = Upload::begin(&server, "a/é").await;
    let numbers = [1, 2, 5, 9, 10_000];
    let mut etags = Vec::new();
    for number in numbers {
        etags.push(upload.send(number, vec![7; number % 7]).await);
    }
    let all = upload.list().await.expect(200, "");
    assert_eq!(all.tags("PartNumber"), numbers.map(|number| number.to_string()));
    assert_eq!(all.tags("Size"), numbers.map(|number| (number % 7).to_string()));
    assert_eq!(all.tags("ETag"), etags);
    assert_eq!(all.tags("LastModified").len(), 5);
    assert_eq!((all.tags("Key"), all.tags("UploadId")), (vec!["a/é".to_owned()], vec![upload.id.clone()]));
    for size in 1..=6 {
        let (mut found, mut marker) = (Vec::new(), "0".to_owned());
        loop {
            let page = upload.ask("GET").query("max-parts", size).query("part-number-marker", &marker).send().await;
            let page = page.expect(200, "");
            assert!(page.tags("PartNumber").len() <= size);
            found.extend(page.tags("PartNumber"));
            if page.tags("IsTruncated") == ["false"] {
                break;
            }
            marker = page.tags("NextPartNumberMarker").pop().expect("a marker");
        }
        assert_eq!(found, numbers.map(|number| number.to_string()), "pages of {size}");
    }
    for (name, value) in [("max-parts", "-1"), ("max-parts", "many"), ("part-number-marker", "-1")] {
        upload.ask("GET").query(name, value).send().await.expect(400, "InvalidArgument");
    }
    server.finish().await;
}

#[tokio::test]
async fn uploads_are_listed_in_pages_of_any_size() {
    let server = Server::start().await;
    let mut begun = Vec::new();
    for key in ["b", "a/1", "a/2", "a/2", "a/2", "c/d/1", "é"] {
        begun.push((key.to_owned(), Upload::begin(&server, key).await.id));
    }
    begun.sort();
    for size in 1..=8_usize {
        let (mut found, mut markers) = (Vec::new(), (String::new(), String::new()));
        loop {
            let ask = server.ask("GET", "").query("uploads", "").query("max-uploads", size);
            let ask = ask.query("key-marker", &markers.0).query("upload-id-marker", &markers.1);
            let page = ask.send().await.expect(200, "");
            assert!(page.tags("Key").len() <= size);
            found.extend(page.tags("Key").into_iter().zip(page.tags("UploadId")));
            if page.tags("IsTruncated") == ["false"] {
                break;
            }
            let marker = |name| page.tags(name).pop().expect("a marker");
            markers = (marker("NextKeyMarker"), marker("NextUploadIdMarker"));
        }
        assert_eq!(found, begun, "pages of {size}");
    }
    server.finish().await;
}

#[tokio::test]
async fn uploads_are_folded_by_a_delimiter() {
    let server = Server::start().await;
    for key in ["a/1", "a/2", "b", "c/d/1", "c/e"] {
        Upload::begin(&server, key).await;
    }
    for (prefix, keys, groups) in [
        ("", &["b"][..], &["a/", "c/"][..]),
        ("c/", &["c/e"], &["c/d/"]),
        ("a/", &["a/1", "a/2"], &[]),
        ("z", &[], &[]),
    ] {
        for size in [1, 2, 1_000] {
            let (mut found, mut folded, mut marker) = (Vec::new(), Vec::new(), String::new());
            loop {
                let ask = server.ask("GET", "").query("uploads", "").query("delimiter", "/").query("prefix", prefix);
                let page = ask.query("max-uploads", size).query("key-marker", &marker).send().await.expect(200, "");
                found.extend(page.tags("Key"));
                folded.extend(page.tags("CommonPrefixes"));
                match page.tags("NextKeyMarker").pop() {
                    Some(next) => marker = next,
                    None => break,
                }
            }
            let groups: Vec<_> = groups.iter().map(|group| format!("<Prefix>{group}</Prefix>")).collect();
            assert_eq!((found, folded), (keys.iter().map(|&key| key.to_owned()).collect(), groups), "{prefix} {size}");
        }
    }
    server.ask("GET", "").query("uploads", "").query("max-uploads", "-1").send().await.expect(400, "InvalidArgument");
    server.finish().await;
}
