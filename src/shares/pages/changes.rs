//! What people do with their own links: other terms, a pause, a new link, an end, and taking that back.

use super::{
    form::SharePage,
    one::{page, share_id},
};
use crate::{
    accounts::Principal,
    error::{Error, Result},
    files::Scope,
    links::{
        form::{Said, state},
        transition::Transition,
    },
    shares::{changing, terms::Terms, transition},
    state::AppState,
    web::{Fields, Notice, Reader, SignedIn, Undo, layout::place_within, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

/// Gives a link the terms of the form and goes back to its page; or answers 422 with the form and what of it will not do.
pub async fn save(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = share_id(&id)?;
    let saved = async {
        let terms = Terms::read(&fields, reader)?;
        changing::change(&app, (id, &terms), account.id, &principal, reader.now).await
    };
    match saved.await {
        Ok(()) => Ok(respond::see_other(&format!("/shares/{id}?saved=yes"))),
        Err(Error::Unacceptable { words, .. }) => {
            let page = page(&app, &account, id, reader).await?;
            let page = SharePage { form: page.form.typed(&fields), said: Said::Problem(words), ..page };
            respond::unstored_page(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error),
    }
}

/// Gives a link another secret, where the one that it has cannot be said again, or somebody has it who should not.
pub async fn renew(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
) -> Result<HttpResponse> {
    let id = share_id(&id)?;
    changing::renew(&app, id, account.id, &principal, reader.now).await?;
    Ok(Notice::LinkRenewed.see_other(&app, &format!("/shares/{id}")))
}

/// Closes a link until its owner goes on with it.
pub async fn pause(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    (reader, fields): (Reader, Fields),
) -> Result<HttpResponse> {
    let step = (share_id(&id)?, Transition::Pause);
    transition::apply(&app, step, Scope::Own(account.id), &principal, reader.now).await?;
    Ok(Notice::LinkPaused.see_other(&app, back(&fields)))
}

/// Opens a paused link.
pub async fn resume(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    (reader, fields): (Reader, Fields),
) -> Result<HttpResponse> {
    let step = (share_id(&id)?, Transition::Continue);
    transition::apply(&app, step, Scope::Own(account.id), &principal, reader.now).await?;
    Ok(Notice::LinkContinued.see_other(&app, back(&fields)))
}

/// Stops sharing, and offers an undo.
pub async fn end(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    (reader, fields): (Reader, Fields),
) -> Result<HttpResponse> {
    let id = share_id(&id)?;
    let step = (id, Transition::End);
    let before = transition::apply(&app, step, Scope::Own(account.id), &principal, reader.now).await?;
    let undo = Undo::of(format!("/shares/{id}/restoration"), &[("state", before.state().as_str())]);
    Ok(Notice::SharingStopped { undo: Some(undo) }.see_other(&app, back(&fields)))
}

/// Takes back that sharing was stopped.
pub async fn restore(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    (reader, fields): (Reader, Fields),
) -> Result<HttpResponse> {
    let step = (share_id(&id)?, Transition::Restore(state(&fields)?));
    transition::apply(&app, step, Scope::Own(account.id), &principal, reader.now).await?;
    Ok(Notice::SharingGoesOn.see_other(&app, back(&fields)))
}

/// The place that the form came from, else the list.
fn back(fields: &Fields) -> &str {
    fields.given("back").map_or("/shared", |place| place_within(Some(place)))
}
