//! The way in: what a request may bring, how long it may take to bring it, and who waits when all hands are full.

use super::{
    connections::{Link, Phase},
    limits::MAX_BODY,
    problem,
};
use crate::error::Error;
use actix_web::{
    HttpMessage,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Uri,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap},
    },
    middleware::Next,
};
use bytes::{Bytes, BytesMut};
use bytesize::ByteSize;
use futures::StreamExt;
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// Nobody types more, and no query then has a text that is too long for a database (SQLite's patterns have at most
/// 50,000 bytes: <https://sqlite.org/limits.html>).
const MAX_ADDRESS: ByteSize = ByteSize::kib(8);
/// How long a whole request body may take. 64 KiB in 15 s is what a modem of 1998 could do.
const BODY_TIMEOUT: Duration = Duration::from_secs(15);
/// Answered whatever happens, as it needs nothing: balancers ask it whether we live.
const ALWAYS_ANSWERED: &str = "/healthz";
/// Where other apps share files (`installed`), of whatever size, with a browser that has no service worker of ours: it is
/// sent on, and what it brings is not read.
pub const UNREAD: &str = "/share";

/// The body of an answer, and what must last as long as it.
pub struct InFlight {
    body: BoxBody,
    _turn: ClientsTurn,
    /// What a request has not sent yet that is refused, or answered unread. actix closes the connection after an answer
    /// whose request is unread; of one whose payload is dropped it would go on reading for ever.
    _unread: Payload,
}

/// Whatever came of a request: when this goes, its connection waits for the next one.
struct ClientsTurn(Option<Arc<Link>>);

/// Reads the whole body, if it is one that may be, before anyone sees the request. So no handler waits for a client,
/// and none can leave a body unread. What may not be is answered here.
///
/// # Errors
///
/// What `next` fails with.
pub async fn admit(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<InFlight>, actix_web::Error> {
    let link = request.conn_data::<Arc<Link>>().cloned();
    let mut payload = request.take_payload();
    let turn = ClientsTurn(link.clone());
    let enter = |phase| link.iter().for_each(|link| link.enter(phase));
    enter(Phase::Body(Instant::now()));
    let at_work = match body_of(&request, &mut payload).await {
        Ok(body) => {
            request.set_payload(body.map_or(Payload::None, Payload::from));
            at_work(&request, link.as_deref())
        }
        Err(error) => Err(error),
    };
    let work = match at_work {
        Ok(work) => work,
        Err(error) => {
            let answer = problem::refusal(&request, &error);
            enter(Phase::Answer(Instant::now()));
            return Ok(request.into_response(answer).map_body(|_, body| InFlight {
                body,
                _turn: turn,
                _unread: payload,
            }));
        }
    };
    enter(Phase::Working);
    let response = next.call(request).await?;
    enter(Phase::Answer(Instant::now()));
    drop(work);
    Ok(response.map_body(|_, body| InFlight { body: BoxBody::new(body), _turn: turn, _unread: payload }))
}

async fn body_of(request: &ServiceRequest, payload: &mut Payload) -> Result<Option<Bytes>, Error> {
    check(request.uri(), request.headers())?;
    if request.path() == UNREAD {
        return Ok(None);
    }
    check_length(request.headers())?;
    read(payload).await
}

fn check(address: &Uri, headers: &HeaderMap) -> Result<(), Error> {
    if address.path().len() + address.query().map_or(0, str::len) > MAX_ADDRESS.as_u64() as usize {
        return Err(Error::AddressTooLong(MAX_ADDRESS));
    }
    let is_identity = |encoding: &[u8]| {
        let encoding = encoding.trim_ascii();
        encoding.is_empty() || encoding.eq_ignore_ascii_case(b"identity")
    };
    let mut encodings =
        headers.get_all(CONTENT_ENCODING).flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    if encodings.all(is_identity) { Ok(()) } else { Err(Error::EncodedBody) }
}

fn check_length(headers: &HeaderMap) -> Result<(), Error> {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match length.is_some_and(|length| length > MAX_BODY.as_u64()) {
        true => Err(Error::BodyTooLarge(MAX_BODY)),
        false => Ok(()),
    }
}

async fn read(payload: &mut Payload) -> Result<Option<Bytes>, Error> {
    if let Payload::None = payload {
        return Ok(None);
    }
    let whole = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| Error::Malformed(format!("The body did not arrive whole: {error}.")))?;
            if body.len() + chunk.len() > MAX_BODY.as_u64() as usize {
                return Err(Error::BodyTooLarge(MAX_BODY));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Some(body.freeze()))
    };
    timeout(BODY_TIMEOUT, whole).await.unwrap_or(Err(Error::BodyTooSlow(BODY_TIMEOUT)))
}

fn at_work(request: &ServiceRequest, link: Option<&Link>) -> Result<Option<super::connections::Work>, Error> {
    match link {
        Some(link) if request.path() != ALWAYS_ANSWERED => link.work().map(Some).ok_or(Error::Busy),
        Some(_) | None => Ok(None),
    }
}

impl MessageBody for InFlight {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

impl Drop for ClientsTurn {
    fn drop(&mut self) {
        self.0.iter().for_each(|link| link.enter(Phase::Idle(Instant::now())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn only_plain_bodies_of_a_sane_length_are_let_in() {
        for (name, value, is_fine) in [
            (CONTENT_ENCODING, &b"identity"[..], true),
            (CONTENT_ENCODING, b" IDENTITY , identity", true),
            (CONTENT_ENCODING, b"", true),
            (CONTENT_ENCODING, b"gzip", false),
            (CONTENT_ENCODING, b"identity,\tGZIP", false),
            (CONTENT_ENCODING, b"identity;q=1", false),
            (CONTENT_ENCODING, b"\xff", false),
            (CONTENT_LENGTH, b"65536", true),
            (CONTENT_LENGTH, b"65537", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(CONTENT_ENCODING, HeaderValue::from_static("identity"));
            headers.append(name, HeaderValue::from_bytes(value).expect("a value"));
            let checked = check(&Uri::from_static("/"), &headers).and_then(|()| check_length(&headers));
            assert_eq!(checked.is_ok(), is_fine, "{value:?}");
        }
    }
}
