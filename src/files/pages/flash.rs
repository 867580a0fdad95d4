//! What was moved just now, as the next page says it, with its undo.

use crate::{
    error::Result,
    files::{
        moment,
        search::SearchQuery,
        transitions::{Moved, Step, Whose, moved_at},
        view::files_in_words,
    },
    web::{Flash, Undo, page::with_parameters},
};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

/// The place to go to after a step, where [`flash`] will say so.
pub fn moved(back: &str, step: Step, moved: &Moved, now: DateTime<Utc>) -> String {
    match moved.count {
        0 => with_parameters(back, &[("did", "nothing"), ("at", "")]),
        _ => with_parameters(back, &[("did", step.as_str()), ("at", &now.timestamp_micros().to_string())]),
    }
}

/// `actions` is the path under which the steps of these files are made. Nothing is said of what was moved on since.
pub async fn flash(
    db: &impl ConnectionTrait,
    query: &SearchQuery,
    whose: Whose,
    actions: &str,
    back: String,
) -> Result<Option<Flash>> {
    match query.did.as_str() {
        "nothing" => return Ok(Some(Flash::saying("Nothing was changed: the files had been moved already."))),
        "purge" => return Ok(Some(Flash::saying("Deleted for ever."))),
        "rename" => return Ok(Some(Flash::saying("Renamed."))),
        "rename-shortened" => return Ok(Some(Flash::saying("Renamed. The name was adapted to what stores take."))),
        "nothing-new" => return Ok(Some(Flash::saying("It is called that already."))),
        _ => {}
    }
    let step = Step::ALL.into_iter().find(|step| step.as_str() == query.did);
    let Some((step, at)) = step.zip(moment(&query.at)) else { return Ok(None) };
    let moved = moved_at(db, step, at, whose).await?;
    if moved.count == 0 {
        return Ok(None);
    }
    let what = moved.name.map_or_else(|| files_in_words(moved.count), |name| format!("“{name}”"));
    let is = if moved.count == 1 { "is" } else { "are" };
    let words = match step {
        Step::Trash => format!("{what} {is} in the trash."),
        Step::Restore => format!("{what} {is} back."),
        Step::Quarantine => format!("{what} {is} in quarantine."),
        Step::Release => format!("{what} {is} released."),
    };
    let undo = Undo { action: format!("{actions}/{}", step.inverse().as_str()), at: query.at.clone(), back };
    Ok(Some(Flash { words, undo: Some(undo) }))
}
