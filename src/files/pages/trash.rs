//! The trash: what waits there and for how long, and letting go of it for ever.

use super::changes::{known, selection};
use crate::{
    accounts::Principal,
    database,
    error::{Error, Result},
    files::{
        Scope, Trashed,
        contradiction::contradiction,
        file::File,
        list::{page, search::SearchQuery},
        moment,
        paper::{Paper, print},
        transition::{self, Purgeable, Selection, TRASH_KEEPS},
        view::{Moment, files_in_words, size_in_words, time_left},
    },
    ids::FileId,
    state::AppState,
    web::{Fields, Layout, Left, Notice, Reader, SignedIn, respond},
};
use actix_web::{
    HttpResponse, Responder,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use askama_web::WebTemplate;
use chrono::{DateTime, Utc};

#[derive(Template, WebTemplate)]
#[template(path = "files/trash.html")]
struct TrashPage {
    layout: Layout,
    rows: Vec<Row>,
    /// Files that were put aside, which their owner cannot look at.
    quarantined: Vec<Row>,
    next: Option<String>,
    /// This page, to come back to.
    place: String,
    keeps_days: i64,
}

struct Row {
    id: String,
    name: String,
    tint: &'static str,
    badge: String,
    size: String,
    since: Moment,
    left: String,
    /// Why it was put aside, if it was.
    why: String,
}

/// Asks once more before something is gone for good.
#[derive(Template)]
#[template(path = "files/purge.html")]
struct PurgePage {
    layout: Layout,
    what: String,
    ids: Vec<FileId>,
    from: &'static str,
}

/// Answers with what the caller has in the trash, a page at a time, and what of theirs is in quarantine.
pub async fn trash_page(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    query: Query<SearchQuery>,
    Left(notice): Left,
) -> Result<impl Responder> {
    let after = Some(query.after.as_str()).filter(|text| !text.is_empty()).map(parse_place).transpose()?;
    let page = page::list_trashed(&app.db, Scope::Own(account.id), after).await?;
    let quarantined = page::list_quarantined(&app.db, Scope::Own(account.id)).await?;
    let here = query.url_with("/trash", &[("after", &query.after)]);
    let last = page.files.last().filter(|_| page.has_more);
    Ok(TrashPage {
        layout: Layout::of(&app, &account, "/trash").with_notice(notice, &here),
        next: last.map(|file| format!("/trash?after={}", place(file))),
        rows: page.files.iter().map(|file| Row::of(file, reader)).collect(),
        quarantined: quarantined.iter().map(|file| Row::of(file, reader)).collect(),
        place: here,
        keeps_days: TRASH_KEEPS.num_days(),
    })
}

/// Lets go of files for ever: those that the form names, or all that is in the trash. Without `confirmed` it answers
/// with a page that asks once more.
pub async fn purge(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    fields: Fields,
) -> Result<HttpResponse> {
    let (scope, from) = (Scope::Own(account.id), purgeable(&fields));
    let chosen = if fields.given("all").is_some() { Selection::All } else { selection(&fields)? };
    if fields.given("confirmed").is_none() {
        let count = transition::count(&app.db, &chosen, scope, from.state()).await? as usize;
        let page = PurgePage::of(Layout::of(&app, &account, "/trash"), chosen, from, count)?;
        return respond::page(StatusCode::OK, &page);
    }
    let _notify = app.notify_on_drop();
    loop {
        let outcome = transition::purge(&app.db, from, &chosen, scope, &principal, database::now()).await?;
        // All there are may be more than go at once.
        if !matches!(chosen, Selection::All) || outcome.count == 0 {
            known(&chosen, outcome)?;
            return Ok(Notice::Purged.see_other(&app, "/trash"));
        }
    }
}

/// An owner may let go of what is in the trash, and of what was put aside.
fn purgeable(fields: &Fields) -> Purgeable {
    match fields.given("from") {
        Some("quarantine") => Purgeable::Quarantined,
        _ => Purgeable::Trashed,
    }
}

fn place(file: &Trashed) -> String {
    format!("{}.{}", file.state_changed_at().timestamp_micros(), file.id())
}

fn parse_place(text: &str) -> Result<(DateTime<Utc>, FileId)> {
    let parsed = text.split_once('.').and_then(|(at, id)| Some((moment(at)?, id.parse().ok()?)));
    parsed.ok_or_else(|| Error::Malformed("This page's address is incomplete. Start again from the first page.".into()))
}

impl PurgePage {
    fn of(layout: Layout, chosen: Selection, from: Purgeable, count: usize) -> Result<Self> {
        let (what, ids) = match chosen {
            _ if count == 0 => return Err(Error::NotFound),
            Selection::All => (files_in_words(count), Vec::new()),
            Selection::These(ids) => (files_in_words(count), ids),
            Selection::MovedIn(_) | Selection::Found(..) => return Err(Error::NotFound),
        };
        let from = match from {
            Purgeable::Trashed => "trash",
            Purgeable::Quarantined => "quarantine",
        };
        Ok(Self { layout, what, ids, from })
    }
}

impl Row {
    fn of(file: &impl File, reader: Reader) -> Self {
        Self {
            id: file.id().to_string(),
            name: file.name().to_owned(),
            tint: Paper::of(file.name(), &file.content_type()).class(),
            badge: print(file.name(), &file.content_type(), 3),
            size: size_in_words(file.size()),
            since: Moment::seen(file.state_changed_at(), reader),
            left: time_left(file.state_changed_at() + TRASH_KEEPS - reader.now),
            why: contradiction(file),
        }
    }
}
