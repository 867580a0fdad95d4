//! One account: what it stores, what it may, whether it may enter, and what was changed.

use super::users::{NewLink, role};
use crate::{
    accounts::{
        Account, Principal, Role, administration,
        password_links::{self, PASSWORD_LINK_LASTS},
        users::{self, User},
    },
    audit, database,
    error::{Error, Result},
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
const HEIRS_SHOWN: u64 = 200;

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
    link: Option<NewLink>,
    history: Vec<Entry>,
    /// Who may get its files when it is deleted.
    heirs: Vec<User>,
}

/// Answers with the page of one account.
pub async fn user(
    app: Data<AppState>,
    Admin(account): Admin,
    id: Path<String>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    draw(&app, &account, user_id(&id)?, notice, None).await
}

/// Makes an account a member or an admin, and goes back to its page.
pub async fn set_role(
    app: Data<AppState>,
    _: Admin,
    principal: Principal,
    id: Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = user_id(&id)?;
    administration::set_role(&app.accounts, id, role(&fields)?, &principal, database::now()).await?;
    Ok(changed(&app, id, Notice::RoleChanged))
}

/// Sets an account's quota, or with an empty field the default one, and goes back to its page.
pub async fn set_quota(
    app: Data<AppState>,
    _: Admin,
    principal: Principal,
    id: Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let id = user_id(&id)?;
    let quota = fields.given("quota").map(|text| {
        let parsed = text.parse::<ByteSize>().ok().filter(|quota| quota.as_u64() <= i64::MAX as u64);
        parsed.ok_or_else(|| Error::unacceptable("bad_quota", "Write a quota such as 10 GiB, or leave it empty."))
    });
    administration::set_quota(&app.accounts, id, quota.transpose()?, &principal, database::now()).await?;
    Ok(changed(&app, id, Notice::QuotaChanged))
}

/// Lets nobody enter with an account any more, and goes back to its page.
pub async fn disable(app: Data<AppState>, _: Admin, principal: Principal, id: Path<String>) -> Result<HttpResponse> {
    let id = user_id(&id)?;
    administration::disable(&app.accounts, id, &principal, database::now()).await?;
    Ok(changed(&app, id, Notice::AccountDisabled))
}

/// Lets somebody enter with an account again, and goes back to its page.
pub async fn enable(app: Data<AppState>, _: Admin, principal: Principal, id: Path<String>) -> Result<HttpResponse> {
    let id = user_id(&id)?;
    administration::enable(&app.accounts, id, &principal, database::now()).await?;
    Ok(changed(&app, id, Notice::AccountEnabled))
}

/// Makes a link that sets an account's password, and answers with its page, which shows the link this once.
pub async fn make_password_link(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    id: Path<String>,
) -> Result<HttpResponse> {
    let id = user_id(&id)?;
    let secret = password_links::create(&app.db, id, &principal, database::now()).await?;
    let link = NewLink {
        words: "Hand over this link; whoever opens it chooses a new password, which ends every session and every API token.".to_owned(),
        url: format!("{}password/{secret}", app.url),
        lasts: time_left(PASSWORD_LINK_LASTS),
    };
    draw(&app, &account, id, None, Some(link)).await
}

async fn draw(
    app: &AppState,
    account: &Account,
    id: UserId,
    notice: Option<Notice>,
    link: Option<NewLink>,
) -> Result<HttpResponse> {
    let user = users::find(&app.db, id).await?;
    let heirs = users::search(&app.db, "", "", HEIRS_SHOWN).await?;
    let own_quota = user.quota.map(ByteSize);
    let page = UserPage {
        layout: Layout::of(app, account, "/admin/users").with_notice(notice, &format!("/admin/users/{id}")),
        used: ByteSize(user.used_bytes),
        own_quota,
        quota: app.uploads.quota_of(own_quota),
        default_quota: app.uploads.default_quota,
        created: Moment::of(user.created_at),
        last_seen: user.last_seen_at.map(Moment::of),
        history: history(&audit::list_of_user(&app.db, id, EVENTS_SHOWN).await?, Reader::ANYBODY),
        heirs: heirs.into_iter().filter(|heir| heir.id != id && !heir.disabled).collect(),
        user,
        link,
    };
    respond::unstored_page(StatusCode::OK, &page)
}

fn changed(app: &AppState, id: UserId, notice: Notice) -> HttpResponse {
    notice.see_other(app, &format!("/admin/users/{id}"))
}

/// What is no id names no user.
pub(super) fn user_id(text: &str) -> Result<UserId> {
    text.parse().map_err(|_| Error::NotFound)
}

impl UserPage {
    /// The quota as it can be saved again: in short words if they mean the same, else to the byte.
    fn quota_to_edit(&self) -> String {
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
