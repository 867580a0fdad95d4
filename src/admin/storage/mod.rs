//! The page about storage: its checks, and comparing it with its index, both begun there and followed while they go on.

mod work;

use crate::{
    accounts::Principal,
    doctor::{Check, Outcome, Topic},
    error::Result,
    files::{list::facets::grouped, view::Moment},
    jobs::reconcile::{Difference, Mode, Phase, Progress},
    state::AppState,
    web::{Admin, Layout, Reader, see_other},
};
use actix_web::{HttpResponse, Responder, web::Data};
use askama::Template;
use askama_web::WebTemplate;
use work::{Compared, Examined};

pub use work::StorageWork;

const PLACE: &str = "/admin/storage";

#[derive(Template, WebTemplate)]
#[template(path = "admin/storage.html")]
struct StoragePage {
    layout: Layout,
    /// Those that an examination under way has made.
    made: Option<Vec<Check>>,
    examined: Option<ExaminedView>,
    comparing: Option<ComparingView>,
    compared: Option<ComparedView>,
}

struct ExaminedView {
    at: Moment,
    /// What is wrong first.
    checks: Vec<Check>,
    words: String,
}

struct ComparingView {
    words: String,
    done: u64,
    of: u64,
}

struct ComparedView {
    at: Moment,
    outcome: Result<Found, String>,
}

struct Found {
    words: &'static str,
    compared: String,
    differences: Vec<Difference>,
    left: Vec<(u64, &'static str)>,
    freed: Option<String>,
    /// Is there something that could be put right now?
    can_repair: bool,
}

/// Answers with what the last checks and the last comparison found, and how far those are that are under way.
pub async fn storage(
    app: Data<AppState>,
    work: Data<StorageWork>,
    Admin(account): Admin,
    reader: Reader,
) -> Result<impl Responder> {
    let (made, examined) = work.examination();
    let (comparing, compared) = work.comparison();
    Ok(StoragePage {
        layout: Layout::of(&app, &account, PLACE),
        made,
        examined: examined.map(|examined| ExaminedView::of(examined, reader)),
        comparing: comparing.map(|(mode, progress)| ComparingView::of(mode, progress)),
        compared: compared.map(|compared| ComparedView::of(compared, reader)),
    })
}

/// Begins the checks, and goes to the page that shows them.
pub async fn examine(app: Data<AppState>, work: Data<StorageWork>, _: Admin) -> HttpResponse {
    work.into_inner().examine(app.into_inner());
    see_other(PLACE)
}

/// Begins a comparison that changes nothing, and goes to the page that shows it.
pub async fn compare(
    app: Data<AppState>,
    work: Data<StorageWork>,
    _: Admin,
    principal: Principal,
) -> Result<HttpResponse> {
    work.into_inner().compare(app.into_inner(), Mode::DryRun, principal).await?;
    Ok(see_other(PLACE))
}

/// Begins a comparison that puts right what differs, and goes to the page that shows it.
pub async fn repair(
    app: Data<AppState>,
    work: Data<StorageWork>,
    _: Admin,
    principal: Principal,
) -> Result<HttpResponse> {
    work.into_inner().compare(app.into_inner(), Mode::Repair, principal).await?;
    Ok(see_other(PLACE))
}

impl StoragePage {
    fn all_checks(&self) -> usize {
        Topic::ALL.len()
    }

    /// What is looked at now.
    fn next_check(&self) -> &'static str {
        let made = self.made.as_ref().map_or(0, Vec::len);
        Topic::ALL.get(made).map_or("", |topic| topic.name())
    }
}

impl ExaminedView {
    fn of(examined: Examined, reader: Reader) -> Self {
        let mut checks = examined.report.checks().to_vec();
        checks.sort_by_key(|check| !check.is_wrong());
        let words = match checks.iter().filter(|check| check.is_wrong()).count() {
            0 => "All is well.".to_owned(),
            1 => "One thing is wrong.".to_owned(),
            wrong => format!("{wrong} things are wrong."),
        };
        Self { at: Moment::seen(examined.at, reader), checks, words }
    }
}

impl ComparingView {
    fn of(mode: Mode, Progress { report, of_rows, phase }: Progress) -> Self {
        let what = match phase {
            Phase::Files => format!("Files: {} of {}", grouped(report.rows), grouped(of_rows.max(report.rows))),
            Phase::Thumbnails => "Thumbnails".to_owned(),
            Phase::Uploads => "Unfinished uploads".to_owned(),
            Phase::Usage => "Used space".to_owned(),
        };
        let found = match mode {
            Mode::DryRun => "to put right",
            Mode::Repair => "put right",
        };
        let words = format!("{what}. {} {found} so far.", grouped(report.differences()));
        Self { words, done: report.rows, of: of_rows.max(report.rows).max(1) }
    }
}

impl ComparedView {
    fn of(Compared { at, mode, outcome }: Compared, reader: Reader) -> Self {
        let found = outcome.map(|report| Found {
            words: match mode {
                _ if report.agrees() => "Storage and index agree.",
                _ if report.is_clean() => "Not all could be looked at.",
                Mode::DryRun => "Storage and index differ.",
                Mode::Repair => "What differed was put right.",
            },
            compared: report.compared(),
            differences: report.differences_by_kind(mode),
            left: report.left(),
            freed: report.freed(mode),
            can_repair: mode == Mode::DryRun && !report.is_clean(),
        });
        Self { at: Moment::seen(at, reader), outcome: found }
    }
}
