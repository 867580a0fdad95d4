//! What an administrator should look at, the most urgent first.

use crate::{
    accounts::users::User,
    error::Result,
    files::list::{
        facets::grouped,
        statistics::{self, Total},
    },
    size::in_words,
    state::AppState,
    storage::Store,
};
use bytesize::ByteSize;

/// One thing that needs a look.
pub struct Attention {
    pub words: String,
    /// Where it is put right, if that can be done here.
    pub link: Option<String>,
    /// What the link says.
    pub act: &'static str,
}

impl Attention {
    /// All that needs a look now.
    pub async fn list(app: &AppState, quarantined: Total, people: &[User]) -> Result<Vec<Self>> {
        let mut found = of_store(&app.store);
        if quarantined.files > 0 {
            let words = match quarantined.files {
                1 => "A file is in quarantine".to_owned(),
                many => format!("{} files are in quarantine", grouped(many)),
            };
            found.push(Self { words, link: Some("/admin/files?state=quarantined".to_owned()), act: "Open" });
        }
        let missing = statistics::count_missing(&app.db).await?;
        if missing > 0 {
            let words = match missing {
                1 => "A file was not found in storage".to_owned(),
                many => format!("{} files were not found in storage", grouped(many)),
            };
            found.push(Self { words, link: Some("/admin/events".to_owned()), act: "Open" });
        }
        let unknown = statistics::count_unknown(&app.db).await?;
        if unknown > 0 {
            let words = format!("{} adopted of which storage has nothing, or not looked up yet", grouped(unknown));
            found.push(Self { words, link: Some("/admin/files".to_owned()), act: "Open" });
        }
        found.extend(people.iter().filter_map(|user| of_space(app, user)));
        Ok(found)
    }
}

/// Somebody who has used nine tenths of their space.
fn of_space(app: &AppState, user: &User) -> Option<Attention> {
    let quota = app.uploads.quota_of(user.quota.map(ByteSize))?.as_u64();
    if user.used_bytes.saturating_mul(10) < quota.saturating_mul(9) {
        return None;
    }
    let (used, of) = (in_words(ByteSize(user.used_bytes)), in_words(ByteSize(quota)));
    let words = format!("{} uses {used} of {of}", user.email);
    Some(Attention { words, link: Some(format!("/admin/users/{}", user.id)), act: "Raise" })
}

/// What is wrong with the store, where nothing in Cloakroom can be done about it.
fn of_store(store: &Store) -> Vec<Attention> {
    let missing = store.capabilities().map(|capabilities| capabilities.missing()).unwrap_or_default();
    let unknown =
        "Storage has not shown yet what it honours, so files are looked at again when their upload URL has expired";
    let words = missing.into_iter().map(|words| format!("Storage {words}"));
    let words = words.chain(store.capabilities().is_none().then(|| unknown.to_owned()));
    let clocks = store.clock_trouble();
    let words = words.chain(clocks.map(|words| format!("This server's clock is {words}. Set the one that is wrong")));
    words.map(|words| Attention { words, link: None, act: "" }).collect()
}
