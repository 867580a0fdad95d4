//! A check and what came of it.

use crate::error::{Error, Result};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use std::{fmt::Display, time::Duration};
use tokio::{sync::watch, time::timeout};

/// For one check. A store that answers at all answers each request within a second.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Settings,
    Clock,
    Listing,
    Put,
    Head,
    RangedGet,
    Multipart,
    Honoured,
    Anonymous,
    PublicUrl,
    Cors,
    Exposed,
    CorsRules,
    Lifecycle,
    Delete,
    Database,
    Connection,
    Migrations,
    RowSecurity,
    Disk,
}

/// How it came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Fine,
    Wrong,
    /// It could not be looked at, which is no failure.
    NotMade,
}

/// What was looked at, and what was seen. Neither holds a secret.
#[derive(Clone, Debug)]
pub struct Check {
    pub topic: Topic,
    pub outcome: Outcome,
    /// In sentences.
    pub seen: String,
    /// What puts it right; empty where nothing is wrong.
    pub fix: String,
}

/// All checks, in their order.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    ok: bool,
    checks: Vec<Check>,
}

/// The checks that were made so far, told to whoever listens.
pub(super) struct Findings<'a> {
    checks: Vec<Check>,
    progress: &'a watch::Sender<Vec<Check>>,
}

impl Topic {
    /// In the order in which they are looked at.
    pub const ALL: [Self; 20] = [
        Self::Settings,
        Self::Clock,
        Self::Listing,
        Self::Put,
        Self::Head,
        Self::RangedGet,
        Self::Multipart,
        Self::Honoured,
        Self::Anonymous,
        Self::PublicUrl,
        Self::Cors,
        Self::Exposed,
        Self::CorsRules,
        Self::Lifecycle,
        Self::Delete,
        Self::Database,
        Self::Connection,
        Self::Migrations,
        Self::RowSecurity,
        Self::Disk,
    ];

    /// Its name, for people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Clock => "Clock",
            Self::Listing => "List",
            Self::Put => "Upload",
            Self::Head => "Read the headers",
            Self::RangedGet => "Read a range",
            Self::Multipart => "Upload in parts",
            Self::Honoured => "What storage honours",
            Self::Anonymous => "Who can read",
            Self::PublicUrl => "Public URL",
            Self::Cors => "CORS",
            Self::Exposed => "CORS of answers",
            Self::CorsRules => "CORS rules",
            Self::Lifecycle => "Lifecycle rules",
            Self::Delete => "Delete",
            Self::Database => "Database",
            Self::Connection => "Connection to the database",
            Self::Migrations => "Migrations",
            Self::RowSecurity => "Row-level security",
            Self::Disk => "Room on the disk",
        }
    }

    /// Is it about the bucket?
    pub(super) fn is_of_store(self) -> bool {
        !matches!(
            self,
            Self::Settings | Self::Database | Self::Connection | Self::Migrations | Self::RowSecurity | Self::Disk
        )
    }
}

impl Check {
    pub(super) fn fine(topic: Topic, seen: impl Into<String>) -> Self {
        Self { topic, outcome: Outcome::Fine, seen: seen.into(), fix: String::new() }
    }

    pub(super) fn wrong(topic: Topic, seen: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { topic, outcome: Outcome::Wrong, seen: seen.into(), fix: fix.into() }
    }

    pub(super) fn not_made(topic: Topic, why: impl Display) -> Self {
        Self { topic, outcome: Outcome::NotMade, seen: format!("Not looked at: {why}"), fix: String::new() }
    }

    /// As a mark in front of it: `✓`, `✗`, or `–` where it could not be looked at.
    pub fn mark(&self) -> &'static str {
        match self.outcome {
            Outcome::Fine => "✓",
            Outcome::Wrong => "✗",
            Outcome::NotMade => "–",
        }
    }

    /// Is something wrong?
    pub fn is_wrong(&self) -> bool {
        self.outcome == Outcome::Wrong
    }
}

/// As programs have it: what could not be looked at is no failure.
impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut check = serializer.serialize_struct("Check", 4)?;
        check.serialize_field("name", self.topic.name())?;
        check.serialize_field("ok", &!self.is_wrong())?;
        check.serialize_field("seen", &self.seen)?;
        check.serialize_field("fix", &self.fix)?;
        check.end()
    }
}

impl Report {
    /// Of these checks.
    fn of(checks: Vec<Check>) -> Self {
        Self { ok: !checks.iter().any(Check::is_wrong), checks }
    }

    /// Of settings that cannot be used, so that nothing else can be looked at; every one that is wrong is named.
    pub fn of_settings(problems: &str) -> Self {
        let fix = "Correct what is named, in the environment or in the file .env.";
        Self::of(vec![Check::wrong(Topic::Settings, problems, fix)])
    }

    /// Is nothing wrong?
    pub fn is_ok(&self) -> bool {
        self.ok
    }

    /// In their order.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }
}

impl<'a> Findings<'a> {
    pub(super) fn new(progress: &'a watch::Sender<Vec<Check>>) -> Self {
        Self { checks: Vec::new(), progress }
    }

    pub(super) fn note(&mut self, check: Check) {
        self.checks.push(check.clone());
        self.progress.send_modify(|told| told.push(check));
    }

    pub(super) fn into_report(self) -> Report {
        Report::of(self.checks)
    }
}

/// What comes of a question, or that its time is over.
pub(super) async fn in_time<T>(question: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Error::StoreUnavailable(format!("no answer within {} s", PATIENCE.as_secs()));
    timeout(PATIENCE, question).await.map_err(late)?
}

/// What an error says, for who runs Cloakroom.
pub(super) fn words(error: &Error) -> String {
    match error {
        Error::StoreUnavailable(words) | Error::DatabaseUnavailable(words) | Error::Internal(words) => words.clone(),
        other => other.to_string(),
    }
}

pub(super) fn outcome(topic: Topic, found: Result<()>, seen: &str) -> Check {
    match found {
        Ok(()) => Check::fine(topic, seen),
        Err(error) => failed(topic, &error),
    }
}

/// What the store answered instead, and what that means by its code: <https://developers.cloudflare.com/r2/api/error-codes/>.
pub(super) fn failed(topic: Topic, error: &Error) -> Check {
    let words = words(error);
    let has = |code: &str| words.contains(code);
    let fix = match error {
        Error::ClocksDiffer { .. } => {
            "Set the clock that is wrong; timedatectl set-ntp true keeps this machine's right."
        }
        _ if has("SignatureDoesNotMatch") => {
            "Correct R2_SECRET_ACCESS_KEY, which is not the secret of R2_ACCESS_KEY_ID."
        }
        _ if has("InvalidAccessKeyId") || has("HTTP 401") => {
            "Correct R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY: storage does not know this key."
        }
        _ if has("NoSuchBucket") => "Correct R2_BUCKET_NAME, or make the bucket.",
        _ if has("InvalidRegionName") || has("AuthorizationHeaderMalformed") => "Set R2_REGION to the bucket's region.",
        _ if has("AccessDenied") || has("HTTP 403") => "Give the token Object Read & Write for the whole bucket.",
        _ if has("no connection") => {
            "Correct R2_ACCOUNT_ID or R2_ENDPOINT, and see that this machine reaches it (a firewall, its name)."
        }
        _ if has("HTTP 5") => "Storage itself failed. Try again in a minute; if it goes on, ask those who run it.",
        _ => "See that R2_ENDPOINT is the endpoint of an S3-compatible store that this machine reaches.",
    };
    let seen =
        if words.starts_with("HTTP") { format!("Storage answers {words}.") } else { format!("Storage: {words}.") };
    Check::wrong(topic, seen, fix)
}
