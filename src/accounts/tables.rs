//! The tables of accounts as wholes, for snapshots: all but the sessions.

use super::entity::{account_link, api_token, deleted_account, user};
use crate::database::table::Table;

/// Users.
pub fn users() -> Table {
    Table::of::<user::Entity>()
}

/// What names users, or did.
pub fn others() -> [Table; 3] {
    [Table::of::<deleted_account::Entity>(), Table::of::<api_token::Entity>(), Table::of::<account_link::Entity>()]
}
