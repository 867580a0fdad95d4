//! The cookie session: actix-session over our own table, and who is signed in with it.

use crate::{
    accounts::sessions::{self, ADDRESS, AGENT, OLD, PASSWORD, Sessions, State},
    config::SessionRules,
    database,
    error::Error,
    ids::UserId,
    state::AppState,
};
use actix_session::{
    Session, SessionExt, SessionMiddleware,
    config::{CookieContentSecurity, PersistentSession},
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key},
};
use actix_web::{
    HttpRequest,
    cookie::{CookieJar, SameSite, time::Duration},
    http::header::USER_AGENT,
};
use chrono::{DateTime, Utc};

const USER: &str = "user";
/// In which step the cookie was last renewed: see [`crate::config::SessionRules::step`].
const STEP: &str = "step";
/// Stands in a session that could not be read because the database was away: neither signed in nor signed out.
const AWAY: &str = "away";

/// actix-session's view of our sessions.
#[derive(Clone)]
pub struct Store(pub Sessions);

/// The middleware that finds and keeps sessions. The cookie is bound to this host, and to https where there is https.
pub fn middleware(app: &AppState) -> SessionMiddleware<Store> {
    SessionMiddleware::builder(Store(app.accounts.sessions.clone()), app.session_key.cookie_key())
        .cookie_name(cookie_name(app).to_owned())
        .cookie_secure(app.is_https())
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(
            PersistentSession::default().session_ttl(Duration::seconds(app.session_rules.idle.num_seconds())),
        )
        .build()
}

/// Begins a session under a new key, so that one planted before the sign-in is worth nothing.
///
/// # Errors
///
/// `Error::Internal` when the session takes no value.
pub fn sign_in(
    request: &HttpRequest,
    user: UserId,
    address: &str,
    rules: SessionRules,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let session = request.get_session();
    session.clear();
    session.renew();
    let agent = request.headers().get(USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned());
    let agent: String = agent.unwrap_or_default().chars().filter(|letter| !letter.is_control()).take(200).collect();
    let inserted = session
        .insert(USER, user)
        .and_then(|()| session.insert(STEP, step(rules, now)))
        .and_then(|()| session.insert(AGENT, agent))
        .and_then(|()| session.insert(ADDRESS, address));
    inserted.map_err(|error| Error::Internal(error.to_string()))
}

/// Makes the session that is begun one of this password: if it is changed at the same moment, there is none.
///
/// # Errors
///
/// `Error::Internal` when the session takes no value.
pub fn bind_to_password(request: &HttpRequest, mark: &str) -> Result<(), Error> {
    request.get_session().insert(PASSWORD, mark).map_err(|error| Error::Internal(error.to_string()))
}

/// What names the session of a request, as [`crate::accounts::sessions`] does; `None` when it has no cookie of ours.
pub fn name(request: &HttpRequest, app: &AppState) -> Option<String> {
    let jar = request.cookies().ok()?;
    let cookie = jar.iter().find(|cookie| cookie.name() == cookie_name(app))?;
    let mut signed = CookieJar::new();
    signed.add_original(cookie.clone());
    signed.signed(&app.session_key.cookie_key()).get(cookie_name(app)).map(|cookie| sessions::hash(cookie.value()))
}

fn cookie_name(app: &AppState) -> &'static str {
    if app.is_https() { "__Host-cloakroom" } else { "cloakroom" }
}

/// Ends the session of a request, if it has one, and makes the browser forget its cookie.
pub fn sign_out(session: &Session) {
    session.purge();
}

/// Who is signed in. Once a step of use this renews the cookie's time.
///
/// # Errors
///
/// `Error::NotSignedIn` when nobody is; `Error::DatabaseUnavailable` when the session could not be read;
/// `Error::Internal` when it takes no value.
pub fn user(session: &Session, rules: SessionRules, now: DateTime<Utc>) -> Result<UserId, Error> {
    if let Some(reason) = session.get::<String>(AWAY).unwrap_or_default() {
        return Err(Error::DatabaseUnavailable(reason));
    }
    let user = session.get(USER).ok().flatten().ok_or(Error::NotSignedIn)?;
    let step = step(rules, now);
    let is_old = session.get::<bool>(OLD).ok().flatten().is_some();
    if !is_old && session.get::<i64>(STEP).ok().flatten() != Some(step) {
        session.insert(STEP, step).map_err(|error| Error::Internal(error.to_string()))?;
    }
    Ok(user)
}

fn step(rules: SessionRules, now: DateTime<Utc>) -> i64 {
    now.timestamp() / rules.step().num_seconds().max(1)
}

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        match self.0.find(key.as_ref(), database::now()).await {
            Ok(state) => Ok(state),
            // An error here would be a bare 500. Pages that need no session still work, the others say 503.
            Err(error) => {
                Ok(Some(State::from([(AWAY.to_owned(), serde_json::Value::from(error.to_string()).to_string())])))
            }
        }
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        let user = state.get(USER).and_then(|text| serde_json::from_str(text).ok());
        let user: UserId = user.ok_or_else(|| SaveError::Other(Error::Internal("nobody's session".into()).into()))?;
        let created = self.0.create(key.as_ref(), &state, user, database::now()).await;
        created.map(|()| key).map_err(|error| SaveError::Other(error.into()))
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        let updated = self.0.update(key.as_ref(), &state, database::now()).await;
        updated.map(|()| key).map_err(|error| UpdateError::Other(error.into()))
    }

    async fn update_ttl(&self, key: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(self.0.prolong(key.as_ref(), database::now()).await?)
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(self.0.delete(key.as_ref()).await?)
    }
}
