//! The bucket's rules on which pages may use it (CORS): the one that our pages need, and those that are there.
//! <https://developers.cloudflare.com/r2/buckets/cors/>

use super::{
    Store, code_of,
    listing::{unreadable, whole},
    request::{Extras, unexpected},
    signing::Request,
    xml::{self, Place},
};
use crate::error::Result;
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use md5::{Digest, Md5};
use quick_xml::escape::escape;
use serde::Serialize;

/// What pages send with an upload: what strict URLs sign, and what says who signed it.
pub(super) const UPLOAD_HEADERS: [&str; 13] = [
    "content-type",
    "content-md5",
    "if-none-match",
    "cache-control",
    "content-disposition",
    "x-amz-checksum-sha256",
    "x-amz-meta-sha256",
    "x-amz-checksum-crc32c",
    "x-amz-meta-crc32c",
    "x-amz-meta-folder",
    "x-amz-meta-picture",
    "x-amz-meta-link",
    "x-amz-meta-sender",
];
/// What they send when they read.
pub(super) const READ_HEADERS: [&str; 1] = ["range"];
const METHODS: [&str; 3] = ["GET", "PUT", "HEAD"];
const EXPOSED: [&str; 1] = ["ETag"];
/// How long a browser may remember that it may, in seconds; R2 takes up to a day.
const MAX_AGE: u32 = 3_600;

/// The rule that our pages need, as R2's page “CORS policy” takes it in a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CorsPolicy {
    allowed_origins: Vec<String>,
    allowed_methods: Vec<&'static str>,
    allowed_headers: Vec<&'static str>,
    expose_headers: Vec<&'static str>,
    max_age_seconds: u32,
}

/// The rules of a bucket, in their order. What is not known here is kept as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorsRules(Vec<Elements>);

/// What stands in a rule: names and texts.
type Elements = Vec<(String, String)>;

impl CorsPolicy {
    /// For pages of these origins, each `scheme://host[:port]`.
    pub fn for_origins(origins: &[String]) -> Self {
        Self {
            allowed_origins: origins.to_vec(),
            allowed_methods: METHODS.to_vec(),
            allowed_headers: [&UPLOAD_HEADERS[..], &READ_HEADERS[..]].concat(),
            expose_headers: EXPOSED.to_vec(),
            max_age_seconds: MAX_AGE,
        }
    }

    fn elements(&self) -> Elements {
        let all = |name: &str, values: &[&str]| -> Elements {
            values.iter().map(|value| (name.to_owned(), (*value).to_owned())).collect()
        };
        let origins: Vec<&str> = self.allowed_origins.iter().map(String::as_str).collect();
        let max_age = self.max_age_seconds.to_string();
        [
            all("AllowedOrigin", &origins),
            all("AllowedMethod", &self.allowed_methods),
            all("AllowedHeader", &self.allowed_headers),
            all("ExposeHeader", &self.expose_headers),
            all("MaxAgeSeconds", &[&max_age]),
        ]
        .concat()
    }
}

impl CorsRules {
    fn parse(xml: &str) -> Result<Self> {
        let mut rules = Vec::<Elements>::new();
        let read = xml::walk(xml, |place| match place {
            Place::Begins([_, rule]) if rule == "CORSRule" => rules.push(Vec::new()),
            Place::Ends([_, rule, name], text) if rule == "CORSRule" => {
                rules.last_mut().map(|rule| rule.push((name.clone(), text))).unwrap_or_default();
            }
            Place::Begins(_) | Place::Ends(..) => {}
        });
        read.map(|()| Self(rules)).ok_or_else(unreadable)
    }

    fn xml(&self) -> String {
        let element = |(name, text): &(String, String)| format!("<{name}>{}</{name}>", escape(text.as_str()));
        let rule =
            |elements: &Elements| format!("<CORSRule>{}</CORSRule>", elements.iter().map(element).collect::<String>());
        let rules: String = self.0.iter().map(rule).collect();
        format!("<CORSConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{rules}</CORSConfiguration>")
    }

    /// These rules with ours in the place of what they say of the same origins. It comes first, as the first one that fits
    /// decides; what they say of other origins stays.
    #[must_use]
    pub fn with(&self, policy: &CorsPolicy) -> Self {
        let is_ours = |(name, text): &(String, String)| {
            name == "AllowedOrigin" && policy.allowed_origins.iter().any(|origin| origin == text)
        };
        let others = self.0.iter().filter_map(|rule| {
            let rest: Elements = rule.iter().filter(|element| !is_ours(element)).cloned().collect();
            rest.iter().any(|(name, _)| name == "AllowedOrigin").then_some(rest)
        });
        Self(std::iter::once(policy.elements()).chain(others).collect())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Are there none, so that no page may use the bucket?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Store {
    /// The bucket's rules.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable`, also when these credentials may not read them; `ClocksDiffer`.
    pub async fn cors_rules(&self, now: DateTime<Utc>) -> Result<CorsRules> {
        let request = Request { method: "GET", key: "", headers: &[], query: &[("cors", "")] };
        let answer = self.send_again(&request, &Extras::default(), now).await?;
        let status = answer.status();
        let body = whole(answer).await?;
        match status {
            status if status.is_success() => CorsRules::parse(&body),
            _ if code_of(&body) == "NoSuchCORSConfiguration" => Ok(CorsRules::default()),
            status => Err(unexpected(status, body.as_bytes())),
        }
    }

    /// Replaces all of the bucket's rules.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable`, also when these credentials may not write them; `ClocksDiffer`.
    pub async fn set_cors_rules(&self, rules: &CorsRules, now: DateTime<Utc>) -> Result<()> {
        let xml = rules.xml();
        // S3 wants a checksum of these: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
        let md5 = BASE64_STANDARD.encode(Md5::digest(&xml));
        let headers = [("content-md5".to_owned(), &*md5), ("content-type".to_owned(), "application/xml")];
        let request = Request { method: "PUT", key: "", headers: &headers, query: &[("cors", "")] };
        let extras = Extras { body: Bytes::from(xml), ..Extras::default() };
        let answer = self.send_again(&request, &extras, now).await?;
        let status = answer.status();
        if status.is_success() { Ok(()) } else { Err(unexpected(status, whole(answer).await?.as_bytes())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(rules: &'a CorsRules, name: &str) -> Vec<&'a str> {
        let elements = rules.0.iter().flatten();
        elements.filter(|(of, _)| of == name).map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn rules_of_others_stay_as_they_are() {
        let xml = "<?xml version=\"1.0\"?><CORSConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">
            <CORSRule><ID>a &amp; b</ID><AllowedOrigin>https://other.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod>
            <Unknown>kept</Unknown></CORSRule>
            <CORSRule><AllowedOrigin>https://ours.example</AllowedOrigin><AllowedMethod>PUT</AllowedMethod></CORSRule>
            <CORSRule><AllowedOrigin>https://ours.example</AllowedOrigin><AllowedOrigin>https://third.example</AllowedOrigin>
            <AllowedMethod>HEAD</AllowedMethod></CORSRule></CORSConfiguration>";
        let found = CorsRules::parse(xml).expect("rules");
        assert_eq!(found.len(), 3);
        let ours = CorsPolicy::for_origins(&["https://ours.example".to_owned()]);
        let mended = found.with(&ours);
        assert_eq!(
            texts(&mended, "AllowedOrigin"),
            ["https://ours.example", "https://other.example", "https://third.example"]
        );
        assert_eq!(mended.0[1], found.0[0]);
        assert_eq!(CorsRules::parse(&mended.xml()).expect("rules"), mended);
        assert_eq!(mended.with(&ours), mended, "a second time changes nothing");
    }

    #[test]
    fn the_readme_has_people_paste_this_policy() {
        let readme = include_str!("../../README.md");
        let (_, rest) = readme.split_once("```json").expect("a policy");
        let (policy, _) = rest.split_once("```").expect("its end");
        let pasted: serde_json::Value = serde_json::from_str(policy).expect("JSON");
        let ours = [CorsPolicy::for_origins(&["https://files.example.com".to_owned()])];
        let ours = serde_json::to_value(ours).expect("JSON");
        let sorted = |policy: &serde_json::Value, name: &str| {
            let mut names = policy[0][name].as_array().cloned().unwrap_or_default();
            names.sort_by_key(ToString::to_string);
            names
        };
        for name in ["AllowedOrigins", "AllowedMethods", "AllowedHeaders", "ExposeHeaders"] {
            assert_eq!(sorted(&pasted, name), sorted(&ours, name), "{name}");
        }
        assert_eq!(pasted[0]["MaxAgeSeconds"], ours[0]["MaxAgeSeconds"]);
    }
}
