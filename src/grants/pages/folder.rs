//! A folder that is shared with somebody, or one below it: what is in it now, and what is found there. What lies above is not told.

use crate::{
    database::{self, Reads},
    error::{Error, Result},
    files::{
        State,
        file::File,
        folders::{Folder, Place, child::Holds},
        list::{
            page::{self, Span},
            search::{Search, SearchQuery},
        },
        pages::{Crumb, Folders, in_it_with_weight},
        view::Card,
    },
    grants::{Grant, Member},
    ids::FolderId,
    state::AppState,
    web::{Asked, Layout, Left, Notice, Reader, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use sea_orm::ConnectionTrait;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "grants/folder.html")]
struct FolderPage {
    layout: Layout,
    member: Member,
    open: OpenFolder,
    /// What is looked for, or empty.
    name: String,
    folders: Folders,
    cards: Vec<Card>,
    is_first: bool,
    earlier: Option<String>,
    next: Option<String>,
}

/// The folder that is open.
pub(super) struct OpenFolder {
    pub id: FolderId,
    pub name: String,
    pub url: String,
    /// Those on the way to it, the shared one first, without itself.
    pub above: Vec<Crumb>,
    /// What lies directly in it, in words.
    pub holds: String,
}

/// Where the tiles of folders begin.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Tiles {
    /// Behind which folder, as the page before says it.
    folders: String,
}

/// Answers with a page of a folder that is shared with the caller, or of what is found in it.
pub async fn folder(
    app: Data<AppState>,
    member: Member,
    reader: Reader,
    (asked, tiles): (Asked<SearchQuery>, Asked<Tiles>),
    Left(notice): Left,
) -> Result<HttpResponse> {
    let shared = member.grant.folder();
    show(&app, (member, shared), (asked, &tiles.query), reader, notice).await
}

/// The same of a folder below it.
pub async fn folder_below(
    app: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
    reader: Reader,
    (asked, tiles): (Asked<SearchQuery>, Asked<Tiles>),
    Left(notice): Left,
) -> Result<HttpResponse> {
    let id = path.1.parse().map_err(|_| Error::NotFound)?;
    show(&app, (member, id), (asked, &tiles.query), reader, notice).await
}

async fn show(
    app: &AppState,
    (member, folder): (Member, FolderId),
    (asked, tiles): (Asked<SearchQuery>, &Tiles),
    reader: Reader,
    notice: Option<Notice>,
) -> Result<HttpResponse> {
    let db = database::read_as(&app.db, member.grant.owner()).await?;
    let open = OpenFolder::of(&db, &member.grant, &member.base, folder).await?;
    let layout = Layout::of(app, &member.account, "/shared").with_notice(notice, &open.url);
    let page = FolderPage::of(&db, layout, (member, open), (asked, tiles), reader).await?;
    drop(db);
    respond::unstored_page(StatusCode::OK, &page)
}

/// A folder that is shared, or one below it, with those on the way to it from that one.
///
/// # Errors
///
/// `NotFound` for a folder that is not in the shared one, or not in sight; `DatabaseUnavailable`.
pub(super) async fn way(db: &impl ConnectionTrait, grant: &Grant, id: FolderId) -> Result<Vec<Folder>> {
    let way = Folder::way(db, id, grant.owner()).await?;
    let below: Vec<Folder> = way.into_iter().skip_while(|folder| folder.id() != grant.folder()).collect();
    if below.is_empty() { Err(Error::NotFound) } else { Ok(below) }
}

impl OpenFolder {
    /// A folder that is shared, or one below it.
    ///
    /// # Errors
    ///
    /// As [`way`].
    async fn of(db: &impl ConnectionTrait, grant: &Grant, base: &str, id: FolderId) -> Result<Self> {
        let below = way(db, grant, id).await?;
        let mut above: Vec<Crumb> = below.iter().map(|folder| crumb(base, folder, grant.folder())).collect();
        let Crumb { name, url, .. } = above.pop().ok_or(Error::NotFound)?;
        let holds = in_it_with_weight(Holds::of(db, id).await?);
        Ok(Self { id, name, url, above, holds })
    }
}

/// The address of the page that shows a folder to whom it is shared with.
pub(super) fn url(base: &str, folder: FolderId, shared: FolderId) -> String {
    if folder == shared { base.to_owned() } else { format!("{base}/folders/{folder}") }
}

fn crumb(base: &str, folder: &Folder, shared: FolderId) -> Crumb {
    Crumb { id: String::new(), name: folder.name().to_owned(), url: url(base, folder.id(), shared) }
}

impl FolderPage {
    async fn of(
        db: &Reads<'_>,
        layout: Layout,
        (member, open): (Member, OpenFolder),
        (Asked { query, mut address }, tiles): (Asked<SearchQuery>, &Tiles),
        reader: Reader,
    ) -> Result<Self> {
        // Of all that a list's address may say, only what is looked for and where the page begins are heard.
        let SearchQuery { name, after, before, at, .. } = query;
        let mut query = SearchQuery { name, after, before, at, ..SearchQuery::default() };
        let read = query.read(member.grant.contents(), reader.zone, &mut address)?;
        let is_found = !read.words.is_empty();
        let place = if is_found { Place::Below(open.id) } else { Place::In(open.id) };
        // A ticket is its owner's own.
        let search = &Search { place, ticket: None, ..read }.in_state(State::Ready);
        let span = query.span(search.order, &mut address)?;
        let is_beginning = !matches!(span, Span::Before(_));
        let page = page::list_ready(db, search, span).await?;
        let has_folders = !is_found && is_beginning && !page.has_earlier;
        let folders = match has_folders {
            true => Folders::of_guest(db, member.grant.owner(), open.id, &member.base, &tiles.folders).await?,
            false => Folders::default(),
        };
        let first = page.files.first().filter(|_| page.has_earlier).map(|file| file.cursor(search));
        Ok(Self {
            layout,
            name: query.name.trim().to_owned(),
            folders,
            cards: page.files.iter().map(|file| Card::seen(file, "", search, reader).below(&member.base)).collect(),
            is_first: !page.has_earlier,
            earlier: first.map(|cursor| query.at(&open.url, "before", &cursor)),
            next: page.next().map(|cursor| query.at(&open.url, "after", cursor)),
            open,
            member,
        })
    }
}
