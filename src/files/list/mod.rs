//! Lists of files: what is asked for, the pages of it, and how many there are.

pub mod chips;
pub mod cursor;
pub mod dates;
pub mod facets;
pub mod folding;
pub mod months;
pub mod neighbours;
pub mod order;
pub mod page;
pub mod search;
pub mod statistics;
pub mod trash;
pub mod within;
mod words;
