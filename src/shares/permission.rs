//! Whether people may share by links: administrators turn it off for everyone or for an account, which shuts what is shared already
//! until it is on again.

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

/// The name in `settings` of what turns it off for everyone; of an account, its id stands behind it.
const OFF: &str = "share_links_off";

/// Whose links are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Everyones,
    Of(UserId),
}

/// Whether links may be made and opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    On,
    Off,
}

impl Whose {
    /// The names that turn them off, any of which is enough.
    pub(super) fn names(self) -> Vec<String> {
        match self {
            Self::Everyones => vec![OFF.to_owned()],
            Self::Of(owner) => vec![OFF.to_owned(), format!("{OFF}:{owner}")],
        }
    }

    fn own_name(self) -> String {
        self.names().pop().unwrap_or_default()
    }
}

/// Whether links may be made and opened: of everyone, or of an account, for which it is off as well where it is off for everyone.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn sharing(db: &impl ConnectionTrait, whose: Whose) -> Result<Sharing> {
    for name in whose.names() {
        if settings::find(db, &name).await?.is_some() {
            return Ok(Sharing::Off);
        }
    }
    Ok(Sharing::On)
}

/// Refuses what makes a link, where it is turned off.
///
/// # Errors
///
/// `Conflict`, in words; `DatabaseUnavailable`.
pub(super) async fn expect_on(db: &impl ConnectionTrait, owner: UserId) -> Result<()> {
    match sharing(db, Whose::Of(owner)).await? {
        Sharing::On => Ok(()),
        Sharing::Off => Err(Error::Conflict("An administrator has turned sharing by links off.".into())),
    }
}

/// Turns sharing by links on or off.
///
/// # Errors
///
/// What [`Principal::begin_as_admin`] fails with.
pub async fn turn(
    app: &AppState,
    (whose, sharing): (Whose, Sharing),
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = principal.begin_as_admin(&app.db, &[], now).await?;
    let action = match sharing {
        Sharing::Off => {
            settings::insert(change.transaction(), &whose.own_name(), "yes".to_owned()).await?;
            Action::SharingTurnedOff
        }
        Sharing::On => {
            settings::delete(change.transaction(), &whose.own_name()).await?;
            Action::SharingTurnedOn
        }
    };
    let subject = match whose {
        Whose::Everyones => Subject { name: "everyone".to_owned(), ..Subject::default() },
        Whose::Of(user) => Subject { user: Some(user), ..Subject::default() },
    };
    change.record(action, subject).await?;
    change.commit().await
}
