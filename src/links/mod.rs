//! What links that people without an account open have in common, whatever they are for: their secret, their end, their password, and
//! whether there may be any.

pub mod closed;
pub mod form;
pub mod lock;
pub mod permission;
pub mod qr;
pub mod secret;
pub mod state;
pub mod terms;
pub mod transition;
