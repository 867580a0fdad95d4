//! A bucket whose files the database knows nothing of: it was lost, restored from an old backup, or is another's.

use crate::{
    on_both_databases,
    support::{Someone, TestApp, uploads::PNG},
    sweep::{key_of, on_an_odd_store},
};
use chrono::TimeDelta;
use cloakroom::{
    database,
    ids::UserId,
    jobs::sweep,
    storage::ObjectKey,
    uploads::{Refused, register},
};

on_both_databases!(a_database_that_knows_nothing_costs_no_file,);

/// A new database, or an old one, or that of another installation, with rules that are stricter.
async fn a_database_that_knows_nothing_costs_no_file(app: &TestApp) {
    let (ada, store, state) = on_an_odd_store(app, &[("ALLOWED_TYPES", "image/*")]).await;
    let (now, nobody) = (database::now(), Someone { id: UserId::generate(), ..app.member().await });
    for owner in [&ada, &nobody] {
        store.insert(key_of(owner, now - TimeDelta::hours(1), "a.png").as_str(), "text/html", PNG);
        store.insert(key_of(owner, now - TimeDelta::days(30), "b.png").as_str(), "text/html", PNG);
    }
    store.insert(key_of(&nobody, now - TimeDelta::days(30), "c.png").as_str(), "image/png", PNG);
    app.execute("UPDATE users SET quota = 1").await;
    store.insert(key_of(&ada, now - TimeDelta::days(30), "d.png").as_str(), "image/png", PNG);
    let before = store.keys();
    sweep::run(&state, now).await.expect("swept");
    assert_eq!(store.keys(), before);
    let parsed = before.iter().filter_map(|key| ObjectKey::parse(state.store.prefix(), key));
    for key in parsed.filter(|key| key.owner == nobody.id) {
        assert!(register(&state, &key, &cloakroom::files::Bringer::nobody(), Refused::Removed, now).await.is_err());
    }
    assert_eq!(store.keys(), before, "of nobody, whoever asks");
}
