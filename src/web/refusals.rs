//! Notes who asked for what is for administrators alone.

use super::{caller::data, client_ip};
use crate::{
    accounts::Account,
    audit::{Action, Actor, Subject},
    database,
    error::Error,
    state::AppState,
};
use actix_web::{HttpMessage, HttpRequest};
use std::sync::Arc;

/// Notes a request that ended in `Forbidden`, by the code of its problem. To be called once it is known what a request
/// ended in.
pub fn note(request: &HttpRequest, code: &str) {
    let account = request.extensions().get::<Arc<Account>>().cloned();
    let (Some(account), Ok(app)) = (account, data::<AppState>(request)) else { return };
    if code == Error::Forbidden.problem().code {
        let place = format!("{} {}", request.method(), request.match_pattern().unwrap_or_default());
        let actor = Actor::user(account.id, &*account.email, client_ip::of(request, &app.client_ip));
        app.journal.note(
            actor,
            Action::AdminRefused,
            Subject::user(account.id, &*account.email, place),
            database::now(),
        );
    }
}
