//! What can go wrong, as meanings; `Problem` gives each its status, its code and its words.

use crate::size::{in_words, used_of};
use actix_web::http::StatusCode;
use bytesize::ByteSize;
use chrono::TimeDelta;
use sea_orm::{DbErr, RuntimeErr};
use std::time::Duration;

/// What the app's functions return, unless they name another error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything a request can end in besides success.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is not of the shape the endpoint takes; the text says what is missing.
    #[error("{0}")]
    Malformed(String),
    #[error("not signed in")]
    NotSignedIn,
    #[error("wrong email or password")]
    WrongPassword,
    #[error("not allowed")]
    Forbidden,
    #[error("the password was not given lately")]
    PasswordNeeded,
    #[error("sent from another site")]
    CrossSite,
    #[error("not found")]
    NotFound,
    /// Someone or something else changed it first; the text says what it is now.
    #[error("{0}")]
    Conflict(String),
    #[error("larger than {0}")]
    TooLarge(ByteSize),
    /// `used` counts what is stored and, before an upload, what is on its way.
    #[error("over the quota")]
    OverQuota { quota: ByteSize, used: ByteSize },
    #[error("type not allowed: {0}")]
    TypeNotAllowed(String),
    /// Well-formed, but a value will not do; the code names the field's trouble.
    #[error("{words}")]
    Unacceptable { code: &'static str, words: String },
    #[error("too many attempts")]
    TooManyAttempts { retry_after: Duration },
    #[error("too many uploads were begun")]
    TooManyUploads { retry_after: Duration },
    #[error("the request body is over {0}")]
    BodyTooLarge(ByteSize),
    #[error("the address is over {0}")]
    AddressTooLong(ByteSize),
    #[error("the request body is encoded")]
    EncodedBody,
    #[error("the request body took over {0:?}")]
    BodyTooSlow(Duration),
    /// As many requests are being worked on as may be.
    #[error("too busy")]
    Busy,
    #[error("the request took over {0:?}")]
    TimedOut(Duration),
    /// The text is for the log: the store's code, or what became of the connection.
    #[error("the store cannot be reached: {0}")]
    StoreUnavailable(String),
    /// Too far apart for what we sign to be sure to work.
    #[error(
        "this machine's clock is {} the store's. Set the one that is wrong (timedatectl set-ntp true keeps one right)",
        clocks_in_words(*store_ahead)
    )]
    ClocksDiffer { store_ahead: TimeDelta },
    /// The text is for the log, and for whoever starts Cloakroom.
    #[error("the database cannot be reached: {0}")]
    DatabaseUnavailable(String),
    /// A failure of Cloakroom's own. The text is for the log.
    #[error("internal error: {0}")]
    Internal(String),
}

/// One error as the outside sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    /// Stable, for programs.
    pub code: &'static str,
    /// What happened and what to do, for people.
    pub words: String,
    /// What `Retry-After` says, if it is worth coming back.
    pub retry_after: Option<Duration>,
}

/// How long a client is asked to wait when the store or the database is away: about what Neon
/// needs to wake.
const WAIT_WHEN_AWAY: Duration = Duration::from_secs(2);

/// What to do when there is no space at all.
pub const MORE_SPACE: &str = "Empty the trash, or ask an administrator for more.";

impl Error {
    /// A value that will not do, with a code for programs and words for people.
    pub fn unacceptable(code: &'static str, words: impl Into<String>) -> Self {
        Self::Unacceptable { code, words: words.into() }
    }

    /// The status, the code and the words with which it is answered.
    pub fn problem(&self) -> Problem {
        let (status, code) = self.status_and_code();
        let retry_after = if let Self::TooManyAttempts { retry_after } | Self::TooManyUploads { retry_after } = self {
            Some(*retry_after)
        } else {
            let comes_back = matches!(
                self,
                Self::StoreUnavailable(_)
                    | Self::ClocksDiffer { .. }
                    | Self::DatabaseUnavailable(_)
                    | Self::Busy
                    | Self::TimedOut(_)
            );
            comes_back.then_some(WAIT_WHEN_AWAY)
        };
        Problem { status, code, words: self.words(), retry_after }
    }

    fn status_and_code(&self) -> (StatusCode, &'static str) {
        use StatusCode as Status;
        match self {
            Self::Malformed(_) => (Status::BAD_REQUEST, "malformed"),
            Self::NotSignedIn => (Status::UNAUTHORIZED, "not_signed_in"),
            Self::WrongPassword => (Status::UNAUTHORIZED, "wrong_password"),
            Self::Forbidden => (Status::FORBIDDEN, "forbidden"),
            Self::PasswordNeeded => (Status::FORBIDDEN, "password_needed"),
            Self::CrossSite => (Status::FORBIDDEN, "cross_site"),
            Self::NotFound => (Status::NOT_FOUND, "not_found"),
            Self::Conflict(_) => (Status::CONFLICT, "conflict"),
            Self::TooLarge(_) => (Status::PAYLOAD_TOO_LARGE, "too_large"),
            Self::OverQuota { .. } => (Status::PAYLOAD_TOO_LARGE, "over_quota"),
            Self::TypeNotAllowed(_) => (Status::UNSUPPORTED_MEDIA_TYPE, "type_not_allowed"),
            Self::Unacceptable { code, .. } => (Status::UNPROCESSABLE_ENTITY, code),
            Self::TooManyAttempts { .. } => (Status::TOO_MANY_REQUESTS, "too_many_attempts"),
            Self::TooManyUploads { .. } => (Status::TOO_MANY_REQUESTS, "too_many_uploads"),
            Self::BodyTooLarge(_) => (Status::PAYLOAD_TOO_LARGE, "body_too_large"),
            Self::AddressTooLong(_) => (Status::URI_TOO_LONG, "address_too_long"),
            Self::EncodedBody => (Status::UNSUPPORTED_MEDIA_TYPE, "encoded_body"),
            Self::BodyTooSlow(_) => (Status::REQUEST_TIMEOUT, "body_too_slow"),
            Self::Busy => (Status::SERVICE_UNAVAILABLE, "busy"),
            Self::TimedOut(_) => (Status::SERVICE_UNAVAILABLE, "timed_out"),
            Self::StoreUnavailable(_) | Self::ClocksDiffer { .. } => (Status::SERVICE_UNAVAILABLE, "store_unavailable"),
            Self::DatabaseUnavailable(_) => (Status::SERVICE_UNAVAILABLE, "database_unavailable"),
            Self::Internal(_) => (Status::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// What a person reads: what happened, and what to do. Nothing of the inside.
    fn words(&self) -> String {
        let words = match self {
            Self::Malformed(words) | Self::Conflict(words) | Self::Unacceptable { words, .. } => words,
            Self::NotSignedIn => "Sign in, or send a valid token as “Authorization: Bearer …”.",
            Self::WrongPassword => "The email or the password is not right. Check both and try again.",
            Self::Forbidden => "Your account may not do this. Ask an administrator.",
            Self::PasswordNeeded => "You gave your password more than 15 minutes ago. Give it again to go on.",
            Self::CrossSite => "This came from another site and was refused. Open Cloakroom itself and try again.",
            Self::NotFound => "There is nothing here that you can see. It may be gone, or it never was.",
            Self::TooLarge(limit) => &format!("Files may have at most {}. Send a smaller one.", in_words(*limit)),
            Self::OverQuota { quota, used } => {
                let what_to_do = if used >= quota { MORE_SPACE } else { "Send less." };
                &format!("Not enough space: {} are in use or on their way. {what_to_do}", used_of(*used, *quota))
            }
            Self::TypeNotAllowed(content_type) => &format!("Files of the type {content_type} are not taken here."),
            Self::TooManyAttempts { retry_after: wait } => {
                &format!("Too many failed attempts. Try again in {}.", humantime::format_duration(*wait))
            }
            Self::TooManyUploads { .. } => "Too many uploads were begun. Confirm those that have arrived, then go on.",
            Self::BodyTooLarge(limit) => &format!("A request may have at most {limit}; a file goes to its own URL."),
            Self::AddressTooLong(limit) => &format!("An address here may have at most {limit}. Look for less."),
            Self::EncodedBody => "Send the request as it is, without a “Content-Encoding”.",
            Self::BodyTooSlow(limit) => &format!(
                "The request took too long to arrive: it may take {}. Try again.",
                humantime::format_duration(*limit)
            ),
            Self::Busy => "Too many requests at once. Nothing is lost: try again in a moment.",
            Self::TimedOut(_) => "This took too long and was broken off. Look whether it was done, or try again.",
            Self::StoreUnavailable(_) => "Storage does not answer. Nothing is lost; try again in a minute.",
            Self::ClocksDiffer { store_ahead } => &format!(
                "This server's clock is {} that of storage, so nothing can be signed. Nothing is lost: an administrator has to set the clock.",
                clocks_in_words(*store_ahead)
            ),
            Self::DatabaseUnavailable(_) => "The database does not answer. Nothing is lost: try again in a moment.",
            Self::Internal(_) => "Something went wrong here. It has been logged; try again.",
        };
        words.to_string()
    }
}

/// How this machine's clock stands to the store's: `5m behind`.
pub fn clocks_in_words(store_ahead: TimeDelta) -> String {
    let far = humantime::format_duration(Duration::from_secs(store_ahead.num_seconds().unsigned_abs()));
    let side = if store_ahead > TimeDelta::zero() { "behind" } else { "ahead of" };
    format!("{far} {side}")
}

/// A page that could not be drawn.
pub fn unrendered(error: askama::Error) -> Error {
    Error::Internal(error.to_string())
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match is_unavailable(&error) {
            true => Self::DatabaseUnavailable(error.to_string()),
            false => Self::Internal(error.to_string()),
        }
    }
}

/// Is the database away (asleep, restarting, full, busy) rather than asked wrongly?
fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            is_sqlx_unavailable(error)
        }
        _ => false,
    }
}

/// Was a connection found dead that had been fine, as all are when PostgreSQL was restarted or Neon slept? Classes 08,
/// and 57P01 to 57P03 of PostgreSQL. A connection that cannot be made at all is another matter.
pub fn is_connection_lost(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    match &**error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            code.len() == 5 && code.starts_with("08") || ["57P01", "57P02", "57P03"].contains(&&*code)
        }
        _ => false,
    }
}

/// PostgreSQL classes 08 (connection), 25006 (read only), 40 (rolled back), 53 (resources), 55 (not now), 57 (operator
/// intervention, which is Neon going to sleep) and 58 (system); SQLite's busy, locked, read only, I/O error, full and
/// cannot open.
fn is_sqlx_unavailable(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(database) = error else {
        return matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
        );
    };
    let code = database.code().unwrap_or_default();
    matches!(sqlite_code(&code), Some(5 | 6 | 8 | 10 | 13 | 14))
        || code == "25006"
        || ["08", "40", "53", "55", "57", "58"].iter().any(|class| code.len() == 5 && code.starts_with(class))
}

/// Why the database can be read and not written, if it is that: its disk is full or broken, or it is read only.
pub fn write_trouble(error: &DbErr) -> Option<&'static str> {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return None;
    };
    let sqlx::Error::Database(database) = &**error else { return None };
    let code = database.code().unwrap_or_default();
    match (sqlite_code(&code), &*code) {
        (Some(8), _) | (_, "25006") => Some("the database is read only"),
        (Some(13), _) | (_, "53100") => Some("the database's disk is full"),
        (Some(10), _) | (_, "58030") => Some("the database's disk does not take what is written"),
        _ => None,
    }
}

/// SQLite's primary result code: the extended ones keep it in their lowest byte, <https://sqlite.org/rescode.html>.
fn sqlite_code(code: &str) -> Option<u32> {
    code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|number| number & 0xff)
}

/// Do these words of SQLite's say that its file is damaged, or none of its own? SQLITE_CORRUPT and SQLITE_NOTADB.
pub fn sqlite_damage(words: &str) -> bool {
    ["malformed", "not a database", "disk image"].iter().any(|mark| words.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Connection;

    #[tokio::test]
    async fn a_database_that_is_read_only_is_away_and_says_why() {
        let mut db = sqlx::SqliteConnection::connect("sqlite::memory:").await.expect("SQLite");
        sqlx::raw_sql("CREATE TABLE a (b); PRAGMA query_only = ON").execute(&mut db).await.expect("a table");
        let refused = sqlx::query("INSERT INTO a VALUES (1)").execute(&mut db).await.expect_err("read only");
        let error = DbErr::Exec(RuntimeErr::SqlxError(std::sync::Arc::new(refused)));
        assert_eq!(write_trouble(&error), Some("the database is read only"));
        assert_eq!(Error::from(error).problem().status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
