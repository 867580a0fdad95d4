//! A file's own page: what it looks like, what is known of it, what can be done with it, and what was.

use super::file_id;
use crate::{
    accounts::Account,
    audit::{self, Event},
    error::Result,
    files::{
        Preview, Ready, Scope, Verified,
        file::File,
        list::facets::grouped,
        view::{Moment, size_in_words},
    },
    state::AppState,
    storage::LATE_PUT,
    web::{Layout, Left, SignedIn, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use base64::prelude::{BASE64_STANDARD, Engine};
use bytesize::ByteSize;

/// How much of a text is shown: what a person may scroll through, and a browser lays out at once.
const TEXT_SHOWN: ByteSize = ByteSize::kib(64);
const EVENTS_SHOWN: u64 = 50;
const VERIFIED: &str = "Storage checked the bytes against it when they arrived.";
const SECOND_LOOK: &str =
    "Its upload URL may be used again before it expires, so its size and its first bytes may still change.";

const HAS_PLACE: &str = "The picture says where it was taken.";
const HAS_NO_PLACE: &str = "The picture does not say where it was taken.";

#[derive(Template)]
#[template(path = "files/file.html")]
pub(super) struct FilePage {
    layout: Layout,
    id: String,
    name: String,
    is_inline: bool,
    pane: PreviewPane,
    facts: Facts,
    link: String,
    is_public: bool,
    history: Vec<Entry>,
    /// What is in the field for another name, and what is wrong with it.
    typed: String,
    problem: Option<String>,
}

/// A file's content in a page.
pub struct PreviewPane {
    /// In which way it is shown.
    pub preview: Preview,
    pub name: String,
    /// Where the page reads it: an address of the app, which sends on to the store.
    pub content_url: String,
    /// Where its thumbnail is read, if it has one.
    pub thumbnail_url: Option<String>,
    /// How much of a text is shown.
    pub text_shown: ByteSize,
    /// There is no first byte that could be asked for.
    pub is_empty: bool,
    /// Is the file longer than that, as far as is known?
    pub is_longer: bool,
    /// In pixels, so that the page keeps room for the picture.
    pub width: Option<i64>,
    /// In pixels.
    pub height: Option<i64>,
}

/// One thing that is known of a file.
pub struct Fact {
    pub term: &'static str,
    pub value: String,
    /// Is the value to be compared, letter by letter?
    pub is_code: bool,
    /// A sentence that explains it, or empty.
    pub note: &'static str,
}

/// What is known of a file, in the order in which pages show it.
pub struct Facts(pub Vec<Fact>);

/// One line of a history.
pub struct Entry {
    pub at: Moment,
    /// What was done, in words.
    pub what: String,
    /// What it was before and is now, and such; may be empty.
    pub detail: String,
    /// An email, or what else made the change.
    pub who: String,
    /// The address it came from, where it may be shown.
    pub from: String,
}

/// Answers with the page of the caller's own file.
pub async fn file(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    id: Path<String>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let file = Ready::find(&app.db, file_id(&id)?, Scope::Own(account.id)).await?;
    let url = format!("/files/{}", file.id());
    let page = FilePage::of(&app, Layout::of(&app, &account, "/").with_notice(notice, &url), &file).await?;
    respond::page(StatusCode::OK, &page)
}

impl FilePage {
    /// The page once more, with a name that will not do and why.
    pub(super) async fn refusing(
        app: &AppState,
        account: &Account,
        file: &Ready,
        typed: &str,
        problem: String,
    ) -> Result<HttpResponse> {
        let page = Self::of(app, Layout::of(app, account, "/"), file).await?;
        let page = Self { typed: typed.to_owned(), problem: Some(problem), ..page };
        respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page)
    }

    async fn of(app: &AppState, layout: Layout, file: &Ready) -> Result<Self> {
        Ok(Self {
            layout,
            id: file.id().to_string(),
            name: file.name().to_owned(),
            is_inline: file.content_type().is_inline(),
            pane: PreviewPane::of(file, format!("/files/{}/content", file.id())),
            facts: Facts::of(file),
            // Not as it was when the file came: the app may be reached elsewhere by now.
            link: app.url_of(file.id(), file.object_key()),
            is_public: app.store.is_public(),
            history: history(&audit::list_of_file(&app.db, file.id(), EVENTS_SHOWN).await?),
            typed: file.name().to_owned(),
            problem: None,
        })
    }
}

/// Events as a page shows them, without the addresses that they came from.
pub fn history(events: &[Event]) -> Vec<Entry> {
    let entry = |event: &Event| Entry {
        at: Moment::of(event.at),
        what: event.action.words().to_owned(),
        detail: event.detail_in_words(),
        who: event.actor.clone(),
        from: String::new(),
    };
    events.iter().map(entry).collect()
}

impl PreviewPane {
    /// A file's content as a page shows it, which reads it at `content_url`.
    pub fn of(file: &impl File, content_url: String) -> Self {
        let (width, height) = file.dimensions().unzip();
        Self {
            preview: file.content_type().preview(),
            name: file.name().to_owned(),
            content_url,
            thumbnail_url: file.thumbnail().map(|_| format!("/files/{}/thumbnail", file.id())),
            text_shown: TEXT_SHOWN,
            is_empty: file.size() == Some(ByteSize(0)),
            is_longer: file.size().is_none_or(|size| size > TEXT_SHOWN),
            width,
            height,
        }
    }

    /// Such as `1.2 MiB · 640 × 480 · Iceland/Day 1`.
    pub fn facts_in_words(file: &impl File) -> String {
        let mut facts = size_in_words(file.size());
        if let Some((width, height)) = file.dimensions() {
            facts += &format!(" · {width} × {height}");
        }
        file.folder().map_or(facts.clone(), |folder| format!("{facts} · {folder}"))
    }
}

impl Facts {
    /// All that is known of a file.
    pub fn of(file: &impl File) -> Self {
        let fact = |term, value: String| Fact { term, value, is_code: false, note: "" };
        let code = |term, value: &str, note| Fact { term, value: value.to_owned(), is_code: true, note };
        let exact = file.size().map(|size| format!(" ({} bytes)", grouped(size.as_u64()))).unwrap_or_default();
        let mut facts = vec![
            fact("Size", format!("{}{exact}", size_in_words(file.size()))),
            fact("Type", file.content_type().to_string()),
        ];
        facts.extend(file.dimensions().map(|(width, height)| fact("Dimensions", format!("{width} × {height} pixels"))));
        facts.extend(taken(file));
        facts.extend(file.camera().map(|camera| fact("Camera", camera.to_owned())));
        facts.extend(file.has_place().map(|has| fact("Place", if has { HAS_PLACE } else { HAS_NO_PLACE }.to_owned())));
        facts.extend(file.folder().map(|folder| fact("Folder", folder.to_owned())));
        facts.push(fact("Uploaded", Moment::of(file.uploaded_at()).words));
        facts.push(match (file.verified(), file.checksum()) {
            (Some(Verified::Sha256) | None, Some(checksum)) => code("SHA-256", &as_hex(checksum), VERIFIED),
            (Some(Verified::Crc32c), _) => Fact { note: VERIFIED, ..fact("Checksum", "CRC32C of the file".to_owned()) },
            (Some(Verified::Parts), _) => Fact { note: VERIFIED, ..fact("Checksum", of_parts(file.etag())) },
            (Some(Verified::Sha256) | None, None) => {
                Fact { note: "It came without a checksum.", ..fact("SHA-256", "none".to_owned()) }
            }
        });
        facts.push(match file.is_quarantined() {
            true => Fact {
                note: "They do not fit the type, or an administrator put the file aside.",
                ..fact("Checked", "size, name, first bytes".into())
            },
            false => fact("Checked", "size, name, first bytes".into()),
        });
        facts.extend(file.writable_until().map(|until| Fact {
            note: SECOND_LOOK,
            ..fact("To be checked again", Moment::of(until + LATE_PUT).words)
        }));
        facts.extend(file.etag().map(|etag| code("ETag", etag, "")));
        Self(facts)
    }
}

/// A camera's clock, whose zone nobody knows.
fn taken(file: &impl File) -> Option<Fact> {
    let value = file.camera_clock()?.format("%-d %b %Y, %H:%M").to_string();
    Some(Fact { term: "Taken", value, is_code: false, note: "" })
}

/// A store says in the ETag how many parts an object came in:
/// <https://developers.cloudflare.com/r2/objects/multipart-objects/#etags>.
fn of_parts(etag: Option<&str>) -> String {
    let count = etag.and_then(|etag| etag.rsplit_once('-')?.1.parse::<u32>().ok());
    match count {
        Some(1) => "CRC32C or MD5 of its one part".to_owned(),
        Some(count) => format!("CRC32C or MD5 of each of {count} parts"),
        None => "CRC32C or MD5 of each of its parts".to_owned(),
    }
}

/// As `sha256sum` writes it; stores write base64.
fn as_hex(checksum: &str) -> String {
    BASE64_STANDARD.decode(checksum).map_or_else(|_| checksum.to_owned(), hex::encode)
}
