//! What the bucket does by itself with what lies in it (its lifecycle rules).
//! <https://developers.cloudflare.com/r2/buckets/object-lifecycles/>

use super::{
    Store, code_of,
    listing::{unreadable, whole},
    request::{Extras, unexpected},
    signing::Request,
    xml::{self, Place},
};
use crate::error::Result;
use chrono::{DateTime, Utc};

/// A rule that is in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LifecycleRule {
    /// Its name, which may be empty.
    pub id: String,
    /// What the keys begin with that it is for.
    pub prefix: String,
    /// After so many days it throws away uploads in parts that nobody completed.
    pub aborts_after: Option<u32>,
    /// Does it delete objects?
    pub deletes: bool,
    is_enabled: bool,
}

impl LifecycleRule {
    /// Is it for any key that begins with this?
    pub fn concerns(&self, prefix: &str) -> bool {
        self.prefix.starts_with(prefix) || prefix.starts_with(&self.prefix)
    }

    fn note(&mut self, path: &[String], text: String) {
        let path: Vec<&str> = path.iter().skip(2).map(String::as_str).collect();
        match path[..] {
            ["ID"] => self.id = text,
            ["Status"] => self.is_enabled = text == "Enabled",
            ["Prefix"] | ["Filter", "Prefix"] | ["Filter", "And", "Prefix"] => self.prefix = text,
            ["AbortIncompleteMultipartUpload", "DaysAfterInitiation"] => self.aborts_after = text.parse().ok(),
            ["Expiration", "Days" | "Date"] => self.deletes = true,
            _ => {}
        }
    }
}

fn parse(xml: &str) -> Option<Vec<LifecycleRule>> {
    let mut rules = Vec::<LifecycleRule>::new();
    xml::walk(xml, |place| match place {
        Place::Begins([_, rule]) if rule == "Rule" => rules.push(LifecycleRule::default()),
        Place::Begins(_) => {}
        Place::Ends(path, text) => {
            if let Some(rule) = rules.last_mut().filter(|_| path.len() > 2) {
                rule.note(path, text);
            }
        }
    })?;
    Some(rules.into_iter().filter(|rule| rule.is_enabled).collect())
}

impl Store {
    /// The bucket's rules that are in force.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable`, also when these credentials may not read them or the store knows none; `ClocksDiffer`.
    pub async fn lifecycle_rules(&self, now: DateTime<Utc>) -> Result<Vec<LifecycleRule>> {
        let request = Request { method: "GET", key: "", headers: &[], query: &[("lifecycle", "")] };
        let answer = self.send_again(&request, &Extras::default(), now).await?;
        let status = answer.status();
        let body = whole(answer).await?;
        match status {
            status if status.is_success() => parse(&body).ok_or_else(unreadable),
            _ if code_of(&body) == "NoSuchLifecycleConfiguration" => Ok(Vec::new()),
            status => Err(unexpected(status, body.as_bytes())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_are_in_force_are_read_with_what_they_do() {
        let xml = "<LifecycleConfiguration>
            <Rule><ID>Default</ID><Filter><Prefix/></Filter><Status>Enabled</Status>
            <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>
            <Rule><ID>old</ID><Filter><Prefix>files/old/</Prefix></Filter><Status>Enabled</Status>
            <Expiration><Days>30</Days></Expiration></Rule>
            <Rule><ID>off</ID><Status>Disabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>";
        let rules = parse(xml).expect("rules");
        let told: Vec<_> = rules.iter().map(|rule| (rule.id.as_str(), rule.aborts_after, rule.deletes)).collect();
        assert_eq!(told, [("Default", Some(7), false), ("old", None, true)]);
        for (prefix, concerned) in [("files/", [true, true]), ("thumbs/", [true, false])] {
            assert_eq!(rules.iter().map(|rule| rule.concerns(prefix)).collect::<Vec<_>>(), concerned, "{prefix}");
        }
    }
}
