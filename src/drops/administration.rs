//! Everyone's requests for files, for administrators: whose they are, what came by them, an end to them, and whether there may be any.

use super::{
    DropLink,
    pages::{Row, drop_id},
    transition,
};
use crate::{
    accounts::{Principal, users},
    drops::pages::{Around, Place, before},
    error::Result,
    files::Scope,
    ids::UserId,
    links::{
        permission::{self, LinkKind, Sharing, Whose},
        transition::Transition,
    },
    state::AppState,
    web::{Admin, Layout, Left, Notice, Reader, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;

const PLACE: &str = "/admin/requests";

#[derive(Template)]
#[template(path = "drops/everyones.html")]
struct RequestsPage {
    layout: Layout,
    rows: Vec<Owned>,
    sharing: Sharing,
    next: Option<String>,
}

/// A request, and whose it is.
struct Owned {
    row: Row,
    owner: UserId,
    email: String,
    /// Whether its owner may ask.
    sharing: Sharing,
}

/// Answers with everyone's requests, the latest first.
pub async fn requests(
    app: Data<AppState>,
    Admin(account): Admin,
    reader: Reader,
    place: Query<Place>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let layout = Layout::of(&app, &account, PLACE).with_notice(notice, PLACE);
    let page = RequestsPage::of(&app, layout, &place.before, reader).await?;
    respond::unstored_page(StatusCode::OK, &page)
}

/// Ends somebody's request.
pub async fn end(
    app: Data<AppState>,
    _: Admin,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
) -> Result<HttpResponse> {
    let step = (drop_id(&id)?, Transition::End);
    transition::apply(&app, step, Scope::Everyone, &principal, reader.now).await?;
    Ok(Notice::RequestEnded { undo: None }.see_other(&app, PLACE))
}

impl RequestsPage {
    async fn of(app: &AppState, layout: Layout, place: &str, reader: Reader) -> Result<Self> {
        let page = DropLink::list(&app.db, Scope::Everyone, before(place)?).await?;
        let emails = users::emails(&app.db, page.drops.iter().map(DropLink::owner).collect()).await?;
        let around = Around::of(&app.db, &page.drops).await?;
        let known = permission::sharing_of(&app.db, LinkKind::Drop, page.drops.iter().map(DropLink::owner)).await?;
        let mut rows = Vec::new();
        for link in &page.drops {
            let owner = link.owner();
            let sharing = known.get(&owner).copied().unwrap_or(Sharing::On);
            let email = emails.get(&owner).cloned().unwrap_or_default();
            rows.push(Owned { row: Row::of(app, link, &around, reader)?, owner, email, sharing });
        }
        let sharing = permission::sharing(&app.db, LinkKind::Drop, Whose::Everyones).await?;
        let next = page.next.map(|next| format!("{PLACE}?before={}", next.timestamp_micros()));
        Ok(Self { layout, rows, sharing, next })
    }
}
