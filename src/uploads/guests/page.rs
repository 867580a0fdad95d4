//! The page of a link by which somebody asks for files: what they ask for, and where files are dropped.

use super::door::Found;
use crate::{
    accounts::Account,
    database,
    drops::{Asks, Limits},
    error::Result,
    links::{closed::closed_page, state::Closed},
    size,
    state::AppState,
    web::{ClientIp, Fields, Layout, Reader, layout, respond},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;

#[derive(Template)]
#[template(path = "uploads/guest.html")]
struct DropPage {
    layout: Layout,
    label: String,
    /// What whoever asks is called in a sentence.
    host: String,
    title: String,
    message: String,
    until: Option<String>,
    asks_name: Asks,
    asks_note: Asks,
    /// What may be sent, in words.
    rules: String,
    /// The host's name as people know the site by it.
    site: String,
}

/// Answers with the page of a link, where files are dropped.
pub async fn page(
    app: Data<AppState>,
    link: Path<String>,
    reader: Reader,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let found = Found::of(&app, &link).await?;
    if let Some(page) = closed(&found)? {
        return Ok(page);
    }
    let lock = found.lock();
    if !lock.is_open(&request, &app) {
        return lock.page(None, StatusCode::FORBIDDEN);
    }
    let owner = app.accounts.cache.account(found.link.owner()).await?;
    respond::unstored_page(StatusCode::OK, &DropPage::of(&app, &found, &owner, reader))
}

/// Takes the password of a link and goes on to its page, as [`crate::shares::guests::unlock`] does.
pub async fn unlock(
    app: Data<AppState>,
    link: Path<String>,
    ClientIp(address): ClientIp,
    fields: Fields,
) -> Result<HttpResponse> {
    let found = Found::of(&app, &link).await?;
    match closed(&found)? {
        Some(page) => Ok(page),
        None => found.lock().unlock(&app, &address, &fields).await,
    }
}

fn closed(found: &Found) -> Result<Option<HttpResponse>> {
    let Some(closed) = found.closed(database::now()) else { return Ok(None) };
    let host = found.host().unwrap_or("whoever sent it").to_owned();
    let (title, words) = match closed {
        Closed::Ended => ("This request has ended", format!("Ask {host} for a new link.")),
        Closed::Paused => ("This request is paused", format!("Try again later, or ask {host}.")),
        Closed::PutAway => ("This request takes nothing now", format!("Its folder was put away. Ask {host}.")),
        Closed::UsedUp => ("This request is full", format!("As much has come as it takes. Ask {host} for a new link.")),
    };
    closed_page(title, words).map(Some)
}

impl DropPage {
    fn of(app: &AppState, found: &Found, owner: &Account, reader: Reader) -> Self {
        let (link, limits) = (&found.link, found.link.limits());
        let mut of_all = layout::Limits::of(app);
        of_all.largest = limits.file_bytes.map_or(of_all.largest, |most| most.min(of_all.largest));
        let host = found.host().map_or_else(|| "whoever asks".to_owned(), str::to_owned);
        Self {
            label: found.label(),
            title: link.title().to_owned(),
            message: link.message().to_owned(),
            until: link.ends_at().map(|end| reader.zone.format(end, "%-d %b")),
            asks_name: link.asks_name(),
            asks_note: link.asks_note(),
            rules: rules(&of_all, limits, &host),
            host,
            site: app.url.host_str().unwrap_or_default().to_owned(),
            layout: Layout::of_sender((&found.base, link.id().to_string()), owner, of_all),
        }
    }
}

/// Such as `Up to 5 GB each. Only Ada sees what you send. No account needed.`
fn rules(of_all: &layout::Limits, limits: Limits, host: &str) -> String {
    let each = format!("Up to {} each", size::in_words(of_all.largest));
    let all = match (limits.files, limits.bytes) {
        (None, None) => String::new(),
        (Some(files), None) => format!(", {files} files in all"),
        (None, Some(bytes)) => format!(", {} in all", size::in_words(bytes)),
        (Some(files), Some(bytes)) => format!(", {files} files and {} in all", size::in_words(bytes)),
    };
    format!("{each}{all}. Only {host} sees what you send. No account needed.")
}
