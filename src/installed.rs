//! What makes an app of the site that is installed, as on a phone: its manifest, its service worker, what it shows
//! without a network, and where other apps share files with it.

use crate::{
    error::{Error, Result},
    web::{
        Layout, assets, intake,
        layout::GROUND,
        respond::{self, see_other},
    },
};
use actix_web::{
    HttpResponse,
    http::{StatusCode, header::CACHE_CONTROL},
};
use askama::Template;
use serde::Serialize;

/// Where other apps share files. The service worker takes them there, and nothing comes this far.
pub const SHARE: &str = intake::UNREAD;
const OFFLINE: &str = "/offline";
/// Of a service worker, what it may be in charge of:
/// <https://www.w3.org/TR/service-workers/#service-worker-allowed>.
const SERVICE_WORKER_ALLOWED: (&str, &str) = ("Service-Worker-Allowed", "/");

/// <https://www.w3.org/TR/appmanifest/>.
#[derive(Serialize)]
struct Manifest {
    id: &'static str,
    name: &'static str,
    short_name: &'static str,
    description: &'static str,
    lang: &'static str,
    start_url: &'static str,
    scope: &'static str,
    display: &'static str,
    background_color: &'static str,
    theme_color: &'static str,
    icons: [Icon; 4],
    share_target: ShareTarget,
}

#[derive(Serialize)]
struct Icon {
    src: String,
    sizes: &'static str,
    #[serde(rename = "type")]
    content_type: &'static str,
    purpose: &'static str,
}

/// <https://w3c.github.io/web-share-target/>.
#[derive(Serialize)]
struct ShareTarget {
    action: &'static str,
    method: &'static str,
    enctype: &'static str,
    params: ShareParams,
}

#[derive(Serialize)]
struct ShareParams {
    files: [SharedFiles; 1],
}

#[derive(Serialize)]
struct SharedFiles {
    name: &'static str,
    accept: [&'static str; 1],
}

/// What the service worker has to know of the site.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Places {
    /// What every asset's path begins with. It changes with each of them: so does the worker, and browsers notice.
    assets: String,
    offline: &'static str,
    share: &'static str,
    /// Where somebody goes on who has shared something.
    shared: &'static str,
    sign_out: &'static str,
    /// How paths of files' bytes end.
    bytes: [&'static str; 2],
}

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflinePage {
    layout: Layout,
    /// Its own. Mostly it stands at those of pages that could not be had.
    address: &'static str,
}

/// Answers with the manifest.
///
/// # Errors
///
/// `Error::Internal` when it cannot be written as JSON.
pub async fn manifest() -> Result<HttpResponse> {
    let (by_day, _) = GROUND;
    let manifest = Manifest {
        id: "/",
        name: "Cloakroom",
        short_name: "Cloakroom",
        description: "Hand in a file, get a ticket, find it again.",
        lang: "en",
        start_url: "/",
        scope: "/",
        display: "standalone",
        background_color: by_day,
        theme_color: by_day,
        icons: icons(),
        share_target: share_target(),
    };
    Ok(HttpResponse::Ok().content_type("application/manifest+json").body(json(&manifest)?))
}

/// Answers with the service worker's script, which begins with what it has to know.
///
/// # Errors
///
/// `Error::Internal` when that cannot be written as JSON, or the script is not among the assets.
pub async fn service_worker() -> Result<HttpResponse> {
    let places = Places {
        assets: assets::url(""),
        offline: OFFLINE,
        share: SHARE,
        shared: "/?shared",
        sign_out: "/sign-out",
        bytes: ["/content", "/download"],
    };
    let script = assets::text("js/service_worker.js")
        .ok_or_else(|| Error::Internal("the service worker is not among the assets".into()))?;
    let body = format!("self.places = {};\n{script}", json(&places)?);
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header(SERVICE_WORKER_ALLOWED)
        .content_type("text/javascript; charset=utf-8")
        .body(body))
}

/// Answers with the page that the service worker keeps for when there is no network.
///
/// # Errors
///
/// `Error::Internal` when the template cannot be rendered.
pub async fn offline() -> Result<HttpResponse> {
    respond::page(StatusCode::OK, &OfflinePage { layout: Layout::of_nobody(), address: OFFLINE })
}

/// Sends on to the files whoever comes here in a browser that has no service worker of ours. What they share is not
/// read: a page takes it once it is chosen there.
pub async fn share() -> HttpResponse {
    see_other("/")
}

fn icons() -> [Icon; 4] {
    let icon = |name, sizes, content_type, purpose| Icon { src: assets::url(name), sizes, content_type, purpose };
    [
        icon("images/mark.svg", "any", "image/svg+xml", "any"),
        icon("images/icon-192.png", "192x192", "image/png", "any"),
        icon("images/icon-512.png", "512x512", "image/png", "any"),
        icon("images/icon-maskable.png", "512x512", "image/png", "maskable"),
    ]
}

fn share_target() -> ShareTarget {
    let files = SharedFiles { name: "files", accept: ["*/*"] };
    ShareTarget {
        action: SHARE,
        method: "POST",
        enctype: "multipart/form-data",
        params: ShareParams { files: [files] },
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}
