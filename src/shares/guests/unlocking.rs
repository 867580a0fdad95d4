//! The password of a link is given: on its page, by a form.

use super::found::Found;
use crate::{
    database,
    error::Result,
    state::AppState,
    web::{ClientIp, Fields},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// Takes the password of a link and goes on to its page; a wrong one is said in its place (422), and who tries too often has to
/// wait (429).
pub async fn unlock(
    app: Data<AppState>,
    link: Path<String>,
    ClientIp(address): ClientIp,
    fields: Fields,
) -> Result<HttpResponse> {
    let found = Found::of(&app, &link).await?;
    if let Some(page) = found.closed_page(database::now())? {
        return Ok(page);
    }
    found.lock().unlock(&app, &address, &fields).await
}
