//! Creating the first account, by the link that the first start tells.

use super::{entry::Entry, refused, spent};
use crate::{
    accounts::{Email, Role, passwords, users},
    database,
    error::{Error, Result},
    ids::UserId,
    state::AppState,
    web::{Layout, Wrong, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Form, Query},
};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "auth/set_up.html")]
struct SetUpPage {
    layout: Layout,
    key: String,
    name: String,
    email: String,
    wrong: Wrong,
    min_characters: usize,
}

/// What the set-up link carries.
#[derive(Deserialize)]
pub struct SetUpQuery {
    key: Option<String>,
}

/// What the set-up form sends.
#[derive(Deserialize)]
pub struct SetUpForm {
    key: String,
    name: String,
    email: String,
    password: String,
}

const TITLE: &str = "This link opens nothing";
const SPENT: &str =
    "A set-up link works until there is an account. Sign in, or ask an administrator for an invitation.";

/// Answers with the form that creates the first account, or 404 and what it was for another key than the set-up link's.
pub async fn page(app: Data<AppState>, query: Query<SetUpQuery>) -> Result<HttpResponse> {
    let key = query.into_inner().key.unwrap_or_default();
    match app.set_up.check(&app.db, &key).await {
        Ok(()) => {
            let page = SetUpPage::new(key, String::new(), String::new(), Wrong::default());
            respond::page(StatusCode::OK, &page)
        }
        Err(error) => spent(error, TITLE, SPENT),
    }
}

/// Creates the first account, an administrator's, and signs its owner in; answers with the form once more when a value
/// will not do.
pub async fn submit(app: Data<AppState>, entry: Entry, form: Form<SetUpForm>) -> Result<HttpResponse> {
    let SetUpForm { key, name, email, password } = form.into_inner();
    if let Err(error) = app.set_up.check(&app.db, &key).await {
        return spent(error, TITLE, SPENT);
    }
    match create_first(&app, &name, &email, password, &entry.address).await {
        Ok(user) => entry.enter(user, "/").await,
        Err(error @ Error::Unacceptable { .. }) => {
            let problem = error.problem();
            let status = problem.status;
            refused(&SetUpPage::new(key, name, email, Wrong::of(problem)), status, None)
        }
        Err(error) => spent(error, TITLE, SPENT),
    }
}

async fn create_first(app: &AppState, name: &str, email: &str, password: String, address: &str) -> Result<UserId> {
    let email: Email = email.parse().map_err(|words| Error::unacceptable("bad_email", words))?;
    let new = users::NewUser { email, name: name.to_owned(), role: Role::Admin, password: Some(password) };
    users::create_first(&app.db, new, address, database::now()).await
}

impl SetUpPage {
    fn new(key: String, name: String, email: String, wrong: Wrong) -> Self {
        Self { layout: Layout::of_nobody(), key, name, email, wrong, min_characters: passwords::MIN_CHARACTERS }
    }
}
