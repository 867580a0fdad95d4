//! Uploads that were begun on this instance and not confirmed yet, each to be looked for in the bucket in case its browser
//! has gone: in memory alone, and bounded, as the next listing of the bucket finds whatever was forgotten.

use crate::{
    ids::{FileId, UserId},
    storage::ObjectKey,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// Tickets of all accounts together, of at most half a KiB each.
const MOST: usize = 50_000;
/// Of one account, so that nobody takes the others' room.
const MOST_OF_ONE: u32 = 10_000;
/// After the upload was begun: long enough for a page that lives to have confirmed most of its files by itself, and short
/// enough for somebody who closed it to find them. From then on it is looked after as long again, until the last time.
const FIRST_LOOK: TimeDelta = TimeDelta::minutes(5);
/// How often a look that failed is tried again, each time after twice as long; that is two days for the usual ten minutes.
const MOST_FAILURES: u32 = 8;

/// What is open, and when it is looked for.
#[derive(Default)]
pub struct Tickets {
    open: Mutex<Open>,
    /// Notified when a ticket is due before all others.
    earlier: Notify,
}

#[derive(Default)]
struct Open {
    tickets: HashMap<FileId, Ticket>,
    queue: BTreeSet<(DateTime<Utc>, FileId)>,
    counts: HashMap<UserId, u32>,
}

struct Ticket {
    key: Box<str>,
    owner: UserId,
    due: DateTime<Utc>,
    /// When nothing can arrive any more.
    last: DateTime<Utc>,
    failures: u32,
}

impl Tickets {
    /// Opens the ticket of an upload to which nothing can arrive any more after `last`; again: changes that time. Says
    /// whether there was room for it.
    pub fn open(&self, key: &ObjectKey, last: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let due = (now + FIRST_LOOK).min(last);
        let mut open = self.lock();
        open.remove(key.file_id);
        let count = open.counts.get(&key.owner).copied().unwrap_or_default();
        if open.tickets.len() >= MOST || count >= MOST_OF_ONE {
            return false;
        }
        let is_first = open.queue.first().is_none_or(|(first, _)| due < *first);
        open.counts.insert(key.owner, count + 1);
        open.queue.insert((due, key.file_id));
        let ticket = Ticket { key: key.as_str().into(), owner: key.owner, due, last, failures: 0 };
        open.tickets.insert(key.file_id, ticket);
        drop(open);
        if is_first {
            self.earlier.notify_one();
        }
        true
    }

    /// Forgets an upload that is in the index, or was refused.
    pub fn close(&self, file: FileId) {
        self.lock().remove(file);
    }

    /// How many uploads there are that nobody has confirmed yet.
    pub fn count(&self) -> usize {
        self.lock().tickets.len()
    }

    /// Some of those that are due, the longest first, with their keys.
    pub fn due(&self, now: DateTime<Utc>, limit: usize) -> Vec<(FileId, String)> {
        let open = self.lock();
        let due = open.queue.iter().take_while(|(due, _)| *due <= now).take(limit);
        due.filter_map(|(_, file)| Some((*file, open.tickets.get(file)?.key.to_string()))).collect()
    }

    /// When the next one is due.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.lock().queue.first().map(|(due, _)| *due)
    }

    /// Waits until another one is the first that is due.
    pub async fn earlier(&self) {
        self.earlier.notified().await;
    }

    /// There was nothing: it is looked for again after as long as it is open now, but for the last time when nothing can
    /// arrive any more, after which it is forgotten.
    pub fn note_nothing(&self, file: FileId, now: DateTime<Utc>) {
        let mut open = self.lock();
        let Some(last) = open.tickets.get(&file).map(|ticket| ticket.last).filter(|last| now < *last) else {
            return open.remove(file);
        };
        let age = now - file.begun_at().unwrap_or(now);
        open.postpone(file, (now + age.max(FIRST_LOOK)).min(last));
    }

    /// It could not be looked for: that is tried again after a while, and later each time.
    pub fn note_failure(&self, file: FileId, now: DateTime<Utc>, after: TimeDelta) {
        let mut open = self.lock();
        let Some(ticket) = open.tickets.get_mut(&file) else { return };
        ticket.failures += 1;
        match ticket.failures {
            1..=MOST_FAILURES => {
                let due = now + after * 2_i32.pow(ticket.failures - 1);
                open.postpone(file, due);
            }
            _ => open.remove(file),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn remove(&mut self, file: FileId) {
        let Some(Ticket { owner, due, .. }) = self.tickets.remove(&file) else { return };
        self.queue.remove(&(due, file));
        let count = self.counts.get(&owner).copied().unwrap_or_default();
        match count {
            0 | 1 => self.counts.remove(&owner),
            _ => self.counts.insert(owner, count - 1),
        };
    }

    fn postpone(&mut self, file: FileId, due: DateTime<Utc>) {
        if let Some(ticket) = self.tickets.get_mut(&file) {
            self.queue.remove(&(ticket.due, file));
            self.queue.insert((due, file));
            ticket.due = due;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UrlKind;

    fn key(owner: UserId) -> ObjectKey {
        ObjectKey::new("files/", FileId::generate(UrlKind::Strict), owner, "a.txt".parse().expect("a name"))
    }

    /// A ticket, and times in minutes from the beginning of its upload.
    fn opened(last: i64) -> (Tickets, FileId, impl Fn(i64) -> DateTime<Utc>) {
        let (tickets, key) = (Tickets::default(), key(UserId::generate()));
        let start = key.file_id.begun_at().expect("a time");
        let at = move |minutes| start + TimeDelta::minutes(minutes);
        assert!(tickets.open(&key, at(last), at(0)));
        (tickets, key.file_id, at)
    }

    #[test]
    fn an_upload_is_looked_for_less_and_less_often_until_nothing_can_arrive() {
        let (tickets, file, at) = opened(65);
        let mut looks = Vec::new();
        while let Some(due) = tickets.next_due() {
            assert!(tickets.due(due - TimeDelta::seconds(1), 9).is_empty());
            assert_eq!(tickets.due(due, 9).len(), 1);
            looks.push((due - at(0)).num_minutes());
            tickets.note_nothing(file, due);
        }
        assert_eq!(looks, [5, 10, 20, 40, 65]);
    }

    #[test]
    fn an_upload_whose_time_is_short_is_looked_for_at_its_end() {
        let (tickets, _, at) = opened(2);
        assert_eq!(tickets.next_due(), Some(at(2)));
    }

    #[test]
    fn a_look_that_fails_is_tried_again_later_each_time_and_not_for_ever() {
        let (tickets, file, at) = opened(65);
        let (mut waits, mut now) = (Vec::new(), at(5));
        while tickets.next_due().is_some() {
            tickets.note_failure(file, now, TimeDelta::minutes(10));
            let Some(due) = tickets.next_due() else { break };
            waits.push((due - now).num_minutes());
            now = due;
        }
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 1_280]);
    }

    #[test]
    fn what_is_confirmed_is_forgotten() {
        let (tickets, file, _) = opened(65);
        tickets.close(file);
        tickets.close(file);
        assert_eq!(tickets.next_due(), None);
        let open = tickets.lock();
        assert_eq!((open.tickets.len(), open.queue.len(), open.counts.len()), (0, 0, 0));
    }

    #[test]
    fn nobody_takes_the_room_of_others() {
        let (tickets, greedy) = (Tickets::default(), UserId::generate());
        let now = DateTime::from_timestamp(1_764_000_000, 0).expect("a time");
        let opened = (0..MOST_OF_ONE + 5).filter(|_| tickets.open(&key(greedy), now, now)).count();
        assert_eq!(opened, MOST_OF_ONE as usize);
        let other = key(UserId::generate());
        assert!(tickets.open(&other, now, now));
        assert!(tickets.open(&other, now, now), "once more");
        tickets.close(tickets.due(now, 1)[0].0);
        assert_eq!(tickets.lock().tickets.len(), MOST_OF_ONE as usize);
    }

    #[tokio::test]
    async fn whoever_waits_hears_of_an_earlier_one() {
        let (tickets, _, at) = opened(65);
        tickets.earlier().await;
        let later = key(UserId::generate());
        tickets.open(&later, at(90), at(30));
        let earlier = key(UserId::generate());
        tickets.open(&earlier, at(1), at(0));
        tickets.earlier().await;
        assert_eq!(tickets.due(at(1), 9).len(), 1);
    }
}
