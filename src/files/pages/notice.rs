//! What was moved just now, as the next page says it, with its undo.

use crate::{
    files::{
        transition::{Moved, Transition},
        view::files_in_words,
    },
    web::{Flash, Undo},
};

/// What to say after a transition. `actions` is the path under which the transitions of these files are made, such as
/// `/files`; the undo goes there as well.
pub fn moved(transition: Transition, moved: Moved, actions: &str) -> Flash {
    if moved.count == 0 {
        return Flash::saying("Nothing was changed: the files had been moved already.");
    }
    let what = moved.name.map_or_else(|| files_in_words(moved.count), |name| format!("“{name}”"));
    let is = if moved.count == 1 { "is" } else { "are" };
    let words = match transition {
        Transition::Trash => format!("{what} {is} in the trash."),
        Transition::Restore => format!("{what} {is} back."),
        Transition::Quarantine => format!("{what} {is} in quarantine."),
        Transition::Release => format!("{what} {is} released."),
    };
    let action = format!("{actions}/{}", transition.inverse().as_str());
    Flash { words, undo: moved.id.map(|id| Undo { action, id: id.to_string(), back: String::new() }) }
}

/// What to say after files went for ever.
pub fn purged() -> Flash {
    Flash::saying("Deleted for ever.")
}
