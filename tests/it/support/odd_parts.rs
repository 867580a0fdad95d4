//! Multipart uploads of the store in memory: as R2 has them, and as it could fail.

use super::oddity::Oddity;
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::{HeaderMap, Response, header, request::Parts};
use http_body_util::Full;
use md5::{Digest, Md5};
use std::collections::{BTreeMap, HashMap};

type Objects = BTreeMap<String, (HeaderMap, Bytes)>;
type Answer = Response<Full<Bytes>>;

#[derive(Default)]
pub struct OddParts {
    uploads: HashMap<String, Upload>,
}

struct Upload {
    key: String,
    headers: HeaderMap,
    parts: BTreeMap<u32, (String, Bytes)>,
}

impl OddParts {
    pub fn len(&self) -> usize {
        self.uploads.len()
    }

    pub fn answer(
        &mut self,
        parts: &Parts,
        key: String,
        query: &HashMap<String, String>,
        body: Bytes,
        objects: &mut Objects,
        odd: &[Oddity],
    ) -> Answer {
        let Some(id) = query.get("uploadId") else { return self.begin(parts, key) };
        let Some(upload) = self.uploads.get_mut(id).filter(|upload| upload.key == key) else {
            return problem(404, "NoSuchUpload");
        };
        match parts.method.as_str() {
            "PUT" => upload.put(parts, &query["partNumber"], body),
            "GET" => upload.list(query, odd.contains(&Oddity::ShortLists)),
            "DELETE" => {
                self.uploads.remove(id);
                Response::builder().status(204).body(Full::default()).expect("an answer")
            }
            _ if odd.contains(&Oddity::FailsToComplete) => {
                Response::new(Full::from("  <?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>"))
            }
            _ if objects.contains_key(&key) => problem(412, "PreconditionFailed"),
            _ => match upload.complete(&body) {
                Some(object) => {
                    self.uploads.remove(id);
                    objects.insert(key, object);
                    match odd.contains(&Oddity::CompletesAndFails) {
                        true => problem(500, "InternalError"),
                        false => Response::new(Full::from("<CompleteMultipartUploadResult/>")),
                    }
                }
                None => problem(400, "InvalidPart"),
            },
        }
    }

    fn begin(&mut self, parts: &Parts, key: String) -> Answer {
        let id = format!("{}+/=", uuid::Uuid::new_v4());
        let upload = Upload { key, headers: parts.headers.clone(), parts: BTreeMap::new() };
        self.uploads.insert(id.clone(), upload);
        let xml = format!("<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
        Response::new(Full::from(xml))
    }
}

impl Upload {
    fn put(&mut self, parts: &Parts, number: &str, body: Bytes) -> Answer {
        let md5 = BASE64_STANDARD.encode(Md5::digest(&body));
        let has_other_md5 = parts.headers.get("content-md5").is_some_and(|given| *given != *md5);
        if has_other_md5 || has_other_crc32c(&parts.headers, &body) {
            return problem(400, "BadDigest");
        }
        let etag = format!("\"{:x}\"", Md5::digest(&body));
        self.parts.insert(number.parse().expect("a number"), (etag, body));
        Response::new(Full::default())
    }

    fn list(&self, query: &HashMap<String, String>, is_short: bool) -> Answer {
        let after: u32 = query.get("part-number-marker").map_or(0, |marker| marker.parse().expect("a number"));
        let page: Vec<_> = self.parts.range(after + 1..).take(if is_short { 2 } else { 1_000 }).collect();
        let last = page.last().map_or(0, |(number, _)| **number);
        let is_truncated = self.parts.range(last + 1..).next().is_some() && last > 0;
        let list: String = page
            .into_iter()
            .map(|(number, (etag, bytes))| {
                let (etag, size) = (etag.replace('"', "&quot;"), bytes.len());
                format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag><Size>{size}</Size></Part>")
            })
            .collect();
        Response::new(Full::from(format!(
            "<ListPartsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>{is_truncated}</IsTruncated>\
             <NextPartNumberMarker>{last}</NextPartNumberMarker>{list}</ListPartsResult>"
        )))
    }

    /// The object, if the parts that are named are those that are there.
    fn complete(&self, body: &[u8]) -> Option<(HeaderMap, Bytes)> {
        let named = String::from_utf8_lossy(body).replace("&quot;", "\"");
        let mut whole = Vec::new();
        for (number, (etag, bytes)) in &self.parts {
            let part = format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>");
            named.contains(&part).then(|| whole.extend_from_slice(bytes))?;
        }
        let mut headers = self.headers.clone();
        headers.insert(header::ETAG, format!("\"odd-{}\"", self.parts.len()).parse().expect("a header"));
        Some((headers, whole.into()))
    }
}

pub fn has_other_crc32c(headers: &HeaderMap, body: &[u8]) -> bool {
    let crc32c = BASE64_STANDARD.encode(crc32c::crc32c(body).to_be_bytes());
    headers.get("x-amz-checksum-crc32c").is_some_and(|given| *given != *crc32c)
}

pub fn problem(status: u16, code: &str) -> Response<Full<Bytes>> {
    let body = format!("<Error><Code>{code}</Code></Error>");
    Response::builder().status(status).body(Full::from(body)).expect("an answer")
}
