//! Making a link: it is shown with its terms before there is one, and made when they are sent.

use super::{
    form::{Of, ShareForm, SharePage},
    places::Places,
};
use crate::{
    accounts::{Account, Principal},
    database::{self, Reads},
    error::{Error, Result},
    files::{
        Ready, Scope, file::File, folders::Folder, list::search::SearchQuery, pages::selection, shared,
        transition::Selection,
    },
    ids::{ShareId, UserId},
    links::form::Said,
    shares::{
        making::{self, Chosen, Draft, MOST_FILES, too_many},
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

const FILES_OR_ONE_FOLDER: &str = "A link is of files, or of one folder. Choose either.";

/// Shows what a link of the files, or of the folder, that the address names would be. Nothing is made.
pub async fn new(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let fields = Fields::of_query(request.query_string());
    let page = drafted(&app, &account, ShareId::generate(), &chosen(&fields)?, reader).await?;
    respond::unstored_page(StatusCode::OK, &page)
}

/// Shows what a link of the files that the form names would be, or of all that its list finds, or of one folder. Nothing is made.
pub async fn new_of_selection(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    if has_several_kinds(&fields) {
        return Err(Error::unacceptable("files_or_one_folder", FILES_OR_ONE_FOLDER));
    }
    let chosen = match fields.given("found") {
        Some(query) => Chosen::Files(found(query, Scope::Own(account.id), reader)?),
        None => chosen(&fields)?,
    };
    let page = drafted(&app, &account, ShareId::generate(), &chosen, reader).await?;
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
    let of = chosen(&fields)?;
    let made = async {
        let draft = Draft { id, of: of.clone(), terms: Terms::read(&fields, reader)? };
        making::make(&app, &draft, account.id, &principal, reader.now).await
    };
    match made.await {
        Ok(()) => Ok(respond::see_other(&format!("/shares/{id}?made=yes"))),
        Err(Error::Unacceptable { words, .. }) => {
            let page = drafted(&app, &account, id, &of, reader).await?;
            let page = SharePage { form: page.form.typed(&fields), said: Said::Problem(words), ..page };
            respond::unstored_page(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error),
    }
}

/// A link has no name for what lies beside a folder.
fn has_several_kinds(fields: &Fields) -> bool {
    match fields.all("folder").count() {
        0 => false,
        1 => fields.given("found").is_some() || fields.all("id").next().is_some(),
        _ => true,
    }
}

fn chosen(fields: &Fields) -> Result<Chosen> {
    match fields.given("folder") {
        Some(id) => id.parse().map(Chosen::Folder).map_err(|_| Error::NotFound),
        None => selection(fields).map(Chosen::Files),
    }
}

fn found(query: &str, scope: Scope, reader: Reader) -> Result<Selection> {
    let query = Query::<SearchQuery>::from_query(query);
    let query = query.map_err(|_| Error::Malformed("The form is damaged. Load the page again.".into()))?;
    Ok(Selection::Found(Box::new(query.parse_in(scope, reader.zone)?)))
}

async fn drafted(app: &AppState, account: &Account, id: ShareId, chosen: &Chosen, reader: Reader) -> Result<SharePage> {
    let db = database::read_as(&app.db, account.id).await?;
    let (title, of, places) = match chosen {
        Chosen::Files(selection) => files(&db, account.id, selection).await?,
        Chosen::Folder(folder) => {
            let folder = Folder::find(&db, *folder, account.id).await?;
            let places = Places::of_folder(&db, folder.id()).await?;
            (folder.name().to_owned(), Of::Folder(folder.id()), places)
        }
    };
    drop(db);
    let form = ShareForm::of_draft(app, (id, account.id), (&title, of, places), reader)?;
    Ok(SharePage { layout: Layout::of(app, account, "/shared"), form, said: Said::Nothing })
}

/// The title that is offered, and what the link is to show.
async fn files(db: &Reads<'_>, owner: UserId, selection: &Selection) -> Result<(String, Of, Places)> {
    let scope = Scope::Own(owner);
    let ids = shared::ready_ids(db, selection, scope, MOST_FILES + 1).await?;
    if ids.len() as u64 > MOST_FILES {
        return Err(too_many());
    }
    let title = match ids.as_slice() {
        [] => return Err(Error::NotFound),
        [one] => title_of(&Ready::find(db, *one, scope).await?),
        many => format!("{} files", many.len()),
    };
    let summary = shared::summary(db, &Selection::These(ids.clone()), scope).await?;
    Ok((title, Of::Files(ids), Places::Counted(summary.with_place)))
}

/// A file's name as a title: without what says its type.
fn title_of(file: &Ready) -> String {
    let name = file.name();
    let title = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim();
    Some(title).filter(|title| !title.is_empty()).unwrap_or(name).chars().take(200).collect()
}
