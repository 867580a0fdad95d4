//! The web server: its middleware, its listener, and how it starts and stops.

use crate::{
    admin::storage::StorageWork,
    bucket::RunningBucket,
    config::Config,
    database, embedded,
    error::{Error, Result},
    jobs, listen, metrics,
    process::StopSignal,
    routes,
    state::AppState,
    web::{
        SignedIn, address::not_understood, assets, csrf, deadline, guests, headers, intake, limits::MAX_BODY, notice,
        problem, session,
    },
};
use actix_web::{
    App,
    dev::{Server, ServerHandle},
    error::{JsonPayloadError, UrlencodedError},
    middleware::{Compress, from_fn},
    web::{self, Data, FormConfig, JsonConfig, PathConfig, PayloadConfig, QueryConfig},
};
use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};
use tokio::time::{Instant, timeout_at};
use url::Url;

/// How long open requests may take to end when the process is told to stop: uploads to the embedded bucket first, up to
/// ten seconds, then all others. Whatever hangs then is broken off, as supervisors kill who takes much longer.
const SHUTDOWN_SECONDS: u64 = 12;
/// Of that, for a last snapshot of the index.
const SNAPSHOT: Duration = Duration::from_secs(5);
/// For closing the bucket as well.
const STOPPING: Duration = Duration::from_secs(14);

/// Everything that runs, not yet begun.
pub struct Cloakroom {
    app: Data<AppState>,
    server: Server,
    jobs: tokio::task::JoinHandle<()>,
    writing: tokio::task::JoinHandle<()>,
    bucket: Option<RunningBucket>,
    stop: StopSignal,
    /// Where people reach it.
    pub url: Url,
    /// What it listens on: with port 0 configured, the port that it was given.
    pub address: SocketAddr,
    /// Where the bytes go: scheme, host and port of the store.
    pub store_origin: String,
    /// The link that creates the first account, while there is none.
    pub set_up_link: Option<String>,
}

impl Cloakroom {
    /// Binds, opens the database and the store, and puts right what an earlier life left unfinished.
    ///
    /// # Errors
    ///
    /// `Internal` when an address cannot be bound or a folder not be written; `DatabaseUnavailable`, with what to do;
    /// `Conflict` when the index is only rebuilt in part;
    /// `StoreUnavailable` when the embedded bucket cannot be opened, or the settings make no client; `ClocksDiffer`.
    pub async fn open(config: Config) -> Result<Self> {
        if let Some(words) = config.app.client_ip.warning(config.app.url.as_ref()) {
            tracing::warn!("{words}");
        }
        let listener = listen::bind("BIND", config.app.bind)?;
        let address = listener.local_addr().map_err(|error| listen::cannot_bind("BIND", config.app.bind, &error))?;
        let url = config.app.url.clone().map_or_else(|| local_url(address), Ok)?;
        let (store, bucket) = embedded::resolve(&config, &url).await?;
        let store_origin = store.endpoint.origin().ascii_serialization();
        let app = Data::new(AppState::open(&config, &store, url.clone()).await?);
        jobs::reindex::refuse_unfinished(&app.db).await?;
        let assets = assets::unpack(&config.data_dir)?;
        app.store.get_to_know(database::now()).await?;
        let set_up_link = app.set_up.key(&app.db).await?.map(|key| format!("{}set-up?key={key}", app.url));
        let (worker, keeper) = (app.clone(), app.clone());
        let jobs = tokio::spawn(database::as_job(async move { jobs::run(&worker).await }));
        let writing = tokio::spawn(async move { keeper.journal.keep(&keeper.db).await });
        let server = serve(&app, assets, listener)?;
        // Last, so that a start that waits for something can be broken off.
        let stop = StopSignal::listen().map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { app, server, jobs, writing, bucket, stop, url, address, store_origin, set_up_link })
    }

    /// A handle that stops it from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until it is told to stop, by a signal or its handle.
    ///
    /// # Errors
    ///
    /// `Internal` when the server fails. What is broken off at a stop is logged, and no error.
    pub async fn run(self) -> Result<()> {
        let Self { app, mut server, jobs, writing, bucket, mut stop, .. } = self;
        let handle = server.handle();
        let ended = tokio::select! {
            outcome = &mut server => Some(outcome),
            () = stop.received() => None,
        };
        jobs.abort();
        let snapshot_until = Instant::now() + Duration::from_secs(SHUTDOWN_SECONDS);
        let stopping = async {
            let outcome = match ended {
                Some(outcome) => outcome,
                None => finish(server, handle, bucket.as_ref()).await,
            };
            app.journal.close();
            if let Err(error) = writing.await {
                tracing::warn!(%error, "the last events were not written down");
            }
            if let Some(bucket) = &bucket {
                bucket.admit();
            }
            snapshot(&app, snapshot_until).await;
            if let Some(bucket) = bucket {
                bucket.stop().await;
            }
            outcome.map_err(|error| Error::Internal(error.to_string()))
        };
        tokio::time::timeout(STOPPING, stopping).await.unwrap_or_else(|_| {
            tracing::warn!("what still ran after {} seconds was broken off", STOPPING.as_secs());
            Ok(())
        })
    }
}

/// Writes down what was changed since the last time, if that can be done by then.
async fn snapshot(app: &AppState, until: Instant) {
    let made = database::as_job(jobs::snapshot::at_stop(app, database::now()));
    match timeout_at(until.min(Instant::now() + SNAPSHOT), made).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "no snapshot of the index could be made"),
        Err(_) => tracing::warn!("there was no time for a snapshot of the index"),
    }
}

/// Uploads to the embedded bucket end while the app still answers, so that they can be confirmed; then the app ends, and
/// its bucket last, as the app looks at it until then.
async fn finish(mut server: Server, handle: ServerHandle, bucket: Option<&RunningBucket>) -> std::io::Result<()> {
    tracing::info!("told to stop; finishing what was begun");
    let deadline = Instant::now() + Duration::from_secs(SHUTDOWN_SECONDS);
    if let Some(bucket) = bucket {
        tokio::select! {
            outcome = &mut server => return outcome,
            () = bucket.drain() => {}
        }
    }
    let ended = timeout_at(deadline, async { tokio::join!(server, handle.stop(true)).0 });
    ended.await.unwrap_or(Ok(()))
}

/// What the extractors of requests are told: one state for all threads, and how what does not fit is answered.
fn register(app: &Data<AppState>, work: &Data<StorageWork>, config: &mut web::ServiceConfig) {
    config.app_data(app.clone());
    config.app_data(work.clone());
    let limit = MAX_BODY.as_u64() as usize;
    config.app_data(PayloadConfig::new(limit));
    config.app_data(JsonConfig::default().limit(limit).error_handler(|error, _| json_error(&error).into()));
    config.app_data(FormConfig::default().limit(limit).error_handler(|error, _| form_error(&error).into()));
    config.app_data(QueryConfig::default().error_handler(|error, _| not_understood(&error).into()));
    config.app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()));
}

/// What is not there, with the way around the site for whoever is signed in.
async fn nowhere(_: Option<SignedIn>) -> Result<&'static str> {
    Err(Error::NotFound)
}

fn serve(app: &Data<AppState>, assets: PathBuf, listener: TcpListener) -> Result<Server> {
    let (app, work) = (app.clone(), Data::<StorageWork>::default());
    let new_app = move || {
        // The last one wrapped sees the request first.
        App::new()
            .configure(|config| register(&app, &work, config))
            .service(assets::service(&assets))
            .configure(routes::configure_without_session)
            .service(
                web::scope("")
                    .configure(routes::configure)
                    .wrap(from_fn(notice::forget))
                    .wrap(session::middleware(&app)),
            )
            .default_service(web::to(nowhere))
            .wrap(from_fn(csrf::refuse))
            .wrap(from_fn(deadline::keep))
            .wrap(from_fn(assets::keep_for_ever))
            .wrap(from_fn(problem::draw))
            .wrap(from_fn(guests::keep_to_themselves))
            .wrap(headers::middleware(&app))
            .wrap(from_fn(metrics::measure))
            .wrap(Compress::default())
            .wrap(from_fn(intake::admit))
    };
    listen::serve(new_app, listener, SHUTDOWN_SECONDS).map_err(|error| Error::Internal(error.to_string()))
}

/// How an app is reached that listens on this machine.
pub(crate) fn local_url(address: SocketAddr) -> Result<Url> {
    Url::parse(&format!("http://localhost:{}", address.port())).map_err(|error| Error::Internal(error.to_string()))
}

fn json_error(error: &JsonPayloadError) -> Error {
    match error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
            Error::BodyTooLarge(MAX_BODY)
        }
        JsonPayloadError::ContentType => {
            Error::Malformed("Send JSON, with the header “Content-Type: application/json”.".into())
        }
        other => Error::Malformed(format!("This is not the JSON that this endpoint takes: {other}.")),
    }
}

fn form_error(error: &UrlencodedError) -> Error {
    match error {
        UrlencodedError::Overflow { .. } => Error::BodyTooLarge(MAX_BODY),
        other => Error::Malformed(format!("The form is incomplete: {other}. Load the page again.")),
    }
}
