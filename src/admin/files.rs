//! Every upload of everyone, narrowed down by the address of the page.

use crate::{
    accounts::users,
    database,
    error::{Error, Result},
    files::{
        Links, Quarantined, Ready, State,
        listing::{self, AnyFile, Filter},
        pages::{file_id, send_on},
        view::{Moment, size_in_words},
    },
    state::AppState,
    store::Disposition,
    web::{Admin, Frame},
};
use actix_web::{
    HttpResponse, Responder,
    http::Method,
    web::{Data, Path, Query},
};
use askama::Template;
use askama_web::WebTemplate;
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Template, WebTemplate)]
#[template(path = "admin/files.html")]
struct FilesPage {
    frame: Frame,
    query: FilesQuery,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    name: String,
    content_url: Option<String>,
    owner: String,
    content_type: String,
    size: String,
    state: State,
    uploaded: Moment,
}

/// All optional; what is empty does not count.
#[derive(Clone, Default, Deserialize)]
pub struct FilesQuery {
    #[serde(default)]
    user: String,
    #[serde(default, rename = "type")]
    content_type: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    after: String,
}

pub async fn files(app: Data<AppState>, Admin(account): Admin, query: Query<FilesQuery>) -> Result<impl Responder> {
    let query = query.into_inner();
    query.check()?;
    let after = Some(query.after.as_str()).filter(|text| !text.is_empty()).map(str::parse).transpose()?;
    let emails = users::list(&app.db).await?.into_iter().map(|user| (user.id.to_string(), user.email)).collect();
    let page = listing::list_all(&app.db, &query.filter(&emails), after).await?;
    let next = page.next.map(|cursor| query.url(&cursor.to_string()));
    let rows = page.files.iter().map(|file| Row::of(file, &emails)).collect();
    Ok(FilesPage { frame: Frame::of(&account), query, rows, next })
}

/// Any file that is not on its way out or in somebody's trash. What is quarantined is only ever downloaded.
pub async fn content(
    app: Data<AppState>,
    links: Data<Links>,
    _: Admin,
    id: Path<String>,
    method: Method,
) -> Result<HttpResponse> {
    let id = file_id(&id)?;
    match Ready::find_of_anyone(&app.db, id).await {
        Ok(file) => Ok(send_on(&links.signed(&app.store, &file, Disposition::Inline, method, database::now())?)),
        Err(Error::NotFound) => {
            let file = Quarantined::find_of_anyone(&app.db, id).await?;
            Ok(send_on(&links.signed(&app.store, &file, Disposition::Attachment, method, database::now())?))
        }
        Err(error) => Err(error),
    }
}

impl FilesQuery {
    /// PostgreSQL's texts cannot hold a NUL, so none can match it.
    fn check(&self) -> Result<()> {
        match [&self.user, &self.content_type, &self.name].iter().any(|text| text.contains('\0')) {
            true => Err(Error::Malformed("A filter contains a character that no file can have.".into())),
            false => Ok(()),
        }
    }

    /// A user is named by email, or by the id that a row has.
    fn filter(&self, emails: &HashMap<String, String>) -> Filter {
        let wanted = self.user.trim();
        let by_email = emails.iter().find(|(_, email)| email.eq_ignore_ascii_case(wanted)).map(|(id, _)| id.clone());
        Filter {
            owner: by_email.or_else(|| (!wanted.is_empty()).then(|| wanted.to_owned())),
            content_type: self.content_type.trim().to_lowercase(),
            name: self.name.trim().to_owned(),
        }
    }

    fn is_empty(&self) -> bool {
        [&self.user, &self.content_type, &self.name].iter().all(|text| text.trim().is_empty())
    }

    fn url(&self, after: &str) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in
            [("user", self.user.as_str()), ("type", &self.content_type), ("name", &self.name), ("after", after)]
        {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        format!("/admin/files?{}", pairs.finish())
    }
}

impl Row {
    fn of(file: &AnyFile, emails: &HashMap<String, String>) -> Self {
        let can_be_read = match file.state {
            State::Ready | State::Quarantined => true,
            State::Trashed | State::Purging => false,
        };
        Self {
            name: file.name().to_owned(),
            content_url: can_be_read.then(|| format!("/admin/files/{}/content", file.id())),
            owner: emails.get(file.owner()).cloned().unwrap_or_else(|| file.owner().to_owned()),
            content_type: file.content_type().essence().to_owned(),
            size: size_in_words(file.size()),
            state: file.state,
            uploaded: Moment::of(file.uploaded_at()),
        }
    }
}
