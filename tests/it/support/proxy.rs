//! A wire to PostgreSQL that can stop in the middle: what a database looks like that is neither there nor gone.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
    task::JoinHandle,
};

/// Forwards connections to the PostgreSQL of `tests/run.sh`, or to the pooler before it. While it is frozen nothing gets through, in either
/// direction, and nothing is closed; what was sent meanwhile arrives after the thaw.
pub struct FreezableProxy {
    address: SocketAddr,
    database: String,
    /// Of the connections that are made from now on.
    frozen: Mutex<watch::Sender<bool>>,
    /// The same for the task that accepts them.
    latest: watch::Sender<watch::Receiver<bool>>,
    /// How often something was sent to the database.
    sent: Arc<watch::Sender<usize>>,
    task: JoinHandle<()>,
}

impl FreezableProxy {
    /// Listens before a database that [`super::create_database`] made.
    pub async fn before(database_url: &str) -> Self {
        let url: url::Url = database_url.parse().expect("a URL");
        let part = |wanted| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
        let (folder, port) = (part("host").expect("a socket's folder"), part("port"));
        let socket = Path::new(&folder).join(format!(".s.PGSQL.{}", port.as_deref().unwrap_or("5432")));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (frozen, state) = watch::channel(false);
        let (latest, states) = watch::channel(state);
        let sent = Arc::new(watch::Sender::new(0));
        let task = tokio::spawn(accept(listener, socket, states, sent.clone()));
        let database = url.path().trim_start_matches('/').to_owned();
        Self { address, database, frozen: Mutex::new(frozen), latest, sent, task }
    }

    /// The same database through the proxy, as `DATABASE_URL` takes it.
    pub fn url(&self) -> String {
        format!("postgres://postgres@{}/{}?sslmode=disable", self.address, self.database)
    }

    pub fn times_sent(&self) -> watch::Receiver<usize> {
        self.sent.subscribe()
    }

    pub fn freeze(&self) {
        self.frozen.lock().expect("a sender").send_replace(true);
    }

    pub fn thaw(&self) {
        self.frozen.lock().expect("a sender").send_replace(false);
    }

    /// The connections that are open stay silent for good, as behind a firewall that forgot them; new ones are answered.
    pub fn abandon(&self) {
        let (frozen, state) = watch::channel(false);
        self.freeze();
        self.latest.send_replace(state);
        // Its connections wait for a thaw that never comes, which needs a sender.
        std::mem::forget(std::mem::replace(&mut *self.frozen.lock().expect("a sender"), frozen));
    }
}

impl Drop for FreezableProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    socket: PathBuf,
    states: watch::Receiver<watch::Receiver<bool>>,
    sent: Arc<watch::Sender<usize>>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let frozen = states.borrow().clone();
        tokio::spawn(forward(client, socket.clone(), frozen, sent.clone()));
    }
}

/// Ends when either side does.
async fn forward(client: TcpStream, socket: PathBuf, frozen: watch::Receiver<bool>, sent: Arc<watch::Sender<usize>>) {
    let _ = client.set_nodelay(true);
    let Ok(server) = UnixStream::connect(socket).await else { return };
    let ((from_client, to_client), (from_server, to_server)) = (split(client), split(server));
    tokio::select! {
        () = copy(from_client, to_server, frozen.clone(), |count| sent.send_modify(|times| *times += count.min(1))) => {}
        () = copy(from_server, to_client, frozen, |_| ()) => {}
    }
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut frozen: watch::Receiver<bool>,
    tell: impl Fn(usize),
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(count @ 1..) = from.read(&mut buffer).await else { return };
        tell(count);
        if frozen.wait_for(|frozen| !frozen).await.is_err() || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
