//! Files and their rows: which have none, and which differ.

use super::{
    run::Run,
    streams::{Found, Objects, Rows},
};
use crate::{
    database,
    error::{Error, Result},
    files::{
        Bringer, ContentType, State,
        comparison::Indexed,
        picture::key_of,
        record::{known, known_ids},
        revision::{self, Charging, Facts, Watched},
    },
    ids::FileId,
    jobs::{
        second_look::facts_of,
        sweep::refused_for_now,
        tickets::{Settled, settled},
    },
    storage::{Inspection, ListedObject, ObjectKey},
    uploads::{policy::validate, register},
};

/// How many are compared between two words of how far it is.
const TOLD_EVERY: u64 = 500;

pub(super) async fn compare(run: &mut Run<'_>) -> Result<()> {
    let (mut objects, mut rows) = (Objects::of(run.app), Rows::of(run.app));
    // Of the row that is next, whether its object came by.
    let mut is_found = false;
    while let Some(found) = objects.next().await? {
        run.report.objects += 1;
        while rows.peek().await?.is_some_and(|row| row.file_id < found.key.file_id) {
            leave(run, &mut rows, is_found).await?;
            is_found = false;
        }
        let row = rows.peek().await?.filter(|row| row.object_key == found.key.as_str()).cloned();
        is_found |= row.is_some();
        let outcome = match row {
            Some(row) => compare_pair(run, &row, &found.object).await,
            None => add(run, &found).await,
        };
        survive(run, found.key.file_id, outcome).await?;
        if run.report.objects.is_multiple_of(TOLD_EVERY) {
            run.tell();
        }
    }
    while rows.peek().await?.is_some() {
        leave(run, &mut rows, is_found).await?;
        is_found = false;
    }
    Ok(())
}

/// One that cannot be looked at keeps none of the others waiting, while the store answers.
async fn survive(run: &mut Run<'_>, file: FileId, outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(error @ Error::StoreUnavailable(_)) if run.app.store.probe().await.is_ok() => {
            tracing::warn!(%file, %error, "a file could not be compared");
            run.report.failed += 1;
            Ok(())
        }
        other => other,
    }
}

/// Goes on to the next row.
async fn leave(run: &mut Run<'_>, rows: &mut Rows<'_>, is_found: bool) -> Result<()> {
    let Some(row) = rows.take() else { return Ok(()) };
    run.report.rows += 1;
    if run.report.rows.is_multiple_of(TOLD_EVERY) {
        run.tell();
    }
    if is_found || !row.is_kept() {
        return Ok(());
    }
    let outcome = look_for(run, &row).await;
    survive(run, row.file_id, outcome).await
}

/// An object without a row. It may have got one since it was listed.
async fn add(run: &mut Run<'_>, Found { key, .. }: &Found) -> Result<()> {
    if !known(&run.app.db, std::slice::from_ref(key)).await?.is_empty() {
        return Ok(());
    }
    if !known_ids(&run.app.db, &[key.file_id]).await?.is_empty() {
        tracing::warn!(file = %key.file_id, "there are two objects with the id of this file; only one can be in the index");
        run.report.failed += 1;
        return Ok(());
    }
    let refused = refused_for_now(key, run.now);
    let is_one = match run.repairs() {
        true => matches!(
            settled(register(run.app, key, &Bringer::nobody(), refused, database::now()).await)?,
            Settled::Indexed
        ),
        false => run.foretold.would_index(run.app, key, refused, database::now()).await?,
    };
    run.report.orphans += u64::from(is_one);
    Ok(())
}

/// A row whose object did not come by: it may have come late, or have a key of another shape.
async fn look_for(run: &mut Run<'_>, row: &Indexed) -> Result<()> {
    match run.app.store.inspect(&row.object_key, database::now()).await? {
        Some(found) => compare_pair(run, row, &listed(row, &found)).await,
        None => note_missing(run, row).await,
    }
}

async fn note_missing(run: &mut Run<'_>, row: &Indexed) -> Result<()> {
    let Some(row) = row.again(&run.app.db).await?.filter(Indexed::is_kept) else { return Ok(()) };
    if row.is_missing() {
        run.report.still_missing += 1;
        return Ok(());
    }
    let is_new = !run.repairs() || row.note_missing(&run.app.db, true, run.principal, run.now).await?;
    run.report.missing += u64::from(is_new);
    Ok(())
}

async fn compare_pair(run: &mut Run<'_>, row: &Indexed, object: &ListedObject) -> Result<()> {
    if row.is_missing() && row.is_kept() {
        let is_new = !run.repairs() || row.note_missing(&run.app.db, false, run.principal, run.now).await?;
        run.report.returned += u64::from(is_new);
    }
    if row.agrees(object) || !row.is_kept() {
        return Ok(());
    }
    // Both may have changed since they were listed.
    let Some(row) = row.again(&run.app.db).await?.filter(Indexed::is_kept) else { return Ok(()) };
    let Some(found) = run.app.store.inspect(&row.object_key, database::now()).await? else { return Ok(()) };
    if row.agrees(&listed(&row, &found)) {
        return Ok(());
    }
    run.report.differing += 1;
    if run.repairs() { restate(run, &row, found).await } else { Ok(()) }
}

fn listed(row: &Indexed, found: &Inspection) -> ListedObject {
    ListedObject { key: row.object_key.clone(), size: Some(found.size), etag: Some(found.etag.clone()) }
}

/// Writes down what the object is now, whatever its owner has room for: it is there, and charged for. What the rules would refuse is put aside.
async fn restate(run: &mut Run<'_>, row: &Indexed, found: Inspection) -> Result<()> {
    let Some(file) = Watched::find(&run.app.db, row.id).await? else { return Ok(()) };
    let facts = match ObjectKey::parse(run.app.store.prefix(), &row.object_key) {
        Some(key) => validate(run.app, &key, &found).map_or_else(|_| unverified(&found, State::Quarantined), facts_of),
        // An adopted file, which no rule was ever held against.
        None => unverified(&found, State::Ready),
    };
    if facts.are_other_bytes_than(&file)
        && let Some(thumbnail) = key_of(run.app.store.prefix(), &file)
    {
        run.app.store.delete(thumbnail.as_str()).await?;
    }
    revision::revise(&run.app.db, &file, &facts, Charging::Regardless, run.now).await?;
    Ok(())
}

fn unverified(found: &Inspection, state: State) -> Facts {
    Facts {
        content_type: ContentType::of_row(&found.content_type),
        found_type: None,
        size: i64::try_from(found.size).unwrap_or(i64::MAX),
        etag: found.etag.clone(),
        checksum: None,
        verified: None,
        dimensions: None,
        state,
    }
}
