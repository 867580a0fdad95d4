//! The gallery, a file's own page, its content, and the trash.

use super::{
    Links, Ready, Trashed,
    content_type::Kind,
    lifecycle::File,
    listing::{self, Cursor},
    view::{Card, Moment, size_in_words},
};
use crate::{
    database,
    error::{Error, Result},
    ids::FileId,
    state::AppState,
    store::Disposition,
    web::{Caller, Frame, SignedIn, see_other},
};
use actix_web::{
    HttpResponse, Responder,
    http::{
        Method,
        header::{CACHE_CONTROL, LOCATION},
    },
    web::{Data, Path, Query},
};
use askama::Template;
use askama_web::WebTemplate;
use bytesize::ByteSize;
use serde::Deserialize;

#[derive(Template, WebTemplate)]
#[template(path = "files/gallery.html")]
struct Gallery {
    frame: Frame,
    largest: ByteSize,
    cards: Vec<Card>,
    is_first: bool,
    next: Option<String>,
    trashed: Option<Card>,
}

#[derive(Template, WebTemplate)]
#[template(path = "files/file.html")]
struct FilePage {
    frame: Frame,
    name: String,
    content_url: String,
    download_url: String,
    trash_url: String,
    link: String,
    content_type: String,
    size: String,
    uploaded: Moment,
    checksum: Option<String>,
    kind: Kind,
    is_inline: bool,
}

#[derive(Template, WebTemplate)]
#[template(path = "files/trash.html")]
struct TrashPage {
    frame: Frame,
    cards: Vec<Card>,
    next: Option<String>,
}

#[derive(Deserialize)]
pub struct ListQuery {
    after: Option<String>,
    trashed: Option<String>,
}

pub async fn gallery(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    query: Query<ListQuery>,
) -> Result<impl Responder> {
    let after = query.after.as_deref().map(str::parse).transpose()?;
    let page = listing::list_ready(&app.db, account.id, after).await?;
    let trashed = match query.trashed.as_deref().and_then(|id| id.parse().ok()) {
        Some(id) => Trashed::find(&app.db, id, account.id).await.ok().map(|file| Card::of(&file)),
        None => None,
    };
    Ok(Gallery {
        frame: Frame::of(&account),
        largest: app.uploads.largest(),
        cards: page.files.iter().map(Card::of).collect(),
        is_first: after.is_none(),
        next: next_url("/", page.next),
        trashed,
    })
}

pub async fn file(app: Data<AppState>, SignedIn(account): SignedIn, id: Path<String>) -> Result<impl Responder> {
    let file = Ready::find(&app.db, file_id(&id)?, account.id).await?;
    let (url, content_type) = (format!("/files/{}", file.id()), file.content_type());
    Ok(FilePage {
        frame: Frame::of(&account),
        name: file.name().to_owned(),
        content_url: format!("{url}/content"),
        download_url: format!("{url}/download"),
        trash_url: format!("{url}/trash"),
        link: file.file_url().to_owned(),
        content_type: content_type.to_string(),
        size: size_in_words(file.size()),
        uploaded: Moment::of(file.uploaded_at()),
        checksum: file.checksum().map(str::to_owned),
        kind: content_type.kind(),
        is_inline: content_type.is_inline(),
    })
}

/// The stable link: sends on to where the store has the bytes.
pub async fn content(
    app: Data<AppState>,
    links: Data<Links>,
    Caller(account): Caller,
    id: Path<String>,
    method: Method,
) -> Result<HttpResponse> {
    let file = Ready::find(&app.db, file_id(&id)?, account.id).await?;
    Ok(send_on(&links.signed(&app.store, &file, Disposition::Inline, method, database::now())?))
}

pub async fn download(
    app: Data<AppState>,
    links: Data<Links>,
    Caller(account): Caller,
    id: Path<String>,
    method: Method,
) -> Result<HttpResponse> {
    let file = Ready::find(&app.db, file_id(&id)?, account.id).await?;
    Ok(send_on(&links.signed(&app.store, &file, Disposition::Attachment, method, database::now())?))
}

pub async fn trash(app: Data<AppState>, SignedIn(account): SignedIn, id: Path<String>) -> Result<HttpResponse> {
    let file = Ready::find(&app.db, file_id(&id)?, account.id).await?;
    let trashed = file.trash(&app.db, database::now()).await?;
    Ok(see_other(&format!("/?trashed={}", trashed.id())))
}

pub async fn restore(app: Data<AppState>, SignedIn(account): SignedIn, id: Path<String>) -> Result<HttpResponse> {
    let file = Trashed::find(&app.db, file_id(&id)?, account.id).await?;
    let ready = file.restore(&app.db, database::now()).await?;
    Ok(see_other(&format!("/files/{}", ready.id())))
}

pub async fn trash_page(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    query: Query<ListQuery>,
) -> Result<impl Responder> {
    let after = query.after.as_deref().map(str::parse).transpose()?;
    let page = listing::list_trashed(&app.db, account.id, after).await?;
    let cards = page.files.iter().map(Card::of).collect();
    Ok(TrashPage { frame: Frame::of(&account), cards, next: next_url("/trash", page.next) })
}

/// What is no id names no file.
pub fn file_id(text: &str) -> Result<FileId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// On to the store. The answer is asked for anew each time, so that a file in the trash is gone at once; the
/// URL stays the same for a while, so that what it leads to can be cached.
pub fn send_on(url: &str) -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, url)).insert_header((CACHE_CONTROL, "private, no-cache")).finish()
}

fn next_url(path: &str, next: Option<Cursor>) -> Option<String> {
    next.map(|cursor| format!("{path}?after={cursor}"))
}
