//! Downloading all that is behind a link as one archive, which the guest's browser makes: one counted download, whose further pages and
//! URLs show the permit that it was given.

use super::{archive_door::ArchiveGuest, open_folder};
use crate::{
    audit::{Action, Actor, Subject},
    database,
    error::{Error, Result},
    files::{
        archive::{self, Contents},
        pages::{EntriesAnswer, file_id, ids, unstored, urls_answer},
        transition::Selection,
    },
    shares::{
        permit::Permit,
        usage::{Counted, count_archive},
    },
    state::AppState,
};
use actix_web::{HttpResponse, web::Data};
use sea_orm::ConnectionTrait;
use serde::Serialize;

const EMPTY: &str = "There is nothing to download any more. Load the page again.";
const NOTHING_LEFT: &str = "This link was closed or used up meanwhile. Load the page again.";
const NOT_BEGUN: &str = "This download is over. Load the page and begin again.";

#[derive(Serialize)]
struct Permitted {
    #[serde(flatten)]
    answer: EntriesAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    permit: Option<String>,
}

/// Answers with a page of what the archive is made of. Without a permit it counts a download, and gives one; under a number that was
/// counted already it gives that one's again. It takes a POST, as nothing
/// that only looks makes one.
pub async fn archive_entries(app: Data<AppState>, guest: ArchiveGuest) -> Result<HttpResponse> {
    let after = guest.request.after.as_deref().map(file_id).transpose()?;
    let db = database::read_as(&app.db, guest.share.owner()).await?;
    let contents = contents(&db, &guest).await?;
    let answer = EntriesAnswer::of(&db, &contents, guest.share.contents(), after).await?;
    drop(db);
    let permit = match &guest.permit {
        Some(permit) => guest.number.is_some().then(|| permit.sealed(&app.session_key)).transpose()?,
        None => Some(count(&app, &guest, &answer).await?),
    };
    Ok(unstored(&Permitted { answer, permit }))
}

/// Answers with where some of the files can be read, for a minute, to who has a permit.
pub async fn archive_urls(app: Data<AppState>, guest: ArchiveGuest) -> Result<HttpResponse> {
    if guest.permit.is_none() {
        return Err(Error::Conflict(NOT_BEGUN.into()));
    }
    let db = database::read_as(&app.db, guest.share.owner()).await?;
    let files = archive::find(&db, &ids(&guest.request.ids)?, guest.share.contents()).await?;
    drop(db);
    urls_answer(&app, &files, database::now())
}

/// Everything behind the link, or what lies in the open folder and below it.
async fn contents(db: &impl ConnectionTrait, guest: &ArchiveGuest) -> Result<Contents> {
    let asked = guest.request.folder.as_deref().map(|id| id.parse().map_err(|_| Error::NotFound)).transpose()?;
    match open_folder::find(db, &guest.share, asked).await? {
        Some(folder) => Ok(Contents::of_folder(folder, guest.share.contents())),
        None => Ok(Contents::of(Selection::All)),
    }
}

/// Counts one download of all of it, and seals what says so.
async fn count(app: &AppState, guest: &ArchiveGuest, answer: &EntriesAnswer) -> Result<String> {
    let (share, now) = (&guest.share, database::now());
    let first = answer.first().ok_or_else(|| Error::Conflict(EMPTY.into()))?;
    // First, as nobody is charged for what cannot be sealed.
    let permit = Permit::of(share, now).sealed(&app.session_key)?;
    match count_archive(app, share, (first, guest.number.as_ref()), now).await? {
        Counted::Now => {}
        Counted::Before(permit) => return permit.sealed(&app.session_key),
        Counted::Not => return Err(Error::Conflict(NOTHING_LEFT.into())),
    }
    let detail = "all files, by link".to_owned();
    let subject = Subject { user: Some(share.owner()), file: None, name: share.title().to_owned(), detail };
    app.journal.note(Actor::nobody(&guest.address), Action::FileDownloaded, subject, now);
    Ok(permit)
}
