//! What every page shares: its layout, and how one goes on to another.

use super::{Notice, assets, storage::Storage};
use crate::{
    accounts::{Account, Role},
    error::MORE_SPACE,
    state::AppState,
};
use bytesize::ByteSize;

/// The colour of what is behind everything, by day and by night: `--ground` of `static/css/tokens.css`, for what is
/// around a page and knows no styles.
pub const GROUND: (&str, &str) = ("#fafaf7", "#101412");

/// The part of a page around its content: who is signed in, the way around the site, and what was done just now.
#[derive(Clone, Default)]
pub struct Layout {
    person: Option<Person>,
    /// Which part of the site the page belongs to: the path of its link.
    place: &'static str,
    limits: Option<Limits>,
    notice: Option<Notice>,
    sender: Option<Sender>,
}

/// Somebody without an account, who sends files by a link.
#[derive(Clone)]
struct Sender {
    /// The path of the link's page.
    base: String,
    /// The link, for what a browser remembers of its uploads.
    link: String,
    removes_place: bool,
}

#[derive(Clone)]
struct Person {
    id: String,
    name: String,
    email: String,
    is_admin: bool,
    removes_place: bool,
    storage: Storage,
    news: i64,
}

/// What may be uploaded, so that pages can say no before anything is sent.
#[derive(Clone)]
pub struct Limits {
    /// The size of the largest file that is taken.
    pub largest: ByteSize,
    /// The size of the largest file that is taken by one PUT; a larger one comes in parts.
    pub single_put_max: ByteSize,
    /// What is taken, as `accept` of a file field has it, such as `image/*,application/pdf`; empty: all.
    pub types: String,
}

impl Layout {
    /// The layout for somebody who is signed in, of a page whose own part of the site is `place`, such as `/trash`;
    /// empty: of none.
    pub fn of(app: &AppState, account: &Account, place: &'static str) -> Self {
        let is_admin = match account.role {
            Role::Admin => true,
            Role::Member => false,
        };
        let limits = Limits::of(app);
        let person = Person {
            id: account.id.to_string(),
            name: account.name.clone(),
            email: account.email.clone(),
            is_admin,
            removes_place: account.removes_place,
            news: account.news,
            storage: Storage { used: account.used, quota: app.uploads.quota_of(account.quota) },
        };
        Self { person: Some(person), place, limits: Some(limits), notice: None, sender: None }
    }

    /// The layout for pages that anyone may see.
    pub fn of_nobody() -> Self {
        Self::default()
    }

    /// The layout for somebody who sends files by a link, whose page is at `base`, to an account.
    pub fn of_sender((base, link): (&str, String), to: &Account, limits: Limits) -> Self {
        let sender = Sender { base: base.to_owned(), link, removes_place: to.removes_place };
        Self { sender: Some(sender), limits: Some(limits), ..Self::default() }
    }

    /// What stands before the endpoints of uploads: the path of a link, or nothing.
    pub fn upload_base(&self) -> &str {
        self.sender.as_ref().map_or("", |sender| &sender.base)
    }

    /// Does the page belong to somebody without an account, who sends by a link?
    pub fn is_of_sender(&self) -> bool {
        self.sender.is_some()
    }

    /// This layout with what is to be said of what was done just now. `place` is the page itself, to which an undo comes back.
    pub fn with_notice(self, notice: Option<Notice>, place: &str) -> Self {
        Self { notice: notice.map(|notice| notice.coming_back_to(place)), ..self }
    }

    /// The name of who is signed in.
    pub fn person(&self) -> Option<&str> {
        self.person.as_ref().map(|person| person.name.as_str())
    }

    /// At most two letters that stand for who is signed in: of the first word of the name, and of the last.
    pub fn initials(&self) -> String {
        let mut words = self.person().unwrap_or_default().split_whitespace();
        let letters = words.next().into_iter().chain(words.next_back()).filter_map(|word| word.chars().next());
        letters.flat_map(char::to_uppercase).collect()
    }

    /// How many files others have sent that were not seen yet, if there are any: `99+` where they are more.
    pub fn news(&self) -> Option<String> {
        match self.person.as_ref()?.news {
            0 => None,
            count @ 1..=99 => Some(count.to_string()),
            _ => Some("99+".to_owned()),
        }
    }

    /// How much of the room of who is signed in is taken.
    pub fn storage(&self) -> Option<&Storage> {
        self.person.as_ref().map(|person| &person.storage)
    }

    /// Why nothing can be uploaded, if there is no room at all.
    pub fn full_in_words(&self) -> Option<String> {
        let storage = self.storage().filter(|storage| storage.is_full())?;
        Some(format!("Your space is full: {} are in use. {MORE_SPACE}", storage.words()))
    }

    /// Whose uploads a browser remembers on this page; empty for nobody.
    pub fn account(&self) -> &str {
        let of_sender = self.sender.as_ref().map_or("", |sender| &sender.link);
        self.person.as_ref().map_or(of_sender, |person| &person.id)
    }

    /// Whether this person's pictures are sent without the place where they were taken.
    pub fn removes_place(&self) -> bool {
        let of_sender = self.sender.as_ref().is_some_and(|sender| sender.removes_place);
        self.person.as_ref().map_or(of_sender, |person| person.removes_place)
    }

    /// The email of who is signed in, for signing in again when the session ends under the page.
    pub fn email(&self) -> Option<&str> {
        self.person.as_ref().map(|person| person.email.as_str())
    }

    /// Whether the page shows the way to what is for administrators.
    pub fn is_admin(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.is_admin)
    }

    /// What may be uploaded by who is signed in, or sends by a link; `None` for nobody.
    pub fn limits(&self) -> Option<&Limits> {
        self.limits.as_ref()
    }

    /// What was left for this page to say of what was done just now.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// The `aria-current` of a link: `page` for the page's own part, `false` for the others.
    pub fn current(&self, place: &str) -> &'static str {
        if self.place == place { "page" } else { "false" }
    }

    /// The `aria-current` of a link to a part that has pages of its own: `true` on any of them, `false` elsewhere.
    pub fn current_within(&self, place: &str) -> &'static str {
        if self.place.starts_with(place) { "true" } else { "false" }
    }

    /// The colour of the page by day, for the window around it.
    pub fn ground_by_day(&self) -> &'static str {
        GROUND.0
    }

    /// The colour of the page by night, for the window around it.
    pub fn ground_by_night(&self) -> &'static str {
        GROUND.1
    }

    /// The path of an asset, by its name.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// The path of an icon of the sprite, by its name.
    pub fn icon(&self, name: &str) -> String {
        format!("{}#{name}", assets::url("images/icons.svg"))
    }
}

impl Limits {
    /// What may be uploaded here at all.
    pub fn of(app: &AppState) -> Self {
        Self {
            largest: app.uploads.largest(),
            single_put_max: app.uploads.largest_put(),
            types: app.uploads.allowed_types.accept(),
        }
    }
}

/// A place within this app that a page asked to come back to, or the front page.
pub fn place_within(given: Option<&str>) -> &str {
    let plain = |place: &&str| {
        place.starts_with('/')
            && !place.starts_with("//")
            && place.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    given.filter(plain).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::place_within;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\x01",
            "/é",
        ] {
            assert_eq!(place_within(Some(bad)), "/", "{bad:?}");
        }
        assert_eq!(place_within(Some("/files/1?a=b")), "/files/1?a=b");
        assert_eq!(place_within(None), "/");
    }
}
