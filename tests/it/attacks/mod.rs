//! What somebody hostile tries, and what faults do: one file a theme.

mod frozen_database;
