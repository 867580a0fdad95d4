//! Deleting an account, and saying who gets its files.

use super::user::{Part, refuse, user_id};
use crate::{
    accounts::{
        Principal,
        deletion::{self, Deletion, Fate},
        users,
    },
    error::{Error, Result},
    state::AppState,
    web::{Admin, Fields, Notice, Reader},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

const UNCONFIRMED: &str = "Type the email of the account that is to be deleted, as it is written on its page.";

/// Deletes an account whose email is typed once more. Its files go where `files` says: `trash`, which is the caller's own, or another
/// account by its id or email. Goes to the list of accounts; or answers with the account's page and why not.
pub async fn delete(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    id: Path<String>,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let user = users::find(&app.db, user_id(&id)?).await?;
    let (typed, files, id) = (fields.given("confirmation"), fields.text("files"), user.id);
    let deleted = async {
        if typed.is_none_or(|typed| !typed.eq_ignore_ascii_case(&user.email)) {
            return Err(Error::unacceptable("unconfirmed", UNCONFIRMED));
        }
        let (heir, fate) = match files {
            "trash" => (account.id, Fate::Trashed),
            text => (heir(&app, text).await?, Fate::Given),
        };
        let new = Deletion { id, email: user.email, heir, fate };
        let _notify = app.notify_on_drop();
        deletion::delete(&app.accounts, &new, app.uploads.default_quota, &principal, reader.now).await
    };
    match deleted.await {
        Ok(()) => Ok(Notice::AccountDeleted.see_other(&app, "/admin/users")),
        Err(error) => {
            let typed = (Part::Deletion, typed.unwrap_or_default(), files);
            refuse(&app, &account, id, reader, typed, error).await
        }
    }
}

async fn heir(app: &AppState, text: &str) -> Result<crate::ids::UserId> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let unknown = || Error::unacceptable("bad_heir", "Choose the account that is to get the files, or the trash.");
    match users::find_by_email(&app.db, &text.parse().map_err(|_| unknown())?).await {
        Err(Error::NotFound) => Err(unknown()),
        found => Ok(found?.id),
    }
}
