//! What is known of a file, as its pages show it.

use crate::{
    files::{
        Verified,
        contradiction::contradiction,
        file::File,
        list::facets::grouped,
        received::ReceivedFrom,
        view::{Moment, length_in_words, size_in_words},
    },
    storage::LATE_PUT,
    web::Reader,
};
use base64::prelude::{BASE64_STANDARD, Engine};
use chrono::{DateTime, Utc};

const VERIFIED: &str = "Storage checked the bytes against it when they arrived.";
const SECOND_LOOK: &str =
    "Its upload URL may be used again before it expires, so its size and its first bytes may still change.";
const HAS_PLACE: &str = "The picture says where it was taken.";
const HAS_NO_PLACE: &str = "The picture does not say where it was taken.";

/// One thing that is known of a file.
pub struct Fact {
    pub term: &'static str,
    pub value: String,
    /// Is the value to be compared, letter by letter?
    pub is_code: bool,
    /// A sentence that explains it, or empty.
    pub note: &'static str,
}

/// What is known of a file, in the order in which pages show it.
pub struct Facts {
    /// What people ask for.
    pub main: Vec<Fact>,
    /// What the store held the bytes against, and such.
    pub storage: Vec<Fact>,
    /// Is the latter shown at once?
    pub is_open: bool,
}

impl Facts {
    /// All that is known of a file, as somebody reads it.
    pub fn of(file: &impl File, reader: Reader) -> Self {
        // What is small is said to the byte already.
        let large = file.size().filter(|size| size.as_u64() >= 1_000);
        let exact = large.map(|size| format!(" ({} bytes)", grouped(size.as_u64()))).unwrap_or_default();
        let mut main = vec![Fact::of("Uploaded", Moment::seen(file.uploaded_at(), reader).words)];
        main.extend(taken(file));
        main.push(Fact::of("Size", format!("{}{exact}", size_in_words(file.size()))));
        main.extend(
            file.dimensions().map(|(width, height)| Fact::of("Dimensions", format!("{width} × {height} pixels"))),
        );
        main.extend(file.duration().map(|duration| Fact::of("Length", length_in_words(duration))));
        main.push(Fact::of("Type", file.content_type().to_string()));
        main.extend(
            Some(contradiction(file)).filter(|words| !words.is_empty()).map(|words| Fact::of("Put aside", words)),
        );
        main.extend(file.missing_since().map(|at| missing(at, reader)));
        main.extend(file.camera().map(|camera| Fact::of("Camera", camera.to_owned())));
        main.extend(
            file.has_place().map(|has| Fact::of("Place", if has { HAS_PLACE } else { HAS_NO_PLACE }.to_owned())),
        );
        Self { main, storage: in_storage(file, reader), is_open: false }
    }

    /// With the folder that it lies in, if it does.
    pub fn in_folder(mut self, folder: Option<String>) -> Self {
        self.main.extend(folder.map(|folder| Fact::of("Folder", folder)));
        self
    }

    /// With who sent it, if it came by a link.
    pub fn received(mut self, received: Option<ReceivedFrom>) -> Self {
        if let Some(ReceivedFrom { from, title, note, .. }) = received {
            let by = if from == title { from } else { format!("{from}, for “{title}”") };
            self.main.push(Fact::of("Sent by", by));
            self.main.extend(Some(note).filter(|note| !note.is_empty()).map(|note| Fact::of("Note", note)));
        }
        self
    }

    /// With who added it, if that was not its owner.
    pub fn added_by(mut self, name: Option<String>) -> Self {
        self.main.extend(name.map(|name| Fact::of("Added by", name)));
        self
    }

    /// With all of it shown at once.
    pub fn open(self) -> Self {
        Self { is_open: true, ..self }
    }
}

impl Fact {
    fn of(term: &'static str, value: String) -> Self {
        Self { term, value, is_code: false, note: "" }
    }
}

fn missing(since: DateTime<Utc>, reader: Reader) -> Fact {
    let since = Moment::seen(since, reader).words;
    Fact::of("Missing", format!("It was not found in storage ({since}). It is shown again as soon as it is there."))
}

fn in_storage(file: &impl File, reader: Reader) -> Vec<Fact> {
    let code = |term, value: &str, note| Fact { term, value: value.to_owned(), is_code: true, note };
    let checked = Fact::of("Checked", "size, name, first bytes".into());
    let mut facts = vec![
        match (file.verified(), file.checksum()) {
            (Some(Verified::Sha256) | None, Some(checksum)) => code("SHA-256", &as_hex(checksum), VERIFIED),
            (Some(Verified::Crc32c), _) => {
                Fact { note: VERIFIED, ..Fact::of("Checksum", "CRC32C of the file".to_owned()) }
            }
            (Some(Verified::Parts), _) => Fact { note: VERIFIED, ..Fact::of("Checksum", of_parts(file.etag())) },
            (Some(Verified::Sha256) | None, None) => {
                Fact { note: "It came without a checksum.", ..Fact::of("SHA-256", "none".to_owned()) }
            }
        },
        match file.is_quarantined() {
            true => Fact { note: "They do not fit the type, or an administrator put the file aside.", ..checked },
            false => checked,
        },
    ];
    facts.extend(file.writable_until().map(|until| Fact {
        note: SECOND_LOOK,
        ..Fact::of("To be checked again", Moment::seen(until + LATE_PUT, reader).words)
    }));
    facts.extend(file.etag().map(|etag| code("ETag", etag, "")));
    facts
}

/// A camera's clock, whose zone nobody knows.
fn taken(file: &impl File) -> Option<Fact> {
    let value = file.camera_clock()?.format("%-d %b %Y, %H:%M").to_string();
    Some(Fact { term: "Taken", value, is_code: false, note: "" })
}

/// A store says in the ETag how many parts an object came in:
/// <https://developers.cloudflare.com/r2/objects/multipart-objects/#etags>.
fn of_parts(etag: Option<&str>) -> String {
    let count = etag.and_then(|etag| etag.rsplit_once('-')?.1.parse::<u32>().ok());
    match count {
        Some(1) => "CRC32C or MD5 of its one part".to_owned(),
        Some(count) => format!("CRC32C or MD5 of each of {count} parts"),
        None => "CRC32C or MD5 of each of its parts".to_owned(),
    }
}

/// As `sha256sum` writes it; stores write base64.
fn as_hex(checksum: &str) -> String {
    BASE64_STANDARD.decode(checksum).map_or_else(|_| checksum.to_owned(), hex::encode)
}
