//! What is there already under the names of files that are about to come: `POST /same-names`. Two files may have one name; whoever brings
//! the second is asked.

use super::{api::unstored, presign::folder_path};
use crate::{
    error::{Error, Result},
    files::{
        folders,
        same_names::{self, MOST},
    },
    ids::FileId,
    state::AppState,
    web::caller::CallerWith,
};
use actix_web::{HttpResponse, web::Data};
use serde::{Deserialize, Serialize};

/// The files that are about to come to one folder.
#[derive(Deserialize)]
pub struct SameNamesRequest {
    /// As `POST /presign-upload` takes it; empty or missing: the top.
    #[serde(default)]
    folder: String,
    names: Vec<String>,
}

#[derive(Serialize)]
struct SameNamesAnswer {
    success: bool,
    there: Vec<There>,
}

/// A ready file that lies directly in the folder.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct There {
    name: String,
    file_id: FileId,
}

/// Answers with the caller's files that have one of the names, of each name the newest.
pub async fn ask(app: Data<AppState>, CallerWith(account, body): CallerWith<SameNamesRequest>) -> Result<HttpResponse> {
    if body.names.len() > MOST {
        return Err(Error::Malformed(format!("These are too many names at once. Send at most {MOST}.")));
    }
    let folder = match folder_path(&body.folder)? {
        None => Some(None),
        Some(path) => folders::path::find(&app.db, account.id, &path).await?,
    };
    let found = match folder {
        Some(folder) => same_names::find(&app.db, account.id, folder, &body.names).await?,
        // A folder that is not there yet has nothing in it.
        None => Vec::new(),
    };
    let there = found.into_iter().map(|(name, file_id)| There { name, file_id }).collect();
    Ok(unstored(&SameNamesAnswer { success: true, there }))
}
