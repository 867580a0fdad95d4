//! Uploads that come in parts, of which the server keeps nothing: what it must know of one is sealed into the id by which its
//! client names it.

pub mod api;
mod begin;
mod completion;
mod parts;
mod plan;
mod sealed_id;

pub(super) use completion::Completed;
