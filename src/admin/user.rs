//! One account: what it stores, what it may, whether it may enter, and what was changed.

use super::users::{NewLink, role};
use crate::{
    accounts::{
        Account, Principal, Role, administration,
        password_links::{self, PASSWORD_LINK_LASTS},
        users::{self, User},
    },
    audit,
    error::{Error, Problem, Result},
    files::{
        pages::{Entry, history},
        view::{Moment, time_left},
    },
    ids::UserId,
    state::AppState,
    web::{Admin, Fields, Layout, Left, Notice, Reader, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use bytesize::ByteSize;

const EVENTS_SHOWN: u64 = 50;
/// More would not be chosen from; others are written by their email.
pub(super) const HEIRS_SHOWN: u64 = 200;

#[derive(Template)]
#[template(path = "admin/user.html")]
struct UserPage {
    layout: Layout,
    user: User,
    used: ByteSize,
    own_quota: Option<ByteSize>,
    quota: Option<ByteSize>,
    default_quota: Option<ByteSize>,
    created: Moment,
    last_seen: Option<Moment>,
    shown: Shown,
    history: Vec<Entry>,
    /// Who may get its files when it is deleted.
    heirs: Vec<User>,
}

/// What the page shows besides the account as it is.
#[derive(Default)]
struct Shown {
    notice: Option<Notice>,
    link: Option<NewLink>,
    /// Which part was refused, why, and what was written there.
    problem: Option<(Part, Problem, String)>,
    /// Who was to get the files.
    heir: String,
}

/// The parts of the page that may be refused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Role,
    Space,
    Access,
    Deletion,
}

/// Answers with the page of one account.
pub async fn user(
    app: Data<AppState>,
    Admin(account): Admin,
    id: Path<String>,
    reader: Reader,
    Left(notice): Left,
) -> Result<HttpResponse> {
    draw(&app, &account, user_id(&id)?, reader, Shown { notice, ..Shown::default() }).await
}

/// Makes an account a member or an admin, and goes back to its page; or answers with that page and why not.
pub async fn set_role(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = user_id(&id)?;
    let made = administration::set_role(&app.accounts, id, role(&fields)?, &principal, reader.now).await;
    answer(&app, &account, id, reader, (Part::Role, "", Notice::RoleChanged), made).await
}

/// Sets an account's quota, or with an empty field the default one, and goes back to its page; or answers with that page and
/// why not.
pub async fn set_quota(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let (id, typed) = (user_id(&id)?, fields.given("quota"));
    let parsed = typed.map(|text| {
        let parsed = text.parse::<ByteSize>().ok().filter(|quota| quota.as_u64() <= i64::MAX as u64);
        parsed.ok_or_else(|| Error::unacceptable("bad_quota", "Write a size such as 10 GB, or leave it empty."))
    });
    let made = match parsed.transpose() {
        Ok(quota) => administration::set_quota(&app.accounts, id, quota, &principal, reader.now).await,
        Err(error) => Err(error),
    };
    answer(&app, &account, id, reader, (Part::Space, typed.unwrap_or_default(), Notice::QuotaChanged), made).await
}

/// Lets nobody enter with an account any more, and goes back to its page; or answers with that page and why not.
pub async fn disable(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
) -> Result<HttpResponse> {
    let id = user_id(&id)?;
    let made = administration::disable(&app.accounts, id, &principal, reader.now).await;
    answer(&app, &account, id, reader, (Part::Access, "", Notice::AccountDisabled), made).await
}

/// Lets somebody enter with an account again, and goes back to its page; or answers with that page and why not.
pub async fn enable(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
) -> Result<HttpResponse> {
    let id = user_id(&id)?;
    let made = administration::enable(&app.accounts, id, &principal, reader.now).await;
    answer(&app, &account, id, reader, (Part::Access, "", Notice::AccountEnabled), made).await
}

/// Goes back to the page, which says what was done; what a person can put right is said where it was written, and all else is an
/// error of its own.
async fn answer<T>(
    app: &AppState,
    account: &Account,
    id: UserId,
    reader: Reader,
    (part, typed, notice): (Part, &str, Notice),
    made: Result<T>,
) -> Result<HttpResponse> {
    match made {
        Ok(_) => Ok(notice.see_other(app, &format!("/admin/users/{id}"))),
        Err(error) => refuse(app, account, id, reader, (part, typed, ""), error).await,
    }
}

/// Answers with the page, which says where it was written what a person can put right; all else is an error of its own. `heir` is who
/// was to get the files.
pub(super) async fn refuse(
    app: &AppState,
    account: &Account,
    id: UserId,
    reader: Reader,
    (part, typed, heir): (Part, &str, &str),
    error: Error,
) -> Result<HttpResponse> {
    match error {
        Error::Unacceptable { .. } | Error::Conflict(_) => {
            let problem = Some((part, error.problem(), typed.to_owned()));
            draw(app, account, id, reader, Shown { problem, heir: heir.to_owned(), ..Shown::default() }).await
        }
        error => Err(error),
    }
}

/// Makes a link that sets an account's password, and answers with its page, which shows the link this once.
pub async fn make_password_link(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
) -> Result<HttpResponse> {
    let id = user_id(&id)?;
    let secret = match password_links::create(&app.db, id, &principal, reader.now).await {
        Ok(secret) => secret,
        Err(error) => return refuse(&app, &account, id, reader, (Part::Access, "", ""), error).await,
    };
    let link = NewLink {
        words: "Hand over this link; whoever opens it chooses a new password, which ends every session and every API token.".to_owned(),
        url: format!("{}password/{secret}", app.url),
        lasts: time_left(PASSWORD_LINK_LASTS),
    };
    draw(&app, &account, id, reader, Shown { link: Some(link), ..Shown::default() }).await
}

async fn draw(app: &AppState, account: &Account, id: UserId, reader: Reader, shown: Shown) -> Result<HttpResponse> {
    let status = shown.problem.as_ref().map_or(StatusCode::OK, |(_, problem, _)| problem.status);
    let user = users::find(&app.db, id).await?;
    let heirs = users::search(&app.db, "", "", HEIRS_SHOWN).await?;
    let own_quota = user.quota.map(ByteSize);
    let page = UserPage {
        layout: Layout::of(app, account, "/admin/users")
            .with_notice(shown.notice.clone(), &format!("/admin/users/{id}")),
        used: ByteSize(user.used_bytes),
        own_quota,
        quota: app.uploads.quota_of(own_quota),
        default_quota: app.uploads.default_quota,
        created: Moment::seen(user.created_at, reader),
        last_seen: user.last_seen_at.map(|at| Moment::seen(at, reader)),
        history: history(&audit::list_of_user(&app.db, id, EVENTS_SHOWN).await?, reader),
        heirs: heirs.into_iter().filter(|heir| heir.id != id && !heir.disabled).collect(),
        user,
        shown,
    };
    respond::unstored_page(status, &page)
}

/// What is no id names no user.
pub(super) fn user_id(text: &str) -> Result<UserId> {
    text.parse().map_err(|_| Error::NotFound)
}

impl UserPage {
    /// What is wrong with a part of the page.
    fn problem_of(&self, part: Part) -> Option<&str> {
        self.shown.problem.as_ref().filter(|(other, ..)| *other == part).map(|(_, problem, _)| problem.words.as_str())
    }

    /// What was written in a part that was refused.
    fn typed_in(&self, part: Part) -> &str {
        self.shown.problem.as_ref().filter(|(other, ..)| *other == part).map_or("", |(.., typed)| typed.as_str())
    }

    /// Was this account to get the files?
    fn is_chosen(&self, heir: &User) -> bool {
        self.shown.heir == heir.id.to_string()
    }

    /// The quota as it can be saved again: in short words if they mean the same, else to the byte.
    fn quota_to_edit(&self) -> String {
        if self.problem_of(Part::Space).is_some() {
            return self.typed_in(Part::Space).to_owned();
        }
        let short = self.own_quota.map(|quota| quota.to_string()).unwrap_or_default();
        match self.own_quota {
            Some(quota) if short.parse() != Ok(quota) => format!("{} B", quota.as_u64()),
            _ => short,
        }
    }

    fn is_admin(&self) -> bool {
        self.user.role == Role::Admin
    }
}
