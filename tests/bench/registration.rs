//! Measures what recording a file costs the database, with and without its event in the log and the counters that triggers keep.

use cloakroom::{
    accounts::{Principal, Role, users},
    config::Config,
    database::{self, DatabaseConnection},
    files::{Bringer, ContentType, NewFile, Recorded, State, record},
    ids::{FileId, UrlKind, UserId},
    storage::{ObjectKey, Picture},
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Files that are there before anything is measured, so that indexes have some depth.
const BEFORE: usize = 20_000;
/// All variants take turns of so many files, so that a machine that grows busier is as busy for each of them.
const TURN: usize = 100;
/// The first of a turn, of which none is counted: what is changed for it has statements planned anew.
const UNCOUNTED: usize = 10;

/// What is left out of a registration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Without {
    Nothing,
    Event,
    Counters,
    Both,
}

struct Bench {
    db: DatabaseConnection,
    owner: UserId,
    /// How SQLite's trigger is made again.
    trigger: String,
}

#[tokio::main]
async fn main() {
    // Cargo adds `--bench` to what it is given.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let count: usize = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(4_000);
    println!("{:<12} {:<24} {:>10} {:>10} {:>10}", "", "", "median ms", "mean ms", "median");
    measure("SQLite", None, count).await;
    if let Some(url) = arguments.get(1) {
        measure("PostgreSQL", Some(url), count).await;
    }
}

/// Prints a line for each variant, with `count` files each.
async fn measure(name: &str, url: Option<&String>, count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let bench = Bench::open(url, folder.path()).await;
    for _ in 0..BEFORE {
        bench.register().await;
    }
    let all = [Without::Nothing, Without::Event, Without::Counters, Without::Both];
    let mut took = all.map(|_| Vec::with_capacity(count));
    for turn in 0..count.div_ceil(TURN) * all.len() {
        // In another order each time.
        let place = (turn + turn / all.len()) % all.len();
        bench.leave_out(all[place]).await;
        for index in 0..TURN + UNCOUNTED {
            let time = bench.register().await;
            took[place].extend((index >= UNCOUNTED).then_some(time));
        }
        bench.put_back(all[place]).await;
    }
    let whole = median(&mut took[0]);
    for (without, took) in all.into_iter().zip(&mut took) {
        let mean = took.iter().sum::<Duration>() / took.len() as u32;
        let (middle, ms) = (median(took), |time: Duration| time.as_secs_f64() * 1_000.0);
        let percent = 100.0 * middle.as_secs_f64() / whole.as_secs_f64();
        println!("{name:<12} {:<24} {:>10.3} {:>10.3} {percent:>8.1} %", without.words(), ms(middle), ms(mean));
    }
    bench.db.close().await.expect("closed");
}

fn median(took: &mut [Duration]) -> Duration {
    took.sort_unstable();
    took[took.len() / 2]
}

impl Bench {
    async fn open(url: Option<&String>, folder: &std::path::Path) -> Self {
        let mut settings: HashMap<String, String> =
            [("DATA_DIR".to_owned(), folder.to_str().expect("a plain path").to_owned())].into();
        settings.extend(url.map(|url| ("DATABASE_URL".to_owned(), url.clone())));
        let config = Config::from_values(settings).expect("settings").database;
        database::migrate(&config, folder).await.expect("migrated");
        let db = database::open(&config, folder).await.expect("open");
        let email = "bench@example.com".parse().expect("an email");
        let new = users::NewUser { email, name: "Bench".into(), role: Role::Member, password: None };
        let owner = users::create(&db, new, &Principal::command_line(), database::now()).await.expect("a user");
        let bench = Self { db, owner, trigger: String::new() };
        let trigger = bench.trigger().await;
        match bench.backend() {
            DbBackend::Sqlite => {}
            _ => {
                let skip = "CREATE FUNCTION bench_skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'";
                bench.execute(skip).await;
            }
        }
        Self { trigger, ..bench }
    }

    fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    /// Records a file as its confirmation does; how long that took.
    async fn register(&self) -> Duration {
        let now = database::now();
        let name = "IMG_2041 holiday.jpg".parse().expect("a name");
        let key = ObjectKey::new("files/", FileId::generate(UrlKind::Strict), self.owner, name);
        let file = NewFile {
            key: &key,
            file_url: format!("https://files.example.com/files/{}/content", key.file_id),
            content_type: ContentType::of_row("image/jpeg"),
            found_type: None,
            size: 2_000_000,
            etag: Some("9b2cf535f27731c974343645a3985328".to_owned()),
            checksum: Some("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned()),
            verified: None,
            dimensions: Some((4_032, 3_024)),
            state: State::Ready,
            quarantine_reason: None,
            object_removed_at: None,
            writable_until: None,
            folder: None,
            folder_id: None,
            thumbnail: None,
            picture: Picture::default(),
            parcel: None,
            contributor: None,
        };
        let (begun, by) = (Instant::now(), Bringer::nobody());
        let recorded = record(&self.db, &file, &by, None, now).await.expect("recorded");
        let took = begun.elapsed();
        assert!(matches!(recorded, Recorded::New(_)), "{recorded:?}");
        took
    }

    async fn leave_out(&self, without: Without) {
        let sqlite = self.backend() == DbBackend::Sqlite;
        if without.event() {
            self.execute(match sqlite {
                true => "CREATE TRIGGER bench_skip BEFORE INSERT ON audit_events BEGIN SELECT RAISE(IGNORE); END",
                false => {
                    "CREATE TRIGGER bench_skip BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION bench_skip()"
                }
            })
            .await;
        }
        if without.counters() {
            self.execute(match sqlite {
                true => "DROP TRIGGER r2_files_count_new",
                false => "ALTER TABLE r2_files DISABLE TRIGGER r2_files_count_new",
            })
            .await;
        }
    }

    async fn put_back(&self, without: Without) {
        let sqlite = self.backend() == DbBackend::Sqlite;
        if without.event() {
            self.execute(if sqlite { "DROP TRIGGER bench_skip" } else { "DROP TRIGGER bench_skip ON audit_events" })
                .await;
        }
        if without.counters() {
            let enable = "ALTER TABLE r2_files ENABLE TRIGGER r2_files_count_new";
            self.execute(if sqlite { &self.trigger } else { enable }).await;
        }
    }

    async fn trigger(&self) -> String {
        if self.backend() != DbBackend::Sqlite {
            return String::new();
        }
        let select = "SELECT sql FROM sqlite_master WHERE name = 'r2_files_count_new'";
        let row = self.db.query_one_raw(Statement::from_string(DbBackend::Sqlite, select)).await.expect("an answer");
        row.expect("the trigger").try_get("", "sql").expect("its text")
    }

    async fn execute(&self, sql: &str) {
        // SQLite goes by the triggers that a connection has known; reading makes it look.
        let sql = format!("SELECT 1 FROM audit_events WHERE FALSE; {sql}");
        self.db.execute_unprepared(&sql).await.expect("the statement runs");
    }
}

impl Without {
    fn event(self) -> bool {
        matches!(self, Self::Event | Self::Both)
    }

    fn counters(self) -> bool {
        matches!(self, Self::Counters | Self::Both)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Nothing => "as it is",
            Self::Event => "without its event",
            Self::Counters => "without the counters",
            Self::Both => "without both",
        }
    }
}
