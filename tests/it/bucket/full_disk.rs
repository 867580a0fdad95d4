//! A disk that takes nothing any more: told as what it is, nothing lost, and forgotten as soon as there is room.

use std::{
    collections::{BTreeSet, HashMap},
    fs::{self, File},
    net::SocketAddr,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::Connection;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::{
    client::{ACCESS_KEY_ID, Answer, Ask, SECRET_ACCESS_KEY, exchange},
    multipart::list_of,
    server::{BUCKET, Server, files, index, rows},
};
use crate::support::program::{Program, command};

const PATIENCE: Duration = Duration::from_secs(2);

/// The bucket in a process of its own, whose files may be told to grow no further.
struct Limited {
    data: TempDir,
    program: Program,
    address: SocketAddr,
}

impl Limited {
    fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let settings = [
            ("STORE_BIND", "127.0.0.1:0"),
            ("R2_ACCESS_KEY_ID", ACCESS_KEY_ID),
            ("R2_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
            ("R2_BUCKET_NAME", BUCKET),
            ("DATA_DIR", data.path().to_str().expect("text")),
        ];
        let settings: HashMap<_, _> = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let cloakroom = command(&[], &settings, data.path());
        // A file that would grow beyond its limit is to fail, not to end the process.
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" store"]).arg(cloakroom.get_program());
        shell.env_clear().envs(&settings).current_dir(data.path());
        shell.stderr(File::create(data.path().join("log")).expect("a file"));
        let program = Program::spawn(shell);
        let address = program.wait_for("Store listening on http://").parse().expect("an address");
        Self { data, program, address }
    }

    /// Files may grow to this many bytes: nearly what a full disk does, and no root is needed.
    fn limit(&self, bytes: &str) {
        let (pid, limit) = (self.program.id().to_string(), format!("--fsize={bytes}:"));
        let done = Command::new("prlimit").args(["--pid", &pid, &limit]).status();
        assert!(done.expect("prlimit (util-linux) runs").success());
    }

    fn journal(&self) -> u64 {
        fs::metadata(self.data.path().join("bucket/index.db-wal")).expect("a journal").len()
    }

    fn errors(&self) -> Vec<String> {
        let log = fs::read_to_string(self.data.path().join("log")).expect("a log");
        log.lines().filter(|line| line.contains("ERROR") || line.contains("WARN")).map(str::to_owned).collect()
    }

    fn ask(&self, method: &str, key: &str) -> Ask {
        Ask::new(self.address, method, BUCKET, key)
    }

    /// Ends it, gently or not, and opens its folder here.
    async fn reopened(self, signal: &str) -> Server {
        self.program.signal(signal);
        self.program.wait();
        let folder = tempfile::tempdir().expect("a folder");
        for entry in fs::read_dir(self.data.path().join("bucket")).expect("a bucket") {
            let entry = entry.expect("an entry");
            fs::rename(entry.path(), folder.path().join(entry.file_name())).expect("moved");
        }
        Server::start_in(folder).await
    }
}

fn assert_not_now(answer: Answer, asked: Instant) {
    let answer = answer.expect(503, "SlowDown");
    assert!(answer.header("retry-after").is_some_and(|wait| wait.parse::<u64>().is_ok()), "{}", answer.head);
    assert!(asked.elapsed() < PATIENCE, "{:?}", asked.elapsed());
}

#[tokio::test]
async fn what_sqlite_rolls_back_by_itself_stops_nobody_after_it() {
    let server = Server::start().await;
    server.put("before", "1").await;
    let mut db = index(server.folder.path()).await;
    let sql = "CREATE TRIGGER t BEFORE INSERT ON object WHEN NEW.key = CAST('cursed' AS BLOB)
        BEGIN SELECT RAISE(ROLLBACK, 'as when the disk is full'); END";
    sqlx::raw_sql(sql).execute(&mut db).await.expect("a trigger");
    for round in 0..3 {
        server.ask("PUT", "cursed").body("x").send().await.expect(500, "InternalError");
        server.put(&format!("after {round}"), "2").await;
        server.ask("DELETE", "before").send().await.expect(204, "");
    }
    sqlx::raw_sql("DROP TRIGGER t").execute(&mut db).await.expect("dropped");
    db.close().await.expect("closed");
    let server = Server::start_in(server.stop().await).await;
    for round in 0..3 {
        assert_eq!(server.get(&format!("after {round}")).await.expect(200, "").text(), "2");
    }
    server.get("cursed").await.expect(404, "NoSuchKey");
    server.get("before").await.expect(404, "NoSuchKey");
    server.finish().await;
}

#[tokio::test]
async fn an_object_that_finds_no_room_is_refused_and_smaller_ones_go_on() {
    let limited = Limited::start();
    limited.limit("1048576");
    for _ in 0..3 {
        let asked = Instant::now();
        assert_not_now(limited.ask("PUT", "large").body(vec![7; 2 << 20]).send().await, asked);
        limited.ask("PUT", "small").body("small").send().await.expect(200, "");
    }
    assert_eq!(limited.errors().len(), 1, "one line a minute: {:?}", limited.errors());
    limited.limit("unlimited");
    limited.ask("PUT", "large").body(vec![7; 2 << 20]).send().await.expect(200, "");
    let server = limited.reopened("TERM").await;
    assert_eq!(server.get("large").await.expect(200, "").body.len(), 2 << 20);
    assert_eq!(server.get("small").await.expect(200, "").text(), "small");
    server.finish().await;
}

#[tokio::test]
async fn while_the_index_cannot_grow_reading_goes_on_and_nothing_refused_is_kept() {
    let limited = Limited::start();
    limited.ask("PUT", "kept").body("kept").send().await.expect(200, "");
    limited.limit(&limited.journal().to_string());
    for number in 0..20 {
        let asked = Instant::now();
        let key = format!("refused {number}");
        assert_not_now(limited.ask("PUT", &key).body("x").send().await, asked);
        assert_not_now(limited.ask("DELETE", "kept").send().await, asked);
        limited.ask("GET", &key).send().await.expect(404, "NoSuchKey");
        assert_eq!(limited.ask("GET", "kept").send().await.expect(200, "").text(), "kept");
    }
    assert_eq!(limited.errors().len(), 1, "one line a minute: {:?}", limited.errors());
    limited.limit("unlimited");
    limited.ask("PUT", "later").body("later").send().await.expect(200, "");
    let bucket = limited.data.path().join("bucket");
    let (files, rows) = (files(&bucket), rows(&bucket).await);
    assert_eq!(files, rows, "what was refused leaves no file");
    let server = limited.reopened("KILL").await;
    assert_eq!(server.list().send().await.expect(200, "").tags("Key"), ["kept", "later"]);
    server.finish().await;
}

#[tokio::test]
async fn an_upload_in_parts_waits_for_room_and_then_goes_on() {
    let limited = Limited::start();
    let begin = limited.ask("POST", "coat").query("uploads", "").body("");
    let id = begin.clone().send().await.expect(200, "").tags("UploadId").pop().expect("an id");
    let of = |method| limited.ask(method, "coat").query("uploadId", &id);
    let part = |number: usize| of("PUT").query("partNumber", number).body("coat");
    let etag = part(1).send().await.expect(200, "").header("etag").expect("an ETag");
    let completion = of("POST").body(list_of(&[(1, &etag)]));
    limited.limit(&limited.journal().to_string());
    for ask in [part(1), part(2), completion.clone(), begin, of("DELETE")] {
        assert_not_now(ask.send().await, Instant::now());
    }
    assert_eq!(of("GET").send().await.expect(200, "").tags("PartNumber"), ["1"]);
    limited.limit("unlimited");
    completion.send().await.expect(200, "");
    let server = limited.reopened("KILL").await;
    assert_eq!(server.get("coat").await.expect(200, "").text(), "coat");
    server.finish().await;
}

/// As many send the log to a file, on the same disk.
#[tokio::test]
async fn a_log_that_cannot_be_written_stops_nobody() {
    let limited = Limited::start();
    limited.ask("PUT", "before").body("1").send().await.expect(200, "");
    limited.limit("0");
    for key in ["one", "two", "three"] {
        assert_not_now(limited.ask("PUT", key).body("x").send().await, Instant::now());
        limited.ask("GET", "before").send().await.expect(200, "");
    }
    assert_eq!(limited.errors(), Vec::<String>::new(), "there was no room for it");
    limited.limit("unlimited");
    limited.ask("PUT", "after").body("2").send().await.expect(200, "");
    let server = limited.reopened("TERM").await;
    assert_eq!(server.list().send().await.expect(200, "").tags("Key"), ["after", "before"]);
    server.finish().await;
}

/// What many clients were told of their uploads.
#[derive(Default)]
struct Told {
    kept: Mutex<BTreeSet<String>>,
    refused: Mutex<BTreeSet<String>>,
    stop: AtomicBool,
}

impl Told {
    async fn put_until_told_to_stop(self: Arc<Self>, address: SocketAddr, writer: usize) {
        for number in 0.. {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            let key = format!("{writer}/{number}");
            let asked = Instant::now();
            let answer = exchange(address, &Ask::new(address, "PUT", BUCKET, &key).body(key.clone()).wire()).await;
            let list = if answer.status == 200 { &self.kept } else { &self.refused };
            if answer.status != 200 {
                assert_not_now(answer, asked);
            }
            list.lock().expect("a list").insert(key);
        }
    }

    async fn wait(&self, list: impl Fn(&Self) -> &Mutex<BTreeSet<String>>, more: usize) {
        let begun = Instant::now();
        let enough = list(self).lock().expect("a list").len() + more;
        while list(self).lock().expect("a list").len() < enough {
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not go on");
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_while_the_disk_filled_and_was_freed_survives_and_nothing_else() {
    let limited = Limited::start();
    let told = Arc::new(Told::default());
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        writers.spawn(Arc::clone(&told).put_until_told_to_stop(limited.address, writer));
    }
    for _ in 0..3 {
        told.wait(|told| &told.kept, 100).await;
        limited.limit(&(limited.journal() / 4096 * 4096 + 1000).to_string());
        told.wait(|told| &told.refused, 100).await;
        limited.limit("unlimited");
    }
    told.wait(|told| &told.kept, 100).await;
    told.stop.store(true, Ordering::Relaxed);
    while let Some(ended) = writers.join_next().await {
        ended.expect("only fitting answers");
    }
    let server = limited.reopened("KILL").await;
    assert_same(&server, &told).await;
    server.finish().await;
}

async fn assert_same(server: &Server, told: &Told) {
    let mut found = BTreeSet::new();
    let mut query = server.list();
    loop {
        let page = query.send().await.expect(200, "");
        found.extend(page.tags("Key"));
        match page.tags("NextContinuationToken").first() {
            Some(token) => query = server.list().query("continuation-token", token),
            None => break,
        }
    }
    let kept = told.kept.lock().expect("a list");
    println!("{} kept, {} refused", kept.len(), told.refused.lock().expect("a list").len());
    assert_eq!(kept.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new(), "lost");
    assert_eq!(found.difference(&kept).collect::<Vec<_>>(), Vec::<&String>::new(), "refused, and there");
}
