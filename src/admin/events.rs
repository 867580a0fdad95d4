//! The log of changes: who did what, to whom, when, and from where.

use crate::{
    audit,
    error::{Error, Result},
    files::view::Moment,
    state::AppState,
    web::{Admin, Layout, Reader},
};
use actix_web::{
    Responder,
    web::{Data, Query},
};
use askama::Template;
use askama_web::WebTemplate;
use serde::Deserialize;

const PAGE: usize = 100;

#[derive(Template, WebTemplate)]
#[template(path = "admin/events.html")]
struct EventsPage {
    layout: Layout,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    at: Moment,
    actor: String,
    what: &'static str,
    subject: String,
    detail: String,
    address: String,
}

/// The parameter of the address that says which event the page begins behind.
#[derive(Deserialize)]
pub struct EventsQuery {
    #[serde(default)]
    before: String,
}

/// Answers with a page of the log, the latest first.
pub async fn events(
    app: Data<AppState>,
    Admin(account): Admin,
    reader: Reader,
    query: Query<EventsQuery>,
) -> Result<impl Responder> {
    let before = Some(query.before.as_str()).filter(|text| !text.is_empty()).map(|text| {
        let malformed =
            || Error::Malformed("This page's address is incomplete. Start again from the first page.".into());
        text.parse::<i64>().map_err(|_| malformed())
    });
    let mut events = audit::list_before(&app.db, before.transpose()?, PAGE as u64 + 1).await?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let next = events.last().filter(|_| has_more).map(|(place, _)| format!("/admin/events?before={place}"));
    let row = |(_, event): (i64, audit::Event)| Row {
        at: Moment::seen(event.at, reader),
        detail: event.detail_in_words(),
        actor: event.actor,
        what: event.action.words(),
        subject: event.subject,
        address: event.address,
    };
    let rows = events.into_iter().map(row).collect();
    Ok(EventsPage { layout: Layout::of(&app, &account, "/admin/events"), rows, next })
}
