//! The log as a file: all events that a filter finds, as CSV for spreadsheets and as JSON Lines for programs, a page of them in memory
//! at a time.

use super::event_filter::EventsQuery;
use crate::{
    accounts::Principal,
    audit::{Action, Event, Subject, filter::Filter, log},
    database::{self, DatabaseConnection},
    error::{Error, Result},
    state::AppState,
    web::{Address, Admin, Reader},
};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{Bytes, Data, Query},
};
use chrono::SecondsFormat;
use futures::stream::try_unfold;
use serde::Serialize;

const PAGE: u64 = 500;

/// What a spreadsheet takes for the beginning of a formula:
/// <https://owasp.org/www-community/attacks/CSV_Injection>.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    JsonLines,
}

/// An event as it is exported. Names are as they were then.
#[derive(Serialize)]
struct Row<'a> {
    id: i64,
    /// The event that began the act which this one is part of.
    act: Option<i64>,
    /// RFC 3339, in UTC.
    at: String,
    actor: &'a str,
    actor_id: Option<String>,
    action: &'static str,
    subject: &'a str,
    user_id: Option<String>,
    file_id: Option<String>,
    detail: &'a str,
    address: &'a str,
    times: i64,
}

/// How far an export is.
struct Export {
    db: DatabaseConnection,
    filter: Filter,
    format: Format,
    /// Behind which event the next page begins; none at the end.
    after: Option<i64>,
    /// What comes later is not part of it.
    last: i64,
}

/// Answers with what is asked for of the log as CSV, its first line the columns' names.
pub async fn csv(
    app: Data<AppState>,
    _: Admin,
    principal: Principal,
    reader: Reader,
    query: Query<EventsQuery>,
) -> Result<HttpResponse> {
    export(&app, Format::Csv, &principal, reader, query.into_inner()).await
}

/// Answers with what is asked for of the log as JSON Lines, an event a line.
pub async fn json_lines(
    app: Data<AppState>,
    _: Admin,
    principal: Principal,
    reader: Reader,
    query: Query<EventsQuery>,
) -> Result<HttpResponse> {
    export(&app, Format::JsonLines, &principal, reader, query.into_inner()).await
}

/// Whoever takes the log away is in it, before the first line is.
async fn export(
    app: &AppState,
    format: Format,
    principal: &Principal,
    reader: Reader,
    mut query: EventsQuery,
) -> Result<HttpResponse> {
    // A filter that cannot be understood is no reason to hand out everything.
    let filter = query.read(app, reader, &mut Address::strict()).await?;
    let change = principal.begin_as_admin(&app.db, &[], database::now()).await?;
    let subject = Subject { name: format.words().to_owned(), detail: query.in_words(), ..Subject::default() };
    change.record(Action::LogExported, subject).await?;
    change.commit().await?;
    let last = log::last(&app.db).await?;
    let export = Export { db: app.db.clone(), filter, format, after: Some(0), last };
    let begun = Bytes::from(format.heading()?);
    let pages = try_unfold(export, |export| export.next());
    let body = futures::stream::StreamExt::chain(futures::stream::iter([Ok(begun)]), pages);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.content_type()))
        .insert_header((CONTENT_DISPOSITION, format.disposition()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming::<_, Error>(body))
}

impl Export {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        let Some(after) = self.after else { return Ok(None) };
        let events = log::list_events(&self.db, &self.filter, (after, self.last), PAGE).await?;
        self.after = events.last().filter(|_| events.len() as u64 == PAGE).map(|event| event.id);
        let text = self.format.written(&events)?;
        Ok(Some((Bytes::from(text), self)))
    }
}

impl Format {
    fn words(self) -> &'static str {
        match self {
            Self::Csv => "as CSV",
            Self::JsonLines => "as JSON Lines",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/jsonl; charset=utf-8",
        }
    }

    fn disposition(self) -> &'static str {
        match self {
            Self::Csv => "attachment; filename=\"cloakroom-log.csv\"",
            Self::JsonLines => "attachment; filename=\"cloakroom-log.jsonl\"",
        }
    }

    fn heading(self) -> Result<Vec<u8>> {
        const COLUMNS: [&str; 12] = [
            "id", "act", "at", "actor", "actor_id", "action", "subject", "user_id", "file_id", "detail", "address",
            "times",
        ];
        let mut lines = writer();
        match self {
            Self::Csv => lines.write_record(COLUMNS).map_err(unwritten)?,
            Self::JsonLines => {}
        }
        finished(lines)
    }

    fn written(self, events: &[Event]) -> Result<Vec<u8>> {
        match self {
            Self::Csv => {
                let mut lines = writer();
                for event in events {
                    let texts = [&event.actor, &event.subject, &event.detail, &event.address].map(|text| plain(text));
                    lines.serialize(Row::of(event, texts.each_ref().map(String::as_str))).map_err(unwritten)?;
                }
                finished(lines)
            }
            Self::JsonLines => {
                let mut lines = Vec::new();
                for event in events {
                    let texts = [&*event.actor, &event.subject, &event.detail, &event.address];
                    serde_json::to_writer(&mut lines, &Row::of(event, texts)).map_err(unwritten)?;
                    lines.push(b'\n');
                }
                Ok(lines)
            }
        }
    }
}

impl<'a> Row<'a> {
    fn of(event: &Event, [actor, subject, detail, address]: [&'a str; 4]) -> Self {
        Self {
            id: event.id,
            act: event.act,
            at: event.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            actor,
            actor_id: event.actor_id.map(|id| id.to_string()),
            action: event.action.as_str(),
            subject,
            user_id: event.user.map(|id| id.to_string()),
            file_id: event.file.map(|id| id.to_string()),
            detail,
            address,
            times: event.times,
        }
    }
}

/// Behind an apostrophe nothing is a formula, and spreadsheets do not show it.
fn plain(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new())
}

fn finished(lines: csv::Writer<Vec<u8>>) -> Result<Vec<u8>> {
    lines.into_inner().map_err(unwritten)
}

fn unwritten(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_looks_like_a_formula_is_a_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(plain(text), format!("'{text}"));
        }
        for text in ["", "beach.png", "a=b", " =1"] {
            assert_eq!(plain(text), text);
        }
    }
}
