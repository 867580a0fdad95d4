//! What is done about the star of a favourite, and which files have one.

use super::entity::{Column, Entity};
use sea_orm::{
    Condition,
    sea_query::{Expr, ExprTrait},
};

/// What is done about a star.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Star {
    Given,
    Taken,
}

impl Star {
    pub const ALL: [Self; 2] = [Self::Given, Self::Taken];

    /// As addresses and forms have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "yes",
            Self::Taken => "no",
        }
    }

    pub fn inverse(self) -> Self {
        match self {
            Self::Given => Self::Taken,
            Self::Taken => Self::Given,
        }
    }

    /// The files that have a star, or those that have none. Without a parameter: an index is of the former alone.
    pub(super) fn condition(self) -> Condition {
        let is_starred = Expr::col((Entity, Column::IsStarred));
        match self {
            Self::Given => Condition::all().add(is_starred),
            Self::Taken => Condition::all().add(is_starred.not()),
        }
    }
}
