//! What is left over in the bucket of uploads that came to nothing, and sums that are none.

use super::run::Run;
use crate::{
    accounts::charging,
    database,
    error::Result,
    files::{
        comparison::{correct_usage, weights},
        folders::totals as folder_totals,
        totals,
    },
    ids::UserId,
    jobs::{
        orphans,
        sweep::{MOST_PAGES, appears_for, list_abandoned},
    },
    storage::UploadMarker,
};

const ACCOUNTS: u64 = 500;

/// Thumbnails of no file, of uploads that cannot go on any more.
pub(super) async fn thumbnails(run: &mut Run<'_>) -> Result<()> {
    let strays = orphans::find(run.app, None, run.now - appears_for(run.app), run.repairs()).await?;
    run.report.stray_thumbnails = strays.count;
    run.report.bytes_reclaimable += strays.bytes;
    run.tell();
    Ok(())
}

/// Multipart uploads that nobody finishes any more.
pub(super) async fn uploads(run: &mut Run<'_>) -> Result<()> {
    let mut from = UploadMarker::default();
    for _ in 0..MOST_PAGES {
        let (abandoned, next) = list_abandoned(run.app, &from, run.now).await?;
        for (key, upload_id) in abandoned {
            // Gone by now, or taken by a store that tells of no parts.
            let parts = run.app.store.list_parts(&key, &upload_id, database::now()).await?.unwrap_or_default();
            let is_one = !run.repairs() || run.app.store.abort_multipart(&key, &upload_id, database::now()).await?;
            if is_one {
                run.report.unfinished_uploads += 1;
                run.report.bytes_reclaimable += parts.iter().map(|part| part.size).sum::<u64>();
            }
        }
        let Some(next) = next else { break };
        from = next;
    }
    run.tell();
    Ok(())
}

/// Accounts that are charged for something else than the sum of their files, or whose files were not counted right. What differs is
/// asked for once more, with the account held. Files of nobody are counted as one account's.
pub(super) async fn usage(run: &mut Run<'_>) -> Result<()> {
    let mut after = None;
    loop {
        let accounts = charging::list_used(&run.app.db, after, ACCOUNTS).await?;
        let Some((last, _)) = accounts.last().copied() else { break };
        after = Some(last);
        let ids: Vec<_> = accounts.iter().map(|(id, _)| *id).collect();
        let weights = weights(&run.app.db, &ids).await?;
        let miscounted = totals::drifted(&run.app.db, &ids.iter().copied().map(Some).collect::<Vec<_>>()).await?;
        let folders = folder_totals::drifted(&run.app.db, &ids).await?;
        for (id, used) in accounts {
            let mut is_one = used != weights.get(&id).copied().unwrap_or_default();
            if is_one && run.repairs() {
                is_one = correct_usage(&run.app.db, id, run.principal, run.now).await?;
            }
            if miscounted.contains(&Some(id)) {
                is_one |= counts_differ(run, Some(id)).await?;
            }
            if folders.contains(&id) {
                is_one |= folders_differ(run, id).await?;
            }
            run.report.usage_drift += u64::from(is_one);
        }
    }
    if !totals::drifted(&run.app.db, &[None]).await?.is_empty() {
        run.report.usage_drift += u64::from(counts_differ(run, None).await?);
    }
    Ok(())
}

async fn folders_differ(run: &Run<'_>, owner: UserId) -> Result<bool> {
    if run.repairs() { folder_totals::correct(&run.app.db, owner, run.principal, run.now).await } else { Ok(true) }
}

async fn counts_differ(run: &Run<'_>, owner: Option<UserId>) -> Result<bool> {
    if run.repairs() { totals::correct(&run.app.db, owner, run.principal, run.now).await } else { Ok(true) }
}
