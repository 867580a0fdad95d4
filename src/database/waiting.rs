//! Who keeps a migration waiting: what makes or drops an index beside others waits for each transaction that was begun before it.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use std::time::Duration;

const TOLD_EVERY: Duration = Duration::from_secs(30);

/// Says in the log what is in the way, for as long as it is, until it is dropped. Nothing is given up for it: an index that is begun
/// anew takes longer. Cloakroom's own transactions are bounded, so it is somebody else's that stays.
pub(super) async fn tell(db: DatabaseConnection) {
    loop {
        tokio::time::sleep(TOLD_EVERY).await;
        match in_the_way(&db).await {
            Ok(found) => {
                for (process, who, since) in found {
                    tracing::warn!(
                        process,
                        who,
                        seconds = since,
                        "a migration waits for a transaction to end; if nobody needs it, run: SELECT pg_terminate_backend({process})"
                    );
                }
            }
            Err(error) => tracing::debug!(%error, "what is in a migration's way is not known"),
        }
    }
}

/// Processes of the server, the application of each, and for how many seconds its transaction has lasted.
async fn in_the_way(db: &DatabaseConnection) -> Result<Vec<(i64, String, i64)>, DbErr> {
    let select = "SELECT DISTINCT other.pid::bigint AS process, coalesce(other.application_name, '') AS who,
            coalesce(extract(epoch FROM now() - other.xact_start), 0)::bigint AS since
        FROM pg_stat_activity AS waiting
        CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking (pid)
        JOIN pg_stat_activity AS other ON other.pid = blocking.pid
        WHERE waiting.datname = current_database() AND waiting.query LIKE '%INDEX CONCURRENTLY%'";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), select)).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "process")?, row.try_get("", "who")?, row.try_get("", "since")?)))
        .collect()
}
