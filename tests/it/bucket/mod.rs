//! The embedded bucket, asked over the wire as any S3 client would.

mod chunked;
pub mod client;
mod clients;
mod commands;
mod copy;
mod cors;
mod durability;
mod full_disk;
mod hostile;
mod list;
mod list_size;
mod manners;
mod multipart;
mod put;
mod read;
mod rust_s3;
mod server;
mod signature;
mod upgrade;
