//! Adopting the rows of the guide's own table: their objects are looked up and what they lack is filled in.

use crate::{
    database,
    error::Result,
    files::{ContentType, index},
    state::AppState,
};

const BATCH: u64 = 100;

/// A store that fails this often in a row is taken to be away.
const MAX_FAILURES: u32 = 3;

/// Completes every row whose object was not looked up yet; says how many. Rows whose object is missing, or cannot
/// be looked at, stay as they are and are tried again at the next start.
pub async fn adopt_unknown(app: &AppState) -> Result<usize> {
    let (mut after, mut completed, mut failures) = (0, 0, 0);
    loop {
        let unknown = index::list_unknown(&app.db, after, BATCH).await?;
        let Some((last, _)) = unknown.last() else { return Ok(completed) };
        after = *last;
        for (id, key) in unknown {
            match app.store.inspect(&key, database::now()).await {
                Ok(Some(found)) => {
                    index::complete(&app.db, id, &found, &ContentType::of_row(&found.content_type)).await?;
                    (completed, failures) = (completed + 1, 0);
                }
                Ok(None) => failures = 0,
                Err(error) if failures == MAX_FAILURES => return Err(error),
                Err(error) => {
                    tracing::warn!(row = id, %error, "an adopted file could not be looked at");
                    failures += 1;
                }
            }
        }
    }
}
