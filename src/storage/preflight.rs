//! Asking the bucket what a browser asks before it sends a page's request, and what its answer means.
//! <https://fetch.spec.whatwg.org/#cors-preflight-fetch>

use super::{
    Store,
    cors::{READ_HEADERS, UPLOAD_HEADERS},
    request::{broken, unexpected},
};
use crate::error::{Error, Result};
use futures::future::try_join_all;
use http::{
    HeaderMap, HeaderName,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    },
};
use reqwest::{Method, StatusCode};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(3);
/// What our pages do beyond what every page may.
const REQUESTS: [(&str, &[&str]); 2] = [("PUT", &UPLOAD_HEADERS), ("GET", &READ_HEADERS)];

/// What the bucket does not allow to pages of an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorsObstacle {
    /// Anything at all.
    Origin,
    Method(&'static str),
    /// These headers, with the method that they go with.
    Headers(&'static str, Vec<&'static str>),
}

impl CorsObstacle {
    /// In words that follow “the bucket's CORS rules”.
    pub fn words(&self, origin: &str) -> String {
        match self {
            Self::Origin => format!("do not allow the origin {origin}"),
            Self::Method(method) => format!("do not allow the method {method} to {origin}"),
            Self::Headers(_, names) if names.len() == 1 => format!("do not allow the header {} to {origin}", names[0]),
            Self::Headers(_, names) => format!("do not allow the headers {} to {origin}", names.join(", ")),
        }
    }
}

impl Store {
    /// Asks the bucket, as a browser would, whether pages of an origin may upload and read, with all that ours send. `None`: they
    /// may. Sends two requests; where they may not, at most fifteen, to find out why.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable` when the store does not answer within three seconds, or fails; `Malformed` for what is no origin.
    pub async fn cors_obstacle(&self, origin: &str) -> Result<Option<CorsObstacle>> {
        for (method, headers) in REQUESTS {
            if let Some(obstacle) = self.obstacle(origin, method, headers).await? {
                return Ok(Some(obstacle));
            }
        }
        Ok(None)
    }

    /// The same of one upload, with the headers that it was sent with; those that pages never send are left out.
    ///
    /// # Errors
    ///
    /// As [`Store::cors_obstacle`].
    pub async fn upload_obstacle(&self, origin: &str, sent: &[String]) -> Result<Option<CorsObstacle>> {
        let is_sent = |name: &&'static str| sent.iter().any(|one| one.eq_ignore_ascii_case(name));
        let headers: Vec<&'static str> = UPLOAD_HEADERS.into_iter().filter(is_sent).collect();
        self.obstacle(origin, "PUT", &headers).await
    }

    async fn obstacle(
        &self,
        origin: &str,
        method: &'static str,
        headers: &[&'static str],
    ) -> Result<Option<CorsObstacle>> {
        if self.preflight(origin, method, headers).await? {
            return Ok(None);
        }
        if !self.preflight(origin, method, &[]).await? {
            let (other, _) = REQUESTS[usize::from(method == "PUT")];
            let allows_other = self.preflight(origin, other, &[]).await?;
            return Ok(Some(if allows_other { CorsObstacle::Method(method) } else { CorsObstacle::Origin }));
        }
        let asked = headers.iter().map(async |name| self.preflight(origin, method, &[*name]).await);
        let allowed = try_join_all(asked).await?;
        let refused: Vec<_> =
            headers.iter().zip(allowed).filter(|(_, allowed)| !allowed).map(|(name, _)| *name).collect();
        // Each alone, but by rules of which a browser finds one.
        Ok(Some(CorsObstacle::Headers(method, if refused.is_empty() { headers.to_vec() } else { refused })))
    }

    async fn preflight(&self, origin: &str, method: &str, headers: &[&str]) -> Result<bool> {
        let url = format!("{}/{}/{}preflight", self.origin, self.bucket.name(), self.prefix);
        let asked = self.http.request(Method::OPTIONS, url).timeout(PATIENCE);
        let asked = asked.header(ORIGIN, origin).header(ACCESS_CONTROL_REQUEST_METHOD, method);
        let asked = match headers {
            [] => asked,
            names => asked.header(ACCESS_CONTROL_REQUEST_HEADERS, names.join(",")),
        };
        let answer = asked.send().await.map_err(|error| match error.is_builder() {
            true => Error::Malformed("This is no origin.".into()),
            false => broken(&error),
        })?;
        expect_verdict(answer.status())?;
        Ok(answer.status().is_success() && allows(answer.headers(), origin, method, headers))
    }
}

/// A store that fails, or is busy, says nothing of its rules.
fn expect_verdict(status: StatusCode) -> Result<()> {
    let is_none =
        status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
    if is_none { Err(unexpected(status, &[])) } else { Ok(()) }
}

/// As browsers read the answer to a preflight for a request without credentials.
fn allows(answer: &HeaderMap, origin: &str, method: &str, headers: &[&str]) -> bool {
    let methods = listed(answer, &ACCESS_CONTROL_ALLOW_METHODS);
    let names = listed(answer, &ACCESS_CONTROL_ALLOW_HEADERS);
    let allows_method =
        matches!(method, "GET" | "HEAD" | "POST") || methods.iter().any(|one| one == method || one == "*");
    let allows_header = |name: &&str| names.iter().any(|one| one.eq_ignore_ascii_case(name) || one == "*");
    is_shared_with(answer, origin) && allows_method && headers.iter().all(allows_header)
}

/// May a page of this origin see the answer?
pub(super) fn is_shared_with(answer: &HeaderMap, origin: &str) -> bool {
    answer.get(ACCESS_CONTROL_ALLOW_ORIGIN).is_some_and(|allowed| allowed == origin || allowed == "*")
}

/// What stands in a header, or in several of them, between commas.
pub(super) fn listed(answer: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let values = answer.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let names = values.flat_map(|value| value.split(',')).map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_fails_says_nothing_of_its_rules() {
        for status in [200, 204, 400, 403, 404, 405] {
            assert!(expect_verdict(StatusCode::from_u16(status).expect("a status")).is_ok(), "{status}");
        }
        for status in [408, 429, 500, 502, 503, 504] {
            assert!(expect_verdict(StatusCode::from_u16(status).expect("a status")).is_err(), "{status}");
        }
    }

    #[test]
    fn an_answer_is_read_as_browsers_read_it() {
        let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
            pairs
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("a header")))
                .collect()
        };
        let origin = ("access-control-allow-origin", "https://a.example");
        let methods = ("access-control-allow-methods", "GET, PUT");
        let names = ("access-control-allow-headers", "Content-Type,  x-amz-meta-folder");
        let page = "https://a.example";
        let all = headers(&[origin, methods, names]);
        assert!(allows(&all, page, "PUT", &["content-type", "x-amz-meta-folder"]));
        assert!(!allows(&all, page, "PUT", &["content-md5"]));
        assert!(!allows(&all, page, "DELETE", &[]));
        assert!(!allows(&all, "https://b.example", "PUT", &[]));
        assert!(allows(&headers(&[origin]), page, "GET", &[]), "every page may, once its origin is allowed");
        assert!(!allows(&headers(&[origin]), page, "PUT", &[]));
        let open = ["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"];
        let open = headers(&open.map(|name| (name, "*")));
        assert!(allows(&open, page, "PUT", &["content-md5"]));
    }
}
