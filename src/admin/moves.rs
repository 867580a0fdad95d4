//! What admins do to files of anyone: to the trash and back, into quarantine and out of it, and away for ever.

use crate::{
    accounts::Principal,
    database,
    error::{Error, Result},
    files::{
        Scope,
        pages::{known, make, selection},
        transition::{self, Moved, Purgeable, Selection, Transition},
        view::files_in_words,
    },
    ids::FileId,
    state::AppState,
    web::{Admin, Fields, Layout, Notice, layout::place_within, respond},
};
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

/// What has to be typed before files go for ever.
const WORD: &str = "delete";

const STATES: [Purgeable; 2] = [Purgeable::Trashed, Purgeable::Quarantined];

/// Asks for the word.
#[derive(Template)]
#[template(path = "admin/purge.html")]
struct PurgePage {
    layout: Layout,
    what: String,
    ids: Vec<FileId>,
    back: String,
    word: &'static str,
    is_wrong: bool,
}

/// Moves files of anyone to their owners' trash, and goes back to where they were chosen.
pub async fn trash(app: Data<AppState>, _: Admin, principal: Principal, fields: Fields) -> Result<HttpResponse> {
    change(&app, Transition::Trash, &principal, &fields).await
}

/// Takes files of anyone out of the trash, and goes back to where they were chosen.
pub async fn restore(app: Data<AppState>, _: Admin, principal: Principal, fields: Fields) -> Result<HttpResponse> {
    change(&app, Transition::Restore, &principal, &fields).await
}

/// Puts files of anyone aside, so that admins alone can look at them, and goes back to where they were chosen. In a
/// public bucket that would keep nobody from them, so it answers 409.
pub async fn quarantine(app: Data<AppState>, _: Admin, principal: Principal, fields: Fields) -> Result<HttpResponse> {
    change(&app, Transition::Quarantine, &principal, &fields).await
}

/// Gives files in quarantine back to their owners, and goes back to where they were chosen.
pub async fn release(app: Data<AppState>, _: Admin, principal: Principal, fields: Fields) -> Result<HttpResponse> {
    change(&app, Transition::Release, &principal, &fields).await
}

async fn change(
    app: &AppState,
    transition: Transition,
    principal: &Principal,
    fields: &Fields,
) -> Result<HttpResponse> {
    if transition == Transition::Quarantine && app.store.is_public() {
        // A damaged form is told of first, as everywhere.
        selection(fields)?;
        let words = "Storage is open to everyone, so quarantine would keep nobody from the file. Trash it, or delete it forever.";
        return Err(Error::Conflict(words.into()));
    }
    make(app, transition, Scope::Everyone, principal, fields).await
}

/// Lets go of files of anyone for ever, or answers with a page that asks for the word while it is not typed. Only what is
/// in the trash or in quarantine goes, so that nothing is lost by one slip.
pub async fn purge(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    let (chosen, back) = (selection(&fields)?, place_within(fields.given("back")).to_owned());
    let Selection::These(ids) = &chosen else { return Err(Error::NotFound) };
    let typed = fields.given("confirmation");
    if typed != Some(WORD) {
        let mut count = 0;
        for from in STATES {
            count += transition::count(&app.db, &chosen, Scope::Everyone, from.state()).await? as usize;
        }
        if count == 0 {
            let words =
                "Only files in the trash or in quarantine can be deleted forever. Trash or quarantine them first.";
            return Err(Error::Conflict(words.into()));
        }
        let (layout, what) = (Layout::of(&app, &account, "/admin/files"), files_in_words(count));
        let page = PurgePage { layout, what, ids: ids.clone(), back, word: WORD, is_wrong: typed.is_some() };
        return respond::page(StatusCode::OK, &page);
    }
    let (_notify, mut gone) = (app.notify_on_drop(), 0);
    for from in STATES {
        gone += transition::purge(&app.db, from, &chosen, Scope::Everyone, &principal, database::now()).await?.count;
    }
    known(&chosen, Moved { id: None, count: gone, name: None, has_more: false })?;
    Ok(Notice::Purged.see_other(&app, &back))
}
