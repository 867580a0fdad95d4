//! The link that an address names, and what is said instead of it where it is closed.

use crate::{
    accounts::users::{self, User},
    error::{Error, Result},
    links::{
        closed::{closed_page, is_put_away},
        lock::Lock,
        permission::{self, LinkKind, Sharing, Whose},
        secret::Secret,
        state::Closed,
    },
    shares::Share,
    state::AppState,
};
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};

/// A link that there is, open or not.
pub(super) struct Found {
    pub share: Share,
    owner: User,
    sharing: Sharing,
    /// Is the folder that it shows in the trash, by itself or with one above it, or on its way out?
    is_put_away: bool,
    pub base: String,
}

impl Found {
    /// The link that the last part of an address names.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub(super) async fn of(app: &AppState, link: &str) -> Result<Self> {
        let secret = Secret::parse(link).ok_or(Error::NotFound)?;
        let share = Share::find_by_secret(&app.db, secret).await?;
        let owner = users::find(&app.db, share.owner()).await?;
        let sharing = permission::sharing(&app.db, LinkKind::Share, Whose::Of(share.owner())).await?;
        let is_put_away = match share.folder() {
            Some(folder) => is_put_away(app, folder, share.owner()).await?,
            None => false,
        };
        Ok(Self { share, owner, sharing, is_put_away, base: format!("/s/{link}") })
    }

    /// What is in the way of it.
    pub(super) fn lock(&self) -> Lock {
        let host = self.host();
        Lock {
            purpose: "share",
            link: self.share.id().uuid(),
            hash: self.share.password_hash().map(str::to_owned),
            version: self.share.password_version(),
            base: self.base.clone(),
            label: host.map_or_else(|| "Shared with you".to_owned(), |host| format!("{host} shares")),
        }
    }

    /// Who made it, where people are told.
    pub(super) fn host(&self) -> Option<String> {
        Some(self.owner.name.clone()).filter(|_| self.share.shows_owner())
    }

    /// Why it shows nothing now, if it does not.
    pub(super) fn closed(&self, now: DateTime<Utc>) -> Option<Closed> {
        let is_shut = self.owner.disabled || self.sharing == Sharing::Off;
        match self.share.closed(now) {
            _ if is_shut => Some(Closed::Ended),
            None | Some(Closed::UsedUp) if self.is_put_away => Some(Closed::PutAway),
            closed => closed,
        }
    }

    /// What is said instead, where it shows nothing now.
    ///
    /// # Errors
    ///
    /// `Internal` when the page cannot be drawn.
    pub(super) fn closed_page(&self, now: DateTime<Utc>) -> Result<Option<HttpResponse>> {
        let Some(closed) = self.closed(now) else { return Ok(None) };
        let host = self.host();
        let (title, words) = words(closed, host.as_deref().unwrap_or("whoever sent it"));
        closed_page(title, words).map(Some)
    }
}

fn words(closed: Closed, host: &str) -> (&'static str, String) {
    match closed {
        Closed::Ended => ("This link has ended", format!("Ask {host} for a new one.")),
        Closed::Paused => ("This link is paused", format!("Try again later, or ask {host}.")),
        Closed::PutAway => ("This link shows nothing now", format!("Its folder was put away. Ask {host}.")),
        Closed::UsedUp => {
            ("This link is used up", format!("It was downloaded as often as it may be. Ask {host} for a new one."))
        }
    }
}
