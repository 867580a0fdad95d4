//! The gallery: what somebody has, narrowed down and ordered by the page's address.

use super::{
    columns::Column,
    days::{self, Entry, by_days},
};
use crate::{
    accounts::Account,
    audit::{self, Event},
    database::{self, Reads},
    error::{Error, Result},
    files::{
        Cursor, Kind, Scope, State, favourites,
        file::File,
        list::{
            chips::SIZES,
            facets::Facets,
            page::{self, Span},
            search::{Order, Search, SearchQuery},
        },
    },
    state::AppState,
    web::{Address, Asked, Layout, Left, Misread, Notice, Reader, SignedIn, respond},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    http::StatusCode,
    web::Data,
};
use askama::Template;
use chrono::TimeDelta;
use serde::Deserialize;

/// Somebody who looks in once a week learns of them.
const REMOVALS_SHOWN_FOR: TimeDelta = TimeDelta::days(7);

/// A list of more files than this has a timeline.
const TIMELINE_FROM: u64 = 1_000;

/// Keeps which of the two views somebody likes.
const VIEW: &str = "cloakroom_view";

/// Says that names stand on pictures at rest: `static/js/gallery/names.js`.
const NAMES: &str = "cloakroom_names";

#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Grid,
    List,
}

/// The parameter of the address that chooses a view, `grid` or `list`.
#[derive(Deserialize)]
pub struct ViewQuery {
    #[serde(default)]
    view: String,
}

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
    Asked { query, address }: Asked<SearchQuery>,
    Left(notice): Left,
    chosen: Asked<ViewQuery>,
) -> Result<HttpResponse> {
    let (view, is_chosen) = View::of(&request, &chosen.query);
    // The page says how much is used, as it is at this moment.
    let account = app.accounts.cache.account_now(account.id).await?;
    let mut gallery = Gallery::of(&app, &account, (query, address), (view, reader), notice).await?;
    gallery.has_names = request.cookie(NAMES).is_some();
    let mut answer = respond::page(StatusCode::OK, &gallery)?;
    if is_chosen {
        answer.add_cookie(&view.cookie(app.is_https())).map_err(|error| Error::Internal(error.to_string()))?;
    }
    Ok(answer)
}

impl SearchQuery {
    /// Which part of the list is asked for: a page from the beginning, behind, before or at a place; or all up to a place, from
    /// the beginning or from another one. A place that a page leaves out is gone from the query afterwards.
    ///
    /// # Errors
    ///
    /// `Malformed` when a place cannot be understood, for a program.
    pub fn span(&mut self, order: Order, address: &mut Address) -> Result<Span> {
        let mut place = |name, text: &str| address.read(name, text, |text| Cursor::parse(text, order));
        let (after, before) = (place("after", &self.after)?, place("before", &self.before)?);
        let (at, through) = (place("at", &self.at)?, place("through", &self.through)?);
        self.leave_out(address.misread());
        Ok(match (after, before, at, through) {
            (Some(after), ..) => Span::After(after),
            (None, Some(before), ..) => Span::Before(before),
            (None, None, Some(at), Some(through)) => Span::Between(at, through),
            (None, None, Some(at), None) => Span::At(at),
            (None, None, None, Some(through)) => Span::Through(through),
            (None, None, None, None) => Span::First,
        })
    }

    /// The list's address with a place in it. `parameter` is `after`, `before`, `at` or `through`.
    pub fn at(&self, path: &str, parameter: &str, cursor: &Cursor) -> String {
        self.url_with(path, &[(parameter, &cursor.to_string())])
    }
}

impl View {
    /// What the address asks for, what was chosen before, or the grid; and whether the address asks.
    fn of(request: &HttpRequest, chosen: &ViewQuery) -> (Self, bool) {
        let parse = |text: &str| match text {
            "grid" => Some(Self::Grid),
            "list" => Some(Self::List),
            _ => None,
        };
        match parse(&chosen.view) {
            Some(view) => (view, true),
            None => (request.cookie(VIEW).and_then(|cookie| parse(cookie.value())).unwrap_or(Self::Grid), false),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::List => "list",
        }
    }

    fn cookie(self, is_https: bool) -> Cookie<'static> {
        let cookie = Cookie::build(VIEW, self.as_str()).path("/").http_only(true).secure(is_https);
        cookie.same_site(SameSite::Lax).max_age(Duration::days(365)).finish()
    }
}

/// How many there are of each type; what was removed lately; and whether there are favourites.
async fn of_the_whole(db: &Reads<'_>, search: &Search, account: &Account) -> Result<(Facets, Vec<Event>, bool)> {
    let removed = audit::list_removals(db, account.id, database::now() - REMOVALS_SHOWN_FOR, 5).await?;
    Ok((Facets::of(db, search).await?, removed, favourites::has_any(db, account.id).await?))
}

impl Gallery {
    async fn of(
        app: &AppState,
        account: &Account,
        (mut query, mut address): (SearchQuery, Address),
        (view, reader): (View, Reader),
        notice: Option<Notice>,
    ) -> Result<Self> {
        let search = query.read(Scope::Own(account.id), reader.zone, &mut address)?.in_state(State::Ready);
        let span = query.span(search.order, &mut address)?;
        let db = database::read_as(&app.db, account.id).await?;
        let page = page::list_ready(&db, &search, span.clone()).await?;
        let before = if let Span::After(cursor) = &span { cursor.time() } else { None };
        let is_begun = page.has_earlier && before.is_none();
        let seen = days::View { reader, search: &search, before, is_begun, goes_on: page.next().is_some() };
        // A part that a script asks for to complete its list says nothing of the whole.
        let (facets, removed, has_starred) = match span {
            Span::Between(..) => (Facets(Vec::new()), Vec::new(), false),
            _ => of_the_whole(&db, &search, account).await?,
        };
        let first = page.files.first().filter(|_| page.has_earlier).map(|file| file.cursor(&search));
        Ok(Self {
            layout: Layout::of(app, account, "/").with_notice(notice, &query.url("/")),
            order: search.order,
            kind: search.kind,
            facets,
            has_starred,
            view,
            has_names: false,
            removed,
            entries: by_days(&page.files, &query.url(""), &seen),
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

    /// How many there are, in words.
    fn total(&self) -> String {
        let count = self.facets.count(self.kind);
        let words = count.words();
        let verb = if count.number == 1 && !count.is_more { "matches" } else { "match" };
        match self.query.name.trim() {
            _ if self.is_empty() => String::new(),
            "" if self.query.is_narrow() => format!("{words} {verb}"),
            "" => words,
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
        is_part.then(|| self.facets.count(self.kind).words())
    }

    /// Is it so long that its months are worth going to?
    fn has_timeline(&self) -> bool {
        let count = self.facets.count(self.kind);
        let is_long = count.is_more || count.number > TIMELINE_FROM;
        is_long && matches!(self.order, Order::Newest | Order::Oldest)
    }

    /// Is there nothing at all, so that there is nothing to look for?
    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.is_first && !self.query.is_narrow()
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
