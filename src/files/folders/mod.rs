//! Folders: where people put their files, and what is done with them.

pub mod changes;
pub mod child;
pub mod entity;
pub mod folder;
pub mod moving;
pub mod names;
pub mod path;
pub mod place;
pub mod removal;
pub mod restored;
pub mod shared;
pub mod totals;
pub mod trash;
pub mod tree;

pub use folder::Folder;
pub use place::Place;
