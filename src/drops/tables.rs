//! The table of these links as a whole, for snapshots.

use super::entity::Entity;
use crate::database::table::Table;

/// Links by which people send files.
pub fn drop_links() -> Table {
    Table::of::<Entity>()
}
