//! Who may enter: users, their passwords, sessions and tokens. Nothing here knows of HTTP.

mod actor;
pub mod administration;
mod directory;
mod email;
mod entity;
mod guessable;
mod hashing;
pub mod links;
mod memory;
pub mod password_mark;
pub mod passwords;
pub mod sessions;
mod setup;
mod throttle;
pub mod tokens;
pub mod users;

pub use actor::{AdminChange, Change, Claim};
pub use directory::{Account, Directory};
pub use email::Email;
pub use guessable::About;
pub use setup::SetUp;
pub use throttle::{Pace, Throttle};
pub use users::Role;
