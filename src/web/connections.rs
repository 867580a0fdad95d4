//! Open connections: what each of them waits for, how long it may, and which one goes when there are too many.

use futures::task::AtomicWaker;
use std::{
    collections::HashMap,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// How long a connection is kept between two requests: longer than balancers keep theirs, so that it is they who close.
/// That is 60 s for nginx (<https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout>) and for
/// AWS (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html>).
pub const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the head of a request may take, from its first byte. The first head of a connection is actix's to watch,
/// which can answer 408; it watches no later one.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may read nothing of its answer.
const READ_NOTHING: Duration = Duration::from_secs(30);

/// All connections of a server, over all its threads.
pub struct Connections {
    max_open: usize,
    max_working: usize,
    open: Mutex<HashMap<u64, Arc<Link>>>,
    next: AtomicU64,
    working: AtomicUsize,
}

/// One connection, as its requests know it.
pub struct Link {
    phase: Mutex<Phase>,
    is_cut: AtomicBool,
    waker: AtomicWaker,
    connections: Arc<Connections>,
}

/// What a connection is at, and since when if it waits for its client.
#[derive(Clone, Copy)]
pub enum Phase {
    /// Between two requests.
    Idle(Instant),
    /// The head of a request has begun to come.
    Head(Instant),
    /// The body of a request is being read.
    Body(Instant),
    /// A handler has all it needs: the only phase that we ourselves must end.
    Working,
    /// The client reads its answer.
    Answer(Instant),
}

/// The right to have a handler at work.
pub struct Work(Arc<Connections>);

/// A stream that ends when its client is too slow, or has to make room.
pub struct Connection {
    stream: TcpStream,
    link: Arc<Link>,
    id: u64,
    /// Since when the client has not taken what is there for it.
    blocked_since: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
}

impl Connections {
    /// The connections of a server, none yet. Above `max_open` a new one takes the place of the one that has waited
    /// longest for its client.
    pub fn new(max_open: usize) -> Arc<Self> {
        // Some are always left for what needs no handler.
        let max_working = max_open - max_open / 4;
        let (open, next, working) = (Mutex::default(), AtomicU64::new(0), AtomicUsize::new(0));
        Arc::new(Self { max_open, max_working, open, next, working })
    }

    /// Counts a stream among the connections, and watches it from then on. Where there are too many, the one that has
    /// waited longest for its client is cut.
    pub fn accept(self: &Arc<Self>, stream: TcpStream) -> Connection {
        let link = Arc::new(Link {
            phase: Mutex::new(Phase::Idle(Instant::now())),
            is_cut: AtomicBool::new(false),
            waker: AtomicWaker::new(),
            connections: self.clone(),
        });
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut open = lock(&self.open);
        if open.len() >= self.max_open {
            let waiting = open.values().filter_map(|link| Some((link.waiting_since()?, link)));
            if let Some((_, link)) = waiting.min_by_key(|(since, _)| *since) {
                link.cut();
            }
        }
        open.insert(id, link.clone());
        drop(open);
        Connection { stream, link, id, blocked_since: None, alarm: Box::pin(sleep(HEAD_TIMEOUT)) }
    }
}

impl Link {
    /// Says what the connection is at from now on.
    pub fn enter(&self, phase: Phase) {
        *lock(&self.phase) = phase;
    }

    /// The right to have a handler at work, until it goes; `None` when as many work as may.
    pub fn work(&self) -> Option<Work> {
        let connections = &self.connections;
        if connections.working.fetch_add(1, Ordering::Relaxed) >= connections.max_working {
            connections.working.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Work(connections.clone()))
    }

    /// Since when it waits for its client, unless it is being cut already.
    fn waiting_since(&self) -> Option<Instant> {
        if self.is_cut.load(Ordering::Acquire) {
            return None;
        }
        match *lock(&self.phase) {
            Phase::Idle(since) | Phase::Head(since) | Phase::Body(since) | Phase::Answer(since) => Some(since),
            Phase::Working => None,
        }
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// Bytes came: between requests, they begin the next one.
    fn hear(&self) {
        let mut phase = lock(&self.phase);
        if let Phase::Idle(_) = *phase {
            *phase = Phase::Head(Instant::now());
        }
    }

    /// Bodies and handlers have their deadlines in [`super::intake`] and [`super::deadline`].
    fn deadline(&self) -> Option<Instant> {
        match *lock(&self.phase) {
            Phase::Idle(since) => Some(since + KEEP_ALIVE),
            Phase::Head(since) => Some(since + HEAD_TIMEOUT),
            Phase::Body(_) | Phase::Working | Phase::Answer(_) => None,
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.working.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connection {
    /// The connection as its requests know it.
    pub fn link(&self) -> Arc<Link> {
        self.link.clone()
    }

    /// An error when its time is over; otherwise the task is woken when it will be.
    fn watch(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        self.link.waker.register(context.waker());
        if self.link.is_cut.load(Ordering::Acquire) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let blocked = self.blocked_since.map(|since| since + READ_NOTHING);
        let Some(deadline) = self.link.deadline().into_iter().chain(blocked).min() else { return Ok(()) };
        if self.alarm.deadline() != deadline {
            self.alarm.as_mut().reset(deadline);
        }
        match self.alarm.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    fn watch_writing<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match polled {
            Poll::Ready(_) => self.blocked_since = None,
            Poll::Pending => {
                self.blocked_since.get_or_insert_with(Instant::now);
                self.watch(context)?;
            }
        }
        polled
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        lock(&self.link.connections.open).remove(&self.id);
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.link.hear();
        }
        if polled.is_pending() {
            self.watch(context)?;
        }
        polled
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch_writing(context, polled)
    }

    /// The dispatcher comes by here whenever it has done something, so that deadlines are looked at even while it
    /// does not read.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        Poll::Ready(self.watch(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
