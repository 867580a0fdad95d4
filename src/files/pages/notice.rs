//! What was moved just now, as the next page says it, with its undo.

use crate::{
    files::transition::{Moved, Transition},
    web::{
        Notice, Undo,
        notice::{FileMove, MovedFiles},
    },
};

/// What to say after a transition. `actions` is the path under which the transitions of these files are made.
pub fn moved(transition: Transition, moved: Moved, actions: &str) -> Notice {
    let files = match (moved.count, moved.name) {
        (0, _) => return Notice::NothingMoved,
        (_, Some(name)) => MovedFiles::One(name),
        (count, None) if moved.has_more => MovedFiles::First(count),
        (count, None) => MovedFiles::Many(count),
    };
    let action = format!("{actions}/{}", transition.inverse().as_str());
    let undo = moved.id.map(|id| Undo::of(action, &[("move", &id.to_string())]));
    Notice::Moved { how: transition.into(), files, undo }
}

impl From<Transition> for FileMove {
    fn from(transition: Transition) -> Self {
        match transition {
            Transition::Trash => Self::Trashed,
            Transition::Restore => Self::Restored,
            Transition::Quarantine => Self::Quarantined,
            Transition::Release => Self::Released,
        }
    }
}
