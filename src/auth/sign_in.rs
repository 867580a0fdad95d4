//! Signing in and out.

use super::{entry::Entry, refused};
use crate::{
    audit::Action,
    database,
    error::{Error, Result},
    state::AppState,
    web::{
        Asked, Layout,
        layout::place_within,
        respond::{self, see_other},
        session,
    },
};
use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "auth/sign_in.html")]
struct SignInPage {
    layout: Layout,
    next: String,
    email: String,
    problem: Option<String>,
    is_set_up: bool,
    /// Where the person is, as the browser's address has it.
    host: String,
}

/// What an address of the sign-in page may carry: where to go afterwards.
#[derive(Deserialize)]
pub struct SignInQuery {
    next: Option<String>,
}

/// What the sign-in form sends.
#[derive(Deserialize)]
pub struct SignInForm {
    email: String,
    password: String,
    next: Option<String>,
}

/// Answers with the sign-in form; sends whoever is signed in already on to where they wanted to go.
pub async fn page(
    app: Data<AppState>,
    session: Session,
    request: HttpRequest,
    Asked { query, .. }: Asked<SignInQuery>,
) -> Result<HttpResponse> {
    let next = place_within(query.next.as_deref()).to_owned();
    if let Ok(user) = session::user(&session, app.session_rules, database::now()) {
        match app.accounts.cache.account(user).await {
            Ok(_) => return Ok(see_other(&next)),
            // Its account is disabled or gone.
            Err(Error::NotSignedIn) => session::sign_out(&session),
            Err(error) => return Err(error),
        }
    }
    let is_set_up = app.set_up.is_done(&app.db).await?;
    let page = SignInPage {
        layout: Layout::of_nobody(),
        next,
        email: String::new(),
        problem: None,
        is_set_up,
        host: host_of(&request),
    };
    respond::page(StatusCode::OK, &page)
}

/// Signs somebody in and sends them on to where they wanted to go; answers with the form once more when the password is
/// wrong, or there were too many attempts. Whoever signs in over a page that goes on, and so accepts JSON alone, is
/// answered without content, or with what is wrong.
pub async fn submit(entry: Entry, request: HttpRequest, form: Form<SignInForm>) -> Result<HttpResponse> {
    let SignInForm { email, password, next } = form.into_inner();
    let next = place_within(next.as_deref()).to_owned();
    match entry.admit(&email, password).await {
        Ok(verified) => {
            let stays = entry.stays_on_its_page();
            let answer = if stays { HttpResponse::NoContent().finish() } else { see_other(&next) };
            entry.enter_by_password(&verified, answer).await
        }
        Err(error) if entry.stays_on_its_page() => Err(error),
        Err(error @ (Error::WrongPassword | Error::TooManyAttempts { .. })) => {
            let problem = error.problem();
            let (layout, host) = (Layout::of_nobody(), host_of(&request));
            let page = SignInPage { layout, next, email, problem: Some(problem.words), is_set_up: true, host };
            refused(&page, problem.status, problem.retry_after)
        }
        Err(error) => Err(error),
    }
}

/// Ends the session, if there is one, and sends the browser to the sign-in form.
pub async fn sign_out(app: Data<AppState>, session: Session, entry: Entry) -> HttpResponse {
    if let Ok(user) = session::user(&session, app.session_rules, database::now()) {
        entry.note_session(user, Action::SignedOut).await;
    }
    session::sign_out(&session);
    see_other("/sign-in")
}

fn host_of(request: &HttpRequest) -> String {
    request.connection_info().host().to_owned()
}
