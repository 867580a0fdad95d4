//! The colours that stand in the place of pictures until they are there.

use std::{fmt, str::FromStr};

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

/// No colour of the palette has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTone;

impl FromStr for Tone {
    type Err = UnknownTone;

    fn from_str(text: &str) -> Result<Self, UnknownTone> {
        Self::ALL.iter().copied().find(|tone| tone.as_str() == text).ok_or(UnknownTone)
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
}
