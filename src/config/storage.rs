//! The settings that name an S3-compatible store: all of them, or none.

use super::values::{Secret, Values};
use std::net::IpAddr;
use url::{Host, Url};

/// A bucket and how to reach it.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// Without a trailing slash and without the bucket (requests are path-style).
    pub endpoint: Url,
    /// What requests are signed for: `auto` on R2.
    pub region: String,
    /// The bucket's name, the first segment of every path.
    pub bucket: String,
    /// Of a token with Object Read & Write: <https://developers.cloudflare.com/r2/api/tokens/>.
    pub access_key_id: String,
    /// What signs; it is never sent.
    pub secret_access_key: Secret,
    /// Where anyone may read the objects, if the bucket is public; without a trailing slash.
    pub public_base_url: Option<String>,
}

/// Who may change the bucket's settings.
#[derive(Clone, Debug)]
pub struct StoreAdmin {
    /// Of a token with Admin Read & Write.
    pub access_key_id: String,
    /// What signs; it is never sent.
    pub secret_access_key: Secret,
}

const ALWAYS_NEEDED: [&str; 3] = ["R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME"];
const ANY_OF_THEM: [&str; 6] = [
    "R2_ACCOUNT_ID",
    "R2_ENDPOINT",
    "R2_ACCESS_KEY_ID",
    "R2_SECRET_ACCESS_KEY",
    "R2_BUCKET_NAME",
    "R2_PUBLIC_BASE_URL",
];

pub(super) fn read(values: &mut Values) -> Option<StoreConfig> {
    let set: Vec<&str> = ANY_OF_THEM.into_iter().filter(|name| values.optional(name).is_some()).collect();
    if set.is_empty() {
        return None;
    }
    let mut missing: Vec<&str> = ALWAYS_NEEDED.into_iter().filter(|name| values.optional(name).is_none()).collect();
    if values.optional("R2_ACCOUNT_ID").is_none() && values.optional("R2_ENDPOINT").is_none() {
        missing.push("R2_ACCOUNT_ID (or R2_ENDPOINT)");
    }
    if !missing.is_empty() {
        let words = format!(
            "{} set, but {} missing. Set them all for a real store, or none for the embedded bucket.",
            list(&set, "is", "are"),
            list(&missing, "is", "are")
        );
        values.problem(&words);
    }
    let config = StoreConfig {
        endpoint: endpoint(values)?,
        region: region(values)?,
        bucket: bucket(values)?,
        access_key_id: values.optional("R2_ACCESS_KEY_ID")?,
        secret_access_key: Secret::new(values.optional("R2_SECRET_ACCESS_KEY")?),
        public_base_url: public_base_url(values),
    };
    Some(config)
}

pub(super) fn admin(values: &mut Values) -> Option<StoreAdmin> {
    let (id, secret) = (values.optional("R2_ADMIN_ACCESS_KEY_ID"), values.optional("R2_ADMIN_SECRET_ACCESS_KEY"));
    match (id, secret) {
        (Some(access_key_id), Some(secret)) => {
            Some(StoreAdmin { access_key_id, secret_access_key: Secret::new(secret) })
        }
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            values.problem("R2_ADMIN_ACCESS_KEY_ID and R2_ADMIN_SECRET_ACCESS_KEY go together. Set both, or neither.");
            None
        }
    }
}

/// What keys begin with: ends in a slash, no empty, `.` or `..` segment, ASCII letters, digits, `-`, `_` and `.`.
pub(super) fn key_prefix(values: &mut Values) -> String {
    let text = values.text("R2_KEY_PREFIX");
    let prefix = format!("{}/", text.trim_end_matches('/'));
    let allowed = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if prefix.len() > 512 || !prefix.trim_end_matches('/').split('/').all(allowed) {
        values.problem(&format!("R2_KEY_PREFIX is “{text}”, but must be folders of letters, digits, “-”, “_” and “.”, such as files/ or team/files/."));
    }
    // Other installations in the bucket have their thumbnails and their snapshots there.
    if prefix.starts_with("thumbs/") || prefix.starts_with("index/") {
        values.problem(&format!(
            "R2_KEY_PREFIX is “{text}”, but “thumbs/” and “index/” are kept for what lies beside files. Choose another."
        ));
    }
    prefix
}

fn list(names: &[&str], one: &str, several: &str) -> String {
    format!("{} {}", names.join(", "), if names.len() == 1 { one } else { several })
}

fn endpoint(values: &mut Values) -> Option<Url> {
    if let Some(text) = values.optional("R2_ENDPOINT") {
        let url = values.origin("R2_ENDPOINT", &text)?;
        if url.scheme() == "http" && !is_private_host(&url) {
            values.problem(&format!(
                "R2_ENDPOINT is “{text}”: over plain http the files could be read on the way. Use https."
            ));
        }
        return Some(url);
    }
    let account = values.optional("R2_ACCOUNT_ID")?;
    if !account.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        values.problem(&format!(
            "R2_ACCOUNT_ID is “{account}”, but must be the 32 letters and digits that Cloudflare shows."
        ));
        return None;
    }
    Url::parse(&format!("https://{account}.r2.cloudflarestorage.com")).ok()
}

fn region(values: &mut Values) -> Option<String> {
    let region = values.text("R2_REGION");
    if !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        values.problem(&format!("R2_REGION is “{region}”, but must be a region such as auto or eu-central-1."));
        return None;
    }
    Some(region)
}

/// Bucket names as R2 takes them: <https://developers.cloudflare.com/r2/buckets/create-buckets/>.
fn bucket(values: &mut Values) -> Option<String> {
    let name = values.optional("R2_BUCKET_NAME")?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    if !(3..=63).contains(&name.len()) || !name.bytes().all(plain) || name.contains("..") {
        values.problem(&format!(
            "R2_BUCKET_NAME is “{name}”, but must be 3 to 63 lower-case letters, digits and hyphens."
        ));
        return None;
    }
    Some(name)
}

fn public_base_url(values: &mut Values) -> Option<String> {
    let text = values.optional("R2_PUBLIC_BASE_URL")?;
    let usable = Url::parse(&text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none());
    if !usable {
        values.problem(&format!("R2_PUBLIC_BASE_URL is “{text}”, but must be a URL such as https://pub-….r2.dev."));
        return None;
    }
    Some(text.trim_end_matches('/').to_owned())
}

/// localhost or a loopback address.
pub(super) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Loopback, private networks and bare names such as a container's.
pub(super) fn is_private_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_private(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback() || address.is_unique_local(),
        Some(Host::Domain(name)) => !name.contains('.') || name.ends_with(".local") || name.ends_with(".internal"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError};

    fn config(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_values(settings.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
    }

    const R2: &[(&str, &str)] = &[
        ("R2_ACCOUNT_ID", "0123abcd"),
        ("R2_ACCESS_KEY_ID", "key"),
        ("R2_SECRET_ACCESS_KEY", "very-secret"),
        ("R2_BUCKET_NAME", "my-neon-app-files"),
        ("R2_PUBLIC_BASE_URL", "https://pub-1.r2.dev/"),
    ];

    #[test]
    fn the_guides_names_make_a_store() {
        let config = config(R2).expect("complete");
        let store = config.store.as_ref().expect("a store");
        assert_eq!(store.endpoint.as_str(), "https://0123abcd.r2.cloudflarestorage.com/");
        assert_eq!(store.public_base_url.as_deref(), Some("https://pub-1.r2.dev"));
        let shown = format!("{config:?}");
        assert!(!shown.contains("very-secret"), "{shown}");
        assert!(shown.contains("***"), "{shown}");
    }

    #[test]
    fn some_of_them_are_never_a_silent_fall_back() {
        for (left_out, _) in &R2[..4] {
            let some: Vec<_> = R2.iter().copied().filter(|(name, _)| name != left_out).collect();
            let error = config(&some).expect_err("incomplete").to_string();
            assert!(error.contains(left_out), "no {left_out} in {error}");
            assert!(error.contains("missing"), "{error}");
        }
        assert!(config(&[]).expect("nothing set").store.is_none());
    }

    #[test]
    fn a_prefix_cannot_climb() {
        for bad in ["../x", "a//b", "/", ".", "a/./b", "a b", "é", "thumbs", "index/files"] {
            assert!(config(&[("R2_KEY_PREFIX", bad)]).is_err(), "{bad}");
        }
        for (good, prefix) in [("files", "files/"), ("team/files/", "team/files/"), ("a.b", "a.b/")] {
            assert_eq!(config(&[("R2_KEY_PREFIX", good)]).expect(good).key_prefix, prefix);
        }
    }
}
