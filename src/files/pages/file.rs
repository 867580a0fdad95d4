//! A file's own page: what it looks like, what is known of it, what can be done with it, and what was.

use super::{facts::Facts, file_id};
use crate::{
    accounts::{Account, users},
    audit::{self, Event},
    database::{self, Reads},
    error::Result,
    files::{
        Preview, Ready, Scope,
        contributed::contributor,
        favourites::other_star,
        file::File,
        folders::names,
        paper::{Paper, print},
        received::{self, ReceivedFrom},
        shared::{SharedBy, links_of},
        view::Moment,
    },
    ids::{Ticket, UserId},
    size,
    state::AppState,
    web::{Layout, Left, Reader, SignedIn, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use bytesize::ByteSize;

/// How much of a text is shown: what a person may scroll through, and a browser lays out at once.
const TEXT_SHOWN: ByteSize = ByteSize::kib(64);
const EVENTS_SHOWN: u64 = 50;
const LINKS_SHOWN: u64 = 20;

#[derive(Template)]
#[template(path = "files/file.html")]
pub(super) struct FilePage {
    layout: Layout,
    id: String,
    name: String,
    is_starred: bool,
    /// What pressing its star does, as forms have it.
    other_star: &'static str,
    /// The folder that it lies in, with those above it, and its address.
    folder: Option<(String, String)>,
    is_inline: bool,
    pane: PreviewPane,
    facts: Facts,
    ticket: TicketOf,
    link: String,
    is_public: bool,
    /// The links that it is behind.
    links: Vec<SharedBy>,
    history: Vec<Entry>,
    /// What is in the field for another name, and what is wrong with it.
    typed: String,
    problem: Option<String>,
}

/// A file's ticket, as its owner has it.
pub struct TicketOf {
    /// The owner's own number of it; old files may have none.
    pub number: Option<Ticket>,
    pub owner: String,
    /// The day on which it was handed out.
    pub since: String,
}

/// A file's content in a page.
pub struct PreviewPane {
    /// In which way it is shown.
    pub preview: Preview,
    pub name: String,
    /// Where the page reads it: an address of the app, which sends on to the store.
    pub content_url: String,
    /// Where its thumbnail is read, if it has one.
    pub thumbnail_url: Option<String>,
    /// How much of a text is shown.
    pub text_shown: ByteSize,
    /// There is no first byte that could be asked for.
    pub is_empty: bool,
    /// Is the file longer than that, as far as is known?
    pub is_longer: bool,
    /// In pixels, so that the page keeps room for the picture.
    pub width: Option<i64>,
    /// In pixels.
    pub height: Option<i64>,
    /// Can a picture be seen through, as far as is known?
    pub is_transparent: bool,
    /// The class of its kind's tint, and its type as it is printed on that.
    pub tint: &'static str,
    pub print: String,
}

/// One line of a history.
pub struct Entry {
    pub at: Moment,
    /// What was done, in words.
    pub what: String,
    /// What it was before and is now, and such; may be empty.
    pub detail: String,
    /// An email, or what else made the change.
    pub who: String,
    /// The address it came from, where it may be shown.
    pub from: String,
}

/// Answers with the page of the caller's own file.
pub async fn file(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    id: Path<String>,
    reader: Reader,
    Left(notice): Left,
) -> Result<HttpResponse> {
    let db = database::read_as(&app.db, account.id).await?;
    let file = Ready::find(&db, file_id(&id)?, Scope::Own(account.id)).await?;
    let seen = Seen::by_owner((&app, account.id), &db, &file, reader).await?;
    drop(db);
    let url = format!("/files/{}", file.id());
    let layout = Layout::of(&app, &account, "/").with_notice(notice, &url);
    let page = FilePage::of(&app, layout, (&file, &account), reader, seen);
    respond::page(StatusCode::OK, &page)
}

/// What is read of a file beside its row.
pub(super) struct Seen {
    pub events: Vec<Event>,
    /// What its folder is called, with those above it.
    pub folder: Option<String>,
    /// The links that it is behind.
    pub links: Vec<SharedBy>,
    /// Who sent it, if it came by a link.
    pub received: Option<ReceivedFrom>,
    /// Who added it, if that was not its owner.
    pub contributor: Option<String>,
}

impl Seen {
    /// What is read of the caller's own file, which they have seen from now on.
    pub(super) async fn by_owner(
        (app, owner): (&AppState, UserId),
        db: &Reads<'_>,
        file: &Ready,
        reader: Reader,
    ) -> Result<Self> {
        let seen = Self::of(app, db, file).await?;
        if let Some(ReceivedFrom { is_new: true, .. }) = &seen.received {
            received::see(&app.db, owner, Some(file.id()), reader.now).await?;
            app.accounts.cache.forget(owner);
        }
        Ok(seen)
    }

    async fn of(app: &AppState, db: &Reads<'_>, file: &Ready) -> Result<Self> {
        let contributor = match contributor(file) {
            Some(id) => users::with_ids(&app.db, vec![id]).await?.remove(&id).map(|user| user.name),
            None => None,
        };
        Ok(Self {
            contributor,
            received: received::received(db, vec![file.id()]).await?.remove(&file.id()),
            events: audit::list_of_file(db, file.id(), EVENTS_SHOWN).await?,
            folder: names::of_file(db, file).await?,
            links: links_of(db, file.id(), LINKS_SHOWN).await?,
        })
    }
}

impl TicketOf {
    /// The ticket of somebody's own file, as they read it.
    pub fn of(file: &impl File, owner: &Account, reader: Reader) -> Self {
        let since = Moment::seen(file.uploaded_at(), reader).day;
        Self { number: file.ticket(), owner: owner.name.clone(), since }
    }
}

impl FilePage {
    /// The page once more, with a name that will not do and why.
    pub(super) async fn refusing(
        app: &AppState,
        account: &Account,
        file: &Ready,
        reader: Reader,
        (typed, problem): (&str, String),
    ) -> Result<HttpResponse> {
        let db = database::read_as(&app.db, account.id).await?;
        let seen = Seen::of(app, &db, file).await?;
        let page = Self::of(app, Layout::of(app, account, "/"), (file, account), reader, seen);
        let page = Self { typed: typed.to_owned(), problem: Some(problem), ..page };
        respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page)
    }

    fn of(app: &AppState, layout: Layout, (file, owner): (&Ready, &Account), reader: Reader, seen: Seen) -> Self {
        Self {
            layout,
            id: file.id().to_string(),
            name: file.name().to_owned(),
            is_starred: file.is_starred(),
            other_star: other_star(file).as_str(),
            is_inline: file.content_type().is_inline(),
            pane: PreviewPane::of(file, format!("/files/{}/content", file.id())),
            facts: Facts::of(file, reader)
                .in_folder(seen.folder.clone())
                .received(seen.received)
                .added_by(seen.contributor),
            folder: seen.folder.zip(file.folder_id().map(|folder| format!("/folders/{folder}"))),
            ticket: TicketOf::of(file, owner, reader),
            // Not as it was when the file came: the app may be reached elsewhere by now.
            link: app.url_of(file.id(), file.object_key()),
            is_public: app.store.is_public(),
            links: seen.links,
            history: history(&seen.events, reader),
            typed: file.name().to_owned(),
            problem: None,
        }
    }
}

/// Events as a page shows them, without the addresses that they came from.
pub fn history(events: &[Event], reader: Reader) -> Vec<Entry> {
    let entry = |event: &Event| Entry {
        at: Moment::seen(event.at, reader),
        what: event.action.words().to_owned(),
        detail: event.detail_in_words(),
        who: event.actor.clone(),
        from: String::new(),
    };
    events.iter().map(entry).collect()
}

impl PreviewPane {
    /// A file's content as a page shows it, which reads it at `content_url`.
    pub fn of(file: &impl File, content_url: String) -> Self {
        let (width, height) = file.dimensions().unzip();
        Self {
            preview: file.content_type().preview(),
            name: file.name().to_owned(),
            content_url,
            thumbnail_url: file.thumbnail().map(|_| format!("/files/{}/thumbnail", file.id())),
            text_shown: TEXT_SHOWN,
            is_empty: file.size() == Some(ByteSize(0)),
            is_longer: file.size().is_none_or(|size| size > TEXT_SHOWN),
            width,
            height,
            is_transparent: file.is_transparent().unwrap_or_else(|| file.content_type().may_be_transparent()),
            tint: Paper::of(file.name(), &file.content_type()).class(),
            print: print(file.name(), &file.content_type(), 4),
        }
    }

    /// Is it a picture, which can be zoomed?
    pub fn is_picture(&self) -> bool {
        self.preview == Preview::Image
    }

    /// Do the viewer's buttons stay, as there is something to use beside them?
    pub fn stays_dressed(&self) -> bool {
        !matches!(self.preview, Preview::Image | Preview::Video)
    }

    /// The most of a text that is shown, in words.
    pub fn text_shown_in_words(&self) -> String {
        size::in_words(self.text_shown)
    }
}
