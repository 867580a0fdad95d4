//! Who asks how things stand: anybody, or the operator's own monitor, which knows `METRICS_TOKEN`.

use crate::{
    error::{Error, Result},
    state::AppState,
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::AUTHORIZATION, web::Data};
use std::future::{Ready, ready};
use subtle::ConstantTimeEq;

/// Who asks how things stand. Anybody gets to know whether all is well, the operator's monitor what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monitor {
    /// Whoever shows no token, or where none is set.
    Stranger,
    /// Whoever shows `METRICS_TOKEN`.
    OfOperator,
}

impl FromRequest for Monitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<AppState>>();
        let token = app.and_then(|app| app.metrics_token.as_ref()).map(|token| token.reveal().as_bytes());
        ready(of(request.headers().get(AUTHORIZATION).map(|header| header.as_bytes()), token))
    }
}

/// A wrong token is refused, so that whoever set it up wrongly notices.
fn of(header: Option<&[u8]>, token: Option<&[u8]>) -> Result<Monitor> {
    let (Some(header), Some(token)) = (header, token) else { return Ok(Monitor::Stranger) };
    let (scheme, given) = header.split_at_checked(7).ok_or(Error::NotSignedIn)?;
    match scheme.eq_ignore_ascii_case(b"bearer ") && bool::from(given.trim_ascii().ct_eq(token)) {
        true => Ok(Monitor::OfOperator),
        false => Err(Error::NotSignedIn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_opens() {
        let token = Some(&b"0123456789abcdef"[..]);
        for (header, token, expected) in [
            (None, token, Some(Monitor::Stranger)),
            (Some("Bearer anything"), None, Some(Monitor::Stranger)),
            (Some("Bearer 0123456789abcdef"), token, Some(Monitor::OfOperator)),
            (Some("bearer  0123456789abcdef "), token, Some(Monitor::OfOperator)),
            (Some("Bearer 0123456789abcde"), token, None),
            (Some("Bearer 0123456789abcdef0"), token, None),
            (Some("Bearer "), token, None),
            (Some("Basic 0123456789abcdef"), token, None),
            (Some(""), token, None),
        ] {
            assert_eq!(of(header.map(str::as_bytes), token).ok(), expected, "{header:?}");
        }
    }
}
