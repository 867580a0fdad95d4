//! How a file comes to be: presigning, and `register`, the one way into the index.

mod adopt;
pub mod api;
mod presign;
mod register;

pub use adopt::adopt_unknown;
pub use presign::{Presigned, Wish, presign};
pub use register::{Registered, register};
