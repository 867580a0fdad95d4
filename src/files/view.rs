//! Files as pages show them.

use super::{Kind, Preview, Ready, file::File};
use crate::ids::Ticket;
use bytesize::ByteSize;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// What is larger is not read again to make its thumbnail.
const LARGEST_DRAWN: ByteSize = ByteSize::mb(20);

/// One file in a list.
pub struct Card {
    pub id: String,
    /// Its number among all that its owner ever uploaded, if it has one.
    pub ticket: Option<Ticket>,
    /// Where it is looked at, with the list it was found in.
    pub url: String,
    pub name: String,
    /// The folder that it came in, or empty.
    pub folder: String,
    /// Where its thumbnail is read, if it has one: an address of the app, which sends on to the store.
    pub thumbnail_url: Option<String>,
    /// The class of what stands in its place until it is there, or empty.
    pub tone: String,
    /// Where the picture itself is read, if it is one that browsers draw.
    pub picture_url: Option<String>,
    /// Its width and height as it is shown, in pixels.
    pub sides: Option<(i64, i64)>,
    /// Where a browser may read it to make its thumbnail, if it is not too large to be read for that.
    pub drawn_from: Option<String>,
    pub kind: Kind,
    /// In words.
    pub size: String,
    pub uploaded: Moment,
    /// What lists go by: when it was taken, else its own date, else when it was uploaded.
    pub taken: Moment,
}

/// A time for people, and for machines.
pub struct Moment {
    /// To the minute, such as `24 Nov 2026, 10:15 UTC`.
    pub words: String,
    /// The day alone, such as `24 Nov 2026`.
    pub day: String,
    /// RFC 3339 in UTC, to the second.
    pub machine: String,
}

impl Card {
    /// The card of a file in a list. `query` is the list's own, with its question mark, or empty.
    pub fn of(file: &Ready, query: &str) -> Self {
        Self {
            id: file.id().to_string(),
            ticket: file.ticket(),
            url: format!("/files/{}/view{query}", file.id()),
            name: file.name().to_owned(),
            folder: file.folder().unwrap_or_default().to_owned(),
            thumbnail_url: file.thumbnail().map(|_| format!("/files/{}/thumbnail", file.id())),
            tone: tone_class(file),
            picture_url: (file.content_type().preview() == Preview::Image)
                .then(|| format!("/files/{}/content", file.id())),
            sides: file.dimensions(),
            drawn_from: can_be_drawn(file).then(|| format!("/files/{}/content", file.id())),
            kind: file.kind(),
            size: size_in_words(file.size()),
            uploaded: Moment::of(file.uploaded_at()),
            taken: Moment::of(file.taken_at()),
        }
    }
}

/// The class of the colour that stands in a picture's place, or nothing.
pub fn tone_class(file: &impl File) -> String {
    file.tone().map(|tone| format!("tone-{tone}")).unwrap_or_default()
}

fn can_be_drawn(file: &Ready) -> bool {
    let is_light = file.size().is_some_and(|size| size < LARGEST_DRAWN);
    is_light && file.wants_thumbnail() && matches!(file.content_type().preview(), Preview::Image | Preview::Video)
}

impl Moment {
    /// A time as pages have it.
    pub fn of(at: DateTime<Utc>) -> Self {
        Self {
            words: at.format("%-d %b %Y, %H:%M UTC").to_string(),
            day: at.format("%-d %b %Y").to_string(),
            machine: at.to_rfc3339_opts(SecondsFormat::Secs, true),
        }
    }
}

/// Such as `1.2 MiB`; the size of an adopted file is not known until it was looked up.
pub fn size_in_words(size: Option<ByteSize>) -> String {
    size.map_or_else(|| "size not known yet".to_owned(), |size| size.to_string())
}

/// Such as `12 days`, `1 hour` or `less than an hour`; what has begun counts as a whole.
pub fn time_left(left: TimeDelta) -> String {
    let counted = |count: i64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match left {
        left if left > TimeDelta::days(1) => counted((left.num_seconds() - 1) / 86_400 + 1, "day"),
        left if left >= TimeDelta::hours(1) => counted((left.num_seconds() - 1) / 3_600 + 1, "hour"),
        _ => "less than an hour".to_owned(),
    }
}

/// `1 file`, `2 files`.
pub fn files_in_words(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_in_words() {
        for (left, words) in [
            (TimeDelta::days(30), "30 days"),
            (TimeDelta::days(30) - TimeDelta::seconds(5), "30 days"),
            (TimeDelta::hours(47), "2 days"),
            (TimeDelta::hours(24), "24 hours"),
            (TimeDelta::hours(1), "1 hour"),
            (TimeDelta::seconds(5), "less than an hour"),
            (TimeDelta::seconds(-5), "less than an hour"),
        ] {
            assert_eq!(time_left(left), words);
        }
    }
}
