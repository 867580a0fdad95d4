//! Steps from one state of a link to another.

use super::state::State;

/// A step from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    Pause,
    Continue,
    /// Stops sharing.
    End,
    /// Takes that back: to the state that was left.
    Restore(State),
}

impl Transition {
    /// The states that it leaves.
    pub fn from(self) -> &'static [State] {
        match self {
            Self::Pause => &[State::Active],
            Self::Continue => &[State::Paused],
            Self::End => &[State::Active, State::Paused],
            Self::Restore(_) => &[State::Ended],
        }
    }

    /// The state that it leads to.
    pub fn to(self) -> State {
        match self {
            Self::Pause => State::Paused,
            Self::Continue => State::Active,
            Self::End => State::Ended,
            Self::Restore(to) => to,
        }
    }
}
