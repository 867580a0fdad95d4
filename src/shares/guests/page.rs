//! The page of a link: what is behind it, as a gallery without anything that changes it.

use super::door::Guest;
use crate::{
    database,
    error::Result,
    files::{
        Cursor, Ready, State,
        file::File,
        list::{
            page::{self, Span},
            search::{Search, SearchQuery},
        },
        shared::{self, Summary},
        transition::Selection,
        view::Card,
    },
    shares::{Share, usage::note_visit},
    size,
    state::AppState,
    web::{Asked, Layout, Reader, respond},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web::Data,
};
use askama::Template;
use url::Url;

#[derive(Template)]
#[template(path = "shares/guest.html")]
struct GuestPage {
    layout: Layout,
    guest: Guest,
    /// The host's name as people know the site by it.
    site: String,
    summary: Summary,
    until: Option<String>,
    cards: Vec<Card>,
    earlier: Option<String>,
    next: Option<String>,
    /// What messengers show of the link, where it has no password.
    preview: Option<Preview>,
}

/// What messengers show of a link.
struct Preview {
    url: String,
    /// A thumbnail, where there is one.
    image: Option<String>,
}

/// Answers with a page of what is behind a link. Opening it is counted, fetching it ahead is not, nor going on to its next page.
pub async fn page(
    app: Data<AppState>,
    guest: Guest,
    reader: Reader,
    Asked { query, mut address }: Asked<SearchQuery>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    // Of all that a list's address may say, only where the page begins is heard.
    let mut query = SearchQuery { after: query.after, before: query.before, ..SearchQuery::default() };
    let search = Search::all(guest.share.contents()).in_state(State::Ready);
    let span = query.span(search.order, &mut address)?;
    if matches!(span, Span::First) && is_a_visit(&request) {
        note_visit(&app, &guest.share, reader.now).await;
    }
    let page = GuestPage::of(&app, guest, (&search, span), reader).await?;
    respond::unstored_page(StatusCode::OK, &page)
}

/// Browsers that fetch a page ahead say so: <https://fetch.spec.whatwg.org/#sec-purpose-header>.
fn is_a_visit(request: &HttpRequest) -> bool {
    request.method() == Method::GET && !request.headers().contains_key("sec-purpose")
}

impl GuestPage {
    async fn of(app: &AppState, guest: Guest, (search, span): (&Search, Span), reader: Reader) -> Result<Self> {
        let db = database::read_as(&app.db, guest.share.owner()).await?;
        let page = page::list_ready(&db, search, span).await?;
        let summary = shared::summary(&db, &Selection::All, guest.share.contents()).await?;
        drop(db);
        let at = |name: &str, cursor: &Cursor| SearchQuery::default().at(&guest.base, name, cursor);
        let first = page.files.first().filter(|_| page.has_earlier).map(|file| file.cursor(search));
        let cards: Vec<Card> = page.files.iter().map(|file| card(file, &guest, search, reader)).collect();
        Ok(Self {
            layout: Layout::of_nobody(),
            site: app.url.host_str().unwrap_or_default().to_owned(),
            summary,
            until: guest.share.ends_at().map(|end| reader.zone.format(end, "%-d %b")),
            earlier: first.map(|cursor| at("before", &cursor)),
            next: page.next().map(|cursor| at("after", cursor)),
            preview: preview(&app.url, &guest, &cards),
            cards,
            guest,
        })
    }

    /// Such as `24 pictures · 312 MB`.
    fn contents(&self) -> String {
        contents_in_words(&self.summary)
    }

    /// The one file that is there, if it can be downloaded.
    fn only(&self) -> Option<&Card> {
        self.cards.first().filter(|_| self.summary.files == 1 && self.guest.share.has_originals())
    }

    /// How many downloads are left, in words, where they are counted.
    fn left(&self) -> Option<String> {
        let share = &self.guest.share;
        let left = share.most_downloads().filter(|_| share.has_originals())? - share.downloads();
        Some(if left == 1 { "1 download is left.".to_owned() } else { format!("{left} downloads are left.") })
    }
}

/// Such as `24 pictures · 312 MB`.
pub fn contents_in_words(summary: &Summary) -> String {
    let (count, noun) = match summary.pictures == summary.files {
        true => (summary.pictures, "picture"),
        false => (summary.files, "file"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural} · {}", size::in_words(summary.bytes))
}

/// A file of the gallery, with all that it reads under the link's own address.
fn card(file: &Ready, guest: &Guest, search: &Search, reader: Reader) -> Card {
    let Guest { base, share, .. } = guest;
    let card = Card::seen(file, "", search, reader);
    let here = |url: Option<String>| url.map(|url| format!("{base}{url}"));
    Card {
        url: format!("{base}/files/{}", card.id),
        thumbnail_url: here(card.thumbnail_url),
        page_url: here(card.page_url),
        picture_url: here(card.picture_url).filter(|_| share.shows_originals()),
        drawn_from: None,
        ticket: None,
        ..card
    }
}

fn preview(url: &Url, guest: &Guest, cards: &[Card]) -> Option<Preview> {
    let is_open = !Share::has_password(&guest.share);
    let absolute = |path: &str| url.join(path).map(String::from).ok();
    let image = cards.iter().find_map(|card| card.thumbnail_url.as_deref()).and_then(absolute);
    absolute(&guest.base).filter(|_| is_open).map(|url| Preview { url, image })
}
