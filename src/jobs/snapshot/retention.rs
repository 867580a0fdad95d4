//! Which snapshots stay: the last of each of the last 24 hours that have one, and of each of the last 30 days.

use crate::{error::Result, state::AppState, storage::SnapshotKey};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

const HOURLY: usize = 24;
const DAILY: usize = 30;

/// Removes those that are older, and nothing else; says how many.
pub(super) async fn prune(app: &AppState, now: DateTime<Utc>) -> Result<usize> {
    let all = app.store.list_snapshots(now).await?;
    let times: Vec<_> = all.iter().map(|key| key.at).collect();
    let mut removed = 0;
    for place in beyond(&times) {
        let old: &SnapshotKey = &all[place];
        app.store.delete(old.as_str()).await?;
        removed += 1;
    }
    Ok(removed)
}

/// The places of those that go, among all from the oldest to the latest.
fn beyond(times: &[DateTime<Utc>]) -> Vec<usize> {
    let (mut hours, mut days) = (BTreeSet::new(), BTreeSet::new());
    let goes = |(_, at): &(usize, &DateTime<Utc>)| {
        let is_hourly = hours.len() < HOURLY && hours.insert(at.format("%Y%m%d%H").to_string());
        let is_daily = days.len() < DAILY && days.insert(at.date_naive());
        !is_hourly && !is_daily
    };
    times.iter().enumerate().rev().filter(goes).map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_764_000_000 / 86_400 * 86_400 + minutes * 60, 0).expect("a time")
    }

    #[test]
    fn the_last_24_hourly_and_30_daily_ones_stay() {
        let every_hour: Vec<_> = (0..24 * 60).map(|hour| at(hour * 60)).collect();
        let gone = beyond(&every_hour);
        let kept: Vec<_> =
            (0..every_hour.len()).filter(|place| !gone.contains(place)).map(|place| every_hour[place]).collect();
        // The last one of today is both.
        assert_eq!(kept.len(), HOURLY + DAILY - 1);
        let last = every_hour[every_hour.len() - 1];
        assert!((0..24).all(|hours| kept.contains(&(last - TimeDelta::hours(hours)))));
        assert!((0..30).all(|days| kept.contains(&(last - TimeDelta::days(days)))));
    }

    #[test]
    fn of_one_hour_the_last_stays_and_few_stay_all() {
        assert_eq!(beyond(&[at(0), at(10), at(59), at(60)]), [1, 0]);
        let one_a_month: Vec<_> = (0..30).map(|month| at(month * 43_200)).collect();
        assert_eq!(beyond(&one_a_month), Vec::<usize>::new());
        assert_eq!(beyond(&[]), Vec::<usize>::new());
    }
}
