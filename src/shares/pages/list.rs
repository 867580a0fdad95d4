//! The list of somebody's links: what they show, how they are used, and when they end.

use crate::{
    accounts::Account,
    database,
    error::{Error, Result},
    files::{Scope, list::cursor::moment, view::Moment},
    grants::{Grant, pages::Given},
    links::state::Closed,
    shares::{Share, shown::Shown},
    state::AppState,
    web::{Layout, Left, Notice, Reader, SignedIn, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

/// Where a page of the list begins: before a time, in microseconds since 1970.
#[derive(Deserialize)]
pub struct Place {
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "shares/shared.html")]
struct SharedPage {
    layout: Layout,
    /// The folders that are shared with people, on the first page.
    given: Vec<Given>,
    rows: Vec<Row>,
    is_first: bool,
    next: Option<String>,
}

/// A link as the list has it.
pub struct Row {
    pub id: String,
    pub title: String,
    /// What is in the folder now, if it is of one.
    pub holds: Option<String>,
    /// Where people find it; `None` where it takes a new one to say it.
    pub url: Option<String>,
    pub visits: i64,
    pub downloads: String,
    pub used: Option<Moment>,
    pub end: String,
    pub has_password: bool,
    pub is_paused: bool,
    /// That it shows nothing now, in a word.
    pub closed: Option<&'static str>,
}

/// Answers with the caller's links, the latest first.
pub async fn shared(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    place: Query<Place>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let page = SharedPage::of(&app, &account, &place.before, reader, notice).await?;
    respond::unstored_page(StatusCode::OK, &page)
}

impl SharedPage {
    async fn of(
        app: &AppState,
        account: &Account,
        before: &str,
        reader: Reader,
        notice: Option<Notice>,
    ) -> Result<Self> {
        let unread = || Error::Malformed("This page's address is incomplete. Start again from the first page.".into());
        let at = if before.is_empty() { None } else { Some(moment(before).ok_or_else(unread)?) };
        let db = database::read_as(&app.db, account.id).await?;
        let page = Share::list(&db, Scope::Own(account.id), at).await?;
        let shown = Shown::of(&db, &page.shares).await?;
        let grants = if at.is_none() { Grant::of_owner(&db, account.id).await? } else { Vec::new() };
        drop(db);
        Ok(Self {
            layout: Layout::of(app, account, "/shared").with_notice(notice, "/shared"),
            given: Given::of(app, &grants).await?,
            rows: page.shares.iter().map(|share| Row::of(app, share, &shown, reader)).collect::<Result<_>>()?,
            is_first: at.is_none(),
            next: page.next.map(|next| format!("/shared?before={}", next.timestamp_micros())),
        })
    }
}

impl Row {
    /// A link as its owner reads it.
    ///
    /// # Errors
    ///
    /// `Internal` for a session key that cannot be one.
    pub fn of(app: &AppState, share: &Share, shown: &Shown, reader: Reader) -> Result<Self> {
        let closed = shown.closed(share, reader.now);
        let path = share.path(&app.session_key)?;
        Ok(Self {
            id: share.id().to_string(),
            title: share.title().to_owned(),
            holds: shown.words(share),
            url: path.and_then(|path| app.url.join(&path).ok()).map(String::from),
            visits: share.visits(),
            downloads: match share.most_downloads() {
                Some(most) => format!("{} of {most}", share.downloads()),
                None => share.downloads().to_string(),
            },
            used: share.last_used_at().map(|at| Moment::seen(at, reader)),
            end: share.ends_at().map_or_else(|| "Never".to_owned(), |end| Moment::seen(end, reader).day),
            has_password: share.has_password(),
            is_paused: closed == Some(Closed::Paused),
            closed: closed.map(|closed| match closed {
                Closed::Ended => "Ended",
                Closed::Paused => "Paused",
                Closed::PutAway => "In the trash",
                Closed::UsedUp => "Used up",
            }),
        })
    }
}
