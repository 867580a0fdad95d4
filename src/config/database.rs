//! The database's URL, and what must be true of a connection to it.

use super::values::{Secret, Values};
use url::Url;

/// Which database, in words that cannot hold its password.
#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    /// `None`: the file in the data folder. A path as SQLite takes it.
    Sqlite(Option<String>),
    Postgres(PostgresConfig),
}

#[derive(Clone, Debug)]
pub struct PostgresConfig {
    /// For everything but migrations; may be a pooler.
    pub url: Secret,
    /// The same database without a pooler in between, which migrations and their lock need.
    pub direct_url: Secret,
    /// Verify the server's certificate, whatever `sslmode` says. sqlx takes `sslmode=require` as
    /// "encrypt, but trust anyone", so this is forced for every host that is not this machine.
    pub verify: bool,
}

impl DatabaseConfig {
    pub fn is_local(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(postgres) => !postgres.verify,
        }
    }
}

pub(super) fn read(values: &mut Values) -> DatabaseConfig {
    let Some(text) = values.optional("DATABASE_URL") else { return DatabaseConfig::Sqlite(None) };
    if let Some(path) = text.strip_prefix("sqlite:") {
        return sqlite(values, path);
    }
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => DatabaseConfig::Postgres(postgres(url)),
        _ => {
            values.problem("DATABASE_URL must begin with sqlite: or postgresql://. From Neon, paste the whole string behind “Connect”.");
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

fn postgres(mut url: Url) -> PostgresConfig {
    // sqlx warns of parameters it does not know; Neon's own string has this one.
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| name != "channel_binding").collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(&kept);
    }
    let mut direct = url.clone();
    let host = url.host_str().unwrap_or_default();
    if let Some((endpoint, rest)) = host.split_once('.')
        && let Some(endpoint) = endpoint.strip_suffix("-pooler")
    {
        // A host name with a part taken out is still a host name.
        let _ = direct.set_host(Some(&format!("{endpoint}.{rest}")));
    }
    let verify = !is_this_machine(&url);
    PostgresConfig { url: Secret::new(url), direct_url: Secret::new(direct), verify }
}

/// A socket folder, localhost, or a loopback address. Names without a dot (containers) count as
/// local too: no public authority signs certificates for them.
fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let socket = host.is_empty() || host.starts_with("%2F") || host.starts_with("%2f");
    let overridden =
        url.query_pairs().any(|(name, value)| matches!(&*name, "host" | "hostaddr") && !value.starts_with('/'));
    !overridden
        && (socket
            || !host.contains(['.', ':'])
            || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback()))
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
        assert!(config.verify);
        let end = "@ep-cool-1.eu-central-1.aws.neon.tech/neondb?sslmode=require";
        assert_eq!(config.direct_url.reveal(), format!("postgresql://ada:s%40fe{end}"));
        assert_eq!(config.url.reveal(), format!("postgresql://ada:s%40fe{}", end.replacen("-1.", "-1-pooler.", 1)));
        assert!(!format!("{config:?}").contains("s%40fe"));
    }

    #[test]
    fn certificates_are_verified_for_every_host_that_is_not_local() {
        for (url, verify) in [
            ("postgres://db.example.com/x", true),
            ("postgres://db.example.com/x?sslmode=disable", true),
            ("postgres://10.0.0.5/x", true),
            ("postgres://[2001:db8::1]/x", true),
            ("postgres:///x?host=db.example.com", true),
            ("postgres://localhost/x", false),
            ("postgres://127.0.0.1:5433/x", false),
            ("postgres://[::1]/x", false),
            ("postgres:///x?host=/run/postgresql", false),
            ("postgres://database/x", false),
        ] {
            assert_eq!(parsed(url).verify, verify, "{url}");
        }
    }
}
