//! What is behind the links that administrators hand out: an invitation, and a new password.

use super::{door::Door, refused};
use crate::{
    accounts::{
        Email,
        links::{self, Acceptance},
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

#[derive(Template, WebTemplate)]
#[template(path = "auth/password.html")]
struct PasswordPage {
    layout: Layout,
    secret: String,
    email: String,
    wrong: Wrong,
    min_characters: usize,
}

pub async fn invitation_page(app: Data<AppState>, secret: Path<String>) -> Result<impl Responder> {
    InvitationPage::of(&app, &secret, "", "", Wrong::default()).await
}

pub async fn accept_invitation(
    app: Data<AppState>,
    secret: Path<String>,
    door: Door,
    fields: Fields,
) -> Result<HttpResponse> {
    let (name, email) = (fields.text("name"), fields.text("email"));
    let accepted = async {
        let parsed: Email = email.parse().map_err(|words| Error::unacceptable("bad_email", words))?;
        let password = fields.all("password").next().unwrap_or_default().to_owned();
        let acceptance = Acceptance { email: parsed, name: name.to_owned(), password };
        links::accept(&app.db, &secret, acceptance, &door.address, database::now()).await
    };
    match accepted.await {
        Ok(user) => door.enter(user, "/").await,
        Err(error @ (Error::Unacceptable { .. } | Error::Conflict(_))) => {
            let problem = error.problem();
            let status = problem.status;
            let page = InvitationPage::of(&app, &secret, name, email, Wrong::of(problem)).await?;
            refused(page.render(), status, None)
        }
        Err(error) => Err(error),
    }
}

pub async fn password_page(app: Data<AppState>, secret: Path<String>) -> Result<impl Responder> {
    PasswordPage::of(&app, &secret, Wrong::default()).await
}

pub async fn set_password(
    app: Data<AppState>,
    sessions: Data<crate::accounts::sessions::Sessions>,
    account_cache: Data<crate::accounts::AccountCache>,
    secret: Path<String>,
    door: Door,
    fields: Fields,
) -> Result<HttpResponse> {
    let password = fields.all("password").next().unwrap_or_default().to_owned();
    match links::set_password(&app.db, &secret, password, &door.address, database::now()).await {
        Ok(user) => {
            sessions.forget_all();
            account_cache.forget_tokens();
            door.enter(user, "/").await
        }
        Err(error @ Error::Unacceptable { .. }) => {
            let problem = error.problem();
            let status = problem.status;
            let page = PasswordPage::of(&app, &secret, Wrong::of(problem)).await?;
            refused(page.render(), status, None)
        }
        Err(error) => Err(error),
    }
}

impl InvitationPage {
    async fn of(app: &AppState, secret: &str, name: &str, email: &str, wrong: Wrong) -> Result<Self> {
        let invitation = links::find_invitation(&app.db, secret, database::now()).await?;
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

impl PasswordPage {
    async fn of(app: &AppState, secret: &str, wrong: Wrong) -> Result<Self> {
        Ok(Self {
            layout: Layout::of_nobody(),
            secret: secret.to_owned(),
            email: links::find_password_link(&app.db, secret, database::now()).await?,
            wrong,
            min_characters: passwords::MIN_CHARACTERS,
        })
    }
}
