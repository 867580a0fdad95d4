//! The trash: what waits there and for how long, and letting go of it for ever.

use super::{
    changes::{is_empty, known, selection},
    folder_changes::folder_ids,
};
use crate::{
    accounts::{Account, Principal},
    database,
    error::{Error, Result},
    files::{
        Kind, Quarantined, Scope, State, Trashed,
        contradiction::contradiction,
        dimensions::ratio_class,
        file::File,
        folders::{
            removal,
            trash::{self, TrashedFolder},
        },
        list::{
            facets::Count,
            search::{Search, SearchQuery},
            trash::{Part, Place, list_quarantined, list_trashed},
        },
        paper::{Paper, print},
        transition::{self, Purgeable, Selection, TRASH_KEEPS},
        view::{Moment, files_in_words, length_in_words, picture_url, size_in_words, time_left, tone_class},
    },
    ids::{FileId, FolderId},
    state::AppState,
    web::{Address, Asked, Fields, Layout, Left, Misread, Notice, Reader, SignedIn, folder_notice::things, respond},
};
use actix_web::{HttpResponse, Responder, http::StatusCode, web::Data};
use askama::Template;
use askama_web::WebTemplate;

const EMPTY: &str = "The trash is empty already. Load the page again.";

#[derive(Template, WebTemplate)]
#[template(path = "files/trash.html")]
struct TrashPage {
    layout: Layout,
    /// Folders, with all that is in them, on the first page.
    folders: Vec<FolderRow>,
    tiles: Vec<Tile>,
    /// Files that were put aside, which their owner cannot look at.
    quarantined: Vec<Row>,
    count: Count,
    is_first: bool,
    next: Option<String>,
    /// The list from its beginning to where it ends now.
    place: String,
    /// This page, to come back to.
    here: String,
    keeps_days: i64,
    /// What of the address was left out.
    misread: Misread,
}

/// A file in the trash, as a tile.
struct Tile {
    id: String,
    name: String,
    /// Where its picture is read; without one it is shown as paper.
    thumbnail_url: Option<String>,
    tone: String,
    sides: Option<(i64, i64)>,
    is_film: bool,
    /// How long it plays, where that is known.
    length: Option<String>,
    ratio: &'static str,
    tint: &'static str,
    print: String,
    kind: &'static str,
    size: String,
    /// How long until it is gone, in words.
    left: String,
}

/// A folder in the trash.
struct FolderRow {
    id: FolderId,
    name: String,
    /// How long until it is gone, in words.
    left: String,
}

/// A file that was put aside.
struct Row {
    id: String,
    name: String,
    size: String,
    since: Moment,
    /// Why it was put aside, if it was.
    why: String,
}

/// Asks once more before something is gone for good.
#[derive(Template)]
#[template(path = "files/purge.html")]
struct PurgePage {
    layout: Layout,
    what: String,
    is_one: bool,
    is_all: bool,
    ids: Vec<FileId>,
    folders: Vec<FolderId>,
    from: &'static str,
}

/// Answers with what the caller has in the trash, a page at a time, and what of theirs is in quarantine.
pub async fn trash_page(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    Asked { mut query, mut address }: Asked<SearchQuery>,
    Left(notice): Left,
) -> Result<impl Responder> {
    let (span, scope) = (query.span_of_trash(&mut address)?, Scope::Own(account.id));
    let db = database::read_as(&app.db, account.id).await?;
    let page = list_trashed(&db, scope, span).await?;
    let end = page.files.last().map(|file| Place::of(file).to_string());
    let at = |parameter, place: &String| query.url_with("/trash", &[(parameter, place)]);
    let here = query.url_with("/trash", &[("after", &query.after)]);
    let folders = if matches!(span, Part::After(_)) { Vec::new() } else { trash::list(&db, account.id).await? };
    Ok(TrashPage {
        layout: Layout::of(&app, &account, "/trash").with_notice(notice, &here),
        folders: folders.iter().map(|folder| FolderRow::of(folder, reader)).collect(),
        tiles: page.files.iter().map(|file| Tile::of(file, reader)).collect(),
        quarantined: list_quarantined(&db, scope).await?.iter().map(|file| Row::of(file, reader)).collect(),
        count: Count::of_all(&db, &Search::all(scope).in_state(State::Trashed)).await?,
        is_first: !matches!(span, Part::After(_)),
        next: end.as_ref().filter(|_| page.has_more).map(|place| at("after", place)),
        place: end.as_ref().map_or_else(|| "/trash".to_owned(), |place| at("through", place)),
        here,
        keeps_days: TRASH_KEEPS.num_days(),
        misread: address.into_misread(),
    })
}

/// Lets go of files and folders for ever: those that the form names, or all that is in the trash. Without `confirmed` it answers
/// with a page that asks once more.
pub async fn purge(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    let (scope, from) = (Scope::Own(account.id), purgeable(&fields));
    let folders = folders(&fields)?;
    let chosen = match fields.given("all") {
        Some(_) => Selection::All,
        None if is_empty(&fields) && folders.is_none() => return Ok(Notice::NothingChosen.see_other(&app, "/trash")),
        None if is_empty(&fields) => Selection::These(Vec::new()),
        None => selection(&fields)?,
    };
    if fields.given("confirmed").is_none() {
        return ask(&app, &account, (chosen, folders), from).await;
    }
    let _notify = app.notify_on_drop();
    if matches!(chosen, Selection::All) || folders.is_some() {
        removal::purge(&app.db, account.id, folders.as_deref(), (&principal, database::now())).await?;
    }
    loop {
        let outcome = transition::purge(&app.db, from, &chosen, scope, &principal, database::now()).await?;
        // All there are may be more than go at once.
        if !matches!(chosen, Selection::All) || outcome.count == 0 {
            known(&chosen, outcome)?;
            return Ok(Notice::Purged.see_other(&app, "/trash"));
        }
    }
}

async fn ask(
    app: &AppState,
    account: &Account,
    (chosen, folders): (Selection, Option<Vec<FolderId>>),
    from: Purgeable,
) -> Result<HttpResponse> {
    let db = database::read_as(&app.db, account.id).await?;
    let files = transition::count(&db, &chosen, Scope::Own(account.id), from.state()).await?;
    let theirs = trash::list(&db, account.id).await?.iter().map(TrashedFolder::id).collect::<Vec<_>>();
    let meant: Vec<FolderId> = match (&chosen, folders) {
        (Selection::All, _) => theirs,
        (_, folders) => folders.into_iter().flatten().filter(|id| theirs.contains(id)).collect(),
    };
    let inside = trash::count_files(&db, &meant).await?;
    drop(db);
    let count = (files + inside) as usize;
    let page = PurgePage::of(Layout::of(app, account, "/trash"), (chosen, meant), from, count)?;
    respond::page(StatusCode::OK, &page)
}

/// The folders that a form names, if it names any.
fn folders(fields: &Fields) -> Result<Option<Vec<FolderId>>> {
    fields.all("folder").next().map(|_| folder_ids(fields)).transpose()
}

/// An owner may let go of what is in the trash, and of what was put aside.
fn purgeable(fields: &Fields) -> Purgeable {
    match fields.given("from") {
        Some("quarantine") => Purgeable::Quarantined,
        _ => Purgeable::Trashed,
    }
}

impl SearchQuery {
    /// Which part of the trash is asked for: a page from the beginning, one behind a place, or all up to a place.
    fn span_of_trash(&mut self, address: &mut Address) -> Result<Part> {
        let mut place = |name, text: &str| address.read(name, text, str::parse);
        let (after, through) = (place("after", &self.after)?, place("through", &self.through)?);
        self.leave_out(address.misread());
        Ok(match (after, through) {
            (Some(after), _) => Part::After(after),
            (None, Some(through)) => Part::Through(through),
            (None, None) => Part::First,
        })
    }
}

impl PurgePage {
    /// `count`: how many files there are in all, those in folders with them.
    fn of(
        layout: Layout,
        (chosen, folders): (Selection, Vec<FolderId>),
        from: Purgeable,
        count: usize,
    ) -> Result<Self> {
        let what = match folders.len() {
            0 => files_in_words(count),
            folders => format!("{} with {}", things(0, folders), files_in_words(count)),
        };
        let is_all = matches!(chosen, Selection::All);
        let (what, ids) = match chosen {
            Selection::All if count == 0 && folders.is_empty() => return Err(Error::Conflict(EMPTY.into())),
            _ if count == 0 && folders.is_empty() => return Err(Error::NotFound),
            Selection::All => (what, Vec::new()),
            Selection::These(ids) => (what, ids),
            Selection::MovedIn(_) | Selection::Found(..) | Selection::Below(_) => return Err(Error::NotFound),
        };
        let from = match from {
            Purgeable::Trashed => "trash",
            Purgeable::Quarantined => "quarantine",
        };
        let is_one = count + folders.len() == 1;
        Ok(Self { layout, what, is_one, is_all, ids, folders, from })
    }
}

impl TrashPage {
    /// Is there nothing in it?
    fn is_empty(&self) -> bool {
        self.tiles.is_empty() && self.folders.is_empty() && self.is_first
    }

    /// What the number counts, for who hears it alone.
    fn counted(&self) -> &'static str {
        if self.count.number == 1 && !self.count.is_more { " file" } else { " files" }
    }
}

impl FolderRow {
    fn of(folder: &TrashedFolder, reader: Reader) -> Self {
        let left = time_left(folder.trashed_at() + TRASH_KEEPS - reader.now);
        Self { id: folder.id(), name: folder.name().to_owned(), left }
    }
}

impl Tile {
    fn of(file: &Trashed, reader: Reader) -> Self {
        let (name, content_type, has_picture) = (file.name(), file.content_type(), picture_url(file).is_some());
        Self {
            id: file.id().to_string(),
            name: name.to_owned(),
            thumbnail_url: picture_url(file),
            tone: tone_class(file),
            sides: file.dimensions(),
            length: file.duration().map(length_in_words),
            is_film: file.kind() == Kind::Video,
            ratio: if has_picture { ratio_class(file.dimensions()) } else { "ratio-3-4" },
            tint: Paper::of(name, &content_type).class(),
            print: print(name, &content_type, 4),
            kind: file.kind().words(),
            size: size_in_words(file.size()),
            left: time_left(file.state_changed_at() + TRASH_KEEPS - reader.now),
        }
    }
}

impl Row {
    fn of(file: &Quarantined, reader: Reader) -> Self {
        Self {
            id: file.id().to_string(),
            name: file.name().to_owned(),
            size: size_in_words(file.size()),
            since: Moment::seen(file.state_changed_at(), reader),
            why: contradiction(file),
        }
    }
}
