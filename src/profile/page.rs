//! The page about one's own account.

use crate::{
    accounts::{
        Account, passwords,
        sessions::{self, ListedSession},
        tokens::{self, ListedToken},
    },
    audit::{self, Event},
    database,
    error::Result,
    files::{
        pages::{Entry, history},
        view::Moment,
    },
    ids::UserId,
    state::AppState,
    web::{Layout, Left, Notice, Reader, SignedIn, Wrong, respond, session, storage::Storage},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
    web::Data,
};
use askama::Template;
use std::time::Duration;

const EVENTS_SHOWN: u64 = 20;
/// How long a token may be said to live, in days; or it never ends.
pub(super) const TOKEN_DAYS: [i64; 4] = [7, 30, tokens::PROPOSED_DAYS, 365];

#[derive(Template)]
#[template(path = "profile/account.html")]
struct AccountPage {
    layout: Layout,
    name: String,
    email: String,
    storage: Storage,
    sessions: Vec<Session>,
    tokens: Vec<Token>,
    /// A token that was just made, to be seen this once.
    new_token: Option<String>,
    problem: Option<(Part, String)>,
    /// What a form that was refused had in it.
    typed: Typed,
    history: Vec<Entry>,
    min_characters: usize,
}

/// The part of the page that a problem belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Name,
    /// The form of the password, rather than one of its fields.
    Password,
    CurrentPassword,
    NewPassword,
    Tokens,
}

struct Session {
    hash: String,
    agent: String,
    address: String,
    begun: Moment,
    last_used: Moment,
    is_this: bool,
}

struct Token {
    id: String,
    name: String,
    created: Moment,
    last_used: Option<Moment>,
    ends: Option<Moment>,
    has_ended: bool,
}

/// What the page shows besides what is always there.
#[derive(Default)]
pub struct Shown {
    /// A token that was just made, to be seen this once.
    pub new_token: Option<String>,
    /// What is wrong, in words, and the part of the page that it belongs to.
    pub problem: Option<(Part, String)>,
    /// What the form had in it that is shown again.
    pub typed: Typed,
    /// The status of the answer; 200 by default.
    pub status: StatusCode,
    /// How long to wait before the form is sent again.
    pub retry_after: Option<Duration>,
}

/// What somebody typed into a form that is refused; no password is sent back.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Their own name.
    pub name: Option<String>,
    pub token_name: String,
    /// For how many days a token is to live, or `never`; empty: as is proposed.
    pub token_lasts: String,
    /// The tokens that a new password is to keep.
    pub kept: Vec<String>,
}

/// Answers with the page about the account of who is signed in, as it is at this moment.
pub async fn account(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    request: HttpRequest,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let account = app.accounts.cache.account_now(account.id).await?;
    draw(&app, &account, &request, notice, Shown::default()).await
}

/// An answer that is an account's page, which no cache may keep.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer; `Error::Internal` when the template cannot be
/// rendered.
pub async fn draw(
    app: &AppState,
    account: &Account,
    request: &HttpRequest,
    notice: Option<Notice>,
    shown: Shown,
) -> Result<HttpResponse> {
    let this = session::name(request, app);
    let reader = Reader::of(request);
    let db = database::read_as(&app.db, account.id).await?;
    let listed = sessions::list(&db, account.id, reader.now).await?;
    let page = AccountPage {
        layout: Layout::of(app, account, "/account").with_notice(notice, "/account"),
        name: shown.typed.name.clone().unwrap_or_else(|| account.name.clone()),
        email: account.email.clone(),
        storage: Storage { used: account.used, quota: app.uploads.quota_of(account.quota) },
        sessions: listed.into_iter().map(|session| Session::of(session, this.as_deref(), reader)).collect(),
        tokens: tokens::list(&db, account.id).await?.into_iter().map(|token| Token::of(token, reader)).collect(),
        new_token: shown.new_token,
        problem: shown.problem,
        typed: shown.typed,
        history: own_history(account.id, &audit::list_of_account(&db, account.id, EVENTS_SHOWN).await?, reader),
        min_characters: passwords::MIN_CHARACTERS,
    };
    let mut answer = respond::unstored_page(shown.status, &page)?;
    if let Some(wait) = shown.retry_after {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    Ok(answer)
}

/// With addresses, but for those of administrators.
fn own_history(own: UserId, events: &[Event], reader: Reader) -> Vec<Entry> {
    let from = |event: &Event| match event.actor_id {
        Some(actor) if actor != own => String::new(),
        _ => event.address.clone(),
    };
    history(events, reader).into_iter().zip(events).map(|(entry, event)| Entry { from: from(event), ..entry }).collect()
}

impl AccountPage {
    /// What is wrong with a part of the page.
    fn problem_of(&self, part: Part) -> Option<&str> {
        self.problem.as_ref().filter(|(other, _)| *other == part).map(|(_, words)| words.as_str())
    }

    /// The choices of how long a token lives, in days, with whether it is the one that was chosen, or is proposed.
    fn token_days(&self) -> [(i64, bool); 4] {
        let chosen = TOKEN_DAYS.into_iter().find(|days| days.to_string() == self.typed.token_lasts);
        TOKEN_DAYS.map(|days| (days, !self.never_ends() && days == chosen.unwrap_or(tokens::PROPOSED_DAYS)))
    }

    /// Was a token to live until it is revoked?
    fn never_ends(&self) -> bool {
        self.typed.token_lasts == "never"
    }

    fn is_kept(&self, token: &Token) -> bool {
        self.typed.kept.contains(&token.id)
    }

    fn has_live_tokens(&self) -> bool {
        self.tokens.iter().any(|token| !token.has_ended)
    }

    fn wrong_with_password(&self) -> Wrong {
        let of = |part| self.problem_of(part).map(str::to_owned);
        Wrong { in_password: of(Part::NewPassword), elsewhere: of(Part::Password) }
    }

    fn has_other_sessions(&self) -> bool {
        self.sessions.iter().any(|session| !session.is_this)
    }
}

impl Session {
    fn of(session: ListedSession, this: Option<&str>, reader: Reader) -> Self {
        Self {
            is_this: Some(session.hash.as_str()) == this,
            hash: session.hash,
            agent: browser(&session.agent),
            address: session.address,
            begun: Moment::seen(session.created_at, reader),
            last_used: Moment::seen(session.last_used_at, reader),
        }
    }
}

impl Token {
    fn of(token: ListedToken, reader: Reader) -> Self {
        let seen = |at| Moment::seen(at, reader);
        Self {
            has_ended: token.has_ended(reader.now),
            ends: token.expires_at.map(seen),
            id: token.id.to_string(),
            name: token.name,
            created: seen(token.created_at),
            last_used: token.last_used_at.map(seen),
        }
    }
}

/// What people call a browser and its system, out of what it says of itself.
fn browser(agent: &str) -> String {
    let known = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    // The order matters: each claims to be those behind it as well.
    let browser =
        known(&[("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")]);
    let system = known(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome on Linux");
        assert_eq!(browser(&format!("{chrome} Edg/140.0")), "Edge on Linux");
        assert_eq!(
            browser("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"),
            "Safari on iPhone"
        );
        assert_eq!(browser(""), "Unknown browser");
    }
}
