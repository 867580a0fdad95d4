//! The list of somebody's requests for files: what came by each, and when it ends.

use super::form::came;
use crate::{
    accounts::Account,
    database,
    drops::DropLink,
    error::{Error, Result},
    files::{Scope, folders, list::cursor::moment, received, view::Moment},
    ids::{DropId, FolderId},
    links::state::Closed,
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
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use std::collections::HashMap;

/// Where a page of the list begins: before a time, in microseconds since 1970.
#[derive(Deserialize)]
pub struct Place {
    #[serde(default)]
    pub(in crate::drops) before: String,
}

#[derive(Template)]
#[template(path = "drops/requests.html")]
struct RequestsPage {
    layout: Layout,
    rows: Vec<Row>,
    /// Is there anything that was not seen yet?
    has_news: bool,
    is_first: bool,
    next: Option<String>,
}

/// A request as the list has it.
pub struct Row {
    pub id: String,
    pub title: String,
    /// The folder that files come to lie in: where it is opened, and its name.
    pub folder: Option<(String, String)>,
    /// Where people find it; `None` where it takes a new one to say it.
    pub url: Option<String>,
    pub came: String,
    /// How many of those its owner has not seen yet.
    pub unseen: i64,
    pub used: Option<Moment>,
    pub end: String,
    pub has_password: bool,
    pub is_paused: bool,
    /// That nothing can be sent by it now, in a word.
    pub closed: Option<&'static str>,
}

/// What is known beside the links of a page.
pub struct Around {
    /// What the folders are called that are in sight.
    folders: HashMap<FolderId, String>,
    /// How many files their owner has not seen yet, where that is asked for.
    pub unseen: HashMap<DropId, i64>,
}

impl Around {
    /// The folders of these links as they are now.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of(db: &impl ConnectionTrait, drops: &[DropLink]) -> Result<Self> {
        let ids: Vec<FolderId> = drops.iter().filter_map(DropLink::folder).collect();
        let shown = folders::shared::shown(db, &ids).await?;
        let in_sight = ids.into_iter().filter(|id| shown.get(id).is_some_and(|folder| !folder.is_put_away));
        Ok(Self { folders: folders::names::of(db, in_sight).await?, unseen: HashMap::new() })
    }
}

/// Answers with the caller's requests, the latest first.
pub async fn requests(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    place: Query<Place>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let page = RequestsPage::of(&app, &account, &place.before, reader, notice).await?;
    respond::unstored_page(StatusCode::OK, &page)
}

/// Marks all that came by the caller's requests as seen, and goes back to the list.
pub async fn see(app: Data<AppState>, SignedIn(account): SignedIn, reader: Reader) -> Result<HttpResponse> {
    received::see(&app.db, account.id, None, reader.now).await?;
    app.accounts.cache.forget(account.id);
    Ok(respond::see_other("/requests"))
}

/// The place in an address of such a list.
///
/// # Errors
///
/// `Malformed` for what is none.
pub(in crate::drops) fn before(text: &str) -> Result<Option<DateTime<Utc>>> {
    let unread = || Error::Malformed("This page's address is incomplete. Start again from the first page.".into());
    if text.is_empty() { Ok(None) } else { moment(text).ok_or_else(unread).map(Some) }
}

impl RequestsPage {
    async fn of(
        app: &AppState,
        account: &Account,
        place: &str,
        reader: Reader,
        notice: Option<Notice>,
    ) -> Result<Self> {
        let at = before(place)?;
        let db = database::read_as(&app.db, account.id).await?;
        let page = DropLink::list(&db, Scope::Own(account.id), at).await?;
        let unseen = received::unseen(&db, account.id).await?;
        let around = Around { unseen, ..Around::of(&db, &page.drops).await? };
        drop(db);
        Ok(Self {
            layout: Layout::of(app, account, "/requests").with_notice(notice, "/requests"),
            rows: page.drops.iter().map(|link| Row::of(app, link, &around, reader)).collect::<Result<_>>()?,
            has_news: !around.unseen.is_empty(),
            is_first: at.is_none(),
            next: page.next.map(|next| format!("/requests?before={}", next.timestamp_micros())),
        })
    }
}

impl Row {
    /// A request as its owner reads it.
    ///
    /// # Errors
    ///
    /// `Internal` for a session key that cannot be one.
    pub fn of(app: &AppState, link: &DropLink, around: &Around, reader: Reader) -> Result<Self> {
        let name = link.folder().and_then(|id| around.folders.get(&id));
        let is_put_away = link.folder().is_some() && name.is_none();
        let closed = link.closed(reader.now).or(is_put_away.then_some(Closed::PutAway));
        let path = link.path(&app.session_key)?;
        Ok(Self {
            id: link.id().to_string(),
            title: link.title().to_owned(),
            folder: link.folder().zip(name).map(|(id, name)| (format!("/folders/{id}"), name.clone())),
            url: path.and_then(|path| app.url.join(&path).ok()).map(String::from),
            came: came(link),
            unseen: around.unseen.get(&link.id()).copied().unwrap_or_default(),
            used: link.last_used_at().map(|at| Moment::seen(at, reader)),
            end: link.ends_at().map_or_else(|| "Never".to_owned(), |end| Moment::seen(end, reader).day),
            has_password: link.has_password(),
            is_paused: closed == Some(Closed::Paused),
            closed: closed.map(|closed| match closed {
                Closed::Ended => "Ended",
                Closed::Paused => "Paused",
                Closed::PutAway => "In the trash",
                Closed::UsedUp => "Full",
            }),
        })
    }
}
