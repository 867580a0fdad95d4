//! The table of grants as a whole, for snapshots.

use super::entity::Entity;
use crate::database::table::Table;

/// Who may look at which folder.
pub fn grants() -> Table {
    Table::of::<Entity>()
}
