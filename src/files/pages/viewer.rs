//! The viewer: one file large, and the way to those beside it in the list that it was found in.

use super::{file::PreviewPane, file_id};
use crate::{
    error::Result,
    files::{
        Preview, Ready, Scope, State,
        file::File,
        list::{page, search::SearchQuery},
    },
    state::AppState,
    web::{Layout, SignedIn},
};
use actix_web::{
    Responder,
    web::{Data, Path, Query},
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
    facts: String,
    pane: PreviewPane,
    /// The list it was found in.
    list: String,
    previous: Option<Beside>,
    next: Option<Beside>,
}

struct Beside {
    name: String,
    url: String,
    /// Where it is read, if it is a picture.
    picture_url: Option<String>,
}

/// Answers with the caller's own file, large, and the way to those beside it in the list that the address describes.
pub async fn view(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    id: Path<String>,
    query: Query<SearchQuery>,
) -> Result<impl Responder> {
    let file = Ready::find(&app.db, file_id(&id)?, Scope::Own(account.id)).await?;
    let search = query.parse(Scope::Own(account.id))?.in_state(State::Ready);
    let beside = page::neighbours(&app.db, &search, &file).await?;
    let own = query.url("");
    let link = |file: &Ready| Beside {
        name: file.name().to_owned(),
        url: format!("/files/{}/view{own}", file.id()),
        picture_url: is_prefetched(file).then(|| format!("/files/{}/content", file.id())),
    };
    Ok(ViewPage {
        layout: Layout::of(&app, &account, "/"),
        id: file.id().to_string(),
        name: file.name().to_owned(),
        facts: PreviewPane::facts_in_words(&file),
        pane: PreviewPane::of(&file, format!("/files/{}/content", file.id())),
        list: query.url("/"),
        previous: beside.previous.as_ref().map(link),
        next: beside.next.as_ref().map(link),
    })
}

fn is_prefetched(file: &Ready) -> bool {
    file.content_type().preview() == Preview::Image && file.size().is_some_and(|size| size < PREFETCHED)
}
