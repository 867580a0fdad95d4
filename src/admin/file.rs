//! One file of anyone, for admins: what is known of it, what was done with it, and looking at it.

use crate::{
    accounts::users::{self, User},
    audit,
    error::{Error, Result},
    files::{
        Quarantined, Ready, Scope, State,
        file::{AnyFile, File},
        folders::names,
        pages::{Entry, Facts, file_id, hand_out, history, send_on_to_thumbnail},
        view::Moment,
    },
    ids::UserId,
    state::AppState,
    storage::Disposition,
    web::{Admin, Layout, Left, Reader, caller::Means},
};
use actix_web::{
    HttpResponse, Responder,
    http::Method,
    web::{Data, Path},
};
use askama::Template;
use askama_web::WebTemplate;

const EVENTS_SHOWN: u64 = 100;

#[derive(Template, WebTemplate)]
#[template(path = "admin/file.html")]
struct FilePage {
    layout: Layout,
    id: String,
    name: String,
    state: State,
    since: Moment,
    owner: String,
    owner_link: Option<String>,
    object_key: String,
    facts: Facts,
    history: Vec<Entry>,
}

/// Answers with the page of a file of anyone, in whatever state.
pub async fn file(
    app: Data<AppState>,
    Admin(account): Admin,
    id: Path<String>,
    reader: Reader,
    Left(notice): Left,
) -> Result<impl Responder> {
    let file = AnyFile::find(&app.db, file_id(&id)?).await?;
    let place = format!("/admin/files/{}", file.id());
    let owner = owner(&app, file.owner()).await?;
    Ok(FilePage {
        layout: Layout::of(&app, &account, "/admin/files").with_notice(notice, &place),
        id: file.id().to_string(),
        name: file.name().to_owned(),
        state: file.state(),
        since: Moment::seen(file.state_changed_at(), reader),
        owner_link: owner.as_ref().map(|user| format!("/admin/users/{}", user.id)),
        owner: owner.map_or_else(|| file.owner().to_owned(), |user| user.email),
        object_key: file.object_key().to_owned(),
        facts: Facts::of(&file, reader).in_folder(names::of_file(&app.db, &file).await?).open(),
        history: history(&audit::list_of_file(&app.db, file.id(), EVENTS_SHOWN).await?, reader),
    })
}

/// The user who owns it; adopted rows may say anything.
async fn owner(app: &AppState, text: &str) -> Result<Option<User>> {
    let Ok(id) = text.parse::<UserId>() else { return Ok(None) };
    match users::find(&app.db, id).await {
        Ok(user) => Ok(Some(user)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sends on (302) to where a file of anyone can be read, if it is not on its way out or in somebody's trash. What is
/// quarantined is only ever downloaded.
pub async fn content(
    app: Data<AppState>,
    Admin(account): Admin,
    id: Path<String>,
    (method, means): (Method, Means),
) -> Result<HttpResponse> {
    let id = file_id(&id)?;
    match Ready::find(&app.db, id, Scope::Everyone).await {
        Ok(file) => hand_out(&app, &file, Disposition::Inline, &method, (&account, &means)),
        Err(Error::NotFound) => {
            let file = Quarantined::find(&app.db, id).await?;
            hand_out(&app, &file, Disposition::Attachment, &method, (&account, &means))
        }
        Err(error) => Err(error),
    }
}

impl FilePage {
    /// May it be deleted for ever from where it is?
    fn can_be_purged(&self) -> bool {
        match self.state {
            State::Trashed | State::Quarantined => true,
            State::Ready | State::Purging => false,
        }
    }
}

/// Sends on (302) to the thumbnail of a file of anyone. What is quarantined or in the trash has none to show.
pub async fn thumbnail(app: Data<AppState>, _: Admin, id: Path<String>, method: Method) -> Result<HttpResponse> {
    let file = Ready::find(&app.db, file_id(&id)?, Scope::Everyone).await?;
    send_on_to_thumbnail(&app, &file, &method)
}
