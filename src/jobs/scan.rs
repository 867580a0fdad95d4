//! Going through rows, a batch at a time, where some may fail and must keep none of the others waiting.

use crate::error::{Error, Result};

/// A store that fails more often than this in a row is taken to be away, rather than at odds with some keys.
const MAX_FAILURES: u32 = 3;

/// What is gone through, and what is done with each.
pub(super) trait Scan {
    /// A row.
    type Item;

    /// Some of the rows behind those that were listed before; none at the end.
    async fn list(&mut self) -> Result<Vec<Self::Item>>;

    /// Does what there is to do with one.
    async fn handle(&mut self, item: &Self::Item) -> Result<()>;

    /// Notes that it failed, and gives the error back; or fails, which ends the scan.
    async fn put_off(&mut self, item: &Self::Item, error: Error) -> Result<Error>;
}

/// Goes through all rows once.
///
/// # Errors
///
/// What listing and putting off fail with; what handling failed with once too often in a row.
pub(super) async fn run(scan: &mut impl Scan) -> Result<()> {
    let mut failures = 0;
    loop {
        let items = scan.list().await?;
        if items.is_empty() {
            return Ok(());
        }
        for item in &items {
            let Err(error) = scan.handle(item).await else {
                failures = 0;
                continue;
            };
            let error = scan.put_off(item, error).await?;
            failures += 1;
            if failures > MAX_FAILURES {
                return Err(error);
            }
        }
    }
}
