//! Whether people may have links, of either kind: administrators turn them off for everyone or for an account, which shuts those that
//! there are until they are on again.

use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    database::settings,
    error::{Error, Result},
    ids::UserId,
    state::AppState,
};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use std::collections::{HashMap, hash_map::Entry};

/// Whose links are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Everyones,
    Of(UserId),
}

/// What links are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Showing files to others.
    Share,
    /// Asking others for files.
    Drop,
}

/// Whether links may be made and opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    On,
    Off,
}

impl LinkKind {
    /// The name in `settings` of what turns them off for everyone; of an account, its id stands behind it.
    fn off(self) -> &'static str {
        match self {
            Self::Share => "share_links_off",
            Self::Drop => "drop_links_off",
        }
    }

    fn turned_off(self) -> &'static str {
        match self {
            Self::Share => "An administrator has turned sharing by links off.",
            Self::Drop => "An administrator has turned requests for files off.",
        }
    }
}

impl Whose {
    /// The names that turn them off, any of which is enough.
    pub fn names(self, kind: LinkKind) -> Vec<String> {
        let off = kind.off();
        match self {
            Self::Everyones => vec![off.to_owned()],
            Self::Of(owner) => vec![off.to_owned(), format!("{off}:{owner}")],
        }
    }

    fn own_name(self, kind: LinkKind) -> String {
        self.names(kind).pop().unwrap_or_default()
    }
}

/// Whether links may be made and opened: of everyone, or of an account, for which it is off as well where it is off for everyone.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn sharing(db: &impl ConnectionTrait, kind: LinkKind, whose: Whose) -> Result<Sharing> {
    for name in whose.names(kind) {
        if settings::find(db, &name).await?.is_some() {
            return Ok(Sharing::Off);
        }
    }
    Ok(Sharing::On)
}

/// Whether each of these people may have links of a kind.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn sharing_of(
    db: &impl ConnectionTrait,
    kind: LinkKind,
    owners: impl Iterator<Item = UserId>,
) -> Result<HashMap<UserId, Sharing>> {
    let mut known = HashMap::new();
    for owner in owners {
        if let Entry::Vacant(unknown) = known.entry(owner) {
            unknown.insert(sharing(db, kind, Whose::Of(owner)).await?);
        }
    }
    Ok(known)
}

/// Refuses what makes a link, where it is turned off.
///
/// # Errors
///
/// `Conflict`, in words; `DatabaseUnavailable`.
pub async fn expect_on(db: &impl ConnectionTrait, kind: LinkKind, owner: UserId) -> Result<()> {
    match sharing(db, kind, Whose::Of(owner)).await? {
        Sharing::On => Ok(()),
        Sharing::Off => Err(Error::Conflict(kind.turned_off().into())),
    }
}

/// Turns links of a kind on or off.
///
/// # Errors
///
/// What [`Principal::begin_as_admin`] fails with.
pub async fn turn(
    app: &AppState,
    kind: LinkKind,
    (whose, sharing): (Whose, Sharing),
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = principal.begin_as_admin(&app.db, &[], now).await?;
    let action = match sharing {
        Sharing::Off => {
            settings::insert(change.transaction(), &whose.own_name(kind), "yes".to_owned()).await?;
            match kind {
                LinkKind::Share => Action::SharingTurnedOff,
                LinkKind::Drop => Action::RequestsTurnedOff,
            }
        }
        Sharing::On => {
            settings::delete(change.transaction(), &whose.own_name(kind)).await?;
            match kind {
                LinkKind::Share => Action::SharingTurnedOn,
                LinkKind::Drop => Action::RequestsTurnedOn,
            }
        }
    };
    let subject = match whose {
        Whose::Everyones => Subject { name: "everyone".to_owned(), ..Subject::default() },
        Whose::Of(user) => Subject { user: Some(user), ..Subject::default() },
    };
    change.record(action, subject).await?;
    change.commit().await
}
