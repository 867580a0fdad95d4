//! Putting files and folders into another folder: choosing it, and doing it.

use super::{
    changes::{found, is_empty},
    folder_changes::{folder_id, folder_ids},
    selection,
};
use crate::{
    accounts::{Account, Principal},
    database::{self, Reads},
    error::{Error, Result},
    files::{
        Scope,
        folders::{
            Folder,
            moving::{self, Chosen, MOST_FILES, Placed},
            names, shared, tree,
        },
        list::facets::grouped,
        transition::Selection,
    },
    ids::{FolderId, MoveId, UserId},
    state::AppState,
    web::{
        Fields, Layout, Notice, Reader, SignedIn, Undo,
        folder_notice::{FolderStep, Onlookers, things},
        layout::place_within,
        respond,
    },
};
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use sea_orm::ConnectionTrait;
use std::collections::{BTreeSet, HashMap};

const ACTION: &str = "/files/move";
/// How the top is named in forms.
const TOP: &str = "top";
const DAMAGED: &str = "The form is damaged. Load the page again.";
const TOO_LONG: &str = "These words are too long. Choose fewer.";
/// In bytes.
const LONGEST_WORDS: usize = 200;

/// Asks where to.
#[derive(Template)]
#[template(path = "files/move.html")]
struct MovePage {
    layout: Layout,
    what: String,
    /// What is moved, as the form that asks sends it on.
    fields: Vec<(&'static str, String)>,
    back: String,
    words: String,
    rows: Vec<Row>,
    open: Vec<FolderId>,
    is_chosen_top: bool,
    problem: Option<String>,
}

/// A folder to choose.
struct Row {
    id: FolderId,
    name: String,
    depth: i64,
    is_open: bool,
    is_chosen: bool,
    /// It is among what is moved.
    is_moved: bool,
    /// Whoever has some link sees what is in it.
    seen_by: Option<Onlookers>,
    /// Those above it, where it was found by words.
    above: String,
}

/// Puts what the form names into the folder that it names, and goes back to where it was, which says so and offers an undo; puts back
/// what an earlier step moved; or, without a folder, answers with a page that asks for one.
pub async fn move_files(
    app: Data<AppState>,
    SignedIn(account): SignedIn,
    principal: Principal,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let place = place_within(fields.given("back"));
    let by = (&principal, database::now());
    if let Some(step) = fields.given("step") {
        let step: MoveId = step.parse().map_err(|_| Error::Malformed(DAMAGED.into()))?;
        let placed = moving::take_back(&app.db, account.id, step, by).await?;
        return Ok(said_back(&placed).see_other(&app, place));
    }
    let Some(chosen) = chosen(&fields, &account, reader)? else {
        return Ok(Notice::NothingChosen.see_other(&app, place));
    };
    let Some(to) = fields.given("to").filter(|_| fields.given("choosing").is_none()) else {
        return ask(&app, &account, &fields, &chosen, None).await;
    };
    let to = if to == TOP { None } else { Some(folder_id(to)?) };
    let seen_by = onlookers(&app.db, account.id, to.as_slice()).await?.into_values().next();
    match moving::place(&app.db, account.id, &chosen, to, by).await {
        Ok(placed) => {
            let notice = said(&chosen, placed, |to| match seen_by {
                Some(seen_by) => FolderStep::MovedIntoShared { to, seen_by },
                None => FolderStep::Moved { to },
            })?;
            Ok(notice.see_other(&app, place))
        }
        Err(Error::Unacceptable { words, .. }) => ask(&app, &account, &fields, &chosen, Some(words)).await,
        Err(error) => Err(error),
    }
}

/// The files and folders that a form names, or all files that its list finds; if it names any.
///
/// # Errors
///
/// `Malformed` when they are too many, or it is damaged; `NotFound` for an id that is none.
pub(super) fn chosen(fields: &Fields, account: &Account, reader: Reader) -> Result<Option<Chosen>> {
    let folders = match fields.all("folder").next() {
        Some(_) => folder_ids(fields)?,
        None => Vec::new(),
    };
    let files = match fields.given("found") {
        Some(query) => Some(found(query, Scope::Own(account.id), reader)?),
        None if is_empty(fields) => None,
        None => Some(selection(fields)?),
    };
    let is_nothing = files.is_none() && folders.is_empty();
    Ok(Some(Chosen { files, folders }).filter(|_| !is_nothing))
}

async fn ask(
    app: &AppState,
    account: &Account,
    fields: &Fields,
    chosen: &Chosen,
    problem: Option<String>,
) -> Result<HttpResponse> {
    let words = fields.text("words");
    if words.len() > LONGEST_WORDS {
        return Err(Error::Malformed(TOO_LONG.into()));
    }
    let db = database::read_as(&app.db, account.id).await?;
    let open = open(&db, account, fields).await?;
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = MovePage {
        layout: Layout::of(app, account, "/"),
        what: what_is_chosen(chosen),
        fields: sent_on(fields),
        back: place_within(fields.given("back")).to_owned(),
        words: words.to_owned(),
        rows: rows(&db, account, (words, &open), (chosen, fields.given("to").unwrap_or_default())).await?,
        open: open.into_iter().collect(),
        is_chosen_top: fields.given("to") == Some(TOP),
        problem,
    };
    drop(db);
    respond::page(status, &page)
}

/// Which folders of the tree are open: those that were, but for the one that is closed; at first the way to where somebody is.
async fn open(db: &Reads<'_>, account: &Account, fields: &Fields) -> Result<BTreeSet<FolderId>> {
    let mut open = fields.all("open").take(100).map(folder_id).collect::<Result<BTreeSet<_>>>()?;
    if let Some(toggled) = fields.given("toggle").map(folder_id).transpose()?
        && !open.remove(&toggled)
    {
        open.insert(toggled);
    }
    if fields.given("choosing").is_none()
        && let Some(here) = fields.given("here").and_then(|here| here.parse().ok())
        && let Ok(way) = Folder::way(db, here, account.id).await
    {
        open.extend(way.iter().map(Folder::id));
    }
    Ok(open)
}

async fn rows(
    db: &Reads<'_>,
    account: &Account,
    (words, open): (&str, &BTreeSet<FolderId>),
    (chosen, to): (&Chosen, &str),
) -> Result<Vec<Row>> {
    let (branches, above) = match words {
        "" => (tree::branches(db, account.id, open).await?, HashMap::new()),
        words => {
            let found = tree::find(db, account.id, words).await?;
            let above = names::of(db, found.iter().map(|branch| branch.id)).await?;
            (found, above)
        }
    };
    let ids: Vec<FolderId> = branches.iter().map(|branch| branch.id).collect();
    let seen = onlookers(db, account.id, &ids).await?;
    let row = |branch: tree::Branch| Row {
        seen_by: seen.get(&branch.id).copied(),
        is_chosen: branch.id.to_string() == to,
        is_moved: chosen.folders.contains(&branch.id),
        above: above
            .get(&branch.id)
            .and_then(|way| way.rsplit_once('/'))
            .map(|(above, _)| above.to_owned())
            .unwrap_or_default(),
        id: branch.id,
        name: branch.name,
        depth: branch.depth,
        is_open: branch.is_open,
    };
    Ok(branches.into_iter().map(row).collect())
}

/// What names what is moved.
fn sent_on(fields: &Fields) -> Vec<(&'static str, String)> {
    let of = |name: &'static str| fields.all(name).map(move |value| (name, value.to_owned()));
    // All that a list finds is named by the list.
    let files: Vec<_> = if fields.given("found").is_some() { of("found").collect() } else { of("id").collect() };
    files.into_iter().chain(of("folder")).collect()
}

fn what_is_chosen(chosen: &Chosen) -> String {
    let folders = chosen.folders.len();
    match &chosen.files {
        Some(Selection::These(ids)) => things(ids.len() as u64, folders),
        Some(_) if folders > 0 => format!("all files of this list and {}", things(0, folders)),
        Some(_) => "all files of this list".to_owned(),
        None => things(0, folders),
    }
}

/// Who sees what lies in some of somebody's folders, as far as others do.
async fn onlookers(
    db: &impl ConnectionTrait,
    owner: UserId,
    folders: &[FolderId],
) -> Result<HashMap<FolderId, Onlookers>> {
    let by_link = shared::seen_by_link(db, owner, folders, database::now()).await?;
    let by_people = shared::seen_by_people(db, owner, folders).await?;
    let of = |id: &FolderId| Some((*id, Onlookers::of(by_link.contains(id), by_people.contains(id))?));
    Ok(folders.iter().filter_map(of).collect())
}

/// One thing that is not there is not found.
fn said(chosen: &Chosen, placed: Placed, step: impl Fn(String) -> FolderStep) -> Result<Notice> {
    if placed.files == 0 && placed.folders == 0 {
        let is_one = matches!(&chosen.files, Some(Selection::These(ids)) if ids.len() == 1) && placed.name.is_none();
        return if is_one && chosen.folders.is_empty() { Err(Error::NotFound) } else { Ok(Notice::NothingMoved) };
    }
    let what = match placed.name {
        Some(name) => format!("“{name}”"),
        None if placed.files >= MOST_FILES && placed.folders > 0 => {
            format!("The first {} files and {}", grouped(placed.files), things(0, placed.folders))
        }
        None if placed.files >= MOST_FILES => format!("The first {} files", grouped(placed.files)),
        None => things(placed.files, placed.folders),
    };
    let to = placed.to.unwrap_or_else(|| "Files".to_owned());
    let undo = Some(Undo::of(ACTION.to_owned(), &[("step", &placed.step.to_string())]));
    Ok(Notice::Folder { step: step(to), what, undo })
}

fn said_back(placed: &Placed) -> Notice {
    match (placed.files, placed.folders) {
        (0, 0) => Notice::NothingMoved,
        (files, folders) => Notice::Folder { step: FolderStep::MovedBack, what: things(files, folders), undo: None },
    }
}
