//! What of the log is asked for, as the address of its page says it.

use crate::{
    accounts::{Email, deletion, users},
    audit::{
        Action,
        filter::{Concerned, Filter},
    },
    error::{Error, Result},
    files::list::dates,
    ids::{FileId, UserId},
    state::AppState,
    web::{Address, Reader},
};
use serde::Deserialize;
use uuid::Uuid;

/// The parameters of the log's address. An empty one is the same as none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EventsQuery {
    /// Who did it: an email, or what did it instead of a person.
    pub who: String,
    /// What was done: the name of a [`Group`], or an action as the table has it.
    pub what: String,
    /// To whom or to what: an email, an account's or a file's id, or a name.
    pub whom: String,
    /// The first day of whoever reads, as `2026-11-24`.
    pub from: String,
    /// The last day, that day included.
    pub to: String,
    /// Before which line a page of it begins.
    pub before: String,
}

/// Actions that are asked for together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Uploads,
    Downloads,
    Files,
    Accounts,
    SignIns,
    Tokens,
    Log,
}

impl Group {
    /// Each, in the order in which they are offered.
    pub const ALL: [Self; 7] =
        [Self::Uploads, Self::Downloads, Self::Files, Self::Accounts, Self::SignIns, Self::Tokens, Self::Log];

    /// As addresses have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploads => "uploads",
            Self::Downloads => "downloads",
            Self::Files => "files",
            Self::Accounts => "accounts",
            Self::SignIns => "sign-ins",
            Self::Tokens => "tokens",
            Self::Log => "log",
        }
    }

    /// As the filter offers it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Uploads => "Uploads",
            Self::Downloads => "Downloads",
            Self::Files => "Changes of files",
            Self::Accounts => "Accounts",
            Self::SignIns => "Sign-ins and passwords",
            Self::Tokens => "Tokens",
            Self::Log => "The log and storage",
        }
    }

    fn has(self, action: Action) -> bool {
        let of = |kinds: &[&str]| action.as_str().split_once('.').is_some_and(|(kind, _)| kinds.contains(&kind));
        match self {
            Self::Uploads => action == Action::FileUploaded,
            Self::Downloads => action == Action::FileDownloaded,
            Self::Files => {
                of(&["file", "folder", "share", "sharing", "drop", "requests"])
                    && !matches!(action, Action::FileUploaded | Action::FileDownloaded)
            }
            Self::Accounts => of(&["user"]),
            Self::SignIns => of(&["session", "sign_in", "password", "admin"]),
            Self::Tokens => of(&["token"]),
            Self::Log => of(&["log", "storage"]),
        }
    }
}

impl EventsQuery {
    /// What is asked for by somebody whose days begin in a time zone. What a page leaves out is gone from the query afterwards.
    ///
    /// # Errors
    ///
    /// `Malformed`, with what to write instead, for a program; `DatabaseUnavailable`.
    pub async fn read(&mut self, app: &AppState, reader: Reader, address: &mut Address) -> Result<Filter> {
        let (from, until) = dates::read(address, (&self.from, &self.to), reader.zone)?;
        let actor = address.read("who", &self.who, text)?.map(|name| spelled(&name));
        let actions = address.read("what", &self.what, actions)?.unwrap_or_default();
        let whom = address.read("whom", &self.whom, text)?;
        self.leave_out(address);
        Ok(Filter {
            actor,
            actions,
            subject: match whom {
                Some(whom) => Some(concerned(app, whom).await?),
                None => None,
            },
            from,
            until,
        })
    }

    fn leave_out(&mut self, address: &Address) {
        for (name, text) in [
            ("who", &mut self.who),
            ("what", &mut self.what),
            ("whom", &mut self.whom),
            ("from", &mut self.from),
            ("to", &mut self.to),
        ] {
            if address.misread().has(&[name]) {
                text.clear();
            }
        }
    }

    /// The address of what is asked for, with some parameters added.
    pub fn url_with(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.kept().into_iter().chain(more.iter().copied()).filter(|(_, value)| !value.is_empty())
        {
            pairs.append_pair(name, value);
        }
        match pairs.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// The address of the log without what a chip, such as `date`, narrows it down to.
    pub fn without(&self, chip: &str) -> String {
        let mut other = self.clone();
        let cleared = match chip {
            "who" => vec![&mut other.who],
            "what" => vec![&mut other.what],
            "whom" => vec![&mut other.whom],
            "date" => vec![&mut other.from, &mut other.to],
            _ => Vec::new(),
        };
        cleared.into_iter().for_each(String::clear);
        other.url_with("/admin/events", &[])
    }

    /// Is the log narrowed down at all?
    pub fn is_narrow(&self) -> bool {
        self.kept().iter().any(|(_, text)| !text.is_empty())
    }

    /// Is it narrowed down to some days?
    pub fn has_dates(&self) -> bool {
        !self.from.is_empty() || !self.to.is_empty()
    }

    /// The days that it is narrowed down to, in words.
    pub fn dates_in_words(&self) -> String {
        dates::in_words(&self.from, &self.to)
    }

    /// What was done, in words.
    pub fn what_in_words(&self) -> &'static str {
        let group = Group::ALL.into_iter().find(|group| group.as_str() == self.what.trim()).map(Group::words);
        group.or_else(|| self.what.trim().parse().ok().map(Action::words)).unwrap_or("What")
    }

    /// All that is asked for, as the log says it of an export.
    pub fn in_words(&self) -> String {
        let said = self.kept().into_iter().filter(|(_, text)| !text.is_empty());
        said.map(|(name, text)| format!("{name} {text}")).collect::<Vec<_>>().join(", ")
    }

    fn kept(&self) -> [(&'static str, &str); 5] {
        [("who", &self.who), ("what", &self.what), ("whom", &self.whom), ("from", &self.from), ("to", &self.to)]
            .map(|(name, text)| (name, text.trim()))
    }
}

fn actions(text: &str) -> Result<Vec<Action>> {
    if let Some(group) = Group::ALL.into_iter().find(|group| group.as_str() == text) {
        return Ok(Action::ALL.iter().copied().filter(|action| group.has(*action)).collect());
    }
    let unknown = || {
        let groups = Group::ALL.map(Group::as_str).join(", ");
        Error::Malformed(format!("The address has an unknown kind of event. Choose one of {groups}."))
    };
    text.parse().map(|action| vec![action]).map_err(|_| unknown())
}

/// Emails are kept in lower case.
fn spelled(name: &str) -> String {
    name.parse::<Email>().map_or_else(|_| name.to_owned(), |email| email.as_str().to_owned())
}

/// PostgreSQL's texts cannot hold a zero.
fn text(text: &str) -> Result<String> {
    let unheard_of = || Error::Malformed("A filter contains a character that no event can have.".into());
    Some(text.to_owned()).filter(|text| !text.contains('\0')).ok_or_else(unheard_of)
}

/// An account that is there or was, a file, or whatever was called so.
async fn concerned(app: &AppState, whom: String) -> Result<Concerned> {
    if let Ok(id) = whom.parse::<Uuid>() {
        let user = UserId::from_uuid(id);
        let is_account = users::exists(&app.db, user).await? || deletion::was_deleted(&app.db, user).await?;
        return Ok(if is_account { Concerned::User(user) } else { Concerned::File(FileId::from_uuid(id)) });
    }
    let Ok(email) = whom.parse::<Email>() else { return Ok(Concerned::Named(whom)) };
    let user = match users::find_by_email(&app.db, &email).await {
        Ok(user) => Some(user.id),
        Err(Error::NotFound) => deletion::find_by_email(&app.db, email.as_str()).await?,
        Err(error) => return Err(error),
    };
    Ok(user.map_or(Concerned::Named(email.as_str().to_owned()), Concerned::User))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_is_in_one_group() {
        for action in Action::ALL {
            let groups = Group::ALL.into_iter().filter(|group| group.has(*action)).count();
            assert_eq!(groups, 1, "{action}");
        }
    }

    #[test]
    fn a_kind_of_event_is_a_group_or_one_action() {
        assert_eq!(actions("uploads").expect("known"), [Action::FileUploaded]);
        assert_eq!(actions("file.trashed").expect("known"), [Action::FileTrashed]);
        assert!(matches!(actions("' OR 1=1"), Err(Error::Malformed(_))));
    }
}
