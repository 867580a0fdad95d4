//! Creating an account by an invitation.

use super::{entry::Entry, refused, spent};
use crate::{
    accounts::{
        Email,
        invitations::{self, Acceptance},
        passwords,
    },
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
#[template(path = "auth/invitation.html")]
struct InvitationPage {
    layout: Layout,
    secret: String,
    invited_by: String,
    name: String,
    email: String,
    is_email_given: bool,
    wrong: Wrong,
    min_characters: usize,
}

const TITLE: &str = "This invitation has ended";
const SPENT: &str =
    "It was taken already, withdrawn, or its time is over. Sign in if you have an account, or ask for another one.";

/// Answers with the form of an invitation, or 404 and what became of it when it was taken, withdrawn or is over.
pub async fn page(app: Data<AppState>, secret: Path<String>) -> Result<HttpResponse> {
    match InvitationPage::of(&app, &secret, "", "", Wrong::default()).await {
        Ok(page) => respond::page(StatusCode::OK, &page),
        Err(error) => spent(error, TITLE, SPENT),
    }
}

/// Creates the account of somebody who was invited, and signs them in; answers with the form once more when a value
/// will not do.
pub async fn submit(app: Data<AppState>, secret: Path<String>, entry: Entry, fields: Fields) -> Result<HttpResponse> {
    let (name, email) = (fields.text("name"), fields.text("email"));
    let accepted = async {
        let parsed: Email = email.parse().map_err(|words| Error::unacceptable("bad_email", words))?;
        let password = fields.all("password").next().unwrap_or_default().to_owned();
        let acceptance = Acceptance { email: parsed, name: name.to_owned(), password };
        invitations::accept(&app.db, &secret, acceptance, &entry.address, database::now()).await
    };
    match accepted.await {
        Ok(user) => entry.enter(user, "/").await,
        Err(error @ (Error::Unacceptable { .. } | Error::Conflict(_))) => {
            let problem = error.problem();
            let status = problem.status;
            match InvitationPage::of(&app, &secret, name, email, Wrong::of(problem)).await {
                Ok(page) => refused(&page, status, None),
                Err(error) => spent(error, TITLE, SPENT),
            }
        }
        Err(error) => spent(error, TITLE, SPENT),
    }
}

impl InvitationPage {
    async fn of(app: &AppState, secret: &str, name: &str, email: &str, wrong: Wrong) -> Result<Self> {
        let invitation = invitations::find(&app.db, secret, database::now()).await?;
        let is_email_given = !invitation.email.is_empty();
        Ok(Self {
            layout: Layout::of_nobody(),
            secret: secret.to_owned(),
            invited_by: invitation.created_by.unwrap_or_else(|| "An administrator".to_owned()),
            name: name.to_owned(),
            email: if is_email_given { invitation.email } else { email.to_owned() },
            is_email_given,
            wrong,
            min_characters: passwords::MIN_CHARACTERS,
        })
    }
}
