//! What a page says of what was done just now, with a way to take it back where there is one.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    pub words: String,
    pub undo: Option<Undo>,
}

/// A form that takes it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    pub action: String,
    /// When it was done, in microseconds since 1970, which names what was moved.
    pub at: String,
    /// Where to go afterwards.
    pub back: String,
}

impl Flash {
    pub fn saying(words: impl Into<String>) -> Self {
        Self { words: words.into(), undo: None }
    }
}
