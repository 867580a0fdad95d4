//! A request's body that is read to its end even when nobody wants it, so that an early refusal reaches the client.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::{runtime::Handle, time::timeout};

/// What is read and thrown away at most. A client that sends more finds its connection closed.
const MAX_UNWANTED: usize = 64 * 1024 * 1024;

/// How long an unwanted body is read at most.
const UNWANTED_TIMEOUT: Duration = Duration::from_secs(30);

/// A request's body, whose rest is read and thrown away when it is dropped. A client that is still sending does not
/// listen: closing the connection on it would lose the answer, and a browser would report a network error instead of a
/// refusal.
pub(crate) struct PatientBody {
    /// None once the body has ended.
    inner: Option<Incoming>,
    /// Whether the client waits to be told to send. If it was not told, there is nothing to read.
    waiting: Waiting,
}

#[derive(PartialEq, Eq)]
enum Waiting {
    ForContinue,
    ForNothing,
}

impl PatientBody {
    /// The body of a request with these headers.
    pub(crate) fn new(inner: Incoming, headers: &HeaderMap) -> Self {
        let waiting = if headers.contains_key(header::EXPECT) { Waiting::ForContinue } else { Waiting::ForNothing };
        Self { inner: Some(inner), waiting }
    }
}

impl Body for PatientBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.waiting = Waiting::ForNothing;
        let Some(inner) = self.inner.as_mut() else {
            return Poll::Ready(None);
        };
        let frame = Pin::new(inner).poll_frame(context);
        if let Poll::Ready(None | Some(Err(_))) = frame {
            self.inner = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for PatientBody {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if self.waiting == Waiting::ForContinue || inner.is_end_stream() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(timeout(UNWANTED_TIMEOUT, discard(inner)));
        }
    }
}

async fn discard(mut body: Incoming) {
    let mut unwanted = 0;
    while let Some(Ok(frame)) = body.frame().await {
        unwanted += frame.data_ref().map_or(0, Bytes::len);
        if unwanted > MAX_UNWANTED {
            return;
        }
    }
}
