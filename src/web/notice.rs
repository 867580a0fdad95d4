//! What the next page says of what was done just now, with a way to take it back where there is one. It travels in a
//! signed cookie that is shown once, so that no link can make a page say anything.

use super::{
    folder_notice::FolderStep,
    moved_files::{FileMove, MovedFiles},
    respond::see_other,
    signed,
};
use crate::{database, error::Error, state::AppState};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    body::MessageBody,
    cookie::time::Duration,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::HeaderMap,
    middleware::Next,
    web::Data,
};
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};

/// How long a page may take to come.
const LASTS: Duration = Duration::seconds(60);
/// Part of the cookie's name, which stays as browsers have it.
const PURPOSE: &str = "flash";

/// What was done just now, with all that its sentence needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    Moved { how: FileMove, files: MovedFiles, undo: Option<Undo> },
    Folder { step: FolderStep, what: String, undo: Option<Undo> },
    NothingMoved,
    NothingChosen,
    Purged,
    Renamed { undo: Option<Undo> },
    RenamedAndAdapted { undo: Option<Undo> },
    CalledThatAlready,
    OwnNameChanged,
    PlacesTakenOut,
    PlacesSent,
    PasswordChanged,
    SessionEnded,
    OtherSessionsEnded,
    TokenRevoked,
    InvitationRevoked,
    RoleChanged,
    QuotaChanged,
    AccountDisabled,
    AccountDeleted,
    AccountEnabled,
    FilesAssigned,
    SharingStopped { undo: Option<Undo> },
    RequestEnded { undo: Option<Undo> },
    SharingGoesOn,
    PersonAdded { name: String },
    PersonRemoved { undo: Option<Undo> },
    FolderLeft,
    LinkPaused,
    LinkContinued,
    LinkRenewed,
    SharingOff,
    SharingOn,
}

/// A form that takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    pub action: String,
    /// What it sends, which names what was done.
    pub fields: Vec<(String, String)>,
    /// Where to go afterwards: the page that shows it.
    #[serde(skip)]
    pub back: String,
}

/// What was left for this page to say, if anything. Whoever asks for it has to show it: it is gone afterwards.
pub struct Left(pub Option<Notice>);

#[derive(Serialize, Deserialize)]
struct Carried {
    /// In seconds since 1970.
    until: i64,
    notice: Notice,
}

/// Marks a request whose page shows it.
struct Taken;

impl Notice {
    /// The sentences of all notices, as people read them.
    pub fn words(&self) -> String {
        let words = match self {
            Self::Moved { how, files, .. } => return format!("{} {}.", files.are(), how.where_they_are()),
            Self::Folder { step, what, .. } => return step.words(what),
            Self::PersonAdded { name } => return format!("Shared with {name}."),
            Self::PersonRemoved { .. } => "Not shared with them any more.",
            Self::FolderLeft => "You left the folder.",
            Self::NothingMoved => "Nothing was changed: the files had been moved already.",
            Self::NothingChosen => "No file was chosen. Choose at least one.",
            Self::Purged => "Deleted forever.",
            Self::Renamed { .. } => "Renamed.",
            Self::RenamedAndAdapted { .. } => "Renamed. The name was adapted to what storage takes.",
            Self::CalledThatAlready => "It is called that already.",
            Self::OwnNameChanged => "Your name was changed.",
            Self::PlacesTakenOut => "From now on, your pictures are sent without the place.",
            Self::PlacesSent => "From now on, your pictures are sent as they are.",
            Self::PasswordChanged => {
                "Your password was changed. Every other session was ended, and so was every token that you did not \
                 keep."
            }
            Self::SessionEnded => "Signed out there.",
            Self::OtherSessionsEnded => "Signed out everywhere else.",
            Self::TokenRevoked => "The token was revoked.",
            Self::InvitationRevoked => "The invitation was withdrawn.",
            Self::RoleChanged => "What they may do was changed.",
            Self::QuotaChanged => "The space was changed.",
            Self::AccountDeleted => "The account is deleted. Its files are on their way to whom you chose.",
            Self::AccountDisabled => "The account is disabled: its sessions are ended and its tokens refused.",
            Self::AccountEnabled => "The account is enabled again, and its tokens work again.",
            Self::FilesAssigned => "The files are on their way to whom you chose.",
            Self::SharingStopped { .. } => "Sharing stopped.",
            Self::RequestEnded { .. } => "The request is ended.",
            Self::SharingGoesOn | Self::LinkContinued => "The link works again.",
            Self::LinkPaused => "The link is paused.",
            Self::SharingOff => "Links are turned off: they open nothing any more.",
            Self::SharingOn => "Links are turned on again.",
            Self::LinkRenewed => "There is a new link. The one before it opens nothing any more.",
        };
        words.to_owned()
    }

    /// What takes it back, if anything does.
    pub fn undo(&self) -> Option<&Undo> {
        let (Self::Moved { undo, .. }
        | Self::Folder { undo, .. }
        | Self::Renamed { undo }
        | Self::RenamedAndAdapted { undo }
        | Self::PersonRemoved { undo }
        | Self::SharingStopped { undo }
        | Self::RequestEnded { undo }) = self
        else {
            return None;
        };
        undo.as_ref()
    }

    /// `place` is the page that shows it, to which an undo comes back.
    pub fn coming_back_to(mut self, place: &str) -> Self {
        if let Self::Moved { undo: Some(undo), .. }
        | Self::Folder { undo: Some(undo), .. }
        | Self::Renamed { undo: Some(undo) }
        | Self::RenamedAndAdapted { undo: Some(undo) }
        | Self::PersonRemoved { undo: Some(undo) }
        | Self::SharingStopped { undo: Some(undo) }
        | Self::RequestEnded { undo: Some(undo) } = &mut self
        {
            undo.back = place.to_owned();
        }
        self
    }

    /// Sends the browser on to the page that will say it.
    pub fn see_other(self, app: &AppState, place: &str) -> HttpResponse {
        let mut answer = see_other(place);
        let until = database::now().timestamp() + LASTS.whole_seconds();
        let cookie = signed::cookie(app, PURPOSE, &Carried { until, notice: self }, LASTS);
        // What was done is done, said or not.
        let left = cookie.map(|cookie| answer.add_cookie(&cookie));
        if !matches!(left, Ok(Ok(()))) {
            tracing::warn!("a page cannot say what was done: its cookie cannot be made");
        }
        answer
    }
}

impl Undo {
    /// A form that sends these fields to `action`.
    pub fn of(action: String, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { action, fields, back: String::new() }
    }
}

impl FromRequest for Left {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<AppState>>().filter(|_| is_shown(request.headers()));
        let carried = app.and_then(|app| signed::read::<Carried>(request, app, PURPOSE));
        if carried.is_some() {
            request.extensions_mut().insert(Taken);
        }
        let carried = carried.filter(|carried| carried.until >= database::now().timestamp());
        ready(Ok(Self(carried.map(|carried| carried.notice))))
    }
}

/// Makes the browser forget what its page shows now.
pub async fn forget<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let app = request.app_data::<Data<AppState>>().cloned();
    let mut response = next.call(request).await?;
    let is_taken = response.request().extensions().contains::<Taken>() && response.status().is_success();
    if let Some(app) = app.filter(|_| is_taken) {
        response.response_mut().add_cookie(&signed::removal(&app, PURPOSE))?;
    }
    Ok(response)
}

/// Is it a page that is asked for, or the place on it where a notice goes? Scripts also ask for pages of which they
/// take something else, unless they say that they swap it in.
fn is_shown(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &[u8]| headers.get(name).is_some_and(|other| other.as_bytes() == value);
    match headers.contains_key("hx-request") {
        true => is("hx-target", b"flash"),
        false => is("hx-boosted", b"true") || !is("sec-fetch-dest", b"empty"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Carried, FileMove, MovedFiles, Notice, Undo};

    #[test]
    fn every_notice_says_what_was_done() {
        for (notice, words) in [
            (Notice::NothingMoved, "Nothing was changed: the files had been moved already."),
            (Notice::NothingChosen, "No file was chosen. Choose at least one."),
            (Notice::Purged, "Deleted forever."),
            (Notice::Renamed { undo: None }, "Renamed."),
            (Notice::RenamedAndAdapted { undo: None }, "Renamed. The name was adapted to what storage takes."),
            (Notice::CalledThatAlready, "It is called that already."),
            (Notice::OwnNameChanged, "Your name was changed."),
            (Notice::PlacesTakenOut, "From now on, your pictures are sent without the place."),
            (Notice::PlacesSent, "From now on, your pictures are sent as they are."),
            (
                Notice::PasswordChanged,
                "Your password was changed. Every other session was ended, and so was every token that you did not keep.",
            ),
            (Notice::SessionEnded, "Signed out there."),
            (Notice::OtherSessionsEnded, "Signed out everywhere else."),
            (Notice::TokenRevoked, "The token was revoked."),
            (Notice::InvitationRevoked, "The invitation was withdrawn."),
            (Notice::RoleChanged, "What they may do was changed."),
            (Notice::QuotaChanged, "The space was changed."),
            (Notice::AccountDeleted, "The account is deleted. Its files are on their way to whom you chose."),
            (Notice::AccountDisabled, "The account is disabled: its sessions are ended and its tokens refused."),
            (Notice::AccountEnabled, "The account is enabled again, and its tokens work again."),
            (Notice::FilesAssigned, "The files are on their way to whom you chose."),
            (Notice::SharingStopped { undo: None }, "Sharing stopped."),
            (Notice::RequestEnded { undo: None }, "The request is ended."),
            (Notice::LinkContinued, "The link works again."),
            (Notice::LinkPaused, "The link is paused."),
            (Notice::LinkRenewed, "There is a new link. The one before it opens nothing any more."),
        ] {
            assert_eq!(notice.words(), words);
        }
    }

    #[test]
    fn one_moved_file_is_named_and_several_are_counted() {
        for (how, one, many) in [
            (FileMove::Trashed, "“holiday.png” is in the trash.", "3 files are in the trash."),
            (FileMove::Restored, "“holiday.png” is back.", "3 files are back."),
            (FileMove::Quarantined, "“holiday.png” is in quarantine.", "3 files are in quarantine."),
            (FileMove::Released, "“holiday.png” is released.", "3 files are released."),
        ] {
            let words = |files| Notice::Moved { how, files, undo: None }.words();
            assert_eq!(words(MovedFiles::One("holiday.png".to_owned())), one);
            assert_eq!(words(MovedFiles::Many(3)), many);
        }
    }

    #[test]
    fn a_cookie_carries_all_but_where_to_go_afterwards() {
        let undo = Undo::of("/files/restoration".to_owned(), &[("move", "1")]);
        let notice = Notice::Moved { how: FileMove::Trashed, files: MovedFiles::Many(3), undo: Some(undo) };
        let text = serde_json::to_string(&notice.clone().coming_back_to("/trash")).expect("text");
        assert_eq!(serde_json::from_str::<Notice>(&text).ok(), Some(notice));
    }

    #[test]
    fn what_another_version_left_is_no_notice() {
        for text in [
            r#"{"until":0,"flash":{"words":"Renamed.","undo":null}}"#,
            r#"{"until":0,"notice":"not_known_here"}"#,
            r#"{"until":0,"notice":"renamed"}"#,
            r#"{"until":0,"notice":{"moved":{"how":"not_known_here","files":{"many":3},"undo":null}}}"#,
        ] {
            assert!(serde_json::from_str::<Carried>(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Carried>(r#"{"until":0,"notice":"purged"}"#).is_ok());
    }
}
