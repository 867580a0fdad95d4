//! Adopting the rows of the guide's own table: their objects are looked up and what they lack is filled in.

use super::scan::{self, Scan};
use crate::{
    database,
    error::{Error, Result},
    files::{ContentType, adopted, ticket},
    state::AppState,
};

const BATCH: u64 = 100;

struct Adoption<'a> {
    app: &'a AppState,
    after: i64,
    completed: usize,
}

/// Names owners, gives tickets where there are none, and completes every row whose object was not looked up yet; says how many. Rows whose object is missing, or cannot
/// be looked at, stay as they are and are tried again at the next start.
///
/// # Errors
///
/// `StoreUnavailable` when several in a row cannot be looked at; `DatabaseUnavailable`.
pub async fn run(app: &AppState) -> Result<usize> {
    adopted::name_owners(&app.db).await?;
    let mut adoption = Adoption { app, after: 0, completed: 0 };
    // Whatever the store says, whose they are is known.
    ticket::give_missing(&app.db, database::now()).await?;
    scan::run(&mut adoption).await?;
    Ok(adoption.completed)
}

impl Scan for Adoption<'_> {
    type Item = (i64, String);

    async fn list(&mut self) -> Result<Vec<Self::Item>> {
        let unknown = adopted::list_unknown(&self.app.db, self.after, BATCH).await?;
        self.after = unknown.last().map_or(self.after, |(id, _)| *id);
        Ok(unknown)
    }

    async fn handle(&mut self, (id, key): &Self::Item) -> Result<()> {
        let Some(found) = self.app.store.inspect(key, database::now()).await? else { return Ok(()) };
        let content_type = ContentType::of_row(&found.content_type);
        adopted::complete(&self.app.db, *id, &found, &content_type).await?;
        self.completed += 1;
        Ok(())
    }

    async fn put_off(&mut self, (id, _): &Self::Item, error: Error) -> Result<Error> {
        match error {
            Error::DatabaseUnavailable(_) => Err(error),
            error => {
                tracing::warn!(row = id, %error, "an adopted file could not be looked at");
                Ok(error)
            }
        }
    }
}
