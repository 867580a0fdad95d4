//! `cloakroom cors`: the rule that lets browsers use the bucket, printed or written.

use super::{
    error::{CliError, Result},
    output::print,
};
use crate::{
    config::{Config, StoreConfig},
    database::now,
    embedded,
    error::Error,
    server::local_url,
    state::loopback_twins,
    storage::{CorsPolicy, Store},
};
use clap::Args;
use std::net::{Ipv4Addr, SocketAddr};

const MAY_NOT: &str = "These credentials may not change the bucket's settings. Set R2_ADMIN_ACCESS_KEY_ID and R2_ADMIN_SECRET_ACCESS_KEY to \
                       those of a token with Admin Read & Write, or paste what “cloakroom cors” prints.";

#[derive(Args)]
pub struct Cors {
    /// Write it into the bucket, where rules for other origins stay
    #[arg(long)]
    apply: bool,
}

/// Prints the policy as JSON; or writes it into the bucket, with admin credentials where there are any.
///
/// # Errors
///
/// What is in the way of the store, or of its rules.
pub async fn run(config: Config, command: Cors) -> Result<()> {
    let url = config.app.url.clone().map_or_else(|| local_url(config.app.bind), Ok)?;
    let origins = loopback_twins(&url);
    let policy = CorsPolicy::for_origins(&origins);
    if !command.apply {
        let json = serde_json::to_string_pretty(&[policy]).map_err(|error| Error::Internal(error.to_string()))?;
        return print(&json);
    }
    // Nobody else has to find it.
    let config = Config { store_bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), ..config };
    let (store, bucket) = embedded::resolve(&config, &url).await?;
    let store = match config.store_admin.clone() {
        Some(admin) => {
            StoreConfig { access_key_id: admin.access_key_id, secret_access_key: admin.secret_access_key, ..store }
        }
        None => store,
    };
    let written = write(&Store::open(&store, config.key_prefix.clone())?, &policy).await;
    if let Some(bucket) = bucket {
        bucket.stop().await;
    }
    let others = written?;
    print(&match others {
        0 => format!("The bucket lets pages of {} use it.", origins.join(" and ")),
        1 => format!("The bucket lets pages of {} use it. One rule for others stays.", origins.join(" and ")),
        many => format!("The bucket lets pages of {} use it. {many} rules for others stay.", origins.join(" and ")),
    })
}

/// How many rules for others there are.
async fn write(store: &Store, policy: &CorsPolicy) -> Result<usize> {
    let refused = |error| match error {
        Error::StoreUnavailable(words) if words.starts_with("HTTP 403") || words.starts_with("HTTP 401") => {
            CliError::Refused(format!("{words}. {MAY_NOT}"))
        }
        other => other.into(),
    };
    let rules = store.cors_rules(now()).await.map_err(refused)?;
    let rules = rules.with(policy);
    store.set_cors_rules(&rules, now()).await.map_err(refused)?;
    Ok(rules.len() - 1)
}
