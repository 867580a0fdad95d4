//! The links of everyone, for administrators: whose they are, how they are used, an end to them, and whether there may be any.

use super::{
    Share,
    pages::{Row, share_id},
    shown::Shown,
    transition,
};
use crate::{
    accounts::{Principal, users},
    error::{Error, Result},
    files::{Scope, list::cursor::moment},
    ids::UserId,
    links::{
        permission::{self, LinkKind, Sharing, Whose},
        transition::Transition,
    },
    state::AppState,
    web::{Admin, Fields, Layout, Left, Notice, Reader, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

const PLACE: &str = "/admin/shares";

/// Where a page of the list begins: before a time, in microseconds since 1970.
#[derive(Deserialize)]
pub struct Place {
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "shares/everyones.html")]
struct SharesPage {
    layout: Layout,
    rows: Vec<Owned>,
    sharing: Sharing,
    next: Option<String>,
}

/// A link, and whose it is.
struct Owned {
    row: Row,
    owner: UserId,
    email: String,
    /// Whether its owner may share.
    sharing: Sharing,
}

/// Answers with everyone's links, the latest first.
pub async fn shares(
    app: Data<AppState>,
    Admin(account): Admin,
    reader: Reader,
    place: Query<Place>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let layout = Layout::of(&app, &account, PLACE).with_notice(notice, PLACE);
    let page = SharesPage::of(&app, layout, &place.before, reader).await?;
    respond::unstored_page(StatusCode::OK, &page)
}

/// Stops sharing by somebody's link.
pub async fn end(
    app: Data<AppState>,
    _: Admin,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
) -> Result<HttpResponse> {
    let step = (share_id(&id)?, Transition::End);
    transition::apply(&app, step, Scope::Everyone, &principal, reader.now).await?;
    Ok(Notice::SharingStopped { undo: None }.see_other(&app, PLACE))
}

/// Turns links on or off, of either kind, for everyone or for the account that the form names.
pub async fn turn(
    app: Data<AppState>,
    _: Admin,
    principal: Principal,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let damaged = || Error::Malformed("The form is damaged. Load the page again.".into());
    let whose = match fields.given("account") {
        None => Whose::Everyones,
        Some(id) => Whose::Of(users::find(&app.db, id.parse().map_err(|_| damaged())?).await?.id),
    };
    let (sharing, notice) = match fields.given("sharing") {
        Some("on") => (Sharing::On, Notice::SharingOn),
        Some("off") => (Sharing::Off, Notice::SharingOff),
        _ => return Err(damaged()),
    };
    let (kind, place) = match fields.given("kind") {
        Some("drop") => (LinkKind::Drop, "/admin/requests"),
        _ => (LinkKind::Share, PLACE),
    };
    permission::turn(&app, kind, (whose, sharing), &principal, reader.now).await?;
    Ok(notice.see_other(&app, place))
}

impl SharesPage {
    async fn of(app: &AppState, layout: Layout, before: &str, reader: Reader) -> Result<Self> {
        let unread = || Error::Malformed("This page's address is incomplete. Start again from the first page.".into());
        let at = if before.is_empty() { None } else { Some(moment(before).ok_or_else(unread)?) };
        let page = Share::list(&app.db, Scope::Everyone, at).await?;
        let emails = users::emails(&app.db, page.shares.iter().map(Share::owner).collect()).await?;
        let shown = Shown::of(&app.db, &page.shares).await?;
        let known = permission::sharing_of(&app.db, LinkKind::Share, page.shares.iter().map(Share::owner)).await?;
        let mut rows = Vec::new();
        for share in &page.shares {
            let owner = share.owner();
            let sharing = known.get(&owner).copied().unwrap_or(Sharing::On);
            let email = emails.get(&owner).cloned().unwrap_or_default();
            rows.push(Owned { row: Row::of(app, share, &shown, reader)?, owner, email, sharing });
        }
        let sharing = permission::sharing(&app.db, LinkKind::Share, Whose::Everyones).await?;
        let next = page.next.map(|next| format!("{PLACE}?before={}", next.timestamp_micros()));
        Ok(Self { layout, rows, sharing, next })
    }
}
