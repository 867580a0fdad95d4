//! What a browser has seen of a picture or a film before it sends it, and when any file was made, as its object carries it in a
//! header: one for all, so that a bucket's CORS policy names no other.

use super::{
    file_time::{CameraTime, can_be, own_date, written},
    name::is_hidden,
    tone::{Tone, UnknownTone},
};
use chrono::{DateTime, Utc};
use std::time::Duration;
use url::form_urlencoded::{Serializer, parse};

/// What a header holds of it at most, in bytes.
const MAX_ENCODED_BYTES: usize = 2_048;
const MAX_CAMERA_CHARACTERS: usize = 100;
/// A hundred hours: what plays longer is no film that anybody sits through, but a mistake.
const LONGEST_DURATION: Duration = Duration::from_secs(360_000);
/// In pixels: JPEG's own limit, and AV1's.
const LONGEST_SIDE: u32 = 65_535;

/// What is known of a picture, or of any file. All of it is what an uploader says; nothing is decided by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Width and height in pixels, as it is shown: turned as it says.
    pub shown: Option<(u32, u32)>,
    /// What stands in its place until it is there.
    pub tone: Option<Tone>,
    /// Can it be seen through somewhere?
    pub is_transparent: Option<bool>,
    /// When it was taken, by the clock of the camera.
    pub taken_at: Option<CameraTime>,
    /// The date of the file itself: of any, not of pictures alone.
    pub modified_at: Option<DateTime<Utc>>,
    /// Such as `NIKON Z 6_2`.
    pub camera: Option<String>,
    /// How long a film or a sound plays.
    pub duration: Option<Duration>,
    /// Does it say where it was taken?
    pub has_place: Option<bool>,
    /// Is a thumbnail sent beside it?
    pub has_thumbnail: bool,
}

/// Why a picture cannot be what it is said to be, in words for whoever wrote the program that said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPicture {
    #[error("width and height must both be numbers of pixels from 1 to 65535.")]
    Size,
    #[error("tone is none of those that there are.")]
    Tone,
    #[error("takenAt must be a time such as 2026-07-14T10:22:31+02:00, or without its zone.")]
    Time,
    #[error("lastModified must be a time such as 2026-07-14T08:22:31Z.")]
    Modified,
    #[error("durationMs must be a number of milliseconds from 1 to 360000000.")]
    Duration,
    #[error("camera must have 1 to 100 characters, none of them hidden.")]
    Camera,
}

impl Picture {
    /// Both sides of a picture, if both can be.
    ///
    /// # Errors
    ///
    /// `InvalidPicture::Size`.
    pub fn sides(width: u32, height: u32) -> Result<(u32, u32), InvalidPicture> {
        let can_be = |side: u32| (1..=LONGEST_SIDE).contains(&side);
        if can_be(width) && can_be(height) { Ok((width, height)) } else { Err(InvalidPicture::Size) }
    }

    /// A file's own date: RFC 3339.
    ///
    /// # Errors
    ///
    /// `InvalidPicture::Modified`.
    pub fn modified(text: &str) -> Result<DateTime<Utc>, InvalidPicture> {
        own_date(text).ok_or(InvalidPicture::Modified)
    }

    /// When it was taken: RFC 3339, or without a zone.
    ///
    /// # Errors
    ///
    /// `InvalidPicture::Time`.
    pub fn taken(text: &str) -> Result<CameraTime, InvalidPicture> {
        text.parse().map_err(|_| InvalidPicture::Time)
    }

    /// The time that lists have a file under, if its uploader says one that can be: when it was taken, or else its own date. Not before
    /// 1900, nor later than a day behind its upload.
    pub fn listed_at(&self, uploaded_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let said = [self.taken_at.map(CameraTime::utc), self.modified_at];
        said.into_iter().flatten().find(|at| can_be(*at, uploaded_at))
    }

    /// How long something plays.
    ///
    /// # Errors
    ///
    /// `InvalidPicture::Duration`.
    pub fn plays_for(milliseconds: u64) -> Result<Duration, InvalidPicture> {
        let duration = Duration::from_millis(milliseconds);
        let can_be = !duration.is_zero() && duration <= LONGEST_DURATION;
        if can_be { Ok(duration) } else { Err(InvalidPicture::Duration) }
    }

    /// Is there nothing in it that only something to look at has?
    pub fn shows_nothing(&self) -> bool {
        *self == Self { modified_at: self.modified_at, duration: self.duration, ..Self::default() }
    }

    /// A camera's name, without spaces around it.
    ///
    /// # Errors
    ///
    /// `InvalidPicture::Camera`.
    pub fn camera(text: &str) -> Result<String, InvalidPicture> {
        let name = text.trim();
        let is_fine = (1..=MAX_CAMERA_CHARACTERS).contains(&name.chars().count()) && !name.chars().any(is_hidden);
        if is_fine { Ok(name.to_owned()) } else { Err(InvalidPicture::Camera) }
    }

    /// As a header carries it; none where there is nothing to say.
    pub fn encoded(&self) -> Option<String> {
        let known = [
            ("shown", self.shown.map(|(width, height)| format!("{width}x{height}"))),
            ("tone", self.tone.map(|tone| tone.to_string())),
            ("transparent", self.is_transparent.map(yes_or_no)),
            ("taken", self.taken_at.map(|at| at.to_string())),
            ("modified", self.modified_at.map(written)),
            ("camera", self.camera.clone()),
            ("duration", self.duration.map(|duration| duration.as_millis().to_string())),
            ("place", self.has_place.map(yes_or_no)),
            ("thumbnail", self.has_thumbnail.then(|| yes_or_no(true))),
        ];
        let mut pairs = Serializer::new(String::new());
        pairs.extend_pairs(known.into_iter().filter_map(|(name, value)| Some((name, value?))));
        Some(pairs.finish()).filter(|text| !text.is_empty())
    }

    /// What a header says. Whatever cannot be is left out, as objects are found that other programs wrote.
    pub fn parse_encoded(text: &str) -> Self {
        let mut picture = Self::default();
        if text.len() > MAX_ENCODED_BYTES {
            return picture;
        }
        for (name, value) in parse(text.as_bytes()) {
            match &*name {
                "shown" => picture.shown = shown(&value),
                "tone" => picture.tone = value.parse().ok(),
                "taken" => picture.taken_at = value.parse().ok(),
                "modified" => picture.modified_at = own_date(&value),
                "camera" => picture.camera = Self::camera(&value).ok(),
                "duration" => picture.duration = value.parse().ok().and_then(|number| Self::plays_for(number).ok()),
                "transparent" => picture.is_transparent = is_yes(&value),
                "place" => picture.has_place = is_yes(&value),
                "thumbnail" => picture.has_thumbnail = value == "yes",
                _ => {}
            }
        }
        picture
    }
}

fn yes_or_no(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

fn is_yes(text: &str) -> Option<bool> {
    ["no", "yes"].iter().position(|word| *word == text).map(|place| place == 1)
}

fn shown(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once('x')?;
    Picture::sides(width.parse().ok()?, height.parse().ok()?).ok()
}

impl From<UnknownTone> for InvalidPicture {
    fn from(_: UnknownTone) -> Self {
        Self::Tone
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_known_of_a_picture_survives_the_way_there_and_back() {
        let picture = Picture {
            shown: Some((4_032, 3_024)),
            tone: Some(Tone::Sky),
            is_transparent: Some(true),
            taken_at: Some("2026-07-14T10:22:31+02:00".parse().expect("a time")),
            modified_at: Some(Picture::modified("2026-07-15T00:00:00.123Z").expect("a time")),
            camera: Some("Canon EOS R5 & “é”".into()),
            duration: Some(Duration::from_millis(83_450)),
            has_place: Some(false),
            has_thumbnail: true,
        };
        let text = picture.encoded().expect("something");
        assert!(text.is_ascii(), "{text}");
        assert_eq!(Picture::parse_encoded(&text), picture);
        assert_eq!(Picture::default().encoded(), None);
    }

    #[test]
    fn what_cannot_be_is_left_out() {
        let long = "a".repeat(101);
        for text in [
            "shown=0x1",
            "shown=1x65536",
            "shown=1",
            "tone=pink",
            "transparent=1",
            "taken=2026-13-01T00:00:00",
            "taken=1700-01-01T00:00:00",
            "taken=2026-01-01T00:00:00+99:00",
            "modified=2026-01-01T00:00:00",
            "modified=1764000000",
            "camera=",
            "camera=%20",
            "camera=%E2%80%AE",
            "camera=%00",
            &format!("camera={long}"),
            "duration=0",
            "duration=360000001",
            "duration=1.5",
            "place=maybe",
            "thumbnail=1",
            "other=1",
            "%ff",
            "",
        ] {
            assert_eq!(Picture::parse_encoded(text), Picture::default(), "{text}");
        }
    }

    #[test]
    fn a_file_is_listed_where_it_was_taken_or_made() {
        let picture = |taken: &str, modified: &str| Picture {
            taken_at: Some(taken).filter(|text| !text.is_empty()).map(|text| text.parse().expect("a time")),
            modified_at: Some(modified).filter(|text| !text.is_empty()).map(|text| own_date(text).expect("a time")),
            ..Picture::default()
        };
        let uploaded = own_date("2026-11-24T10:00:00Z").expect("a time");
        for (taken, modified, listed) in [
            ("2026-07-14T10:22:31+02:00", "2026-08-01T00:00:00Z", "2026-07-14T08:22:31Z"),
            ("2026-07-14T10:22:31", "", "2026-07-14T10:22:31Z"),
            ("", "2026-08-01T02:00:00.5+02:00", "2026-08-01T00:00:00.500Z"),
            ("1899-12-31T23:59:59", "2026-08-01T00:00:00Z", "2026-08-01T00:00:00Z"),
            ("2098-01-01T00:00:00", "", ""),
            ("2026-11-25T10:00:00", "", "2026-11-25T10:00:00Z"),
            ("2026-11-25T10:00:01", "", ""),
            ("", "0001-01-01T00:00:00Z", ""),
            ("", "9999-12-31T23:59:59Z", ""),
            ("", "", ""),
        ] {
            let at = picture(taken, modified).listed_at(uploaded).map(written).unwrap_or_default();
            assert_eq!(at, listed, "{taken} {modified}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>()) {
            let picture = Picture::parse_encoded(&text);
            prop_assert_eq!(Picture::parse_encoded(&picture.encoded().unwrap_or_default()), picture);
        }
    }
}
