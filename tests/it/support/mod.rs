//! What every test stands on: the whole app on a port of its own, a database of its own, and a bucket of its own.

pub mod browser;
pub mod cluster;
pub mod conditions;
pub mod dying;
pub mod instance;
mod invariants;
pub mod life;
pub mod multipart;
pub mod odd_lists;
pub mod odd_parts;
pub mod odd_store;
pub mod oddity;
pub mod plans;
pub mod postgres;
pub mod program;
pub mod proxy;
pub mod rebuilt;
pub mod requests;
mod settings;
pub mod shares;
mod template;
pub mod uploads;

use cloakroom::{
    accounts::{Accounts, Principal, Role, tokens, users},
    config::Config,
    database::{self, DatabaseConnection},
    ids::UserId,
    server::Cloakroom,
    state::AppState,
};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};
use tempfile::TempDir;

pub use postgres::{create_database, drop_database};
pub use settings::base_settings;

pub const PASSWORD: &str = "correct horse battery";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A running app. [`TestApp::finish`] ends it and asserts what must hold after every test.
pub struct TestApp {
    pub kind: Kind,
    pub url: String,
    pub store_origin: String,
    pub db: DatabaseConnection,
    pub accounts: Accounts,
    pub client: reqwest::Client,
    pub set_up_link: Option<String>,
    pub folder: TempDir,
    database_url: Option<String>,
    expects_orphans: AtomicBool,
    handle: actix_web::dev::ServerHandle,
    task: tokio::task::JoinHandle<()>,
}

/// A user and a token of theirs.
pub struct Someone {
    pub id: UserId,
    pub email: String,
    pub token: String,
}

impl TestApp {
    pub async fn start(kind: Kind, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let given = settings.iter().find(|(name, _)| *name == "DATABASE_URL").map(|(_, url)| (*url).to_owned());
        let database_url = match given {
            Some(url) => Some(url).filter(|_| kind == Kind::Postgres),
            None => template::create_migrated(kind, folder.path()).await,
        };
        let mut values = base_settings(folder.path());
        values.extend(settings.iter().map(|(name, value)| (name.to_string(), value.to_string())));
        values.extend(database_url.clone().map(|url| ("DATABASE_URL".to_owned(), url)));
        let config = Config::from_values(values).expect("settings");
        let cloakroom = Cloakroom::open(config.clone()).await.expect("the app opens");
        let url = format!("http://{}", cloakroom.address);
        let (handle, set_up_link, store_origin) =
            (cloakroom.handle(), cloakroom.set_up_link.clone(), cloakroom.store_origin.clone());
        let task = tokio::spawn(async { cloakroom.run().await.expect("the app runs") });
        let db = database::open(&config.database, folder.path()).await.expect("the database opens");
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self {
            kind,
            url,
            store_origin,
            accounts: Accounts::new(db.clone(), config.app.sessions),
            db,
            client,
            set_up_link,
            folder,
            database_url,
            expects_orphans: AtomicBool::new(false),
            handle,
            task,
        }
    }

    /// For tests that leave uploads unconfirmed.
    pub fn expect_orphans(&self) {
        self.expects_orphans.store(true, Ordering::Relaxed);
    }

    pub async fn finish(self) {
        if !self.expects_orphans.load(Ordering::Relaxed) {
            self.assert_invariants().await;
        }
        self.handle.stop(false).await;
        self.task.await.expect("the app ended well");
        self.db.close().await.expect("the database closes");
        if let Some(url) = self.database_url {
            drop_database(&url).await;
        }
    }

    pub async fn someone(&self, role: Role) -> Someone {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let email = format!("person{}@example.com", NEXT.fetch_add(1, Ordering::Relaxed));
        let new = users::NewUser {
            email: email.parse().expect("an email"),
            name: "Person".into(),
            role,
            password: Some(PASSWORD.into()),
        };
        let id = users::create(&self.db, new, &Principal::command_line(), database::now()).await.expect("a user");
        let token = tokens::create(&self.db, id, "test", None, &Principal::command_line(), database::now())
            .await
            .expect("a token");
        Someone { id, email, token }
    }

    pub async fn member(&self) -> Someone {
        self.someone(Role::Member).await
    }

    pub async fn rows(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Vec<QueryResult> {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        self.db.query_all_raw(statement).await.expect("the query runs")
    }

    pub async fn execute(&self, sql: &str) {
        self.db.execute_unprepared(sql).await.expect("the statement runs");
    }

    pub async fn count(&self, sql: &str) -> i64 {
        self.rows(sql, []).await[0].try_get_by_index(0).expect("a number")
    }

    pub fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    /// A client of the embedded bucket with its own credentials.
    pub fn bucket(&self) -> Box<s3::Bucket> {
        let text = std::fs::read(self.folder.path().join("bucket/credentials.json")).expect("credentials");
        let credentials: HashMap<String, String> = serde_json::from_slice(&text).expect("JSON");
        let keys = s3::creds::Credentials::new(
            Some(&credentials["access_key_id"]),
            Some(&credentials["secret_access_key"]),
            None,
            None,
            None,
        );
        let region = s3::Region::Custom { region: "auto".into(), endpoint: self.store_origin.clone() };
        s3::Bucket::new("cloakroom", region, keys.expect("keys")).expect("a bucket").with_path_style()
    }

    /// The same database and bucket as another instance would open them.
    pub async fn second_instance(&self) -> AppState {
        let config = self.config_of_another();
        let store = config.store.clone().expect("a store");
        AppState::open(&config, &store, self.url.parse().expect("a URL")).await.expect("opens")
    }

    /// Another instance on the same database, with a store of its own.
    pub async fn second_instance_with(&self, settings: &[(&str, &str)]) -> AppState {
        let mut values = base_settings(self.folder.path());
        values.extend(self.database_url.clone().map(|url| ("DATABASE_URL".to_owned(), url)));
        values.extend(settings.iter().map(|(name, value)| (name.to_string(), value.to_string())));
        let config = Config::from_values(values).expect("settings");
        let store = config.store.clone().expect("a store");
        AppState::open(&config, &store, self.url.parse().expect("a URL")).await.expect("opens")
    }
}

/// Runs each promise on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[with($($setting:expr => $value:expr),*)])? $name:ident,)+) => {
        $($crate::on_both_databases!(@one $name [$($(($setting, $value)),*)?]);)+
    };
    (@one $name:ident [$($setting:expr),*]) => {
        mod $name {
            use $crate::support::{Kind, TestApp};

            #[tokio::test]
            async fn on_sqlite() {
                let app = TestApp::start(Kind::Sqlite, &[$($setting),*]).await;
                super::$name(&app).await;
                app.finish().await;
            }

            #[tokio::test]
            async fn on_postgres() {
                let app = TestApp::start(Kind::Postgres, &[$($setting),*]).await;
                super::$name(&app).await;
                app.finish().await;
            }
        }
    };
}
