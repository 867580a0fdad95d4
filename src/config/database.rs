//! The database's URL, and what must be true of a connection to it.

use super::values::{Secret, Values};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
};
use url::Url;

/// Which database, in words that cannot hold its password.
#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    /// `None`: the file in the data folder. A path as SQLite takes it.
    Sqlite(Option<String>),
    Postgres(PostgresConfig),
}

/// A PostgreSQL, and the way to it.
#[derive(Clone, Debug)]
pub struct PostgresConfig {
    /// For everything but migrations; may be a pooler.
    pub url: Secret,
    /// For migrations: this database without a pooler in between. Neon's has no `-pooler` in its name:
    /// <https://neon.com/docs/connect/connection-pooling>.
    pub direct_url: Secret,
    /// Where `url` leads, for messages.
    pub place: Place,
    /// Where `direct_url` leads, for messages.
    pub direct_place: Place,
    /// What both connections ask of the server's certificate.
    pub certificate: Certificate,
    /// Are people's reads bound by policies (`DATABASE_RLS`)?
    pub row_security: bool,
}

/// Where a server is: a socket's folder, or a host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(String);

/// What is asked of the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// Verified, whatever `sslmode` says: sqlx takes `sslmode=require` as "encrypt, but trust anyone".
    Verified,
    /// The server is this machine, or reached through a socket.
    NotNeeded,
    /// The operator said `sslmode=disable` for a name without a dot, such as a container's.
    Waived,
}

impl DatabaseConfig {
    /// On this machine, or beside it, as a container of the same host is.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(postgres) => postgres.place.is_nearby() || postgres.certificate != Certificate::Verified,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Verified => "encrypted, its certificate verified",
            Self::NotNeeded => "on this machine, no certificate needed",
            Self::Waived => "not encrypted, as sslmode=disable says",
        })
    }
}

impl Place {
    fn of(options: &PgConnectOptions) -> Self {
        match options.get_socket() {
            Some(socket) => Self(socket.display().to_string()),
            None => Self(format!("{}:{}", options.get_host(), options.get_port())),
        }
    }

    fn is_nearby(&self) -> bool {
        self.0.rsplit_once(':').is_some_and(|(host, _)| is_bare_name(host))
    }
}

pub(super) fn read(values: &mut Values) -> DatabaseConfig {
    let direct = values.optional("DATABASE_DIRECT_URL");
    let row_security = values.choice("DATABASE_RLS", &["on", "off"]) == "on";
    let Some(text) = values.optional("DATABASE_URL") else {
        if direct.is_some() {
            values.problem("DATABASE_DIRECT_URL is set, and DATABASE_URL is not. Set both, or neither.");
        }
        return DatabaseConfig::Sqlite(None);
    };
    if let Some(path) = text.strip_prefix("sqlite:") {
        return sqlite(values, path);
    }
    match postgres(&text, direct.as_deref()) {
        Ok(config) => DatabaseConfig::Postgres(PostgresConfig { row_security, ..config }),
        Err(problem) => {
            values.problem(&problem);
            DatabaseConfig::Sqlite(None)
        }
    }
}

fn sqlite(values: &mut Values, path: &str) -> DatabaseConfig {
    let path = path.strip_prefix("//").unwrap_or(path).split('?').next().unwrap_or_default();
    if path.is_empty() || path.contains(":memory:") {
        values.problem("DATABASE_URL names no SQLite file. Write sqlite:data/cloakroom.db, or leave it unset; a database in memory would lose the index.");
    }
    DatabaseConfig::Sqlite(Some(path.to_owned()))
}

fn postgres(text: &str, direct: Option<&str>) -> Result<PostgresConfig, String> {
    let url = parse("DATABASE_URL", text)?;
    let direct = match direct {
        Some(direct) => parse("DATABASE_DIRECT_URL", direct)?,
        None => without_pooler(&url),
    };
    let (options, direct_options) = (options("DATABASE_URL", &url)?, options("DATABASE_DIRECT_URL", &direct)?);
    let certificate = certificate(&options);
    if certificate != Certificate::Verified && self::certificate(&direct_options) == Certificate::Verified {
        return Err(
            "DATABASE_DIRECT_URL names another machine than DATABASE_URL does. Name the same server in both.".into()
        );
    }
    Ok(PostgresConfig {
        url: Secret::new(url),
        direct_url: Secret::new(direct),
        place: Place::of(&options),
        direct_place: Place::of(&direct_options),
        certificate,
        row_security: true,
    })
}

/// Without the parameter of Neon's own string that sqlx does not know and would warn of.
fn parse(setting: &str, text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "postgres" | "postgresql"));
    let mut url = url.ok_or_else(|| {
        format!(
            "{setting} must begin with sqlite: or postgresql://. From Neon, paste the whole string behind “Connect”."
        )
    })?;
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| name != "channel_binding").collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(&kept);
    }
    Ok(url)
}

/// As sqlx will take it: with what `PGHOST` and its like say where the URL says nothing.
fn options(setting: &str, url: &Url) -> Result<PgConnectOptions, String> {
    // The error could repeat a part of the URL.
    url.as_str().parse().map_err(|_| format!("{setting} has a parameter with a value that PostgreSQL does not know."))
}

fn without_pooler(url: &Url) -> Url {
    let mut direct = url.clone();
    let host = url.host_str().unwrap_or_default();
    if let Some((endpoint, rest)) = host.split_once('.')
        && let Some(endpoint) = endpoint.strip_suffix("-pooler")
    {
        // A host name with a part taken out is still a host name.
        let _ = direct.set_host(Some(&format!("{endpoint}.{rest}")));
    }
    direct
}

fn certificate(options: &PgConnectOptions) -> Certificate {
    let host = options.get_host();
    let is_this_machine = options.get_socket().is_some() || host.starts_with('/') || is_loopback(host);
    match is_this_machine {
        true => Certificate::NotNeeded,
        false if is_bare_name(host) && matches!(options.get_ssl_mode(), PgSslMode::Disable) => Certificate::Waived,
        false => Certificate::Verified,
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || address(host).is_some_and(|address| address.to_canonical().is_loopback())
}

/// A name without a dot is a container's or a neighbour's: no public authority signs a certificate for it.
fn is_bare_name(host: &str) -> bool {
    !host.is_empty() && !host.contains(['.', ':', '/']) && address(host).is_none()
}

fn address(host: &str) -> Option<IpAddr> {
    let host = host.trim_matches(['[', ']']);
    host.parse().ok().or_else(|| numeric_address(host).map(IpAddr::V4))
}

/// What the C library takes for an IPv4 address besides four decimal numbers, such as `2130706433` or `0x7f.1`
/// (`inet_aton(3)`): one to four numbers, decimal, octal or hexadecimal, the last of which fills the rest.
fn numeric_address(host: &str) -> Option<Ipv4Addr> {
    let number = |part: &str| match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(&part[1..], 8).ok(),
        None => part.parse().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit())),
    };
    let numbers = host.split('.').map(number).collect::<Option<Vec<u32>>>()?;
    let (last, first) = numbers.split_last()?;
    let room = 32 - 8 * u32::try_from(first.len()).ok().filter(|count| *count < 4)?;
    let fits = first.iter().all(|number| *number < 256) && u64::from(*last) < 1_u64 << room;
    let high = first.iter().enumerate().fold(0_u32, |sum, (index, number)| sum | number << (24 - 8 * index));
    fits.then(|| Ipv4Addr::from(high | last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn parsed(url: &str) -> PostgresConfig {
        let mut values = Values::new(HashMap::from([("DATABASE_URL".to_owned(), url.to_owned())]));
        match (read(&mut values), values.finish()) {
            (DatabaseConfig::Postgres(config), Ok(())) => config,
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn neons_own_string_works_as_pasted() {
        let config = parsed(
            "postgresql://ada:s%40fe@ep-cool-1-pooler.eu-central-1.aws.neon.tech/neondb?sslmode=require&channel_binding=require",
        );
        assert_eq!(config.certificate, Certificate::Verified);
        assert_eq!(config.place.to_string(), "ep-cool-1-pooler.eu-central-1.aws.neon.tech:5432");
        let end = "@ep-cool-1.eu-central-1.aws.neon.tech/neondb?sslmode=require";
        assert_eq!(config.direct_url.reveal(), format!("postgresql://ada:s%40fe{end}"));
        assert_eq!(config.url.reveal(), format!("postgresql://ada:s%40fe{}", end.replacen("-1.", "-1-pooler.", 1)));
        assert!(!format!("{config:?}").contains("s%40fe"));
    }

    #[test]
    fn certificates_are_verified_for_every_host_that_is_not_this_machine() {
        use Certificate::{NotNeeded, Verified, Waived};
        for (url, expected) in [
            ("postgres://db.example.com/x", Verified),
            ("postgres://db.example.com/x?sslmode=disable", Verified),
            ("postgres://10.0.0.5/x", Verified),
            ("postgres://10.0.0.5/x?sslmode=disable", Verified),
            // 10.0.0.5 in one number, 10.0.0.1 in two, 10.0.0.5 in hexadecimal.
            ("postgres://167772165/x?sslmode=disable", Verified),
            ("postgres://10.1/x?sslmode=disable", Verified),
            ("postgres://0xa000005/x?sslmode=disable", Verified),
            ("postgres://[2001:db8::1]/x", Verified),
            ("postgres:///x?host=db.example.com", Verified),
            ("postgres://localhost/x?host=db.example.com", Verified),
            ("postgres://localhost/x?hostaddr=10.0.0.5", Verified),
            ("postgres://localhost.example.com/x", Verified),
            ("postgres://localhost/x", NotNeeded),
            ("postgres://127.0.0.1:5433/x", NotNeeded),
            ("postgres://2130706433/x", NotNeeded),
            ("postgres://[::1]/x", NotNeeded),
            ("postgres:///x?host=/run/postgresql", NotNeeded),
            ("postgres://database/x", Verified),
            ("postgres://database/x?sslmode=require", Verified),
            ("postgres://database/x?sslmode=disable", Waived),
        ] {
            assert_eq!(parsed(url).certificate, expected, "{url}");
        }
    }

    #[test]
    fn a_direct_url_is_taken_as_it_is() {
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pooled = named("DATABASE_URL", "postgres://pooler.example.com:6432/x");
        let direct = named("DATABASE_DIRECT_URL", "postgres://db.example.com/x");
        let mut values = Values::new(HashMap::from([pooled, direct.clone()]));
        let DatabaseConfig::Postgres(config) = read(&mut values) else { panic!("PostgreSQL") };
        assert_eq!(config.direct_url.reveal(), direct.1);
        for wrong in ["postgres://localhost/x", ""] {
            let mut values = Values::new(HashMap::from([named("DATABASE_URL", wrong), direct.clone()]));
            read(&mut values);
            assert!(values.finish().is_err(), "{wrong:?}");
        }
    }
}
