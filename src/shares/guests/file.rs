//! The bytes behind a link: where a file is looked at, its thumbnail, and downloading it, which is counted.

use super::door::Guest;
use crate::{
    audit::{Action, Actor, Subject},
    database,
    error::{Error, Result},
    files::{
        Ready,
        download_url::{signed_thumbnail_url_for, signed_url_for},
        file::File,
        pages::{file_id, send_on},
    },
    shares::{Share, usage::count_download},
    state::AppState,
    storage::Disposition,
    web::{ClientIp, respond},
};
use actix_web::{
    HttpResponse,
    http::Method,
    web::{Data, Path},
};
use std::time::Duration;

/// How long what was handed out goes on working when a link is closed, at most. A download that was begun by then ends.
const LIFE: Duration = Duration::from_secs(60);

/// The link, and the file in it.
type Named = Path<(String, String)>;

/// Sends on (302) to where a file is looked at, where files themselves are shown: see [`Share::shows_originals`]. It is no download,
/// and not counted as one.
pub async fn content(app: Data<AppState>, guest: Guest, path: Named, method: Method) -> Result<HttpResponse> {
    let file = find(&app, &guest.share, &path.1).await?;
    if !guest.share.shows_originals() {
        return Err(Error::NotFound);
    }
    Ok(send_on(&signed_url_for(&app, &file, (Disposition::Inline, LIFE), &method, database::now())?))
}

/// Sends on (302) to a file's thumbnail.
pub async fn thumbnail(app: Data<AppState>, guest: Guest, path: Named, method: Method) -> Result<HttpResponse> {
    let file = find(&app, &guest.share, &path.1).await?;
    Ok(send_on(&signed_thumbnail_url_for(&app, &file, LIFE, &method, database::now())?.0))
}

/// Counts a download and sends on (303) to where the file is saved from. It takes a POST, as nothing that only looks makes one:
/// previews of messengers, browsers that fetch ahead, HEAD.
pub async fn download(
    app: Data<AppState>,
    guest: Guest,
    path: Named,
    ClientIp(address): ClientIp,
) -> Result<HttpResponse> {
    let now = database::now();
    let file = find(&app, &guest.share, &path.1).await?;
    // First, as nobody is charged for what cannot be signed.
    let url = signed_url_for(&app, &file, (Disposition::Attachment, LIFE), &Method::GET, now)?;
    if !count_download(&app, &guest.share, file.id(), now).await? {
        // It was closed, or used up, since it was looked at: its page says which.
        let is_closed_now = guest.share.has_originals();
        return if is_closed_now { Ok(respond::see_other(&guest.base)) } else { Err(Error::NotFound) };
    }
    let name = file.name().to_owned();
    let subject = Subject { user: Some(guest.share.owner()), file: Some(file.id()), name, detail: "by link".into() };
    app.journal.note(Actor::nobody(address), Action::FileDownloaded, subject, now);
    Ok(respond::see_other(&url))
}

async fn find(app: &AppState, share: &Share, id: &str) -> Result<Ready> {
    let db = database::read_as(&app.db, share.owner()).await?;
    Ready::find(&db, file_id(id)?, share.contents()).await
}
