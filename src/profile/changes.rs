//! What people change on the page about their own account.

use super::page::{Part, Shown, TOKEN_DAYS, Typed, draw};
use crate::{
    accounts::{Account, Principal, administration, passwords, sessions::Ending, tokens},
    audit::{Action, Actor, Subject},
    database,
    error::{Error, Result},
    ids::TokenId,
    state::AppState,
    web::{Fields, Notice, SignedIn, known_browser, session},
};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Instant;

/// The code of what the current password is not.
const WRONG: &str = "wrong_password";

/// Changes the name of who is signed in, and sends them back to their page; answers with the page when the name will
/// not do.
pub async fn rename(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    request: HttpRequest,
    fields: Fields,
) -> Result<HttpResponse> {
    let renamed =
        administration::rename(&app.accounts, account.id, fields.text("name"), &principal, database::now()).await;
    match renamed {
        Ok(()) => Ok(Notice::OwnNameChanged.see_other(&app, "/account")),
        Err(error) => {
            let typed = Typed { name: Some(fields.text("name").to_owned()), ..Typed::default() };
            draw(&app, &account, &request, None, problem(Part::Name, error, typed)?).await
        }
    }
}

/// Says whether the place is taken out of the pictures of who is signed in before they are sent, and sends them back to their
/// page.
pub async fn set_removes_place(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    let removes_place = fields.text("place") == "remove";
    administration::set_removes_place(&app.accounts, account.id, removes_place, &principal, database::now()).await?;
    let notice = if removes_place { Notice::PlacesTakenOut } else { Notice::PlacesSent };
    Ok(notice.see_other(&app, "/account"))
}

/// Changes the password of who is signed in, begins a session anew and sends them back to their page; answers with the
/// page when a password is wrong or will not do, or there were too many wrong ones.
pub async fn change_password(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    request: HttpRequest,
    fields: Fields,
) -> Result<HttpResponse> {
    let password = |name| fields.all(name).next().unwrap_or_default().to_owned();
    let (current, new) = (password("current"), password("new"));
    let note = |action| note_password(&app, &account, &principal, action);
    let kept: Vec<TokenId> = fields.all("keep").filter_map(|id| id.parse().ok()).collect();
    let typed = Typed { kept: kept.iter().map(ToString::to_string).collect(), ..Typed::default() };
    let attempt = match app.login_throttle.by_session(&principal, Instant::now()) {
        Ok(attempt) => attempt,
        Err(error) => {
            note(Action::PasswordSlowed);
            return draw(&app, &account, &request, None, problem(Part::Password, error, typed)?).await;
        }
    };
    let now = database::now();
    match administration::change_password(&app.accounts, account.id, current, new, &kept, &principal, now).await {
        Ok(()) => {
            session::sign_in(&request, account.id, principal.address(), app.session_rules, now)?;
            attempt.succeed(Instant::now());
            let answer = Notice::PasswordChanged.see_other(&app, "/account");
            Ok(known_browser::remember(&app, &request, account.id, answer).await)
        }
        Err(error) => {
            match error {
                Error::Unacceptable { code: WRONG, .. } => note(Action::PasswordRefused),
                _ => attempt.take_back(Instant::now()),
            }
            draw(&app, &account, &request, None, problem(Part::Password, error, typed)?).await
        }
    }
}

/// Ends a session of who is signed in and sends them back to their page, or answers `NotFound` when they have none with
/// this hash.
pub async fn end_session(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    hash: Path<String>,
) -> Result<HttpResponse> {
    // What is no hash names no session.
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::NotFound);
    }
    match app.accounts.sessions.end(account.id, Ending::This(&hash), &principal, database::now()).await? {
        0 => Err(Error::NotFound),
        _ => Ok(Notice::SessionEnded.see_other(&app, "/account")),
    }
}

/// Ends every session of who is signed in but this one, and sends them back to their page.
pub async fn end_other_sessions(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let kept = session::name(&request, &app).unwrap_or_default();
    app.accounts.sessions.end(account.id, Ending::AllBut(&kept), &principal, database::now()).await?;
    Ok(Notice::OtherSessionsEnded.see_other(&app, "/account"))
}

/// Makes a token of who is signed in, and answers with the page that shows it this once; or with what is wrong with its
/// name or its end.
pub async fn create_token(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    request: HttpRequest,
    fields: Fields,
) -> Result<HttpResponse> {
    let created = async {
        let now = database::now();
        tokens::create(&app.db, account.id, fields.text("name"), token_end(&fields, now)?, &principal, now).await
    };
    let shown = match created.await {
        Ok(token) => Shown { new_token: Some(token), ..Shown::default() },
        Err(error) => {
            let (name, lasts) = (fields.text("name").to_owned(), fields.text("lasts").to_owned());
            problem(Part::Tokens, error, Typed { token_name: name, token_lasts: lasts, ..Typed::default() })?
        }
    };
    draw(&app, &account, &request, None, shown).await
}

/// Revokes a token of who is signed in and sends them back to their page, or answers `NotFound` when they have none
/// with this id.
pub async fn revoke_token(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    id: Path<String>,
) -> Result<HttpResponse> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    tokens::revoke(&app.accounts, account.id, id, &principal, database::now()).await?;
    Ok(Notice::TokenRevoked.see_other(&app, "/account"))
}

fn note_password(app: &AppState, account: &Account, principal: &Principal, action: Action) {
    let actor = Actor::user(account.id, &*account.email, principal.address());
    app.journal.note(actor, action, Subject::user(account.id, &*account.email, ""), database::now());
}

/// When a token ends that a form asks for: after some days, or never.
fn token_end(fields: &Fields, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let unknown = || Error::unacceptable("bad_end", "Choose one of the times that are offered, or never.");
    match fields.given("lasts") {
        Some("never") => Ok(None),
        None => Ok(Some(now + TimeDelta::days(tokens::PROPOSED_DAYS))),
        Some(days) => {
            let days = days.parse().ok().filter(|days| TOKEN_DAYS.contains(days)).ok_or_else(unknown)?;
            Ok(Some(now + TimeDelta::days(days)))
        }
    }
}

/// What a person can put right is said beside the form, which has in it what was typed; the rest is not theirs.
fn problem(part: Part, error: Error, typed: Typed) -> Result<Shown> {
    match error {
        Error::Unacceptable { .. } | Error::Conflict(_) | Error::TooManyAttempts { .. } => {
            let problem = error.problem();
            let part = match problem.code {
                WRONG => Part::CurrentPassword,
                code if passwords::is_about_password(code) => Part::NewPassword,
                _ => part,
            };
            let (status, retry_after) = (problem.status, problem.retry_after);
            Ok(Shown { problem: Some((part, problem.words)), typed, status, retry_after, new_token: None })
        }
        error => Err(error),
    }
}
