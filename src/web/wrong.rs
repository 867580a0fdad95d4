//! What is wrong with a form that sets a password, at its field or elsewhere.

use crate::{accounts::passwords, error::Problem};

#[derive(Clone, Debug, Default)]
pub struct Wrong {
    pub in_password: Option<String>,
    pub elsewhere: Option<String>,
}

impl Wrong {
    pub fn of(problem: Problem) -> Self {
        match passwords::is_about_password(problem.code) {
            true => Self { in_password: Some(problem.words), elsewhere: None },
            false => Self { in_password: None, elsewhere: Some(problem.words) },
        }
    }
}
