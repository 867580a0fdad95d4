//! The viewer: one file large, and the way to those beside it in the list that it was found in.

use super::{
    facts::Facts,
    file::{Entry, PreviewPane, Seen, TicketOf, history},
    file_id,
};
use crate::{
    database,
    error::Result,
    files::{
        Preview, Ready, Scope, State,
        favourites::other_star,
        file::File,
        list::{neighbours, search::SearchQuery},
        paper::{Paper, print},
        shared::SharedBy,
        view::{picture_url, tone_class},
    },
    state::AppState,
    web::{Asked, Layout, Misread, Reader, SignedIn},
};
use actix_web::{
    Responder,
    web::{Data, Path},
};
use askama::Template;
use askama_web::WebTemplate;
use bytesize::ByteSize;

/// What is larger is read when it is looked at.
const PREFETCHED: ByteSize = ByteSize::mb(20);

#[derive(Template, WebTemplate)]
#[template(path = "files/view.html")]
struct ViewPage {
    layout: Layout,
    id: String,
    name: String,
    is_starred: bool,
    /// What pressing its star does, as forms have it.
    other_star: &'static str,
    pane: PreviewPane,
    facts: Facts,
    /// The links that it is behind.
    links: Vec<SharedBy>,
    history: Vec<Entry>,
    /// The list it was found in.
    list: String,
    /// It among those beside it, in their order.
    strip: Vec<Beside>,
    /// Where it stands among them.
    index: usize,
    /// How many there are before it, and behind it.
    counts: Option<(i64, i64)>,
    folder: String,
    ticket: TicketOf,
    /// What of the address was left out.
    misread: Misread,
}

/// A file of the strip.
struct Beside {
    name: String,
    url: String,
    /// Where it is read, if it is a picture.
    picture_url: Option<String>,
    thumbnail_url: Option<String>,
    tone: String,
    tint: &'static str,
    badge: String,
    is_current: bool,
}

/// Answers with the caller's own file, large, and the way to those beside it in the list that the address describes.
pub async fn view(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    id: Path<String>,
    Asked { mut query, mut address }: Asked<SearchQuery>,
) -> Result<impl Responder> {
    let db = database::read_as(&app.db, account.id).await?;
    let file = Ready::find(&db, file_id(&id)?, Scope::Own(account.id)).await?;
    let seen = Seen::of(&db, &file).await?;
    if query.folder.is_empty() && !query.is_narrow() {
        query.folder = file.folder_id().map(|folder| folder.to_string()).unwrap_or_default();
    }
    let search = query.read(Scope::Own(account.id), reader.zone, &mut address)?.in_state(State::Ready);
    let beside = neighbours::neighbours(&db, &search, &file).await?;
    let own = query.url("");
    let all = beside.before.iter().chain([&file]).chain(&beside.behind);
    Ok(ViewPage {
        layout: Layout::of(&app, &account, "/"),
        id: file.id().to_string(),
        name: file.name().to_owned(),
        is_starred: file.is_starred(),
        other_star: other_star(&file).as_str(),
        pane: PreviewPane::of(&file, format!("/files/{}/content", file.id())),
        facts: Facts::of(&file, reader).in_folder(seen.folder.clone()),
        links: seen.links,
        history: history(&seen.events, reader),
        list: query.url("/"),
        strip: all.map(|one| Beside::of(one, &own, one.id() == file.id())).collect(),
        index: beside.before.len(),
        counts: beside.counts,
        folder: seen.folder.as_deref().and_then(|way| way.rsplit('/').next()).unwrap_or_default().to_owned(),
        ticket: TicketOf::of(&file, &account, reader),
        misread: address.into_misread(),
    })
}

impl ViewPage {
    fn previous(&self) -> Option<&Beside> {
        self.index.checked_sub(1).and_then(|index| self.strip.get(index))
    }

    fn next(&self) -> Option<&Beside> {
        self.strip.get(self.index + 1)
    }

    /// Such as `12 of 214 in Iceland 2026`, and what of the list's filters was left out.
    fn place(&self) -> String {
        let left_out = self.misread.iter().map(|one| format!("“{}” was left out", one.typed));
        let all: Vec<String> =
            [self.place_in_list()].into_iter().filter(|place| !place.is_empty()).chain(left_out).collect();
        all.join(" · ")
    }

    fn place_in_list(&self) -> String {
        let within = if self.folder.is_empty() { String::new() } else { format!(" in {}", self.folder) };
        match self.counts {
            Some((before, behind)) => format!("{} of {}{within}", before + 1, before + 1 + behind),
            None => within.trim_start().to_owned(),
        }
    }
}

impl Beside {
    fn of(file: &Ready, query: &str, is_current: bool) -> Self {
        let content_type = file.content_type();
        Self {
            name: file.name().to_owned(),
            url: format!("/files/{}/view{query}", file.id()),
            picture_url: is_prefetched(file).then(|| format!("/files/{}/content", file.id())),
            thumbnail_url: picture_url(file),
            tone: tone_class(file),
            tint: Paper::of(file.name(), &content_type).class(),
            badge: print(file.name(), &content_type, 3),
            is_current,
        }
    }
}

fn is_prefetched(file: &Ready) -> bool {
    file.content_type().preview() == Preview::Image && file.size().is_some_and(|size| size < PREFETCHED)
}
