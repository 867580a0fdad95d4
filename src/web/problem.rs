//! Errors as people and programs want them: a page, a fragment for htmx, or JSON, drawn in one place.

use super::{
    Fields, Layout,
    confirmation::{Confirmation, ConfirmationForm, ConfirmationPage},
    headers,
    problem_page::{ProblemFragment, ProblemPage},
    refusals,
    respond::see_other,
};
use crate::{
    accounts::Account,
    error::{Error, Problem},
    log_limit::LogLimit,
    state::AppState,
};
use actix_session::storage::{SaveError, UpdateError};
use actix_web::{
    HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap},
    },
    middleware::Next,
    web::Data,
};
use askama::Template;
use serde::Serialize;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A problem with what is only for the log.
#[derive(Clone)]
pub(super) struct Report {
    pub(super) problem: Problem,
    detail: String,
}

/// Put into an answer that needs no drawing, whatever its status.
pub struct AsItIs;

#[derive(Serialize)]
struct ProblemJson<'a> {
    success: bool,
    error: &'a str,
    code: &'a str,
}

/// What the client can make use of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    Page,
    Fragment,
    Json,
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.problem().status
    }

    /// An empty answer that carries the meaning; [`draw`] gives it its looks.
    fn error_response(&self) -> HttpResponse {
        let report = Report { problem: self.problem(), detail: self.to_string() };
        let mut response = HttpResponse::new(report.problem.status);
        response.extensions_mut().insert(report);
        response
    }
}

/// Redraws every error as its client can make use of it, and logs those that are ours.
///
/// # Errors
///
/// What `next` fails with, drawn.
pub async fn draw(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let wants = Wants::of(request.headers());
    let app = request.app_data::<Data<AppState>>().cloned();
    let place =
        (request.method() == Method::GET).then(|| request.uri().path_and_query().map(ToString::to_string)).flatten();
    match next.call(request).await {
        Ok(response) => match Report::of_response(&response) {
            Some(report) => {
                refusals::note(response.request(), report.problem.code);
                let layout = layout(&response, app.as_deref().map(AsRef::as_ref));
                if let Some(asking) = report.asking(wants, &response, &layout) {
                    return Ok(response.into_response(asking));
                }
                Ok(response.into_response(report.drawn(wants, place.as_deref(), layout)))
            }
            None => Ok(response.map_into_boxed_body()),
        },
        Err(error) => {
            // The middleware that adds the headers skips errors.
            let drawn = Report::of_error(&error).drawn(wants, None, Layout::of_nobody());
            let drawn = with_headers(drawn, app.as_deref().map(AsRef::as_ref));
            Err(InternalError::from_response(error, drawn).into())
        }
    }
}

/// The answer, drawn and with its headers, to a request that nobody else gets to see.
pub fn refusal(request: &ServiceRequest, error: &Error) -> HttpResponse {
    let app = request.app_data::<Data<AppState>>();
    with_headers(
        Report::from(error).drawn(Wants::of(request.headers()), None, Layout::of_nobody()),
        app.map(|app| &***app),
    )
}

fn with_headers(mut answer: HttpResponse, app: Option<&AppState>) -> HttpResponse {
    for (name, value) in app.into_iter().flat_map(headers::list) {
        if !answer.headers().contains_key(&name) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

impl Wants {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let accepts_pages = headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        match headers.contains_key("hx-request") {
            true => Self::Fragment,
            false if accepts_pages => Self::Page,
            false => Self::Json,
        }
    }
}

impl Report {
    /// None for answers that are fine, and for a form that a handler shows again with what is wrong with it.
    fn of_response<B>(response: &ServiceResponse<B>) -> Option<Self> {
        let status = response.status();
        let is_page = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
        match response.response().extensions().get::<Self>() {
            Some(report) => Some(report.clone()),
            None if is_page || response.response().extensions().contains::<AsItIs>() => None,
            None if !(status.is_client_error() || status.is_server_error()) => None,
            None => Some(Self::of_status(status)),
        }
    }

    /// For errors that come from the framework itself.
    fn of_status(status: StatusCode) -> Self {
        let (code, words) = match status {
            StatusCode::NOT_FOUND => return Self::from(&Error::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => {
                ("method_not_allowed", "This address does not take that kind of request.")
            }
            status if status.is_client_error() => {
                ("malformed", "The request cannot be understood. Check it and try again.")
            }
            _ => return Self::from(&Error::Internal("an answer without a meaning".into())),
        };
        Self { problem: Problem { status, code, words: words.to_owned(), retry_after: None }, detail: String::new() }
    }

    /// For errors of other middleware: sessions that could not be written are the database being away.
    fn of_error(error: &actix_web::Error) -> Self {
        let is_database = error.as_error::<InternalError<SaveError>>().is_some()
            || error.as_error::<InternalError<UpdateError>>().is_some();
        let status = error.as_response_error().status_code();
        match error.as_error::<Error>() {
            Some(error) => Self::from(error),
            None if is_database || status.is_server_error() => {
                Self::from(&Error::DatabaseUnavailable(error.to_string()))
            }
            None => Self::of_status(status),
        }
    }

    /// A database or a store that is away fails every request: that is told once a minute.
    pub(super) fn log(&self) {
        static DATABASE: LogLimit = LogLimit::new();
        static OTHERS: LogLimit = LogLimit::new();
        let (code, detail) = (self.problem.code, &self.detail);
        match self.problem.status {
            StatusCode::SERVICE_UNAVAILABLE => {
                let limit = if code == "database_unavailable" { &DATABASE } else { &OTHERS };
                if let Some(kept_back) = limit.pass(Instant::now()) {
                    tracing::error!(code, detail, kept_back, "a request failed");
                }
            }
            status if status.is_server_error() => tracing::error!(code, detail, "a request failed"),
            _ => {}
        }
    }

    /// Asks a person for their password before what they asked for goes on.
    fn asking<B>(&self, wants: Wants, response: &ServiceResponse<B>, layout: &Layout) -> Option<HttpResponse> {
        let request = response.request();
        let extensions = request.extensions();
        let account = extensions.get::<Arc<Account>>().filter(|_| self.problem.code == "password_needed")?;
        let fields = extensions.get::<Fields>().cloned().unwrap_or_else(Fields::none);
        let form = Confirmation::new(account, &self.problem, request.path(), &fields);
        let mut answer = HttpResponse::build(self.problem.status);
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        match wants {
            Wants::Json => None,
            Wants::Page => Some(html(&mut answer, &ConfirmationPage { layout: layout.clone(), form })),
            Wants::Fragment => {
                answer.insert_header(("HX-Retarget", "#problems")).insert_header(("HX-Reswap", "innerHTML"));
                answer.insert_header(("HX-Reselect", ".toast"));
                Some(html(&mut answer, &ConfirmationForm { form }))
            }
        }
    }

    /// Tokens are for programs; people sign in.
    fn told(mut self, wants: Wants) -> Self {
        if self.problem.code == "not_signed_in" && wants != Wants::Json {
            self.problem.words = "You are signed out. Sign in again, then try once more.".to_owned();
        }
        self
    }

    fn drawn(self, wants: Wants, place: Option<&str>, layout: Layout) -> HttpResponse {
        self.log();
        if let (Wants::Page, StatusCode::UNAUTHORIZED, "not_signed_in", Some(place)) =
            (wants, self.problem.status, self.problem.code, place)
        {
            return see_other(&sign_in_url(place));
        }
        let Self { problem, .. } = self.told(wants);
        let mut answer = HttpResponse::build(problem.status);
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(wait) = problem.retry_after {
            answer.insert_header((header::RETRY_AFTER, seconds(wait)));
        }
        match wants {
            Wants::Json => answer.json(ProblemJson { success: false, error: &problem.words, code: problem.code }),
            Wants::Page => html(&mut answer, &ProblemPage { layout, problem }),
            Wants::Fragment => {
                answer.insert_header(("HX-Retarget", "#problems")).insert_header(("HX-Reswap", "innerHTML"));
                // What asked may take only a part of a page, which this has not.
                answer.insert_header(("HX-Reselect", ".toast"));
                html(&mut answer, &ProblemFragment { layout: Layout::of_nobody(), problem })
            }
        }
    }
}

impl From<&Error> for Report {
    fn from(error: &Error) -> Self {
        Self { problem: error.problem(), detail: error.to_string() }
    }
}

/// With the way around the site, for those who were let in so far.
fn layout<B>(response: &ServiceResponse<B>, app: Option<&AppState>) -> Layout {
    let account = response.request().extensions().get::<Arc<Account>>().cloned();
    account.zip(app).map_or_else(Layout::of_nobody, |(account, app)| Layout::of(app, &account, ""))
}

fn html(answer: &mut actix_web::HttpResponseBuilder, template: &impl Template) -> HttpResponse {
    let body = template.render().unwrap_or_else(|_| "Something went wrong.".to_owned());
    answer.content_type(header::ContentType::html()).body(body)
}

/// As `Retry-After` says it.
pub(super) fn seconds(wait: Duration) -> u64 {
    wait.as_secs().max(1)
}

fn sign_in_url(place: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    match place {
        "/" => "/sign-in".to_owned(),
        place => format!("/sign-in?{}", query.append_pair("next", place).finish()),
    }
}
