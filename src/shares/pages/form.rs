//! The link and its terms as a page shows them: in the dialog, and on a page of their own.

use super::places::Places;
use crate::{
    config::SessionKey,
    error::Result,
    ids::{FileId, FolderId, ShareId},
    links::{
        form::{Address, CHOSEN, Said, last_day, moment, suggestion},
        secret::Secret,
        state::Closed,
        terms::Span,
    },
    shares::Share,
    state::AppState,
    web::{Fields, Layout, Reader},
};
use askama::Template;

/// The dialog, or its page.
#[derive(Template)]
#[template(path = "shares/share.html")]
pub(super) struct SharePage {
    pub layout: Layout,
    pub form: ShareForm,
    /// What was done just now, or what is wrong.
    pub said: Said,
}

/// A link, made or not, and its terms as fields have them.
pub(super) struct ShareForm {
    pub id: ShareId,
    /// What is shared, such as a file's name.
    pub what: String,
    /// Does it work already? Until then it is not in the database.
    pub is_made: bool,
    pub closed: Option<Closed>,
    /// What it shows.
    pub of: Of,
    /// Where people find it. `None`: the session key is another one now, and it takes a new link.
    pub address: Option<Address>,
    pub title: String,
    pub message: String,
    pub span: Span,
    /// When it ends, as its owner reads it.
    pub end: Option<String>,
    /// The last day, as a field has it; or empty.
    pub until: String,
    pub has_password: bool,
    /// Does it have one that it keeps, where nothing else is written?
    pub keeps_password: bool,
    /// What is in the field: what somebody typed, or a password that they may use.
    pub password: String,
    pub has_limit: bool,
    pub most_downloads: String,
    pub downloads: i64,
    pub has_originals: bool,
    pub shows_owner: bool,
    pub places: Places,
}

/// What a link shows, as a form has it.
pub(super) enum Of {
    /// Those that one that is to be is of.
    Files(Vec<FileId>),
    Folder(FolderId),
}

impl ShareForm {
    /// The form of a link that is to be.
    pub(super) fn of_draft(
        app: &AppState,
        (id, owner): (ShareId, crate::ids::UserId),
        (title, of, places): (&str, Of, Places),
        reader: Reader,
    ) -> Result<Self> {
        let path = Secret::of(&app.session_key, owner, id, 1)?.path(title);
        Ok(Self {
            id,
            what: title.to_owned(),
            is_made: false,
            closed: None,
            of,
            address: Some(Address::of(app, path)?),
            title: title.to_owned(),
            message: String::new(),
            span: CHOSEN,
            end: CHOSEN.lasts().map(|lasts| moment(reader.now + lasts, reader)),
            until: String::new(),
            has_password: false,
            keeps_password: false,
            password: suggestion()?,
            has_limit: false,
            most_downloads: "10".to_owned(),
            downloads: 0,
            has_originals: true,
            shows_owner: true,
            places,
        })
    }

    /// The form of a link that there is.
    pub(super) fn of_share(
        app: &AppState,
        share: &Share,
        (closed, places): (Option<Closed>, Places),
        reader: Reader,
    ) -> Result<Self> {
        let has_password = share.has_password();
        Ok(Self {
            id: share.id(),
            what: share.title().to_owned(),
            is_made: true,
            closed,
            of: share.folder().map_or_else(|| Of::Files(Vec::new()), Of::Folder),
            address: address(app, &app.session_key, share)?,
            title: share.title().to_owned(),
            message: share.message().to_owned(),
            span: if share.ends_at().is_some() { Span::Date } else { Span::Never },
            end: share.ends_at().map(|end| moment(end, reader)),
            // The day on which it still works.
            until: share.ends_at().map(|end| last_day(end, reader)).unwrap_or_default(),
            has_password,
            keeps_password: has_password,
            password: if has_password { String::new() } else { suggestion()? },
            has_limit: share.most_downloads().is_some(),
            most_downloads: share.most_downloads().unwrap_or(share.downloads().max(9) + 1).to_string(),
            downloads: share.downloads(),
            has_originals: share.has_originals(),
            shows_owner: share.shows_owner(),
            places,
        })
    }

    /// The form with what somebody typed.
    pub(super) fn typed(self, fields: &Fields) -> Self {
        let span = Span::ALL.into_iter().find(|span| fields.given("end") == Some(span.as_str()));
        Self {
            title: fields.text("title").to_owned(),
            message: fields.text("message").to_owned(),
            span: span.unwrap_or(self.span),
            until: fields.text("until").to_owned(),
            has_password: fields.given("has_password").is_some(),
            password: fields.text("password").to_owned(),
            has_limit: fields.given("has_limit").is_some(),
            most_downloads: fields.text("most_downloads").to_owned(),
            has_originals: fields.given("has_originals").is_some(),
            shows_owner: fields.given("shows_owner").is_some(),
            ..self
        }
    }

    /// Where its terms are sent.
    fn action(&self) -> String {
        if self.is_made { format!("/shares/{}/terms", self.id) } else { "/shares".to_owned() }
    }

    /// What copying and sending do besides: until there is a link, they make it.
    fn button(&self) -> &'static str {
        if self.is_made { "button" } else { "submit" }
    }

    fn is_of(&self, span: &Span) -> bool {
        self.span == *span
    }

    /// Why it shows nothing now, in words for its owner.
    fn closed_in_words(&self) -> Option<&'static str> {
        self.closed.map(|closed| match closed {
            Closed::Ended => "Its time is over, so it opens nothing. Give it another end.",
            Closed::PutAway => "Its folder is in the trash, so it opens nothing. Restore the folder.",
            Closed::Paused => "It is paused, so it opens nothing.",
            Closed::UsedUp => "It is used up, so it opens nothing. Raise its limit.",
        })
    }

    fn is_paused(&self) -> bool {
        self.closed == Some(Closed::Paused)
    }

    /// How often it was downloaded, in words.
    fn downloads_in_words(&self) -> String {
        match self.downloads {
            0 => "As often as people want, if it is off".to_owned(),
            1 => "It was downloaded once".to_owned(),
            count => format!("It was downloaded {count} times"),
        }
    }
}

fn address(app: &AppState, key: &SessionKey, share: &Share) -> Result<Option<Address>> {
    share.path(key)?.map(|path| Address::of(app, path)).transpose()
}

impl SharePage {
    fn problem(&self) -> Option<&str> {
        match &self.said {
            Said::Problem(words) => Some(words),
            Said::Nothing | Said::Done(_) => None,
        }
    }

    fn done(&self) -> &'static str {
        match &self.said {
            Said::Done(words) => words,
            Said::Nothing | Said::Problem(_) => "",
        }
    }
}
