//! What somebody hostile tries, and what faults do: one file a theme.

mod bodies;
mod connections;
mod filters;
mod frozen_database;
mod guessing;
mod identity;
mod instances;
mod lasting_log;
mod left_behind;
mod loose_urls;
mod many_parts;
mod memory;
mod mistaken_database;
mod notice;
mod open_uploads;
mod other_pages;
mod other_users;
mod outage;
mod passwords;
mod requests;
mod share_guessing;
mod shared_archives;
mod shared_folders;
mod shares;
mod stale;
mod types;
