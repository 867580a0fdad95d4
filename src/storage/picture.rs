//! What a browser has seen of a picture or a film before it sends it, as its object carries it in a header.

use super::name::is_hidden;
use chrono::{Datelike, NaiveDateTime};
use std::{fmt, str::FromStr};
use url::form_urlencoded::{Serializer, parse};

/// How a time is written that has no zone.
const TIME: &str = "%Y-%m-%dT%H:%M:%S";
/// When photography began, and later than any clock that is wrong by accident.
const YEARS: std::ops::RangeInclusive<i32> = 1826..=2200;
/// What a header holds of it at most, in bytes.
const MAX_ENCODED_BYTES: usize = 2_048;
const MAX_CAMERA_CHARACTERS: usize = 100;
/// In pixels: JPEG's own limit, and AV1's.
const LONGEST_SIDE: u32 = 65_535;

/// What is known of a picture. All of it is what an uploader says; nothing is decided by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Width and height in pixels, as it is shown: turned as it says.
    pub shown: Option<(u32, u32)>,
    /// What stands in its place until it is there.
    pub tone: Option<Tone>,
    /// When it was taken, by the clock of the camera, whose zone it may not tell.
    pub taken_at: Option<NaiveDateTime>,
    /// Such as `NIKON Z 6_2`.
    pub camera: Option<String>,
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
    #[error("takenAt must be a time without a zone, such as 2026-07-14T10:22:31.")]
    Time,
    #[error("camera must have 1 to 100 characters, none of them hidden.")]
    Camera,
}

macro_rules! tones {
    ($($tone:ident $name:literal)+) => {
        /// A colour of a small palette: the one that is nearest to what a picture is on the whole.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Tone {
            $($tone,)+
        }

        impl Tone {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$tone,)+];

            /// As rows, addresses and style sheets have it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$tone => $name,)+
                }
            }
        }
    };
}

tones! {
    Ink "ink" Coal "coal" Ash "ash" Snow "snow" Cream "cream" Sand "sand" Brown "brown" Red "red" Orange "orange"
    Yellow "yellow" Green "green" Moss "moss" Teal "teal" Sky "sky" Blue "blue" Violet "violet" Rose "rose"
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

    /// A time as cameras write it, without a zone.
    ///
    /// # Errors
    ///
    /// `InvalidPicture::Time`.
    pub fn time(text: &str) -> Result<NaiveDateTime, InvalidPicture> {
        let time = NaiveDateTime::parse_from_str(text, TIME).ok().filter(|time| YEARS.contains(&time.year()));
        time.ok_or(InvalidPicture::Time)
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
        let yes_or_no = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let known = [
            ("shown", self.shown.map(|(width, height)| format!("{width}x{height}"))),
            ("tone", self.tone.map(|tone| tone.to_string())),
            ("taken", self.taken_at.map(|at| at.format(TIME).to_string())),
            ("camera", self.camera.clone()),
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
                "taken" => picture.taken_at = Self::time(&value).ok(),
                "camera" => picture.camera = Self::camera(&value).ok(),
                "place" => {
                    picture.has_place = ["no", "yes"].iter().position(|word| *word == value).map(|place| place == 1)
                }
                "thumbnail" => picture.has_thumbnail = value == "yes",
                _ => {}
            }
        }
        picture
    }
}

fn shown(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once('x')?;
    Picture::sides(width.parse().ok()?, height.parse().ok()?).ok()
}

impl FromStr for Tone {
    type Err = InvalidPicture;

    fn from_str(text: &str) -> Result<Self, InvalidPicture> {
        Self::ALL.iter().copied().find(|tone| tone.as_str() == text).ok_or(InvalidPicture::Tone)
    }
}

impl fmt::Display for Tone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
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
            taken_at: Some(Picture::time("2026-07-14T10:22:31").expect("a time")),
            camera: Some("Canon EOS R5 & “é”".into()),
            has_place: Some(false),
            has_thumbnail: true,
        };
        let text = picture.encoded().expect("something");
        assert!(text.is_ascii(), "{text}");
        assert_eq!(Picture::parse_encoded(&text), picture);
        assert_eq!(Picture::default().encoded(), None);
    }

    #[test]
    fn browsers_know_the_same_tones() {
        let read = |path: &str| {
            std::fs::read_to_string(format!("{}/static/{path}", env!("CARGO_MANIFEST_DIR"))).expect("a file")
        };
        let (style, script) = (read("css/tones.css"), read("js/picture/tones.js"));
        for tone in Tone::ALL {
            assert!(style.contains(&format!(".tone-{tone} {{")), "{tone}");
            assert!(script.contains(&format!("  {tone}: [")), "{tone}");
        }
    }

    #[test]
    fn what_cannot_be_is_left_out() {
        let long = "a".repeat(101);
        for text in [
            "shown=0x1",
            "shown=1x65536",
            "shown=1",
            "tone=pink",
            "taken=2026-13-01T00:00:00",
            "taken=1700-01-01T00:00:00",
            "taken=2026-01-01T00:00:00Z",
            "camera=",
            "camera=%20",
            "camera=%E2%80%AE",
            "camera=%00",
            &format!("camera={long}"),
            "place=maybe",
            "thumbnail=1",
            "other=1",
            "%ff",
            "",
        ] {
            assert_eq!(Picture::parse_encoded(text), Picture::default(), "{text}");
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
