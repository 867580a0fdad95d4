#![doc = include_str!("README.md")]

pub mod size;

pub mod error;
pub mod ids;

pub mod config;
pub mod crash_points;
pub mod idle;
pub mod log_limit;
pub mod measures;
pub mod process;
pub mod storage;

pub mod database;

pub mod audit;

pub mod accounts;
pub mod state;

pub mod bucket;

pub mod web;

pub mod auth;
pub mod files;

pub mod profile;

pub mod links;

pub mod grants;
pub mod shares;

pub mod drops;

pub mod uploads;

pub mod jobs;

pub mod doctor;

pub mod admin;

pub mod health;
pub mod installed;
pub mod metrics;
pub mod well_known;

pub mod listen;
pub mod routes;

pub mod embedded;
pub mod server;

pub mod cli;
