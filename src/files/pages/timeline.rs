//! The months of a list that is ordered by time, as places to go to in it.

use crate::{
    database,
    error::Result,
    files::{
        Scope, State,
        list::{
            months::{self, Month},
            search::{Order, SearchQuery},
        },
    },
    state::AppState,
    web::{Asked, Layout, Left, Misread, Reader, SignedIn},
};
use actix_web::{Responder, web::Data};
use askama::Template;
use askama_web::WebTemplate;
use chrono::Datelike;

#[derive(Template, WebTemplate)]
#[template(path = "files/timeline.html")]
struct Timeline {
    layout: Layout,
    years: Vec<Year>,
    /// The list.
    list: String,
    /// What of the address was left out.
    misread: Misread,
}

struct Year {
    name: i32,
    months: Vec<Place>,
}

struct Place {
    /// Such as `2026-11`.
    key: String,
    /// Such as `November`.
    name: String,
    files: u64,
    url: String,
}

/// Answers with the months in which the caller's files were taken that the address asks for.
pub async fn timeline(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    reader: Reader,
    Asked { mut query, mut address }: Asked<SearchQuery>,
    Left(notice): Left,
) -> Result<impl Responder> {
    let mut search = query.read(Scope::Own(account.id), reader.zone, &mut address)?.in_state(State::Ready);
    // Names and sizes have no months.
    if search.order != Order::Oldest {
        (search.order, query.sort) = (Order::Newest, String::new());
    }
    let months = months::months(&database::read_as(&app.db, account.id).await?, &search, reader.zone).await?;
    let here = query.url("/timeline");
    Ok(Timeline {
        layout: Layout::of(&app, &account, "/").with_notice(notice, &here),
        years: by_years(&months, &query),
        list: query.url("/"),
        misread: address.into_misread(),
    })
}

fn by_years(months: &[Month], query: &SearchQuery) -> Vec<Year> {
    let of_year = months.chunk_by(|one, other| one.day.year() == other.day.year());
    let named = |months: &[Month]| months.first().map_or(0, |month| month.day.year());
    let places = |months: &[Month]| months.iter().map(|month| Place::of(month, query)).collect();
    of_year.map(|months| Year { name: named(months), months: places(months) }).collect()
}

impl Place {
    fn of(month: &Month, query: &SearchQuery) -> Self {
        Self {
            key: month.day.format("%Y-%m").to_string(),
            name: month.day.format("%B").to_string(),
            files: month.files,
            url: query.at("/", "after", &month.place),
        }
    }
}
