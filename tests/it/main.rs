//! Every test that drives Cloakroom from outside, in one binary.

mod accounts;
mod attacks;
mod bucket;
mod commands;
mod crash;
mod endpoints;
mod full_disk;
mod gallery;
mod housekeeping;
mod lists;
mod locks;
mod migrations;
mod moves;
mod multipart;
mod own_account;
mod people;
mod routes;
mod signed_again;
mod signing;
mod start;
mod statement_limits;
mod stopping;
mod stores;
mod support;
mod tidy;
mod uploads;
