//! What a browser keeps for us in cookies: it may read them, and only we can make them.

use crate::{
    config::SessionKey,
    error::{Error, Result},
    state::AppState,
};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, Mac};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

/// Browsers keep at least 4,096 bytes of a cookie, its name and attributes included: RFC 6265, section 6.1.
const MAX_BYTES: usize = 3_600;

/// A cookie for this host that no script can read. `purpose` is part of its name and of its signature, so that one
/// cookie cannot stand in for another.
///
/// # Errors
///
/// `Error::Internal` when the value is no JSON, or longer than a cookie may be.
pub fn cookie(
    app: &AppState,
    purpose: &'static str,
    value: &impl Serialize,
    lasts: Duration,
) -> Result<Cookie<'static>> {
    let text = seal(&app.session_key, purpose, value)?;
    match text.len() {
        ..=MAX_BYTES => Ok(build(app, purpose, text, lasts)),
        length => Err(Error::Internal(format!("{length} bytes are too many for a cookie"))),
    }
}

/// A cookie that browsers send below a path alone, which must be plain letters.
///
/// # Errors
///
/// `Error::Internal` when the value is no JSON, or longer than a cookie may be.
pub fn cookie_at(
    app: &AppState,
    (purpose, path): (&'static str, &str),
    value: &impl Serialize,
    lasts: Duration,
) -> Result<Cookie<'static>> {
    let mut cookie = cookie(app, purpose, value, lasts)?;
    cookie.set_name(name_at(app, purpose));
    cookie.set_path(path.to_owned());
    Ok(cookie)
}

/// What a request's cookie of [`cookie_at`] holds, if it is one of ours.
pub fn read_at<T: DeserializeOwned>(request: &HttpRequest, app: &AppState, purpose: &'static str) -> Option<T> {
    let cookie = request.cookie(&name_at(app, purpose))?;
    open(&app.session_key, purpose, cookie.value())
}

/// The cookie that makes a browser forget the one of a purpose.
pub fn removal(app: &AppState, purpose: &'static str) -> Cookie<'static> {
    build(app, purpose, String::new(), Duration::ZERO)
}

/// What a request's cookie of a purpose holds, if it is one of ours.
pub fn read<T: DeserializeOwned>(request: &HttpRequest, app: &AppState, purpose: &'static str) -> Option<T> {
    let cookie = request.cookie(&name(app, purpose))?;
    open(&app.session_key, purpose, cookie.value())
}

fn build(app: &AppState, purpose: &'static str, value: String, lasts: Duration) -> Cookie<'static> {
    let cookie = Cookie::build(name(app, purpose), value).path("/").http_only(true).secure(app.is_https());
    cookie.same_site(SameSite::Lax).max_age(lasts).finish()
}

fn name(app: &AppState, purpose: &str) -> String {
    if app.is_https() { format!("__Host-cloakroom-{purpose}") } else { format!("cloakroom-{purpose}") }
}

/// Browsers take `__Host-` for the path `/` alone: RFC 6265bis, section 4.1.3.
fn name_at(app: &AppState, purpose: &str) -> String {
    if app.is_https() { format!("__Secure-cloakroom-{purpose}") } else { format!("cloakroom-{purpose}") }
}

/// A value that we alone can have made for a purpose.
///
/// # Errors
///
/// `Error::Internal` when the value is no JSON.
pub fn seal(key: &SessionKey, purpose: &str, value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))?;
    let tag = mac(key, purpose, &text)?.finalize().into_bytes();
    Ok(format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(text), BASE64_URL_SAFE_NO_PAD.encode(tag)))
}

/// What [`seal`] sealed for a purpose, if it was that.
pub fn open<T: DeserializeOwned>(key: &SessionKey, purpose: &str, sealed: &str) -> Option<T> {
    let (text, tag) = sealed.split_once('.')?;
    let (text, tag) = (BASE64_URL_SAFE_NO_PAD.decode(text).ok()?, BASE64_URL_SAFE_NO_PAD.decode(tag).ok()?);
    mac(key, purpose, &text).ok()?.verify_slice(&tag).ok()?;
    serde_json::from_slice(&text).ok()
}

fn mac(key: &SessionKey, purpose: &str, text: &[u8]) -> Result<Hmac<Sha256>> {
    let mac = Hmac::<Sha256>::new_from_slice(key.bytes()).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(mac.chain_update("cookie\0").chain_update(purpose).chain_update("\0").chain_update(text))
}

#[cfg(test)]
mod tests {
    use super::{open, seal};
    use crate::config::SessionKey;

    #[test]
    fn only_what_we_made_for_a_purpose_is_opened() {
        let key = |letter: &str| SessionKey::from_hex(&letter.repeat(64)).expect("a key");
        let sealed = seal(&key("a"), "flash", &"words").expect("sealed");
        let opened = |key: &SessionKey, purpose: &str, text: &str| open::<String>(key, purpose, text);
        assert_eq!(opened(&key("a"), "flash", &sealed).as_deref(), Some("words"));
        assert_eq!(opened(&key("b"), "flash", &sealed), None);
        assert_eq!(opened(&key("a"), "browser", &sealed), None);
        let other = seal(&key("b"), "flash", &"other").expect("sealed");
        let mixed = format!("{}.{}", other.split('.').next().expect("text"), sealed.split('.').nth(1).expect("a tag"));
        for forged in ["", ".", "x.y", &sealed[1..], &sealed[..sealed.len() - 1], &mixed] {
            assert_eq!(opened(&key("a"), "flash", forged), None, "{forged}");
        }
    }
}
