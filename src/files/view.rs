//! Files as pages show them.

use super::{
    Kind, Preview, Ready, Thumbnail,
    dimensions::ratio_class,
    file::File,
    list::search::Search,
    marked::marked,
    paper::{Paper, print},
};
use crate::{
    ids::Ticket,
    size,
    web::zone::{Reader, When},
};
use bytesize::ByteSize;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::time::Duration;

/// What is larger is not read again to make its thumbnail.
const LARGEST_DRAWN: ByteSize = ByteSize::mb(20);
/// Of a text, whose first lines are drawn.
const LARGEST_TEXT: ByteSize = ByteSize::mb(1);

/// One file in a list.
pub struct Card {
    pub id: String,
    /// Where it stands in the order of the list; empty where it stands before all others.
    pub place: String,
    /// Its number among all that its owner ever uploaded, if it has one.
    pub ticket: Option<Ticket>,
    /// Where it is looked at, with the list it was found in.
    pub url: String,
    pub name: String,
    /// It in parts, each with whether it was searched for.
    pub found_in_name: Vec<(String, bool)>,
    /// The folder that it lies in, where the list is of several, with those above it; or empty.
    pub folder: String,
    /// Who sent it by a link, where its owner has not seen it yet; or empty.
    pub new_from: String,
    /// Where its thumbnail is read, if it has one: an address of the app, which sends on to the store.
    pub thumbnail_url: Option<String>,
    /// Where the first page of a document is read, if it has one.
    pub page_url: Option<String>,
    /// The class of what stands in its place until it is there, or empty.
    pub tone: String,
    /// Where the picture itself is read, if it is one that browsers draw.
    pub picture_url: Option<String>,
    /// Its width and height as it is shown, in pixels.
    pub sides: Option<(i64, i64)>,
    /// Where a browser may read it to make its thumbnail, if it is not too large to be read for that.
    pub drawn_from: Option<String>,
    pub kind: Kind,
    /// Has its owner given it a star?
    pub is_starred: bool,
    /// Has it no picture, so that it is shown as paper?
    pub is_paper: bool,
    /// Is it a film with a picture of it?
    pub is_film: bool,
    /// How long it plays, such as `1:23`, where that is known.
    pub length: Option<String>,
    /// The class of its shape in a row.
    pub ratio: &'static str,
    /// The class of its kind's tint.
    pub tint: &'static str,
    /// Its type as it is printed on paper, such as `XLSX`, and in three letters.
    pub print: String,
    pub badge: String,
    /// Its type as a table has it, such as `Spreadsheet`.
    pub type_words: &'static str,
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
    /// As a table has it: `Today 21:40`, `Yesterday 11:26`, or the day alone.
    pub short: String,
    /// RFC 3339 in UTC, to the second.
    pub machine: String,
}

impl Card {
    /// The card of a file in a list. `query` is the list's own, with its question mark, or empty.
    pub fn seen(file: &Ready, query: &str, search: &Search, reader: Reader) -> Self {
        let (name, content_type) = (file.name(), file.content_type());
        let paper = Paper::of(name, &content_type);
        let (has_picture, page_url) = (picture_url(file).is_some(), page_url(file));
        // What is still to be drawn has its place already.
        let is_awaited = Thumbnail::shows(file.kind()) && can_be_drawn(file);
        let is_paper = !has_picture && !is_awaited;
        Self {
            id: file.id().to_string(),
            place: file.cursor(search).to_string(),
            ticket: file.ticket(),
            url: format!("/files/{}/view{query}", file.id()),
            name: name.to_owned(),
            found_in_name: marked(name, &search.words),
            folder: String::new(),
            new_from: String::new(),
            thumbnail_url: picture_url(file),
            page_url,
            tone: tone_class(file),
            picture_url: (file.content_type().preview() == Preview::Image)
                .then(|| format!("/files/{}/content", file.id())),
            sides: file.dimensions(),
            drawn_from: can_be_drawn(file).then(|| format!("/files/{}/content", file.id())),
            kind: file.kind(),
            is_starred: file.is_starred(),
            is_paper,
            length: file.duration().map(length_in_words),
            is_film: has_picture && file.kind() == Kind::Video,
            ratio: if is_paper { "ratio-3-4" } else { ratio_class(file.dimensions()) },
            tint: paper.class(),
            print: print(name, &content_type, 4),
            badge: print(name, &content_type, 3),
            type_words: paper.words(file.kind()),
            size: size_in_words(file.size()),
            uploaded: Moment::seen(file.uploaded_at(), reader),
            taken: Moment::seen(file.taken_at(), reader),
        }
    }

    /// The same for whoever is shown it by somebody else: all of it is read below another address than the app's own, and nothing can be
    /// done with it.
    pub fn below(self, base: &str) -> Self {
        let here = |url: Option<String>| url.map(|url| format!("{base}{url}"));
        Self {
            url: format!("{base}/files/{}", self.id),
            thumbnail_url: here(self.thumbnail_url),
            page_url: here(self.page_url),
            picture_url: here(self.picture_url),
            drawn_from: None,
            ticket: None,
            is_starred: false,
            ..self
        }
    }
}

/// The class of what stands in a picture's place until it is there, and behind one that can be seen through; or nothing.
pub fn tone_class(file: &impl File) -> String {
    if file.is_transparent() == Some(true) {
        return "see-through".to_owned();
    }
    if page_url(file).is_some() {
        return "is-page".to_owned();
    }
    file.tone().map(|tone| format!("tone-{tone}")).unwrap_or_default()
}

/// Where the thumbnail of a picture or a film is read, if it has one: an address of the app, which sends on to the store.
pub fn picture_url(file: &impl File) -> Option<String> {
    file.thumbnail().filter(|_| Thumbnail::shows(file.kind())).map(|_| format!("/files/{}/thumbnail", file.id()))
}

/// Where the first page of a document is read, if it has one.
pub fn page_url(file: &impl File) -> Option<String> {
    file.thumbnail().filter(|_| !Thumbnail::shows(file.kind())).map(|_| format!("/files/{}/thumbnail", file.id()))
}

fn can_be_drawn(file: &Ready) -> bool {
    let content_type = file.content_type();
    let largest = match content_type.preview() {
        Preview::Image | Preview::Video | Preview::Pdf => LARGEST_DRAWN,
        // What can run script is read as nothing in particular, so that no browser knows that it is text.
        Preview::Text if !content_type.is_active() => LARGEST_TEXT,
        Preview::Text | Preview::Audio | Preview::None => return false,
    };
    file.wants_thumbnail() && file.size().is_some_and(|size| size.as_u64() > 0 && size < largest)
}

impl Moment {
    /// A time as pages have it that know nothing of who looks at them.
    pub fn of(at: DateTime<Utc>) -> Self {
        Self::seen(at, Reader::ANYBODY)
    }

    /// A time as somebody reads it.
    pub fn seen(at: DateTime<Utc>, Reader { zone, now }: Reader) -> Self {
        let clock = zone.format(at, if zone.is_utc() { "%H:%M UTC" } else { "%H:%M" });
        let day = zone.format(at, "%-d %b %Y");
        let (words, short) = match zone.when(at, now) {
            When::Today => (format!("today, {clock}"), format!("Today {}", zone.format(at, "%H:%M"))),
            When::Yesterday => (format!("yesterday, {clock}"), format!("Yesterday {}", zone.format(at, "%H:%M"))),
            When::On(_) => (format!("{day}, {clock}"), day.clone()),
        };
        Self { words, day, short, machine: at.to_rfc3339_opts(SecondsFormat::Secs, true) }
    }
}

/// Such as `1.2 MB`; the size of an adopted file is not known until it was looked up.
pub fn size_in_words(size: Option<ByteSize>) -> String {
    size.map_or_else(|| "size not known yet".to_owned(), size::in_words)
}

/// Such as `1:23` or `1:02:03`; what has begun to play has a second.
pub fn length_in_words(length: Duration) -> String {
    let seconds = (length.as_millis().saturating_add(500) / 1_000).max(1);
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
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
    fn a_length_is_said_as_players_say_it() {
        for (milliseconds, words) in [
            (1, "0:01"),
            (9_499, "0:09"),
            (59_500, "1:00"),
            (83_450, "1:23"),
            (3_599_499, "59:59"),
            (3_723_000, "1:02:03"),
            (360_000_000, "100:00:00"),
        ] {
            assert_eq!(length_in_words(Duration::from_millis(milliseconds)), words);
        }
    }

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
