//! What people mark for themselves: favourites.

use super::{
    changes::{found, is_empty},
    notice::named,
    selection,
};
use crate::{
    accounts::Principal,
    database,
    error::{Error, Result},
    files::{
        Scope, Star, State,
        favourites::{self, Marked},
        transition::{self, Moved, Selection},
    },
    ids::UserId,
    state::AppState,
    web::{Fields, Notice, Reader, SignedIn, Undo, layout::place_within, moved_files::FileMove},
};
use actix_web::{HttpResponse, web::Data};

const ACTION: &str = "/files/favourites";

/// Gives the files that the form names a star, or takes it from them, or does so for all that its list finds or that an earlier
/// step marked; and goes back to where they were, which says so and offers an undo. With `quiet`, the answer is empty.
pub async fn star(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let wanted = fields.given("starred").and_then(|text| Star::ALL.into_iter().find(|star| star.as_str() == text));
    let star = wanted.ok_or_else(damaged)?;
    if is_empty(&fields) && fields.given("found").is_none() && fields.given("step").is_none() {
        return Ok(Notice::NothingChosen.see_other(&app, place_within(fields.given("back"))));
    }
    let marked = marked(&fields, account.id, reader)?;
    expect_there(&app, &marked, account.id).await?;
    let outcome = favourites::mark(&app.db, (star, &marked), account.id, &principal, database::now()).await?;
    if fields.given("quiet").is_some() {
        return Ok(HttpResponse::NoContent().finish());
    }
    Ok(said(star, outcome).see_other(&app, place_within(fields.given("back"))))
}

fn damaged() -> Error {
    Error::Malformed("The form is damaged. Load the page again.".into())
}

fn marked(fields: &Fields, owner: UserId, reader: Reader) -> Result<Marked> {
    if let Some(step) = fields.given("step") {
        return Ok(Marked::In(step.parse().map_err(|_| damaged())?));
    }
    Ok(Marked::Chosen(match fields.given("found") {
        Some(query) => found(query, Scope::Own(owner), reader)?,
        None => selection(fields)?,
    }))
}

/// One file that is not there is not found; what has its star already is there all the same.
async fn expect_there(app: &AppState, marked: &Marked, owner: UserId) -> Result<()> {
    match marked {
        Marked::Chosen(one @ Selection::These(ids)) if ids.len() == 1 => {
            let count = transition::count(&app.db, one, Scope::Own(owner), State::Ready).await?;
            if count == 0 { Err(Error::NotFound) } else { Ok(()) }
        }
        Marked::Chosen(_) | Marked::In(_) => Ok(()),
    }
}

fn said(star: Star, outcome: Moved) -> Notice {
    let Some(files) = named(&outcome) else { return Notice::NothingMoved };
    let step = outcome.id.map(|id| id.to_string()).unwrap_or_default();
    let undo = Undo::of(ACTION.to_owned(), &[("step", &step), ("starred", star.inverse().as_str())]);
    let how = match star {
        Star::Given => FileMove::Starred,
        Star::Taken => FileMove::Unstarred,
    };
    Notice::Moved { how, files, undo: Some(undo) }
}
