//! The way in: connections, their limits and their end, CORS, and what S3's errors look like.

pub(crate) mod body;
pub(crate) mod cors;
pub(crate) mod digested;
pub(crate) mod front;
pub(crate) mod gate;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod idle;
pub(crate) mod lenient;
pub(crate) mod server;
