//! The web server: its middleware, its listener, and how it starts and stops.

use crate::{
    accounts::{AccountCache, SetUp, sessions::Sessions},
    audit::Journal,
    bucket::RunningBucket,
    config::{Config, StoreConfig},
    database, embedded,
    error::{Error, Result},
    files::{index, refold, transition},
    health::Readiness,
    jobs, listen,
    process::StopSignal,
    routes,
    state::AppState,
    web::{LoginThrottle, assets, csrf, deadline, flash, headers, intake, problem, session},
};
use actix_web::{
    App,
    dev::{Server, ServerHandle},
    error::{JsonPayloadError, UrlencodedError},
    middleware::{Compress, from_fn},
    web::{self, Data, FormConfig, JsonConfig, PathConfig, PayloadConfig, QueryConfig},
};
use chrono::TimeDelta;
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
/// For closing the bucket as well.
const STOPPING: Duration = Duration::from_secs(14);

/// How long removals wait after the store or the database was away.
const AFTER_FAILURE: Duration = Duration::from_secs(600);

/// Everything that runs, not yet begun.
pub struct Cloakroom {
    server: Server,
    settling: tokio::task::JoinHandle<()>,
    journal: Data<Journal>,
    writing: tokio::task::JoinHandle<()>,
    bucket: Option<RunningBucket>,
    stop: StopSignal,
    /// Where people reach it.
    pub url: Url,
    pub address: SocketAddr,
    pub store_origin: String,
    /// The link that creates the first account, while there is none.
    pub set_up_link: Option<String>,
}

/// What handlers share, one for all threads.
#[derive(Clone)]
struct Shared {
    app: Data<AppState>,
    account_cache: Data<AccountCache>,
    sessions: Data<Sessions>,
    login_throttle: Data<LoginThrottle>,
    journal: Data<Journal>,
    set_up: Data<SetUp>,
    readiness: Data<Readiness>,
    assets: PathBuf,
}

impl Cloakroom {
    /// Binds, opens the database and the store, and puts right what an earlier life left unfinished.
    pub async fn open(config: Config) -> Result<Self> {
        if let Some(words) = config.app.client_ip.warning(config.app.url.as_ref()) {
            tracing::warn!("{words}");
        }
        let listener = listen::bind("BIND", config.app.bind)?;
        let address = listener.local_addr().map_err(|error| listen::cannot_bind("BIND", config.app.bind, &error))?;
        let url = config.app.url.clone().map_or_else(|| local_url(address), Ok)?;
        let (store, bucket) = embedded::resolve(&config, &url).await?;
        let store_origin = store.endpoint.origin().ascii_serialization();
        let shared = Shared::open(&config, &store, url.clone()).await?;
        shared.app.store.get_to_know(database::now()).await?;
        let set_up_link = shared.set_up_link().await?;
        let settling = tokio::spawn(database::as_job(settle(shared.app.clone())));
        let (journal, keeper, app) = (shared.journal.clone(), shared.journal.clone(), shared.app.clone());
        let writing = tokio::spawn(async move { keeper.keep(&app.db).await });
        let server = serve(shared, listener)?;
        // Last, so that a start that waits for something can be broken off.
        let stop = StopSignal::listen().map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { server, settling, journal, writing, bucket, stop, url, address, store_origin, set_up_link })
    }

    /// A handle that stops it from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until it is told to stop, by a signal or its handle.
    pub async fn run(self) -> Result<()> {
        let Self { mut server, settling, journal, writing, bucket, mut stop, .. } = self;
        let handle = server.handle();
        let ended = tokio::select! {
            outcome = &mut server => Some(outcome),
            () = stop.received() => None,
        };
        settling.abort();
        let stopping = async {
            let outcome = match ended {
                Some(outcome) => outcome,
                None => finish(server, handle, bucket.as_ref()).await,
            };
            journal.close();
            let bucket_stopped = async {
                if let Some(bucket) = bucket {
                    bucket.stop().await;
                }
            };
            if let (Err(error), ()) = tokio::join!(writing, bucket_stopped) {
                tracing::warn!(%error, "the last events were not written down");
            }
            outcome.map_err(|error| Error::Internal(error.to_string()))
        };
        tokio::time::timeout(STOPPING, stopping).await.unwrap_or_else(|_| {
            tracing::warn!("what still ran after {} seconds was broken off", STOPPING.as_secs());
            Ok(())
        })
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

impl Shared {
    async fn open(config: &Config, store: &StoreConfig, url: Url) -> Result<Self> {
        let app = AppState::open(config, store, url).await?;
        Ok(Self {
            account_cache: Data::new(AccountCache::new(app.db.clone(), app.sessions)),
            sessions: Data::new(Sessions::new(app.db.clone(), app.sessions)),
            login_throttle: Data::new(LoginThrottle::default()),
            journal: Data::new(Journal::default()),
            set_up: Data::new(SetUp::default()),
            readiness: Data::new(Readiness::default()),
            assets: assets::unpack(&config.data_dir)?,
            app: Data::new(app),
        })
    }

    async fn set_up_link(&self) -> Result<Option<String>> {
        let key = self.set_up.key(&self.app.db).await?;
        Ok(key.map(|key| format!("{}set-up?key={key}", self.app.url)))
    }

    fn register(&self, config: &mut web::ServiceConfig) {
        config.app_data(self.app.clone()).app_data(self.account_cache.clone());
        config
            .app_data(self.sessions.clone())
            .app_data(self.login_throttle.clone())
            .app_data(self.journal.clone())
            .app_data(self.set_up.clone())
            .app_data(self.readiness.clone());
        let limit = intake::MAX_BODY.as_u64() as usize;
        config.app_data(PayloadConfig::new(limit));
        config.app_data(JsonConfig::default().limit(limit).error_handler(|error, _| json_error(&error).into()));
        config.app_data(FormConfig::default().limit(limit).error_handler(|error, _| form_error(&error).into()));
        config.app_data(
            QueryConfig::default().error_handler(|error, _| {
                Error::Malformed(format!("The address cannot be understood: {error}.")).into()
            }),
        );
        config.app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()));
    }
}

/// Puts right, beside the first requests, what an earlier life left unfinished, and finishes removals when they
/// are due. With none to finish it waits and asks nobody.
async fn settle(app: Data<AppState>) {
    tokio::join!(finish_unfinished(&app), app.store.keep_time());
}

async fn finish_unfinished(app: &AppState) {
    match jobs::adopt::adopt_unknown(app).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "adopted files are completed"),
        Err(error) => tracing::warn!(%error, "adopted files could not be completed; the next start tries again"),
    }
    match refold(&app.db).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "files are found by their names in any spelling"),
        Err(error) => tracing::warn!(%error, "names could not be prepared for searching; the next start tries again"),
    }
    loop {
        let pause = match tidy_up(app).await {
            Ok(next_due) => next_due.map(|due_in| due_in.to_std().unwrap_or_default()),
            Err(error) => {
                tracing::warn!(%error, "removals could not be finished; trying again in a while");
                Some(AFTER_FAILURE)
            }
        };
        // A removal that is begun meanwhile may be due before those that are known.
        match pause {
            Some(pause) => drop(tokio::time::timeout(pause, app.removals.notified()).await),
            None => app.removals.notified().await,
        }
    }
}

/// Looks again at what could be written to, empties the trash of what it has kept long enough, and removes what is on its
/// way out. Says how long until the next of these is due, if there is one.
async fn tidy_up(app: &AppState) -> Result<Option<TimeDelta>> {
    let now = database::now();
    let trash_due = transition::expire(&app.db, now).await?.map(|at| at - now);
    let looked = jobs::second_look::look_again(app, now).await;
    let removal_due = index::finish_purging(app, now).await?;
    Ok(trash_due.into_iter().chain(looked?).chain(removal_due).min())
}

fn serve(shared: Shared, listener: TcpListener) -> Result<Server> {
    let new_app = move || {
        // The last one wrapped sees the request first.
        App::new()
            .configure(|config| shared.register(config))
            .service(assets::service(&shared.assets))
            .configure(routes::configure_monitors)
            .service(
                web::scope("")
                    .configure(routes::configure)
                    .wrap(from_fn(flash::forget))
                    .wrap(session::middleware(&shared.app, (**shared.sessions).clone())),
            )
            .default_service(web::to(|| async { Err::<&str, Error>(Error::NotFound) }))
            .wrap(from_fn(csrf::refuse))
            .wrap(from_fn(deadline::keep))
            .wrap(from_fn(assets::keep_for_ever))
            .wrap(from_fn(problem::draw))
            .wrap(headers::middleware(&shared.app))
            .wrap(Compress::default())
            .wrap(from_fn(intake::admit))
    };
    listen::serve(new_app, listener, SHUTDOWN_SECONDS).map_err(|error| Error::Internal(error.to_string()))
}

fn local_url(address: SocketAddr) -> Result<Url> {
    Url::parse(&format!("http://localhost:{}", address.port())).map_err(|error| Error::Internal(error.to_string()))
}

fn json_error(error: &JsonPayloadError) -> Error {
    match error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
            Error::BodyTooLarge(intake::MAX_BODY)
        }
        JsonPayloadError::ContentType => {
            Error::Malformed("Send JSON, with the header “Content-Type: application/json”.".into())
        }
        other => Error::Malformed(format!("This is not the JSON that this endpoint takes: {other}.")),
    }
}

fn form_error(error: &UrlencodedError) -> Error {
    match error {
        UrlencodedError::Overflow { .. } => Error::BodyTooLarge(intake::MAX_BODY),
        other => Error::Malformed(format!("The form is incomplete: {other}. Load the page again.")),
    }
}
