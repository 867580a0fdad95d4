//! What every request has at hand: the settings, the database and the store.

mod open_uploads;

use crate::{
    config::{ClientIp, Config, Secret, SessionKey, SessionRules, StoreConfig, UploadRules},
    database::{self, DatabaseConnection},
    error::Result,
    store::Store,
};
use chrono::{DateTime, Utc};
use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};
use tokio::sync::Notify;
use url::Url;

pub use open_uploads::{OpenUploads, Room};

pub struct AppState {
    pub uploads: UploadRules,
    /// How long a signed download URL works.
    pub read_url_ttl: Duration,
    /// Where people reach the app: an origin.
    pub url: Url,
    /// Origins under which this app is meant when a browser names it: its own, and on a laptop the other
    /// spelling of loopback.
    pub origins: Vec<String>,
    pub session_key: SessionKey,
    pub client_ip: ClientIp,
    pub sessions: SessionRules,
    /// What the operator's monitor sends to be told more than strangers.
    pub metrics_token: Option<Secret>,
    /// Whom to tell of a hole.
    pub security_contact: Option<Url>,
    pub db: DatabaseConnection,
    pub store: Store,
    /// Rung when a removal is begun, for the task that finishes it when it is due.
    pub removals: Notify,
    pub open_uploads: OpenUploads,
    /// When the first second look that is known of is due, in microseconds since 1970.
    next_look: AtomicI64,
}

impl AppState {
    /// Brings the database up to date and opens both.
    pub async fn open(config: &Config, store: &StoreConfig, url: Url) -> Result<Self> {
        database::migrate(&config.database, &config.data_dir).await?;
        let db = database::open(&config.database, &config.data_dir).await?;
        let session_key = match &config.app.session_key {
            Some(key) => key.clone(),
            None => database::shared_session_key(&db).await?,
        };
        Ok(Self {
            uploads: config.uploads.clone(),
            read_url_ttl: config.read_url_ttl,
            origins: loopback_twins(&url),
            url,
            session_key,
            client_ip: config.app.client_ip.clone(),
            sessions: config.app.sessions,
            metrics_token: config.app.metrics_token.clone(),
            security_contact: config.app.security_contact.clone(),
            db,
            store: Store::open(store, config.key_prefix.clone())?,
            removals: Notify::new(),
            open_uploads: OpenUploads::new(config.uploads.presigns, config.uploads.longest_url_ttl()),
            next_look: AtomicI64::new(i64::MAX),
        })
    }

    /// Tells the task that finishes removals, and empties the trash, that there may be one, even when the request is
    /// dropped in the middle.
    pub fn ring_at_end(&self) -> RingAtEnd<'_> {
        RingAtEnd(&self.removals)
    }

    /// A second look will be due; rings if it is before all that are known of.
    pub fn expect_look(&self, at: DateTime<Utc>) {
        if at.timestamp_micros() < self.next_look.fetch_min(at.timestamp_micros(), Ordering::AcqRel) {
            self.removals.notify_one();
        }
    }

    /// Before the database is asked for them, so that none is missed that comes meanwhile.
    pub fn forget_looks(&self) {
        self.next_look.store(i64::MAX, Ordering::Release);
    }

    /// The first of those that the database knows, for which the task is waiting.
    pub fn note_look(&self, at: DateTime<Utc>) {
        self.next_look.fetch_min(at.timestamp_micros(), Ordering::AcqRel);
    }

    /// Is the app reached over https, as everywhere but on a laptop?
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// Rings when it goes.
#[must_use]
pub struct RingAtEnd<'a>(&'a Notify);

impl Drop for RingAtEnd<'_> {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// An origin, and its twin when it is `localhost` or `127.0.0.1`.
pub fn loopback_twins(url: &Url) -> Vec<String> {
    let own = url.origin().ascii_serialization();
    let twin = match url.host_str() {
        Some("localhost") => Some("127.0.0.1"),
        Some("127.0.0.1") => Some("localhost"),
        _ => None,
    };
    let mut other = url.clone();
    match twin.map(|host| other.set_host(Some(host))) {
        Some(Ok(())) => vec![own, other.origin().ascii_serialization()],
        _ => vec![own],
    }
}
