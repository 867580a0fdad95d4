//! An email address as the name of an account.

use std::{fmt, str::FromStr};

/// An email address, in lower case, so that one person has one account however they write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The address as accounts have it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = &'static str;

    /// Letters, digits and the marks of RFC 5322's atoms, an `@`, and a host: whether it can be delivered to is not for
    /// us to say. ASCII alone, so that no two addresses look alike. At most 254 characters (RFC 5321, 4.5.3.1.3, less
    /// the brackets).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_lowercase();
        let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte);
        let is_domain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        match text.split_once('@') {
            Some((local, domain))
                if !local.is_empty()
                    && !domain.is_empty()
                    && text.len() <= 254
                    && local.bytes().all(is_local)
                    && domain.bytes().all(is_domain) =>
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
        for bad in [
            "",
            "ada",
            "@",
            "ada@",
            "@example.com",
            "a b@example.com",
            "a@b\0",
            "a@b@c",
            "ada\u{200b}@example.com",
            "аda@example.com",
            "<b>@y.z",
            &format!("{}@x", "a".repeat(254)),
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
    }
}
