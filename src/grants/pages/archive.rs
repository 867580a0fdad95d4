//! Downloading what is in a folder that is shared with somebody as one archive, which their browser makes.

use super::folder::way;
use crate::{
    audit::{Action, Subject},
    database,
    error::{Error, Result},
    files::{
        archive::{self, Contents},
        file::File,
        pages::{EntriesAnswer, UrlsRequest, file_id, ids, unstored, urls_answer},
    },
    grants::MemberWith,
    state::AppState,
    web::caller::Means,
};
use actix_web::{HttpResponse, web::Data};
use serde::Deserialize;

/// The folder that is open, where it is not the shared one itself; and behind which file the next page begins.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct InFolder {
    folder: Option<String>,
    after: Option<String>,
}

/// Answers with a page of what lies in the open folder and below it.
pub async fn archive_entries(
    app: Data<AppState>,
    MemberWith(member, body): MemberWith<InFolder>,
) -> Result<HttpResponse> {
    let after = body.after.as_deref().map(file_id).transpose()?;
    let open = body.folder.as_deref().map(|id| id.parse().map_err(|_| Error::NotFound)).transpose()?;
    let scope = member.grant.contents();
    let db = database::read_as(&app.db, member.grant.owner()).await?;
    let mut way = way(&db, &member.grant, open.unwrap_or(member.grant.folder())).await?;
    let contents = Contents::of_folder(way.pop().ok_or(Error::NotFound)?, scope);
    let answer = EntriesAnswer::of(&db, &contents, scope, after).await?;
    drop(db);
    Ok(unstored(&answer))
}

/// Answers with where some of the files can be read, for a minute. Each is written down as a download.
pub async fn archive_urls(
    app: Data<AppState>,
    MemberWith(member, body): MemberWith<UrlsRequest>,
    means: Means,
) -> Result<HttpResponse> {
    let now = database::now();
    let db = database::read_as(&app.db, member.grant.owner()).await?;
    let files = archive::find(&db, &ids(&body.ids)?, member.grant.contents()).await?;
    drop(db);
    for file in &files {
        let (user, name) = (Some(member.grant.owner()), file.name().to_owned());
        let subject = Subject { user, file: Some(file.id()), name, detail: "from a shared folder".to_owned() };
        app.journal.note(means.actor(&member.account), Action::FileDownloaded, subject, now);
    }
    urls_answer(&app, &files, now)
}
