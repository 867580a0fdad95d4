//! Who comes in, and who does not: a password checked slowly for those who guess, a session begun, and a note of each.

use crate::{
    accounts::{
        Email,
        users::{self, Verified},
    },
    audit::{Action, Actor, Subject},
    database,
    error::{Error, Result},
    ids::UserId,
    state::AppState,
    web::{ClientIp, caller::data, known_browser, see_other, session},
};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, http::header::ACCEPT, web::Data};
use std::{
    future::{Ready, ready},
    time::Instant,
};

/// A request of somebody who signs in or out.
pub struct Entry {
    app: Data<AppState>,
    request: HttpRequest,
    /// Where it came from, as `web::ClientIp` names it.
    pub address: String,
}

impl Entry {
    /// Finds the user whose email and password these are, slowly for those who guess, and notes whoever fails.
    ///
    /// # Errors
    ///
    /// `Error::WrongPassword` when they are nobody's, or the account is disabled; `Error::TooManyAttempts` with how
    /// long to wait; `Error::DatabaseUnavailable` when the database does not answer.
    pub async fn admit(&self, email: &str, password: String) -> Result<Verified> {
        let email: Option<Email> = email.parse().ok();
        let account = email.as_ref().map_or("no email", Email::as_str).to_owned();
        let found = self.check(&account, email.clone(), password).await;
        match (&found, email) {
            (Err(Error::WrongPassword), Some(email)) => {
                // Asked of the database after the hash alone, which bounds how often.
                let meant = users::find_by_email(&self.app.db, &email).await.ok();
                self.app.login_throttle.remember(&account, meant.map(|user| user.id));
                self.note_failure(Action::SignInFailed, &account);
            }
            (Err(Error::WrongPassword), None) => self.note_failure(Action::SignInFailed, &account),
            (Err(Error::TooManyAttempts { .. }), _) => self.note_failure(Action::SignInSlowed, &account),
            _ => {}
        }
        found
    }

    /// Begins a session, lets the browser remember that there was one, and sends it on to a place within this app.
    ///
    /// # Errors
    ///
    /// `Error::Internal` when the session takes no value.
    pub async fn enter(&self, user: UserId, place: &str) -> Result<HttpResponse> {
        self.begin(user, see_other(place)).await
    }

    /// Begins a session by a password, which must still be the account's as the session begins, and gives the answer
    /// what lets the browser remember that there was one.
    ///
    /// # Errors
    ///
    /// `Error::Internal` when the session takes no value.
    pub async fn enter_by_password(&self, verified: &Verified, answer: HttpResponse) -> Result<HttpResponse> {
        let answer = self.begin(verified.user, answer).await?;
        session::bind_to_password(&self.request, &verified.mark)?;
        Ok(answer)
    }

    /// Whether the browser signs in over a page that goes on, and so asks for no page.
    pub fn stays_on_its_page(&self) -> bool {
        let accept = self.request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
        accept.is_some_and(|accept| accept.contains("application/json") && !accept.contains("text/html"))
    }

    async fn begin(&self, user: UserId, answer: HttpResponse) -> Result<HttpResponse> {
        session::sign_in(&self.request, user, &self.address, self.app.session_rules, database::now())?;
        self.note_session(user, Action::SignedIn).await;
        Ok(known_browser::remember(&self.app, &self.request, user, answer).await)
    }

    /// Notes in the log whose session begins or ends.
    pub async fn note_session(&self, user: UserId, action: Action) {
        if let Ok(account) = self.app.accounts.cache.account(user).await {
            let subject = Subject::user(user, &*account.email, "");
            self.app.journal.note(Actor::user(user, &*account.email, &*self.address), action, subject, database::now());
        }
    }

    /// Every attempt is counted before it is made, so that many at once do not slip through together.
    async fn check(&self, account: &str, email: Option<Email>, password: String) -> Result<Verified> {
        let known = known_browser::find(&self.app, &self.request, email.as_ref()).await?;
        let by_known = |known: known_browser::Known| {
            self.app.login_throttle.by_known_browser(&known.browser, known.user, Instant::now())
        };
        // A known browser that has guessed too often is a stranger's like any other.
        let attempt = known.and_then(|known| by_known(known).ok());
        let attempt =
            attempt.map_or_else(|| self.app.login_throttle.by_stranger(account, &self.address, Instant::now()), Ok)?;
        let found = users::find_by_password(&self.app.db, email, password).await;
        match found {
            Ok(_) => attempt.succeed(Instant::now()),
            Err(Error::WrongPassword) => {}
            Err(_) => attempt.take_back(Instant::now()),
        }
        found
    }

    /// What was typed is named only when it is an account's.
    fn note_failure(&self, action: Action, account: &str) {
        let meant = self.app.login_throttle.meant(account);
        let subject = meant.map_or_else(Subject::default, |user| Subject::user(user, account, ""));
        self.app.journal.note(Actor::nobody(&*self.address), action, subject, database::now());
    }

    fn of(request: &HttpRequest, address: Result<ClientIp>) -> Result<Self> {
        Ok(Self { app: data(request)?, request: request.clone(), address: address?.0 })
    }
}

impl FromRequest for Entry {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(request, ClientIp::from_request(request, payload).into_inner()))
    }
}
