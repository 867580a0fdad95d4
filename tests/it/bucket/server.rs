//! A bucket of its own for each test, with the promise that is checked after every one of them.

use std::{
    collections::BTreeMap,
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
};

use cloakroom::bucket::{BucketError, BucketOptions, RunningBucket, start};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use super::client::{ACCESS_KEY_ID, Answer, Ask, SECRET_ACCESS_KEY};

pub const BUCKET: &str = "coats";
pub const ORIGIN: &str = "http://localhost:8080";

pub struct Server {
    pub folder: TempDir,
    running: RunningBucket,
}

impl Server {
    pub async fn start() -> Self {
        Self::start_in(tempfile::tempdir().expect("a folder")).await
    }

    pub async fn start_in(folder: TempDir) -> Self {
        let running = open(folder.path()).await.expect("a bucket");
        Self { folder, running }
    }

    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    pub fn ask(&self, method: &str, key: &str) -> Ask {
        Ask::new(self.address(), method, BUCKET, key)
    }

    pub async fn put(&self, key: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.ask("PUT", key).body(body).send().await.expect(200, "")
    }

    pub async fn get(&self, key: &str) -> Answer {
        self.ask("GET", key).send().await
    }

    pub fn list(&self) -> Ask {
        self.ask("GET", "").query("list-type", 2)
    }

    /// Stops the bucket and leaves its folder.
    pub async fn stop(self) -> TempDir {
        self.running.stop().await;
        self.folder
    }

    /// Ends a test: every file is an object and every object a file of its size.
    pub async fn finish(self) {
        let folder = self.stop().await;
        assert_eq!(files(folder.path()), rows(folder.path()).await, "the files and the rows differ");
    }
}

pub async fn open(folder: &Path) -> Result<RunningBucket, BucketError> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let options = BucketOptions {
        folder: folder.to_owned(),
        bucket: BUCKET.to_owned(),
        access_key_id: ACCESS_KEY_ID.to_owned(),
        secret_access_key: SECRET_ACCESS_KEY.to_owned(),
        origins: vec![ORIGIN.to_owned()],
    };
    start(options, listener).await
}

pub async fn index(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("index.db"));
    options.connect().await.expect("the index")
}

/// Names and sizes of all files that hold bytes of objects, or of what wants to be one.
pub fn files(folder: &Path) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.join("objects")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            match entry.metadata().expect("metadata") {
                metadata if metadata.is_dir() => folders.push(entry.path()),
                metadata => {
                    found.insert(entry.file_name().into_string().expect("a name of text"), metadata.len());
                }
            }
        }
    }
    found
}

/// The same of what the index names: objects in one file, and parts.
pub async fn rows(folder: &Path) -> BTreeMap<String, u64> {
    let mut index = index(folder).await;
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT file, size FROM object WHERE part_size = 0 UNION ALL SELECT file, size FROM part")
            .fetch_all(&mut index)
            .await
            .expect("rows");
    index.close().await.expect("closes");
    rows.into_iter().map(|(file, size)| (file, u64::try_from(size).expect("a size"))).collect()
}
