//! Many small files at once: `POST /presign-upload/batch` and `POST /save-metadata/batch`, each file answered by itself.

use super::{
    Uploader,
    api::{PresignAnswer, PresignRequest, save, sign_for, unstored},
};
use crate::{
    error::{Error, Result},
    state::AppState,
    web::{
        caller::{CallerWith, Means},
        problem_of_one::ProblemOfOne,
    },
};
use actix_web::{HttpResponse, web::Data};
use futures::{StreamExt, TryFutureExt, stream};
use serde::{Deserialize, Serialize};
use std::{num::NonZeroU32, time::Duration};
use tokio::time::{Instant, timeout_at};

/// So many are answered at once; more would not fit into a body either.
const MOST: NonZeroU32 = NonZeroU32::MIN.saturating_add(49);
/// Of the files of one request, so many are looked at in the store at the same time.
const AT_ONCE: usize = 16;
/// Whatever the store has not told of by then is answered as late, so that the others are answered in time.
const PATIENCE: Duration = Duration::from_secs(8);

/// The body of `POST /presign-upload/batch`.
#[derive(Deserialize)]
pub struct PresignBatch {
    uploads: Vec<PresignRequest>,
}

/// The body of `POST /save-metadata/batch`, its names in camelCase.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaveBatch {
    object_keys: Vec<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer<T> {
    Done(T),
    Problem(ProblemOfOne),
}

#[derive(Serialize)]
struct Presigned {
    uploads: Vec<Answer<PresignAnswer>>,
}

#[derive(Serialize)]
struct Saved<T> {
    files: Vec<Answer<T>>,
}

impl<T> From<Result<T>> for Answer<T> {
    fn from(result: Result<T>) -> Self {
        result.map_or_else(|error| Self::Problem(ProblemOfOne::from(&error)), Self::Done)
    }
}

/// Answers each upload as `/presign-upload` would, in their order.
pub async fn presign_batch(
    app: Data<AppState>,
    CallerWith(account, body): CallerWith<PresignBatch>,
) -> Result<HttpResponse> {
    presign_all(&body, async |request| sign_for(&app, &account, request).await).await
}

pub(super) async fn presign_all(
    body: &PresignBatch,
    sign: impl AsyncFn(&PresignRequest) -> Result<PresignAnswer>,
) -> Result<HttpResponse> {
    check_count(body.uploads.len())?;
    let mut uploads = Vec::with_capacity(body.uploads.len());
    for request in &body.uploads {
        uploads.push(sign(request).await.into());
    }
    Ok(unstored(&Presigned { uploads }))
}

/// Confirms each key as `/save-metadata` would, and answers in their order.
pub async fn save_batch(
    app: Data<AppState>,
    CallerWith(account, body): CallerWith<SaveBatch>,
    means: Means,
) -> Result<HttpResponse> {
    save_all(&app, &Uploader::own(&account), &body, async |key| save(&app, &means, (&account, key), None).await).await
}

pub(super) async fn save_all<T: Serialize>(
    app: &AppState,
    by: &Uploader<'_>,
    body: &SaveBatch,
    save: impl AsyncFn(&str) -> Result<T>,
) -> Result<HttpResponse> {
    let count = check_count(body.object_keys.len())?;
    // Each is a look at the store, whatever key was made up.
    by.check_parts(app, count)?;
    let late = Instant::now() + PATIENCE;
    let looks = body.object_keys.iter().map(|key| {
        let saved = timeout_at(late, save(key));
        saved.unwrap_or_else(|_| Err(Error::TimedOut(PATIENCE)))
    });
    let files = stream::iter(looks).buffered(AT_ONCE).map(Answer::from).collect().await;
    Ok(unstored(&Saved { files }))
}

fn check_count(count: usize) -> Result<NonZeroU32> {
    let count = u32::try_from(count).ok().and_then(NonZeroU32::new).filter(|count| *count <= MOST);
    count.ok_or_else(|| Error::Malformed(format!("Send between 1 and {MOST} at once.")))
}
