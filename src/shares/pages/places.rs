//! What the dialog says of pictures behind a link that say where they were taken.

use crate::{
    error::Result,
    files::{folders::shared, shared::summary, transition::Selection},
    ids::FolderId,
    shares::Share,
};
use sea_orm::ConnectionTrait;

/// Do pictures say where they were taken?
pub(super) enum Places {
    /// So many.
    Counted(u64),
    /// Some in a folder, where nobody counts.
    Some,
    None,
}

impl Places {
    /// Of what is in a folder.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub(super) async fn of_folder(db: &impl ConnectionTrait, folder: FolderId) -> Result<Self> {
        Ok(if shared::has_places(db, folder).await? { Self::Some } else { Self::None })
    }

    /// Of what is behind a link.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub(super) async fn of_share(db: &impl ConnectionTrait, share: &Share) -> Result<Self> {
        match share.folder() {
            Some(folder) => Self::of_folder(db, folder).await,
            None => summary(db, &Selection::All, share.contents()).await.map(|sum| Self::Counted(sum.with_place)),
        }
    }

    /// What is said of them, if there are any.
    pub(super) fn words(&self) -> Option<String> {
        match self {
            Self::None | Self::Counted(0) => None,
            Self::Some => {
                Some("Pictures in it say where they were taken. Whoever downloads them can read that.".into())
            }
            Self::Counted(1) => Some("1 picture says where it was taken. Whoever downloads it can read that.".into()),
            Self::Counted(count) => {
                Some(format!("{count} pictures say where they were taken. Whoever downloads them can read that."))
            }
        }
    }
}
