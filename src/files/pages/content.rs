//! The stable links: they send on to where the store has the bytes.

use crate::{
    accounts::Account,
    audit::{Action, Subject},
    database,
    error::{Error, Result},
    files::{Kept, Ready, Scope, file::File, signed_thumbnail_url, signed_url},
    ids::FileId,
    state::AppState,
    storage::Disposition,
    web::{Caller, caller::Means},
};
use actix_web::{
    HttpResponse,
    http::{
        Method,
        header::{CACHE_CONTROL, LOCATION},
    },
    web::{Data, Path},
};

/// Sends on (302) to where the caller's own file can be read, to be shown in place where its type allows.
pub async fn content(
    app: Data<AppState>,
    Caller(account): Caller,
    id: Path<String>,
    (method, means): (Method, Means),
) -> Result<HttpResponse> {
    let file = own_file(&app, &account, &id).await?;
    hand_out(&app, &file, Disposition::Inline, &method, (&account, &means))
}

/// Sends on (302) to where the caller's own file can be read, to be saved under its name.
pub async fn download(
    app: Data<AppState>,
    Caller(account): Caller,
    id: Path<String>,
    (method, means): (Method, Means),
) -> Result<HttpResponse> {
    let file = own_file(&app, &account, &id).await?;
    hand_out(&app, &file, Disposition::Attachment, &method, (&account, &means))
}

/// Sends on (302) to the thumbnail of the caller's own file, which is seen in the trash as well.
pub async fn thumbnail(
    app: Data<AppState>,
    Caller(account): Caller,
    id: Path<String>,
    method: Method,
) -> Result<HttpResponse> {
    let db = database::read_as(&app.db, account.id).await?;
    let file = Kept::find(&db, file_id(&id)?, Scope::Own(account.id)).await?;
    drop(db);
    send_on_to_thumbnail(&app, &file, &method)
}

/// On to the thumbnail of a file. The answer may be kept for as long as the URL stays the same.
///
/// # Errors
///
/// `NotFound` when it has none; `ClocksDiffer`.
pub fn send_on_to_thumbnail(app: &AppState, file: &impl File, method: &Method) -> Result<HttpResponse> {
    let (url, stays) = signed_thumbnail_url(app, file, method, database::now())?;
    let cache_control = format!("private, max-age={}", stays.as_secs());
    Ok(HttpResponse::Found().insert_header((LOCATION, url)).insert_header((CACHE_CONTROL, cache_control)).finish())
}

/// On to where a file can be read. What is to be saved rather than seen is written down, with who gets it.
///
/// # Errors
///
/// `ClocksDiffer`; `NotFound` for a key that no URL can carry.
pub fn hand_out(
    app: &AppState,
    file: &impl File,
    wanted: Disposition,
    method: &Method,
    (account, means): (&Account, &Means),
) -> Result<HttpResponse> {
    let now = database::now();
    let url = signed_url(app, file, wanted, method, now)?;
    let is_download = wanted == Disposition::Attachment || !file.content_type().is_inline();
    if is_download && method == Method::GET {
        let (user, file_id) = (file.owner().parse().ok(), Some(file.id()));
        let subject = Subject { user, file: file_id, name: file.name().to_owned(), detail: means.words().to_owned() };
        app.journal.note(means.actor(account), Action::FileDownloaded, subject, now);
    }
    Ok(send_on(&url))
}

/// The caller's own file that an address names.
///
/// # Errors
///
/// `NotFound`; `DatabaseUnavailable`.
pub async fn own_file(app: &AppState, account: &Account, id: &str) -> Result<Ready> {
    let db = database::read_as(&app.db, account.id).await?;
    Ready::find(&db, file_id(id)?, Scope::Own(account.id)).await
}

/// The id in an address. What is no id names no file.
///
/// # Errors
///
/// `NotFound`.
pub fn file_id(text: &str) -> Result<FileId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// On to the store. The answer is asked for anew each time, so that a file in the trash is gone at once; the
/// URL stays the same for a while, so that what it leads to can be cached.
pub fn send_on(url: &str) -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, url)).insert_header((CACHE_CONTROL, "private, no-cache")).finish()
}
