//! The gallery: what somebody has, narrowed down and ordered by the page's address.

use super::{
    around::Around,
    columns::Column,
    days::{self, Entry, by_days},
    open_folder::{Folders, OpenFolder},
    view_choice::{View, ViewQuery},
};
use crate::{
    accounts::Account,
    audit::Event,
    database,
    error::{Error, Result},
    files::{
        Kind, Scope, State,
        file::File,
        list::{
            chips::SIZES,
            facets::{Count, Facets},
            page::{self, Span},
            search::{Order, SearchQuery},
        },
        received::received,
    },
    ids::{FolderId, UserId},
    state::AppState,
    web::{Asked, Layout, Left, Misread, Notice, Reader, SignedIn, respond},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;

/// A list of more files than this has a timeline.
const TIMELINE_FROM: u64 = 1_000;

/// Says that names stand on pictures at rest: `static/js/gallery/names.js`.
const NAMES: &str = "cloakroom_names";

#[derive(Template)]
#[template(path = "files/gallery.html")]
struct Gallery {
    layout: Layout,
    query: SearchQuery,
    /// What of the address was left out.
    misread: Misread,
    order: Order,
    kind: Option<Kind>,
    facets: Facets,
    /// How many files the list has, whatever kind the chips offer.
    count: Count,
    open: Option<OpenFolder>,
    folders: Folders,
    /// Has somebody any favourites?
    has_starred: bool,
    view: View,
    /// Do names stand on pictures at rest?
    has_names: bool,
    entries: Vec<Entry>,
    /// What was removed a short while ago, and why.
    removed: Vec<Event>,
    is_first: bool,
    /// The page before this one.
    earlier: Option<String>,
    /// The next page.
    next: Option<String>,
    /// This list from its beginning to where it ends now.
    place: String,
}

/// Answers with a page of the caller's files, and remembers the view in a cookie when the address chooses one.
pub async fn gallery(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    request: HttpRequest,
    reader: Reader,
    asked: Asked<SearchQuery>,
    Left(notice): Left,
    chosen: Asked<ViewQuery>,
) -> Result<HttpResponse> {
    show(&app, account.id, &request, (asked, chosen.query), (reader, notice)).await
}

/// The same of one of the caller's folders.
pub async fn folder(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    (id, request): (Path<String>, HttpRequest),
    reader: Reader,
    mut asked: Asked<SearchQuery>,
    Left(notice): Left,
    chosen: Asked<ViewQuery>,
) -> Result<HttpResponse> {
    let id: FolderId = id.parse().map_err(|_| Error::NotFound)?;
    asked.query.folder = id.to_string();
    show(&app, account.id, &request, (asked, chosen.query), (reader, notice)).await
}

async fn show(
    app: &AppState,
    user: UserId,
    request: &HttpRequest,
    (asked, chosen): (Asked<SearchQuery>, ViewQuery),
    (reader, notice): (Reader, Option<Notice>),
) -> Result<HttpResponse> {
    let (view, is_chosen) = View::of(request, &chosen);
    // The page says how much is used, as it is at this moment.
    let account = app.accounts.cache.account_now(user).await?;
    let mut gallery = Gallery::of(app, &account, asked, (view, reader, &chosen.folders), notice).await?;
    gallery.has_names = request.cookie(NAMES).is_some();
    let mut answer = respond::page(StatusCode::OK, &gallery)?;
    if is_chosen {
        answer.add_cookie(&view.cookie(app.is_https())).map_err(|error| Error::Internal(error.to_string()))?;
    }
    Ok(answer)
}

impl Gallery {
    async fn of(
        app: &AppState,
        account: &Account,
        Asked { mut query, mut address }: Asked<SearchQuery>,
        (view, reader, behind): (View, Reader, &str),
        notice: Option<Notice>,
    ) -> Result<Self> {
        let search = query.read(Scope::Own(account.id), reader.zone, &mut address)?.in_state(State::Ready);
        let span = query.span(search.order, &mut address)?;
        let db = database::read_as(&app.db, account.id).await?;
        let page = page::list_ready(&db, &search, span.clone()).await?;
        let before = if let Span::After(cursor) = &span { cursor.time() } else { None };
        let is_begun = page.has_earlier && before.is_none();
        let received = received(&db, page.files.iter().map(File::id).collect()).await?;
        let goes_on = page.next().is_some();
        let seen = days::View { reader, search: &search, before, is_begun, goes_on, received };
        let around = Around::of(&db, account, &search, &page, (&span, &query, behind)).await?;
        let first = page.files.first().filter(|_| page.has_earlier).map(|file| file.cursor(&search));
        Ok(Self {
            layout: Layout::of(app, account, "/").with_notice(notice, &query.url("/")),
            order: search.order,
            kind: search.kind,
            facets: around.whole.facets,
            count: around.whole.count,
            open: around.open,
            folders: around.folders,
            has_starred: around.whole.has_starred,
            view,
            has_names: false,
            removed: around.whole.removed,
            entries: by_days(&page.files, &query.url(""), &around.names, &seen),
            is_first: !page.has_earlier,
            earlier: first.map(|cursor| query.at("/", "before", &cursor)),
            next: page.next().map(|cursor| query.at("/", "after", cursor)),
            place: page.end.as_ref().map_or_else(|| query.url("/"), |cursor| query.at("/", "through", cursor)),
            query,
            misread: address.into_misread(),
        })
    }

    /// Are the chips shown, as something is set, or was to be?
    fn shows_chips(&self) -> bool {
        self.query.is_narrow() || !self.misread.is_empty()
    }

    /// Is there a way to the favourites alone, and back?
    fn offers_starred(&self) -> bool {
        self.has_starred || !self.query.starred.is_empty()
    }

    /// Where this list is, whatever it is narrowed down to.
    fn path(&self) -> String {
        self.open.as_ref().map_or_else(|| "/".to_owned(), |open| format!("/folders/{}", open.id))
    }

    fn new_folder_url(&self) -> String {
        self.open.as_ref().map_or_else(|| "/folders/new".to_owned(), |open| format!("/folders/new?in={}", open.id))
    }

    /// Where what is searched for in a folder is looked for, in words, and the address and the words of the other choice.
    fn looked_in(&self) -> Option<(String, String, &'static str)> {
        let open = self.open.as_ref().filter(|_| self.query.is_narrow())?;
        let within = |within: &str| SearchQuery { within: within.to_owned(), ..self.query.clone() }.url("/");
        Some(match self.query.within.as_str() {
            "everywhere" => ("Everywhere.".to_owned(), within(""), "Look in this folder"),
            "here" => (format!("In {} itself.", open.name), within(""), "Look in the folders below as well"),
            _ => (format!("In {} and the folders below.", open.name), within("everywhere"), "Look everywhere"),
        })
    }

    /// How many there are, in words.
    fn total(&self) -> String {
        let count = self.facets.count(self.kind);
        let words = count.words();
        let verb = if count.number == 1 && !count.is_more { "matches" } else { "match" };
        match self.query.name.trim() {
            _ if self.is_empty() => String::new(),
            "" if self.query.is_narrow() => format!("{words} {verb}"),
            "" => self.open.as_ref().map_or(words, |open| open.holds.clone()),
            name => format!("{words} {verb} “{name}”"),
        }
    }

    /// What the number counts, for who hears it alone.
    fn counted(&self) -> &'static str {
        let count = self.facets.count(self.kind);
        match count.number {
            0 => "",
            1 if !count.is_more => " file",
            _ => " files",
        }
    }

    /// How many there are, in words, where they are not all shown.
    fn total_beyond(&self) -> Option<String> {
        let is_part = self.next.is_some() || self.earlier.is_some();
        is_part.then(|| self.count.words())
    }

    /// Is it so long that its months are worth going to?
    fn has_timeline(&self) -> bool {
        let count = self.count;
        let is_long = count.is_more || count.number > TIMELINE_FROM;
        is_long && matches!(self.order, Order::Newest | Order::Oldest)
    }

    /// Is there nothing at all, so that there is nothing to look for?
    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.is_first && !self.query.is_narrow() && self.folders.tiles.is_empty()
    }

    /// What was searched for and not found, in words.
    fn searched(&self) -> String {
        match self.query.name.trim() {
            "" if self.query.starred == "yes" => "None of your favourites is here.".to_owned(),
            "" => "None of your files is of this kind.".to_owned(),
            name => format!("No file's name or folder has “{name}” in it."),
        }
    }

    fn is_of(&self, kind: &Kind) -> bool {
        self.kind == Some(*kind)
    }

    fn columns(&self) -> Vec<Column> {
        Column::all(&self.query, self.order)
    }
}
