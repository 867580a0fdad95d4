//! The bucket: whether it does what uploads and downloads ask of it, tried with an object of our own.

use super::{
    browsers,
    check::{Check, Findings, Topic, failed, in_time, outcome, words},
    installation::{BucketPlace, Installation},
};
use crate::{
    config::GOES_ON_FOR,
    database::now,
    error::{Error, Result},
    storage::{Capabilities, LifecycleRule, Store, Trial, thumbnails_prefix},
};

/// R2's own endpoint, which never answers strangers, whether the bucket is public or not.
const R2: &str = ".r2.cloudflarestorage.com";

/// Does the bucket answer with these credentials, and by which clock?
pub(super) async fn listing(store: &Store, findings: &mut Findings<'_>) -> Result<()> {
    let listed = in_time(store.probe()).await;
    findings.note(clock(store, &listed));
    findings.note(match &listed {
        Ok(()) => Check::fine(Topic::Listing, format!("The bucket at {} can be listed.", store.origin())),
        Err(error) => failed(Topic::Listing, error),
    });
    listed
}

/// Why there is no bucket to look at.
pub(super) fn closed(installation: &Installation<'_>, error: &Error) -> Check {
    let fix = match installation.bucket {
        BucketPlace::Embedded => {
            "If Cloakroom runs, it keeps its bucket to itself: look at Admin, Storage, which makes these checks while it runs."
        }
        BucketPlace::Elsewhere => "Correct the R2_* settings.",
    };
    Check::wrong(Topic::Listing, format!("{}.", words(error)), fix)
}

/// All that is asked of a bucket, of one that answers; what it lets browsers do is asked of any.
pub(super) async fn trial(
    store: &Store,
    installation: &Installation<'_>,
    answers: &Result<()>,
    findings: &mut Findings<'_>,
) {
    let trial = match (answers, store.trial()) {
        (Ok(()), Ok(trial)) => Some(trial),
        (Ok(()) | Err(_), _) => None,
    };
    match &trial {
        Some(trial) => write(store, trial, findings).await,
        None => {
            let topics = Topic::ALL.into_iter().skip_while(|topic| *topic != Topic::Put);
            let topics = topics.take_while(|topic| *topic != Topic::Cors);
            topics.for_each(|topic| findings.note(not_listed(topic)));
        }
    }
    findings.note(browsers::preflight(store, installation).await);
    findings.note(match &trial {
        Some(trial) => browsers::exposed(trial, installation).await,
        None => not_listed(Topic::Exposed),
    });
    if trial.is_none() {
        [Topic::CorsRules, Topic::Lifecycle, Topic::Delete]
            .into_iter()
            .for_each(|topic| findings.note(not_listed(topic)));
        return;
    }
    findings.note(browsers::rules(store).await);
    findings.note(lifecycle(store).await);
    if let Some(trial) = trial {
        let seen = "What was written was removed again.";
        findings.note(outcome(Topic::Delete, in_time(trial.remove(now())).await, seen));
    }
}

async fn write(store: &Store, trial: &Trial<'_>, findings: &mut Findings<'_>) {
    let put = "An object was taken by a URL that is signed for its length, type and checksum.";
    findings.note(outcome(Topic::Put, in_time(trial.put(now())).await, put));
    findings.note(outcome(Topic::Head, in_time(trial.head(now())).await, "Its headers can be read."));
    findings.note(outcome(
        Topic::RangedGet,
        in_time(trial.inspect(now())).await,
        "Its first bytes are what was written.",
    ));
    let parts = "An object was put together of its parts.";
    findings.note(outcome(Topic::Multipart, in_time(trial.put_in_parts(now())).await, parts));
    findings.note(match in_time(store.get_to_know_anew(now())).await {
        Ok(found) => honoured(found),
        Err(error) => failed(Topic::Honoured, &error),
    });
    findings.note(anonymous(store, trial).await);
    findings.note(public_url(trial).await);
}

fn not_listed(topic: Topic) -> Check {
    Check::not_made(topic, "storage cannot even be listed.")
}

fn clock(store: &Store, listed: &Result<()>) -> Check {
    let fix = "Set the one that is wrong; timedatectl set-ntp true keeps this machine's right.";
    match (listed, store.clock_trouble()) {
        (Err(error @ Error::ClocksDiffer { .. }), _) => Check::wrong(Topic::Clock, format!("{error}."), fix),
        (_, Some(trouble)) => Check::wrong(Topic::Clock, format!("This machine's clock is {trouble}."), fix),
        (Err(Error::StoreUnavailable(words)), _) if !words.starts_with("HTTP") => {
            Check::not_made(Topic::Clock, "storage does not answer.")
        }
        (Ok(()) | Err(_), None) => match store.clock_skew().num_seconds() {
            0 => Check::fine(Topic::Clock, "This machine's clock and the store's agree within two seconds."),
            ahead => Check::fine(Topic::Clock, format!("The store's clock is {ahead} s ahead, which is allowed for.")),
        },
    }
}

/// A store that ignores If-None-Match is provided for; whatever else it ignores is noticed too late or not at all.
fn honoured(found: Capabilities) -> Check {
    let missing: Vec<_> = found.missing().iter().map(|words| format!("Storage {words}.")).collect();
    match (missing.is_empty(), Capabilities { conditional_writes: true, ..found } == Capabilities::ALL) {
        (true, _) => Check::fine(Topic::Honoured, "If-None-Match, lengths, checksums, and what signed reads ask for."),
        (false, true) => {
            let rest = "What is not promised here: that nobody writes to a file again within the minutes for which its URL lives. Each is \
                        looked at once more when it has expired.";
            Check::fine(Topic::Honoured, format!("{} {rest}", missing.join(" ")))
        }
        (false, false) => {
            let fix = "Use a store that honours them, such as Cloudflare R2, or a newer release of this one.";
            Check::wrong(Topic::Honoured, missing.join(" "), fix)
        }
    }
}

async fn anonymous(store: &Store, trial: &Trial<'_>) -> Check {
    let both = async { Ok((trial.is_listed_for_anyone().await?, trial.is_readable_by_anyone().await?)) };
    let (listed, readable) = match in_time(both).await {
        Ok(found) => found,
        Err(error) => return Check::not_made(Topic::Anonymous, format!("{}.", words(&error))),
    };
    let from_r2 = if store.origin().ends_with(R2) {
        " Whether its r2.dev address or a domain of its own is open, Cloudflare's dashboard alone tells."
    } else {
        ""
    };
    match (listed, readable, store.is_public()) {
        (true, _, true) | (true, false, false) => Check::wrong(
            Topic::Anonymous,
            "Anyone can list the bucket, and with it every file's name.",
            "Take from strangers what lets them list it.",
        ),
        (_, true, false) => Check::wrong(
            Topic::Anonymous,
            "Anyone can read what is in the bucket, while the settings say that it is private.",
            "Make the bucket private; or set R2_PUBLIC_BASE_URL to where anyone reads it, and REQUIRE_SIZE=true.",
        ),
        (false, false, false) => {
            Check::fine(Topic::Anonymous, format!("Nobody without a signed link, as the settings say.{from_r2}"))
        }
        (false, _, true) => Check::fine(Topic::Anonymous, "Anyone who knows a file's address, as the settings say."),
    }
}

async fn public_url(trial: &Trial<'_>) -> Check {
    match in_time(trial.is_public()).await {
        Ok(None) => Check::fine(Topic::PublicUrl, "None is set, so files are read by signed links."),
        Ok(Some(true)) => Check::fine(Topic::PublicUrl, "It serves what was written."),
        Ok(Some(false)) | Err(_) => Check::wrong(
            Topic::PublicUrl,
            "It does not serve what was written.",
            "Correct R2_PUBLIC_BASE_URL, or let the bucket be read there; unset it if the bucket is private.",
        ),
    }
}

async fn lifecycle(store: &Store) -> Check {
    let rules = match in_time(store.lifecycle_rules(now())).await {
        Ok(rules) => rules,
        Err(error) => {
            let why = format!("these credentials may not read them, or storage has none ({}).", words(&error));
            return Check::not_made(Topic::Lifecycle, why);
        }
    };
    let (files, thumbnails) = (store.prefix(), thumbnails_prefix(store.prefix()));
    let ours: Vec<&LifecycleRule> =
        rules.iter().filter(|rule| rule.concerns(files) || rule.concerns(&thumbnails)).collect();
    let days = GOES_ON_FOR.num_days();
    if let Some(rule) = ours.iter().find(|rule| rule.deletes) {
        let seen = format!("The rule “{}” deletes files under “{}” by itself.", rule.id, rule.prefix);
        return Check::wrong(Topic::Lifecycle, seen, "Remove that rule, or let it leave out what Cloakroom keeps.");
    }
    match ours.iter().filter_map(|rule| rule.aborts_after).min() {
        Some(after) if i64::from(after) < days => Check::wrong(
            Topic::Lifecycle,
            format!("Uploads in parts are thrown away after {after} days, while they may go on for {days}."),
            format!("Set that rule to {days} days or more."),
        ),
        Some(after) => Check::fine(Topic::Lifecycle, format!("Unfinished uploads in parts go after {after} days.")),
        None => Check::fine(
            Topic::Lifecycle,
            format!(
                "There is none for unfinished uploads in parts; Cloakroom throws them away itself after {days} days."
            ),
        ),
    }
}
