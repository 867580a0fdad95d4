//! What was answered 200 survives: a restart, a crash, a kill in the middle.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use cloakroom::bucket::BucketError;
use tokio::{sync::mpsc, task::JoinSet};

use super::{
    client::{ACCESS_KEY_ID, Answer, Ask, SECRET_ACCESS_KEY, exchange},
    multipart::{PART, list_of},
    server::{BUCKET, Server, files, open, rows},
};

#[tokio::test]
async fn a_restart_keeps_everything() {
    let server = Server::start().await;
    server.ask("PUT", "a").header("x-amz-meta-b", "c").body("one").send().await.expect(200, "");
    server.put("b", "two").await;
    server.put("b", "three").await;
    server.ask("DELETE", "a b").send().await.expect(204, "");
    let before = server.get("a").await;
    let server = Server::start_in(server.stop().await).await;
    let after = server.get("a").await.expect(200, "");
    for name in ["etag", "last-modified", "x-amz-meta-b", "content-type"] {
        assert_eq!(after.header(name), before.header(name), "{name}");
    }
    assert_eq!(server.get("b").await.text(), "three");
    server.finish().await;
}

#[tokio::test]
async fn a_folder_belongs_to_one_bucket_at_a_time() {
    let server = Server::start().await;
    let refused = open(server.folder.path()).await.err().expect("is refused");
    assert!(matches!(refused, BucketError::Locked { .. }), "{refused}");
    assert!(refused.to_string().contains("another process"), "{refused}");
    server.put("coat", "coat").await;
    let folder = server.stop().await;
    Server::start_in(folder).await.finish().await;
}

#[tokio::test]
async fn what_a_crash_left_behind_is_cleared_at_the_next_start() {
    let server = Server::start().await;
    server.put("coat", "coat").await;
    let folder = server.stop().await;
    let leaf = folder.path().join("objects/0000/0000");
    fs::create_dir_all(&leaf).expect("a folder");
    fs::write(leaf.join("00000000000000000000000000000000"), "half an upl").expect("a file");
    assert_eq!(files(folder.path()).len(), 2);
    let server = Server::start_in(folder).await;
    assert_eq!(files(server.folder.path()).len(), 1);
    assert!(!leaf.exists());
    assert_eq!(server.get("coat").await.text(), "coat");
    server.finish().await;
}

#[tokio::test]
async fn wrong_options_are_refused_with_a_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("objects"), "a file, not a folder").expect("a file");
    let refused = open(folder.path()).await.err().expect("is refused");
    assert!(matches!(refused, BucketError::Folder { .. }), "{refused}");
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("index.db"), "not a database, by a long way").expect("a file");
    let refused = open(folder.path()).await.err().expect("is refused");
    assert!(matches!(refused, BucketError::Index { .. }), "{refused}");
}

/// The bucket in a process of its own, killed when dropped.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(folder: &Path) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_cloakroom"))
            .arg("store")
            .envs([
                ("STORE_BIND", "127.0.0.1:0"),
                ("R2_ACCESS_KEY_ID", ACCESS_KEY_ID),
                ("R2_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
                ("R2_BUCKET_NAME", BUCKET),
            ])
            .env("DATA_DIR", folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut process = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let output = BufReader::new(process.child.stdout.take().expect("its output"));
        let address = output.lines().find_map(|line| {
            let line = line.expect("a line");
            line.strip_prefix("Store listening on http://").map(|address| address.parse().expect("an address"))
        });
        process.address = address.expect("the store says where it listens");
        process
    }

    /// The most memory that it ever had, in bytes.
    fn peak(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        let kilobytes = line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number");
        kilobytes * 1024
    }

    fn kill(mut self) {
        self.child.kill().expect("kills");
        self.child.wait().expect("is dead");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is put under a key of a writer and a number: the key, up to fifty times.
fn content_of(key: &str) -> String {
    let (_, number) = key.split_once('/').expect("a writer and a number");
    key.repeat(1 + number.parse::<usize>().expect("a number") % 50)
}

/// The same by an upload in one part, every other time aborted.
async fn upload_until_killed(address: SocketAddr, writer: usize, kept: mpsc::UnboundedSender<String>) {
    for number in 0.. {
        let key = format!("{writer}/{number}");
        let begin = Ask::new(address, "POST", BUCKET, &key).query("uploads", "").body("");
        let Some(begun) = ask_the_doomed(begin).await else { return };
        let id = begun.tags("UploadId").pop().expect("an id");
        let of = |method| Ask::new(address, method, BUCKET, &key).query("uploadId", &id);
        let part = of("PUT").query("partNumber", 1).body(content_of(&key));
        let Some(part) = ask_the_doomed(part).await else { return };
        let etag = part.header("etag").expect("an ETag");
        let end = if number % 2 == 0 { of("POST").body(list_of(&[(1, &etag)])) } else { of("DELETE") };
        let Some(end) = ask_the_doomed(end).await else { return };
        if end.status == 200 {
            kept.send(key).expect("somebody listens");
        }
    }
}

/// A process that dies breaks the exchange off, which is a panic of the client.
async fn ask_the_doomed(ask: Ask) -> Option<Answer> {
    let answer = tokio::spawn(async move { exchange(ask.address, &ask.wire()).await }).await;
    answer.ok().filter(|answer| matches!(answer.status, 200 | 204))
}

/// Puts objects until the process is gone, and tells of each that was answered 200.
async fn put_until_killed(address: SocketAddr, writer: usize, kept: mpsc::UnboundedSender<String>) {
    for number in 0.. {
        let key = format!("{writer}/{number}");
        match ask_the_doomed(Ask::new(address, "PUT", BUCKET, &key).body(content_of(&key))).await {
            Some(_) => kept.send(key).expect("somebody listens"),
            None => return,
        }
    }
}

/// The folder of the bucket, which the program keeps under its data folder.
fn bucket_of(data: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(data.join("bucket")).expect("a bucket") {
        let entry = entry.expect("an entry");
        std::fs::rename(entry.path(), folder.path().join(entry.file_name())).expect("moved");
    }
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_uploads_loses_nothing_that_was_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut total = Vec::new();
    for round in 0..3 {
        let process = Process::start(folder.path());
        let (kept, mut answered) = mpsc::unbounded_channel();
        let mut writers = JoinSet::new();
        for writer in 0..16 {
            writers.spawn(put_until_killed(process.address, round * 100 + writer, kept.clone()));
        }
        for writer in 16..24 {
            writers.spawn(upload_until_killed(process.address, round * 100 + writer, kept.clone()));
        }
        drop(kept);
        for _ in 0..300 {
            total.push(answered.recv().await.expect("uploads go on"));
        }
        process.kill();
        writers.join_all().await;
        while let Some(key) = answered.recv().await {
            total.push(key);
        }
    }
    let server = Server::start_in(bucket_of(folder.path())).await;
    for key in &total {
        assert_eq!(server.get(key).await.expect(200, "").text(), content_of(key));
    }
    assert_eq!(files(server.folder.path()), rows(server.folder.path()).await);
    println!("{} objects survived 3 kills", total.len());
    server.finish().await;
}

#[tokio::test]
async fn memory_stays_flat_however_large_an_object_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path());
    let ask = |method| Ask::new(process.address, method, BUCKET, "large");
    let begun = ask("POST").query("uploads", "").body("").send().await.expect(200, "");
    let id = begun.tags("UploadId").pop().expect("an id");
    let (count, part, mut etags) = (40, vec![7; PART], Vec::new());
    for number in 1..=count {
        let put = ask("PUT").query("uploadId", &id).query("partNumber", number).body(part.clone());
        etags.push(put.send().await.expect(200, "").header("etag").expect("an ETag"));
    }
    let parts: Vec<_> = etags.iter().enumerate().map(|(place, etag)| (place + 1, etag.as_str())).collect();
    ask("POST").query("uploadId", &id).body(list_of(&parts)).send().await.expect(200, "");
    assert_eq!(ask("GET").send().await.expect(200, "").body.len(), count * PART);
    assert!(process.peak() < count * PART / 2, "{} bytes of memory for {} of an object", process.peak(), count * PART);
    process.kill();
}
