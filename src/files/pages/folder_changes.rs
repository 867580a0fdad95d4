//! What people do to their folders: making one, another name, to the trash and back.

use crate::{
    accounts::{Account, Principal},
    database,
    error::{Error, Result},
    files::folders::{Folder, changes, trash},
    ids::FolderId,
    state::AppState,
    storage::FileName,
    web::{
        Fields, Layout, Notice, SignedIn, Undo,
        folder_notice::{FolderStep, named},
        layout::place_within,
        respond,
    },
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

/// So many folders are named by one form.
pub(super) const MOST: usize = 100;
const DAMAGED: &str = "The form is damaged. Load the page again.";

/// Where a form leads that asks for a folder's name.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    /// The folder that a new one lies in; empty: the top.
    #[serde(rename = "in")]
    within: String,
    back: String,
}

/// Asks for a folder's name.
#[derive(Template)]
#[template(path = "files/folder_form.html")]
struct FolderForm {
    layout: Layout,
    title: &'static str,
    button: &'static str,
    action: String,
    /// The folder that a new one lies in, if it is a new one.
    within: String,
    back: String,
    typed: String,
    problem: Option<String>,
}

/// Answers with a form for a new folder.
pub async fn new_folder(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    asking: Query<Asking>,
) -> Result<HttpResponse> {
    let form = FolderForm::of_new(&app, &account, &asking.within, &asking.back);
    respond::page(StatusCode::OK, &form)
}

/// Makes a folder of the form's name in the folder that it names, and goes there; or answers 422 with the form and why that cannot be.
pub async fn make_folder(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    let typed = fields.all("name").next().unwrap_or_default();
    let within = fields.given("in").map(folder_id).transpose()?;
    let place = within.map_or_else(|| "/".to_owned(), |folder| format!("/folders/{folder}"));
    let back = place_within(fields.given("back").or(Some(&place)));
    let refuse = |problem: String| {
        let form = FolderForm::of_new(&app, &account, &within.map(|id| id.to_string()).unwrap_or_default(), back);
        form.refusing(typed, problem)
    };
    let name = match folder_name(typed) {
        Ok(name) => name,
        Err(problem) => return refuse(problem),
    };
    match changes::make(&app.db, account.id, within, &name, (&principal, database::now())).await {
        Ok(folder) => {
            let what = format!("“{}”", folder.name());
            Ok(Notice::Folder { step: FolderStep::Made, what, undo: None }.see_other(&app, back))
        }
        Err(Error::Unacceptable { words, .. }) => refuse(words),
        Err(error) => Err(error),
    }
}

/// Answers with a form for another name.
pub async fn rename_folder_page(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    id: Path<String>,
    asking: Query<Asking>,
) -> Result<HttpResponse> {
    let db = database::read_as(&app.db, account.id).await?;
    let folder = Folder::find(&db, folder_id(&id)?, account.id).await?;
    respond::page(StatusCode::OK, &FolderForm::of_name(&app, &account, &folder, &asking.back))
}

/// Gives a folder the name of the form, and goes back; or answers 422 with the form and why the name will not do. With `instead_of`,
/// only while it has that name.
pub async fn rename_folder(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let db = database::read_as(&app.db, account.id).await?;
    let folder = Folder::find(&db, folder_id(&id)?, account.id).await?;
    drop(db);
    if fields.given("instead_of").is_some_and(|known| known != folder.name()) {
        return Err(Error::Conflict("This folder was renamed meanwhile. Load the page again.".into()));
    }
    let typed = fields.all("name").next().unwrap_or_default();
    let own = format!("/folders/{}", folder.id());
    let back = place_within(fields.given("back").or(Some(&own)));
    let refuse = |problem| FolderForm::of_name(&app, &account, &folder, back).refusing(typed, problem);
    let name = match folder_name(typed) {
        Ok(name) => name,
        Err(problem) => return refuse(problem),
    };
    if name.as_str() == folder.name() {
        return Ok(Notice::CalledThatAlready.see_other(&app, back));
    }
    match folder.rename(&app.db, &name, &principal, database::now()).await {
        Ok(()) => {
            let former = [("name", folder.name()), ("instead_of", name.as_str())];
            let undo = Some(Undo::of(format!("{own}/name"), &former));
            Ok(Notice::Renamed { undo }.see_other(&app, back))
        }
        Err(Error::Unacceptable { words, .. }) => refuse(words),
        Err(error) => Err(error),
    }
}

/// Puts the folders that the form names in the trash, with all that is in them, and goes back to where they were, which says so and offers
/// an undo.
pub async fn trash_folders(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    let ids = folder_ids(&fields)?;
    // The trash keeps them for a while from now on.
    let _notify = app.notify_on_drop();
    let moved = trash::trash(&app.db, account.id, &ids, (&principal, database::now())).await?;
    let undo = Undo::of("/folders/restoration".to_owned(), &[("move", &moved.step.to_string())]);
    let what = named(moved.count, moved.name);
    let notice = Notice::Folder { step: FolderStep::Trashed, what, undo: Some(undo) };
    Ok(notice.see_other(&app, place_within(fields.given("back"))))
}

/// Takes the folders that the form names, or those of one move, out of the trash, and goes back.
pub async fn restore_folders(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    let which = match fields.given("move") {
        Some(step) => trash::Which::Of(step.parse().map_err(|_| Error::Malformed(DAMAGED.into()))?),
        None => trash::Which::These(folder_ids(&fields)?),
    };
    let moved = trash::restore(&app.db, account.id, &which, (&principal, database::now())).await?;
    let place = place_within(fields.given("back"));
    if moved.count == 0 {
        return Ok(Notice::NothingMoved.see_other(&app, place));
    }
    let notice = Notice::Folder { step: FolderStep::Restored, what: named(moved.count, moved.name), undo: None };
    Ok(notice.see_other(&app, place))
}

/// The folders that a form names.
///
/// # Errors
///
/// `Malformed` when it names none, or too many; `NotFound` for an id that is none.
pub(super) fn folder_ids(fields: &Fields) -> Result<Vec<FolderId>> {
    let ids = fields.all("folder").map(folder_id).collect::<Result<Vec<_>>>()?;
    match ids.len() {
        0 => Err(Error::Malformed("No folder was chosen. Choose at least one.".into())),
        1..=MOST => Ok(ids),
        _ => Err(Error::Malformed(format!("These are too many at once. Choose at most {MOST} folders."))),
    }
}

/// What cannot be an id is no folder's.
pub(super) fn folder_id(text: &str) -> Result<FolderId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// A name that a folder may have, as a file may; or why not, in words.
fn folder_name(typed: &str) -> Result<FileName, String> {
    typed.trim().parse().map_err(|error| format!("{error}").replace("file", "folder"))
}

impl FolderForm {
    fn of_new(app: &AppState, account: &Account, within: &str, back: &str) -> Self {
        let own = if within.is_empty() { "/".to_owned() } else { format!("/folders/{within}") };
        Self {
            layout: Layout::of(app, account, "/"),
            title: "New folder",
            button: "Make folder",
            action: "/folders".to_owned(),
            within: within.to_owned(),
            back: place_within(Some(back).filter(|back| !back.is_empty()).or(Some(&own))).to_owned(),
            typed: String::new(),
            problem: None,
        }
    }

    fn of_name(app: &AppState, account: &Account, folder: &Folder, back: &str) -> Self {
        let own = format!("/folders/{}", folder.id());
        Self {
            layout: Layout::of(app, account, "/"),
            title: "Rename folder",
            button: "Rename",
            action: format!("{own}/name"),
            within: String::new(),
            back: place_within(Some(back).filter(|back| !back.is_empty()).or(Some(&own))).to_owned(),
            typed: folder.name().to_owned(),
            problem: None,
        }
    }

    fn refusing(self, typed: &str, problem: String) -> Result<HttpResponse> {
        let form = Self { typed: typed.to_owned(), problem: Some(problem), ..self };
        respond::page(StatusCode::UNPROCESSABLE_ENTITY, &form)
    }
}
