//! An email address as the name of an account.

use std::{fmt, str::FromStr};

/// In lower case, so that one person has one account however they write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = &'static str;

    /// Something, an `@`, and something: whether it can be delivered to is not for us to say. At most 254
    /// characters (RFC 5321, 4.5.3.1.3, less the brackets).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_lowercase();
        let odd = |character: char| character.is_whitespace() || character.is_control();
        match text.split_once('@') {
            Some((local, domain))
                if !local.is_empty() && !domain.is_empty() && text.len() <= 254 && !text.contains(odd) =>
            {
                Ok(Self(text))
            }
            _ => Err("This is no email address. Write one such as ada@example.com."),
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn one_person_has_one_spelling() {
        assert_eq!(" Ada@Example.COM ".parse::<Email>().map(|email| email.to_string()), Ok("ada@example.com".into()));
        for bad in
            ["", "ada", "@", "ada@", "@example.com", "a b@example.com", "a@b\0", &format!("{}@x", "a".repeat(254))]
        {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
    }
}
