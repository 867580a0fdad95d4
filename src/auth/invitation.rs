//! Creating an account by an invitation.

use super::{entry::Entry, refused};
use crate::{
    accounts::{
        Email,
        invitations::{self, Acceptance},
        passwords,
    },
    database,
    error::{Error, Result},
    state::AppState,
    web::{Fields, Layout, Wrong},
};
use actix_web::{
    HttpResponse, Responder,
    web::{Data, Path},
};
use askama::Template;
use askama_web::WebTemplate;

#[derive(Template, WebTemplate)]
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

/// Answers with the form of an invitation, or `NotFound` when it was taken, withdrawn or is over.
pub async fn page(app: Data<AppState>, secret: Path<String>) -> Result<impl Responder> {
    InvitationPage::of(&app, &secret, "", "", Wrong::default()).await
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
            let page = InvitationPage::of(&app, &secret, name, email, Wrong::of(problem)).await?;
            refused(&page, status, None)
        }
        Err(error) => Err(error),
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
