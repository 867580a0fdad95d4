//! The embedded bucket: an S3 server inside the process that behaves as Cloudflare R2 is known to behave.
//!
//! A request passes through these folders in this order:
//!
//! - `http`: `server` accepts connections, bounds them and stops them, uploads first (`gate`); `idle` drops the silent ones; `front`
//!   answers what S3 clients may ask without a signature (preflights) and adds CORS headers to answers;
//! - `auth`: s3s parses the request and checks its signature; `access` then refuses what R2 refuses;
//! - `objects`: `operations` lists what there is; `put`, `read`, `list`, `copy`, `delete`, `multipart/` and `administration` do it;
//!   `content` is an object's bytes, in one file or in those of its parts;
//! - `disk`: `staging` writes bytes where nobody sees them while `digests` checks them; `folder` holds the files, which `readers` keep;
//!   `writer` makes them visible, many `changes` to one transaction of the `index`: rows of `objects`, `uploads` and `parts`, in the
//!   tables of the `schema`. An upload becomes an object by its rows alone: its parts stay where they are.

mod auth;
mod disk;
mod error;
mod http;
mod objects;

pub use error::BucketError;
pub use http::server::{BucketOptions, RunningBucket, start};
