//! Every upload of everyone, narrowed down and ordered by the address of the page.

use crate::{
    accounts::{Email, users},
    error::{Error, Result},
    files::{
        Kind, Scope, State, Thumbnail,
        contradiction::contradiction,
        file::{AnyFile, File},
        folders::names,
        list::{
            facets::Facets,
            page::{self, Page},
            search::{Order, Search, SearchQuery},
        },
        paper::{Paper, print},
        view::{Moment, size_in_words, tone_class},
    },
    ids::{FolderId, UserId},
    state::AppState,
    web::{Admin, Asked, Layout, Left, Misread, Reader},
};
use actix_web::{Responder, web::Data};
use askama::Template;
use askama_web::WebTemplate;
use std::collections::HashMap;

#[derive(Template, WebTemplate)]
#[template(path = "admin/files.html")]
struct FilesPage {
    layout: Layout,
    query: SearchQuery,
    /// What of the address was left out.
    misread: Misread,
    order: Order,
    kind: Option<Kind>,
    state: Option<State>,
    facets: Facets,
    rows: Vec<Row>,
    next: Option<String>,
    /// This list, to come back to.
    place: String,
}

struct Row {
    id: String,
    name: String,
    /// The folder that it lies in, with those above it; or empty.
    folder: String,
    /// Where its thumbnail is read, if it may be shown.
    thumbnail_url: Option<String>,
    /// The class of what stands in its place until it is there, or of its kind's tint.
    tint: String,
    /// Its type in three letters.
    badge: String,
    owner: String,
    type_words: &'static str,
    content_type: String,
    size: String,
    state: State,
    /// Why it is in quarantine, if it is, or empty.
    why: String,
    uploaded: Moment,
}

/// Answers with a page of everyone's uploads, in whatever state, as the address narrows them down and orders them.
pub async fn files(
    app: Data<AppState>,
    Admin(account): Admin,
    reader: Reader,
    Asked { mut query, mut address }: Asked<SearchQuery>,
    Left(notice): Left,
) -> Result<impl Responder> {
    let search = query.read(Scope::Everyone, reader.zone, &mut address)?;
    let search = Search { owner: owner(&app, query.user.trim()).await?, ..search };
    let page = page::list_all(&app.db, &search, query.span(search.order, &mut address)?).await?;
    let emails = emails(&app, &page).await?;
    let folders = names::of(&app.db, page.files.iter().filter_map(File::folder_id)).await?;
    Ok(FilesPage {
        layout: Layout::of(&app, &account, "/admin/files").with_notice(notice, &query.url("/admin/files")),
        facets: Facets::of(&app.db, &search).await?,
        rows: page.files.iter().map(|file| Row::of(file, (&emails, &folders), reader)).collect::<Result<_>>()?,
        next: page.next().map(|cursor| query.at("/admin/files", "after", cursor)),
        place: match query.after.as_str() {
            "" => query.url("/admin/files"),
            after => query.url_with("/admin/files", &[("after", after)]),
        },
        order: search.order,
        kind: search.kind,
        state: search.state,
        query,
        misread: address.into_misread(),
    })
}

/// A user is named by email, or by the id that a row has.
async fn owner(app: &AppState, wanted: &str) -> Result<Option<String>> {
    if wanted.is_empty() {
        return Ok(None);
    }
    let Ok(email) = wanted.parse::<Email>() else { return Ok(Some(wanted.to_owned())) };
    match users::find_by_email(&app.db, &email).await {
        Ok(user) => Ok(Some(user.id.to_string())),
        Err(Error::NotFound) => Ok(Some(wanted.to_owned())),
        Err(error) => Err(error),
    }
}

async fn emails(app: &AppState, page: &Page<AnyFile>) -> Result<HashMap<UserId, String>> {
    let mut owners: Vec<UserId> = page.files.iter().filter_map(|file| file.owner().parse().ok()).collect();
    owners.sort_unstable();
    owners.dedup();
    users::emails(&app.db, owners).await
}

impl FilesPage {
    /// How many there are, in words.
    fn total(&self) -> String {
        let count = self.facets.count(self.kind);
        format!("{} {}", count.words(), if count.number == 1 { "upload" } else { "uploads" })
    }

    fn is_in(&self, state: &State) -> bool {
        self.state == Some(*state)
    }

    fn is_of(&self, kind: &Kind) -> bool {
        self.kind == Some(*kind)
    }
}

impl Row {
    fn of(
        file: &AnyFile,
        (emails, folders): (&HashMap<UserId, String>, &HashMap<FolderId, String>),
        reader: Reader,
    ) -> Result<Self> {
        let email = file.owner().parse().ok().and_then(|owner: UserId| emails.get(&owner).cloned());
        let (content_type, paper) = (file.content_type(), Paper::of(file.name(), &file.content_type()));
        let is_seen = file.state() == State::Ready && Thumbnail::shows(file.kind());
        let thumbnail_url = file.thumbnail().filter(|_| is_seen);
        let thumbnail_url = thumbnail_url.map(|_| format!("/admin/files/{}/thumbnail", file.id()));
        Ok(Self {
            id: file.id().to_string(),
            name: file.name().to_owned(),
            folder: file.folder_id().and_then(|folder| folders.get(&folder)).cloned().unwrap_or_default(),
            tint: if thumbnail_url.is_some() { tone_class(file) } else { paper.class().to_owned() },
            thumbnail_url,
            badge: print(file.name(), &content_type, 3),
            owner: email.unwrap_or_else(|| file.owner().to_owned()),
            type_words: paper.words(file.kind()),
            content_type: content_type.essence().to_owned(),
            size: size_in_words(file.size()),
            state: file.state(),
            why: contradiction(file),
            uploaded: Moment::seen(file.uploaded_at(), reader),
        })
    }
}
