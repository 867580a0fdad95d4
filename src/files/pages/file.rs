//! A file's own page: what it looks like, what is known of it, what can be done with it, and what was.

use super::{file_id, flash};
use crate::{
    audit::{self, Event},
    error::Result,
    files::{
        Preview, Ready,
        lifecycle::File,
        search::SearchQuery,
        tally::grouped,
        transitions::Whose,
        view::{Moment, size_in_words},
    },
    state::AppState,
    web::{Frame, SignedIn},
};
use actix_web::{
    Responder,
    web::{Data, Path, Query},
};
use askama::Template;
use askama_web::WebTemplate;
use bytesize::ByteSize;

/// How much of a text is shown: what a person may scroll through, and a browser lays out at once.
const TEXT_SHOWN: ByteSize = ByteSize::kib(64);
const EVENTS_SHOWN: u64 = 50;

#[derive(Template, WebTemplate)]
#[template(path = "files/file.html")]
struct FilePage {
    frame: Frame,
    id: String,
    name: String,
    is_inline: bool,
    stage: Stage,
    facts: Facts,
    link: String,
    history: Vec<Entry>,
}

/// A file's content in a page.
pub struct Stage {
    pub preview: Preview,
    pub name: String,
    pub content_url: String,
    pub text_shown: ByteSize,
    /// There is no first byte that could be asked for.
    pub is_empty: bool,
    pub is_longer: bool,
    pub width: Option<i64>,
    pub height: Option<i64>,
}

pub struct Fact {
    pub term: &'static str,
    pub value: String,
    pub is_code: bool,
    pub note: &'static str,
}

pub struct Facts(pub Vec<Fact>);

/// One line of a history.
pub struct Entry {
    pub at: Moment,
    pub what: String,
    pub detail: String,
    pub who: String,
}

pub async fn file(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    id: Path<String>,
    query: Query<SearchQuery>,
) -> Result<impl Responder> {
    let file = Ready::find(&app.db, file_id(&id)?, account.id).await?;
    let url = format!("/files/{}", file.id());
    let flash = flash(&app.db, &query, Whose::Own(account.id), "/files", url.clone()).await?;
    Ok(FilePage {
        frame: Frame::of(&app, &account, "/").with_flash(flash),
        id: file.id().to_string(),
        name: file.name().to_owned(),
        is_inline: file.content_type().is_inline(),
        stage: Stage::of(&file, format!("{url}/content")),
        facts: Facts::of(&file),
        link: file.file_url().to_owned(),
        history: history(&audit::list_of_file(&app.db, file.id(), EVENTS_SHOWN).await?),
    })
}

pub fn history(events: &[Event]) -> Vec<Entry> {
    let entry = |event: &Event| Entry {
        at: Moment::of(event.at),
        what: event.action.words().to_owned(),
        detail: event.detail.clone(),
        who: event.actor.clone(),
    };
    events.iter().map(entry).collect()
}

impl Stage {
    pub fn of(file: &impl File, content_url: String) -> Self {
        let (width, height) = file.dimensions().unzip();
        Self {
            preview: file.content_type().preview(),
            name: file.name().to_owned(),
            content_url,
            text_shown: TEXT_SHOWN,
            is_empty: file.size() == Some(ByteSize(0)),
            is_longer: file.size().is_none_or(|size| size > TEXT_SHOWN),
            width,
            height,
        }
    }

    /// Such as `1.2 MiB · 640 × 480`.
    pub fn facts_in_words(file: &impl File) -> String {
        let size = size_in_words(file.size());
        match file.dimensions() {
            Some((width, height)) => format!("{size} · {width} × {height}"),
            None => size,
        }
    }
}

impl Facts {
    pub fn of(file: &impl File) -> Self {
        let fact = |term, value: String| Fact { term, value, is_code: false, note: "" };
        let code = |term, value: &str, note| Fact { term, value: value.to_owned(), is_code: true, note };
        let exact = file.size().map(|size| format!(" ({} bytes)", grouped(size.as_u64()))).unwrap_or_default();
        let mut facts = vec![
            fact("Size", format!("{}{exact}", size_in_words(file.size()))),
            fact("Type", file.content_type().to_string()),
        ];
        facts.extend(file.dimensions().map(|(width, height)| fact("Dimensions", format!("{width} × {height} pixels"))));
        facts.push(fact("Uploaded", Moment::of(file.uploaded_at()).words));
        match file.checksum() {
            Some(checksum) => facts.push(code(
                "SHA-256",
                checksum,
                "The store held the bytes against it when they arrived. Size and first bytes were checked as well.",
            )),
            None => facts.push(Fact {
                note: "Size and first bytes were checked when it arrived; it came without a checksum.",
                ..fact("SHA-256", "none".to_owned())
            }),
        }
        facts.extend(file.etag().map(|etag| code("ETag", etag, "")));
        Self(facts)
    }
}
