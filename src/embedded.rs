//! Turning "nothing configured" into an ordinary configuration: a bucket on this machine and how to reach it.

use crate::{
    bucket::{BucketOptions, RunningBucket, start},
    config::{Config, Secret, StoreConfig},
    error::{Error, Result},
    listen::bind,
    state::loopback_twins,
};
use serde::{Deserialize, Serialize};
use std::{fs, io::Write, path::Path};
use url::Url;

const BUCKET: &str = "cloakroom";

/// What signs requests to the embedded bucket; made once, kept beside it.
#[derive(Serialize, Deserialize)]
struct Credentials {
    access_key_id: String,
    secret_access_key: String,
}

/// The store that is configured, or the embedded one, started for the pages at `app_url`.
///
/// # Errors
///
/// `Error::StoreUnavailable` when the embedded bucket's folder or credentials cannot be used, `Error::Internal` when
/// its address cannot be bound.
pub async fn resolve(config: &Config, app_url: &Url) -> Result<(StoreConfig, Option<RunningBucket>)> {
    match &config.store {
        Some(store) => Ok((store.clone(), None)),
        None => {
            let (store, bucket) = start_here(config, loopback_twins(app_url)).await?;
            Ok((store, Some(bucket)))
        }
    }
}

/// The bucket alone, for `cloakroom store`: with the credentials and the name that are configured, or its own.
///
/// # Errors
///
/// `Error::StoreUnavailable` when the bucket's folder or credentials cannot be used, `Error::Internal` when its address
/// cannot be bound.
pub async fn start_alone(config: &Config) -> Result<(StoreConfig, RunningBucket)> {
    let origins = config.app.url.as_ref().map(loopback_twins).unwrap_or_default();
    start_here(config, origins).await
}

async fn start_here(config: &Config, origins: Vec<String>) -> Result<(StoreConfig, RunningBucket)> {
    let folder = config.data_dir.join("bucket");
    let (name, credentials) = match &config.store {
        Some(store) => {
            let secret_access_key = store.secret_access_key.reveal().to_owned();
            (store.bucket.clone(), Credentials { access_key_id: store.access_key_id.clone(), secret_access_key })
        }
        None => (BUCKET.to_owned(), own_credentials(&folder)?),
    };
    let listener = bind("STORE_BIND", config.store_bind)?;
    let options = BucketOptions {
        folder,
        bucket: name.clone(),
        access_key_id: credentials.access_key_id.clone(),
        secret_access_key: credentials.secret_access_key.clone(),
        origins,
    };
    let bucket = start(options, listener).await.map_err(|error| Error::StoreUnavailable(error.to_string()))?;
    let endpoint =
        Url::parse(&format!("http://{}", bucket.address())).map_err(|error| Error::Internal(error.to_string()))?;
    let store = StoreConfig {
        endpoint,
        region: "auto".to_owned(),
        bucket: name,
        access_key_id: credentials.access_key_id,
        secret_access_key: Secret::new(credentials.secret_access_key),
        public_base_url: None,
    };
    Ok((store, bucket))
}

/// Read, or made and written for this user's eyes only.
fn own_credentials(folder: &Path) -> Result<Credentials> {
    let path = folder.join("credentials.json");
    let failed = |error: std::io::Error| Error::StoreUnavailable(format!("{}: {error}", path.display()));
    match fs::read(&path) {
        Ok(text) => return serde_json::from_slice(&text).map_err(|error| failed(error.into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let mut bytes = [0; 48];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
    let (id, secret) = bytes.split_at(16);
    let credentials = Credentials { access_key_id: hex::encode(id), secret_access_key: hex::encode(secret) };
    fs::create_dir_all(folder).map_err(failed)?;
    let staged = path.with_extension("part");
    let text = serde_json::to_vec_pretty(&credentials).map_err(|error| Error::Internal(error.to_string()))?;
    let mut file = private_file(&staged).map_err(failed)?;
    file.write_all(&text).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&staged, &path)).map_err(failed)?;
    Ok(credentials)
}

fn private_file(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
