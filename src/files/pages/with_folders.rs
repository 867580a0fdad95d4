//! What somebody selected of their files and folders: to the trash together, and back together.

use super::{
    changes::{self, make},
    moving::chosen,
    notice::named,
};
use crate::{
    accounts::{Account, Principal},
    database,
    error::{Error, Result},
    files::{
        Scope,
        folders::trash,
        transition::{self, Moved, Selection, Transition},
    },
    ids::MoveId,
    state::AppState,
    web::{
        Fields, Notice, Reader, SignedIn, Undo,
        folder_notice::{self, FolderStep, things},
        layout::place_within,
        moved_files::MovedFiles,
    },
};
use actix_web::{HttpResponse, web::Data};

const ACTION: &str = "/files/restoration";
const DAMAGED: &str = "The form is damaged. Load the page again.";

/// Puts the files that the form names, or all that its list finds, in the trash, and the folders that it names; goes back to where they
/// were, which says so and offers an undo.
pub async fn trash(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    match fields.all("folder").next() {
        Some(_) => trash_both(&app, &account, &principal, reader, &fields).await,
        None => changes::trash(&app, Scope::Own(account.id), &principal, reader, &fields).await,
    }
}

/// Takes the files that the form names out of the trash, or those of one move and the folders that went with them, and goes back to where
/// they were.
pub async fn restore(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    match fields.given("folders") {
        Some(_) => restore_both(&app, &account, &principal, &fields).await,
        None => make(&app, Transition::Restore, Scope::Own(account.id), &principal, &fields).await,
    }
}

/// Puts the folders that the form names in the trash, and then its files; goes back to where they were, which says so and offers one undo.
///
/// # Errors
///
/// `NotFound` when none of the folders is there; what [`trash::trash`] fails with. Then nothing was moved.
async fn trash_both(
    app: &AppState,
    account: &Account,
    principal: &Principal,
    reader: Reader,
    fields: &Fields,
) -> Result<HttpResponse> {
    let chosen = chosen(fields, account, reader)?.unwrap_or_default();
    let now = database::now();
    // The trash keeps them for a while from now on.
    let _notify = app.notify_on_drop();
    let folders = trash::trash(&app.db, account.id, &chosen.folders, (principal, now)).await?;
    let files = apply(app, Transition::Trash, chosen.files, account, principal).await;
    let mut step = vec![("folders", folders.step.to_string())];
    step.extend(files.id.map(|id| ("move", id.to_string())));
    let step: Vec<_> = step.iter().map(|(name, id)| (*name, id.as_str())).collect();
    let undo = Some(Undo::of(ACTION.to_owned(), &step));
    let what = both(&files, folders.count, folders.name);
    Ok(Notice::Folder { step: FolderStep::Trashed, what, undo }.see_other(app, place_within(fields.given("back"))))
}

/// Takes back what one step put in the trash: its folders, and the files of the move that went with them.
///
/// # Errors
///
/// `Malformed` for a damaged form; what [`trash::restore`] fails with. Then nothing was moved.
async fn restore_both(
    app: &AppState,
    account: &Account,
    principal: &Principal,
    fields: &Fields,
) -> Result<HttpResponse> {
    let id = |name| fields.given(name).map(str::parse::<MoveId>).transpose();
    let damaged = |_| Error::Malformed(DAMAGED.into());
    let (folders, files) = (id("folders").map_err(damaged)?, id("move").map_err(damaged)?);
    let folders = trash::Which::Of(folders.ok_or(Error::NotFound)?);
    let folders = trash::restore(&app.db, account.id, &folders, (principal, database::now())).await?;
    let files = apply(app, Transition::Restore, files.map(Selection::MovedIn), account, principal).await;
    let place = place_within(fields.given("back"));
    if folders.count == 0 && files.count == 0 {
        return Ok(Notice::NothingMoved.see_other(app, place));
    }
    let what = both(&files, folders.count, folders.name);
    Ok(Notice::Folder { step: FolderStep::Restored, what, undo: None }.see_other(app, place))
}

/// The folders have been moved by now, which is said whatever becomes of the files.
async fn apply(
    app: &AppState,
    transition: Transition,
    files: Option<Selection>,
    account: &Account,
    principal: &Principal,
) -> Moved {
    let none = || Moved::of(None, Vec::new());
    let Some(files) = files else { return none() };
    let scope = Scope::Own(account.id);
    let moved = transition::apply(&app.db, transition, &files, scope, principal, database::now()).await;
    moved.unwrap_or_else(|error| {
        tracing::warn!(%error, "of what was selected, the folders were moved and the files were not");
        none()
    })
}

/// Such as `3 files and 2 folders`.
fn both(files: &Moved, count: usize, name: Option<String>) -> String {
    match (named(files), count) {
        (None, _) => folder_notice::named(count, name),
        (Some(MovedFiles::One(name)), 0) => format!("“{name}”"),
        (Some(MovedFiles::First(files)), folders) => format!("The first {files} files and {}", things(0, folders)),
        (Some(_), folders) => things(files.count as u64, folders),
    }
}
