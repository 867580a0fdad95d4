//! Every URL of the site in one table, with who gets an answer there.

mod entry;
mod links;
mod people;

use crate::{
    admin, auth,
    files::pages,
    health, installed, metrics, profile,
    uploads::{api, multipart, preflight, same_names, thumbnail_api, together},
    web::SignedIn,
    well_known,
};
use actix_web::{
    HttpResponse, Resource,
    web::{self, ServiceConfig},
};
use entry::{delete, get, post};
use links::{guests, links_of_all, own_requests, own_shares, senders};

pub use entry::{Access, Entry};

/// Every URL, those that look for a session first.
pub fn table() -> Vec<Entry> {
    with_session().chain(without_session()).collect()
}

fn with_session() -> impl Iterator<Item = Entry> {
    let own = [own_files(), own_folders(), own_shares(), own_requests(), people::with_people(), own_account()];
    own.into_iter().chain([administration(), links_of_all(), ways_in()]).flatten()
}

fn without_session() -> impl Iterator<Item = Entry> {
    [guests(), senders(), monitors()].into_iter().flatten()
}

/// What people have, and what they and their programs do with it.
fn own_files() -> Vec<Entry> {
    use Access::{Caller, SignedIn};
    vec![
        get("/", SignedIn, web::to(pages::gallery)),
        get("/files/{id}", SignedIn, web::to(pages::file)),
        get("/files/{id}/view", SignedIn, web::to(pages::view)),
        get("/files/{id}/content", Caller, web::to(pages::content)),
        get("/files/{id}/download", Caller, web::to(pages::download)),
        post("/files/{id}/name", SignedIn, web::to(pages::rename)),
        post("/files/trash", SignedIn, web::to(pages::trash)),
        post("/files/favourites", SignedIn, web::to(pages::star)),
        post("/files/restoration", SignedIn, web::to(pages::restore)),
        get("/timeline", SignedIn, web::to(pages::timeline)),
        get("/trash", SignedIn, web::to(pages::trash_page)),
        post("/trash/purge", SignedIn, web::to(pages::purge)),
        get("/files/{id}/thumbnail", Caller, web::to(pages::thumbnail)),
        post("/files/{id}/thumbnail", Caller, web::to(thumbnail_api::add)),
        post("/files/{id}/thumbnail-url", Caller, web::to(thumbnail_api::sign_url)),
        post("/presign-upload", Caller, web::to(api::presign_upload)),
        post("/save-metadata", Caller, web::to(api::save_metadata)),
        post("/presign-upload/batch", Caller, web::to(together::presign_batch)),
        post("/save-metadata/batch", Caller, web::to(together::save_batch)),
        post("/same-names", Caller, web::to(same_names::ask)),
        post("/preflights", Caller, web::to(preflight::ask)),
        post("/multipart-uploads", Caller, web::to(multipart::api::create)),
        delete("/multipart-uploads/{id}", Caller, web::to(multipart::api::delete)),
        post("/multipart-uploads/{id}/part-urls", Caller, web::to(multipart::api::sign_parts)),
        get("/multipart-uploads/{id}/parts", Caller, web::to(multipart::api::parts)),
        post("/multipart-uploads/{id}/completion", Caller, web::to(multipart::api::completion)),
    ]
}

/// Where files lie, and what of them is taken along together.
fn own_folders() -> Vec<Entry> {
    use Access::{Caller, SignedIn};
    vec![
        get("/folders/new", SignedIn, web::to(pages::new_folder)),
        post("/folders", SignedIn, web::to(pages::make_folder)),
        get("/folders/{id}", SignedIn, web::to(pages::folder)),
        get("/folders/{id}/name", SignedIn, web::to(pages::rename_folder_page)),
        post("/folders/{id}/name", SignedIn, web::to(pages::rename_folder)),
        post("/folders/trash", SignedIn, web::to(pages::trash_folders)),
        post("/folders/restoration", SignedIn, web::to(pages::restore_folders)),
        post("/files/move", SignedIn, web::to(pages::move_files)),
        post("/archives/entries", Caller, web::to(pages::archive_entries)),
        post("/archives/urls", Caller, web::to(pages::archive_urls)),
    ]
}

/// What people change of their own account.
fn own_account() -> Vec<Entry> {
    use Access::SignedIn;
    vec![
        get("/account", SignedIn, web::to(profile::account)),
        post("/account/name", SignedIn, web::to(profile::rename)),
        post("/account/place", SignedIn, web::to(profile::set_removes_place)),
        post("/account/password", SignedIn, web::to(profile::change_password)),
        post("/account/confirmation", SignedIn, web::to(profile::confirm)),
        post("/account/sessions/{hash}/end", SignedIn, web::to(profile::end_session)),
        post("/account/other-sessions/end", SignedIn, web::to(profile::end_other_sessions)),
        post("/account/tokens", SignedIn, web::to(profile::create_token)),
        post("/account/tokens/{id}/revocation", SignedIn, web::to(profile::revoke_token)),
    ]
}

/// What administrators see and do.
fn administration() -> Vec<Entry> {
    use Access::Admin;
    vec![
        get("/admin", Admin, web::to(admin::overview::overview)),
        get("/admin/files", Admin, web::to(admin::files::files)),
        get("/admin/files/{id}", Admin, web::to(admin::file::file)),
        get("/admin/files/{id}/content", Admin, web::to(admin::file::content)),
        get("/admin/files/{id}/thumbnail", Admin, web::to(admin::file::thumbnail)),
        post("/admin/files/trash", Admin, web::to(admin::moves::trash)),
        post("/admin/files/restoration", Admin, web::to(admin::moves::restore)),
        post("/admin/files/quarantine", Admin, web::to(admin::moves::quarantine)),
        post("/admin/files/release", Admin, web::to(admin::moves::release)),
        post("/admin/files/purge", Admin, web::to(admin::moves::purge)),
        get("/admin/users", Admin, web::to(admin::users::users)),
        post("/admin/users", Admin, web::to(admin::users::create)),
        post("/admin/invitations", Admin, web::to(admin::users::invite)),
        post("/admin/invitations/{id}/revocation", Admin, web::to(admin::users::revoke_invitation)),
        get("/admin/users/{id}", Admin, web::to(admin::user::user)),
        post("/admin/users/{id}/role", Admin, web::to(admin::user::set_role)),
        post("/admin/users/{id}/quota", Admin, web::to(admin::user::set_quota)),
        post("/admin/users/{id}/disablement", Admin, web::to(admin::user::disable)),
        post("/admin/users/{id}/enablement", Admin, web::to(admin::user::enable)),
        post("/admin/users/{id}/delete", Admin, web::to(admin::deletion::delete)),
        post("/admin/users/{id}/password-link", Admin, web::to(admin::user::make_password_link)),
        get("/admin/unowned", Admin, web::to(admin::unowned::unowned)),
        post("/admin/unowned/assignment", Admin, web::to(admin::unowned::assign)),
        get("/admin/storage", Admin, web::to(admin::storage::storage)),
        post("/admin/storage/examination", Admin, web::to(admin::storage::examine)),
        post("/admin/storage/comparison", Admin, web::to(admin::storage::compare)),
        post("/admin/storage/repair", Admin, web::to(admin::storage::repair)),
        get("/admin/events", Admin, web::to(admin::events::events)),
        get("/admin/events.csv", Admin, web::to(admin::event_export::csv)),
        get("/admin/events.jsonl", Admin, web::to(admin::event_export::json_lines)),
        get("/admin/events/{id}", Admin, web::to(admin::events::act)),
        get("/styleguide", Admin, web::to(admin::styleguide::styleguide)),
    ]
}

/// The ways in and out.
fn ways_in() -> Vec<Entry> {
    use Access::{Anyone, SecretLink, SetUpLink};
    vec![
        get("/set-up", SetUpLink, web::to(auth::set_up::page)),
        post("/set-up", SetUpLink, web::to(auth::set_up::submit)),
        get("/invitations/{secret}", SecretLink, web::to(auth::invitation::page)),
        post("/invitations/{secret}", SecretLink, web::to(auth::invitation::submit)),
        get("/password/{secret}", SecretLink, web::to(auth::password_link::page)),
        post("/password/{secret}", SecretLink, web::to(auth::password_link::submit)),
        get("/sign-in", Anyone, web::to(auth::sign_in::page)),
        post("/sign-in", Anyone, web::to(auth::sign_in::submit)),
        post("/sign-out", Anyone, web::to(auth::sign_in::sign_out)),
    ]
}

/// What monitors and other programs ask, who have no session, and what is the same for everyone: looking for a session
/// could ask the database.
fn monitors() -> Vec<Entry> {
    use Access::{Anyone, Monitor};
    vec![
        get("/healthz", Anyone, web::to(health::alive)),
        get("/readyz", Anyone, web::to(health::ready)),
        get("/metrics", Monitor, web::to(metrics::metrics)),
        get("/.well-known/change-password", Anyone, web::to(well_known::change_password)),
        get("/.well-known/security.txt", Anyone, web::to(well_known::security)),
        get("/manifest.webmanifest", Anyone, web::to(installed::manifest)),
        get("/sw.js", Anyone, web::to(installed::service_worker)),
        get("/offline", Anyone, web::to(installed::offline)),
        get(installed::SHARE, Anyone, web::to(installed::share)),
        post(installed::SHARE, Anyone, web::to(installed::share)),
    ]
}

/// Registers what looks for a session.
pub fn configure(config: &mut ServiceConfig) {
    register(config, with_session());
}

/// Registers what guests and monitors ask, which looks for none.
pub fn configure_without_session(config: &mut ServiceConfig) {
    register(config, without_session());
}

/// One resource a path, so that a wrong method is answered 405; plain paths first, which are
/// compared rather than matched.
fn register(config: &mut ServiceConfig, entries: impl IntoIterator<Item = Entry>) {
    let mut resources: Vec<(&'static str, Resource)> = Vec::new();
    for Entry { path, route, .. } in entries {
        match resources.iter().position(|(known, _)| *known == path) {
            Some(index) => {
                let (path, resource) = resources.swap_remove(index);
                resources.push((path, resource.route(route)));
            }
            None => {
                let resource = web::resource(path).default_service(web::to(takes_no_such_request));
                resources.push((path, resource.route(route)));
            }
        }
    }
    resources.sort_by_key(|(path, _)| path.contains('{'));
    for (_, resource) in resources {
        config.service(resource);
    }
}

/// A wrong method, with the way around the site for whoever is signed in.
async fn takes_no_such_request(_: Option<SignedIn>) -> HttpResponse {
    HttpResponse::MethodNotAllowed().finish()
}
