//! How far a list looks, where a folder is open or none.

use super::search::{SearchQuery, choice};
use crate::{
    error::{Error, Result},
    files::folders::Place,
    ids::FolderId,
    web::Address,
};

/// How far a list looks, where a folder is open or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// At what lies directly there.
    Here,
    /// At what lies there and in all folders below.
    Below,
    Everywhere,
}

impl Within {
    pub const ALL: [Self; 3] = [Self::Here, Self::Below, Self::Everywhere];

    /// As addresses have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Below => "below",
            Self::Everywhere => "everywhere",
        }
    }

    /// Where that is.
    fn place(self, folder: Option<FolderId>) -> Place {
        match (self, folder) {
            (Self::Here, folder) => Place::directly_in(folder),
            (Self::Below, Some(folder)) => Place::Below(folder),
            (Self::Below, None) | (Self::Everywhere, _) => Place::Anywhere,
        }
    }
}

impl SearchQuery {
    /// What is looked for is looked for below as well; what is only looked at lies there itself.
    pub(super) fn place(&self, address: &mut Address) -> Result<Place> {
        let folder = address.read("folder", &self.folder, |text| text.parse().map_err(|_| Error::NotFound))?;
        let within = |text: &str| choice("within", text, Within::ALL, Within::as_str);
        let within = address.read("within", &self.within, within)?;
        Ok(within.unwrap_or(if self.is_narrow() { Within::Below } else { Within::Here }).place(folder))
    }
}
