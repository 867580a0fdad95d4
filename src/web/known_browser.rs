//! A cookie that says which accounts a browser was signed in to, so that strangers who guess do not slow its owner down.
//! It opens nothing by itself.

use super::signed;
use crate::{
    accounts::{Email, password_mark},
    database,
    error::{Error, Result},
    ids::UserId,
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse, cookie::time::Duration};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const PURPOSE: &str = "browser";
const LASTS: Duration = Duration::days(180);
/// A shared computer's cookie stays small.
const MAX_ACCOUNTS: usize = 5;

#[derive(Serialize, Deserialize)]
struct KnownBrowser {
    /// What attempts that are made with it are counted by.
    id: String,
    /// The latest first.
    accounts: VecDeque<KnownAccount>,
}

#[derive(Serialize, Deserialize)]
struct KnownAccount {
    user: UserId,
    /// When it was signed in to, in seconds since 1970.
    at: i64,
    /// Of the password that it was signed in to with.
    mark: String,
}

/// An account that a browser was signed in to with the password that it still has.
pub struct Known {
    /// What attempts that are made with it are counted by.
    pub browser: String,
    /// Whose account it was signed in to.
    pub user: UserId,
}

/// Was the browser of a request signed in to the account with this email, and with the password that it still has?
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn find(app: &AppState, request: &HttpRequest, email: Option<&Email>) -> Result<Option<Known>> {
    let (Some(browser), Some(email)) = (read(app, request), email) else { return Ok(None) };
    let Some((user, mark)) = password_mark::of_email(&app.db, &app.session_key, email).await? else { return Ok(None) };
    let is_known = browser.accounts.iter().any(|known| known.user == user && known.mark == mark);
    Ok(is_known.then_some(Known { browser: browser.id, user }))
}

/// Lets the browser remember an account that it was signed in to just now: the answer with its cookie, or, if that
/// fails, without.
pub async fn remember(app: &AppState, request: &HttpRequest, user: UserId, mut answer: HttpResponse) -> HttpResponse {
    let remembered = async {
        let Some(mark) = password_mark::of_user(&app.db, &app.session_key, user).await? else { return Ok(()) };
        let mut browser = read(app, request).map_or_else(KnownBrowser::new, Ok)?;
        browser.add(KnownAccount { user, at: database::now().timestamp(), mark });
        let cookie = signed::cookie(app, PURPOSE, &browser, LASTS)?;
        answer.add_cookie(&cookie).map_err(|error| Error::Internal(error.to_string()))
    };
    // It is signed in, remembered or not.
    if let Err(error) = remembered.await {
        tracing::warn!(%error, "a browser does not remember an account");
    }
    answer
}

/// What it says of accounts whose time is not over.
fn read(app: &AppState, request: &HttpRequest) -> Option<KnownBrowser> {
    let mut browser: KnownBrowser = signed::read(request, app, PURPOSE)?;
    let oldest = database::now().timestamp() - LASTS.whole_seconds();
    browser.accounts.retain(|known| known.at > oldest);
    Some(browser)
}

impl KnownBrowser {
    fn new() -> Result<Self> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { id: BASE64_URL_SAFE_NO_PAD.encode(id), accounts: VecDeque::new() })
    }

    fn add(&mut self, account: KnownAccount) {
        self.accounts.retain(|known| known.user != account.user);
        self.accounts.push_front(account);
        self.accounts.truncate(MAX_ACCOUNTS);
    }
}
