//! With whom a folder is shared, for its owner: the dialog, adding a person by their email, and removing one.

use crate::{
    accounts::{Account, Principal, users},
    database,
    error::{Error, Result},
    files::folders::Folder,
    grants::{Grant, Guest, Role, changing},
    ids::{FolderId, GrantId},
    state::AppState,
    web::{Fields, Layout, Left, Notice, Reader, SignedIn, Undo, respond},
};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
    web::{Data, Path},
};
use askama::Template;

/// The dialog, or its page.
#[derive(Template)]
#[template(path = "grants/people.html")]
struct PeoplePage {
    layout: Layout,
    folder: FolderId,
    name: String,
    people: Vec<Person>,
    /// What is in the field for an email.
    typed: String,
    /// What whoever is added may do.
    role: Role,
    problem: Option<String>,
}

/// Somebody with whom a folder is shared.
struct Person {
    grant: GrantId,
    name: String,
    email: String,
    role: Role,
}

/// Answers with the people with whom the caller's own folder is shared.
pub async fn people(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    id: Path<String>,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let page = PeoplePage::of(&app, &account, folder_id(&id)?).await?;
    let place = page.place();
    let layout = page.layout.with_notice(notice, &place);
    respond::unstored_page(StatusCode::OK, &PeoplePage { layout, ..page })
}

/// Shares the caller's own folder with whoever has the email of the form; or answers with the dialog and what is wrong (422, 409, 429).
pub async fn add(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    (reader, fields): (Reader, Fields),
) -> Result<HttpResponse> {
    let folder = folder_id(&id)?;
    let guest = Guest { email: fields.text("email"), role: role(&fields)? };
    match changing::add(&app, (folder, &guest), account.id, &principal, reader.now).await {
        Ok(name) => Ok(Notice::PersonAdded { name }.see_other(&app, &format!("/folders/{folder}/people"))),
        Err(error @ (Error::Unacceptable { .. } | Error::Conflict(_) | Error::TooManyAttempts { .. })) => {
            let page = PeoplePage::of(&app, &account, folder).await?;
            PeoplePage { typed: guest.email.to_owned(), role: guest.role, ..page }.refusing(&error)
        }
        Err(error) => Err(error),
    }
}

/// Stops sharing the caller's own folder with the person whom the form names, and offers an undo.
pub async fn remove(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    (reader, fields): (Reader, Fields),
) -> Result<HttpResponse> {
    let folder = folder_id(&id)?;
    let grant = fields.text("grant").parse().map_err(|_| Error::NotFound)?;
    let (email, role) = changing::remove(&app, (folder, grant), account.id, &principal, reader.now).await?;
    let place = format!("/folders/{folder}/people");
    let undo = Some(Undo::of(place.clone(), &[("email", &email), ("role", role.as_str())]));
    Ok(Notice::PersonRemoved { undo }.see_other(&app, &place))
}

/// Lets the person whom the form names do something else in the caller's own folder.
pub async fn set_role(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
    (reader, fields): (Reader, Fields),
) -> Result<HttpResponse> {
    let folder = folder_id(&id)?;
    let grant = fields.text("grant").parse().map_err(|_| Error::NotFound)?;
    changing::set_role(&app, (folder, grant), (account.id, role(&fields)?), &principal, reader.now).await?;
    Ok(Notice::RoleChanged.see_other(&app, &format!("/folders/{folder}/people")))
}

/// A form that says nothing of it lets people look.
fn role(fields: &Fields) -> Result<Role> {
    match fields.text("role") {
        "" => Ok(Role::default()),
        role => role.parse(),
    }
}

fn folder_id(text: &str) -> Result<FolderId> {
    text.parse().map_err(|_| Error::NotFound)
}

impl PeoplePage {
    async fn of(app: &AppState, account: &Account, folder: FolderId) -> Result<Self> {
        let db = database::read_as(&app.db, account.id).await?;
        let folder = Folder::find(&db, folder, account.id).await?;
        let grants = Grant::of_folder(&db, folder.id(), account.id).await?;
        drop(db);
        let mut users = users::with_ids(&app.db, grants.iter().map(Grant::member).collect()).await?;
        let person = |grant: &Grant| {
            let user = users.remove(&grant.member())?;
            Some(Person { grant: grant.id(), name: user.name, email: user.email, role: grant.role() })
        };
        Ok(Self {
            layout: Layout::of(app, account, "/shared"),
            folder: folder.id(),
            name: folder.name().to_owned(),
            people: grants.iter().filter_map(person).collect(),
            typed: String::new(),
            role: Role::default(),
            problem: None,
        })
    }

    /// Its path.
    fn place(&self) -> String {
        format!("/folders/{}/people", self.folder)
    }

    /// The page with what is wrong.
    fn refusing(self, error: &Error) -> Result<HttpResponse> {
        let problem = error.problem();
        let page = Self { problem: Some(problem.words), ..self };
        let mut answer = respond::unstored_page(problem.status, &page)?;
        if let Error::TooManyAttempts { retry_after } = error {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after.as_secs().max(1)));
        }
        Ok(answer)
    }
}
