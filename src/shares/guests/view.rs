//! One file behind a link, large, and the way to those beside it.

use super::door::Guest;
use crate::{
    database,
    error::Result,
    files::{
        Preview, Ready, State,
        file::File,
        list::{
            neighbours,
            search::{Search, SearchQuery},
        },
        pages::{PreviewPane, file_id},
        paper::{Paper, print},
        view::{picture_url, size_in_words, tone_class},
    },
    state::AppState,
    web::{Layout, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;

#[derive(Template)]
#[template(path = "shares/guest_view.html")]
struct GuestView {
    layout: Layout,
    guest: Guest,
    id: String,
    name: String,
    size: String,
    pane: PreviewPane,
    /// Back to the gallery, where this file is.
    list: String,
    /// It among those beside it, in their order.
    strip: Vec<Beside>,
    /// Where it stands among them.
    index: usize,
    /// How many there are before it, and behind it.
    counts: Option<(i64, i64)>,
}

/// A file of the strip.
struct Beside {
    name: String,
    url: String,
    thumbnail_url: Option<String>,
    tone: String,
    tint: &'static str,
    badge: String,
    is_current: bool,
}

/// Answers with one file behind a link, large.
pub async fn view(app: Data<AppState>, guest: Guest, path: Path<(String, String)>) -> Result<HttpResponse> {
    let search = Search::all(guest.share.contents()).in_state(State::Ready);
    let db = database::read_as(&app.db, guest.share.owner()).await?;
    let file = Ready::find(&db, file_id(&path.1)?, guest.share.contents()).await?;
    let beside = neighbours::neighbours(&db, &search, &file).await?;
    drop(db);
    let all = beside.before.iter().chain([&file]).chain(&beside.behind);
    let pane = PreviewPane::of(&file, format!("{}/files/{}/content", guest.base, file.id()));
    let page = GuestView {
        layout: Layout::of_nobody(),
        id: file.id().to_string(),
        name: file.name().to_owned(),
        size: size_in_words(file.size()),
        pane: PreviewPane { thumbnail_url: pane.thumbnail_url.map(|url| format!("{}{url}", guest.base)), ..pane },
        list: SearchQuery::default().at(&guest.base, "at", &file.cursor(&search)),
        strip: all.map(|one| Beside::of(one, &guest.base, one.id() == file.id())).collect(),
        index: beside.before.len(),
        counts: beside.counts,
        guest,
    };
    respond::unstored_page(StatusCode::OK, &page)
}

impl GuestView {
    fn previous(&self) -> Option<&Beside> {
        self.index.checked_sub(1).and_then(|index| self.strip.get(index))
    }

    fn next(&self) -> Option<&Beside> {
        self.strip.get(self.index + 1)
    }

    /// Such as `12 of 24 · 3.1 MB`.
    fn place(&self) -> String {
        match self.counts {
            Some((before, behind)) => format!("{} of {} · {}", before + 1, before + 1 + behind, self.size),
            None => self.size.clone(),
        }
    }

    /// What is said below a picture that is shown small.
    fn why_small(&self) -> &'static str {
        match self.guest.share.has_originals() {
            true => "This is a small picture of it. Download it for all of it.",
            false => "Only a small picture of it is shared.",
        }
    }
}

impl Beside {
    fn of(file: &Ready, base: &str, is_current: bool) -> Self {
        let content_type = file.content_type();
        Self {
            name: file.name().to_owned(),
            url: format!("{base}/files/{}", file.id()),
            thumbnail_url: picture_url(file).map(|url| format!("{base}{url}")),
            tone: tone_class(file),
            tint: Paper::of(file.name(), &content_type).class(),
            badge: print(file.name(), &content_type, 3),
            is_current,
        }
    }
}
