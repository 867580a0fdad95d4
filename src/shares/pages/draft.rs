//! Making a link: it is shown with its terms before there is one, and made when they are sent.

use super::form::{Said, ShareForm, SharePage};
use crate::{
    accounts::{Account, Principal},
    database,
    error::{Error, Result},
    files::{Ready, Scope, file::File, list::search::SearchQuery, pages::selection, shared, transition::Selection},
    ids::{FileId, ShareId},
    shares::{
        making::{self, Draft, MOST_FILES, too_many},
        terms::Terms,
    },
    state::AppState,
    web::{Fields, Layout, Reader, SignedIn, respond},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};

/// Shows what a link of the files that the address names would be. Nothing is made.
pub async fn new(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let fields = Fields::of_query(request.query_string());
    let page = drafted(&app, &account, ShareId::generate(), &selection(&fields)?, reader).await?;
    respond::unstored_page(StatusCode::OK, &page)
}

/// Shows what a link of the files that the form names would be, or of all that its list finds. Nothing is made.
pub async fn new_of_selection(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let selection = match fields.given("found") {
        Some(query) => found(query, Scope::Own(account.id), reader)?,
        None => selection(&fields)?,
    };
    let page = drafted(&app, &account, ShareId::generate(), &selection, reader).await?;
    respond::unstored_page(StatusCode::OK, &page)
}

/// Makes the link of the form, and goes on to its page; or answers 422 with the form and what of it will not do.
pub async fn make(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let damaged = || Error::Malformed("The form is damaged. Load the page again.".into());
    let id: ShareId = fields.text("share").parse().map_err(|_| damaged())?;
    let files = selection(&fields)?;
    let made = async {
        let draft = Draft { id, files: files.clone(), terms: Terms::read(&fields, reader)? };
        making::make(&app, &draft, account.id, &principal, reader.now).await
    };
    match made.await {
        Ok(()) => Ok(respond::see_other(&format!("/shares/{id}?made=yes"))),
        Err(Error::Unacceptable { words, .. }) => {
            let page = drafted(&app, &account, id, &files, reader).await?;
            let page = SharePage { form: page.form.typed(&fields), said: Said::Problem(words), ..page };
            respond::unstored_page(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error),
    }
}

fn found(query: &str, scope: Scope, reader: Reader) -> Result<Selection> {
    let query = Query::<SearchQuery>::from_query(query);
    let query = query.map_err(|_| Error::Malformed("The form is damaged. Load the page again.".into()))?;
    Ok(Selection::Found(Box::new(query.parse_in(scope, reader.zone)?)))
}

async fn drafted(
    app: &AppState,
    account: &Account,
    id: ShareId,
    chosen: &Selection,
    reader: Reader,
) -> Result<SharePage> {
    let scope = Scope::Own(account.id);
    let db = database::read_as(&app.db, account.id).await?;
    let ids = shared::ready_ids(&db, chosen, scope, MOST_FILES + 1).await?;
    if ids.len() as u64 > MOST_FILES {
        return Err(too_many());
    }
    let title = match ids.as_slice() {
        [] => return Err(Error::NotFound),
        [one] => title_of(&Ready::find(&db, *one, scope).await?),
        many => format!("{} files", many.len()),
    };
    let summary = shared::summary(&db, &Selection::These(ids.clone()), scope).await?;
    drop(db);
    let files = ids.iter().map(FileId::to_string).collect();
    let form = ShareForm::of_draft(app, (id, account.id), (&title, files, &summary), reader)?;
    Ok(SharePage { layout: Layout::of(app, account, "/shared"), form, said: Said::Nothing })
}

/// A file's name as a title: without what says its type.
fn title_of(file: &Ready) -> String {
    let name = file.name();
    let title = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim();
    Some(title).filter(|title| !title.is_empty()).unwrap_or(name).chars().take(200).collect()
}
