//! What is in a snapshot: every table but sessions, leases and assignments under way, and of the settings those that may be known.

use crate::{
    accounts::{self, SET_UP_KEY},
    audit,
    database::{
        SESSION_KEY, settings,
        table::{Row, Table},
    },
    drops, files, grants, shares,
};

/// The column that leaves only sealed.
pub(in crate::jobs) const PASSWORD_HASH: &str = "password_hash";
/// The name in `settings` of when the last one was begun.
pub(super) const MADE: &str = "snapshot_at";
/// The name in `settings` of what an index is rebuilt from that is not whole yet.
pub(in crate::jobs) const UNFINISHED: &str = "reindexed_from";
const USERS: &str = "users";
const SHARES: &str = "shares";
const DROP_LINKS: &str = "drop_links";
/// Stands in the place of a link's hash: no password fits it, so that the link stays shut until its owner gives it another.
const NO_HASH: &str = "left out";
/// Secrets, and what is about snapshots themselves.
const LEFT_OUT: &[&str] = &[SESSION_KEY, SET_UP_KEY, MADE, UNFINISHED];

/// All of them, in the order in which they are put back: what is named comes before what names it.
pub(in crate::jobs) fn tables() -> Vec<Table> {
    let mut tables = vec![settings::table().without(LEFT_OUT), accounts::tables::users()];
    tables.extend(accounts::tables::others());
    tables.extend(files::folders::restored::tables());
    tables.extend([
        files::restored::table(),
        shares::tables::shares(),
        shares::tables::files(),
        grants::tables::grants(),
    ]);
    tables.extend([drops::tables::drop_links(), files::received::table(), audit::log::table()]);
    tables
}

/// Whoever had a password gets a link for a new one instead, when there is nothing in its place; none says that there was none.
pub(super) fn leave_out_hashes(table: &str, rows: &mut [Row]) {
    for row in rows.iter_mut().filter(|row| row.get(PASSWORD_HASH).is_some_and(|hash| !hash.is_null())) {
        match table {
            USERS => drop(row.remove(PASSWORD_HASH)),
            SHARES | DROP_LINKS => drop(row.insert(PASSWORD_HASH.to_owned(), NO_HASH.into())),
            _ => {}
        }
    }
}
