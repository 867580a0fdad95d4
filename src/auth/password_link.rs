//! Setting a password by a link that an administrator made.

use super::{entry::Entry, refused, spent};
use crate::{
    accounts::{password_links, passwords},
    database,
    error::{Error, Result},
    state::AppState,
    web::{Fields, Layout, Wrong, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;

#[derive(Template)]
#[template(path = "auth/password.html")]
struct PasswordPage {
    layout: Layout,
    secret: String,
    email: String,
    wrong: Wrong,
    min_characters: usize,
}

const TITLE: &str = "This link has ended";
const SPENT: &str = "It was for a new password, and was used already, replaced by another one, or its time is over. Ask an \
                     administrator for another one.";

/// Answers with the form of a password link, or 404 and what became of it when it was used, replaced or is over.
pub async fn page(app: Data<AppState>, secret: Path<String>) -> Result<HttpResponse> {
    match PasswordPage::of(&app, &secret, Wrong::default()).await {
        Ok(page) => respond::page(StatusCode::OK, &page),
        Err(error) => spent(error, TITLE, SPENT),
    }
}

/// Sets the password of the account that a link is for, and signs its owner in; answers with the form once more when
/// the password will not do.
pub async fn submit(app: Data<AppState>, secret: Path<String>, entry: Entry, fields: Fields) -> Result<HttpResponse> {
    let password = fields.all("password").next().unwrap_or_default().to_owned();
    match password_links::set_password(&app.accounts, &secret, password, &entry.address, database::now()).await {
        Ok(user) => entry.enter(user, "/").await,
        Err(error @ Error::Unacceptable { .. }) => {
            let problem = error.problem();
            let status = problem.status;
            match PasswordPage::of(&app, &secret, Wrong::of(problem)).await {
                Ok(page) => refused(&page, status, None),
                Err(error) => spent(error, TITLE, SPENT),
            }
        }
        Err(error) => spent(error, TITLE, SPENT),
    }
}

impl PasswordPage {
    async fn of(app: &AppState, secret: &str, wrong: Wrong) -> Result<Self> {
        Ok(Self {
            layout: Layout::of_nobody(),
            secret: secret.to_owned(),
            email: password_links::find(&app.db, secret, database::now()).await?,
            wrong,
            min_characters: passwords::MIN_CHARACTERS,
        })
    }
}
