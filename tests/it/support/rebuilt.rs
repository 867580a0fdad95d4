//! An index that is lost, and the empty one in which it is rebuilt, on the bucket of an app that runs.

use super::{Kind, TestApp, base_settings, create_database, drop_database};
use cloakroom::{config::Config, jobs::snapshot, state::AppState};
use sea_orm::{ConnectionTrait, Statement};
use std::collections::{BTreeMap, HashMap};
use tokio::sync::watch;

pub const SESSION_KEY: &str = "5f3a9c5f3a9c5f3a9c5f3a9c5f3a9c5f3a9c5f3a9c5f3a9c5f3a9c5f3a9c5f3a";

/// Finish it with [`Other::finish`].
pub struct Other {
    pub state: AppState,
    url: Option<String>,
}

impl TestApp {
    /// Another instance on the same database and bucket, with settings of its own.
    pub async fn instance_with(&self, settings: &[(&str, &str)]) -> AppState {
        self.opened(self.database_url.clone(), self.folder.path().join("cloakroom.db"), settings).await
    }

    /// An instance on an empty database and the same bucket.
    pub async fn other(&self, settings: &[(&str, &str)]) -> Other {
        let url = match self.kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(create_database().await),
        };
        let file = self.folder.path().join(format!("{}.db", uuid::Uuid::new_v4()));
        Other { state: self.opened(url.clone(), file, settings).await, url }
    }

    async fn opened(&self, url: Option<String>, file: std::path::PathBuf, settings: &[(&str, &str)]) -> AppState {
        let text = std::fs::read(self.folder.path().join("bucket/credentials.json")).expect("credentials");
        let credentials: HashMap<String, String> = serde_json::from_slice(&text).expect("JSON");
        let mut values = base_settings(self.folder.path());
        let url = url.unwrap_or_else(|| format!("sqlite:{}", file.display()));
        let own = [
            ("DATABASE_URL", &*url),
            ("R2_ENDPOINT", &self.store_origin),
            ("R2_BUCKET_NAME", "cloakroom"),
            ("R2_ACCESS_KEY_ID", &credentials["access_key_id"]),
            ("R2_SECRET_ACCESS_KEY", &credentials["secret_access_key"]),
        ];
        values.extend(own.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let config = Config::from_values(values).expect("settings");
        let store = config.store.clone().expect("a store");
        AppState::open(&config, &store, self.url.parse().expect("a URL")).await.expect("opens")
    }

    /// The names of all snapshots in the bucket, the oldest first.
    pub async fn snapshots(&self) -> Vec<String> {
        let listed = self.bucket().list("index/".to_owned(), None).await.expect("listed");
        let mut keys: Vec<_> = listed.into_iter().flat_map(|page| page.contents).map(|object| object.key).collect();
        keys.sort();
        keys
    }
}

impl Other {
    pub async fn finish(self) {
        self.state.db.close().await.expect("closed");
        if let Some(url) = self.url {
            drop_database(&url).await;
        }
    }
}

/// Makes a snapshot now.
pub async fn make(state: &AppState) -> snapshot::Made {
    let progress = watch::Sender::default();
    snapshot::make(state, cloakroom::database::now(), &progress).await.expect("a snapshot")
}

/// Every row of every table, as the database has it, but for what no snapshot has.
pub async fn dump(state: &AppState) -> BTreeMap<&'static str, Vec<String>> {
    let tables = [
        "users",
        "deleted_accounts",
        "api_tokens",
        "account_links",
        "folders",
        "r2_files",
        "shares",
        "share_files",
        "folder_grants",
        "drop_links",
        "drop_files",
        "audit_events",
        "settings",
    ];
    let mut dumped = BTreeMap::new();
    for table in tables {
        let columns = match state.db.get_database_backend() {
            sea_orm::DbBackend::Sqlite => {
                let sql = format!(
                    "SELECT group_concat('quote(' || name || ')', ' || char(10) || ') FROM pragma_table_info('{table}')"
                );
                texts(state, &sql).await.remove(0)
            }
            _ => format!("to_jsonb({table})::text"),
        };
        let but = match table {
            "settings" => "WHERE name NOT IN ('session_key', 'set_up_key', 'snapshot_at', 'swept_at')",
            _ => "",
        };
        dumped.insert(table, texts(state, &format!("SELECT {columns} FROM {table} {but} ORDER BY 1")).await);
    }
    dumped
}

pub async fn texts(state: &AppState, sql: &str) -> Vec<String> {
    let rows = state.db.query_all_raw(Statement::from_string(state.db.get_database_backend(), sql)).await;
    rows.expect("rows").iter().map(|row| row.try_get_by_index(0).expect("text")).collect()
}
