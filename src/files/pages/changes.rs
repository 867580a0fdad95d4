//! What people do to their files: to the trash and back, another name, and letting go of what was put aside.

use super::{file::FilePage, file_id, moved, own_file};
use crate::{
    accounts::Principal,
    database,
    error::{Error, Result},
    files::{
        Scope,
        extension::with_extension,
        file::File,
        list::search::SearchQuery,
        transition::{self, MOST_AT_ONCE, Moved, Selection, Transition},
    },
    ids::FileId,
    state::AppState,
    storage::FileName,
    web::{Fields, Notice, Reader, SignedIn, Undo, layout::place_within},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};

const RENAMED_MEANWHILE: &str = "This file was renamed meanwhile. Load the page again.";
const DISGUISE: &str = "A name with this ending belongs to a program, which this file is not. Choose another ending.";

/// Moves the files that the form names, or all that its list finds, to the trash, and goes back to where they were, which
/// says so and offers an undo.
pub(super) async fn trash(
    app: &AppState,
    scope: Scope,
    principal: &Principal,
    reader: Reader,
    fields: &Fields,
) -> Result<HttpResponse> {
    match fields.given("found") {
        Some(query) => {
            let found = found(query, scope, reader)?;
            make_of(app, (Transition::Trash, found), scope, principal, fields).await
        }
        None => make(app, Transition::Trash, scope, principal, fields).await,
    }
}

/// All that a list finds, by the query of its address.
pub(super) fn found(query: &str, scope: Scope, reader: Reader) -> Result<Selection> {
    let query = Query::<SearchQuery>::from_query(query);
    let query = query.map_err(|_| Error::Malformed("The form is damaged. Load the page again.".into()))?;
    Ok(Selection::Found(Box::new(query.parse_in(scope, reader.zone)?)))
}

/// Gives a file the name of the form, with the extension that it has unless the form changes it on purpose or says
/// `drops_extension`, and goes to its page, which offers an undo; or answers 422 with that page and why the name will not do.
/// With `instead_of`, only while it has that name.
pub async fn rename(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let file = own_file(&app, &account, &id).await?;
    if fields.given("instead_of").is_some_and(|known| known != file.name()) {
        return Err(Error::Conflict(RENAMED_MEANWHILE.into()));
    }
    let typed = fields.all("name").next().unwrap_or_default();
    let meant = match fields.given("drops_extension") {
        Some(_) => typed.trim().to_owned(),
        None => with_extension(file.name(), typed),
    };
    let name: FileName = match meant.parse() {
        Ok(name) => name,
        Err(error) => return FilePage::refusing(&app, &account, &file, reader, (typed, format!("{error}"))).await,
    };
    if file.content_type().contradicts_name(name.as_str()) {
        return FilePage::refusing(&app, &account, &file, reader, (typed, DISGUISE.to_owned())).await;
    }
    let place = format!("/files/{}", *id);
    let back = [("name", file.name()), ("drops_extension", "yes"), ("instead_of", name.as_str())];
    let undo = Some(Undo::of(format!("{place}/name"), &back));
    let notice = match (name.as_str() == file.name(), name.as_str() == meant) {
        (true, _) => Notice::CalledThatAlready,
        (false, true) => Notice::Renamed { undo },
        (false, false) => Notice::RenamedAndAdapted { undo },
    };
    file.rename(&app.db, &name, &principal, database::now()).await?;
    Ok(notice.see_other(&app, &place))
}

/// Makes a transition of the files that a form names, within a scope, and goes back to where they were, which says so and
/// offers an undo.
///
/// # Errors
///
/// `NotFound` for one file that is not there; what [`transition::apply`] fails with.
pub async fn make(
    app: &AppState,
    transition: Transition,
    scope: Scope,
    principal: &Principal,
    fields: &Fields,
) -> Result<HttpResponse> {
    if is_empty(fields) {
        return Ok(Notice::NothingChosen.see_other(app, place_within(fields.given("back"))));
    }
    make_of(app, (transition, selection(fields)?), scope, principal, fields).await
}

async fn make_of(
    app: &AppState,
    (transition, selection): (Transition, Selection),
    scope: Scope,
    principal: &Principal,
    fields: &Fields,
) -> Result<HttpResponse> {
    let now = database::now();
    // The trash keeps it for a while from now on.
    let _notify = (transition == Transition::Trash).then(|| app.notify_on_drop());
    let outcome = transition::apply(&app.db, transition, &selection, scope, principal, now).await?;
    let outcome = match scope {
        Scope::Own(_) | Scope::Shared(..) | Scope::Granted(_) => known(&selection, outcome)?,
        // An admin's list may be older than what became of a file since.
        Scope::Everyone => outcome,
    };
    if fields.given("quiet").is_some() {
        return Ok(HttpResponse::NoContent().finish());
    }
    let notice = moved(transition, outcome, scope.actions());
    Ok(notice.see_other(app, place_within(fields.given("back"))))
}

/// Does a form name no file, as one that was sent without a script?
pub(super) fn is_empty(fields: &Fields) -> bool {
    fields.given("move").is_none() && fields.all("id").next().is_none()
}

/// The files that a form names: one by one, or all that one move moved.
///
/// # Errors
///
/// `Malformed` when it names none or more than [`MOST_AT_ONCE`], or is damaged; `NotFound` for an id that is none.
pub fn selection(fields: &Fields) -> Result<Selection> {
    if let Some(id) = fields.given("move") {
        let id = id.parse().map_err(|_| Error::Malformed("The form is damaged. Load the page again.".into()))?;
        return Ok(Selection::MovedIn(id));
    }
    let ids = fields.all("id").map(file_id).collect::<Result<Vec<FileId>>>()?;
    match ids.len() as u64 {
        0 => Err(Error::Malformed("No file was chosen. Choose at least one.".into())),
        1..=MOST_AT_ONCE => Ok(Selection::These(ids)),
        _ => Err(Error::Malformed(format!("These are too many at once. Choose at most {MOST_AT_ONCE} files."))),
    }
}

/// One file that is not there is not found; of many, those are moved that are there.
///
/// # Errors
///
/// `NotFound` for the one that is not there.
pub fn known(selection: &Selection, outcome: Moved) -> Result<Moved> {
    match selection {
        Selection::These(ids) if ids.len() == 1 && outcome.count == 0 => Err(Error::NotFound),
        Selection::These(_) | Selection::MovedIn(_) | Selection::Found(..) | Selection::Below(_) | Selection::All => {
            Ok(outcome)
        }
    }
}
