//! A browser without a window: keeps cookies, follows redirects, fills in the forms it finds.

use super::{PASSWORD, Someone, TestApp, instance::Instance};
use regex::Regex;
use reqwest::{Method, Response, StatusCode, header};
use std::{collections::HashMap, sync::Mutex};

pub struct Browser<'a> {
    client: &'a reqwest::Client,
    url: &'a str,
    cookies: Mutex<HashMap<String, String>>,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub path: String,
    pub html: String,
}

impl TestApp {
    pub fn browser(&self) -> Browser<'_> {
        Browser { client: &self.client, url: &self.url, cookies: Mutex::default() }
    }

    /// A browser in which someone is signed in.
    pub async fn browser_of(&self, someone: &Someone) -> Browser<'_> {
        let browser = self.browser();
        let page = browser.get("/sign-in").await;
        let page = browser.submit(&page, "/sign-in", &[("email", &someone.email), ("password", PASSWORD)]).await;
        assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/"));
        browser
    }
}

impl<'a> Browser<'a> {
    /// The same browser, cookies and all, at another instance of the app.
    pub fn at<'b>(&self, instance: &'b Instance) -> Browser<'b>
    where
        'a: 'b,
    {
        let cookies = self.cookies.lock().expect("cookies").clone();
        Browser { client: self.client, url: &instance.url, cookies: Mutex::new(cookies) }
    }

    /// One request, no redirect followed.
    pub async fn send(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Response {
        let mut request = self
            .client
            .request(method.clone(), format!("{}{path}", self.url))
            .header(header::ACCEPT, "text/html,*/*;q=0.8");
        let cookies = self.cookies();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        if method == Method::POST {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            request = request
                .header("Sec-Fetch-Site", "same-origin")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body);
        }
        let answer = request.send().await.expect("an answer");
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("text"));
        }
        answer
    }

    /// What a page's script asks.
    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Response {
        let request = self.client.post(format!("{}{path}", self.url)).header("Sec-Fetch-Site", "same-origin");
        request.header(header::COOKIE, self.cookies()).json(body).send().await.expect("an answer")
    }

    pub async fn get(&self, path: &str) -> Page {
        self.follow(Method::GET, path, &[]).await
    }

    /// Fills in the form with this action as the page has it, hidden fields included.
    pub async fn submit(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let form = page.form(action);
        let hidden = Regex::new(r#"<input type="hidden" name="([^"]+)" value="([^"]*)""#).expect("a pattern");
        let hidden: Vec<(String, String)> =
            hidden.captures_iter(&form).map(|found| (found[1].to_owned(), unescape(&found[2]))).collect();
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend_from_slice(fields);
        self.follow(Method::POST, action, &all).await
    }

    /// The cookie of the session.
    pub fn cookie(&self) -> Option<(String, String)> {
        let cookies = self.cookies.lock().expect("cookies");
        let session = cookies.iter().find(|(name, _)| name.trim_start_matches("__Host-") == "cloakroom");
        session.map(|(name, value)| (name.clone(), value.clone()))
    }

    /// A cookie by its name.
    pub fn cookie_named(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("cookies").get(name).cloned()
    }

    /// All cookies, as a request sends them.
    pub fn cookies(&self) -> String {
        let cookies = self.cookies.lock().expect("cookies");
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.to_owned(), value.to_owned());
    }

    async fn follow(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Page {
        let mut answer = self.send(method.clone(), path, form).await;
        let mut path = path.to_owned();
        for _ in 0..5 {
            let Some(place) = answer.headers().get(header::LOCATION) else { break };
            path = place.to_str().expect("text").to_owned();
            assert!(path.starts_with('/'), "{path} leads elsewhere");
            // Sends on what was sent: RFC 9110, section 15.4.8.
            answer = match answer.status() {
                StatusCode::TEMPORARY_REDIRECT => self.send(method.clone(), &path, form).await,
                _ => self.send(Method::GET, &path, &[]).await,
            };
        }
        let path = path.split('?').next().unwrap_or_default().to_owned();
        Page { status: answer.status(), path, html: answer.text().await.expect("a body") }
    }

    fn keep(&self, cookie: &str) {
        let (name, rest) = cookie.split_once('=').expect("a cookie");
        let value = rest.split(';').next().unwrap_or_default();
        let mut cookies = self.cookies.lock().expect("cookies");
        match value.is_empty() || rest.contains("Max-Age=0") {
            true => cookies.remove(name),
            false => cookies.insert(name.to_owned(), value.to_owned()),
        };
    }
}

impl Page {
    /// The source of the form with this action.
    pub fn form(&self, action: &str) -> String {
        let start = self
            .html
            .find(&format!("action=\"{action}\""))
            .unwrap_or_else(|| panic!("no form for {action} in {}", self.html));
        let end = self.html[start..].find("</form>").expect("a form ends");
        self.html[start..start + end].to_owned()
    }

    pub fn shows(&self, text: &str) -> bool {
        unescape(&self.html).contains(text)
    }

    /// Asserts that it shows each of these texts, and names the first that it does not.
    #[track_caller]
    pub fn assert_shows(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.shows(text), "no “{text}” in {}", self.html);
        }
    }
}

fn unescape(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}
