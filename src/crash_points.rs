//! What lasts once it is done, counted, so that a test can end the process right after each. Between two of these nothing
//! that lasts changes: whoever dies at any other place leaves what one of these leaves. An ordinary build counts nothing.

#[cfg(feature = "crash-points")]
use std::sync::atomic::{AtomicU64, Ordering};

/// Something that lasts once it is done.
#[must_use]
pub struct Effect {
    /// What it is, for who reads the test's table; none of what changes nothing.
    #[cfg(feature = "crash-points")]
    name: Option<String>,
}

#[cfg(not(feature = "crash-points"))]
impl Effect {
    /// A statement of the database outside of a transaction.
    pub fn of_statement(_sql: &str) -> Self {
        Self {}
    }

    /// A transaction of the database.
    pub fn of_commit() -> Self {
        Self {}
    }

    /// A request to the store.
    pub fn of_request(_method: &str, _key: &str) -> Self {
        Self {}
    }

    /// A step of the embedded bucket.
    pub fn of_bucket(_step: &str) -> Self {
        Self {}
    }

    /// It is done.
    pub fn note(self) {}
}

#[cfg(feature = "crash-points")]
impl Effect {
    /// A statement of the database outside of a transaction.
    pub fn of_statement(sql: &str) -> Self {
        let writes = ["INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| sql.trim_start().starts_with(verb));
        let beginning = sql.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
        Self { name: writes.then(|| format!("statement {beginning}")) }
    }

    /// A transaction of the database.
    pub fn of_commit() -> Self {
        Self { name: Some("commit".into()) }
    }

    /// A request to the store.
    pub fn of_request(method: &str, key: &str) -> Self {
        let folder = key.split('/').next().unwrap_or_default();
        Self { name: (!matches!(method, "GET" | "HEAD")).then(|| format!("request {method} {folder}/")) }
    }

    /// A step of the embedded bucket.
    pub fn of_bucket(step: &str) -> Self {
        Self { name: Some(format!("bucket {step}")) }
    }

    /// It is done: the process ends here, if it is the one that was chosen by `CRASH_AT`, a number from 1.
    pub fn note(self) {
        static DONE: AtomicU64 = AtomicU64::new(0);
        let Some(name) = self.name else { return };
        if Some(DONE.fetch_add(1, Ordering::SeqCst) + 1) == crate::config::crash_at() {
            eprintln!("crashed after: {name}");
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    }
}
