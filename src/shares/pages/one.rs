//! The page of somebody's own link.

use super::{
    form::{ShareForm, SharePage},
    places::Places,
};
use crate::{
    accounts::Account,
    database,
    error::{Error, Result},
    files::Scope,
    ids::ShareId,
    links::form::Said,
    shares::{Share, shown::Shown},
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

/// Answers with the caller's own link and its terms.
pub async fn share(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    id: Path<String>,
    reader: Reader,
    lately: Query<Lately>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let id = share_id(&id)?;
    let page = page(&app, &account, id, reader).await?;
    let said = match (lately.made.is_empty(), lately.saved.is_empty()) {
        (false, _) => Said::Done("The link works now."),
        (true, false) => Said::Done("Saved."),
        (true, true) => Said::Nothing,
    };
    let layout = page.layout.with_notice(notice, &format!("/shares/{id}"));
    respond::unstored_page(StatusCode::OK, &SharePage { layout, form: page.form, said })
}

/// The caller's own link, and nothing said of it.
pub(super) async fn page(app: &AppState, account: &Account, id: ShareId, reader: Reader) -> Result<SharePage> {
    let db = database::read_as(&app.db, account.id).await?;
    let share = Share::find(&db, id, Scope::Own(account.id)).await?;
    let places = Places::of_share(&db, &share).await?;
    let closed = Shown::of(&db, std::slice::from_ref(&share)).await?.closed(&share, reader.now);
    drop(db);
    let form = ShareForm::of_share(app, &share, (closed, places), reader)?;
    Ok(SharePage { layout: Layout::of(app, account, "/shared"), form, said: Said::Nothing })
}

/// The id in an address. What is no id names no link.
///
/// # Errors
///
/// `NotFound`.
pub fn share_id(text: &str) -> Result<ShareId> {
    text.parse().map_err(|_| Error::NotFound)
}
