//! The viewer: one file large, and the way to those beside it in the list that it was found in.

use super::{
    facts::Facts,
    file::{Entry, PreviewPane, Seen, TicketOf, history},
    file_id,
    strip::Strip,
};
use crate::{
    database,
    error::Result,
    files::{
        Preview, Ready, Scope, State,
        favourites::other_star,
        file::File,
        list::{neighbours, search::SearchQuery},
        shared::SharedBy,
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
    strip: Strip,
    folder: String,
    ticket: TicketOf,
    /// What of the address was left out.
    misread: Misread,
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
    let seen = Seen::by_owner((&app, account.id), &db, &file, reader).await?;
    if query.folder.is_empty() && !query.is_narrow() {
        query.folder = file.folder_id().map(|folder| folder.to_string()).unwrap_or_default();
    }
    let search = query.read(Scope::Own(account.id), reader.zone, &mut address)?.in_state(State::Ready);
    let beside = neighbours::neighbours(&db, &search, &file).await?;
    let own = query.url("");
    Ok(ViewPage {
        layout: Layout::of(&app, &account, "/"),
        id: file.id().to_string(),
        name: file.name().to_owned(),
        is_starred: file.is_starred(),
        other_star: other_star(&file).as_str(),
        pane: PreviewPane::of(&file, format!("/files/{}/content", file.id())),
        facts: Facts::of(&file, reader)
            .in_folder(seen.folder.clone())
            .received(seen.received)
            .added_by(seen.contributor),
        links: seen.links,
        history: history(&seen.events, reader),
        list: query.url("/"),
        strip: Strip::of(&beside, &file, |one| format!("/files/{}/view{own}", one.id())),
        folder: seen.folder.as_deref().and_then(|way| way.rsplit('/').next()).unwrap_or_default().to_owned(),
        ticket: TicketOf::of(&file, &account, reader),
        misread: address.into_misread(),
    })
}

impl ViewPage {
    /// Such as `12 of 214 in Iceland 2026`, and what of the list's filters was left out.
    fn place(&self) -> String {
        let left_out = self.misread.iter().map(|one| format!("“{}” was left out", one.typed));
        let all: Vec<String> =
            [self.place_in_list()].into_iter().filter(|place| !place.is_empty()).chain(left_out).collect();
        all.join(" · ")
    }

    fn place_in_list(&self) -> String {
        let within = if self.folder.is_empty() { String::new() } else { format!(" in {}", self.folder) };
        match self.strip.place() {
            Some(place) => format!("{place}{within}"),
            None => within.trim_start().to_owned(),
        }
    }
}
