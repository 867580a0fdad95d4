//! Which pages may use the bucket from a browser: the stored rules, checked and evaluated as R2 does.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde::{Deserialize, Serialize};
use url::Url;

/// S3's limit on rules: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>.
const MAX_RULES: usize = 100;

/// R2's limit, in seconds: <https://developers.cloudflare.com/r2/buckets/cors/>.
const MAX_AGE: u32 = 86_400;

/// The methods S3 knows in a rule.
const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/// The bucket's rules. The first that fits a request decides. Kept as JSON in the index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Rules(Vec<Rule>);

/// Which pages may send what, and what their scripts may read of the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// A name for people, which means nothing here.
    pub(crate) id: Option<String>,
    /// `AllowedOrigins`: exact ones, or `*`.
    pub(crate) origins: Vec<String>,
    /// `AllowedMethods`, in capitals.
    pub(crate) methods: Vec<String>,
    /// `AllowedHeaders`: those that a page may send, or `*`.
    pub(crate) headers: Vec<String>,
    /// `ExposeHeaders`: those that a page's script may read.
    pub(crate) exposed: Vec<String>,
    /// `MaxAgeSeconds`: how long a browser may remember the answer to a preflight, in seconds.
    pub(crate) max_age: Option<u32>,
}

impl Rules {
    /// Checks rules that somebody wants to store; what is wrong with them is said in words.
    pub(crate) fn checked(rules: Vec<Rule>) -> Result<Self, String> {
        if rules.is_empty() || rules.len() > MAX_RULES {
            return Err(format!("there must be 1 to {MAX_RULES} rules"));
        }
        rules.iter().try_for_each(Rule::check)?;
        Ok(Self(rules))
    }

    /// The rules of a new bucket: what a page needs to upload, download and show files.
    pub(crate) fn for_origins(origins: Vec<String>) -> Result<Self, String> {
        if origins.is_empty() {
            return Ok(Self::default());
        }
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self::checked(vec![Rule {
            id: None,
            origins,
            methods: owned(&["GET", "PUT", "HEAD"]),
            headers: owned(&[
                "content-type",
                "content-md5",
                "if-none-match",
                "cache-control",
                "content-disposition",
                "range",
                "x-amz-checksum-sha256",
                "x-amz-meta-sha256",
                "x-amz-checksum-crc32c",
                "x-amz-meta-crc32c",
                "x-amz-meta-folder",
                "x-amz-meta-picture",
                "x-amz-meta-link",
                "x-amz-meta-sender",
            ]),
            exposed: owned(&[
                "ETag",
                "Content-Length",
                "Content-Range",
                "Content-Disposition",
                "Last-Modified",
                "Accept-Ranges",
                "x-amz-checksum-sha256",
                "x-amz-checksum-crc32c",
            ]),
            max_age: Some(600),
        }])
    }

    /// Are there no rules, so that no page may use the bucket?
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_rules(self) -> Vec<Rule> {
        self.0
    }

    /// The headers of a preflight that is allowed. None refuses it.
    pub(crate) fn preflight(&self, request: &HeaderMap) -> Option<HeaderMap> {
        let origin = request.get(header::ORIGIN)?.to_str().ok()?;
        let method = request.get(header::ACCESS_CONTROL_REQUEST_METHOD)?.to_str().ok()?;
        let asked = requested_headers(request)?;
        let allows = |rule: &&Rule| rule.matches(origin, method) && asked.iter().all(|name| rule.allows(name));
        let rule = self.0.iter().find(allows)?;
        let mut headers = rule.common(origin)?;
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, value(&rule.methods.join(", "))?);
        if !asked.is_empty() {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, value(&asked.join(", "))?);
        }
        if let Some(seconds) = rule.max_age {
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(seconds));
        }
        Some(headers)
    }

    /// The headers of an answer to a page of this origin. None leaves them out, and the browser hides the answer.
    pub(crate) fn answer(&self, origin: &HeaderValue, method: &Method) -> Option<HeaderMap> {
        let origin = origin.to_str().ok()?;
        let rule = self.0.iter().find(|rule| rule.matches(origin, method.as_str()))?;
        let mut headers = rule.common(origin)?;
        if !rule.exposed.is_empty() {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, value(&rule.exposed.join(", "))?);
        }
        Some(headers)
    }
}

impl Rule {
    fn check(&self) -> Result<(), String> {
        if self.origins.is_empty() || self.methods.is_empty() {
            return Err("a rule needs at least one origin and one method".to_owned());
        }
        for origin in &self.origins {
            check_origin(origin)?;
        }
        if let Some(method) = self.methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
            return Err(format!("the method {method:?} is not one of {}", METHODS.join(", ")));
        }
        for name in self.headers.iter().chain(&self.exposed).filter(|name| *name != "*") {
            HeaderName::try_from(name).map_err(|_| format!("{name:?} is not a header's name"))?;
        }
        if self.max_age.is_some_and(|seconds| seconds > MAX_AGE) {
            return Err(format!("MaxAgeSeconds is at most {MAX_AGE}"));
        }
        Ok(())
    }

    fn matches(&self, origin: &str, method: &str) -> bool {
        let origin_fits = self.origins.iter().any(|allowed| allowed == "*" || allowed == origin);
        origin_fits && self.methods.iter().any(|allowed| allowed == method)
    }

    fn allows(&self, header: &str) -> bool {
        self.headers.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(header))
    }

    fn common(&self, origin: &str) -> Option<HeaderMap> {
        let open = self.origins.iter().any(|allowed| allowed == "*");
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value(if open { "*" } else { origin })?);
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
        Some(headers)
    }
}

/// `*`, or exactly `scheme://host[:port]`: R2 knows no patterns.
fn check_origin(origin: &str) -> Result<(), String> {
    if origin == "*" {
        return Ok(());
    }
    let exact = Url::parse(origin).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.origin().ascii_serialization() == origin
    });
    if exact && !origin.contains('*') {
        return Ok(());
    }
    Err(format!("{origin:?} is not an origin: write exactly scheme://host or scheme://host:port, or *"))
}

/// The headers a preflight asks for. None if the list cannot be read.
fn requested_headers(request: &HeaderMap) -> Option<Vec<String>> {
    let Some(list) = request.get(header::ACCESS_CONTROL_REQUEST_HEADERS) else {
        return Some(Vec::new());
    };
    let names = list.to_str().ok()?.split(',').map(str::trim).filter(|name| !name.is_empty());
    Some(names.map(str::to_ascii_lowercase).collect())
}

fn value(text: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(text).ok()
}
