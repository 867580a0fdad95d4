//! Everyone's own page: name, password, sessions, tokens, and how much of the quota is used.

mod changes;
mod confirmation;
mod page;

pub use changes::{
    change_password, create_token, end_other_sessions, end_session, rename, revoke_token, set_removes_place,
};
pub use confirmation::confirm;
pub use page::account;
