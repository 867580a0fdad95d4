//! Two instances of the app, a PostgreSQL of their own, and a store in a process of its own, each of which can fail.

use crate::support::{base_settings, cluster::Cluster, program::Program};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

/// Where both instances are, which changes when they are started again.
pub type Urls = Mutex<[String; 2]>;

/// How long what fails for a while does so.
const A_WHILE: Duration = Duration::from_secs(1);
/// Too little for any object.
const NO_ROOM: u64 = 4_096;

pub struct Installation {
    folder: PathBuf,
    settings: HashMap<String, String>,
    store_settings: HashMap<String, String>,
    apps: Option<[Program; 2]>,
    store: Option<Program>,
    urls: Arc<Urls>,
    cluster: Cluster,
}

impl Installation {
    pub fn start(folder: &Path) -> Self {
        let (cluster, database) = Cluster::start(&[]);
        let keys = [
            ("R2_ACCESS_KEY_ID", "test-access-key-id"),
            ("R2_SECRET_ACCESS_KEY", "test-secret-access-key"),
            ("R2_BUCKET_NAME", "coats"),
        ];
        let keys = keys.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut store_settings = base_settings(&folder.join("store"));
        store_settings.extend(keys.clone());
        let store = Program::start_on_a_small_disk(&["store"], &store_settings, folder);
        let endpoint = store.wait_for("Store listening on ");
        // After a restart it is found where it was.
        let address = endpoint.trim_start_matches("http://").replace("localhost", "127.0.0.1");
        store_settings.insert("STORE_BIND".into(), address);
        let mut settings = base_settings(&folder.join("app"));
        settings.extend(keys);
        settings.insert("R2_ENDPOINT".into(), endpoint);
        settings.insert("DATABASE_URL".into(), database);
        settings.insert("MAX_UPLOAD_SIZE".into(), "9 MiB".into());
        let apps = [(); 2].map(|()| Program::start(&[], &settings, folder));
        let urls = Arc::new(Mutex::new(apps.each_ref().map(url_of)));
        let folder = folder.to_owned();
        Self { folder, settings, store_settings, apps: Some(apps), store: Some(store), urls, cluster }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn settings(&self) -> &HashMap<String, String> {
        &self.settings
    }

    pub fn urls(&self) -> Arc<Urls> {
        self.urls.clone()
    }

    /// Makes one of them fail, and be there again; what that is called.
    pub async fn fail(&mut self, kind: u32) -> &'static str {
        match kind % 6 {
            0 | 1 => {
                self.kill_app((kind % 2) as usize);
                "an instance killed"
            }
            2 => {
                self.cluster.restart();
                "the database restarted"
            }
            3 => {
                self.kill_store();
                "the store killed"
            }
            4 => {
                self.store().signal("STOP");
                tokio::time::sleep(A_WHILE).await;
                self.store().signal("CONT");
                "the store silent"
            }
            _ => {
                self.store().let_files_grow_to(Some(NO_ROOM));
                tokio::time::sleep(A_WHILE).await;
                self.store().let_files_grow_to(None);
                "the store's disk full"
            }
        }
    }

    /// Both instances end, as they are told to.
    pub fn end_apps(mut self) -> Self {
        for app in self.apps.take().into_iter().flatten() {
            assert!(app.end().success(), "a clean end");
        }
        self
    }

    fn store(&self) -> &Program {
        self.store.as_ref().expect("a store")
    }

    fn kill_app(&mut self, which: usize) {
        let apps = self.apps.as_mut().expect("apps");
        apps[which].signal("KILL");
        let fresh = Program::start(&[], &self.settings, &self.folder);
        self.urls.lock().expect("the addresses")[which] = url_of(&fresh);
        std::mem::replace(&mut apps[which], fresh).kill();
    }

    fn kill_store(&mut self) {
        self.store.take().expect("a store").kill();
        let store = Program::start_on_a_small_disk(&["store"], &self.store_settings, &self.folder);
        store.wait_for("Store listening on ");
        self.store = Some(store);
    }
}

fn url_of(app: &Program) -> String {
    app.wait_for("Cloakroom listening on ")
}
