//! The embedded bucket: an S3 server inside the process that behaves as Cloudflare R2 is known to behave.
//!
//! A request passes through these files in this order:
//!
//! - `server` accepts connections, bounds them and stops them, uploads first (`gate`); `idle` drops the silent ones;
//! - `front` answers what S3 clients may ask without a signature (preflights) and adds CORS headers to answers;
//! - s3s parses the request and checks its signature; `access` then refuses what R2 refuses;
//! - `store` is the list of operations; `put`, `read`, `list`, `delete` and `administration` do them;
//! - `aside` writes bytes where nobody sees them while `digests` checks them; `folder` holds the files;
//! - `writer` makes them visible, many `changes` to one transaction of the `index`.

mod access;
mod administration;
mod aside;
mod attributes;
mod body;
mod changes;
mod conditions;
mod cors;
mod delete;
mod digests;
mod error;
mod folder;
mod front;
mod gate;
mod headers;
mod idle;
mod index;
mod key;
mod list;
mod put;
mod read;
mod server;
pub mod settings;
mod signing;
mod store;
mod walk;
mod writer;

pub use error::BucketError;
pub use server::{BucketOptions, RunningBucket, start};
