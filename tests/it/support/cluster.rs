//! A PostgreSQL of a test's own, which may be restarted, and has settings of its own.

use std::process::Command;

/// Removed when dropped.
pub struct Cluster {
    folder: tempfile::TempDir,
}

impl Cluster {
    /// With settings such as `autovacuum=off`; and the URL of its database.
    pub fn start(settings: &[&str]) -> (Self, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let cluster = Self { folder };
        let url = cluster.ask("start", settings);
        (cluster, url)
    }

    pub fn restart(&self) {
        self.ask("restart", &[]);
    }

    fn ask(&self, action: &str, settings: &[&str]) -> String {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres.sh");
        let mut asked = Command::new("bash");
        asked.arg(script).arg(action).arg(self.folder.path()).args(settings);
        let answer = asked.output().expect("bash runs");
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        String::from_utf8(answer.stdout).expect("text").trim().to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.ask("stop", &[]);
    }
}
