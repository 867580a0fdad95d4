//! Putting away what somebody added to a folder that is shared with them, and taking that back.

use crate::{
    accounts::Principal,
    database,
    error::{Error, Result},
    files::{
        contributed,
        pages::{known, moved, selection},
        transition::Transition,
    },
    grants::Member,
    state::AppState,
    web::{Fields, layout::place_within},
};
use actix_web::{HttpResponse, web::Data};

/// Moves files that the caller added to their owner's trash, and goes back to where they were, which says so and offers an undo.
pub async fn put_away(
    app: Data<AppState>,
    member: Member,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    // The trash keeps it for a while from now on.
    let _notify = app.notify_on_drop();
    make(&app, Transition::Trash, &member, &principal, &fields).await
}

/// Takes what one such step put away out of the trash again: it is named by the step, which nobody else knows, so that nothing comes back
/// that its owner threw away.
pub async fn take_back(
    app: Data<AppState>,
    member: Member,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    if fields.given("move").is_none() {
        return Err(Error::NotFound);
    }
    make(&app, Transition::Restore, &member, &principal, &fields).await
}

async fn make(
    app: &AppState,
    transition: Transition,
    member: &Member,
    principal: &Principal,
    fields: &Fields,
) -> Result<HttpResponse> {
    let (selection, whose) = (selection(fields)?, (member.grant.granted(), member.account.id));
    let made = contributed::apply(&app.db, (transition, &selection), whose, principal, database::now()).await?;
    let notice = moved(transition, known(&selection, made)?, &member.base);
    Ok(notice.see_other(app, place_within(fields.given("back"))))
}
