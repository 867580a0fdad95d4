//! Opens the bucket's folder, serves it on a listener, and stops without breaking off what can be finished.

use std::{
    fs::{self, File, TryLockError},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
    time::{Duration, SystemTime},
};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use s3s::{path::check_bucket_name, service::S3ServiceBuilder};
use tokio::{
    net::TcpStream,
    sync::{Semaphore, oneshot},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep, sleep_until, timeout, timeout_at},
};

use super::{cors::Rules, front::Front, gate::Gate, host::Hosts, idle::IdleStream, lenient::Lenient};
use crate::{
    bucket::{
        auth::access::{Access, KeyPair},
        disk::{folder::Folder, index::Index, writer::Writer},
        error::BucketError,
        objects::operations::{Operations, Store},
    },
    process::max_descriptors,
};

/// Connections at a time. Further ones wait to be accepted.
const MAX_CONNECTIONS: usize = 1_024;
/// The part of the descriptors that connections may take: the app in the same process counts with the rest.
const SHARE: usize = 6;

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long whoever was just told that an upload is done may take to confirm it at the app, which looks at it here.
const CONFIRMATION: Duration = Duration::from_secs(2);

/// How long requests under way may take to end at least, and closing the index at most.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// How long a folder that is in use is waited for: the process before may be about to end, and a process that was
/// just begun holds, for a moment, what the one that began it had open.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
const LOCK_REST: Duration = Duration::from_millis(20);

/// A rest after a failed accept, as when the process has too many open files.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// What a bucket is made of.
#[derive(Clone)]
pub struct BucketOptions {
    /// Holds everything. One process at a time may use it.
    pub folder: PathBuf,
    /// The bucket's name, the first segment of every path.
    pub bucket: String,
    /// The one key pair's id; not empty.
    pub access_key_id: String,
    /// What signatures are checked with; not empty.
    pub secret_access_key: String,
    /// Exact origins (`scheme://host[:port]`) whose pages may use the bucket, until PutBucketCors replaces the rules.
    pub origins: Vec<String>,
}

/// A bucket that is being served. Dropping it ends the service too, but does not wait for the end.
pub struct RunningBucket {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    service: JoinHandle<()>,
    writer: JoinHandle<()>,
    gate: Arc<Gate>,
}

/// Opens the bucket, making its folder if need be, and serves it on the current Tokio runtime.
///
/// # Errors
///
/// `Name`, `Credentials` and `Origins` for options that will not do, `Listener` for a listener that cannot be used,
/// `Locked` when another process has the folder; `Folder`, `Index` and `Newer` when what is on the disk cannot be used.
pub async fn start(options: BucketOptions, listener: TcpListener) -> Result<RunningBucket, BucketError> {
    if !check_bucket_name(&options.bucket) {
        return Err(BucketError::Name(options.bucket));
    }
    if options.access_key_id.is_empty() || options.secret_access_key.is_empty() {
        return Err(BucketError::Credentials);
    }
    let rules = Rules::for_origins(options.origins.clone()).map_err(BucketError::Origins)?;
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let address = listener.local_addr()?;
    let lock = lock(&options.folder).await?;
    let (store, writer) = open(&options, rules, lock).await?;
    let (stop, stopped) = oneshot::channel();
    let gate = Arc::clone(&store.gate);
    let service = tokio::spawn(serve(listener, front(options, store), stopped));
    Ok(RunningBucket { address, stop, service, writer, gate })
}

impl RunningBucket {
    /// Where it listens: with the port that the system chose, if it was to choose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more uploads, lets those under way finish, and leaves a moment to confirm the last of them. Reads go
    /// on. At most 10 s.
    pub async fn drain(&self) {
        self.gate.close().await;
        if let Some(left) = self.gate.last_left() {
            sleep_until(left + CONFIRMATION).await;
        }
    }

    /// Takes uploads again: for what its owner has to write when nobody else is at work any more.
    pub fn admit(&self) {
        self.gate.open();
    }

    /// Accepts nothing more, lets requests under way finish for some seconds, and closes the index. At most 10 s, with
    /// those of [`RunningBucket::drain`] counted.
    pub async fn stop(self) {
        self.gate.close().await;
        // An error means that the service has ended by itself, which is what is wanted.
        let _ = self.stop.send(());
        let _ = self.service.await;
        let _ = timeout(LAST_MOMENT, self.writer).await;
    }
}

async fn lock(folder: &Path) -> Result<File, BucketError> {
    let failed = |source| BucketError::Folder { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join("lock")).map_err(failed)?;
    let asked = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if asked.elapsed() < LOCK_PATIENCE => sleep(LOCK_REST).await,
            Err(TryLockError::WouldBlock) => return Err(BucketError::Locked { path: folder.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
    }
}

async fn open(
    options: &BucketOptions,
    defaults: Rules,
    lock: File,
) -> Result<(Arc<Store>, JoinHandle<()>), BucketError> {
    let path = options.folder.join("index.db");
    let (index, writer_options) = Index::open(&path).await?;
    let failed = |source| BucketError::Index { path: path.clone(), source };
    let listed = index.files().await.map_err(failed)?;
    let rules = Store::stored_rules(&index).await.map_err(failed)?.unwrap_or(defaults);
    let objects = options.folder.join("objects");
    let opened = tokio::task::spawn_blocking(move || {
        let folder = Folder::open(objects)?;
        folder.remove_unlisted(&listed).map(|removed| (folder, removed))
    });
    let failed = |source| BucketError::Folder { path: options.folder.clone(), source };
    let (folder, removed) = opened.await.map_err(|error| failed(error.into()))?.map_err(failed)?;
    if removed > 0 {
        tracing::info!(removed, "removed files of uploads that a crash cut short");
    }
    let folder = Arc::new(folder);
    let started = Writer::start(writer_options, Arc::clone(&folder), lock).await;
    let (writer, task) = started.map_err(|source| BucketError::Index { path, source })?;
    let bucket = options.bucket.clone();
    let rules = RwLock::new(Arc::new(rules));
    Ok((
        Arc::new(Store { bucket, folder, index, writer, rules, opened_at: SystemTime::now(), gate: Gate::new() }),
        task,
    ))
}

fn front(options: BucketOptions, store: Arc<Store>) -> Front {
    let operations = Operations(Arc::clone(&store));
    let hosts = || Hosts { bucket: options.bucket.clone() };
    let mut trusting = S3ServiceBuilder::new(operations.clone());
    trusting.set_host(hosts());
    let mut s3 = S3ServiceBuilder::new(operations);
    s3.set_host(hosts());
    s3.set_route(Lenient { trusting: trusting.build(), bucket: options.bucket.clone() });
    s3.set_auth(KeyPair { access_key_id: options.access_key_id, secret_access_key: options.secret_access_key.into() });
    s3.set_access(Access { bucket: options.bucket });
    Front { s3: s3.build(), store }
}

async fn serve(listener: tokio::net::TcpListener, front: Front, mut stopped: oneshot::Receiver<()>) {
    let graceful = GracefulShutdown::new();
    let seats = Arc::new(Semaphore::new(MAX_CONNECTIONS.min(max_descriptors() / SHARE)));
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            stream = accept(&listener, &seats) => stream,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            _ = &mut stopped => break,
        };
        let Some((stream, seat)) = stream else {
            continue;
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(IdleStream::new(stream)), front.clone());
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the embedded bucket broke off");
            }
            drop(seat);
        });
    }
    drop(listener);
    let deadline = front.store.gate.close().await.max(Instant::now() + LAST_MOMENT);
    let _ = timeout_at(deadline, graceful.shutdown()).await;
    connections.shutdown().await;
    front.store.index.close().await;
}

async fn accept(
    listener: &tokio::net::TcpListener,
    seats: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let seat = Arc::clone(seats).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection to the embedded bucket cannot be told to hurry");
            }
            Some((stream, seat))
        }
        Err(error) => {
            tracing::warn!(%error, "the embedded bucket could not accept a connection; it goes on trying");
            sleep(ACCEPT_REST).await;
            None
        }
    }
}
