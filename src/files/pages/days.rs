//! The gallery by days, as somebody lives them.

use crate::{
    files::{
        Ready,
        file::File,
        list::search::{Order, Search},
        received::ReceivedFrom,
        view::Card,
    },
    ids::{FileId, FolderId},
    web::zone::{Reader, When},
};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;

/// What stands in the gallery, one after the other.
pub enum Entry {
    /// The heading of a day.
    Day(Day),
    /// A file.
    Card(Box<Card>),
    /// Behind the last file of a day, whose row keeps its height.
    End,
}

/// A day's heading.
pub struct Day {
    /// Such as `2026-11-24`, which tells it from others.
    pub key: String,
    /// Such as `Today` or `Saturday 21 November`.
    pub name: String,
    /// What is said of it besides, such as `24 November`, or how many files it has; may be empty.
    pub note: String,
}

/// Where a list is cut, and who looks at it.
pub struct View<'a> {
    pub reader: Reader,
    pub search: &'a Search,
    /// When the file was taken that stands before the first, on a page before this one.
    pub before: Option<DateTime<Utc>>,
    /// May the first day have files on a page before this one?
    pub is_begun: bool,
    /// Does the list go on?
    pub goes_on: bool,
    /// Which of the files others sent.
    pub received: HashMap<FileId, ReceivedFrom>,
}

/// Files under the headings of their days, where they are ordered by time; a day that goes on from the page before is not headed again.
/// `names`: those of the folders that files of other folders lie in.
pub fn by_days(files: &[Ready], query: &str, names: &HashMap<FolderId, String>, view: &View<'_>) -> Vec<Entry> {
    let has_days = matches!(view.search.order, Order::Newest | Order::Oldest);
    let day_of = |file: &Ready| view.reader.zone.day(file.taken_at());
    let mut entries = Vec::with_capacity(files.len() + 2);
    let mut current = view.before.filter(|_| has_days).map(|at| view.reader.zone.day(at));
    for (place, file) in files.iter().enumerate() {
        let day = day_of(file);
        if has_days && current != Some(day) {
            if current.is_some() {
                entries.push(Entry::End);
            }
            let count = files[place..].iter().take_while(|file| day_of(file) == day).count();
            let is_whole = (place + count < files.len() || !view.goes_on) && (place > 0 || !view.is_begun);
            entries.push(Entry::Day(Day::of(day, view, Some(count).filter(|_| is_whole))));
            current = Some(day);
        }
        let mut card = Card::seen(file, query, view.search, view.reader);
        card.folder = file.folder_id().and_then(|folder| names.get(&folder)).cloned().unwrap_or_default();
        let received = view.received.get(&file.id()).filter(|received| received.is_new);
        card.new_from = received.map(|received| received.from.clone()).unwrap_or_default();
        // What is found by its ticket comes first, wherever it stands in the order.
        if place == 0 && !view.is_begun && file.ticket().is_some_and(|ticket| view.search.ticket == Some(ticket)) {
            card.place.clear();
        }
        entries.push(Entry::Card(Box::new(card)));
    }
    if !view.goes_on && !files.is_empty() {
        entries.push(Entry::End);
    }
    entries
}

impl Day {
    /// `count`: how many files it has, if all of them are at hand.
    fn of(day: NaiveDate, view: &View<'_>, count: Option<usize>) -> Self {
        let is_this_year =
            view.reader.zone.day(view.reader.now).format("%Y").to_string() == day.format("%Y").to_string();
        let named = |format: &str| day.format(format).to_string();
        let (name, note) = match When::of(day, view.reader.zone.day(view.reader.now)) {
            When::Today => ("Today".to_owned(), named("%-d %B")),
            When::Yesterday => ("Yesterday".to_owned(), named("%-d %B")),
            When::On(_) => {
                let name = named(if is_this_year { "%A %-d %B" } else { "%A %-d %B %Y" });
                (name, count.map(|count| count.to_string()).unwrap_or_default())
            }
        };
        Self { key: named("%Y-%m-%d"), name, note }
    }
}
