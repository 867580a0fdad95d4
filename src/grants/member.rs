//! The access rule of what is shared with somebody: a handler that names a [`Member`] in its signature runs for whoever the folder in its
//! address is shared with, while it is in sight and its owner may enter.

use super::{Role, grant::Grant};
use crate::{
    accounts::{Account, users},
    database,
    error::{Error, Result},
    files::folders::Folder,
    ids::FolderId,
    state::AppState,
    web::{Caller, Layout, SignedIn, caller::data, respond},
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse, dev::Payload, error::InternalError, http::StatusCode, web::Json,
};
use askama::Template;
use futures::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The path of what is shared with somebody.
pub(super) const PLACE: &str = "/shared/with-me";

/// Whoever a folder is shared with.
pub struct Member {
    pub account: Arc<Account>,
    pub grant: Grant,
    /// What whoever shares it is called.
    pub owner: String,
    /// The path of the folder's page.
    pub base: String,
}

/// Said of whatever is not shared, so that nobody learns whether there is such a folder.
#[derive(Template)]
#[template(path = "grants/ended.html")]
struct EndedPage {
    layout: Layout,
}

/// The same for a page's script, or a program, with the JSON that they sent, which is looked at only once it is known that they may.
pub struct MemberWith<T>(pub Member, pub T);

impl Member {
    /// May they add files to it?
    pub fn may_add(&self) -> bool {
        self.grant.role() == Role::Contributor
    }
}

async fn enter(request: HttpRequest) -> Result<Member, actix_web::Error> {
    let app = data::<AppState>(&request)?;
    let SignedIn(account) = SignedIn::extract(&request).await?;
    match find(&app, account.clone(), &request).await {
        Err(Error::NotFound) => {
            let answer = ended(&app, &account)?;
            Err(InternalError::from_response("nothing is shared there", answer).into())
        }
        found => Ok(found?),
    }
}

async fn enter_with<T: DeserializeOwned + 'static>(
    request: HttpRequest,
    mut payload: Payload,
) -> Result<MemberWith<T>, actix_web::Error> {
    let app = data::<AppState>(&request)?;
    let Caller(account) = Caller::extract(&request).await?;
    let member = find(&app, account, &request).await?;
    let Json(body) = Json::<T>::from_request(&request, &mut payload).await?;
    Ok(MemberWith(member, body))
}

/// Whoever the folder in the address is shared with.
async fn find(app: &AppState, account: Arc<Account>, request: &HttpRequest) -> Result<Member> {
    let named = request.match_info().get("folder").unwrap_or_default();
    let folder: FolderId = named.parse().map_err(|_| Error::NotFound)?;
    let db = database::read_as(&app.db, account.id).await?;
    let grant = Grant::find(&db, folder, account.id).await?;
    drop(db);
    let owner = users::find(&app.db, grant.owner()).await?;
    if owner.disabled {
        return Err(Error::NotFound);
    }
    let db = database::read_as(&app.db, grant.owner()).await?;
    Folder::find(&db, folder, grant.owner()).await?;
    Ok(Member { account, base: format!("{PLACE}/{folder}"), grant, owner: owner.name })
}

fn ended(app: &AppState, account: &Account) -> Result<HttpResponse> {
    respond::unstored_page(StatusCode::NOT_FOUND, &EndedPage { layout: Layout::of(app, account, "/shared") })
}

impl<T: DeserializeOwned + 'static> FromRequest for MemberWith<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(enter_with(request.clone(), payload.take()))
    }
}

impl FromRequest for Member {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(enter(request.clone()))
    }
}
