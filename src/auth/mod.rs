//! The doors: set-up, sign in, sign out, and the links that open them.

mod door;
mod links;

pub use links::{accept_invitation, invitation_page, password_page, set_password};

use crate::{
    accounts::{AccountCache, Email, Role, SetUp, passwords, users},
    audit::Action,
    database,
    error::{Error, Result},
    ids::UserId,
    state::AppState,
    web::{
        Layout, Wrong,
        layout::{place_within, see_other},
        session,
    },
};
use actix_session::Session;
use actix_web::{
    HttpResponse, Responder,
    http::StatusCode,
    web::{Data, Form, Query},
};
use askama::Template;
use askama_web::WebTemplate;
use door::Door;
use serde::Deserialize;

#[derive(Template, WebTemplate)]
#[template(path = "auth/sign_in.html")]
struct SignInPage {
    layout: Layout,
    next: String,
    email: String,
    problem: Option<String>,
    is_set_up: bool,
}

#[derive(Template, WebTemplate)]
#[template(path = "auth/set_up.html")]
struct SetUpPage {
    layout: Layout,
    key: String,
    name: String,
    email: String,
    wrong: Wrong,
    min_characters: usize,
}

#[derive(Deserialize)]
pub struct SignInQuery {
    next: Option<String>,
}

#[derive(Deserialize)]
pub struct SignInForm {
    email: String,
    password: String,
    next: Option<String>,
}

#[derive(Deserialize)]
pub struct SetUpQuery {
    key: Option<String>,
}

#[derive(Deserialize)]
pub struct SetUpForm {
    key: String,
    name: String,
    email: String,
    password: String,
}

pub async fn sign_in_page(
    app: Data<AppState>,
    set_up: Data<SetUp>,
    account_cache: Data<AccountCache>,
    session: Session,
    query: Query<SignInQuery>,
) -> Result<HttpResponse> {
    let next = place_within(query.next.as_deref()).to_owned();
    if let Ok(user) = session::user(&session, app.sessions, database::now()) {
        match account_cache.account(user).await {
            Ok(_) => return Ok(see_other(&next)),
            // Its account is disabled or gone.
            Err(Error::NotSignedIn) => session::sign_out(&session),
            Err(error) => return Err(error),
        }
    }
    let is_set_up = set_up.is_done(&app.db).await?;
    let page = SignInPage { layout: Layout::of_nobody(), next, email: String::new(), problem: None, is_set_up };
    page.respond().map_err(|error| Error::Internal(error.to_string()))
}

pub async fn sign_in(door: Door, form: Form<SignInForm>) -> Result<HttpResponse> {
    let SignInForm { email, password, next } = form.into_inner();
    let next = place_within(next.as_deref()).to_owned();
    match door.admit(&email, password).await {
        Ok(verified) => door.enter_by_password(&verified, &next).await,
        Err(error @ (Error::WrongPassword | Error::TooManyAttempts { .. })) => {
            let problem = error.problem();
            let page =
                SignInPage { layout: Layout::of_nobody(), next, email, problem: Some(problem.words), is_set_up: true };
            refused(page.render(), problem.status, problem.retry_after)
        }
        Err(error) => Err(error),
    }
}

pub async fn sign_out(app: Data<AppState>, session: Session, door: Door) -> HttpResponse {
    if let Ok(user) = session::user(&session, app.sessions, database::now()) {
        door.note_session(user, Action::SignedOut).await;
    }
    session::sign_out(&session);
    see_other("/sign-in")
}

pub async fn set_up_page(app: Data<AppState>, set_up: Data<SetUp>, query: Query<SetUpQuery>) -> Result<impl Responder> {
    let key = query.into_inner().key.unwrap_or_default();
    set_up.check(&app.db, &key).await?;
    Ok(SetUpPage::new(key, String::new(), String::new(), Wrong::default()))
}

pub async fn set_up(
    app: Data<AppState>,
    set_up: Data<SetUp>,
    door: Door,
    form: Form<SetUpForm>,
) -> Result<HttpResponse> {
    let SetUpForm { key, name, email, password } = form.into_inner();
    set_up.check(&app.db, &key).await?;
    match create_first(&app, &name, &email, password, &door.address).await {
        Ok(user) => door.enter(user, "/").await,
        Err(error @ Error::Unacceptable { .. }) => {
            let problem = error.problem();
            let status = problem.status;
            refused(SetUpPage::new(key, name, email, Wrong::of(problem)).render(), status, None)
        }
        Err(error) => Err(error),
    }
}

async fn create_first(app: &AppState, name: &str, email: &str, password: String, address: &str) -> Result<UserId> {
    let email: Email = email.parse().map_err(|words| Error::unacceptable("bad_email", words))?;
    let new = users::NewUser { email, name: name.to_owned(), role: Role::Admin, password: Some(password) };
    users::create_first(&app.db, new, address, database::now()).await
}

/// The form again, with what was written and what is wrong with it.
fn refused(
    page: Result<String, askama::Error>,
    status: StatusCode,
    retry_after: Option<std::time::Duration>,
) -> Result<HttpResponse> {
    let mut answer = HttpResponse::build(status);
    if let Some(wait) = retry_after {
        answer.insert_header(("Retry-After", wait.as_secs().max(1)));
    }
    Ok(answer.content_type("text/html; charset=utf-8").body(page.map_err(|error| Error::Internal(error.to_string()))?))
}

impl SignInPage {
    fn respond(&self) -> Result<HttpResponse, askama::Error> {
        Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(self.render()?))
    }
}

impl SetUpPage {
    fn new(key: String, name: String, email: String, wrong: Wrong) -> Self {
        Self { layout: Layout::of_nobody(), key, name, email, wrong, min_characters: passwords::MIN_CHARACTERS }
    }
}
