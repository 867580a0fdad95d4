//! What people without an account do with a link by which somebody asks for files: they look at its page, and send.

mod api;
mod door;
mod multipart;
mod page;

pub use api::{preflights, presign_batch, presign_upload, save_batch, save_metadata};
pub use multipart::{completion, create, delete, parts, sign_parts};
pub use page::{page, unlock};
