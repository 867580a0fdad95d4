//! Who may enter: users, their passwords, sessions and tokens. Nothing here knows of HTTP.

mod account_cache;
mod account_link;
pub mod administration;
pub mod bearer;
mod context;
mod deleted;
pub mod deletion;
mod email;
mod entity;
mod fate;
mod guessable;
mod hashing;
pub mod invitations;
pub mod login_throttle;
mod memory;
mod name;
pub mod password_links;
pub mod password_mark;
pub mod passwords;
mod principal;
mod role;
mod secret;
pub mod sessions;
mod set_up;
mod throttle;
pub mod tokens;
mod user;
pub mod users;

pub use account_cache::{Account, AccountCache};
pub use context::Accounts;
pub use email::Email;
pub use guessable::About;
pub use principal::{AdminChange, Change, Principal};
pub use role::Role;
pub use set_up::SetUp;
pub use throttle::{Backoff, Throttle};
