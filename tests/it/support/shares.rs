//! Sharing files as a person does: the dialog's page is asked for, and its form sent.

use super::{Someone, TestApp, browser::Browser};
use reqwest::{Response, StatusCode};
use serde_json::Value;

/// What somebody fills in; what is empty is left as it is offered, or switched off.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    pub title: &'a str,
    pub end: &'a str,
    pub password: &'a str,
    pub most_downloads: &'a str,
    pub has_originals: &'a str,
    pub shows_owner: &'a str,
}

/// A link that was made.
pub struct Shared {
    pub id: String,
    /// Of its page for guests.
    pub path: String,
}

impl Default for Terms<'_> {
    fn default() -> Self {
        let yes = "yes";
        Self { title: "Iceland", end: "7d", password: "", most_downloads: "", has_originals: yes, shows_owner: yes }
    }
}

impl<'a> Terms<'a> {
    pub fn fields(&self) -> Vec<(&'a str, &'a str)> {
        let mut fields = vec![("title", self.title), ("message", ""), ("end", self.end)];
        let switches = [
            ("has_password", self.password),
            ("has_limit", self.most_downloads),
            ("has_originals", self.has_originals),
            ("shows_owner", self.shows_owner),
        ];
        fields.extend(switches.into_iter().filter(|(_, text)| !text.is_empty()));
        fields.extend([("password", self.password), ("most_downloads", self.most_downloads)]);
        fields
    }
}

impl TestApp {
    /// Shares files of whoever is signed in.
    pub async fn share(&self, browser: &Browser<'_>, files: &[&str], terms: &Terms<'_>) -> Shared {
        let ids: Vec<String> = files.iter().map(|id| format!("id={id}")).collect();
        self.share_drafted(browser, &ids.join("&"), terms).await
    }

    /// Shares a folder of whoever is signed in.
    pub async fn share_folder(&self, browser: &Browser<'_>, folder: &str, terms: &Terms<'_>) -> Shared {
        self.share_drafted(browser, &format!("folder={folder}"), terms).await
    }

    /// Shares a folder of whoever is signed in with somebody else, to be looked at; says where that one finds it.
    pub async fn share_with(&self, browser: &Browser<'_>, folder: &str, member: &Someone) -> String {
        self.share_as(browser, folder, (member, "viewer")).await
    }

    /// The same, for adding files to it.
    pub async fn share_to_add(&self, browser: &Browser<'_>, folder: &str, member: &Someone) -> String {
        self.share_as(browser, folder, (member, "contributor")).await
    }

    async fn share_as(&self, browser: &Browser<'_>, folder: &str, (member, role): (&Someone, &str)) -> String {
        let place = format!("/folders/{folder}/people");
        let page = browser.get(&place).await;
        let form = [("email", member.email.as_str()), ("role", role)];
        browser.submit(&page, &place, &form).await.assert_shows(&["Shared with", &member.email]);
        format!("/shared/with-me/{folder}")
    }

    async fn share_drafted(&self, browser: &Browser<'_>, what: &str, terms: &Terms<'_>) -> Shared {
        let page = browser.get(&format!("/shares/new?{what}")).await;
        let page = browser.submit(&page, "/shares", &terms.fields()).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        let id = page.path.strip_prefix("/shares/").expect("the link's page").to_owned();
        let path = path_in(&page.html).expect("a link");
        Shared { id, path }
    }
}

/// The path of the link that a page shows.
pub fn path_in(html: &str) -> Option<String> {
    let url = html.split("data-copies=\"").nth(1)?.split('"').next()?;
    Some(format!("/s/{}", url.split_once("/s/")?.1))
}

impl Shared {
    /// Asks what its archive is made of, or where its files are read, as a page does.
    pub async fn ask_archive(&self, guest: &Browser<'_>, what: &str, body: &Value) -> Response {
        guest.post_json(&format!("{}/archive/{what}", self.path), body).await
    }

    /// A download of all of it is counted; what is in it, and the permit.
    pub async fn begin_archive(&self, guest: &Browser<'_>, body: &Value) -> (Value, String) {
        let answer = self.ask_archive(guest, "entries", body).await;
        assert_eq!(answer.status(), StatusCode::OK, "{body}");
        let answer: Value = answer.json().await.expect("JSON");
        let permit = answer["permit"].as_str().expect("a permit").to_owned();
        (answer, permit)
    }
}
