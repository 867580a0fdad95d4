//! The tables of links as wholes, for snapshots.

use super::entity::{share, share_file};
use crate::database::table::Table;

/// Links.
pub fn shares() -> Table {
    Table::of::<share::Entity>()
}

/// What is behind them.
pub fn files() -> Table {
    Table::of::<share_file::Entity>()
}
