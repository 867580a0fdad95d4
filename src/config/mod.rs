//! Every setting, read once from the environment, with every problem reported at once.

mod client_ip;
pub mod database;
mod error;
pub mod sessions;
pub mod settings;
pub mod storage;
mod uploads;
mod values;

use chrono::TimeDelta;
#[cfg(feature = "crash-points")]
use std::sync::LazyLock;
use std::{collections::HashMap, net::SocketAddr, path::PathBuf, time::Duration};
use url::Url;

pub use client_ip::ClientIpConfig;
pub use database::DatabaseConfig;
pub use error::ConfigError;
pub use sessions::SessionRules;
pub use settings::{SETTINGS, Setting};
pub use storage::{StoreAdmin, StoreConfig};
pub use uploads::{GOES_ON_FOR, PresignRules, UploadRules};
use values::Values;
pub use values::{AllowedTypes, Secret, SessionKey};

/// What the operator asked for. Where nothing names a database or a store, `embedded` fills in its own.
#[derive(Clone, Debug)]
pub struct Config {
    /// What concerns the app itself: its address, its cookies, its clients.
    pub app: AppConfig,
    pub database: DatabaseConfig,
    /// `None`: the embedded bucket.
    pub store: Option<StoreConfig>,
    /// For changing the bucket's settings; the server never uses it.
    pub store_admin: Option<StoreAdmin>,
    /// What object keys begin with; ends in a slash (`R2_KEY_PREFIX`).
    pub key_prefix: String,
    /// Where the embedded bucket listens (`STORE_BIND`).
    pub store_bind: SocketAddr,
    pub uploads: UploadRules,
    /// How long a signed download URL works, 10 s to 7 days; handed out during the first half of it (`READ_URL_TTL`).
    pub read_url_ttl: Duration,
    /// The folder of the embedded bucket, SQLite and unpacked assets (`DATA_DIR`).
    pub data_dir: PathBuf,
    /// Are snapshots of the index made while it is used (`SNAPSHOTS`)?
    pub snapshots: bool,
    pub log: LogConfig,
}

/// The app's own settings: where it is reached, what signs its cookies, whom it believes.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// Where people reach the app, an origin; `None`: localhost at the port it is bound to.
    pub url: Option<Url>,
    /// The address to listen on (`BIND`).
    pub bind: SocketAddr,
    /// Signs cookies; `None`: one is made and kept in the database.
    pub session_key: Option<SessionKey>,
    pub client_ip: ClientIpConfig,
    pub sessions: SessionRules,
    /// The bearer token with which a monitor is told figures at `/metrics`, and details at `/readyz`; `None`: nobody is.
    pub metrics_token: Option<Secret>,
    /// How long the log keeps events (`AUDIT_DAYS`); `None`: for ever.
    pub audit_kept: Option<TimeDelta>,
    /// Whom to tell of a security hole, as `security.txt` names them: <https://www.rfc-editor.org/rfc/rfc9116>.
    pub security_contact: Option<Url>,
}

/// After how many effects a test wants the process to end: see [`crate::crash_points`].
#[cfg(feature = "crash-points")]
pub fn crash_at() -> Option<u64> {
    static CRASH_AT: LazyLock<Option<u64>> = LazyLock::new(|| of_a_test("CRASH_AT"));
    *CRASH_AT
}

/// How many times sooner a test wants the process to come to rest: see [`crate::idle`].
#[cfg(feature = "crash-points")]
pub fn hurry() -> u32 {
    static HURRY: LazyLock<u32> = LazyLock::new(|| of_a_test("HURRY").unwrap_or(1));
    *HURRY
}

#[cfg(feature = "crash-points")]
#[expect(clippy::disallowed_methods, reason = "no setting: an ordinary build has none of it")]
fn of_a_test<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// Directives as `tracing_subscriber::EnvFilter` reads them (`RUST_LOG`).
    pub filter: String,
    /// One JSON object a line, rather than text (`LOG_FORMAT`).
    pub json: bool,
}

impl Config {
    /// From the process's environment and a `.env` file in the working directory; the environment wins.
    ///
    /// # Errors
    ///
    /// `.env` cannot be read, or settings are wrong or do not go together: every one of them is named.
    pub fn from_environment() -> Result<Self, ConfigError> {
        Self::from_values(environment()?)
    }

    /// From the environment and `.env`, for `cloakroom store`: that is the endpoint itself, so nobody has to name one.
    ///
    /// # Errors
    ///
    /// `.env` cannot be read, or settings are wrong or do not go together: every one of them is named.
    pub fn of_store_from_environment() -> Result<Self, ConfigError> {
        let mut values = environment()?;
        if ["R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME"].iter().any(|name| values.contains_key(*name))
        {
            values.entry("R2_ENDPOINT".to_owned()).or_insert_with(|| "http://localhost".to_owned());
        }
        Self::from_values(values)
    }

    /// From given names and values, so that tests and the environment take one path.
    ///
    /// # Errors
    ///
    /// Settings are wrong or do not go together: every one of them is named.
    pub fn from_values(values: HashMap<String, String>) -> Result<Self, ConfigError> {
        let mut values = Values::new(values);
        let store = storage::read(&mut values);
        let config = Self {
            app: app(&mut values),
            database: database::read(&mut values),
            store,
            store_admin: storage::admin(&mut values),
            key_prefix: storage::key_prefix(&mut values),
            store_bind: values.parsed("STORE_BIND"),
            uploads: uploads::read(&mut values),
            read_url_ttl: read_url_ttl(&mut values),
            data_dir: values.text("DATA_DIR").into(),
            snapshots: values.choice("SNAPSHOTS", &["on", "off"]) == "on",
            log: LogConfig {
                filter: values.log_filter("RUST_LOG"),
                json: values.choice("LOG_FORMAT", &["text", "json"]) == "json",
            },
        };
        config.check_together(&mut values);
        values.finish().map(|()| config)
    }

    /// Makes the data folder, for this user alone: it can hold the key that signs cookies.
    ///
    /// # Errors
    ///
    /// The folder is not there and cannot be made.
    pub fn make_data_dir(&self) -> std::io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(&self.data_dir)
    }

    /// Rules that take more than one setting.
    fn check_together(&self, values: &mut Values) {
        if self.app.url.is_none() && !self.app.bind.ip().is_loopback() {
            values.problem(
                "BIND lets other machines in, but APP_URL does not say where they find Cloakroom. \
                 Set it, such as https://files.example.com.",
            );
        }
        if self.store.is_some() {
            return;
        }
        if !self.database.is_local() {
            values.problem("DATABASE_URL names a remote database while no R2_* store is set. Files on this machine with their index elsewhere would come apart: set R2_ACCOUNT_ID (or R2_ENDPOINT), R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY and R2_BUCKET_NAME.");
        }
        if self.app.url.as_ref().is_some_and(|url| !storage::is_this_machine(url)) {
            values.problem(
                "APP_URL names a place that others reach, but the embedded bucket serves this machine only. \
                 Set the R2_* settings for a real store.",
            );
        }
        for (name, address) in [("BIND", self.app.bind), ("STORE_BIND", self.store_bind)] {
            if !address.ip().is_loopback() {
                values.problem(&format!("{name} is {address}, but the embedded bucket serves this machine only. Use a 127.0.0.1 address, or set the R2_* settings for a real store."));
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place")]
fn environment() -> Result<HashMap<String, String>, ConfigError> {
    match dotenvy::from_path(".env") {
        Ok(_) => {}
        Err(error) if error.not_found() => {}
        // The error holds the line, which may hold a secret.
        Err(dotenvy::Error::LineParse(..)) => {
            let words =
                ".env has a line that cannot be read. Put values with spaces or odd characters in 'single quotes'.";
            return Err(ConfigError(vec![words.into()]));
        }
        Err(error) => return Err(ConfigError(vec![format!(".env cannot be read: {error}")])),
    }
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    Ok(std::env::vars_os().filter_map(text).collect())
}

fn app(values: &mut Values) -> AppConfig {
    AppConfig {
        url: values.optional("APP_URL").and_then(|text| values.origin("APP_URL", &text)),
        bind: values.parsed("BIND"),
        session_key: values.optional("SESSION_KEY").and_then(|text| values.session_key("SESSION_KEY", &text)),
        client_ip: client_ip::read(values),
        sessions: sessions::read(values),
        metrics_token: values.long_secret("METRICS_TOKEN"),
        audit_kept: audit_kept(values),
        security_contact: values.contact("SECURITY_CONTACT"),
    }
}

fn audit_kept(values: &mut Values) -> Option<TimeDelta> {
    let days: u32 = values.parsed("AUDIT_DAYS");
    if days > 36_500 {
        values.problem("AUDIT_DAYS must be from 0, for ever, to 36500.");
    }
    (days > 0).then(|| TimeDelta::days(days.min(36_500).into()))
}

fn read_url_ttl(values: &mut Values) -> Duration {
    let ttl = values.duration("READ_URL_TTL");
    if !(10..=604_800).contains(&ttl.as_secs()) {
        values.problem("READ_URL_TTL must be from 10s to 7days.");
    }
    ttl
}
