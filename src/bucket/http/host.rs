//! Which bucket a request speaks of: the first segment of its path, or the first label of its host.

use std::net::IpAddr;

use http::{HeaderMap, header};
use s3s::{
    S3Result,
    host::{S3Host, VirtualHost},
};

/// Reads the bucket from names such as `coats.localhost:9000` and `coats.127.0.0.1:9000` (the virtual-hosted style),
/// and from no other: on a machine that is called `coats.example.com` paths must keep their meaning.
pub(crate) struct Hosts {
    /// The only bucket that there is.
    pub(crate) bucket: String,
}

impl S3Host for Hosts {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        match rest_behind(&self.bucket, host) {
            Some(rest) => Ok(VirtualHost::new(rest).with_bucket(self.bucket.as_str())),
            None => Ok(VirtualHost::new(host)),
        }
    }
}

/// What of a path is a key: nothing, when the request is about the bucket itself. `None` for another bucket.
pub(crate) fn key_of<'a>(bucket: &str, headers: &HeaderMap, path: &'a str) -> Option<&'a str> {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = path.strip_prefix('/').unwrap_or(path);
    if rest_behind(bucket, host).is_some() {
        return Some(path);
    }
    let (first, key) = path.split_once('/').unwrap_or((path, ""));
    (first.is_empty() || first == bucket).then_some(key)
}

/// The host behind the bucket's name, if it is one whose names we know.
fn rest_behind<'a>(bucket: &str, host: &'a str) -> Option<&'a str> {
    let rest = host.strip_prefix(bucket)?.strip_prefix('.')?;
    let name = rest.rsplit_once(':').map_or(rest, |(name, _)| name);
    (name == "localhost" || name.parse::<IpAddr>().is_ok()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_in_the_path_or_before_a_name_of_this_machine() {
        for (host, path, key) in [
            ("localhost:9000", "/coats/a/b", Some("a/b")),
            ("localhost:9000", "/coats", Some("")),
            ("localhost:9000", "/", Some("")),
            ("localhost:9000", "/boats/a", None),
            ("coats.localhost:9000", "/coats/a", Some("coats/a")),
            ("coats.localhost", "/", Some("")),
            ("coats.127.0.0.1:9000", "/a", Some("a")),
            ("coats.example.com", "/coats/a", Some("a")),
            ("coats", "/coats/a", Some("a")),
        ] {
            let headers = HeaderMap::from_iter([(header::HOST, host.parse().expect("a value"))]);
            assert_eq!(key_of("coats", &headers, path), key, "{host} {path}");
        }
    }
}
