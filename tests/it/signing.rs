//! Our presigned URLs against a second implementation: botocore signs the same requests at the same time.

use cloakroom::{
    config::{Secret, StoreConfig},
    database,
    ids::{FileId, UrlKind, UserId},
    storage::{
        Checksum, Disposition, FileName, ObjectKey, PartTerms, Picture, PutTerms, ReadTerms, Store, StrictTerms,
    },
};
use serde_json::{Value, json};
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};
use url::Url;

const NAMES: &[&str] = &[
    "a.png",
    "a b.png",
    "a  b.png",
    "résumé.pdf",
    "日本語.txt",
    "👩‍👩‍👧.jpg",
    "100%.csv",
    "%2e%2e",
    "a+b&c=d;e.txt",
    "~!$'()*,:@.bin",
    "\"q\".txt",
    "a#b?c.txt",
    "...",
];

#[test]
fn every_signature_is_botocores_too() {
    let mut cases = Vec::new();
    for endpoint in [
        "https://abc.r2.cloudflarestorage.com",
        "https://abc.eu.r2.cloudflarestorage.com",
        "http://127.0.0.1:9000",
        "https://store.example.com:8443",
    ] {
        let store = store(endpoint);
        for name in NAMES {
            cases.extend(cases_of(&store, name));
        }
    }
    let answers = botocore(&json!(cases.iter().map(|case| &case.question).collect::<Vec<_>>()));
    for (case, answer) in cases.iter().zip(answers.as_array().expect("answers")) {
        assert_eq!(signature(&case.url), signature(answer.as_str().expect("a URL")), "{}\n{}", case.url, answer);
    }
    assert_eq!(cases.len(), 4 * NAMES.len() * 7);
}

struct Case {
    url: String,
    question: Value,
}

/// A loose PUT, a strict one, ones with either checksum and a folder, two of parts, and a GET.
fn cases_of(store: &Store, name: &str) -> Vec<Case> {
    let name: FileName = name.parse().expect("a fine name");
    let key = ObjectKey::new("files/", FileId::generate(UrlKind::Strict), UserId::generate(), name.clone());
    let ttl = Duration::from_secs(300);
    let mut cases = Vec::new();
    let (sha256, crc32c) = (Some(Checksum::Sha256([7; 32])), Some(Checksum::Crc32c([7; 4])));
    for (strict, checksum) in [(false, None), (true, None), (true, sha256), (true, crc32c)] {
        let picture = checksum.map(|_| Picture {
            camera: Some("é & Co = 1".into()),
            has_place: Some(true),
            ..Picture::default()
        });
        let folder = checksum.map(|_| "Iceland/Dag á (1)".parse().expect("a path"));
        let disposition = Disposition::Attachment;
        let strict =
            strict.then_some(StrictTerms { size: 12_345, disposition, checksum, folder, picture, courier: None });
        let put = store
            .presign_put(&key, &PutTerms { content_type: "text/plain; charset=utf-8", strict }, ttl, database::now())
            .expect("signed");
        let mut headers = json!(
            put.headers.iter().map(|(name, value)| (name.to_string(), json!(value))).collect::<serde_json::Map<_, _>>()
        );
        if headers.get("If-None-Match").is_some() {
            headers["Content-Length"] = json!("12345");
        }
        cases.push(Case { question: question(&put.url, "PUT", &headers), url: put.url });
    }
    cases.extend([Checksum::Crc32c([7; 4]), Checksum::Md5([7; 16])].map(|checksum| part_case(store, &key, checksum)));
    let terms = ReadTerms {
        content_type: "text/plain; charset=utf-8",
        disposition: &name.disposition(Disposition::Inline),
        cache_control: "private, max-age=900",
    };
    let url = store.presign_read("GET", key.as_str(), &terms, ttl, database::now()).expect("signed");
    cases.push(Case { question: question(&url, "GET", &json!({})), url });
    cases
}

/// With an upload's id that has to be encoded in a query.
fn part_case(store: &Store, key: &ObjectKey, checksum: Checksum) -> Case {
    let part = PartTerms { number: 9_999, size: 12_345, checksum };
    let put = store.presign_part(key, "a+b/c==~d e", &part, Duration::from_secs(300), database::now()).expect("signed");
    let (name, value) = &put.headers[0];
    assert_eq!(put.headers.len(), 1);
    Case { question: question(&put.url, "PUT", &json!({*name: value, "Content-Length": "12345"})), url: put.url }
}

/// The request without what makes it signed, and when it was signed.
fn question(url: &str, method: &str, headers: &Value) -> Value {
    let parsed = Url::parse(url).expect("a URL");
    let pairs: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
    let date = pairs.iter().find(|(name, _)| name == "X-Amz-Date").expect("a date").1.clone();
    let own: Vec<_> = pairs.into_iter().filter(|(name, _)| !name.starts_with("X-Amz-")).collect();
    let mut plain = parsed;
    plain.set_query(None);
    json!({"method": method, "url": plain.as_str(), "query": own, "headers": headers, "date": date})
}

fn signature(url: &str) -> String {
    let found = Url::parse(url)
        .expect("a URL")
        .query_pairs()
        .find(|(name, _)| name == "X-Amz-Signature")
        .map(|(_, value)| value.into_owned());
    found.expect("a signature")
}

fn store(endpoint: &str) -> Store {
    let config = StoreConfig {
        endpoint: Url::parse(endpoint).expect("a URL"),
        region: "auto".into(),
        bucket: "my-neon-app-files".into(),
        access_key_id: "AKIDEXAMPLE".into(),
        secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        public_base_url: None,
    };
    Store::open(&config, "files/".into()).expect("a store")
}

fn botocore(questions: &Value) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/venv/bin/python");
    assert!(python.exists(), "botocore is missing: run bash tests/run.sh");
    let mut child = Command::new(python)
        .arg(root.join("tests/clients/sign.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    child.stdin.take().expect("an input").write_all(questions.to_string().as_bytes()).expect("written");
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}
