//! Uploads in parts: begun, sent, completed or aborted, and listed.

mod abort;
mod begin;
mod complete;
mod copy;
mod list_parts;
mod list_uploads;
mod part;
mod whole;
