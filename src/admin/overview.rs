//! How the whole is doing: totals, what arrives, who stores it, and what needs a look.

use super::chart::{Bar, bars, share};
use crate::size::in_words;
use crate::{
    accounts::users::{self, User},
    database,
    error::Result,
    files::{
        Scope, State,
        file::File,
        list::{
            facets::grouped,
            page::{self, Span},
            search::Search,
            statistics::{self, Day, Total},
        },
        view::{Moment, size_in_words},
    },
    state::AppState,
    storage::Store,
    web::{Admin, Layout, Reader},
};
use actix_web::{Responder, web::Data};
use askama::Template;
use askama_web::WebTemplate;
use bytesize::ByteSize;

const DAYS: u64 = 30;
const LARGEST: u64 = 10;
const LATEST: usize = 8;

#[derive(Template, WebTemplate)]
#[template(path = "admin/overview.html")]
struct Overview {
    layout: Layout,
    figures: Vec<Figure>,
    attention: Vec<Attention>,
    bars: Vec<Bar>,
    days: Vec<DayRow>,
    most_on_a_day: String,
    people: Vec<PersonRow>,
    latest: Vec<LatestRow>,
}

struct Figure {
    name: &'static str,
    value: String,
    detail: String,
}

struct Attention {
    words: String,
    link: Option<String>,
    link_words: &'static str,
}

struct DayRow {
    day: String,
    files: String,
    bytes: ByteSize,
}

struct PersonRow {
    email: String,
    link: String,
    used: ByteSize,
    quota: Option<ByteSize>,
    share: f64,
}

struct LatestRow {
    name: String,
    link: String,
    size: String,
    uploaded: Moment,
}

/// Answers with how the whole is doing.
pub async fn overview(app: Data<AppState>, Admin(account): Admin, reader: Reader) -> Result<impl Responder> {
    let totals = statistics::totals(&app.db).await?;
    let total = |state| totals.get(&state).copied().unwrap_or_default();
    let days = statistics::uploads_by_day(&app.db, DAYS, database::now()).await?;
    let people = users::list_largest(&app.db, LARGEST).await?;
    let latest = page::list_all(&app.db, &Search::all(Scope::Everyone), Span::First).await?.files;
    Ok(Overview {
        layout: Layout::of(&app, &account, "/admin"),
        figures: figures(&total, &days),
        attention: attention(&app, total(State::Quarantined), &people).await?,
        bars: bars(&days.iter().map(|day| (day.uploads.files, day_in_words(day))).collect::<Vec<_>>()),
        most_on_a_day: grouped(days.iter().map(|day| day.uploads.files).max().unwrap_or_default()),
        days: days.iter().rev().map(DayRow::of).collect(),
        people: people_rows(&app, people),
        latest: latest.iter().take(LATEST).map(|file| LatestRow::of(file, reader)).collect(),
    })
}

fn figures(total: &impl Fn(State) -> Total, days: &[Day]) -> Vec<Figure> {
    let figure = |name, total: Total| Figure { name, value: grouped(total.files), detail: in_words(total.bytes) };
    let week = days.iter().rev().take(7).fold(Total::default(), |sum, day| Total {
        files: sum.files + day.uploads.files,
        bytes: sum.bytes + day.uploads.bytes,
    });
    vec![
        figure("Files", total(State::Ready)),
        figure("Arrived in 7 days", week),
        figure("In the trash", total(State::Trashed)),
        figure("In quarantine", total(State::Quarantined)),
    ]
}

/// What an administrator should look at, the most urgent first.
async fn attention(app: &AppState, quarantined: Total, people: &[User]) -> Result<Vec<Attention>> {
    let mut found = store_attention(&app.store);
    if quarantined.files > 0 {
        found.push(Attention {
            words: format!("{} in quarantine, for an administrator to look at.", grouped(quarantined.files)),
            link: Some("/admin/files?state=quarantined".to_owned()),
            link_words: "Look at them",
        });
    }
    let unknown = statistics::count_unknown(&app.db).await?;
    if unknown > 0 {
        found.push(Attention {
            words: format!("{} adopted without an object in the bucket, or not looked up yet.", grouped(unknown)),
            link: Some("/admin/files".to_owned()),
            link_words: "All uploads",
        });
    }
    for user in people {
        let quota = app.uploads.quota_of(user.quota.map(ByteSize)).map(|quota| quota.as_u64());
        if let Some(quota) = quota.filter(|quota| user.used_bytes.saturating_mul(10) >= quota.saturating_mul(9)) {
            found.push(Attention {
                words: format!(
                    "{} uses {} of {}.",
                    user.email,
                    in_words(ByteSize(user.used_bytes)),
                    in_words(ByteSize(quota))
                ),
                link: Some(format!("/admin/users/{}", user.id)),
                link_words: "Give more room",
            });
        }
    }
    Ok(found)
}

/// What is wrong with the store, where nothing in Cloakroom can be done about it.
fn store_attention(store: &Store) -> Vec<Attention> {
    let missing = store.capabilities().map(|capabilities| capabilities.missing()).unwrap_or_default();
    let unknown = "The object store has not shown yet what it honours, so files are looked at again when their upload URL has expired.";
    let words = missing.into_iter().map(|words| format!("The object store {words}."));
    let words = words.chain(store.capabilities().is_none().then(|| unknown.to_owned()));
    let clocks = store.clock_trouble();
    let words = words.chain(clocks.map(|words| format!("This server's clock is {words}. Set the one that is wrong.")));
    words.map(|words| Attention { words, link: None, link_words: "" }).collect()
}

fn people_rows(app: &AppState, people: Vec<User>) -> Vec<PersonRow> {
    let most = people.first().map(|user| user.used_bytes).unwrap_or_default();
    let row = |user: User| PersonRow {
        link: format!("/admin/users/{}", user.id),
        used: ByteSize(user.used_bytes),
        quota: app.uploads.quota_of(user.quota.map(ByteSize)),
        share: share(user.used_bytes, most),
        email: user.email,
    };
    people.into_iter().map(row).collect()
}

fn day_in_words(day: &Day) -> String {
    format!("{}: {} files, {}", day.date.format("%-d %b"), grouped(day.uploads.files), day.uploads.bytes)
}

impl Overview {
    fn first_day(&self) -> &str {
        self.days.last().map(|day| day.day.as_str()).unwrap_or_default()
    }
}

impl DayRow {
    fn of(day: &Day) -> Self {
        Self {
            day: day.date.format("%-d %b %Y").to_string(),
            files: grouped(day.uploads.files),
            bytes: day.uploads.bytes,
        }
    }
}

impl LatestRow {
    fn of(file: &impl File, reader: Reader) -> Self {
        Self {
            name: file.name().to_owned(),
            link: format!("/admin/files/{}", file.id()),
            size: size_in_words(file.size()),
            uploaded: Moment::seen(file.uploaded_at(), reader),
        }
    }
}
