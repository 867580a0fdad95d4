//! What the process may do: how many files it may have open, who may read those that it makes, and when it is to stop.

use actix_web::rt::{System, SystemRunner};
use rustix::{
    fs::Mode,
    process::{Resource, getrlimit, setrlimit, umask},
};
use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};
use tokio::signal::unix::{Signal, SignalKind, signal};

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

/// Being told to stop: by SIGTERM, or by Ctrl-C at a terminal. From here on neither ends the process by itself.
pub struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    /// Begins to listen, on the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// The system takes no handler for a signal.
    pub fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits until either signal comes. May be called again, for the next one.
    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Takes a folder and all in it from everybody but its owner, however it came there: files may be copied in, unpacked,
/// or older than this rule. What symbolic links lead to is not ours to change.
pub fn make_private(folder: &Path) {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let closed = close(&folder).and_then(|()| fs::read_dir(&folder));
        let entries = closed.inspect_err(|error| warn(&folder, error)).into_iter().flatten().flatten();
        for entry in entries {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => {
                    drop(close(&entry.path()).inspect_err(|error| warn(&entry.path(), error)))
                }
                Ok(_) | Err(_) => {}
            }
        }
    }
}

fn close(path: &Path) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o7777;
    match mode & 0o077 {
        0 => Ok(()),
        _ => fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700)),
    }
}

/// No reason not to start: a volume may belong to somebody else.
fn warn(path: &Path, error: &io::Error) {
    tracing::warn!(path = %path.display(), %error, "others may be able to read this; run: chmod -R go= on DATA_DIR");
}

/// The Tokio runtime that everything runs on, with a thread a core. Where the system gives none, the process ends here.
#[expect(clippy::disallowed_methods, reason = "there is nothing yet that could be closed, and nothing runs without it")]
pub fn runtime() -> tokio::runtime::Runtime {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.unwrap_or_else(|error| {
        eprintln!("The runtime cannot start: {error}");
        std::process::exit(1)
    })
}

/// Leaves a runtime as it is when the process ends: dropping it would wait for whatever hangs. A handle is left with it,
/// as the runtime's tasks must not be woken by the last handle that goes: that would be the one of a worker's thread that
/// is ending itself, where nothing can be woken any more, and the process would abort.
pub fn leave(system: SystemRunner) {
    std::mem::forget(System::current());
    std::mem::forget(system);
}

#[cfg(test)]
mod tests {
    use super::{System, leave, runtime};
    use actix_web::rt::Runtime;
    use std::{sync::mpsc, thread};

    /// What fails here aborts the whole process.
    #[test]
    fn a_worker_may_end_after_everything_else() {
        let (end, ended) = mpsc::channel::<()>();
        let main = thread::spawn(|| {
            let system = System::with_tokio_rt(runtime);
            let handle = System::current();
            let worker = thread::spawn(move || {
                System::set_current(handle);
                Runtime::new().unwrap().block_on(async {});
                ended.recv().unwrap();
            });
            system.block_on(tokio::task::yield_now());
            leave(system);
            worker
        });
        let worker = main.join().unwrap();
        end.send(()).unwrap();
        worker.join().unwrap();
    }
}
