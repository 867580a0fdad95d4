//! What the store is asked, counted by what Cloudflare R2 takes for it: <https://developers.cloudflare.com/r2/pricing/>.

use super::signing::Request;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How R2 charges for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// What changes something, or lists: $4.50 a million.
    A,
    /// What reads an object: $0.36 a million.
    B,
    /// Removing, and giving up.
    Free,
}

/// Requests, or URLs for requests of others.
#[derive(Debug, Default)]
pub struct Calls([AtomicU64; 3]);

impl Class {
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::Free];

    /// As a label has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::Free => "free",
        }
    }

    /// What a million of them costs, in US dollars.
    pub fn dollars_per_million(self) -> f64 {
        match self {
            Self::A => 4.5,
            Self::B => 0.36,
            Self::Free => 0.0,
        }
    }

    /// Reading the bucket, or the parts of an upload, is listing; both are told by their query.
    pub(super) fn of(request: &Request<'_>) -> Self {
        let lists = request.key.is_empty() || request.query.iter().any(|(name, _)| *name == "uploadId");
        match request.method {
            "DELETE" => Self::Free,
            "GET" | "HEAD" if !lists => Self::B,
            _ => Self::A,
        }
    }
}

impl Calls {
    pub(super) fn note(&self, class: Class) {
        self.0[class as usize].fetch_add(1, Relaxed);
    }

    /// How many of a class there were since the start.
    pub fn count(&self, class: Class) -> u64 {
        self.0[class as usize].load(Relaxed)
    }

    /// What all of them cost, in US dollars.
    pub fn dollars(&self) -> f64 {
        Class::ALL.into_iter().map(|class| self.count(class) as f64 * class.dollars_per_million() / 1_000_000.0).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_cost_what_r2_says() {
        let class = |method, key, query| Class::of(&Request { method, key, headers: &[], query });
        assert_eq!(class("PUT", "files/a", &[]), Class::A);
        assert_eq!(class("POST", "files/a", &[("uploads", "")]), Class::A);
        assert_eq!(class("GET", "", &[("list-type", "2")]), Class::A);
        assert_eq!(class("GET", "files/a", &[("uploadId", "x")]), Class::A);
        assert_eq!(class("GET", "files/a", &[]), Class::B);
        assert_eq!(class("HEAD", "files/a", &[]), Class::B);
        assert_eq!(class("DELETE", "files/a", &[("uploadId", "x")]), Class::Free);
        let calls = Calls::default();
        (0..1_000).for_each(|_| calls.note(Class::A));
        assert_eq!(calls.count(Class::A), 1_000);
        assert!((calls.dollars() - 0.0045).abs() < 1e-12);
    }
}
