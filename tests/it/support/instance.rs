//! Another whole instance of the app, on the database and the bucket of one that runs.

use super::{TestApp, base_settings};
use cloakroom::{config::Config, server::Cloakroom};
use std::collections::HashMap;

/// Stop it with [`Instance::stop`] before the app that it belongs to ends.
pub struct Instance {
    pub url: String,
    pub set_up_link: Option<String>,
    handle: actix_web::dev::ServerHandle,
    task: tokio::task::JoinHandle<()>,
}

impl TestApp {
    pub async fn another_instance(&self) -> Instance {
        let cloakroom = Cloakroom::open(self.config_of_another()).await.expect("the instance opens");
        let (url, handle) = (format!("http://{}", cloakroom.address), cloakroom.handle());
        let set_up_link = cloakroom.set_up_link.clone();
        let task = tokio::spawn(async { cloakroom.run().await.expect("the instance runs") });
        Instance { url, set_up_link, handle, task }
    }

    /// The settings of another instance on the same database and bucket.
    pub fn settings_of_another(&self) -> HashMap<String, String> {
        let text = std::fs::read(self.folder.path().join("bucket/credentials.json")).expect("credentials");
        let credentials: HashMap<String, String> = serde_json::from_slice(&text).expect("JSON");
        let mut values = base_settings(self.folder.path());
        values.extend(self.database_url.clone().map(|url| ("DATABASE_URL".to_owned(), url)));
        values.extend([
            ("R2_ENDPOINT".to_owned(), self.store_origin.clone()),
            ("R2_BUCKET_NAME".to_owned(), "cloakroom".to_owned()),
            ("R2_ACCESS_KEY_ID".to_owned(), credentials["access_key_id"].clone()),
            ("R2_SECRET_ACCESS_KEY".to_owned(), credentials["secret_access_key"].clone()),
        ]);
        values
    }

    pub(super) fn config_of_another(&self) -> Config {
        Config::from_values(self.settings_of_another()).expect("settings")
    }
}

impl Instance {
    pub async fn stop(self) {
        self.handle.stop(false).await;
        self.task.await.expect("the instance ended well");
    }
}
