//! The page of a link: what is behind it, as a gallery without anything that changes it.

use super::{door::Guest, open_folder::OpenFolder};
use crate::{
    database::{self, Reads},
    error::{Error, Result},
    files::{
        Cursor, Ready, State,
        file::File,
        folders::Place,
        list::{
            page::{self, Span},
            search::{Search, SearchQuery},
        },
        pages::Folders,
        shared::{self, Summary},
        transition::Selection,
        view::Card,
    },
    ids::FolderId,
    shares::{Share, usage::note_visit},
    size,
    state::AppState,
    web::{Asked, Layout, Reader, respond},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;
use url::Url;

#[derive(Template)]
#[template(path = "shares/guest.html")]
struct GuestPage {
    layout: Layout,
    guest: Guest,
    /// The host's name as people know the site by it.
    site: String,
    /// What is shared, or lies in the folder that is open, in words.
    contents: String,
    /// Is it one file that is shared?
    is_one: bool,
    /// The folder that is open, where a folder is shared.
    open: Option<OpenFolder>,
    folders: Folders,
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

/// Where the tiles of folders begin.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Tiles {
    /// Behind which folder, as the page before says it.
    folders: String,
}

/// Answers with a page of what is behind a link. Opening it is counted, fetching it ahead is not, nor going on to its next page.
pub async fn page(
    app: Data<AppState>,
    guest: Guest,
    reader: Reader,
    asked: Asked<SearchQuery>,
    tiles: Asked<Tiles>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let is_first = asked.query.after.is_empty() && asked.query.before.is_empty() && tiles.query.folders.is_empty();
    if is_first && is_a_visit(&request) {
        note_visit(&app, &guest.share, reader.now).await;
    }
    show(&app, (guest, None), (asked, &tiles.query), reader).await
}

/// The same of a folder in the one that is shared.
pub async fn folder(
    app: Data<AppState>,
    guest: Guest,
    path: Path<(String, String)>,
    reader: Reader,
    asked: Asked<SearchQuery>,
    tiles: Asked<Tiles>,
) -> Result<HttpResponse> {
    let id = path.1.parse().map_err(|_| Error::NotFound)?;
    show(&app, (guest, Some(id)), (asked, &tiles.query), reader).await
}

async fn show(
    app: &AppState,
    (guest, folder): (Guest, Option<FolderId>),
    (asked, tiles): (Asked<SearchQuery>, &Tiles),
    reader: Reader,
) -> Result<HttpResponse> {
    let db = database::read_as(&app.db, guest.share.owner()).await?;
    let open = OpenFolder::of(&db, &guest, folder).await?;
    let page = GuestPage::of(app, &db, (guest, open), (asked, tiles), reader).await?;
    drop(db);
    respond::unstored_page(StatusCode::OK, &page)
}

/// Browsers that fetch a page ahead say so: <https://fetch.spec.whatwg.org/#sec-purpose-header>.
fn is_a_visit(request: &HttpRequest) -> bool {
    request.method() == Method::GET && !request.headers().contains_key("sec-purpose")
}

impl GuestPage {
    async fn of(
        app: &AppState,
        db: &Reads<'_>,
        (guest, open): (Guest, Option<OpenFolder>),
        (Asked { query, mut address }, tiles): (Asked<SearchQuery>, &Tiles),
        reader: Reader,
    ) -> Result<Self> {
        // Of all that a list's address may say, only where the page begins is heard.
        let mut query = SearchQuery { after: query.after, before: query.before, ..SearchQuery::default() };
        let place = open.as_ref().map_or(Place::Anywhere, |open| Place::In(open.id));
        let search = &Search { place, ..Search::all(guest.share.contents()) }.in_state(State::Ready);
        let span = query.span(search.order, &mut address)?;
        let is_first = !matches!(span, Span::Before(_));
        let page = page::list_ready(db, search, span).await?;
        let (contents, is_one) = contents(db, &guest, open.as_ref()).await?;
        let folders = match open.as_ref().filter(|_| is_first && !page.has_earlier) {
            Some(open) => Folders::of_guest(db, guest.share.owner(), open.id, &guest.base, &tiles.folders).await?,
            None => Folders::default(),
        };
        let is_top = open.as_ref().is_none_or(|open| open.above.is_empty());
        let here = open.as_ref().map_or(&guest.base, |open| &open.url);
        let at = |name: &str, cursor: &Cursor| SearchQuery::default().at(here, name, cursor);
        let first = page.files.first().filter(|_| page.has_earlier).map(|file| file.cursor(search));
        let cards: Vec<Card> = page.files.iter().map(|file| card(file, &guest, search, reader)).collect();
        Ok(Self {
            layout: Layout::of_nobody(),
            site: app.url.host_str().unwrap_or_default().to_owned(),
            contents,
            is_one,
            folders,
            until: guest.share.ends_at().map(|end| reader.zone.format(end, "%-d %b")),
            earlier: first.map(|cursor| at("before", &cursor)),
            next: page.next().map(|cursor| at("after", cursor)),
            preview: preview(&app.url, &guest, &cards).filter(|_| is_top),
            cards,
            open,
            guest,
        })
    }

    /// What stands above it all.
    fn title(&self) -> &str {
        self.open.as_ref().map_or_else(|| self.guest.share.title(), |open| &open.name)
    }

    /// Where the list is.
    fn here(&self) -> &str {
        self.open.as_ref().map_or(&self.guest.base, |open| &open.url)
    }

    /// The one file that is there, if it can be downloaded.
    fn only(&self) -> Option<&Card> {
        self.cards.first().filter(|_| self.is_one && self.guest.share.has_originals())
    }

    /// Is there more than one file, or what may be, to be had at once?
    fn downloads_all(&self) -> bool {
        let has_any = !self.cards.is_empty() || !self.folders.tiles.is_empty();
        self.guest.share.has_originals() && !self.is_one && has_any
    }

    /// The folder that is open, where it is not the link's own.
    fn below(&self) -> Option<FolderId> {
        self.open.as_ref().map(|open| open.id).filter(|id| self.guest.share.folder() != Some(*id))
    }

    /// How many downloads are left, in words, where they are counted.
    fn left(&self) -> Option<String> {
        let share = &self.guest.share;
        let left = share.most_downloads().filter(|_| share.has_originals())? - share.downloads();
        Some(if left == 1 { "1 download is left.".to_owned() } else { format!("{left} downloads are left.") })
    }
}

/// What is shared, or lies in the open folder, in words; and whether it is one file that is shared.
async fn contents(db: &Reads<'_>, guest: &Guest, open: Option<&OpenFolder>) -> Result<(String, bool)> {
    match open {
        Some(open) => Ok((open.holds.clone(), false)),
        None => {
            let summary = shared::summary(db, &Selection::All, guest.share.contents()).await?;
            Ok((contents_in_words(&summary), summary.files == 1))
        }
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
    let card = Card::seen(file, "", search, reader).below(base);
    Card { picture_url: card.picture_url.filter(|_| share.shows_originals()), ..card }
}

fn preview(url: &Url, guest: &Guest, cards: &[Card]) -> Option<Preview> {
    let is_open = !Share::has_password(&guest.share);
    let absolute = |path: &str| url.join(path).map(String::from).ok();
    let image = cards.iter().find_map(|card| card.thumbnail_url.as_deref()).and_then(absolute);
    absolute(&guest.base).filter(|_| is_open).map(|url| Preview { url, image })
}
