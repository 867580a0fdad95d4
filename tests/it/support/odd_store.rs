//! An S3 store in memory with a clock of its own, which can be told to ignore what other stores honour.

use super::{
    odd_lists::{self, Unfinished},
    odd_parts::{OddParts, has_other_crc32c, problem},
};

pub use super::oddity::Oddity;
use crate::bucket::client::{ACCESS_KEY_ID, Ask, SECRET_ACCESS_KEY, Signing};
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use cloakroom::config::{Secret, StoreConfig};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};
use tokio::{net::TcpListener, sync::watch};

const BUCKET: &str = "odd";

#[derive(Default)]
struct State {
    ahead: AtomicI64,
    odd: Mutex<Vec<Oddity>>,
    objects: Mutex<BTreeMap<String, (HeaderMap, Bytes)>>,
    parts: Mutex<OddParts>,
    uploads: Mutex<Vec<Unfinished>>,
    /// How often it was asked whether it answers.
    listed: watch::Sender<usize>,
    /// How often it was asked anything.
    asked: watch::Sender<usize>,
    /// How often it was asked for a page of all that it has.
    pages: AtomicUsize,
}

#[derive(Clone)]
pub struct OddStore {
    address: SocketAddr,
    state: Arc<State>,
}

impl OddStore {
    /// With a clock that is ahead of ours by so many seconds.
    pub async fn start(ahead: i64, odd: &[Oddity]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let store = Self { address: listener.local_addr().expect("an address"), state: Arc::default() };
        store.set_clock(ahead);
        store.set_odd(odd);
        let served = store.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let store = served.clone();
                let service = service_fn(move |request| {
                    let store = store.clone();
                    async move { Ok::<_, Infallible>(store.answer(request).await) }
                });
                tokio::spawn(
                    http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        store
    }

    pub fn set_clock(&self, ahead: i64) {
        self.state.ahead.store(ahead, Ordering::Relaxed);
    }

    pub fn set_odd(&self, odd: &[Oddity]) {
        *self.state.odd.lock().expect("a list") = odd.to_vec();
    }

    #[expect(clippy::disallowed_methods, reason = "a store has a clock of its own")]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::seconds(self.state.ahead.load(Ordering::Relaxed))
    }

    pub fn times_listed(&self) -> watch::Receiver<usize> {
        self.state.listed.subscribe()
    }

    /// What an object was stored with.
    pub fn headers_of(&self, key: &str) -> HeaderMap {
        self.state.objects.lock().expect("objects")[key].0.clone()
    }

    /// Loses every upload that is not completed, as a store does after some days.
    pub fn forget_uploads(&self) {
        *self.state.parts.lock().expect("uploads") = OddParts::default();
    }

    pub fn unfinished_uploads(&self) -> usize {
        self.state.parts.lock().expect("uploads").len()
    }

    pub fn times_asked(&self) -> watch::Receiver<usize> {
        self.state.asked.subscribe()
    }

    pub fn pages_listed(&self) -> usize {
        self.state.pages.load(Ordering::Relaxed)
    }

    /// An object that came some other way than by a request.
    pub fn insert(&self, key: &str, content_type: &'static str, bytes: &'static [u8]) {
        let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(content_type))].into_iter().collect();
        self.state.objects.lock().expect("objects").insert(key.to_owned(), (headers, Bytes::from_static(bytes)));
    }

    pub fn uploads(&self) -> MutexGuard<'_, Vec<Unfinished>> {
        self.state.uploads.lock().expect("uploads")
    }

    pub fn keys(&self) -> Vec<String> {
        self.state.objects.lock().expect("objects").keys().cloned().collect()
    }

    /// Settings that name this store.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("R2_ENDPOINT", format!("http://{}", self.address)),
            ("R2_BUCKET_NAME", BUCKET.to_owned()),
            ("R2_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
            ("R2_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.to_owned()),
        ]
    }

    pub fn config(&self) -> StoreConfig {
        StoreConfig {
            endpoint: format!("http://{}", self.address).parse().expect("a URL"),
            region: "auto".into(),
            bucket: BUCKET.into(),
            access_key_id: ACCESS_KEY_ID.into(),
            secret_access_key: Secret::new(SECRET_ACCESS_KEY),
            public_base_url: None,
        }
    }

    fn is(&self, oddity: Oddity) -> bool {
        self.state.odd.lock().expect("a list").contains(&oddity)
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        self.state.asked.send_modify(|times| *times += 1);
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let path = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8_lossy().into_owned();
        let key = path.strip_prefix(&format!("/{BUCKET}/")).unwrap_or_default().to_owned();
        let query: HashMap<String, String> =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        if parts.method == "PUT" && self.is(Oddity::HangingWrites) {
            std::future::pending::<()>().await;
        }
        let refused = self.refusal(&parts, &key, &query);
        let mut answer = match refused {
            Some((status, code)) => problem(status, code),
            None => self.obey(&parts, key, &query, body),
        };
        if !self.is(Oddity::NoDate) {
            let date = self.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            answer.headers_mut().insert(header::DATE, date.parse().expect("a header"));
        }
        answer
    }

    fn refusal(&self, parts: &Parts, key: &str, query: &HashMap<String, String>) -> Option<(u16, &'static str)> {
        if self.is(Oddity::Away) {
            return Some((503, "ServiceUnavailable"));
        }
        if self.is(Oddity::OnlyThePrefix) && !key.is_empty() && !key.starts_with("files/") {
            return Some((403, "AccessDenied"));
        }
        if self.is(Oddity::Stuck) && key.ends_with("stuck.png") {
            return Some((403, "AccessDenied"));
        }
        // Signed in a header, by rust-s3, whose clock is ours.
        let signature = query.get("X-Amz-Signature")?;
        let signed_at =
            NaiveDateTime::parse_from_str(&query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").expect("a date").and_utc();
        let lives = TimeDelta::seconds(query["X-Amz-Expires"].parse().expect("seconds"));
        if self.now() > signed_at + lives {
            return Some((403, "ExpiredRequest"));
        }
        if signed_at > self.now() + TimeDelta::seconds(20) {
            return Some((403, "RequestTimeTooSkewed"));
        }
        let fine = self.is(Oddity::NoLengths) || *signature == self.signature(parts, key, query, signed_at);
        (!fine).then_some((403, "SignatureDoesNotMatch"))
    }

    /// What the signature must be, made by the tests' own client.
    fn signature(&self, parts: &Parts, key: &str, query: &HashMap<String, String>, now: DateTime<Utc>) -> String {
        let mut ask = Ask::new(self.address, parts.method.as_str(), BUCKET, key);
        ask.now = now;
        ask.signing = Signing::Presigned { expires: query["X-Amz-Expires"].clone() };
        ask.query = query
            .iter()
            .filter(|(name, _)| !name.starts_with("X-Amz-"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        for name in query["X-Amz-SignedHeaders"].split(';').filter(|name| *name != "host") {
            let value = parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            ask.headers.push((name.to_owned(), value.to_owned()));
        }
        let wire = String::from_utf8(ask.wire()).expect("text");
        let (_, rest) = wire.split_once("X-Amz-Signature=").expect("a signature");
        rest.split(['&', ' ']).next().expect("a value").to_owned()
    }

    fn obey(&self, parts: &Parts, key: String, query: &HashMap<String, String>, body: Bytes) -> Response<Full<Bytes>> {
        let mut objects = self.state.objects.lock().expect("objects");
        let is_told_of = |id: &String| self.uploads().iter().any(|upload| upload.upload_id == *id);
        let is_new = query.contains_key("uploads") && parts.method == "POST";
        if is_new || query.get("uploadId").is_some_and(|id| !is_told_of(id)) {
            let odd = self.state.odd.lock().expect("a list").clone();
            let mut uploads = self.state.parts.lock().expect("uploads");
            return uploads.answer(parts, key, query, body, &mut objects, &odd);
        }
        match parts.method.as_str() {
            "PUT" => {
                let once = parts.headers.contains_key(header::IF_NONE_MATCH) && !self.is(Oddity::NoConditions);
                if once && objects.contains_key(&key) {
                    return problem(412, "PreconditionFailed");
                }
                let checksum = parts.headers.get("x-amz-checksum-sha256").filter(|_| !self.is(Oddity::NoChecksums));
                if checksum.is_some_and(|sum| *sum != *BASE64_STANDARD.encode(Sha256::digest(&body))) {
                    return problem(400, "BadDigest");
                }
                if !self.is(Oddity::NoCrc32c) && has_other_crc32c(&parts.headers, &body) {
                    return problem(400, "BadDigest");
                }
                objects.insert(key, (parts.headers.clone(), body));
                Response::new(Full::default())
            }
            "DELETE" => {
                match query.get("uploadId") {
                    Some(id) => self.uploads().retain(|upload| upload.upload_id != *id),
                    None => drop(objects.remove(&key)),
                }
                Response::builder().status(204).body(Full::default()).expect("an answer")
            }
            _ if query.contains_key("list-type") => {
                match query["max-keys"].as_str() {
                    "1" => self.state.listed.send_modify(|times| *times += 1),
                    _ => drop(self.state.pages.fetch_add(1, Ordering::Relaxed)),
                }
                Response::new(Full::from(odd_lists::objects(objects.keys(), query)))
            }
            _ if query.contains_key("uploads") => Response::new(Full::from(odd_lists::uploads(&self.uploads(), query))),
            _ => match objects.get(&key) {
                Some((headers, bytes)) => self.show(parts, query, headers, bytes),
                None => problem(404, "NoSuchKey"),
            },
        }
    }

    fn show(
        &self,
        parts: &Parts,
        query: &HashMap<String, String>,
        headers: &HeaderMap,
        bytes: &Bytes,
    ) -> Response<Full<Bytes>> {
        let mut answer = Response::builder();
        if !headers.contains_key(header::ETAG) {
            answer = answer.header(header::ETAG, "\"odd\"");
        }
        for name in
            ["content-type", "content-disposition", "cache-control", "x-amz-meta-sha256", "x-amz-meta-crc32c", "etag"]
        {
            let asked = query.get(&format!("response-{name}")).filter(|_| !self.is(Oddity::NoOverrides));
            let stored = headers.get(name).and_then(|value| value.to_str().ok());
            if let Some(value) = asked.map(String::as_str).or(stored) {
                answer = answer.header(name, value);
            }
        }
        if parts.headers.contains_key(header::RANGE) {
            let end = bytes.len().min(4_096);
            let range = format!("bytes 0-{}/{}", end - 1, bytes.len());
            answer = answer.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, range);
            return answer.body(Full::from(bytes.slice(..end))).expect("an answer");
        }
        answer.body(Full::from(bytes.clone())).expect("an answer")
    }
}
