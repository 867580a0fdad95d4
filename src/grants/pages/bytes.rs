//! The bytes of what is shared with somebody: where a file is looked at, its thumbnail, and downloading it.

use crate::{
    audit::{Action, Subject},
    database,
    error::Result,
    files::{
        Ready,
        download_url::{signed_thumbnail_url_for, signed_url_for},
        file::File,
        pages::{file_id, send_on},
    },
    grants::Member,
    state::AppState,
    storage::Disposition,
    web::caller::Means,
};
use actix_web::{
    HttpResponse,
    http::Method,
    web::{Data, Path},
};
use std::time::Duration;

/// How long what was handed out goes on working when it is not shared any more, at most. A download that was begun by then ends.
const LIFE: Duration = Duration::from_secs(60);

/// The folder, and the file in it.
type Named = Path<(String, String)>;

/// Sends on (302) to where a file is looked at.
pub async fn content(app: Data<AppState>, member: Member, path: Named, method: Method) -> Result<HttpResponse> {
    let file = find(&app, &member, &path.1).await?;
    Ok(send_on(&signed_url_for(&app, &file, (Disposition::Inline, LIFE), &method, database::now())?))
}

/// Sends on (302) to a file's thumbnail.
pub async fn thumbnail(app: Data<AppState>, member: Member, path: Named, method: Method) -> Result<HttpResponse> {
    let file = find(&app, &member, &path.1).await?;
    Ok(send_on(&signed_thumbnail_url_for(&app, &file, LIFE, &method, database::now())?.0))
}

/// Sends on (302) to where a file is saved from, and writes down who gets it.
pub async fn download(
    app: Data<AppState>,
    member: Member,
    path: Named,
    (method, means): (Method, Means),
) -> Result<HttpResponse> {
    let now = database::now();
    let file = find(&app, &member, &path.1).await?;
    let url = signed_url_for(&app, &file, (Disposition::Attachment, LIFE), &method, now)?;
    if method == Method::GET {
        let (user, file_id) = (Some(member.grant.owner()), Some(file.id()));
        let subject =
            Subject { user, file: file_id, name: file.name().to_owned(), detail: "from a shared folder".into() };
        app.journal.note(means.actor(&member.account), Action::FileDownloaded, subject, now);
    }
    Ok(send_on(&url))
}

async fn find(app: &AppState, member: &Member, id: &str) -> Result<Ready> {
    let db = database::read_as(&app.db, member.grant.owner()).await?;
    Ready::find(&db, file_id(id)?, member.grant.contents()).await
}
