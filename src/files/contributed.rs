//! Files that somebody added to a folder which another shares with them: whose they are, and putting them away again.

use super::{
    Granted, Scope,
    file::File,
    folders::place::in_sight,
    selection::condition,
    step::step,
    transition::{Moved, Selection, Transition},
};
use crate::{
    accounts::Principal,
    database::DatabaseConnection,
    error::Result,
    ids::{MoveId, UserId},
};
use chrono::{DateTime, Utc};

/// Who added a file, if that was not its owner.
pub fn contributor(file: &impl File) -> Option<UserId> {
    file.row().contributor_id
}

/// Puts files into their owner's trash, or takes them out again: those alone that the member added, and while the folder is shared with
/// them for that.
///
/// # Errors
///
/// `NotSignedIn` when the session ended or the account is disabled; `DatabaseUnavailable`.
pub async fn apply(
    db: &DatabaseConnection,
    (transition, selection): (Transition, &Selection),
    (granted, member): (Granted, UserId),
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<Moved> {
    let theirs = condition(db, selection, Scope::Own(granted.owner), transition.from());
    // What lay in a folder that its owner threw away since stays away with it.
    let theirs = theirs.add(granted.is_added_by(member)).add(in_sight(granted.owner));
    let change = principal.begin_beside(db, granted.owner, now).await?;
    let id = MoveId::generate();
    let rows = step(change, transition, theirs, (Some(id), now)).await?;
    Ok(Moved::of(Some(id), rows))
}
