//! A body of commands, hashed as it is read, so that what it commands is done only if it is what its sender sent.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Extensions, HeaderMap};
use hyper::body::{Body, Frame, SizeHint};
use s3s::{S3Result, s3_error};

use super::{body::PatientBody, headers::text};
use crate::bucket::objects::digests::{Algorithm, Claims, Digests};

/// A body and what is known of it so far.
pub(crate) struct DigestedBody {
    inner: PatientBody,
    seen: Option<Seen>,
}

/// What was read, and how much. It travels in the request's extensions to whom the request is for.
#[derive(Clone)]
pub(crate) struct Seen(Arc<Mutex<Option<(Digests, u64)>>>);

impl DigestedBody {
    /// Hashes a body by what its headers say of it, which may be nothing.
    pub(crate) fn new(inner: PatientBody, headers: &HeaderMap) -> S3Result<(Self, Option<Seen>)> {
        let seen = claims(headers)?.map(|claims| Seen(Arc::new(Mutex::new(Some((claims.digests(), 0))))));
        Ok((Self { inner, seen: seen.clone() }, seen))
    }
}

impl Body for DigestedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        if let (Poll::Ready(Some(Ok(frame))), Some(seen)) = (&polled, &self.seen)
            && let Some(bytes) = frame.data_ref()
        {
            seen.update(bytes);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Seen {
    fn update(&self, bytes: &[u8]) {
        if let Some((digests, length)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            digests.update(bytes);
            *length += bytes.len() as u64;
        }
    }

    fn take(&self) -> Option<(Digests, u64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// `BadDigest` unless the commands that were read are what the headers say of them.
pub(crate) fn refuse_other_bytes(extensions: &Extensions, headers: &HeaderMap) -> S3Result<()> {
    let Some(claims) = claims(headers)? else {
        return Ok(());
    };
    let seen = extensions.get::<Seen>().and_then(Seen::take);
    let (digests, length) = seen.ok_or_else(|| s3_error!(InvalidRequest, "The body could not be checked."))?;
    claims.verify(length, digests, None).map(|_| ())
}

/// What the headers say of the bytes beside their number. Digests of a body in signed chunks would be those of its
/// chunks, and so they are refused.
fn claims(headers: &HeaderMap) -> S3Result<Option<Claims>> {
    let names = Algorithm::ALL.map(Algorithm::header).into_iter().chain(["content-md5"]);
    let trailing = headers.contains_key("x-amz-trailer");
    if !trailing && names.filter(|name| headers.contains_key(*name)).count() == 0 {
        return Ok(None);
    }
    if trailing || text(headers, "x-amz-content-sha256")?.is_some_and(|hash| hash.starts_with("STREAMING-")) {
        return Err(s3_error!(NotImplemented, "Commands in chunks with a digest are not implemented."));
    }
    Claims::of(headers).map(Some)
}
