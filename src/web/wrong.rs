//! What is wrong with a form that sets a password, at its field or elsewhere.

use crate::{accounts::passwords, error::Problem};

/// What a form that sets a password says of what is wrong with it, in words for people.
#[derive(Clone, Debug, Default)]
pub struct Wrong {
    /// What is wrong with the password that is to be set, for its field.
    pub in_password: Option<String>,
    /// What else is wrong.
    pub elsewhere: Option<String>,
}

impl Wrong {
    /// Puts the words of a problem where they belong.
    pub fn of(problem: Problem) -> Self {
        match passwords::is_about_password(problem.code) {
            true => Self { in_password: Some(problem.words), elsewhere: None },
            false => Self { in_password: None, elsewhere: Some(problem.words) },
        }
    }
}
