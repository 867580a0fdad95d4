//! What people see of folders that they share with one another: who has them, what is shared with somebody, and what is in it.

mod added;
mod archive;
mod bytes;
mod folder;
mod given;
mod people;
mod view;
mod with_me;

pub use added::{put_away, take_back};
pub use archive::{archive_entries, archive_urls};
pub use bytes::{content, download, thumbnail};
pub use folder::{folder, folder_below};
pub use given::Given;
pub use people::{add, people, remove, set_role};
pub use view::view;
pub use with_me::{leave, leaving, with_me};
