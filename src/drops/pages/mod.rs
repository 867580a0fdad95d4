//! What people see and do with their own requests for files: making one, its terms, what came by it, and the list of them.

mod changes;
mod draft;
mod form;
mod list;
mod one;

pub use changes::{end, pause, renew, restore, resume, save};
pub use draft::{make, new};
pub(super) use list::before;
pub use list::{Around, Place, Row, requests, see};
pub use one::{drop_id, request};
