//! Why a bucket could not be opened, and how its own failures are answered.

use std::{fmt::Display, io, path::PathBuf, time::Instant};

use http::{HeaderMap, HeaderName, HeaderValue, header};
use s3s::{S3Error, s3_error};

use crate::log_limit::LogLimit;

/// Why a bucket could not be opened. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    #[error("the store's folder {path} cannot be used: {source}. Make sure it is on a disk this user may write to")]
    Folder { path: PathBuf, source: io::Error },
    #[error("the store's folder {path} is used by another process. Stop that process, or choose another folder")]
    Locked { path: PathBuf },
    #[error("the store's index {path} cannot be opened: {source}. Restore it from a backup, or move the folder aside")]
    Index { path: PathBuf, source: sqlx::Error },
    #[error("the store's index {path} was written by a newer version ({version}). Start that version again")]
    Newer { path: PathBuf, version: i64 },
    #[error("the store cannot listen: {0}. Choose another address or port")]
    Listener(#[from] io::Error),
    #[error(
        "{0:?} cannot be a bucket's name: use 3 to 63 lower-case letters, digits and hyphens, \
         starting and ending with a letter or a digit"
    )]
    Name(String),
    #[error("the store needs an access key id and a secret access key, and neither may be empty")]
    Credentials,
    #[error("the store's allowed origins are wrong: {0}")]
    Origins(String),
}

/// Marks the answer to a failure of ours. It never leaves the process: `front` takes it off.
pub(crate) const FAULT: HeaderName = HeaderName::from_static("x-cloakroom-fault");

/// Logs a failure that is ours, and hides it from the client.
pub(crate) fn fault(error: impl Display) -> S3Error {
    tracing::error!(%error, "the embedded bucket failed");
    failure()
}

/// What a client is told of a failure that is ours and was logged.
pub(crate) fn failure() -> S3Error {
    let mut error = s3_error!(InternalError, "The bucket could not do this. Its log says why.");
    let mut headers = xml();
    headers.insert(FAULT, HeaderValue::from_static("ours"));
    error.set_headers(headers);
    error
}

/// How long clients are asked to wait when the disk takes nothing, in seconds. S3's own clients wait as they think fit.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// The disk does not take what it is given: it is full, read-only or broken. S3 clients try `SlowDown` again, by
/// themselves: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
pub(crate) fn no_room(error: &dyn Display) -> S3Error {
    static LIMIT: LogLimit = LogLimit::new();
    if let Some(kept_back) = LIMIT.pass(Instant::now()) {
        let words = "the embedded bucket's disk takes nothing; uploads are refused until it does. Make room on it";
        tracing::error!(%error, kept_back, "{words}");
    }
    slow_down("The bucket's disk takes nothing now. Try again in a while.")
}

/// Not now, but in a while.
pub(crate) fn slow_down(message: &'static str) -> S3Error {
    let mut error = s3_error!(SlowDown, "{message}");
    let mut headers = xml();
    headers.insert(header::RETRY_AFTER, RETRY_AFTER);
    error.set_headers(headers);
    error
}

/// A write of the index that failed: for want of room, or by a fault of ours.
pub(crate) fn unwritten(error: sqlx::Error) -> S3Error {
    match primary_code(&error) {
        Some(code) if DISK_CODES.contains(&code) => no_room(&error),
        Some(_) => fault(error),
        // A file that cannot be opened has no code of SQLite's.
        None if matches!(error, sqlx::Error::Io(_)) => no_room(&error),
        None => fault(error),
    }
}

/// BUSY, LOCKED, READONLY, IOERR, FULL and CANTOPEN: <https://sqlite.org/rescode.html>.
const DISK_CODES: [u32; 6] = [5, 6, 8, 10, 13, 14];

/// A commit that failed with FULL or IOERR_WRITE has not written its commit frame to the write-ahead log
/// (<https://sqlite.org/walformat.html>). After any other failure it may have, as when the disk could not be synced,
/// and a crash would bring it to light.
pub(crate) fn surely_undone(error: &sqlx::Error) -> bool {
    matches!(extended_code(error), Some(13 | 778))
}

fn primary_code(error: &sqlx::Error) -> Option<u32> {
    extended_code(error).map(|code| code & 0xff)
}

fn extended_code(error: &sqlx::Error) -> Option<u32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// s3s replaces its own headers by these.
fn xml() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use sqlx::{Connection, SqliteConnection};

    #[tokio::test]
    async fn a_full_disk_is_no_fault_of_ours_and_a_broken_rule_is() {
        let mut db = SqliteConnection::connect("sqlite::memory:").await.expect("a database");
        sqlx::raw_sql("CREATE TABLE t (a PRIMARY KEY); PRAGMA max_page_count = 4")
            .execute(&mut db)
            .await
            .expect("made");
        let full = sqlx::query("INSERT INTO t VALUES (zeroblob(100000))").execute(&mut db).await.expect_err("is full");
        assert!(surely_undone(&full));
        let refused = unwritten(full);
        assert_eq!(
            (refused.code().as_str(), refused.status_code()),
            ("SlowDown", Some(StatusCode::SERVICE_UNAVAILABLE))
        );
        assert!(refused.headers().is_some_and(|headers| headers.contains_key(header::RETRY_AFTER)));
        let twice = sqlx::query("INSERT INTO t VALUES (1), (1)").execute(&mut db).await.expect_err("is refused");
        assert!(!surely_undone(&twice));
        assert_eq!(unwritten(twice).code().as_str(), "InternalError");
    }
}
