//! A request and its terms as a page shows them: in the dialog, and on a page of their own.

use crate::{
    drops::{Asks, DropLink},
    error::Result,
    files::folders::Folder,
    ids::{DropId, UserId},
    links::{
        form::{Address, CHOSEN, Said, last_day, moment, suggestion},
        secret::Secret,
        state::Closed,
        terms::Span,
    },
    size,
    state::AppState,
    web::{Fields, Layout, Reader},
};
use askama::Template;
use bytesize::ByteSize;

/// The dialog, or its page.
#[derive(Template)]
#[template(path = "drops/request.html")]
pub(super) struct RequestPage {
    pub(super) layout: Layout,
    pub(super) form: RequestForm,
    /// What was done just now, or what is wrong.
    pub(super) said: Said,
}

/// A link, made or not, and its terms as fields have them.
pub(super) struct RequestForm {
    id: DropId,
    /// Does it work already? Until then it is not in the database.
    is_made: bool,
    closed: Option<Closed>,
    /// Where files come to lie: the id and the name of a folder. `None`: in one that is called as the request is.
    folder: Option<(String, String)>,
    /// Where people find it. `None`: the session key is another one now, and it takes a new link.
    address: Option<Address>,
    title: String,
    message: String,
    span: Span,
    /// When it ends, as its owner reads it.
    end: Option<String>,
    /// The last day, as a field has it; or empty.
    until: String,
    has_password: bool,
    /// Does it have one that it keeps, where nothing else is written?
    keeps_password: bool,
    /// What is in the field: what somebody typed, or a password that they may use.
    password: String,
    most_files: String,
    most_bytes: String,
    most_file_bytes: String,
    asks_name: Asks,
    asks_note: Asks,
    shows_owner: bool,
    /// What has come, in words.
    came: String,
}

impl RequestForm {
    /// The form of a request that is to be.
    pub(super) fn of_draft(
        app: &AppState,
        (id, owner): (DropId, UserId),
        folder: Option<&Folder>,
        reader: Reader,
    ) -> Result<Self> {
        let title = folder.map(|folder| folder.name().to_owned()).unwrap_or_default();
        let path = Secret::of_drop(&app.session_key, owner, id, 1)?.path_of_drop(&title);
        Ok(Self {
            id,
            is_made: false,
            closed: None,
            folder: folder.map(|folder| (folder.id().to_string(), folder.name().to_owned())),
            address: Some(Address::of(app, path)?),
            title,
            message: String::new(),
            span: CHOSEN,
            end: CHOSEN.lasts().map(|lasts| moment(reader.now + lasts, reader)),
            until: String::new(),
            has_password: false,
            keeps_password: false,
            password: suggestion()?,
            most_files: String::new(),
            most_bytes: String::new(),
            most_file_bytes: String::new(),
            asks_name: Asks::Optional,
            asks_note: Asks::Off,
            shows_owner: true,
            came: String::new(),
        })
    }

    /// The form of a request that there is.
    pub(super) fn of_link(
        app: &AppState,
        link: &DropLink,
        (closed, folder): (Option<Closed>, Option<&Folder>),
        reader: Reader,
    ) -> Result<Self> {
        let (has_password, limits) = (link.has_password(), link.limits());
        Ok(Self {
            id: link.id(),
            is_made: true,
            closed,
            folder: folder.map(|folder| (folder.id().to_string(), folder.name().to_owned())),
            address: link.path(&app.session_key)?.map(|path| Address::of(app, path)).transpose()?,
            title: link.title().to_owned(),
            message: link.message().to_owned(),
            span: if link.ends_at().is_some() { Span::Date } else { Span::Never },
            end: link.ends_at().map(|end| moment(end, reader)),
            until: link.ends_at().map(|end| last_day(end, reader)).unwrap_or_default(),
            has_password,
            keeps_password: has_password,
            password: if has_password { String::new() } else { suggestion()? },
            most_files: limits.files.map(|files| files.to_string()).unwrap_or_default(),
            most_bytes: in_field(limits.bytes),
            most_file_bytes: in_field(limits.file_bytes),
            asks_name: link.asks_name(),
            asks_note: link.asks_note(),
            shows_owner: link.shows_owner(),
            came: came(link),
        })
    }

    /// The form with what somebody typed.
    pub(super) fn typed(self, fields: &Fields) -> Self {
        let span = Span::ALL.into_iter().find(|span| fields.given("end") == Some(span.as_str()));
        let asks = |name: &str, was: Asks| fields.given(name).and_then(|text| text.parse().ok()).unwrap_or(was);
        Self {
            title: fields.text("title").to_owned(),
            message: fields.text("message").to_owned(),
            span: span.unwrap_or(self.span),
            until: fields.text("until").to_owned(),
            has_password: fields.given("has_password").is_some(),
            password: fields.text("password").to_owned(),
            most_files: fields.text("most_files").to_owned(),
            most_bytes: fields.text("most_bytes").to_owned(),
            most_file_bytes: fields.text("most_file_bytes").to_owned(),
            asks_name: asks("asks_name", self.asks_name),
            asks_note: asks("asks_note", self.asks_note),
            shows_owner: fields.given("shows_owner").is_some(),
            ..self
        }
    }

    /// Where its terms are sent.
    fn action(&self) -> String {
        if self.is_made { format!("/requests/{}/terms", self.id) } else { "/requests".to_owned() }
    }

    /// What copying and sending do besides: until there is a link, they make it.
    fn button(&self) -> &'static str {
        if self.is_made { "button" } else { "submit" }
    }

    fn is_of(&self, span: &Span) -> bool {
        self.span == *span
    }

    /// Why nothing comes by it now, in words for its owner.
    fn closed_in_words(&self) -> Option<&'static str> {
        self.closed.map(|closed| match closed {
            Closed::Ended if self.folder.is_none() => {
                "Its folder is gone, so nothing can be sent. Make another request."
            }
            Closed::Ended => "Its time is over, so nothing can be sent. Give it another end.",
            Closed::PutAway => "Its folder is in the trash, so nothing can be sent. Restore the folder.",
            Closed::Paused => "It is paused, so nothing can be sent.",
            Closed::UsedUp => "It is full, so nothing can be sent. Raise its limits.",
        })
    }

    fn is_paused(&self) -> bool {
        self.closed == Some(Closed::Paused)
    }
}

impl RequestPage {
    /// What senders are asked: the field's name, what it is called, what it is for, and what is chosen.
    fn asked(&self) -> [(&'static str, &'static str, &'static str, Asks); 2] {
        [
            ("asks_name", "Ask for a name", "Who sends says who they are", self.form.asks_name),
            ("asks_note", "Ask for a note", "A line or two that comes with the files", self.form.asks_note),
        ]
    }

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

/// A size that is read as the same again.
fn in_field(size: Option<ByteSize>) -> String {
    size.map(|size| size.as_u64()).map(exactly).unwrap_or_default()
}

/// In the largest unit that leaves nothing out.
fn exactly(bytes: u64) -> String {
    let units = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)];
    let unit = units.into_iter().find(|(_, unit)| bytes.is_multiple_of(*unit));
    unit.map_or_else(|| format!("{bytes} B"), |(name, unit)| format!("{} {name}", bytes / unit))
}

/// What has come by a link, in words.
pub(super) fn came(link: &DropLink) -> String {
    match link.files() {
        0 => "Nothing yet".to_owned(),
        1 => format!("1 file, {}", size::in_words(link.bytes())),
        count => format!("{count} files, {}", size::in_words(link.bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::exactly;
    use bytesize::ByteSize;

    #[test]
    fn a_size_in_a_field_is_read_as_the_same_again() {
        for bytes in [1, 999, 1_000, 1_024, 1_500_000, 20_000_000_000, 1 << 40, 5_000_000_000_000] {
            assert_eq!(exactly(bytes).parse::<ByteSize>(), Ok(ByteSize(bytes)), "{}", exactly(bytes));
        }
    }
}
