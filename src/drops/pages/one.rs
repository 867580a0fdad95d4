//! The page of somebody's own request for files.

use super::form::{RequestForm, RequestPage};
use crate::{
    accounts::Account,
    database,
    drops::DropLink,
    error::{Error, Result},
    files::{Scope, folders::Folder},
    ids::DropId,
    links::{form::Said, state::Closed},
    state::AppState,
    web::{Layout, Left, Reader, SignedIn, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

/// What was done just now, which the page says.
#[derive(Deserialize)]
pub struct Lately {
    #[serde(default)]
    made: String,
    #[serde(default)]
    saved: String,
}

/// Answers with the caller's own request and its terms.
pub async fn request(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    id: Path<String>,
    reader: Reader,
    lately: Query<Lately>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let id = drop_id(&id)?;
    let page = page(&app, &account, id, reader).await?;
    let said = match (lately.made.is_empty(), lately.saved.is_empty()) {
        (false, _) => Said::Done("The link works now."),
        (true, false) => Said::Done("Saved."),
        (true, true) => Said::Nothing,
    };
    let layout = page.layout.with_notice(notice, &format!("/requests/{id}"));
    respond::unstored_page(StatusCode::OK, &RequestPage { layout, form: page.form, said })
}

/// The caller's own request, and nothing said of it.
pub(super) async fn page(app: &AppState, account: &Account, id: DropId, reader: Reader) -> Result<RequestPage> {
    let db = database::read_as(&app.db, account.id).await?;
    let link = DropLink::find(&db, id, Scope::Own(account.id)).await?;
    let folder = match link.folder() {
        Some(folder) => match Folder::find(&db, folder, account.id).await {
            Ok(folder) => Some(folder),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    drop(db);
    let is_put_away = link.folder().is_some() && folder.is_none();
    let closed = link.closed(reader.now).or(is_put_away.then_some(Closed::PutAway));
    let form = RequestForm::of_link(app, &link, (closed, folder.as_ref()), reader)?;
    Ok(RequestPage { layout: Layout::of(app, account, "/requests"), form, said: Said::Nothing })
}

/// The id in an address. What is no id names no request.
///
/// # Errors
///
/// `NotFound`.
pub fn drop_id(text: &str) -> Result<DropId> {
    text.parse().map_err(|_| Error::NotFound)
}
