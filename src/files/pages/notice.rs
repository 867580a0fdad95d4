//! What was moved just now, as the next page says it, with its undo.

use crate::{
    files::transition::{Moved, Transition},
    web::{
        Notice, Undo,
        moved_files::{FileMove, MovedFiles},
    },
};

/// What to say after a transition. `actions` is the path under which the transitions of these files are made.
pub fn moved(transition: Transition, moved: Moved, actions: &str) -> Notice {
    let Some(files) = named(&moved) else { return Notice::NothingMoved };
    let action = format!("{actions}/{}", transition.inverse().as_str());
    let undo = moved.id.map(|id| Undo::of(action, &[("move", &id.to_string())]));
    Notice::Moved { how: transition.into(), files, undo }
}

/// How the files of a step are called, if there are any.
pub(super) fn named(moved: &Moved) -> Option<MovedFiles> {
    match (moved.count, moved.name.clone()) {
        (0, _) => None,
        (_, Some(name)) => Some(MovedFiles::One(name)),
        (count, None) if moved.has_more => Some(MovedFiles::First(count)),
        (count, None) => Some(MovedFiles::Many(count)),
    }
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
