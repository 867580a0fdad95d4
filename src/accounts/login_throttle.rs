//! Slows down those who guess passwords or tokens, and shuts nobody out who has a right one: an address that has not
//! guessed at an account may always try, whoever else guesses at it from anywhere.

use super::{Backoff, Principal, Throttle};
use crate::{
    error::{Error, Result},
    ids::UserId,
};
use moka::sync::Cache;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};

const MINUTE: Duration = Duration::from_secs(60);
const QUARTER: Duration = Duration::from_secs(15 * 60);

/// Somebody who mistypes, at an account that nobody else guesses at.
const CALM: Backoff = Backoff::new(5, MINUTE);
/// Somebody who mistypes, at an account that is being guessed at from many addresses. Each address gets these free
/// once, then about four an hour: a thousand addresses come to 100,000 guesses a day.
const ALARMED: Backoff = Backoff::new(2, QUARTER);
/// All addresses of a site together then: whoever has one of IPv6 has 65,536 networks of 64 bits (RFC 6177).
const ALARMED_SITE: Backoff = Backoff::new(10, QUARTER);
/// Failed attempts from anywhere that make an account one that is being guessed at.
const ALARM: u32 = 50;

/// Strangers that may be having a password checked or wait for it, of the places that [`super::hashing`] has for all:
/// however many come, those who are known get on.
const STRANGERS_IN_LINE: usize = 48;
const MAX_MEANT: u64 = 10_000;

/// The login throttle of one instance: attempts that failed, of each kind for itself.
pub struct LoginThrottle {
    account: Throttle,
    account_from_address: Throttle,
    account_from_site: Throttle,
    address: Throttle,
    known_browser: Throttle,
    session: Throttle,
    token: Throttle,
    strangers: Semaphore,
    /// Whose emails were typed, for notes of attempts that are refused unseen.
    meant: Cache<String, Option<UserId>>,
}

/// An attempt that was let through and counted, for as long as it is being looked at.
#[must_use]
pub struct Attempt<'a> {
    counts: Vec<(&'a Throttle, String)>,
    /// What a success makes forgotten.
    of_itself: usize,
    _place: Option<SemaphorePermit<'a>>,
}

impl Default for LoginThrottle {
    fn default() -> Self {
        Self {
            account: Throttle::new(Backoff::of_a_count()),
            account_from_address: Throttle::new(CALM),
            account_from_site: Throttle::new(ALARMED_SITE),
            address: Throttle::new(Backoff::new(30, MINUTE)),
            known_browser: Throttle::new(CALM),
            session: Throttle::new(CALM),
            token: Throttle::new(Backoff::new(30, QUARTER)),
            strangers: Semaphore::new(STRANGERS_IN_LINE),
            meant: Cache::builder().max_capacity(MAX_MEANT).time_to_idle(QUARTER).build(),
        }
    }
}

impl LoginThrottle {
    /// Counts an attempt at the password of an account, from a browser of which nothing is known. `account` is the
    /// email that was typed, `address` an IPv4 address or an IPv6 network such as `2001:db8:7:1::/64`.
    ///
    /// # Errors
    ///
    /// `Error::TooManyAttempts` with how long to wait: after too many at the account from this address or site, too
    /// many from this address at any account, or while as many strangers as may are being looked at.
    pub fn by_stranger(&self, account: &str, address: &str, now: Instant) -> Result<Attempt<'_>> {
        let is_alarmed = self.account.count(account) >= ALARM;
        let backoff = if is_alarmed { ALARMED } else { CALM };
        let mut attempt = Attempt::of_itself(&self.account_from_address, backoff, format!("{account} {address}"), now)?;
        attempt.also(&self.address, address, now)?;
        if let Some(site) = site_of(address).filter(|_| is_alarmed) {
            attempt.also(&self.account_from_site, &format!("{account} {site}"), now)?;
        }
        attempt.also(&self.account, account, now)?;
        match self.strangers.try_acquire() {
            Ok(place) => Ok(Attempt { _place: Some(place), ..attempt }),
            Err(_) => {
                attempt.take_back(now);
                Err(Error::TooManyAttempts { retry_after: Duration::from_secs(2) })
            }
        }
    }

    /// Counts an attempt at the password of an account that this browser was signed in to before: what others do does
    /// not matter. `browser` is what names it in its own cookie.
    ///
    /// # Errors
    ///
    /// `Error::TooManyAttempts` with how long to wait, after five from this browser at this account.
    pub fn by_known_browser(&self, browser: &str, user: UserId, now: Instant) -> Result<Attempt<'_>> {
        Attempt::of_itself(&self.known_browser, CALM, format!("{browser} {user}"), now)
    }

    /// Counts an attempt at the password of the account that is signed in: a session that was left open must not be a
    /// place to guess at. Each session for itself, so that whoever found one keeps its owner, in another, from nothing.
    ///
    /// # Errors
    ///
    /// `Error::TooManyAttempts` with how long to wait, after five in this session.
    pub fn by_session(&self, principal: &Principal, now: Instant) -> Result<Attempt<'_>> {
        Attempt::of_itself(&self.session, CALM, principal.session().to_owned(), now)
    }

    /// Remembers whose account it was that somebody failed at, if it is anyone's, for notes of attempts that are
    /// refused before the database is asked.
    pub fn remember(&self, account: &str, user: Option<UserId>) {
        self.meant.insert(account.to_owned(), user);
    }

    /// Whose account somebody fails at, as it was remembered; `None` for nobody's, and for one that was not remembered
    /// or is forgotten.
    pub fn meant(&self, account: &str) -> Option<UserId> {
        self.meant.get(account).flatten()
    }

    /// Counts a wrong token from an address. Right ones are not counted: they must work whoever else is at their
    /// address.
    ///
    /// # Errors
    ///
    /// `Error::TooManyAttempts` with how long to wait, after thirty from this address.
    pub fn by_wrong_token(&self, address: &str, now: Instant) -> Result<()> {
        self.token.attempt(address, now)
    }
}

impl<'a> Attempt<'a> {
    fn of_itself(throttle: &'a Throttle, backoff: Backoff, name: String, now: Instant) -> Result<Self> {
        throttle.attempt_at(backoff, &name, now)?;
        Ok(Self { counts: vec![(throttle, name)], of_itself: 1, _place: None })
    }

    /// Counts it here too, or, if it is refused, nowhere.
    fn also(&mut self, throttle: &'a Throttle, name: &str, now: Instant) -> Result<()> {
        throttle.attempt(name, now).inspect_err(|_| self.take_back(now))?;
        self.counts.push((throttle, name.to_owned()));
        Ok(())
    }

    /// Takes the attempt back: it was no guess, as it could not be looked at.
    pub fn take_back(&self, now: Instant) {
        for (throttle, name) in &self.counts {
            throttle.take_back(name, now);
        }
    }

    /// Ends an attempt that was right: whoever made it starts afresh, and what others did stays counted.
    pub fn succeed(self, now: Instant) {
        self.take_back(now);
        for (throttle, name) in &self.counts[..self.of_itself] {
            throttle.forgive(name);
        }
    }
}

/// The 48 bits that a site gets (RFC 6177), of an IPv6 network such as `2001:db8:7:1::/64`; none of an IPv4 address.
fn site_of(address: &str) -> Option<String> {
    let groups: Vec<&str> = address.strip_suffix("::/64")?.split(':').take(3).collect();
    Some(format!("{}::/48", groups.join(":")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(login_throttle: &LoginThrottle, account: &str, address: &str, now: Instant) -> bool {
        login_throttle.by_stranger(account, address, now).is_ok()
    }

    /// An hour in which two hundred addresses guess at an account every ten seconds.
    #[test]
    fn whoever_guesses_from_wherever_an_owner_gets_in_at_once() {
        let (login_throttle, start, mut let_through) = (LoginThrottle::default(), Instant::now(), 0);
        for second in (0..3_600).step_by(10) {
            let now = start + Duration::from_secs(second);
            let from = |number: u32| format!("10.0.{}.{}", number / 256, number % 256);
            let_through += (0..200).filter(|number| guess(&login_throttle, "ada", &from(*number), now)).count();
            let owner = login_throttle.by_stranger("ada", &format!("192.0.2.{}", second / 10 % 250), now);
            owner.unwrap_or_else(|error| panic!("after {second} s: {error}")).succeed(now);
        }
        // Two at once each, ten while the waits double to a quarter of an hour, then four an hour.
        assert!((200..=200 * 16).contains(&let_through), "{let_through}");
    }

    #[test]
    fn whoever_mistypes_waits_for_their_own_mistakes_alone() {
        let (login_throttle, now) = (LoginThrottle::default(), Instant::now());
        for number in 0..1_000 {
            guess(&login_throttle, "ada", &format!("10.0.{}.{}", number / 250, number % 250), now);
        }
        let answers = [(); 3].map(|()| guess(&login_throttle, "ada", "192.0.2.1", now));
        assert_eq!(answers, [true, true, false]);
        assert!(guess(&login_throttle, "ada", "192.0.2.1", now + Duration::from_secs(1)));
    }

    #[test]
    fn a_site_with_many_networks_is_one() {
        let (login_throttle, now) = (LoginThrottle::default(), Instant::now());
        let from = |number: u32| format!("2001:db8:7:{number:x}::/64");
        let let_through = (0..1_000).filter(|number| guess(&login_throttle, "ada", &from(*number), now)).count();
        assert!(let_through <= 61, "{let_through}");
        assert!(guess(&login_throttle, "ada", "2001:db8:8:1::/64", now));
    }

    #[test]
    fn a_known_browser_does_not_wait_for_others_and_has_no_more_guesses_than_they() {
        let (login_throttle, now, ada) = (LoginThrottle::default(), Instant::now(), UserId::generate());
        for _ in 0..100 {
            guess(&login_throttle, "ada", "192.0.2.1", now);
        }
        let known = (0..100).filter(|_| login_throttle.by_known_browser("browser", ada, now).is_ok()).count();
        assert_eq!(known, 5);
        assert!(login_throttle.by_known_browser("another", ada, now).is_ok());
    }

    #[test]
    fn strangers_leave_places_to_others() {
        let (login_throttle, now) = (LoginThrottle::default(), Instant::now());
        let waiting: Vec<Attempt<'_>> = (0..STRANGERS_IN_LINE)
            .map(|number| login_throttle.by_stranger("ada", &format!("10.0.0.{number}"), now).expect("a place"))
            .collect();
        assert!(login_throttle.by_stranger("bob", "192.0.2.1", now).is_err());
        drop(waiting);
        assert!(login_throttle.by_stranger("bob", "192.0.2.1", now).is_ok());
    }
}
