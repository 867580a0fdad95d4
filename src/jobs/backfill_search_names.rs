//! Once in an installation's life: names and kinds of files that were indexed before there were any.

use super::scan::{self, Scan};
use crate::{
    database::{DatabaseConnection, settings},
    error::{Error, Result},
    files::Named,
};

/// Marks in `settings` that it was done.
const DONE: &str = "names_folded";
const BATCH: u64 = 1_000;

struct Backfill<'a> {
    db: &'a DatabaseConnection,
    after: i64,
    changed: usize,
}

/// Writes them anew, unless it was done before; says how many rows it changed. What dies on the way is done again
/// from the beginning.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn run(db: &DatabaseConnection) -> Result<usize> {
    if settings::find(db, DONE).await?.is_some() {
        return Ok(0);
    }
    let mut backfill = Backfill { db, after: 0, changed: 0 };
    scan::run(&mut backfill).await?;
    settings::insert(db, DONE, "yes".to_owned()).await?;
    Ok(backfill.changed)
}

impl Scan for Backfill<'_> {
    type Item = Named;

    async fn list(&mut self) -> Result<Vec<Named>> {
        let rows = Named::list_after(self.db, self.after, BATCH).await?;
        self.after = rows.last().map_or(self.after, Named::place);
        Ok(rows)
    }

    async fn handle(&mut self, row: &Named) -> Result<()> {
        self.changed += usize::from(row.bring_up_to_date(self.db).await?);
        Ok(())
    }

    /// There is nothing but the database that could fail.
    async fn put_off(&mut self, _: &Named, error: Error) -> Result<Error> {
        Err(error)
    }
}
