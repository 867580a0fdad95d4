//! The embedded bucket, asked over the wire as any S3 client would.

mod boto3;
mod chunked;
pub mod client;
mod cors;
mod durability;
mod full_disk;
mod hostile;
mod list;
mod list_size;
mod put;
mod read;
mod rust_s3;
mod server;
mod signature;
