//! How a file comes to be: presigning, and `register`, the one way into the index.

pub mod api;
mod by_link;
mod contributing;
mod fate;
mod foretelling;
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
pub use foretelling::Foretold;
pub use presign::{Presigned, UploadRequest, presign, presign_again};
pub use register::{Registered, Standing, register};
pub use uploader::Uploader;
