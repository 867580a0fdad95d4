//! The page that asks for a password once more, and then goes on with what was asked for.

use super::{Fields, Layout};
use crate::{
    accounts::Account,
    error::{Error, Problem},
};
use askama::Template;

/// Where the page's form goes, which sends on to what [`PATH`] holds.
pub const ACTION: &str = "/account/confirmation";
/// The name of the field with the path that was asked for in the first place. No other form has it.
pub const PATH: &str = "confirmation-path";
/// The name of the field with the password. No other form has it.
pub const PASSWORD: &str = "confirmation-password";

/// The page that asks, for browsers without htmx.
#[derive(Template)]
#[template(path = "profile/confirmation.html")]
pub struct ConfirmationPage {
    pub layout: Layout,
    pub form: Confirmation,
}

/// The form alone, for htmx, which shows it above the page that asked.
#[derive(Template)]
#[template(path = "profile/_confirmation.html")]
pub struct ConfirmationForm {
    pub form: Confirmation,
}

/// What was asked for, and by whom.
pub struct Confirmation {
    email: String,
    why: String,
    /// The password was given and did not do, rather than asked for the first time.
    is_wrong: bool,
    path: String,
    fields: Vec<(String, String)>,
}

impl Confirmation {
    /// Asks an account's owner for their password, as the problem says, before the path is gone on to with these
    /// fields.
    pub fn new(account: &Account, problem: &Problem, path: &str, fields: &Fields) -> Self {
        let others = fields.pairs().filter(|(name, _)| ![PATH, PASSWORD].contains(name));
        Self {
            email: account.email.clone(),
            why: problem.words.clone(),
            is_wrong: problem.code != Error::PasswordNeeded.problem().code,
            path: path.to_owned(),
            fields: others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }
}
