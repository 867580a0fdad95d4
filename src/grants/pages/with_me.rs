//! The list of what is shared with somebody, and leaving a folder of it.

use crate::{
    accounts::{Account, Principal, users},
    database,
    error::{Error, Result},
    files::{folders::shared, list::cursor::moment, pages::in_it, view::Moment},
    grants::{Grant, Member, changing, member::PLACE},
    state::AppState,
    web::{Layout, Left, Notice, Reader, SignedIn, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// Where a page of the list begins: before a time, in microseconds since 1970.
#[derive(Deserialize)]
pub struct Begin {
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "grants/with_me.html")]
struct WithMePage {
    layout: Layout,
    rows: Vec<Row>,
    is_first: bool,
    next: Option<String>,
}

/// A folder that is shared with somebody.
struct Row {
    url: String,
    name: String,
    owner: String,
    /// What lies directly in it, in words.
    holds: String,
    since: Moment,
}

/// Asks whether to leave a folder, as only its owner can take that back.
#[derive(Template)]
#[template(path = "grants/leaving.html")]
struct LeavingPage {
    layout: Layout,
    member: Member,
    name: String,
}

/// Answers with the folders that are shared with the caller, the latest first.
pub async fn with_me(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    begin: Query<Begin>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let unread = || Error::Malformed("This page's address is incomplete. Start again from the first page.".into());
    let before = if begin.before.is_empty() { None } else { Some(moment(&begin.before).ok_or_else(unread)?) };
    let layout = Layout::of(&app, &account, "/shared").with_notice(notice, PLACE);
    respond::unstored_page(StatusCode::OK, &WithMePage::of(&app, &account, layout, before, reader).await?)
}

/// Asks whether to leave a folder that is shared with the caller.
pub async fn leaving(app: Data<AppState>, member: Member) -> Result<HttpResponse> {
    let folder = member.grant.folder();
    let name = shared::names(&app.db, vec![folder]).await?.remove(&folder).unwrap_or_default();
    let layout = Layout::of(&app, &member.account, "/shared");
    respond::unstored_page(StatusCode::OK, &LeavingPage { layout, member, name })
}

/// Takes a folder off what is shared with the caller.
pub async fn leave(app: Data<AppState>, member: Member, principal: Principal) -> Result<HttpResponse> {
    changing::leave(&app, member.grant.folder(), member.account.id, &principal, database::now()).await?;
    Ok(Notice::FolderLeft.see_other(&app, PLACE))
}

impl WithMePage {
    async fn of(
        app: &AppState,
        account: &Account,
        layout: Layout,
        before: Option<DateTime<Utc>>,
        reader: Reader,
    ) -> Result<Self> {
        let db = database::read_as(&app.db, account.id).await?;
        let page = Grant::of_member(&db, account.id, before).await?;
        drop(db);
        // They are other people's rows, found by the grants alone.
        let folders: Vec<_> = page.grants.iter().map(Grant::folder).collect();
        let shown = shared::shown(&app.db, &folders).await?;
        let names = shared::names(&app.db, folders).await?;
        let owners = users::with_ids(&app.db, page.grants.iter().map(Grant::owner).collect()).await?;
        let row = |grant: &Grant| {
            let shown = shown.get(&grant.folder()).filter(|shown| !shown.is_put_away)?;
            let owner = owners.get(&grant.owner()).filter(|owner| !owner.disabled)?;
            Some(Row {
                url: format!("{PLACE}/{}", grant.folder()),
                name: names.get(&grant.folder())?.clone(),
                owner: owner.name.clone(),
                holds: in_it(shown.holds),
                since: Moment::seen(grant.since(), reader),
            })
        };
        Ok(Self {
            layout,
            rows: page.grants.iter().filter_map(row).collect(),
            is_first: before.is_none(),
            next: page.next.map(|next| format!("{PLACE}?before={}", next.timestamp_micros())),
        })
    }
}
