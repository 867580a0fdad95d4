//! The listener: how many connections there may be, and what each of them becomes.

use crate::{
    error::{Error, Result},
    process,
    web::connections::{Connection, Connections, HEAD_TIMEOUT, KEEP_ALIVE},
};
use actix_http::{HttpService, Request, Response, error::DispatchError};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{body::MessageBody, dev::AppConfig};
use std::{
    fmt::Debug,
    future::ready,
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::available_parallelism,
    time::Duration,
};
use tokio::net::TcpStream;

/// Each takes some 30 KiB, and 64 KiB more while it brings a body.
const MAX_CONNECTIONS: usize = 4_096;
/// For databases, the bucket's index, listeners, standard streams, and what libraries open.
const RESERVED_DESCRIPTORS: usize = 96;
/// A connection, and a file that goes out on it or a connection to the store; the rest is the embedded bucket's.
const DESCRIPTORS_EACH: usize = 3;
/// How long what still comes of a refused request is read, so that its client sees the answer.
const LINGER: Duration = Duration::from_secs(2);

/// Serves an app on a listener, with at most as many connections as the process can bear. When it is told to stop,
/// requests under way have `shutdown_seconds` to end.
///
/// # Errors
///
/// The listener has no address, or cannot be handed to the workers.
pub fn serve<F, I, S, B>(new_app: F, listener: TcpListener, shutdown_seconds: u64) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
{
    let max_open = max_connections();
    let connections = Connections::new(max_open);
    let workers = available_parallelism().map_or(1, usize::from);
    // Some above the limit, so that a new one is accepted while another makes room for it.
    let builder = ServerBuilder::default().workers(workers).shutdown_timeout(shutdown_seconds).disable_signals();
    let builder = builder.max_concurrent_connections((max_open + max_open / 8).div_ceil(workers));
    let shutdown = builder.graceful_shutdown_signal();
    let address = listener.local_addr()?;
    let service = move || {
        let (connections, shutdown) = (connections.clone(), shutdown.clone());
        let app = new_app().into_factory().map_err(|error| error.into().error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let shutdown = shutdown.clone();
                async move { shutdown.notified().await }
            })
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(HEAD_TIMEOUT)
            .client_disconnect_timeout(LINGER)
            .local_addr(address)
            .on_connect_ext(|connection: &Connection, data| {
                data.insert(connection.link());
            })
            .h1(map_config(app, |_| AppConfig::default()));
        fn_service(move |stream| ready(Ok::<_, DispatchError>(accept(&connections, stream)))).and_then(http)
    };
    Ok(builder.listen("cloakroom", listener, service)?.run())
}

fn accept(connections: &Arc<Connections>, stream: TcpStream) -> (Connection, Option<SocketAddr>) {
    let peer = stream.peer_addr().ok();
    // Without it small answers may come late, and that is all.
    let _ = stream.set_nodelay(true);
    (connections.accept(stream), peer)
}

fn max_connections() -> usize {
    let free = process::max_descriptors().saturating_sub(RESERVED_DESCRIPTORS);
    (free / DESCRIPTORS_EACH).clamp(16, MAX_CONNECTIONS)
}

/// Binds the address that a setting names.
///
/// # Errors
///
/// `Error::Internal` as [`cannot_bind`] words it, when the address is in use or none of this machine's.
pub fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| cannot_bind(setting, address, &error))
}

/// What is in the way of an address, with the setting that would change it.
pub fn cannot_bind(setting: &str, address: SocketAddr, error: &std::io::Error) -> Error {
    Error::Internal(format!(
        "cannot listen on {address}: {error}. Stop what uses it, or set {setting} to another address."
    ))
}
