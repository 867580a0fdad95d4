//! What other programs look for at addresses that are the same on every site.

use crate::{
    database,
    error::{Error, Result},
    state::AppState,
    web::see_other,
};
use actix_web::{HttpResponse, web::Data};
use chrono::{Days, SecondsFormat};

/// Less than a year, as RFC 9116, section 2.5.5 advises. Every answer renews it.
const LASTS: Days = Days::new(180);

/// Sends on to where somebody changes their password, for password managers:
/// <https://www.w3.org/TR/change-password-url/>.
pub async fn change_password() -> HttpResponse {
    see_other("/account")
}

/// Answers with whom to tell of a hole (<https://www.rfc-editor.org/rfc/rfc9116>), or 404 if the operator does not say.
pub async fn security(app: Data<AppState>) -> Result<HttpResponse> {
    let contact = app.security_contact.as_ref().ok_or(Error::NotFound)?;
    let expires = database::now() + LASTS;
    let expires = expires.to_rfc3339_opts(SecondsFormat::Secs, true);
    let canonical = match app.is_https() {
        true => format!("Canonical: {}.well-known/security.txt\n", app.url),
        false => String::new(),
    };
    let text = format!("Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n{canonical}");
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}
