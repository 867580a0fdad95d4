//! How the whole is doing: figures, what arrives, who stores it, what is stored, what needs a look, and whether all answers.

use super::{
    attention::Attention,
    chart::{Bar, bars, parts, share, top},
};
use crate::{
    accounts::{invitations, totals, users, users::User},
    error::Result,
    files::{
        Kind, State,
        list::{
            facets::grouped,
            statistics::{self, Day, Stored, Total},
        },
    },
    size::in_words,
    state::{Answer, AppState, Finding, Findings},
    web::{Admin, Layout, Reader},
};
use actix_web::{Responder, web::Data};
use askama::Template;
use askama_web::WebTemplate;
use bytesize::ByteSize;
use chrono::NaiveDate;
use std::time::Duration;
use tokio::time::timeout;

const DAYS: u64 = 30;
const LARGEST: u64 = 10;
/// The page is drawn without the answer of what takes longer.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Template, WebTemplate)]
#[template(path = "admin/overview.html")]
struct Overview {
    layout: Layout,
    figures: Vec<Figure>,
    attention: Vec<Attention>,
    bars: Vec<Bar>,
    days: Vec<DayRow>,
    /// What the axis beside the bars says, from its top.
    ticks: [String; 3],
    most_on_a_day: String,
    people: Vec<PersonRow>,
    kinds: Vec<KindRow>,
    health: Vec<Health>,
}

struct Figure {
    name: &'static str,
    value: String,
    detail: String,
}

struct DayRow {
    date: NaiveDate,
    files: String,
    bytes: ByteSize,
}

struct PersonRow {
    email: String,
    link: String,
    used: ByteSize,
    quota: Option<ByteSize>,
    /// Of their own quota, or where they have none of what the largest uses.
    share: f64,
    is_nearly_full: bool,
}

/// What is stored of a kind.
struct KindRow {
    name: &'static str,
    kind: Kind,
    files: String,
    bytes: ByteSize,
    /// Its part of the bar.
    x: f64,
    width: f64,
}

struct Health {
    words: String,
    is_well: bool,
}

/// Answers with how the whole is doing.
pub async fn overview(app: Data<AppState>, Admin(account): Admin, reader: Reader) -> Result<impl Responder> {
    let stored = Stored::of(&app.db).await?;
    let days = statistics::uploads_by_day(&app.db, DAYS, reader).await?;
    let people = users::list_largest(&app.db, LARGEST).await?;
    let found = timeout(PATIENCE, app.clone().into_inner().findings()).await.ok().map(|(_, findings)| findings);
    let accounts = totals::count_accounts(&app.db).await?;
    let invited = invitations::count(&app.db, reader.now).await?;
    let most = days.iter().map(|day| day.uploads.files).max().unwrap_or_default();
    Ok(Overview {
        layout: Layout::of(&app, &account, "/admin"),
        figures: figures(&stored, &days, (accounts, invited)),
        attention: Attention::list(&app, stored.in_state(State::Quarantined), &people).await?,
        bars: bars(&days.iter().map(|day| (day.uploads.files, day_in_words(day))).collect::<Vec<_>>(), top(most)),
        ticks: [top(most), top(most) / 2, 0].map(grouped),
        most_on_a_day: grouped(most),
        days: days.iter().rev().map(DayRow::of).collect(),
        people: people_rows(&app, people),
        kinds: kind_rows(&stored),
        health: health(found),
    })
}

fn figures(stored: &Stored, days: &[Day], (accounts, invited): (u64, u64)) -> Vec<Figure> {
    let figure = |name, total: Total| Figure { name, value: grouped(total.files), detail: in_words(total.bytes) };
    let week = days.iter().rev().take(7).fold(Total::default(), |sum, day| sum + day.uploads);
    let week = figure("Last 7 days", week);
    let people = if invited == 0 { String::new() } else { format!("{} invited", grouped(invited)) };
    vec![
        figure("Files", stored.in_state(State::Ready)),
        Figure { value: format!("+{}", week.value), ..week },
        Figure { name: "People", value: grouped(accounts), detail: people },
        figure("In the trash", stored.in_state(State::Trashed)),
    ]
}

fn people_rows(app: &AppState, people: Vec<User>) -> Vec<PersonRow> {
    let most = people.first().map(|user| user.used_bytes).unwrap_or_default();
    let row = |user: User| {
        let quota = app.uploads.quota_of(user.quota.map(ByteSize));
        let of = quota.map_or(most, |quota| quota.as_u64());
        PersonRow {
            link: format!("/admin/users/{}", user.id),
            used: ByteSize(user.used_bytes),
            quota,
            share: share(user.used_bytes, of),
            is_nearly_full: quota.is_some() && user.used_bytes.saturating_mul(10) >= of.saturating_mul(9),
            email: user.email,
        }
    };
    people.into_iter().map(row).collect()
}

/// Kinds of which there is something, in the order of the chart.
fn kind_rows(stored: &Stored) -> Vec<KindRow> {
    let kinds = [Kind::Image, Kind::Video, Kind::Document, Kind::Archive, Kind::Audio, Kind::Other];
    let found: Vec<(Kind, Total)> =
        kinds.map(|kind| (kind, stored.of_kind(kind))).into_iter().filter(|(_, total)| total.files > 0).collect();
    let parts = parts(&found.iter().map(|(_, total)| total.bytes.as_u64()).collect::<Vec<_>>());
    let row = |((kind, total), (x, width)): ((Kind, Total), (f64, f64))| KindRow {
        name: match kind {
            Kind::Image => "Pictures",
            Kind::Video => "Videos",
            Kind::Document => "Documents",
            Kind::Archive => "Archives",
            Kind::Audio => "Sound",
            Kind::Other => "Other",
        },
        kind,
        files: grouped(total.files),
        bytes: total.bytes,
        x,
        width,
    };
    found.into_iter().zip(parts).map(row).collect()
}

fn health(found: Option<Findings>) -> Vec<Health> {
    let line = |name: &str, finding: Option<Finding>| match finding {
        Some(Finding { answer: Answer::Answers, took }) => {
            Health { words: format!("{name} answers in {} ms", took.as_millis().max(1)), is_well: true }
        }
        Some(Finding { answer: Answer::Away, .. }) => {
            Health { words: format!("{name} did not answer"), is_well: false }
        }
        None => Health { words: format!("{name} has not answered yet"), is_well: false },
    };
    vec![
        line("Storage", found.map(|findings| findings.store)),
        line("The database", found.map(|findings| findings.database)),
    ]
}

fn day_in_words(day: &Day) -> String {
    let (date, files) = (day.date.format("%-d %b"), grouped(day.uploads.files));
    format!("{date}: {files} files, {}", in_words(day.uploads.bytes))
}

impl Overview {
    /// Days below the bars, a week apart, the last of which is today.
    fn days_on_axis(&self) -> Vec<String> {
        let earlier = self.days.iter().rev().skip(1).step_by(7).map(|day| day.date.format("%-d %b").to_string());
        earlier.take(4).chain(["Today".to_owned()]).collect()
    }
}

impl DayRow {
    fn of(day: &Day) -> Self {
        Self { date: day.date, files: grouped(day.uploads.files), bytes: day.uploads.bytes }
    }
}
