//! Our css and js and npm's htmx: embedded at build time, unpacked at start-up, served by actix-files under a
//! name that changes with their content.

use crate::error::{Error, Result};
use actix_files::Files;
use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CACHE_CONTROL, HeaderValue},
    middleware::Next,
};
use std::path::{Path, PathBuf};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The path of an asset, which changes with the content of all of them.
pub fn url(name: &str) -> String {
    format!("/static/{HASH}/{name}")
}

/// The content of an asset that is text; `None`: there is no such one.
pub fn text(name: &str) -> Option<&'static str> {
    let (_, content) = FILES.iter().find(|(known, _)| *known == name)?;
    std::str::from_utf8(content).ok()
}

/// Writes the assets to a folder of their own under `data_dir`, named by their content; returns it. Files appear whole
/// or not at all, so that several processes may do this at once.
///
/// # Errors
///
/// `Error::Internal` with the path that cannot be written to.
pub fn unpack(data_dir: &Path) -> Result<PathBuf> {
    let folder = data_dir.join("assets").join(HASH);
    for (name, content) in FILES {
        let path = folder.join(name);
        if std::fs::read(&path).is_ok_and(|found| found == *content) {
            continue;
        }
        write_whole(&path, content).map_err(|error| Error::Internal(format!("{}: {error}", path.display())))?;
    }
    Ok(folder)
}

/// Serves the assets in the folder that [`unpack`] made, where [`url()`] says.
pub fn service(folder: &Path) -> Files {
    Files::new(&format!("/static/{HASH}"), folder).prefer_utf8(true).disable_content_disposition()
}

/// Lets browsers keep an asset that was found, for a year: another content has another name.
///
/// # Errors
///
/// What `next` fails with.
pub async fn keep_for_ever(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let is_asset = request.path().starts_with("/static/");
    let mut response = next.call(request).await?;
    if is_asset && response.status().is_success() {
        let value = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(CACHE_CONTROL, value);
    }
    Ok(response)
}

fn write_whole(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let staged = path.with_extension(format!("{}.part", uuid::Uuid::new_v4().simple()));
    std::fs::write(&staged, content)?;
    std::fs::rename(&staged, path)
}
