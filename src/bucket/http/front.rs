//! Stands before s3s: answers preflights, refuses what R2 does not know, and adds to answers what browsers need.

use std::{future::Future, pin::Pin, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;
use s3s::{Body, HttpError, S3Error, S3ErrorCode, S3Result, s3_error, service::S3Service};

use super::{body::PatientBody, cors::Rules, digested::DigestedBody, host::key_of, lenient::mended};
use crate::bucket::{
    auth::signing::{Scope, Signature, query_names},
    error::{FAULT, slow_down},
    objects::{key::refuse_too_long, operations::Store},
};

/// The longest a presigned URL may live, in seconds: <https://developers.cloudflare.com/r2/api/s3/presigned-urls/>.
const MAX_EXPIRY: u32 = 604_800;

/// R2's own list of regions, as its error has it. Its documents name `auto` and, as aliases, `us-east-1` and nothing:
/// <https://developers.cloudflare.com/r2/api/s3/api/#bucket-region>. The error is followed, which takes more.
const REGIONS: [&str; 9] = ["auto", "us-east-1", "", "wnam", "enam", "weur", "eeur", "apac", "oc"];

/// The service of every connection.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) s3: S3Service,
    /// For the CORS rules, and the gate that uploads pass.
    pub(crate) store: Arc<Store>,
}

impl hyper::service::Service<Request<Incoming>> for Front {
    type Response = Response<Body>;
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let front = self.clone();
        Box::pin(async move { front.answer(request).await })
    }
}

impl Front {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, HttpError> {
        let rules = self.store.rules();
        if request.method() == Method::OPTIONS {
            return preflight(&rules, request.headers());
        }
        let method = request.method().clone();
        let origin = request.headers().get(header::ORIGIN).cloned();
        let about_bucket = key_of(&self.store.bucket, request.headers(), request.uri().path()) == Some("");
        let mut response = self.ask_s3(request).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            *response.body_mut() = Body::empty();
        }
        if about_bucket {
            escape_controls(&mut response);
        }
        // What is uploaded is what its type says, whatever it looks like.
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let failed = response.status().is_client_error() || response.status().is_server_error();
        // R2 leaves CORS headers off its errors, so scripts see a network error. Tests must meet that here.
        if let Some(origin) = origin.filter(|_| !failed)
            && let Some(headers) = rules.answer(&origin, &method)
        {
            response.headers_mut().extend(headers);
        }
        Ok(response)
    }

    async fn ask_s3(&self, request: Request<Incoming>) -> Result<Response<Body>, HttpError> {
        let (mut parts, body) = request.into_parts();
        let signature = Signature::of(&parts.uri, &parts.headers);
        let body = PatientBody::new(body, &parts.headers);
        #[expect(clippy::disallowed_methods, reason = "the bucket knows nothing of the app, and asks no database")]
        if let Err(error) = refuse_shape(&signature, &parts, Utc::now()) {
            return answer_error(error);
        }
        if let Err(error) = refuse_long_key(&self.store.bucket, &parts) {
            return answer_error(error);
        }
        let sends = matches!(parts.method, Method::PUT | Method::POST);
        let upload = if sends { self.store.gate.enter() } else { None };
        if sends && upload.is_none() {
            return answer_error(slow_down("The bucket is stopping. Try again when it is back."));
        }
        mend_unsigned(&signature, &mut parts.headers);
        let body = match with_digests(&mut parts, body) {
            Ok(body) => body,
            Err(error) => return answer_error(error),
        };
        let mut response = self.s3.call(Request::from_parts(parts, body)).await?;
        let ours = response.headers_mut().remove(FAULT).is_some();
        // s3s answers 500 to a body that is not what its signature says, which is the client's failure.
        if sends && !ours && response.status() == StatusCode::INTERNAL_SERVER_ERROR {
            let message = "The body is not what its length, checksum or signature says.";
            return answer_error(s3_error!(IncompleteBody, "{message}"));
        }
        Ok(response)
    }
}

/// s3s would refuse it by another code than R2's.
fn refuse_long_key(bucket: &str, request: &Parts) -> S3Result<()> {
    let key = key_of(bucket, &request.headers, request.uri.path()).unwrap_or_default();
    refuse_too_long(percent_decode_str(key).count())
}

/// Commands to the bucket are hashed, where their sender said what they are.
fn with_digests(request: &mut Parts, body: PatientBody) -> S3Result<Body> {
    let commands = ["delete", "cors"];
    if !query_names(&request.uri).any(|name| commands.contains(&&*name)) {
        return Ok(Body::http_body(body));
    }
    let (body, seen) = DigestedBody::new(body, &request.headers)?;
    if let Some(seen) = seen {
        request.extensions.insert(seen);
    }
    Ok(Body::http_body(body))
}

fn answer_error(error: S3Error) -> Result<Response<Body>, HttpError> {
    error.to_http_response().map_err(|error| HttpError::new(Box::new(error)))
}

fn preflight(rules: &Rules, request: &HeaderMap) -> Result<Response<Body>, HttpError> {
    if let Some(headers) = rules.preflight(request) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        *response.headers_mut() = headers;
        return Ok(response);
    }
    let mut error = s3_error!(AccessDenied, "CORS: no rule of this bucket allows the request.");
    error.set_status_code(StatusCode::FORBIDDEN);
    answer_error(error)
}

/// What is refused whoever signed it. A form upload is refused here because s3s would read it before looking for a
/// signature.
fn refuse_shape(signature: &Signature, request: &Parts, now: DateTime<Utc>) -> S3Result<()> {
    let typed_as_form = request.headers.get(header::CONTENT_TYPE).is_some_and(|value| {
        value.as_bytes().get(..19).is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/form-data"))
    });
    let form = typed_as_form && request.method == Method::POST;
    match signature {
        Signature::Version2 => {
            Err(s3_error!(InvalidRequest, "Signature Version 2 is not supported. Please use AWS4-HMAC-SHA256."))
        }
        Signature::Presigned { .. } | Signature::Header { .. } | Signature::None if form => {
            Err(s3_error!(NotImplemented, "Uploads by form are not implemented."))
        }
        Signature::Presigned { signed_at, expires, scope, .. } => {
            refuse_expiry(*signed_at, *expires, now)?;
            refuse_scope(scope)
        }
        Signature::Header { scope, .. } => refuse_scope(scope),
        Signature::None => Ok(()),
    }
}

/// A date that cannot be read is left to s3s.
fn refuse_expiry(signed_at: Option<DateTime<Utc>>, expires: Option<u32>, now: DateTime<Utc>) -> S3Result<()> {
    let Some(seconds) = expires.filter(|seconds| (1..=MAX_EXPIRY).contains(seconds)) else {
        let message = "X-Amz-Expires must be from 1 second to 7 days (604800 seconds).";
        return Err(s3_error!(AuthorizationQueryParametersError, "{message}"));
    };
    if signed_at.is_some_and(|moment| now - moment > TimeDelta::seconds(seconds.into())) {
        // R2's own code, which S3 does not have: <https://developers.cloudflare.com/r2/api/error-codes/>.
        let code = S3ErrorCode::Custom("ExpiredRequest".into());
        let mut error = S3Error::with_message(code, "Request has expired.");
        error.set_status_code(StatusCode::FORBIDDEN);
        return Err(error);
    }
    Ok(())
}

/// What is wrong in headers that no signature covers is mended here; what is covered, once s3s has verified it.
fn mend_unsigned(signature: &Signature, headers: &mut HeaderMap) {
    let Some(mended) = mended(headers) else { return };
    let changed: Vec<_> = headers.keys().filter(|name| mended.get(*name) != headers.get(*name)).cloned().collect();
    for name in changed.into_iter().filter(|name| !signature.covers(name.as_str())) {
        headers.remove(&name);
        if let Some(value) = mended.get(&name) {
            headers.insert(name, value.clone());
        }
    }
}

fn refuse_scope(scope: &Scope) -> S3Result<()> {
    let (code, message) = if scope.service != "s3" {
        ("AuthorizationHeaderMalformed", format!("The service {:?} is not s3.", scope.service))
    } else if !REGIONS.contains(&scope.region.as_str()) {
        let message =
            format!("The region name {:?} is not valid. Must be one of: {}", scope.region, REGIONS.join(", "));
        ("InvalidRegionName", message)
    } else {
        return Ok(());
    };
    let mut error = S3Error::with_message(S3ErrorCode::Custom(code.into()), message);
    error.set_status_code(StatusCode::BAD_REQUEST);
    Err(error)
}

/// XML has no control characters, and its readers change line ends. Keys may hold both, and so they are written as
/// references, as S3 does, which its clients understand.
fn escape_controls(response: &mut Response<Body>) {
    let Some(text) = response.body().bytes().filter(|text| text.iter().any(u8::is_ascii_control)) else { return };
    let mut escaped = Vec::with_capacity(text.len() + 64);
    for byte in text {
        if byte.is_ascii_control() {
            escaped.extend_from_slice(format!("&#x{byte:X};").as_bytes());
        } else {
            escaped.push(byte);
        }
    }
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(escaped);
}
