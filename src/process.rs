//! What the process may do: how many files it may have open, and who may read those that it makes.

use rustix::{
    fs::Mode,
    process::{Resource, getrlimit, setrlimit, umask},
};

/// When the system sets no limit at all.
const MANY_DESCRIPTORS: usize = 1 << 20;

/// Before anything else: new files are for this user alone, and the limit on open files is as high as it may be.
pub fn prepare() {
    umask(Mode::RWXG | Mode::RWXO);
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        // The limit that there was is one to live with: connections are counted against it.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

/// How many files and connections may be open at a time.
pub fn max_descriptors() -> usize {
    let limit = getrlimit(Resource::Nofile).current;
    limit.and_then(|limit| usize::try_from(limit).ok()).map_or(MANY_DESCRIPTORS, |limit| limit.min(MANY_DESCRIPTORS))
}

/// What everything runs on.
pub fn runtime() -> tokio::runtime::Runtime {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.unwrap_or_else(|error| {
        eprintln!("The runtime cannot start: {error}");
        std::process::exit(1)
    })
}
