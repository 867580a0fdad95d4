//! Changes that come at the same time, made by one transaction: on SQLite each by itself waits for the disk, and keeps all others waiting.

use super::{
    connection::{DatabaseConnection, DatabaseTransaction, SharedChange, Told, is_job},
    gathered::Taker,
};
use crate::error::Result;
use futures::future::BoxFuture;
use tokio::sync::oneshot;

/// Changes of one transaction; more would only keep other writers waiting.
const MOST: usize = 64;

impl DatabaseConnection {
    /// Makes a change along with others that wait, all of them or none; what came of it, once it is lasting. `None`: something was in the
    /// way of one of them, or nobody knows; then it is to be made alone, which says what it was. So are the changes of jobs, whose
    /// statements may take longer. What nobody waits for any more is not made.
    pub async fn together<T: Send + 'static>(
        &self,
        change: impl for<'a> FnOnce(&'a DatabaseTransaction) -> BoxFuture<'a, Result<T>> + Send + 'static,
    ) -> Option<T> {
        if is_job() {
            return None;
        }
        let (reply, made) = oneshot::channel();
        let change = boxed(move |transaction| {
            Box::pin(async move {
                if reply.is_closed() {
                    return Ok(Box::new(|| ()) as Told);
                }
                let value = change(transaction).await?;
                // Whoever waits no longer finds what was made.
                Ok(Box::new(move || _ = reply.send(value)) as Told)
            })
        });
        // The task belongs to no request, as one that is given up would take the others' changes with it.
        if let Some(taker) = self.gathered.add(change) {
            tokio::spawn(make_what_waits(self.clone(), taker));
        }
        made.await.ok()
    }
}

async fn make_what_waits(db: DatabaseConnection, mut taker: Taker<SharedChange>) {
    while let Some(changes) = taker.take(MOST) {
        // A database that does not answer lets nobody wait here: with the taker goes all that came meanwhile.
        let Ok(transaction) = db.begin().await else { return };
        match make_all(transaction, changes).await {
            Ok(told) => told.into_iter().for_each(|tell| tell()),
            // Those who wait hear why when each makes its own.
            Err(error) => tracing::debug!(%error, "changes were not made together"),
        }
    }
}

/// An error takes all of them back, and so does being dropped.
async fn make_all(transaction: DatabaseTransaction, changes: Vec<SharedChange>) -> Result<Vec<Told>> {
    let mut told = Vec::with_capacity(changes.len());
    for change in changes {
        told.push(change(&transaction).await?);
    }
    transaction.commit().await?;
    Ok(told)
}

/// Says of a closure that it is one for any transaction.
fn boxed(
    change: impl for<'a> FnOnce(&'a DatabaseTransaction) -> BoxFuture<'a, Result<Told>> + Send + 'static,
) -> SharedChange {
    Box::new(change)
}
