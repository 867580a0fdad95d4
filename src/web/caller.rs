//! Extractors that are access rules: a handler that names one in its signature runs for nobody else.

use super::{client_ip, session};
use crate::{
    accounts::{Account, Principal, Role, bearer::TokenHash},
    audit::{Action, Actor, Subject},
    database,
    error::{Error, Result},
    state::AppState,
};
use actix_session::SessionExt;
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::AUTHORIZATION,
    web::{Data, Json},
};
use futures::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use std::{
    future::{Ready, ready},
    sync::Arc,
    time::Instant,
};

/// Whose page asks, by the account's id.
const ACCOUNT: &str = "X-Cloakroom-Account";

/// Someone signed in with a browser; for everyone else the request ends in `NotSignedIn`.
pub struct SignedIn(pub Arc<Account>);

/// An administrator signed in with a browser; for members the request ends in `Forbidden`.
pub struct Admin(pub Arc<Account>);

/// Someone signed in with a browser, or a program with a token; for everyone else the request ends in `NotSignedIn`.
pub struct Caller(pub Arc<Account>);

/// A caller and the JSON they sent, which is looked at only once it is known who calls.
pub struct CallerWith<T>(pub Arc<Account>, pub T);

/// How a request came, as the log has it.
pub struct Means {
    address: String,
    has_token: bool,
}

/// What is registered at start-up.
///
/// # Errors
///
/// `Error::Internal` when it is not, which is a mistake in `server`, not of a client.
pub fn data<T: 'static>(request: &HttpRequest) -> Result<Data<T>> {
    request
        .app_data::<Data<T>>()
        .cloned()
        .ok_or_else(|| Error::Internal(format!("{} is not registered", std::any::type_name::<T>())))
}

impl Means {
    /// Who does something by it.
    pub fn actor(&self, account: &Account) -> Actor {
        Actor::user(account.id, account.email.as_str(), self.address.as_str())
    }

    /// That it was a program, if it was.
    pub fn words(&self) -> &'static str {
        if self.has_token { "by token" } else { "" }
    }
}

async fn by_session(request: HttpRequest) -> Result<Arc<Account>> {
    let app = data::<AppState>(&request)?;
    let user = session::user(&request.get_session(), app.session_rules, database::now())?;
    let account = app.accounts.cache.account(user).await?;
    // For the page of an error, should it come to one.
    request.extensions_mut().insert(account.clone());
    Ok(account)
}

/// A page that lives on while somebody else signs in beside it says whose it is: then it is nobody's.
async fn by_session_of_page(request: HttpRequest) -> Result<Arc<Account>> {
    let account = by_session(request.clone()).await?;
    match request.headers().get(ACCOUNT) {
        Some(named) if named.as_bytes() != account.id.to_string().as_bytes() => Err(Error::NotSignedIn),
        Some(_) | None => Ok(account),
    }
}

fn principal(request: &HttpRequest) -> Result<Principal> {
    let app = data::<AppState>(request)?;
    let user = session::user(&request.get_session(), app.session_rules, database::now())?;
    let hash = session::name(request, &app).ok_or(Error::NotSignedIn)?;
    Ok(Principal::of_session(user, hash, client_ip::of(request, &app.client_ip)))
}

async fn by_token_or_session(request: HttpRequest) -> Result<Arc<Account>> {
    let Some(header) = request.headers().get(AUTHORIZATION) else { return by_session_of_page(request).await };
    let bearer = header.to_str().ok().and_then(|text| text.split_once(' '));
    let token = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let hash = TokenHash::of(token.ok_or(Error::NotSignedIn)?);
    let app = data::<AppState>(&request)?;
    let found = app.accounts.cache.account_of_token(hash, database::now()).await;
    if matches!(found, Err(Error::NotSignedIn)) {
        let address = client_ip::of(&request, &app.client_ip);
        let slowed = app.login_throttle.by_wrong_token(&address, Instant::now());
        let action = if slowed.is_err() { Action::TokenSlowed } else { Action::TokenRefused };
        app.journal.note(Actor::nobody(address), action, Subject::default(), database::now());
        slowed?;
    }
    found
}

impl FromRequest for Means {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let has_token = request.headers().contains_key(AUTHORIZATION);
        let address = data::<AppState>(request).map(|app| client_ip::of(request, &app.client_ip));
        ready(address.map(|address| Self { address, has_token }))
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { by_session(request).await.map(Self) })
    }
}

impl FromRequest for Admin {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let account = by_session(request).await?;
            match account.role {
                Role::Admin => Ok(Self(account)),
                Role::Member => Err(Error::Forbidden),
            }
        })
    }
}

/// Whoever has a session; whether it is live is found by the change that is made.
impl FromRequest for Principal {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(principal(request))
    }
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { by_token_or_session(request).await.map(Self) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for CallerWith<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let account = by_token_or_session(request.clone()).await?;
            let Json(body) = Json::<T>::from_request(&request, &mut payload).await?;
            Ok(Self(account, body))
        })
    }
}
