//! The access rule of these links: a handler that names a [`Sender`] in its signature runs for whoever has the link, and has given its
//! password where there is one.

use crate::{
    accounts::Account,
    database,
    drops::{Asks, DropLink},
    error::{Error, Result},
    files::Bringer,
    links::{
        closed::is_put_away,
        lock::Lock,
        permission::{LinkKind, Sharing, Whose, sharing},
        secret::Secret,
        state::Closed,
    },
    state::AppState,
    storage::Parcel,
    uploads::{Uploader, issue::own_key},
    web::{caller::data, client_ip},
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Json};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use chrono::{DateTime, Utc};
use futures::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// What a page says of who sends: their name and their note, with a zero byte between them, as base64 of an address.
const SENDER: &str = "X-Cloakroom-Sender";

/// A link that there is, open or not.
pub(super) struct Found {
    pub(super) link: DropLink,
    /// Whose the files will be. `None`: that account is shut out.
    owner: Option<Arc<Account>>,
    sharing: Sharing,
    is_put_away: bool,
    pub(super) base: String,
}

/// Whoever has a link, and may send by it, or has sent.
pub struct Sender {
    pub(super) found: Found,
    account: Arc<Account>,
    parcel: Parcel,
    address: String,
}

/// The same with the JSON that they sent, which is looked at only once it is known that they may.
pub struct SenderWith<T>(pub Sender, pub T);

impl Found {
    /// The link that the last part of an address names.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub(super) async fn of(app: &AppState, link: &str) -> Result<Self> {
        let secret = Secret::parse(link).ok_or(Error::NotFound)?;
        let (drop, base) = (DropLink::find_by_secret(&app.db, secret).await?, format!("/d/{link}"));
        let owner = match app.accounts.cache.account(drop.owner()).await {
            Ok(owner) => Some(owner),
            Err(Error::NotSignedIn) => None,
            Err(error) => return Err(error),
        };
        let sharing = sharing(&app.db, LinkKind::Drop, Whose::Of(drop.owner())).await?;
        let is_put_away = match drop.folder() {
            Some(folder) => is_put_away(app, folder, drop.owner()).await?,
            None => false,
        };
        Ok(Self { link: drop, owner, sharing, is_put_away, base })
    }

    /// Who asks, where people are told.
    pub(super) fn host(&self) -> Option<&str> {
        let owner = self.owner.as_ref().filter(|_| self.link.shows_owner())?;
        Some(&owner.name)
    }

    /// What stands above a ticket of it.
    pub(super) fn label(&self) -> String {
        self.host().map_or_else(|| "Files are asked for".to_owned(), |host| format!("{host} asks for files"))
    }

    /// What is in the way of it.
    pub(super) fn lock(&self) -> Lock {
        Lock {
            purpose: "drop",
            link: self.link.id().uuid(),
            hash: self.link.password_hash().map(str::to_owned),
            version: self.link.password_version(),
            base: self.base.clone(),
            label: self.label(),
        }
    }

    /// Why nothing new can be sent by it.
    pub(super) fn closed(&self, now: DateTime<Utc>) -> Option<Closed> {
        self.shut().or_else(|| self.link.closed(now)).or_else(|| self.put_away())
    }

    /// Why what was begun at a time cannot go on by it.
    fn closed_for(&self, begun_at: DateTime<Utc>) -> Option<Closed> {
        self.shut().or_else(|| self.link.closed_for(begun_at)).or_else(|| self.put_away())
    }

    fn shut(&self) -> Option<Closed> {
        (self.owner.is_none() || self.sharing == Sharing::Off).then_some(Closed::Ended)
    }

    fn put_away(&self) -> Option<Closed> {
        self.is_put_away.then_some(Closed::PutAway)
    }
}

impl Sender {
    /// As who uploads something.
    pub(super) fn uploader(&self) -> Uploader<'_> {
        Uploader::by_link(&self.account, (&self.found.link, &self.parcel), &self.address)
    }

    /// Who brings a file, as the log has it.
    pub(super) fn bringer(&self) -> Bringer {
        Bringer { actor: crate::audit::Actor::nobody(self.address.as_str()), means: "by the link of a request" }
    }

    /// May they begin an upload?
    ///
    /// # Errors
    ///
    /// `Unacceptable`, in words.
    pub(super) fn expect_open(&self) -> Result<()> {
        self.found.closed(database::now()).map_or(Ok(()), |closed| Err(refusal(closed)))?;
        let says = |asks: Asks, said: &str| asks != Asks::Required || !said.is_empty();
        let missing = |words: &str| Err(Error::unacceptable("sender_required", words));
        match (
            says(self.found.link.asks_name(), self.parcel.sender()),
            says(self.found.link.asks_note(), self.parcel.note()),
        ) {
            (false, _) => missing("Write your name first."),
            (_, false) => missing("Write a note first."),
            (true, true) => Ok(()),
        }
    }

    /// May an upload go on that has this key?
    ///
    /// # Errors
    ///
    /// `NotFound` for a key that is none of theirs; `Unacceptable`, in words.
    pub(super) fn expect_open_for(&self, app: &AppState, key: &str) -> Result<()> {
        let key = own_key(app, &self.uploader(), key)?;
        let begun_at = key.file_id.begun_at().unwrap_or_else(database::now);
        self.found.closed_for(begun_at).map_or(Ok(()), |closed| Err(refusal(closed)))
    }
}

fn refusal(closed: Closed) -> Error {
    let words = match closed {
        Closed::Ended => "This link has ended, so nothing can be sent by it any more.",
        Closed::Paused => "This link is paused. Try again later.",
        Closed::PutAway => "The folder of this link was put away. Tell whoever sent it to you.",
        Closed::UsedUp => "As much has come by this link as it takes. Tell whoever sent it to you.",
    };
    Error::unacceptable("link_closed", words)
}

async fn enter(request: HttpRequest) -> Result<Sender> {
    let app = data::<AppState>(&request)?;
    let found = Found::of(&app, request.match_info().get("link").unwrap_or_default()).await?;
    if !found.lock().is_open(&request, &app) {
        return Err(Error::unacceptable("link_locked", "Load the page again and give its password."));
    }
    let account = found.owner.clone().ok_or_else(|| refusal(Closed::Ended))?;
    let parcel = parcel(&request, &found.link)?;
    Ok(Sender { found, account, parcel, address: client_ip::of(&request, &app.client_ip) })
}

/// What is not asked for is not taken.
fn parcel(request: &HttpRequest, link: &DropLink) -> Result<Parcel> {
    let said = match request.headers().get(SENDER) {
        None => String::new(),
        Some(said) => {
            let said = BASE64_URL_SAFE_NO_PAD.decode(said).ok().and_then(|said| String::from_utf8(said).ok());
            said.ok_or_else(|| Error::Malformed(format!("{SENDER} cannot be understood.")))?
        }
    };
    let (name, note) = said.split_once('\0').unwrap_or((&said, ""));
    let wanted = |asks: Asks, said: &str| if asks == Asks::Off { String::new() } else { said.to_owned() };
    let parcel = Parcel::new(link.id(), &wanted(link.asks_name(), name), &wanted(link.asks_note(), note));
    parcel.map_err(|error| Error::unacceptable("bad_sender", error.to_string()))
}

impl FromRequest for Sender {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(enter(request.clone()))
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for SenderWith<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let sender = enter(request.clone()).await?;
            let Json(body) = Json::<T>::from_request(&request, &mut payload).await?;
            Ok(Self(sender, body))
        })
    }
}
