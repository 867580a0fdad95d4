//! What every request has at hand: the settings, the database, the store, and what this instance remembers.

mod guest_calls;
mod guests;
mod ledger;
mod looks;
mod open_uploads;
mod preflights;
mod readiness;
mod snapshots;
mod sweeps;
mod tickets;

use crate::{
    accounts::{Accounts, Backoff, SetUp, Throttle, login_throttle::LoginThrottle},
    audit::Journal,
    config::{ClientIpConfig, Config, DatabaseConfig, Secret, SessionKey, SessionRules, StoreConfig, UploadRules},
    database::{self, DatabaseConnection},
    error::Result,
    ids::{FileId, UserId},
    measures::Measures,
    storage::{LATE_PUT, ObjectKey, Store},
};
use chrono::{DateTime, TimeDelta, Utc};
use guests::Guests;
use looks::NextLook;
use readiness::{PATIENCE, REPEATED_FOR, ask};
use sea_orm::ConnectionTrait;
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Notify, time::timeout};
use url::Url;

pub use ledger::Begun;
pub use open_uploads::{OpenUploads, Room};
pub use preflights::Preflights;
pub use readiness::{Answer, Finding, Findings, Readiness};
pub use snapshots::Snapshots;
pub use sweeps::Sweeps;
pub use tickets::Tickets;

/// Somebody who mistypes the emails of people to share with; who tries on learns of four emails an hour.
const GRANT_MISSES: Backoff = Backoff::new(10, Duration::from_secs(15 * 60));

/// One value for the whole process, shared by every worker; extractors and handlers get it as `Data<AppState>`.
pub struct AppState {
    /// What may be uploaded, and how much.
    pub uploads: UploadRules,
    /// How long a signed download URL works.
    pub read_url_ttl: Duration,
    /// Where people reach the app: an origin.
    pub url: Url,
    /// Origins under which this app is meant when a browser names it: its own, and on a laptop the other
    /// spelling of loopback.
    pub origins: Vec<String>,
    /// What cookies are signed with, on every instance.
    pub session_key: SessionKey,
    /// Whose word is taken for a client's address.
    pub client_ip: ClientIpConfig,
    /// For how long people stay signed in.
    pub session_rules: SessionRules,
    /// What the operator's monitor sends to be told more than strangers.
    pub metrics_token: Option<Secret>,
    /// How long the log keeps events; `None`: for ever.
    pub audit_kept: Option<TimeDelta>,
    /// Whom to tell of a security hole.
    pub security_contact: Option<Url>,
    /// Which database it is, and how it is reached.
    pub database: DatabaseConfig,
    /// The folder of what is embedded.
    pub data_dir: PathBuf,
    /// Is the bucket the embedded one of this process?
    pub is_bucket_embedded: bool,
    /// What is counted of the work here.
    pub measures: Measures,
    /// The pool.
    pub db: DatabaseConnection,
    /// Who may enter, and what is remembered of them here.
    pub accounts: Accounts,
    /// Guesses at passwords and tokens that failed here.
    pub login_throttle: LoginThrottle,
    /// Guesses at passwords of links that failed here: a link stands in the place of an account.
    pub share_throttle: LoginThrottle,
    /// What people without an account may ask here.
    pub guests: Guests,
    /// Emails of nobody that people tried to share with.
    pub grant_throttle: Throttle,
    /// The link that creates the first account.
    pub set_up: SetUp,
    /// What happens beside changes, until it is written down.
    pub journal: Journal,
    /// What the last look at the database and the store found.
    pub readiness: Readiness,
    /// The object store.
    pub store: Store,
    /// Notified when a removal is begun, for the task that finishes it when it is due.
    pub removals: Notify,
    /// How often the bucket is asked what it lets browsers do.
    pub preflights: Preflights,
    /// Uploads that were begun on this instance and not confirmed yet.
    pub open_uploads: OpenUploads<UserId>,
    /// Those that others make to each account, by folders that are shared with them.
    pub uploads_of_members: OpenUploads<UserId>,
    /// The same, each by itself, until it was looked for.
    pub tickets: Tickets,
    /// When the bucket is listed.
    pub sweeps: Sweeps,
    /// How snapshots of the index are made.
    pub snapshots: Snapshots,
    /// The first second look that is expected here.
    next_look: NextLook,
}

impl AppState {
    /// Brings the database up to date and opens it and the store. `url` is where people reach the app.
    ///
    /// # Errors
    ///
    /// `Error::DatabaseUnavailable` with what to do; `Error::Internal` or `Error::StoreUnavailable` when the store's
    /// settings make no client.
    pub async fn open(config: &Config, store: &StoreConfig, url: Url) -> Result<Self> {
        database::migrate(&config.database, &config.data_dir).await?;
        let db = database::open(&config.database, &config.data_dir).await?;
        db.row_security().tell();
        Ok(Self {
            uploads: config.uploads.clone(),
            read_url_ttl: config.read_url_ttl,
            origins: loopback_twins(&url),
            url,
            session_key: session_key(config, &db).await?,
            client_ip: config.app.client_ip.clone(),
            session_rules: config.app.sessions,
            metrics_token: config.app.metrics_token.clone(),
            audit_kept: config.app.audit_kept,
            security_contact: config.app.security_contact.clone(),
            database: config.database.clone(),
            data_dir: config.data_dir.clone(),
            is_bucket_embedded: config.store.is_none(),
            accounts: Accounts::new(db.clone(), config.app.sessions),
            login_throttle: LoginThrottle::default(),
            share_throttle: LoginThrottle::default(),
            guests: Guests::new(&config.uploads),
            grant_throttle: Throttle::new(GRANT_MISSES),
            set_up: SetUp::default(),
            journal: Journal::default(),
            measures: Measures::default(),
            readiness: Readiness::default(),
            db,
            store: Store::open(store, config.key_prefix.clone())?,
            removals: Notify::new(),
            preflights: Preflights::default(),
            open_uploads: OpenUploads::new(config.uploads.presigns, config.uploads.longest_open()),
            uploads_of_members: OpenUploads::new(config.uploads.presigns.of_many(), config.uploads.longest_open()),
            tickets: Tickets::default(),
            sweeps: Sweeps::default(),
            snapshots: Snapshots::new(config, store.public_base_url.is_some()),
            next_look: NextLook::default(),
        })
    }

    /// What answers, and when it was found. Those who come while somebody is looking wait for what is found. It is found and kept
    /// even when nobody waits any more, so that whoever asks and hangs up makes nothing be asked more often.
    pub async fn findings(self: &Arc<Self>) -> (Instant, Findings) {
        let mut last = self.readiness.last().await;
        if let Some((at, findings)) = last.filter(|(at, _)| at.elapsed() < REPEATED_FOR) {
            return (at, findings);
        }
        let app = self.clone();
        let looking = tokio::spawn(async move {
            let found = *last.insert((Instant::now(), app.ask_both().await));
            if found.1.store.answer == Answer::Answers {
                // Takes longer than anybody waits, and clocks that differ are told in the report.
                tokio::spawn(async move { app.store.get_to_know(database::now()).await });
            }
            found
        });
        looking.await.unwrap_or_else(|_| (Instant::now(), Findings::AWAY))
    }

    async fn ask_both(&self) -> Findings {
        let database = async {
            let found = ask(self.db.execute_unprepared("SELECT 1")).await;
            // Whether it was put right is told by what it leaves as the trouble.
            let _ = timeout(PATIENCE.saturating_sub(found.took), self.db.check_writable()).await;
            found
        };
        let (database, store) = tokio::join!(database, ask(self.store.probe()));
        Findings { database, store }
    }

    /// Tells the task that finishes removals, and empties the trash, that there may be one, even when the request is
    /// dropped in the middle.
    pub fn notify_on_drop(&self) -> NotifyOnDrop<'_> {
        NotifyOnDrop(&self.removals)
    }

    /// An upload was begun, whose URLs work until a time: it is looked for if nobody confirms it. Where there is no room
    /// for its ticket, the bucket is listed when nothing can arrive any more.
    pub fn expect_upload(&self, key: &ObjectKey, expires_at: DateTime<Utc>, now: DateTime<Utc>) {
        let last = expires_at + LATE_PUT;
        if !self.tickets.open(key, last, now) {
            self.sweeps.note_due(last);
        }
        self.sweeps.note_activity(now);
    }

    /// An upload is in the index, or was refused: nobody looks for it any more.
    pub fn forget_upload(&self, key: &ObjectKey, now: DateTime<Utc>) {
        self.db.note_change();
        self.tickets.close(key.file_id);
        self.sweeps.note_activity(now);
    }

    /// A second look may be due then; notifies if it is before all that are expected. It is said before the file is
    /// recorded, as whoever records it may be broken off while the database does it.
    pub fn expect_look(&self, at: DateTime<Utc>) {
        if self.next_look.note(at) {
            self.removals.notify_one();
        }
    }

    /// The first look that is expected after now, besides those that the database knows of. Those until now are
    /// forgotten: it is before the database is asked for them, so that none is missed that comes meanwhile.
    pub fn expected_look(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.next_look.after(now)
    }

    /// Where an upload is found by whoever has its link, once it is confirmed.
    pub fn file_url(&self, key: &ObjectKey) -> String {
        self.url_of(key.file_id, key.as_str())
    }

    /// Where the object of a file is found, whatever its key looks like.
    pub fn url_of(&self, file: FileId, key: &str) -> String {
        self.store.url_of(&self.url, file, key)
    }

    /// Is the app reached over https, as everywhere but on a laptop?
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// The one that is set, or the one that all instances at this database share.
async fn session_key(config: &Config, db: &DatabaseConnection) -> Result<SessionKey> {
    match &config.app.session_key {
        Some(key) => Ok(key.clone()),
        None => database::shared_session_key(db).await,
    }
}

/// Notifies when it is dropped, so that a request that is broken off does so as well.
#[must_use]
pub struct NotifyOnDrop<'a>(&'a Notify);

impl Drop for NotifyOnDrop<'_> {
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
