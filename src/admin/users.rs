//! Everyone who may enter: finding, creating and inviting them.

use crate::{
    accounts::{
        Account, Email, Principal, Role,
        invitations::{self, INVITATION_LASTS, Invitation},
        password_links::{self, PASSWORD_LINK_LASTS},
        users::{self, NewUser, User},
    },
    database,
    error::{Error, Problem, Result},
    files::{
        list::statistics::{self, Total},
        view::{Moment, time_left},
    },
    state::AppState,
    web::{Admin, Asked, Fields, Layout, Left, Misread, Notice, Reader, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use bytesize::ByteSize;
use serde::Deserialize;

const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "admin/users.html")]
struct UsersPage {
    layout: Layout,
    query: UsersQuery,
    rows: Vec<Row>,
    next: Option<String>,
    invitations: Vec<InvitationRow>,
    /// What stands under ids that have no account here.
    of_nobody: Total,
    shown: Shown,
}

/// What a page shows of what was done just now.
#[derive(Default)]
struct Shown {
    notice: Option<Notice>,
    link: Option<NewLink>,
    /// Which form was refused, and why.
    problem: Option<(Form, Problem)>,
    /// What was written in it.
    name: String,
    email: String,
    role: String,
    /// What of the address was left out.
    misread: Misread,
}

/// The forms that may be refused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Invitation,
    Account,
}

/// A link that was just made, to be seen this once.
pub struct NewLink {
    /// What to do with it.
    pub words: String,
    pub url: String,
    /// How long it works, such as `24 hours`.
    pub lasts: String,
}

struct Row {
    link: String,
    email: String,
    name: String,
    role: Role,
    used: ByteSize,
    quota: Option<ByteSize>,
    share: f64,
    state: &'static str,
    last_seen: Option<Moment>,
}

struct InvitationRow {
    id: String,
    email: String,
    role: Role,
    created_by: String,
    left: String,
}

/// The parameters of the address: part of an email or a name, and the email behind which the page begins.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct UsersQuery {
    name: String,
    after: String,
}

/// Answers with a page of accounts by their emails, and the invitations that are open.
pub async fn users(
    app: Data<AppState>,
    Admin(account): Admin,
    reader: Reader,
    Asked { query, mut address }: Asked<UsersQuery>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let query = UsersQuery {
        name: address.read("name", &query.name, text)?.unwrap_or_default(),
        after: address.read("after", &query.after, text)?.unwrap_or_default(),
    };
    let shown = Shown { notice, misread: address.into_misread(), ..Shown::default() };
    draw(&app, &account, query, reader, shown).await
}

/// Creates an account without a password, and answers with the page, which shows this once the link that sets one.
pub async fn create(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let now = reader.now;
    let created = async {
        let (email, role) = (email(fields.text("email"))?, role(&fields)?);
        let new = NewUser { email, name: fields.text("name").to_owned(), role, password: None };
        let words = format!("{} has an account. Hand over this link, with which they choose a password.", new.email);
        let user = users::create(&app.db, new, &principal, now).await?;
        let secret = password_links::create(&app.db, user, &principal, now).await?;
        Ok(NewLink { words, url: format!("{}password/{secret}", app.url), lasts: time_left(PASSWORD_LINK_LASTS) })
    };
    let shown = Shown::of(Form::Account, created.await, &fields)?;
    draw(&app, &account, UsersQuery::default(), reader, shown).await
}

/// Makes an invitation, and answers with the page, which shows its link this once.
pub async fn invite(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let invited = async {
        let email = fields.given("email").map(email).transpose()?;
        let secret = invitations::invite(&app.db, email.as_ref(), role(&fields)?, &principal, reader.now).await?;
        let words = match email {
            Some(email) => format!("Hand this link to {email}; they choose a name and a password with it."),
            None => "Hand this link to one person; they create their account with it.".to_owned(),
        };
        Ok(NewLink { words, url: format!("{}invitations/{secret}", app.url), lasts: time_left(INVITATION_LASTS) })
    };
    let shown = Shown::of(Form::Invitation, invited.await, &fields)?;
    draw(&app, &account, UsersQuery::default(), reader, shown).await
}

/// Withdraws an invitation, and goes back to the page.
pub async fn revoke_invitation(
    app: Data<AppState>,
    _: Admin,
    principal: Principal,
    id: Path<String>,
) -> Result<HttpResponse> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    invitations::revoke(&app.db, id, &principal, database::now()).await?;
    Ok(Notice::InvitationRevoked.see_other(&app, "/admin/users"))
}

pub(super) fn role(fields: &Fields) -> Result<Role> {
    match fields.text("role") {
        "" | "member" => Ok(Role::Member),
        "admin" => Ok(Role::Admin),
        _ => Err(Error::unacceptable("bad_role", "A role is member or admin. Choose one of them.")),
    }
}

/// PostgreSQL's texts cannot hold a zero.
fn text(text: &str) -> Result<String> {
    let unheard_of = || Error::Malformed("A filter contains a character that no account can have.".into());
    Some(text.to_owned()).filter(|text| !text.contains('\0')).ok_or_else(unheard_of)
}

fn email(text: &str) -> Result<Email> {
    text.parse().map_err(|words| Error::unacceptable("bad_email", words))
}

async fn draw(
    app: &AppState,
    account: &Account,
    query: UsersQuery,
    reader: Reader,
    shown: Shown,
) -> Result<HttpResponse> {
    let now = reader.now;
    let mut found = users::search(&app.db, query.name.trim(), &query.after, PAGE as u64 + 1).await?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let invitations = invitations::list(&app.db, now).await?;
    let of_nobody = statistics::of_nobody(&app.db).await?;
    let page = UsersPage {
        layout: Layout::of(app, account, "/admin/users").with_notice(shown.notice.clone(), "/admin/users"),
        next: found.last().filter(|_| has_more).map(|user| query.url(&user.email)),
        rows: found.into_iter().map(|user| Row::of(app, user, reader)).collect(),
        invitations: invitations.into_iter().map(|invitation| InvitationRow::of(invitation, now)).collect(),
        query,
        of_nobody,
        shown,
    };
    let status = page.shown.problem.as_ref().map_or(StatusCode::OK, |(_, problem)| problem.status);
    respond::unstored_page(status, &page)
}

impl UsersQuery {
    fn url(&self, after: &str) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("name", self.name.trim()), ("after", after)] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        format!("/admin/users?{}", pairs.finish())
    }
}

impl Shown {
    /// What a person can put right is said with what they wrote; the rest is not theirs.
    fn of(form: Form, outcome: Result<NewLink>, fields: &Fields) -> Result<Self> {
        match outcome {
            Ok(link) => Ok(Self { link: Some(link), ..Self::default() }),
            Err(error @ (Error::Unacceptable { .. } | Error::Conflict(_))) => {
                let [name, email, role] = ["name", "email", "role"].map(|field| fields.text(field).to_owned());
                Ok(Self { problem: Some((form, error.problem())), name, email, role, ..Self::default() })
            }
            Err(error) => Err(error),
        }
    }
}

impl UsersPage {
    /// What is wrong with a field of a form.
    fn problem_of(&self, form: Form, field: &str) -> Option<&str> {
        let (refused, problem) = self.shown.problem.as_ref()?;
        let at = match problem.code {
            "bad_name" => "name",
            "bad_role" => "role",
            _ => "email",
        };
        (*refused == form && at == field).then_some(problem.words.as_str())
    }

    /// What was written in a form that was refused; nothing in the others.
    fn written<'a>(&'a self, form: Form, text: &'a str) -> &'a str {
        let is_refused = self.shown.problem.as_ref().is_some_and(|(refused, _)| *refused == form);
        if is_refused { text } else { "" }
    }
}

impl Row {
    fn of(app: &AppState, user: User, reader: Reader) -> Self {
        let quota = app.uploads.quota_of(user.quota.map(ByteSize));
        Self {
            link: format!("/admin/users/{}", user.id),
            role: user.role,
            used: ByteSize(user.used_bytes),
            share: quota.map_or(0.0, |quota| super::chart::share(user.used_bytes, quota.as_u64())),
            quota,
            state: user.state_in_words(),
            last_seen: user.last_seen_at.map(|at| Moment::seen(at, reader)),
            email: user.email,
            name: user.name,
        }
    }
}

impl InvitationRow {
    fn of(invitation: Invitation, now: chrono::DateTime<chrono::Utc>) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.email,
            role: invitation.role,
            created_by: invitation.created_by.unwrap_or_else(|| "the command line".to_owned()),
            left: time_left(invitation.expires_at - now),
        }
    }
}
