//! Who makes a change, and from where.

use crate::ids::UserId;

/// Who does it, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: Option<UserId>,
    /// The email, or what did it instead of a person.
    pub name: String,
    /// An address as the throttle knows it.
    pub address: String,
}

impl Actor {
    pub fn user(id: UserId, email: impl Into<String>, address: impl Into<String>) -> Self {
        Self { user: Some(id), name: email.into(), address: address.into() }
    }

    /// Somebody who is not signed in.
    pub fn nobody(address: impl Into<String>) -> Self {
        Self { user: None, name: "not signed in".to_owned(), address: address.into() }
    }

    /// Somebody at the machine itself.
    pub fn command_line() -> Self {
        Self { user: None, name: "command line".to_owned(), address: "this machine".to_owned() }
    }

    /// Cloakroom itself, such as when the trash has kept a file long enough.
    pub fn itself() -> Self {
        Self { user: None, name: "Cloakroom".to_owned(), address: "this machine".to_owned() }
    }
}
