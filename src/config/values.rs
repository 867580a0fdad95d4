//! Reading single values: sizes, durations, origins and secrets, gathering what is wrong with them.

use super::{ConfigError, settings::default_of};
use actix_web::cookie::Key;
use bytesize::ByteSize;
use std::{collections::HashMap, fmt, str::FromStr, time::Duration};
use tracing_subscriber::EnvFilter;
use url::{Position, Url};

/// A value that prints as `***`, so that no log and no message shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text that is to be kept secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for where it is sent or signed with: never for a log.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

/// What cookies are signed with: at least 32 bytes, given as hexadecimal digits. It prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKey(Vec<u8>);

impl SessionKey {
    /// From at least 64 hexadecimal digits; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).ok().filter(|bytes| bytes.len() >= 32).map(Self)
    }

    /// The key of the session cookie, derived as actix-web derives it.
    pub fn cookie_key(&self) -> Key {
        Key::derive_from(&self.0)
    }

    /// The bytes themselves, to sign what is not the session cookie.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

/// Media types that may be uploaded: exact ones, `image/*`, or `*/*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedTypes(Vec<(String, String)>);

impl AllowedTypes {
    /// Is a media type among them? Parameters such as `charset` do not count.
    pub fn allow(&self, content_type: &mime::Mime) -> bool {
        let matches = |pattern: &str, value: &str| pattern == "*" || pattern == value;
        let subtype = content_type.essence_str().split_once('/').map_or("", |(_, subtype)| subtype);
        self.0.iter().any(|(top, sub)| matches(top, content_type.type_().as_str()) && matches(sub, subtype))
    }
}

impl AllowedTypes {
    /// As the `accept` of a file field has it, such as `image/*,application/pdf`; empty: all.
    /// <https://html.spec.whatwg.org/multipage/input.html#attr-input-accept>
    pub fn accept(&self) -> String {
        let patterns: Vec<String> = self.0.iter().map(|(top, sub)| format!("{top}/{sub}")).collect();
        if patterns.iter().any(|pattern| pattern == "*/*") { String::new() } else { patterns.join(",") }
    }
}

impl FromStr for AllowedTypes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = |pattern: &str| {
            let parsed: mime::Mime = pattern
                .parse()
                .map_err(|_| format!("“{pattern}” is no media type; write image/* or application/pdf"))?;
            let (top, sub) = parsed.essence_str().split_once('/').unwrap_or(("*", "*"));
            Ok::<_, String>((top.to_owned(), sub.to_owned()))
        };
        let patterns = text.split(',').map(str::trim).filter(|pattern| !pattern.is_empty());
        match patterns.map(parse).collect::<Result<Vec<_>, _>>()? {
            types if types.is_empty() => Err("name at least one type, or leave it unset for all".to_owned()),
            types => Ok(Self(types)),
        }
    }
}

/// The names and values at hand, and what was found wrong with them so far.
pub(super) struct Values {
    given: HashMap<String, String>,
    problems: Vec<String>,
}

impl Values {
    pub(super) fn new(given: HashMap<String, String>) -> Self {
        Self { given, problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, words: &str) {
        self.problems.push(words.to_owned());
    }

    pub(super) fn finish(self) -> Result<(), ConfigError> {
        if self.problems.is_empty() { Ok(()) } else { Err(ConfigError(self.problems)) }
    }

    /// The value, if it is set to something.
    pub(super) fn optional(&self, name: &str) -> Option<String> {
        self.given.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.optional(name).or_else(|| default_of(name).map(str::to_owned)).unwrap_or_default()
    }

    /// A value with a default, parsed; a wrong one is reported and the default stands in.
    pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, name: &str) -> T {
        self.parsed_by(name, |text| text.parse::<T>().map_err(|error| error.to_string()))
    }

    pub(super) fn size(&mut self, name: &str) -> ByteSize {
        self.parsed_by(name, parse_size)
    }

    pub(super) fn duration(&mut self, name: &str) -> Duration {
        self.parsed_by(name, parse_duration)
    }

    pub(super) fn choice(&mut self, name: &str, choices: &'static [&'static str]) -> String {
        self.parsed_by(name, |text| match choices.contains(&text) {
            true => Ok(text.to_owned()),
            false => Err(format!("choose one of {}", choices.join(", "))),
        })
    }

    pub(super) fn parse_size(&mut self, name: &str, text: &str) -> Option<ByteSize> {
        parse_size(text).map_err(|error| self.problem(&format!("{name} is “{text}”: {error}."))).ok()
    }

    /// An `http(s)://host[:port]` and nothing behind it but perhaps a slash.
    pub(super) fn origin(&mut self, name: &str, text: &str) -> Option<Url> {
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let plain = url
            .filter(|url| &url[Position::BeforePath..] == "/" && url.username().is_empty() && url.password().is_none());
        if plain.is_none() {
            self.problem(&format!(
                "{name} is “{text}”, but must be an origin such as https://files.example.com, with no path."
            ));
        }
        plain
    }

    pub(super) fn header_name(&mut self, name: &str, text: &str) -> Option<String> {
        let parsed = http::HeaderName::try_from(text);
        parsed
            .map_err(|_| self.problem(&format!("{name} is “{text}”, but must be the name of a header.")))
            .ok()
            .map(|header| header.to_string())
    }

    /// A secret that is worth the name: nothing slows those down who guess at it.
    pub(super) fn long_secret(&mut self, name: &str) -> Option<Secret> {
        let text = self.optional(name)?;
        if text.len() < 16 {
            self.problem(&format!("{name} must have at least 16 characters. Make one with: openssl rand -hex 32"));
        }
        Some(Secret::new(text))
    }

    /// An email, or what RFC 9116 takes.
    pub(super) fn contact(&mut self, name: &str) -> Option<Url> {
        let text = self.optional(name)?;
        let full = if text.contains(':') { text } else { format!("mailto:{text}") };
        let url = Url::parse(&full).ok().filter(|url| match url.scheme() {
            "mailto" => url.path().split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty()),
            scheme => scheme == "https",
        });
        if url.is_none() {
            self.problem(&format!("{name} must be an email, or a URL that begins with mailto: or https:."));
        }
        url
    }

    pub(super) fn log_filter(&mut self, name: &str) -> String {
        self.parsed_by(name, |text| match EnvFilter::try_new(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(error.to_string()),
        })
    }

    pub(super) fn session_key(&mut self, name: &str, text: &str) -> Option<SessionKey> {
        let key = SessionKey::from_hex(text);
        if key.is_none() {
            self.problem(&format!(
                "{name} must be at least 64 hexadecimal digits. Make one with: openssl rand -hex 64"
            ));
        }
        key
    }

    fn parsed_by<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> T {
        let text = self.text(name);
        parse(&text).unwrap_or_else(|error| {
            self.problem(&format!("{name} is “{text}”: {error}."));
            let fallback = default_of(name).unwrap_or_default();
            parse(fallback).unwrap_or_else(|error| unreachable!("the default of {name} is wrong: {error}"))
        })
    }
}

fn parse_size(text: &str) -> Result<ByteSize, String> {
    text.parse().map_err(|_| "write a size such as 64 MiB".to_owned())
}

/// `5m`, `300s`, or a bare number of seconds as other tools take it.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map(Duration::from_secs);
    seconds.or_else(|_| humantime::parse_duration(text)).map_err(|_| "write a duration such as 300s or 5m".to_owned())
}
