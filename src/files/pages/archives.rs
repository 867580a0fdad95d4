//! What a page asks that makes an archive: what there is to put into it, and where each file is read.

use super::{
    changes::found,
    file_id,
    folder_changes::{MOST, folder_id},
};
use crate::{
    audit::{Action, Subject},
    database,
    error::{Error, Result},
    files::{
        Ready, Scope,
        archive::{self, Contents, Entry, Page, Totals},
        download_url::signed_url_for,
        file::File,
        folders::Folder,
        transition::Selection,
    },
    ids::{FileId, UserId},
    state::AppState,
    storage::Disposition,
    web::{
        Reader,
        caller::{CallerWith, Means},
    },
};
use actix_web::{
    HttpResponse,
    http::{Method, header::CACHE_CONTROL},
    web::Data,
};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a URL works: until its file has begun to come.
const LIFE: Duration = Duration::from_secs(60);

/// What an archive is to be made of, one of the four; and behind which file its next page begins.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct EntriesRequest {
    /// Files by their ids, at most as many as a page has.
    ids: Vec<String>,
    /// All that a list finds, by the query of its address.
    found: Option<String>,
    /// One folder, whose name no path begins with.
    folder: Option<String>,
    /// Folders, each under its name.
    folders: Vec<String>,
    after: Option<String>,
}

/// Which files are read next.
#[derive(Deserialize)]
pub struct UrlsRequest {
    pub ids: Vec<String>,
}

/// A page of an archive's entries.
#[derive(Serialize)]
pub struct EntriesAnswer {
    success: bool,
    /// Of the whole archive, and in bytes; with the first page alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    entries: Vec<EntryAnswer>,
    next: Option<FileId>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryAnswer {
    file_id: FileId,
    name: String,
    /// The folders that it lies in, in the archive.
    path: String,
    /// In bytes.
    size: Option<u64>,
    modified: DateTime<Utc>,
}

#[derive(Serialize)]
struct UrlsAnswer {
    success: bool,
    urls: Vec<UrlAnswer>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UrlAnswer {
    file_id: FileId,
    url: String,
}

/// Answers with a page of what an archive of the caller's files is made of.
pub async fn archive_entries(
    app: Data<AppState>,
    CallerWith(account, body): CallerWith<EntriesRequest>,
    reader: Reader,
) -> Result<HttpResponse> {
    let scope = Scope::Own(account.id);
    let after = body.after.as_deref().map(file_id).transpose()?;
    let db = database::read_as(&app.db, account.id).await?;
    let contents = contents(&db, &body, account.id, reader).await?;
    let answer = EntriesAnswer::of(&db, &contents, scope, after).await?;
    drop(db);
    Ok(unstored(&answer))
}

/// Answers with where some of the caller's files can be read by a page, for a minute. What is not there any more has no URL. Each is
/// written down as a download.
pub async fn archive_urls(
    app: Data<AppState>,
    CallerWith(account, body): CallerWith<UrlsRequest>,
    means: Means,
) -> Result<HttpResponse> {
    let (scope, now) = (Scope::Own(account.id), database::now());
    let db = database::read_as(&app.db, account.id).await?;
    let files = archive::find(&db, &ids(&body.ids)?, scope).await?;
    drop(db);
    for file in &files {
        let (user, name) = (Some(account.id), file.name().to_owned());
        let subject = Subject { user, file: Some(file.id()), name, detail: means.words().to_owned() };
        app.journal.note(means.actor(&account), Action::FileDownloaded, subject, now);
    }
    urls_answer(&app, &files, now)
}

/// Where files can be read by whoever was let in.
///
/// # Errors
///
/// `ClocksDiffer`; `NotFound` for a key that no URL can carry.
pub fn urls_answer(app: &AppState, files: &[Ready], now: DateTime<Utc>) -> Result<HttpResponse> {
    let url = |file: &Ready| {
        let url = signed_url_for(app, file, (Disposition::Attachment, LIFE), &Method::GET, now)?;
        Ok(UrlAnswer { file_id: file.id(), url })
    };
    let urls = files.iter().map(url).collect::<Result<_>>()?;
    Ok(unstored(&UrlsAnswer { success: true, urls }))
}

/// The ids of a request.
///
/// # Errors
///
/// `NotFound` for what is none.
pub fn ids(texts: &[String]) -> Result<Vec<FileId>> {
    texts.iter().map(|text| file_id(text)).collect()
}

async fn contents(db: &impl ConnectionTrait, body: &EntriesRequest, owner: UserId, reader: Reader) -> Result<Contents> {
    let scope = Scope::Own(owner);
    match (body.ids.as_slice(), &body.found, &body.folder, body.folders.as_slice()) {
        ([], Some(query), None, []) => Ok(Contents::of(found(query, scope, reader)?)),
        ([], None, Some(folder), []) => {
            Ok(Contents::of_folder(Folder::find(db, folder_id(folder)?, owner).await?, scope))
        }
        ([], None, None, [_, ..]) if body.folders.len() <= MOST => {
            Ok(Contents::of_folders(&folders(db, &body.folders, owner).await?))
        }
        ([_, ..], None, None, []) if body.ids.len() as u64 <= archive::PAGE => {
            Ok(Contents::of(Selection::These(ids(&body.ids)?)))
        }
        _ => {
            let words = format!("Name at most {} ids, or found, or folder, or at most {MOST} folders.", archive::PAGE);
            Err(Error::Malformed(words))
        }
    }
}

/// Those that are there: of several, some may be gone by now.
async fn folders(db: &impl ConnectionTrait, texts: &[String], owner: UserId) -> Result<Vec<Folder>> {
    let mut found = Vec::new();
    for text in texts {
        match Folder::find(db, folder_id(text)?, owner).await {
            Ok(folder) => found.push(folder),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    if found.is_empty() { Err(Error::NotFound) } else { Ok(found) }
}

impl EntriesAnswer {
    /// A page of what an archive is made of, with its totals if it is the first.
    ///
    /// # Errors
    ///
    /// `Unacceptable` where they are too many; `DatabaseUnavailable`.
    pub async fn of(
        db: &impl ConnectionTrait,
        contents: &Contents,
        scope: Scope,
        after: Option<FileId>,
    ) -> Result<Self> {
        let totals = match after {
            None => Some(contents.totals(db, scope).await?),
            Some(_) => None,
        };
        let Page { entries, next } = contents.page(db, scope, after).await?;
        let entries = entries.into_iter().map(EntryAnswer::of).collect();
        let files = totals.map(|totals: Totals| totals.files);
        let bytes = totals.map(|totals| totals.bytes.as_u64());
        Ok(Self { success: true, files, bytes, entries, next })
    }

    /// The first file of this page.
    pub fn first(&self) -> Option<FileId> {
        self.entries.first().map(|entry| entry.file_id)
    }
}

impl EntryAnswer {
    fn of(entry: Entry) -> Self {
        Self {
            file_id: entry.file.id(),
            name: entry.file.download_name().as_str().to_owned(),
            path: entry.path,
            size: entry.file.size().map(|size| size.as_u64()),
            modified: entry.file.taken_at(),
        }
    }
}

/// JSON that nobody keeps.
pub fn unstored(answer: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer)
}
