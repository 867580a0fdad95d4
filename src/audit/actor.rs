//! Who makes a change, and from where.

use crate::ids::UserId;

/// Who makes a change, and from where. Kept with the event as it is now: an email that is changed later stays as it
/// was.
#[derive(Clone, Debug)]
pub struct Actor {
    /// `None` for whoever is not signed in, the command line, and Cloakroom itself.
    pub user: Option<UserId>,
    /// The email, or what did it instead of a person.
    pub name: String,
    /// An IP address as the throttle of sign-ins knows it, or where else it came from, such as `this machine`.
    pub address: String,
}

impl Actor {
    /// Somebody with an account.
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
