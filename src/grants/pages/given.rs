//! The folders that somebody shares with people, as their list of what they share has them.

use crate::{
    accounts::users,
    error::Result,
    files::folders::shared,
    grants::Grant,
    ids::{FolderId, UserId},
    state::AppState,
};

/// So many people are named.
const NAMED: usize = 3;

/// A folder that somebody shares with people.
pub struct Given {
    pub folder: FolderId,
    pub name: String,
    /// With whom, in words.
    pub people: String,
    pub is_put_away: bool,
}

impl Given {
    /// Those of somebody, the one that was shared last first.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of(app: &AppState, grants: &[Grant]) -> Result<Vec<Self>> {
        let mut folders: Vec<(FolderId, Vec<UserId>)> = Vec::new();
        for grant in grants {
            match folders.iter_mut().find(|(folder, _)| *folder == grant.folder()) {
                Some((_, people)) => people.push(grant.member()),
                None => folders.push((grant.folder(), vec![grant.member()])),
            }
        }
        let named = folders.iter().flat_map(|(_, people)| people.iter().take(NAMED).copied()).collect();
        let users = users::with_ids(&app.db, named).await?;
        let ids: Vec<FolderId> = folders.iter().map(|(folder, _)| *folder).collect();
        let shown = shared::shown(&app.db, &ids).await?;
        let mut names = shared::names(&app.db, ids).await?;
        let given = |(folder, people): (FolderId, Vec<UserId>)| {
            let called = people.iter().take(NAMED).filter_map(|id| users.get(id)).map(|user| user.name.as_str());
            Some(Self {
                folder,
                name: names.remove(&folder)?,
                people: in_words(&called.collect::<Vec<_>>(), people.len()),
                is_put_away: shown.get(&folder).is_none_or(|shown| shown.is_put_away),
            })
        };
        Ok(folders.into_iter().filter_map(given).collect())
    }
}

/// Such as `Bob, Eve and 3 more`.
fn in_words(named: &[&str], all: usize) -> String {
    match all.saturating_sub(named.len()) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_few_people_are_named_and_the_others_counted() {
        assert_eq!(in_words(&["Bob"], 1), "Bob");
        assert_eq!(in_words(&["Bob", "Eve"], 2), "Bob, Eve");
        assert_eq!(in_words(&["Bob", "Eve", "Mia"], 12), "Bob, Eve, Mia and 9 more");
    }
}
