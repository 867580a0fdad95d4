//! The rows of multipart uploads: begun, given parts, completed, aborted, and forgotten when they are old.

use std::collections::{HashMap, HashSet};

use sqlx::{Connection, SqliteConnection};

use super::{
    objects::{self, NewObject},
    outcome::{Orphan, Outcome, Refusal},
    parts::{self, NewPart},
};
use crate::bucket::objects::{
    attributes::Attributes,
    conditions::{Conditions, micros},
    key::Key,
};

/// How long an upload may stay incomplete, in microseconds: R2 aborts it after 7 days,
/// <https://developers.cloudflare.com/r2/objects/multipart-objects/>.
const MAX_AGE: i64 = 7 * 24 * 60 * 60 * 1_000_000;

/// An upload that begins.
pub(crate) struct NewUpload {
    pub(crate) id: String,
    pub(crate) key: Key,
    /// Microseconds since 1970.
    pub(crate) begun_at: i64,
    pub(crate) attributes: Attributes,
}

/// An upload that becomes an object.
pub(crate) struct Completion {
    /// Its bytes are the upload's parts.
    pub(crate) object: NewObject,
    /// The upload's id.
    pub(crate) upload: String,
    /// The number and the file of each part that the object is made of.
    pub(crate) parts: Vec<(i64, String)>,
}

/// Begins an upload, and forgets those that are too old.
pub(super) async fn begin(db: &mut SqliteConnection, upload: &NewUpload) -> sqlx::Result<Outcome> {
    let attributes = serde_json::to_string(&upload.attributes).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let orphans = forget_old(db, upload.begun_at).await?.into_iter().map(Orphan::File).collect();
    sqlx::query("INSERT INTO upload (id, key, begun_at, attributes) VALUES (?, ?, ?, ?)")
        .bind(&upload.id)
        .bind(upload.key.as_bytes())
        .bind(upload.begun_at)
        .bind(attributes)
        .execute(db)
        .await?;
    Ok(Outcome { refusal: None, orphans })
}

/// Puts a part in the place of the one with its number.
pub(super) async fn put_part(
    db: &mut SqliteConnection,
    upload: &str,
    key: &Key,
    part: &NewPart,
) -> sqlx::Result<Outcome> {
    if !exists(db, upload, key).await? {
        return Ok(Outcome::refused(Refusal::NoSuchUpload));
    }
    let orphans = parts::replace(db, upload, part).await?.map(Orphan::File).into_iter().collect();
    Ok(Outcome { refusal: None, orphans })
}

/// Makes an object of an upload. If the conditions do not hold, the upload is gone all the same, as R2 has it:
/// <https://developers.cloudflare.com/r2/api/s3/extensions/>.
pub(super) async fn complete(
    db: &mut SqliteConnection,
    completion: &Completion,
    conditions: &Conditions,
) -> sqlx::Result<Outcome> {
    let (id, key) = (&completion.upload, &completion.object.key);
    if !exists(db, id, key).await? {
        return Ok(Outcome::refused(Refusal::NoSuchUpload));
    }
    let sql = "SELECT number, file FROM part WHERE upload = ?";
    let stored: Vec<(i64, String)> = sqlx::query_as(sql).bind(id).fetch_all(&mut *db).await?;
    let mut unused: HashMap<_, _> = stored.into_iter().collect();
    if !completion.parts.iter().all(|(number, file)| unused.remove(number).as_ref() == Some(file)) {
        return Ok(Outcome::refused(Refusal::InvalidPart));
    }
    let mut outcome = objects::put(db, &completion.object, conditions).await?;
    let left = match outcome.refusal {
        Some(_) => parts::delete_all(db, id).await?,
        None => {
            for number in unused.keys() {
                let sql = "DELETE FROM part WHERE upload = ? AND number = ?";
                sqlx::query(sql).bind(id).bind(number).execute(&mut *db).await?;
            }
            unused.into_values().collect()
        }
    };
    outcome.orphans.extend(left.into_iter().map(Orphan::File));
    sqlx::query("DELETE FROM upload WHERE id = ?").bind(id).execute(db).await?;
    Ok(outcome)
}

/// Forgets an upload and its parts.
pub(super) async fn abort(db: &mut SqliteConnection, upload: &str, key: &Key) -> sqlx::Result<Outcome> {
    if !exists(db, upload, key).await? {
        return Ok(Outcome::refused(Refusal::NoSuchUpload));
    }
    sqlx::query("DELETE FROM upload WHERE id = ?").bind(upload).execute(&mut *db).await?;
    let orphans = parts::delete_all(db, upload).await?.into_iter().map(Orphan::File).collect();
    Ok(Outcome { refusal: None, orphans })
}

/// At a start: forgets uploads that are too old, in a transaction of its own. Their files go with those that nothing
/// names.
pub(super) async fn forget_at_start(db: &mut SqliteConnection) -> sqlx::Result<()> {
    let mut transaction = db.begin_with("BEGIN IMMEDIATE").await?;
    forget_old(&mut transaction, micros(std::time::SystemTime::now())).await?;
    transaction.commit().await
}

/// Forgets uploads that are too old, and says which files their parts had.
async fn forget_old(db: &mut SqliteConnection, now: i64) -> sqlx::Result<Vec<String>> {
    let sql = "DELETE FROM upload WHERE begun_at < ? RETURNING id";
    let old: HashSet<String> =
        sqlx::query_scalar(sql).bind(now - MAX_AGE).fetch_all(&mut *db).await?.into_iter().collect();
    let mut files = Vec::new();
    for upload in old {
        files.extend(parts::delete_all(db, &upload).await?);
    }
    Ok(files)
}

async fn exists(db: &mut SqliteConnection, upload: &str, key: &Key) -> sqlx::Result<bool> {
    let sql = "SELECT 1 FROM upload WHERE id = ? AND key = ?";
    Ok(sqlx::query(sql).bind(upload).bind(key.as_bytes()).fetch_optional(db).await?.is_some())
}
