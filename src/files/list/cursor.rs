//! Places in a list: behind which file a page begins, by what the list is ordered by.

use super::search::{Order, Search};
use crate::{
    error::{Error, Result},
    files::{
        Kind, Scope,
        entity::{Column, Model},
    },
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use chrono::{DateTime, TimeZone, Utc};
use sea_orm::sea_query::{Expr, Value};
use std::fmt;

/// Behind which file a page of a list begins: in addresses `{what the list is ordered by}-{row id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    place: Place,
    row: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Time(DateTime<Utc>),
    Name(String),
    Size(i64),
    Kind(Kind, DateTime<Utc>),
}

impl Search {
    /// The time that it goes by: somebody's own files are found where they were taken, everyone's when they came.
    pub(in crate::files) fn time(&self) -> Column {
        match self.scope {
            Scope::Own(_) | Scope::Shared(..) | Scope::Granted(_) => Column::TakenAt,
            Scope::Everyone => Column::UploadTimestamp,
        }
    }

    /// What the list is ordered by, the row id last, so that no two files share a place.
    pub(in crate::files) fn columns(&self) -> Vec<Column> {
        match self.order {
            Order::Newest | Order::Oldest => vec![self.time(), Column::Id],
            Order::Name | Order::NameBackwards => vec![Column::NameKey, Column::Id],
            Order::Largest | Order::Smallest => vec![Column::Size, Column::Id],
            Order::Type => vec![Column::Kind, self.time(), Column::Id],
        }
    }

    /// Where a row stands in the list.
    pub(in crate::files) fn place_of(&self, row: &Model) -> Cursor {
        let time = match self.scope {
            Scope::Own(_) | Scope::Shared(..) | Scope::Granted(_) => row.taken_at,
            Scope::Everyone => row.upload_timestamp,
        };
        let place = match self.order {
            Order::Newest | Order::Oldest => Place::Time(time),
            Order::Name | Order::NameBackwards => Place::Name(row.name_key.clone()),
            Order::Largest | Order::Smallest => Place::Size(row.size.unwrap_or_default()),
            Order::Type => Place::Kind(row.kind, time),
        };
        Cursor { place, row: row.id }
    }
}

impl Order {
    /// Does the smallest value come first?
    pub(in crate::files) fn is_ascending(self) -> bool {
        match self {
            Self::Oldest | Self::Name | Self::Smallest => true,
            Self::Newest | Self::NameBackwards | Self::Largest | Self::Type => false,
        }
    }
}

impl Cursor {
    /// The place that an address names. It must be one of a list in the same order.
    ///
    /// # Errors
    ///
    /// `Malformed` when it is not.
    pub fn parse(text: &str, order: Order) -> Result<Self> {
        let place = |text: &str| match order {
            Order::Newest | Order::Oldest => moment(text).map(Place::Time),
            Order::Name | Order::NameBackwards => name(text).map(Place::Name),
            Order::Largest | Order::Smallest => text.parse().ok().filter(|size| *size >= 0).map(Place::Size),
            Order::Type => {
                let (kind, at) = text.split_once('.')?;
                Some(Place::Kind(kind.parse().ok()?, moment(at)?))
            }
        };
        let parsed = text.rsplit_once('-').and_then(|(text, row)| Some((place(text)?, row.parse().ok()?)));
        let (place, row) = parsed.ok_or_else(|| {
            Error::Malformed("This page's address is incomplete. Start again from the first page.".into())
        })?;
        Ok(Self { place, row })
    }

    /// A place in a list that is ordered by time.
    pub(in crate::files) fn at(time: DateTime<Utc>, row: i64) -> Self {
        Self { place: Place::Time(time), row }
    }

    /// When the file was taken behind which the page begins, in a list that is ordered by that.
    pub fn time(&self) -> Option<DateTime<Utc>> {
        match self.place {
            Place::Time(at) => Some(at),
            Place::Name(_) | Place::Size(_) | Place::Kind(..) => None,
        }
    }

    /// As one value to compare [`Search::columns`] with, so that both databases go straight to the place in the index.
    pub(in crate::files) fn value(&self) -> Expr {
        let values: Vec<Value> = match &self.place {
            Place::Time(at) => vec![(*at).into(), self.row.into()],
            Place::Name(name) => vec![name.as_str().into(), self.row.into()],
            Place::Size(size) => vec![(*size).into(), self.row.into()],
            Place::Kind(kind, at) => vec![kind.as_str().into(), (*at).into(), self.row.into()],
        };
        Expr::tuple(values.into_iter().map(Expr::value))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Time(at) => write!(formatter, "{}", at.timestamp_micros())?,
            Place::Name(name) => formatter.write_str(&BASE64_URL_SAFE_NO_PAD.encode(name))?,
            Place::Size(size) => write!(formatter, "{size}")?,
            Place::Kind(kind, at) => write!(formatter, "{}.{}", kind.as_str(), at.timestamp_micros())?,
        }
        write!(formatter, "-{}", self.row)
    }
}

/// A time of an address: microseconds since 1970 in UTC, as precise as rows are. `None` when it is none, or lies beyond
/// the year 9999.
pub fn moment(text: &str) -> Option<DateTime<Utc>> {
    let at = text.parse().ok().and_then(|micros| Utc.timestamp_micros(micros).single());
    at.filter(|at| (0..10_000).contains(&chrono::Datelike::year(at)))
}

fn name(text: &str) -> Option<String> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    String::from_utf8(bytes).ok().filter(|name| !name.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_and_read_again_in_its_own_order_alone() {
        let at = Utc.timestamp_micros(1_764_000_000_123_456).single().expect("a time");
        for (order, place) in [
            (Order::Newest, Place::Time(at)),
            (Order::Name, Place::Name("a-b/ü?".into())),
            (Order::Largest, Place::Size(0)),
            (Order::Type, Place::Kind(Kind::Image, at)),
        ] {
            let cursor = Cursor { place, row: 42 };
            assert_eq!(Cursor::parse(&cursor.to_string(), order).expect("its own order"), cursor);
        }
        for bad in ["", "-", "x", "1-", "99999999999999999999-1", "-9223372036854775808-1", "1-2-x"] {
            for order in Order::ALL {
                assert!(Cursor::parse(bad, order).is_err(), "{bad} {order:?}");
            }
        }
    }
}
