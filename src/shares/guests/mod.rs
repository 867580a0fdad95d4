//! What people without an account see of a link: its page, its files, and what stands in their place where it is closed.

mod archive;
mod archive_door;
mod door;
mod file;
mod found;
mod open_folder;
mod page;
mod unlocking;
mod view;

pub use archive::{archive_entries, archive_urls};
pub use door::Guest;
pub use file::{content, download, thumbnail};
pub use page::{folder, page};
pub use unlocking::unlock;
pub use view::view;
