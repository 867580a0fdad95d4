//! An S3 client of our own: it signs requests, and sends exactly what it is told, wrong things too.

use std::{fmt::Write as _, net::SocketAddr};

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub const ACCESS_KEY_ID: &str = "test-access-key";
pub const SECRET_ACCESS_KEY: &str = "test-secret-key";

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const IN_PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// How a request is signed.
#[derive(Clone, Debug)]
pub enum Signing {
    Header,
    Presigned { expires: String },
    None,
}

/// A request to be sent. Public fields, so that tests can bend it.
#[derive(Clone, Debug)]
pub struct Ask {
    pub address: SocketAddr,
    /// What the Host header says, if not the address.
    pub host: Option<String>,
    pub method: String,
    pub bucket: String,
    pub key: String,
    pub query: Vec<(String, String)>,
    /// Signed, all of them.
    pub headers: Vec<(String, String)>,
    /// Added after signing.
    pub unsigned: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub payload_hash: String,
    pub signing: Signing,
    pub now: DateTime<Utc>,
    pub region: String,
    pub access_key_id: String,
    pub secret: String,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Ask {
    #[expect(clippy::disallowed_methods, reason = "a client of the bucket has no database")]
    pub fn new(address: SocketAddr, method: &str, bucket: &str, key: &str) -> Self {
        Self {
            address,
            host: None,
            method: method.to_owned(),
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            unsigned: Vec::new(),
            body: Vec::new(),
            payload_hash: "UNSIGNED-PAYLOAD".to_owned(),
            signing: Signing::Header,
            now: Utc::now(),
            region: "auto".to_owned(),
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret: SECRET_ACCESS_KEY.to_owned(),
        }
    }

    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    pub fn unsigned(mut self, name: &str, value: impl ToString) -> Self {
        self.unsigned.push((name.to_owned(), value.to_string()));
        self
    }

    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// With its Content-Length, unsigned.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len();
        self.unsigned("content-length", length)
    }

    /// Without a Content-Length.
    pub fn bare_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub fn presigned(self) -> Self {
        self.presigned_for("900")
    }

    pub fn presigned_for(mut self, expires: &str) -> Self {
        self.signing = Signing::Presigned { expires: expires.to_owned() };
        self
    }

    pub fn anonymous(mut self) -> Self {
        self.signing = Signing::None;
        self
    }

    pub async fn send(self) -> Answer {
        exchange(self.address, &self.wire()).await
    }

    /// The bytes that go over the wire.
    pub fn wire(&self) -> Vec<u8> {
        let (target, signed) = self.sign();
        let mut head = format!("{} {target} HTTP/1.1\r\nconnection: close\r\n", self.method);
        for (name, value) in signed.iter().chain(&self.unsigned) {
            write!(head, "{name}: {value}\r\n").expect("writes to memory");
        }
        [head.as_bytes(), b"\r\n", &self.body].concat()
    }

    /// The signature of a header-signed request, which seeds those of its chunks.
    pub fn seed_signature(&self) -> String {
        let (_, headers) = self.sign();
        let authorization = headers.iter().find(|(name, _)| name == "authorization").expect("is signed");
        authorization.1.rsplit_once("Signature=").expect("has a signature").1.to_owned()
    }

    pub fn timestamp(&self) -> String {
        self.now.format("%Y%m%dT%H%M%SZ").to_string()
    }

    pub fn scope(&self) -> String {
        format!("{}/{}/s3/aws4_request", self.now.format("%Y%m%d"), self.region)
    }

    pub fn signature(&self, string_to_sign: &str) -> String {
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for part in self.scope().split('/') {
            key = hmac(&key, part);
        }
        hex::encode(hmac(&key, string_to_sign))
    }

    fn path(&self) -> String {
        let key = utf8_percent_encode(&self.key, IN_PATH);
        match self.bucket.as_str() {
            "" => "/".to_owned(),
            bucket => format!("/{bucket}/{key}"),
        }
    }

    /// The request's target and its headers, signed as asked.
    fn sign(&self) -> (String, Vec<(String, String)>) {
        let mut headers = self.headers.clone();
        headers.push(("host".to_owned(), self.host.clone().unwrap_or_else(|| self.address.to_string())));
        let mut query = self.query.clone();
        match &self.signing {
            Signing::None => {}
            Signing::Header => {
                headers.push(("x-amz-date".to_owned(), self.timestamp()));
                headers.push(("x-amz-content-sha256".to_owned(), self.payload_hash.clone()));
                headers.push(("authorization".to_owned(), self.authorization(&query, &headers)));
            }
            Signing::Presigned { expires } => {
                for (name, value) in [
                    ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
                    ("X-Amz-Credential", format!("{}/{}", self.access_key_id, self.scope())),
                    ("X-Amz-Date", self.timestamp()),
                    ("X-Amz-Expires", expires.clone()),
                    ("X-Amz-SignedHeaders", signed_names(&headers)),
                ] {
                    query.push((name.to_owned(), value));
                }
                let signature = self.signature(&self.string_to_sign(&query, &headers, "UNSIGNED-PAYLOAD"));
                query.push(("X-Amz-Signature".to_owned(), signature));
            }
        }
        let mark = if query.is_empty() { "" } else { "?" };
        (format!("{}{mark}{}", self.path(), canonical_query(&query)), headers)
    }

    fn authorization(&self, query: &[(String, String)], headers: &[(String, String)]) -> String {
        let signature = self.signature(&self.string_to_sign(query, headers, &self.payload_hash));
        let (names, scope) = (signed_names(headers), self.scope());
        let credential = format!("{}/{scope}", self.access_key_id);
        format!("AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={names},Signature={signature}")
    }

    fn string_to_sign(&self, query: &[(String, String)], headers: &[(String, String)], payload: &str) -> String {
        let mut sorted = headers.to_vec();
        sorted.sort();
        let tidy = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines: String = sorted.iter().map(|(name, value)| format!("{name}:{}\n", tidy(value))).collect();
        let names = signed_names(headers);
        let query = canonical_query(query);
        let canonical = format!("{}\n{}\n{query}\n{lines}\n{names}\n{payload}", self.method, self.path());
        format!("AWS4-HMAC-SHA256\n{}\n{}\n{}", self.timestamp(), self.scope(), sha256_hex(canonical.as_bytes()))
    }
}

impl Answer {
    pub fn parse(received: &[u8]) -> Self {
        let end = received.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer with a head");
        let head = String::from_utf8(received[..end].to_vec()).expect("a head of text");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let mut answer = Self { status, head, body: received[end + 4..].to_vec() };
        if answer.header("transfer-encoding").as_deref() == Some("chunked") {
            answer.body = unchunk(&answer.body);
        }
        answer
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of an error, or nothing.
    pub fn code(&self) -> String {
        self.tags("Code").into_iter().next().unwrap_or_default()
    }

    /// The texts of all elements of a name, in order.
    pub fn tags(&self, name: &str) -> Vec<String> {
        let text = self.text();
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let found = text.split(&open).skip(1).filter_map(|rest| rest.split_once(&close));
        found.map(|(inner, _)| inner.to_owned()).collect()
    }

    /// Asserts the status and, for an error, its code.
    #[track_caller]
    pub fn expect(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}\n{}", self.head, self.text());
        self
    }
}

/// Sends bytes and reads until the connection ends.
pub async fn exchange(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.expect("connects");
    let (mut reader, mut writer) = stream.split();
    let mut received = Vec::new();
    // A server may answer before it has read everything, so neither direction waits for the other.
    let (_, _) = tokio::join!(writer.write_all(request), reader.read_to_end(&mut received));
    Answer::parse(&received)
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn signed_names(headers: &[(String, String)]) -> String {
    let mut names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.join(";")
}

fn canonical_query(query: &[(String, String)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let mut pairs: Vec<_> = query.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&bytes[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(size @ 1..) = size else { break };
        body.extend_from_slice(&bytes[end + 2..][..size]);
        bytes = &bytes[end + 2 + size + 2..];
    }
    body
}
