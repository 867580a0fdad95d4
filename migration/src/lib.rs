//! The database's shape, one change a file, alike for SQLite and PostgreSQL.

pub use sea_orm_migration::prelude::*;

mod m20261101_000001_users;
mod m20261101_000002_sessions;
mod m20261101_000003_api_tokens;
mod m20261101_000004_settings;
mod m20261101_000005_r2_files;
mod m20261124_000006_finding_files;
mod m20261124_000007_audit_events;
mod m20261124_000008_account_links;
mod m20261124_000009_last_seen;
mod m20261124_000010_token_names;
mod m20261125_000012_link_makers;
mod m20261125_000013_authenticated;
mod m20261125_000014_token_ends;
mod m20261125_000016_event_counts;
mod m20261125_000018_writable_until;
mod m20261125_000019_moves;
mod m20261125_000020_removals;
mod m20261125_000021_owners;
mod m20261125_000022_removed_objects;
mod m20261126_000023_folder_paths;
mod m20261126_000024_verified;
mod m20261126_000025_thumbnails;
mod m20261126_000026_removes_place;
mod m20261126_000027_tickets;
mod m20261126_000028_taken_at;
mod m20261126_000029_deleted_accounts;
mod m20261126_000030_acts;
mod m20261126_000031_found_types;
mod m20261126_000032_durations;
mod m20261126_000033_transparency;
mod m20261127_000034_quarantine_reasons;
mod m20261127_000035_missing;
mod m20261127_000036_file_totals;
mod m20261127_000037_lasting_events;
mod m20261127_000038_event_filters;
mod m20261127_000039_row_level_security;
mod m20261127_000041_index_of_unknown_sizes;
mod m20261127_000042_assignments;
mod m20261127_000043_stars;
mod m20261127_000044_stars_index;
mod m20261127_000045_folders;
mod m20261127_000046_folders_of_files;
mod m20261127_000047_folder_totals;
mod m20261127_000048_indexes_of_places;
mod m20261127_000049_folder_heights;
mod m20261127_000050_index_of_places_taken;
mod m20261127_000053_folder_grants;
mod m20261127_000054_archives_begun;
mod m20261127_000056_grant_roles;
mod m20261127_000057_contributors;
mod m20261127_000058_contributors_index;
mod m20261127_000060_shares;
mod m20261127_000061_shares_of_folders;
mod m20261127_000062_links_of_folder;
mod m20261127_000067_drop_links;
mod m20261127_000068_drop_files;
mod r2_files_sqlite;
mod sql;

/// Every migration, in the order in which they are run. New ones go to the end; a merged one is never changed.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = the_first();
        all.extend(the_second());
        all.extend(the_newest());
        all
    }
}

fn the_first() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261101_000001_users::Migration),
        Box::new(m20261101_000002_sessions::Migration),
        Box::new(m20261101_000003_api_tokens::Migration),
        Box::new(m20261101_000004_settings::Migration),
        Box::new(m20261101_000005_r2_files::Migration),
        Box::new(m20261124_000006_finding_files::Migration),
        Box::new(m20261124_000007_audit_events::Migration),
        Box::new(m20261124_000008_account_links::Migration),
        Box::new(m20261124_000009_last_seen::Migration),
        Box::new(m20261124_000010_token_names::Migration),
        Box::new(m20261125_000012_link_makers::Migration),
        Box::new(m20261125_000013_authenticated::Migration),
        Box::new(m20261125_000014_token_ends::Migration),
        Box::new(m20261125_000018_writable_until::Migration),
        Box::new(m20261125_000019_moves::Migration),
        Box::new(m20261125_000020_removals::Migration),
        Box::new(m20261125_000016_event_counts::Migration),
        Box::new(m20261125_000021_owners::Migration),
        Box::new(m20261125_000022_removed_objects::Migration),
    ]
}

fn the_second() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261126_000023_folder_paths::Migration),
        Box::new(m20261126_000024_verified::Migration),
        Box::new(m20261126_000025_thumbnails::Migration),
        Box::new(m20261126_000026_removes_place::Migration),
        Box::new(m20261126_000027_tickets::Migration),
        Box::new(m20261126_000028_taken_at::Migration),
        Box::new(m20261126_000029_deleted_accounts::Migration),
        Box::new(m20261126_000030_acts::Migration),
        Box::new(m20261126_000031_found_types::Migration),
        Box::new(m20261126_000032_durations::Migration),
        Box::new(m20261126_000033_transparency::Migration),
        Box::new(m20261127_000034_quarantine_reasons::Migration),
        Box::new(m20261127_000035_missing::Migration),
        Box::new(m20261127_000036_file_totals::Migration),
        Box::new(m20261127_000037_lasting_events::Migration),
        Box::new(m20261127_000038_event_filters::Migration),
        Box::new(m20261127_000039_row_level_security::Migration),
        Box::new(m20261127_000041_index_of_unknown_sizes::Migration),
        Box::new(m20261127_000042_assignments::Migration),
        Box::new(m20261127_000043_stars::Migration),
        Box::new(m20261127_000044_stars_index::Migration),
        Box::new(m20261127_000045_folders::Migration),
        Box::new(m20261127_000046_folders_of_files::Migration),
        Box::new(m20261127_000047_folder_totals::Migration),
        Box::new(m20261127_000048_indexes_of_places::Migration),
    ]
}

fn the_newest() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20261127_000060_shares::Migration),
        Box::new(m20261127_000061_shares_of_folders::Migration),
        Box::new(m20261127_000062_links_of_folder::Migration),
        Box::new(m20261127_000053_folder_grants::Migration),
        Box::new(m20261127_000067_drop_links::Migration),
        Box::new(m20261127_000068_drop_files::Migration),
        Box::new(m20261127_000056_grant_roles::Migration),
        Box::new(m20261127_000057_contributors::Migration),
        Box::new(m20261127_000058_contributors_index::Migration),
        Box::new(m20261127_000049_folder_heights::Migration),
        Box::new(m20261127_000050_index_of_places_taken::Migration),
        Box::new(m20261127_000054_archives_begun::Migration),
    ]
}
