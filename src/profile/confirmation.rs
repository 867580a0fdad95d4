//! Somebody's password once more, before what is worth a thief's while goes on.

use crate::{
    accounts::{Account, Principal, administration},
    audit::{Action, Actor, Subject},
    database,
    error::{Error, Problem, Result},
    state::AppState,
    web::{
        Fields, Layout, SignedIn,
        confirmation::{Confirmation, ConfirmationPage, PASSWORD, PATH},
        layout::place_within,
        respond,
    },
};
use actix_web::{
    HttpResponse,
    http::header::{HeaderValue, LOCATION, RETRY_AFTER},
    web::Data,
};
use std::time::Instant;

/// Takes the password of who is signed in once more: a right one sends the browser on with what it sent here, which was
/// asked for in the first place; for a wrong one, or after too many, the answer is the form again.
pub async fn confirm(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    let note = |action| {
        let actor = Actor::user(account.id, &*account.email, principal.address());
        app.journal.note(actor, action, Subject::user(account.id, &*account.email, ""), database::now());
    };
    let path = place_within(fields.given(PATH));
    let password = fields.all(PASSWORD).next().unwrap_or_default().to_owned();
    let attempt = match app.login_throttle.by_session(&principal, Instant::now()) {
        Ok(attempt) => attempt,
        Err(error) => {
            note(Action::PasswordSlowed);
            return ask_again(&app, &account, path, &fields, error.problem());
        }
    };
    match administration::confirm_password(&app.db, account.id, password, &principal, database::now()).await {
        Ok(()) => {
            attempt.succeed(Instant::now());
            Ok(HttpResponse::TemporaryRedirect().insert_header((LOCATION, path)).finish())
        }
        Err(Error::WrongPassword) => {
            note(Action::PasswordRefused);
            let problem = Error::unacceptable("wrong_password", "That is not your password. Check it and try again.");
            ask_again(&app, &account, path, &fields, problem.problem())
        }
        Err(error) => {
            attempt.take_back(Instant::now());
            Err(error)
        }
    }
}

fn ask_again(app: &AppState, account: &Account, path: &str, fields: &Fields, problem: Problem) -> Result<HttpResponse> {
    let form = Confirmation::new(account, &problem, path, fields);
    let mut answer = respond::page(problem.status, &ConfirmationPage { layout: Layout::of(app, account, ""), form })?;
    if let Some(wait) = problem.retry_after {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    Ok(answer)
}
