//! The log of changes, a line for each act: who did what, to whom, when, and from where; and all that an act was done to.

use super::event_filter::{EventsQuery, Group};
use crate::{
    audit::log::{self, Line},
    error::{Error, Result},
    files::{list::facets::grouped, view::Moment},
    state::AppState,
    web::{Admin, Asked, Layout, Misread, Reader},
};
use actix_web::{
    Responder,
    web::{Data, Path},
};
use askama::Template;
use askama_web::WebTemplate;
use serde::Deserialize;

const PAGE: usize = 100;

#[derive(Template, WebTemplate)]
#[template(path = "admin/events.html")]
struct EventsPage {
    layout: Layout,
    query: EventsQuery,
    rows: Vec<Row>,
    next: Option<String>,
    /// How long events are kept, in words.
    kept: String,
    misread: Misread,
}

struct Row {
    at: Moment,
    actor: String,
    what: &'static str,
    subject: String,
    /// What else it was done to, where that is many.
    many: Option<Many>,
    detail: String,
    address: String,
}

struct Many {
    link: String,
    /// Such as `550 files`.
    words: String,
    /// Such as `and 549 more`, behind the name of the first.
    others: String,
}

#[derive(Template, WebTemplate)]
#[template(path = "admin/act.html")]
struct ActPage {
    layout: Layout,
    line: Row,
    things: Vec<(String, String)>,
    next: Option<String>,
    misread: Misread,
}

/// The parameter of the address that says which event of an act the page begins behind.
#[derive(Deserialize)]
pub struct ActQuery {
    #[serde(default)]
    after: String,
}

/// Answers with a page of the log, the latest first.
pub async fn events(
    app: Data<AppState>,
    Admin(account): Admin,
    reader: Reader,
    Asked { mut query, mut address }: Asked<EventsQuery>,
) -> Result<impl Responder> {
    let filter = query.read(&app, reader, &mut address).await?;
    let before = address.read("before", &query.before, place)?;
    let mut lines = log::list(&app.db, &filter, before, PAGE as u64 + 1).await?;
    let has_more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| has_more).map(|line| line.id.to_string());
    let next = next.map(|before| query.url_with("/admin/events", &[("before", &before)]));
    let rows = lines.into_iter().map(|line| Row::of(line, reader)).collect();
    let layout = Layout::of(&app, &account, "/admin/events");
    Ok(EventsPage { layout, query, rows, next, kept: kept(&app), misread: address.into_misread() })
}

/// Answers with a page of what one act was done to, in the order in which it was done.
pub async fn act(
    app: Data<AppState>,
    Admin(account): Admin,
    reader: Reader,
    id: Path<String>,
    Asked { query, mut address }: Asked<ActQuery>,
) -> Result<impl Responder> {
    let line = log::find(&app.db, id.parse().map_err(|_| Error::NotFound)?).await?;
    let (id, after) = (line.id, address.read("after", &query.after, place)?);
    let mut events = log::list_of_act(&app.db, id, after.unwrap_or(id), PAGE as u64 + 1).await?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let next = events.last().filter(|_| has_more).map(|(last, _)| format!("/admin/events/{id}?after={last}"));
    let first = after.is_none().then(|| line.event.clone());
    let events = first.into_iter().chain(events.into_iter().map(|(_, event)| event));
    let things = events.map(|event| (event.detail_in_words(), event.subject)).map(|(detail, name)| (name, detail));
    let (layout, things) = (Layout::of(&app, &account, "/admin/events"), things.collect());
    Ok(ActPage { layout, line: Row::of(line, reader), things, next, misread: address.into_misread() })
}

fn kept(app: &AppState) -> String {
    let days = app.audit_kept.map(|kept| kept.num_days());
    days.map_or_else(|| "Kept for ever".to_owned(), |days| format!("Kept for {days} days"))
}

/// A place in the log, as an address has it.
fn place(text: &str) -> Result<i64> {
    let malformed = || Error::Malformed("This page's address is incomplete. Start again from the first page.".into());
    text.parse().map_err(|_| malformed())
}

impl EventsPage {
    /// The address of what is shown, as a file of some format.
    fn export(&self, path: &str) -> String {
        self.query.url_with(path, &[])
    }

    fn is_of(&self, group: &Group) -> bool {
        self.query.what.trim() == group.as_str()
    }

    /// The parts of it that chips are named for.
    fn is_about(&self) -> bool {
        !self.query.what.is_empty()
    }
}

impl ActPage {
    fn has_details(&self) -> bool {
        self.things.iter().any(|(_, detail)| !detail.is_empty())
    }
}

impl Row {
    fn of(line: Line, reader: Reader) -> Self {
        Self {
            at: Moment::seen(line.event.at, reader),
            many: Many::of(&line),
            detail: line.event.detail_in_words(),
            what: line.event.action.words(),
            actor: line.event.actor,
            subject: line.event.subject,
            address: line.event.address,
        }
    }
}

impl Many {
    fn of(line: &Line) -> Option<Self> {
        let others = line.count.checked_sub(1).filter(|others| *others > 0)?;
        Some(Self {
            link: format!("/admin/events/{}", line.id),
            words: format!("{} {}", grouped(line.count), line.things()),
            others: format!("and {} more", grouped(others)),
        })
    }
}
