//! In which order a list of files stands.

/// What a list is ordered by, and in which direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Newest,
    Oldest,
    Name,
    NameBackwards,
    Largest,
    Smallest,
    /// By group of types, the newest of each first.
    Type,
}

impl Order {
    /// Every order, as a form offers them.
    pub const ALL: [Self; 7] =
        [Self::Newest, Self::Oldest, Self::Name, Self::NameBackwards, Self::Largest, Self::Smallest, Self::Type];

    /// As addresses have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Name => "name",
            Self::NameBackwards => "name-backwards",
            Self::Largest => "largest",
            Self::Smallest => "smallest",
            Self::Type => "type",
        }
    }

    /// As a form has it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Newest => "Newest first",
            Self::Oldest => "Oldest first",
            Self::Name => "Name, A to Z",
            Self::NameBackwards => "Name, Z to A",
            Self::Largest => "Largest first",
            Self::Smallest => "Smallest first",
            Self::Type => "Type",
        }
    }
}
