//! What a list of files is narrowed down to and how it is ordered, as the address of a page says it.

pub use super::order::Order;
use super::{dates, words::words};
use crate::{
    error::{Error, Result},
    files::{Kind, Scope, Star, State, folders::Place},
    ids::Ticket,
    web::{Address, Misread, zone::Zone},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The parameters of a list's address. An empty one is the same as none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    /// Words of a file's name, or of the path of the folder that it came in, in any order; or its ticket.
    pub name: String,
    /// A [`Kind`] as [`Kind::as_str`] has it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The first day, in UTC, as `2026-11-24`: of taking, and for admins of uploading.
    pub from: String,
    /// The last day, in UTC, that day included.
    pub to: String,
    /// An [`Order`] as [`Order::as_str`] has it.
    pub sort: String,
    /// For admins: an owner's email or id.
    pub user: String,
    /// For admins: a [`State`] as [`State::as_str`] has it.
    pub state: String,
    /// For admins: the smallest size, such as `10 MB`.
    pub min: String,
    /// For admins: the largest size, such as `1.5 GiB`.
    pub max: String,
    /// `yes`: those that have a star alone.
    pub starred: String,
    /// The folder that is open, by its id; empty: none.
    pub folder: String,
    /// `here`, `below` or `everywhere`; empty: as it is narrowed down or not.
    pub within: String,
    /// Behind what it begins.
    pub after: String,
    /// Before what it ends.
    pub before: String,
    /// What it begins with.
    pub at: String,
    /// What it ends with.
    pub through: String,
}

/// A [`SearchQuery`], understood: what a list is narrowed down to, where `None` is anything, and what it is ordered by.
#[derive(Clone, Debug)]
pub struct Search {
    /// Among whose files.
    pub scope: Scope,
    /// For admins: whose files alone, as rows have it, which may be any text.
    pub owner: Option<String>,
    pub state: Option<State>,
    pub kind: Option<Kind>,
    /// Parts of the name, or of the folder's path, [`folded`](super::folding::folded), all of which must be in it.
    pub words: Vec<String>,
    /// A file with this ticket is found whatever its name.
    pub ticket: Option<Ticket>,
    /// Files from this moment on, by the time that the list goes by.
    pub from: Option<DateTime<Utc>>,
    /// Files before this moment.
    pub until: Option<DateTime<Utc>>,
    /// In bytes, and files of just this size as well.
    pub smallest: Option<i64>,
    /// In bytes, and files of just this size as well.
    pub largest: Option<i64>,
    /// Those that have a star, or those that have none.
    pub star: Option<Star>,
    /// Where it looks, among somebody's own ready files.
    pub place: Place,
    pub order: Order,
}

impl Search {
    /// All files of a scope, the newest first.
    pub fn all(scope: Scope) -> Self {
        Self {
            scope,
            owner: None,
            state: None,
            kind: None,
            words: Vec::new(),
            ticket: None,
            from: None,
            until: None,
            smallest: None,
            largest: None,
            star: None,
            place: Place::Anywhere,
            order: Order::default(),
        }
    }
}

impl SearchQuery {
    /// What is asked for, or what of it cannot be understood. Among whose files is for the caller to say.
    ///
    /// # Errors
    ///
    /// `Malformed`, with what to write instead.
    pub fn parse(&self, scope: Scope) -> Result<Search> {
        self.parse_in(scope, Zone::UTC)
    }

    /// What is asked for by somebody whose days begin in a time zone.
    ///
    /// # Errors
    ///
    /// `Malformed`, with what to write instead.
    pub fn parse_in(&self, scope: Scope, zone: Zone) -> Result<Search> {
        self.clone().read(scope, zone, &mut Address::strict())
    }

    /// What is asked for by somebody whose days begin in a time zone. What a page leaves out is gone from the query afterwards, so
    /// that no address that is made of it has it.
    ///
    /// # Errors
    ///
    /// `Malformed`, with what to write instead, for a program.
    pub fn read(&mut self, scope: Scope, zone: Zone, address: &mut Address) -> Result<Search> {
        let name = address.read("name", &self.name, text)?.unwrap_or_default();
        address.read("user", &self.user, text)?;
        let (from, until) = dates::read(address, (&self.from, &self.to), zone)?;
        let search = Search {
            scope,
            owner: None,
            state: address.read("state", &self.state, |text| choice("state", text, State::ALL, State::as_str))?,
            kind: address.read("type", &self.kind, |text| choice("type", text, Kind::ALL, Kind::as_str))?,
            words: words(&name),
            ticket: name.trim_start_matches('#').parse().ok(),
            from,
            until,
            smallest: address.read("min", &self.min, size)?,
            largest: address.read("max", &self.max, size)?,
            star: address.read("starred", &self.starred, |text| choice("starred", text, Star::ALL, Star::as_str))?,
            place: self.place(address)?,
            order: address
                .read("sort", &self.sort, |text| choice("sort", text, Order::ALL, Order::as_str))?
                .unwrap_or_default(),
        };
        self.leave_out(address.misread());
        Ok(search)
    }

    pub(in crate::files) fn leave_out(&mut self, misread: &Misread) {
        for (name, text) in [
            ("name", &mut self.name),
            ("type", &mut self.kind),
            ("from", &mut self.from),
            ("to", &mut self.to),
            ("sort", &mut self.sort),
            ("user", &mut self.user),
            ("state", &mut self.state),
            ("min", &mut self.min),
            ("max", &mut self.max),
            ("starred", &mut self.starred),
            ("folder", &mut self.folder),
            ("within", &mut self.within),
            ("after", &mut self.after),
            ("before", &mut self.before),
            ("at", &mut self.at),
            ("through", &mut self.through),
        ] {
            if misread.has(&[name]) {
                text.clear();
            }
        }
    }

    /// The address of the list, from its beginning.
    pub fn url(&self, path: &str) -> String {
        self.url_with(path, &[])
    }

    /// The address of the list with some parameters added, such as where a page of it begins. An open folder has a path of its own.
    pub fn url_with(&self, path: &str, more: &[(&str, &str)]) -> String {
        let folder = self.folder.trim();
        let (path, folder) = match path {
            "/" if !folder.is_empty() => (format!("/folders/{folder}"), ""),
            path => (path.to_owned(), folder),
        };
        let kept = [
            ("folder", folder),
            ("within", self.within.trim()),
            ("name", self.name.trim()),
            ("type", self.kind.trim()),
            ("from", self.from.trim()),
            ("to", self.to.trim()),
            ("user", self.user.trim()),
            ("state", self.state.trim()),
            ("min", self.min.trim()),
            ("max", self.max.trim()),
            ("starred", self.starred.trim()),
            ("sort", self.sort.trim()),
        ];
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in kept.into_iter().chain(more.iter().copied()).filter(|(_, value)| !value.is_empty()) {
            pairs.append_pair(name, value);
        }
        match pairs.finish() {
            query if query.is_empty() => path,
            query => format!("{path}?{query}"),
        }
    }
}

/// PostgreSQL's texts cannot hold a zero.
fn text(text: &str) -> Result<String> {
    let unheard_of = || Error::Malformed("A filter contains a character that no file can have.".into());
    Some(text.to_owned()).filter(|text| !text.contains('\0')).ok_or_else(unheard_of)
}

pub(super) fn choice<T: Copy, const N: usize>(
    name: &str,
    text: &str,
    all: [T; N],
    as_str: fn(T) -> &'static str,
) -> Result<T> {
    let found = all.into_iter().find(|one| as_str(*one) == text);
    found.ok_or_else(|| {
        Error::Malformed(format!("The address has an unknown {name}. Choose one of {}.", all.map(as_str).join(", ")))
    })
}

fn size(text: &str) -> Result<i64> {
    let bytes = text.parse::<ByteSize>().ok().and_then(|size| i64::try_from(size.as_u64()).ok());
    bytes.ok_or_else(|| Error::Malformed("A size must be written such as 500 kB or 10 MB.".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_understood_or_refused_in_words() {
        let query = |name: &str, value: &str| {
            serde_json::from_value::<SearchQuery>(serde_json::json!({ name: value }))
                .expect("a query")
                .parse(Scope::Everyone)
        };
        assert_eq!(query("sort", "largest").expect("known").order, Order::Largest);
        assert_eq!(query("type", " image ").expect("known").kind, Some(Kind::Image));
        assert_eq!(query("min", "1 kB").expect("a size").smallest, Some(1_000));
        let until = query("to", "2026-11-24").expect("a day").until.expect("an end");
        assert_eq!(until.to_rfc3339(), "2026-11-25T00:00:00+00:00");
        for (name, value) in [
            ("sort", "up"),
            ("type", "%"),
            ("from", "today"),
            ("to", "99999-01-01"),
            ("max", "-1"),
            ("state", "gone"),
            ("name", "\0"),
        ] {
            assert!(matches!(query(name, value), Err(Error::Malformed(_))), "{name}={value}");
        }
    }

    #[test]
    fn a_number_alone_may_be_a_ticket() {
        for (name, ticket) in [
            ("1284", Some("1284")),
            (" 7 ", Some("7")),
            ("#7", Some("7")),
            ("007", None),
            ("0", None),
            ("-7", None),
            ("+7", None),
            ("7 8", None),
            ("9223372036854775808", None),
        ] {
            let query = SearchQuery { name: name.into(), ..SearchQuery::default() };
            let found = query.parse(Scope::Everyone).expect("fine").ticket.map(|ticket| ticket.to_string());
            assert_eq!(found.as_deref(), ticket, "{name}");
        }
    }

    #[test]
    fn the_same_list_has_the_same_address() {
        let query =
            SearchQuery { name: " a&b ".into(), sort: "name".into(), after: "1-2".into(), ..Default::default() };
        assert_eq!(query.url("/"), "/?name=a%26b&sort=name");
        assert_eq!(query.url_with("/", &[("after", "3-4")]), "/?name=a%26b&sort=name&after=3-4");
        assert_eq!(SearchQuery::default().url("/trash"), "/trash");
        let query = SearchQuery { folder: "1".into(), name: "a".into(), ..SearchQuery::default() };
        assert_eq!((query.url("/"), query.url("")), ("/folders/1?name=a".into(), "?folder=1&name=a".into()));
    }
}
