//! How a file comes to be: presigning, and `register`, the one way into the index.

pub mod api;
pub mod policy;
mod presign;
mod register;

pub use presign::{Presigned, UploadRequest, presign};
pub use register::{Registered, register};
