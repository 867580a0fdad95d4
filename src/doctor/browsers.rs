//! What the bucket lets browsers do with it, asked the way a browser asks.

use super::{
    check::{Check, Topic, failed, in_time, words},
    installation::Installation,
};
use crate::{
    database::now,
    storage::{Store, Trial},
};

const FIX: &str = "Paste what “cloakroom cors” prints into the bucket's CORS policy, or run “cloakroom cors --apply”. It takes up to 30 \
                   seconds to take effect.";

/// May pages of the app upload and read, with every header that they send?
pub(super) async fn preflight(store: &Store, installation: &Installation<'_>) -> Check {
    let origin = installation.url.origin().ascii_serialization();
    match in_time(store.cors_obstacle(&origin)).await {
        Ok(None) => {
            Check::fine(Topic::Cors, format!("Pages of {origin} may upload and read, with all that they send."))
        }
        Ok(Some(obstacle)) => {
            let seen = format!("The bucket's CORS rules {}, so browsers upload nothing.", obstacle.words(&origin));
            Check::wrong(Topic::Cors, seen, FIX)
        }
        Err(error) => failed(Topic::Cors, &error),
    }
}

/// Do scripts see the bucket's answers?
pub(super) async fn exposed(trial: &Trial<'_>, installation: &Installation<'_>) -> Check {
    let origin = installation.url.origin().ascii_serialization();
    match in_time(trial.exposed_to(&origin, now())).await {
        Ok(Some(names)) if names.is_empty() => {
            Check::fine(Topic::Exposed, "Scripts see them, and no header but the usual ones; they need none.")
        }
        Ok(Some(names)) => Check::fine(Topic::Exposed, format!("Scripts see them, with {}.", names.join(", "))),
        Ok(None) => Check::wrong(Topic::Exposed, format!("Scripts of {origin} do not see them."), FIX),
        Err(error) => failed(Topic::Exposed, &error),
    }
}

/// How many rules there are, where that may be known.
pub(super) async fn rules(store: &Store) -> Check {
    match in_time(store.cors_rules(now())).await {
        Ok(rules) => {
            let words = if rules.len() == 1 { "one rule".to_owned() } else { format!("{} rules", rules.len()) };
            Check::fine(Topic::CorsRules, format!("The bucket has {words}."))
        }
        Err(error) => {
            let why = format!("these credentials may not read them ({}).", words(&error));
            Check::not_made(Topic::CorsRules, why)
        }
    }
}
