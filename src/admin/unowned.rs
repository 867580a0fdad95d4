//! Files whose owner has no account here, and giving those of one to an account.

use super::user::HEIRS_SHOWN;
use crate::{
    accounts::{
        Account, Principal,
        users::{self, User},
    },
    error::{Error, Problem, Result},
    files::{
        assignment::{self, Assignment},
        unowned::{self, MOST_OWNERS, Unowned},
    },
    ids::UserId,
    state::AppState,
    web::{Admin, Fields, Layout, Left, Notice, Reader, respond},
};
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use askama::Template;

const PLACE: &str = "/admin/unowned";
const NO_ACCOUNT: &str = "Write the email of the account that is to get the files.";

#[derive(Template)]
#[template(path = "admin/unowned.html")]
struct UnownedPage {
    layout: Layout,
    under_way: Vec<UnderWay>,
    rows: Vec<Row>,
    /// Are there most likely others?
    has_more: bool,
    heirs: Vec<User>,
    /// Whose files could not be given, why, and what was written.
    problem: Option<(String, Problem, String)>,
}

/// An owner whose files nobody gets yet.
struct Row {
    owner: String,
    total: String,
    /// Where their uploads are listed.
    link: String,
}

/// An owner whose files are on their way.
struct UnderWay {
    owner: String,
    /// What is left of them.
    left: String,
    /// The email of who gets them.
    heir: String,
}

/// Answers with the owners who have no account here, and how far those of their files are that are on their way to one.
pub async fn unowned(app: Data<AppState>, Admin(account): Admin, Left(notice): Left) -> Result<HttpResponse> {
    draw(&app, &account, notice, None).await
}

/// Gives all files of an owner to an account, by its email or id, and goes to the page that shows how far that is; or answers with that page and
/// why not.
pub async fn assign(
    app: Data<AppState>,
    Admin(account): Admin,
    principal: Principal,
    reader: Reader,
    fields: Fields,
) -> Result<HttpResponse> {
    let (owner, typed) = (fields.text("owner").to_owned(), fields.text("account").to_owned());
    let begun = async {
        let new = Assignment { owner: owner.clone(), heir: heir(&app, &typed).await? };
        let _notify = app.notify_on_drop();
        assignment::begin(&app.db, &new, app.uploads.default_quota, &principal, reader.now).await
    };
    match begun.await {
        Ok(()) => Ok(Notice::FilesAssigned.see_other(&app, PLACE)),
        Err(error @ (Error::Unacceptable { .. } | Error::Conflict(_))) => {
            draw(&app, &account, None, Some((owner, error.problem(), typed))).await
        }
        Err(error) => Err(error),
    }
}

/// An account by its email or id. What is neither is nobody's.
async fn heir(app: &AppState, text: &str) -> Result<UserId> {
    let unknown = || Error::unacceptable("bad_heir", NO_ACCOUNT);
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    match users::find_by_email(&app.db, &text.parse().map_err(|_| unknown())?).await {
        Err(Error::NotFound) => Err(unknown()),
        found => Ok(found?.id),
    }
}

async fn draw(
    app: &AppState,
    account: &Account,
    notice: Option<Notice>,
    problem: Option<(String, Problem, String)>,
) -> Result<HttpResponse> {
    let status = problem.as_ref().map_or(StatusCode::OK, |(_, problem, _)| problem.status);
    let (found, under_way) = (unowned::list(&app.db).await?, under_way(app).await?);
    let heirs = users::search(&app.db, "", "", HEIRS_SHOWN).await?;
    let page = UnownedPage {
        layout: Layout::of(app, account, "/admin/users").with_notice(notice, PLACE),
        has_more: found.len() as u64 == MOST_OWNERS,
        rows: found
            .into_iter()
            .filter(|one| under_way.iter().all(|other| other.owner != one.owner))
            .map(Row::of)
            .collect(),
        under_way,
        heirs: heirs.into_iter().filter(|heir| !heir.disabled).collect(),
        problem,
    };
    respond::unstored_page(status, &page)
}

async fn under_way(app: &AppState) -> Result<Vec<UnderWay>> {
    let all = assignment::unfinished(&app.db).await?;
    let emails = users::emails(&app.db, all.iter().map(|one| one.heir).collect()).await?;
    let mut rows = Vec::new();
    for Assignment { owner, heir } in all {
        let left = unowned::total(&app.db, &owner).await?.words();
        rows.push(UnderWay { left, heir: emails.get(&heir).cloned().unwrap_or_default(), owner });
    }
    Ok(rows)
}

impl Row {
    fn of(Unowned { owner, total }: Unowned) -> Self {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("user", &owner).finish();
        Self { link: format!("/admin/files?{query}"), owner, total: total.words() }
    }
}

impl UnownedPage {
    /// Why the files of an owner could not be given.
    fn problem_of(&self, row: &Row) -> Option<&str> {
        self.problem.as_ref().filter(|(owner, ..)| *owner == row.owner).map(|(_, problem, _)| problem.words.as_str())
    }

    /// Why, where the owner is not on the page any more.
    fn other_problem(&self) -> Option<&str> {
        let (owner, problem, _) = self.problem.as_ref()?;
        self.rows.iter().all(|row| row.owner != *owner).then_some(problem.words.as_str())
    }

    /// What was written for an owner.
    fn typed_for(&self, row: &Row) -> &str {
        self.problem.as_ref().filter(|(owner, ..)| *owner == row.owner).map_or("", |(.., typed)| typed.as_str())
    }
}
