//! An index that was lost is rebuilt from the bucket: from a snapshot and what was uploaded since, or from the keys alone.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        rebuilt::{Other, SESSION_KEY, dump, make, texts},
        shares::Terms,
        uploads::PNG,
    },
};
use chrono::TimeDelta;
use cloakroom::{
    accounts::{Principal, Role, invitations, password_links},
    database,
    error::Error,
    jobs::reindex::{self, Report, Source},
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use std::io::{Read, Write};
use tokio::sync::watch;

on_both_databases!(
    everything_survives_a_rebuild,
    without_a_snapshot_the_keys_say_whose_each_file_is_what_it_is_and_when_it_came,
    what_was_purged_since_stays_away_and_what_was_uploaded_since_is_found,
    files_over_a_quota_come_back_ready_as_they_were,
    another_session_key_is_told_so_before_anything_is_written,
    without_a_session_key_people_get_links_for_new_passwords,
    a_bad_line_keeps_none_of_the_others_away,
    a_snapshot_that_is_cut_short_is_refused_before_anything_is_written,
    an_index_that_is_not_empty_is_left_alone,
    a_rebuild_that_was_broken_off_goes_on,
    a_file_whose_account_did_not_come_back_stands_under_its_id,
);

const SEALED: &[(&str, &str)] = &[("SESSION_KEY", SESSION_KEY)];

/// Accounts and files in every state there is, with everything that can be known of one.
async fn lived_in(app: &TestApp) -> Someone {
    let (ada, bob, now) = (app.member().await, app.someone(Role::Admin).await, database::now());
    for name in ["ready.png", "renamed.png", "trashed.png", "odd.png", "lost.png"] {
        app.upload(&ada, name, "image/png", PNG).await;
    }
    app.upload(&bob, "notes.txt", "text/plain", b"notes").await;
    for sql in [
        "UPDATE r2_files SET file_name = 'Été 2.png', name_key = 'ete 2.png', folder_path = 'Iceland/Day 1', tone = 'sky',
            camera = 'X100', camera_clock = '2020-01-02 03:04:05.123', duration_ms = 77, has_place = TRUE,
            is_transparent = FALSE, thumbnail = 'webp', width = 3, height = 4 WHERE file_name = 'renamed.png'",
        "UPDATE r2_files SET contributor_id = (SELECT id FROM users WHERE role = 'admin') WHERE file_name = 'ready.png'",
        "UPDATE r2_files SET state = 'trashed', moved_in = file_id WHERE file_name = 'trashed.png'",
        "UPDATE r2_files SET state = 'quarantined', quarantine_reason = 'over_quota', found_type = 'text/html'
            WHERE file_name = 'odd.png'",
        "UPDATE r2_files SET missing_since = state_changed_at WHERE file_name = 'lost.png'",
        "UPDATE users SET removes_place = TRUE, last_ticket = last_ticket + 7 WHERE role = 'member'",
        "INSERT INTO shares (id, owner, title, message, created_at, ends_at, password_hash, password_version, most_downloads, downloads,
            visits, last_used_at, has_originals, shows_owner, state, state_changed_at, secret_version, secret_hash)
            SELECT file_id, owner_id, 'Iceland', 'words', upload_timestamp, upload_timestamp, '$argon2id$x', 1, 5, 2, 7,
            upload_timestamp, TRUE, FALSE, 'paused', upload_timestamp, 2,
            '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' FROM r2_files WHERE file_name = 'trashed.png'",
        "INSERT INTO folders (id, owner_id, name, name_key, state_changed_at, created_at)
            SELECT file_id, owner_id, 'Iceland', 'iceland', upload_timestamp, upload_timestamp FROM r2_files WHERE file_name = 'ready.png'",
        "INSERT INTO folder_grants (id, folder_id, owner_id, member_id, created_at, role)
            SELECT folders.id, folders.id, folders.owner_id, users.id, folders.created_at, 'contributor' FROM folders CROSS JOIN users WHERE role = 'admin'",
        "INSERT INTO share_files (share_id, file_id) SELECT file_id, file_id FROM r2_files WHERE file_name = 'trashed.png'",
    ] {
        app.execute(sql).await;
    }
    let gone = app.member().await;
    let row = format!(
        "INSERT INTO deleted_accounts SELECT id, email, id, 'given', created_at, created_at FROM users WHERE email = '{}'",
        gone.email
    );
    app.execute(&row).await;
    let by = Principal::command_line();
    password_links::create(&app.db, ada.id, &by, now).await.expect("a link");
    invitations::invite(&app.db, None, Role::Member, &by, now).await.expect("an invitation");
    ada
}

async fn rebuild(other: &Other, source: Source) -> Result<Report, Error> {
    reindex::run(&other.state, &source, database::now(), &watch::Sender::default()).await
}

async fn everything_survives_a_rebuild(app: &TestApp) {
    app.expect_orphans();
    lived_in(app).await;
    let (state, other) = (app.instance_with(SEALED).await, app.other(SEALED).await);
    let made = make(&state).await;
    assert!(made.is_sealed);
    let before = dump(&state).await;
    let report = rebuild(&other, Source::Newest).await.expect("rebuilt");
    let after = dump(&other.state).await;
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "{table}");
    }
    assert_eq!((report.snapshot, report.rows, report.files), (Some(made.name), made.rows, 6));
    assert_eq!((report.gone, report.bad_lines, report.found, report.failed), (0, 0, 0, 0));
    assert_eq!(texts(&other.state, "SELECT key_hash FROM sessions").await, Vec::<String>::new());
    // Numbers go on behind the last one.
    let insert = "INSERT INTO r2_files (object_key, file_url, user_id) VALUES ('x', '', 'x')";
    sea_orm::ConnectionTrait::execute_unprepared(&other.state.db, insert).await.expect("inserted");
    other.finish().await;
}

async fn without_a_snapshot_the_keys_say_whose_each_file_is_what_it_is_and_when_it_came(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "holiday.png", "image/png", PNG).await;
    app.upload(&ada, "notes.txt", "text/plain", b"notes").await;
    let said = "concat_ws(' ', user_id, file_name, content_type, size, upload_timestamp, state, object_key)";
    let (sql, state) = (format!("SELECT {said} FROM r2_files ORDER BY file_name"), app.instance_with(&[]).await);
    let other = app.other(&[]).await;
    let report = rebuild(&other, Source::Newest).await.expect("rebuilt");
    assert_eq!(report, Report { found: 2, ..Report::default() });
    assert_eq!(texts(&other.state, &sql).await, texts(&state, &sql).await);
    other.finish().await;
}

async fn what_was_purged_since_stays_away_and_what_was_uploaded_since_is_found(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    app.upload(&ada, "kept.png", "image/png", PNG).await;
    app.upload(&ada, "purged.png", "image/png", PNG).await;
    let (state, other) = (app.instance_with(SEALED).await, app.other(SEALED).await);
    make(&state).await;
    let key = texts(&state, "SELECT object_key FROM r2_files WHERE file_name = 'purged.png'").await.remove(0);
    app.bucket().delete_object(&key).await.expect("deleted");
    app.upload(&ada, "later.png", "image/png", PNG).await;
    let report = rebuild(&other, Source::Newest).await.expect("rebuilt");
    assert_eq!((report.files, report.gone, report.found), (1, 1, 1));
    let names = "SELECT file_name FROM r2_files WHERE state = 'ready' ORDER BY file_name";
    assert_eq!(texts(&other.state, names).await, ["kept.png", "later.png"]);
    let charged = "SELECT CAST(used_bytes AS TEXT) FROM users";
    assert_eq!(texts(&other.state, charged).await, [(2 * PNG.len()).to_string()]);
    other.finish().await;
}

async fn files_over_a_quota_come_back_ready_as_they_were(app: &TestApp) {
    let ada = app.member().await;
    let (state, other) = (app.instance_with(SEALED).await, app.other(SEALED).await);
    app.execute("UPDATE users SET quota = 100").await;
    make(&state).await;
    app.execute("UPDATE users SET quota = NULL").await;
    app.upload(&ada, "a.png", "image/png", PNG).await;
    app.upload(&ada, "b.png", "image/png", PNG).await;
    assert_eq!(rebuild(&other, Source::Newest).await.expect("rebuilt").found, 2);
    assert_eq!(texts(&other.state, "SELECT state FROM r2_files").await, ["ready", "ready"]);
    app.expect_orphans();
    other.finish().await;
}

async fn another_session_key_is_told_so_before_anything_is_written(app: &TestApp) {
    app.expect_orphans();
    lived_in(app).await;
    make(&app.instance_with(SEALED).await).await;
    let changed = SESSION_KEY.replace('5', "6");
    for (settings, words) in
        [(vec![("SESSION_KEY", &*changed)], "another SESSION_KEY"), (vec![], "Set the SESSION_KEY")]
    {
        let other = app.other(&settings).await;
        let refusal = rebuild(&other, Source::Newest).await.expect_err("sealed");
        assert!(refusal.to_string().contains(words), "{refusal}");
        assert_eq!(texts(&other.state, "SELECT email FROM users").await, Vec::<String>::new());
        other.finish().await;
    }
}

async fn without_a_session_key_people_get_links_for_new_passwords(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    let file = app.upload(&ada, "a.png", "image/png", PNG).await;
    let terms = Terms { password: "fjord-lantern", ..Terms::default() };
    app.share(&app.browser_of(&ada).await, &[&file], &terms).await;
    let (state, other) = (app.instance_with(&[]).await, app.other(&[]).await);
    let made = make(&state).await;
    let text = lines_of(app, &made.name).await.join("\n");
    let kept = texts(&state, "SELECT value FROM settings WHERE name = 'session_key'").await.remove(0);
    assert!(text.contains("\"password_hash\":\"left out\""), "the link stays shut");
    for secret in ["argon2", &kept, "session_key"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let report = rebuild(&other, Source::Newest).await.expect("rebuilt");
    let [link] = &report.links[..] else { panic!("{:?}", report.links) };
    let secret = link.url.rsplit_once("/password/").expect("a link").1;
    let found = password_links::find(&other.state.db, secret, database::now()).await.expect("it works");
    assert_eq!((found, &link.email), (ada.email.clone(), &ada.email));
    other.finish().await;
}

async fn a_bad_line_keeps_none_of_the_others_away(app: &TestApp) {
    app.expect_orphans();
    lived_in(app).await;
    let (state, other) = (app.instance_with(&[]).await, app.other(&[]).await);
    let made = make(&state).await;
    let mut lines = lines_of(app, &made.name).await;
    let end = lines.pop().expect("an end");
    let file = lines.iter().position(|line| line.contains("ready.png")).expect("a file");
    let user = lines.iter().position(|line| line.contains("\"table\":\"users\"")).expect("a user");
    lines[file] = lines[file].replace("\"state\":\"ready\"", "\"state\":\"elsewhere\"");
    lines.insert(user, "{\"table\":\"nobody knows\",\"row\":{\"a\":1}}".to_owned());
    lines.insert(user, format!("{{\"table\":\"users\",\"row\":\"{}\"}}", "x".repeat(300_000)));
    lines.insert(user, "no JSON".to_owned());
    lines.push(end.replace(&made.rows.to_string(), &(made.rows + 3).to_string()));
    put_lines(app, &lines).await;
    let report = rebuild(&other, Source::Newest).await.expect("rebuilt");
    // Without its line, the listing knows the file.
    assert_eq!((report.bad_lines, report.files, report.found, report.rows), (4, 5, 1, made.rows - 1));
    other.finish().await;
}

async fn a_snapshot_that_is_cut_short_is_refused_before_anything_is_written(app: &TestApp) {
    app.expect_orphans();
    lived_in(app).await;
    let (state, other) = (app.instance_with(&[]).await, app.other(&[]).await);
    let made = make(&state).await;
    let mut lines = lines_of(app, &made.name).await;
    let end = lines.pop().expect("an end");
    for bad in [lines.clone(), [&lines[..lines.len() - 1], &[end]].concat()] {
        put_lines(app, &bad).await;
        let refusal = rebuild(&other, Source::Newest).await.expect_err("cut short");
        assert!(refusal.to_string().contains("Name an older one"), "{refusal}");
        assert_eq!(texts(&other.state, "SELECT email FROM users").await, Vec::<String>::new());
    }
    let unknown = rebuild(&other, Source::Named(made.name.replace("Z-", "Z-0"))).await.expect_err("there is none");
    assert!(unknown.to_string().contains("There is no snapshot"), "{unknown}");
    assert!(rebuild(&other, Source::Named(made.name)).await.is_ok());
    other.finish().await;
}

async fn an_index_that_is_not_empty_is_left_alone(app: &TestApp) {
    app.member().await;
    let state = app.instance_with(&[]).await;
    let refusal = reindex::run(&state, &Source::Newest, database::now(), &watch::Sender::default()).await;
    assert!(refusal.is_err_and(|error| error.to_string().contains("has accounts or files already")));
}

async fn a_rebuild_that_was_broken_off_goes_on(app: &TestApp) {
    app.expect_orphans();
    lived_in(app).await;
    let (state, other) = (app.instance_with(SEALED).await, app.other(SEALED).await);
    let made = make(&state).await;
    let before = dump(&state).await;
    rebuild(&other, Source::Newest).await.expect("rebuilt");
    for sql in [
        "DELETE FROM r2_files WHERE file_name = 'trashed.png'",
        &format!("INSERT INTO settings (name, value) VALUES ('reindexed_from', '{}')", made.name),
    ] {
        sea_orm::ConnectionTrait::execute_unprepared(&other.state.db, sql).await.expect("the statement runs");
    }
    // Whatever has been made since.
    put_lines(app, &["another one".to_owned()]).await;
    assert_eq!(rebuild(&other, Source::Newest).await.expect("rebuilt").snapshot, Some(made.name));
    assert_eq!(dump(&other.state).await["r2_files"], before["r2_files"]);
    other.finish().await;
}

async fn a_file_whose_account_did_not_come_back_stands_under_its_id(app: &TestApp) {
    app.expect_orphans();
    let ada = app.member().await;
    app.upload(&ada, "a.png", "image/png", PNG).await;
    let (state, other) = (app.instance_with(&[]).await, app.other(&[]).await);
    let made = make(&state).await;
    let mut lines = lines_of(app, &made.name).await;
    let user = lines.iter().position(|line| line.contains("\"table\":\"users\"")).expect("a user");
    lines[user] = "lost".to_owned();
    put_lines(app, &lines).await;
    let report = rebuild(&other, Source::Newest).await.expect("rebuilt");
    // The account, and its token.
    assert_eq!((report.files, report.bad_lines), (1, 2));
    let found = texts(&other.state, "SELECT user_id || ' ' || state FROM r2_files WHERE owner_id IS NULL").await;
    assert_eq!(found, [format!("{} ready", ada.id)]);
    other.finish().await;
}

/// The lines of a snapshot that is not sealed.
async fn lines_of(app: &TestApp, name: &str) -> Vec<String> {
    let object = app.bucket().get_object(format!("index/{name}")).await.expect("an object");
    let mut text = String::new();
    GzDecoder::new(object.bytes().as_ref()).read_to_string(&mut text).expect("text");
    text.lines().map(str::to_owned).collect()
}

/// A snapshot of these lines, later than all others.
async fn put_lines(app: &TestApp, lines: &[String]) {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all((lines.join("\n") + "\n").as_bytes()).expect("compressed");
    let at = (database::now() + TimeDelta::hours(1)).format("%Y%m%dT%H%M%SZ");
    let key = format!("index/{at}-0123456789abcdef.jsonl.gz");
    app.bucket().put_object(key, &gzip.finish().expect("compressed")).await.expect("put");
}
