//! How a file comes to be: presigning, and `register`, the one way into the index.

pub mod api;
mod by_link;
mod contributing;
mod fate;
pub mod guests;
mod issue;
pub mod multipart;
mod placing;
pub mod policy;
pub mod preflight;
mod presign;
mod register;
pub mod same_names;
mod thumbnail;
pub mod thumbnail_api;
pub mod together;
mod uploader;

pub use fate::Refused;
pub use presign::{Presigned, UploadRequest, presign, presign_again};
pub use register::{Registered, Standing, register, would_index};
pub use uploader::Uploader;
