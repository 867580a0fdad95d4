//! What the commands about storage work on: the database and the store, without serving anybody.

use super::error::Result;
use crate::{bucket::RunningBucket, config::Config, database, embedded, server::local_url, state::AppState};
use std::net::{Ipv4Addr, SocketAddr};

/// The app as every instance has it, and the embedded bucket where no other store is configured.
pub(super) struct Opened {
    pub app: AppState,
    bucket: Option<RunningBucket>,
}

impl Opened {
    /// # Errors
    ///
    /// What is in the way of the database or the store; a running Cloakroom keeps its embedded bucket to itself.
    pub async fn open(config: Config) -> Result<Self> {
        let url = config.app.url.clone().map_or_else(|| local_url(config.app.bind), Ok)?;
        // Nobody else has to find it.
        let config = Config { store_bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), ..config };
        let (store, bucket) = embedded::resolve(&config, &url).await?;
        let app = AppState::open(&config, &store, url).await?;
        app.store.get_to_know(database::now()).await?;
        Ok(Self { app, bucket })
    }

    pub async fn close(self) {
        if let Some(bucket) = self.bucket {
            bucket.stop().await;
        }
    }
}
