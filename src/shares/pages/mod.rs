//! What people see and do with their own links: making one, its terms, and the list of them.

mod changes;
mod draft;
pub mod form;
mod list;
mod one;
mod places;

pub use changes::{end, pause, renew, restore, resume, save};
pub use draft::{make, new, new_of_selection};
pub use list::{Row, shared};
pub use one::{share, share_id};
