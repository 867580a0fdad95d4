//! Making a request for files: it is shown with its terms before there is one, and made when they are sent.

use super::form::{RequestForm, RequestPage};
use crate::{
    accounts::{Account, Principal},
    database,
    drops::{
        making::{self, Draft},
        terms::Terms,
    },
    error::{Error, Result},
    files::folders::changes,
    ids::{DropId, FolderId},
    links::form::Said,
    state::AppState,
    web::{Fields, Layout, Reader, SignedIn, respond},
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};

/// Shows what a request for files would be, to the folder that the address names. Nothing is made.
pub async fn new(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let fields = Fields::of_query(request.query_string());
    let page = drafted(&app, &account, (DropId::generate(), folder(&fields)?), reader).await?;
    respond::unstored_page(StatusCode::OK, &page)
}

/// Makes the request of the form, and goes on to its page; or answers 422 with the form and what of it will not do.
pub async fn make(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let id: DropId = fields.given("request").and_then(|id| id.parse().ok()).ok_or_else(damaged)?;
    let folder = folder(&fields)?;
    let made = async {
        let draft = Draft { id, folder, terms: Terms::read(&fields, reader)? };
        making::make(&app, &draft, account.id, &principal, reader.now).await
    };
    match made.await {
        Ok(()) => Ok(respond::see_other(&format!("/requests/{id}?made=yes"))),
        Err(Error::Unacceptable { words, .. }) => {
            let page = drafted(&app, &account, (id, folder), reader).await?;
            let page = RequestPage { form: page.form.typed(&fields), said: Said::Problem(words), ..page };
            respond::unstored_page(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error),
    }
}

fn folder(fields: &Fields) -> Result<Option<FolderId>> {
    let named = fields.given("folder").filter(|id| !id.is_empty());
    named.map(str::parse).transpose().map_err(|_| Error::NotFound)
}

fn damaged() -> Error {
    Error::Malformed("The form is damaged. Load the page again.".into())
}

async fn drafted(
    app: &AppState,
    account: &Account,
    (id, folder): (DropId, Option<FolderId>),
    reader: Reader,
) -> Result<RequestPage> {
    let db = database::read_as(&app.db, account.id).await?;
    let folder = changes::of(&db, folder, account.id).await?;
    drop(db);
    let form = RequestForm::of_draft(app, (id, account.id), folder.as_ref(), reader)?;
    Ok(RequestPage { layout: Layout::of(app, account, "/requests"), form, said: Said::Nothing })
}
