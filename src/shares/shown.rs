//! What links of folders show at this moment, and whether they show anything.

use super::share::Share;
use crate::{
    error::Result,
    files::{folders::shared, pages::in_it},
    ids::FolderId,
    links::state::Closed,
};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// The folders behind some links, as they are now.
pub struct Shown(HashMap<FolderId, shared::Shown>);

impl Shown {
    /// Those behind these links.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of(db: &impl ConnectionTrait, shares: &[Share]) -> Result<Self> {
        let folders: Vec<FolderId> = shares.iter().filter_map(Share::folder).collect();
        shared::shown(db, &folders).await.map(Self)
    }

    /// Why one of these links shows nothing now, as far as it and its folder are asked.
    pub fn closed(&self, share: &Share, now: DateTime<Utc>) -> Option<Closed> {
        let is_put_away = self.folder(share).is_some_and(|shown| shown.is_put_away);
        share.closed(now).or(is_put_away.then_some(Closed::PutAway))
    }

    /// What lies in the folder behind one, in words, if it is of a folder.
    pub fn words(&self, share: &Share) -> Option<String> {
        self.folder(share).map(|shown| in_it(shown.holds))
    }

    fn folder(&self, share: &Share) -> Option<&shared::Shown> {
        self.0.get(&share.folder()?)
    }
}
