//! What people do to their files: to the trash and back, another name, and letting go of what was put aside.

use super::{file::FilePage, file_id, moved};
use crate::{
    accounts::Claim,
    database,
    error::{Error, Result},
    files::{
        Ready,
        file::File,
        transition::{self, MOST_AT_ONCE, Moved, Step, Which, Whose},
    },
    ids::FileId,
    state::AppState,
    storage::FileName,
    web::{Fields, Flash, SignedIn, layout::place_within},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

const DISGUISE: &str = "A name with this ending belongs to a program, which this file is not. Choose another ending.";

pub async fn trash(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    claim: Claim,
    fields: Fields,
) -> Result<HttpResponse> {
    let (now, which) = (database::now(), which(&fields)?);
    // The trash keeps it for a while from now on.
    let _ring = app.ring_at_end();
    let outcome = transition::apply(&app.db, Step::Trash, &which, Whose::Own(account.id), &claim, now).await?;
    let said = moved(Step::Trash, known(&which, outcome)?, "/files");
    Ok(said.see_other(&app, place_within(fields.given("back"))))
}

pub async fn restore(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    claim: Claim,
    fields: Fields,
) -> Result<HttpResponse> {
    let (now, which) = (database::now(), which(&fields)?);
    let outcome = transition::apply(&app.db, Step::Restore, &which, Whose::Own(account.id), &claim, now).await?;
    let said = moved(Step::Restore, known(&which, outcome)?, "/files");
    Ok(said.see_other(&app, place_within(fields.given("back"))))
}

pub async fn rename(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    claim: Claim,
    id: Path<String>,
    fields: Fields,
) -> Result<HttpResponse> {
    let file = Ready::find(&app.db, file_id(&id)?, account.id).await?;
    let wish = fields.all("name").next().unwrap_or_default();
    let name: FileName = match wish.parse() {
        Ok(name) => name,
        Err(error) => return FilePage::refusing(&app, &account, &file, wish, format!("{error}")).await,
    };
    if file.content_type().contradicts_name(name.as_str()) {
        return FilePage::refusing(&app, &account, &file, wish, DISGUISE.to_owned()).await;
    }
    let words = match (name.as_str() == file.name(), name.as_str() == wish.trim()) {
        (true, _) => "It is called that already.",
        (false, true) => "Renamed.",
        (false, false) => "Renamed. The name was adapted to what stores take.",
    };
    file.rename(&app.db, &name, &claim, database::now()).await?;
    Ok(Flash::saying(words).see_other(&app, &format!("/files/{}", *id)))
}

/// The files that a form names.
pub fn which(fields: &Fields) -> Result<Which> {
    if let Some(id) = fields.given("move") {
        let id = id.parse().map_err(|_| Error::Malformed("The form is damaged. Load the page again.".into()))?;
        return Ok(Which::MovedIn(id));
    }
    let ids = fields.all("id").map(file_id).collect::<Result<Vec<FileId>>>()?;
    match ids.len() as u64 {
        0 => Err(Error::Malformed("No file was chosen. Choose at least one.".into())),
        1..=MOST_AT_ONCE => Ok(Which::These(ids)),
        _ => Err(Error::Malformed(format!("These are too many at once. Choose at most {MOST_AT_ONCE} files."))),
    }
}

/// One file that is not there is not found; of many, those are moved that are there.
pub fn known(which: &Which, outcome: Moved) -> Result<Moved> {
    match which {
        Which::These(ids) if ids.len() == 1 && outcome.count == 0 => Err(Error::NotFound),
        Which::These(_) | Which::MovedIn(_) | Which::All => Ok(outcome),
    }
}
