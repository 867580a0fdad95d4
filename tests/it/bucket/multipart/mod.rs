//! Uploads in parts, as R2 has them.

mod complete;
mod lists;
mod parts;
mod survival;
mod upload;

pub use upload::{PART, Upload, bytes, list_of};
