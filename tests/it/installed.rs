//! What a browser needs to make an app of the site, and what the server does where a browser needs none of it.

use crate::{
    on_both_databases,
    support::{TestApp, browser::Browser},
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

on_both_databases!(
    the_manifest_says_what_is_installed,
    the_service_worker_is_asked_for_anew_and_knows_the_assets,
    what_is_kept_for_want_of_a_network_is_the_same_for_everyone,
    what_is_shared_without_a_service_worker_leads_to_the_files,
    another_site_shares_nothing,
);

async fn the_manifest_says_what_is_installed(app: &TestApp) {
    let browser = app.browser();
    let page = browser.get("/sign-in").await;
    assert!(page.html.contains(r#"<link rel="manifest" href="/manifest.webmanifest">"#), "{}", page.html);
    let answer = get(&browser, "/manifest.webmanifest").await;
    assert_eq!(header(&answer, "content-type"), "application/manifest+json");
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let manifest: Value = answer.json().await.expect("JSON");
    for (name, value) in [("id", "/"), ("start_url", "/"), ("scope", "/"), ("display", "standalone")] {
        assert_eq!(manifest[name], value, "{name}");
    }
    let ground = manifest["background_color"].as_str().expect("a colour");
    let styles = include_str!("../../static/css/tokens.css");
    assert!(styles.contains(&format!("--ground: light-dark({ground}, #101412)")), "{ground}");
    for colour in [ground, "#101412"] {
        assert!(page.html.contains(&format!(r#"<meta name="theme-color" content="{colour}""#)), "{colour}");
    }
    assert_eq!(manifest["share_target"]["action"], "/share");
    assert_eq!(manifest["share_target"]["params"]["files"], json!([{"name": "files", "accept": ["*/*"]}]));
    let icons = manifest["icons"].as_array().expect("a list");
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"), "{icons:?}");
    for icon in icons {
        let answer = get(&browser, icon["src"].as_str().expect("a path")).await;
        assert_eq!(answer.status(), StatusCode::OK, "{icon}");
        assert_eq!(header(&answer, "content-type"), icon["type"].as_str().expect("a type"), "{icon}");
    }
}

async fn the_service_worker_is_asked_for_anew_and_knows_the_assets(app: &TestApp) {
    let browser = app.browser();
    let answer = get(&browser, "/sw.js").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header(&answer, "cache-control"), "no-cache");
    assert_eq!(header(&answer, "service-worker-allowed"), "/");
    assert_eq!(header(&answer, "content-type"), "text/javascript; charset=utf-8");
    let script = answer.text().await.expect("a script");
    let page = browser.get("/sign-in").await.html;
    let (before, _) = page.split_once("js/main.js").expect("the page's script");
    let assets = before.rsplit('"').next().expect("a path");
    assert!(script.starts_with("self.places = {"), "{script}");
    assert!(script.contains(&format!(r#""assets":"{assets}""#)), "not {assets}: {script}");
    assert!(!script.contains("import"), "it is no module: {script}");
}

async fn what_is_kept_for_want_of_a_network_is_the_same_for_everyone(app: &TestApp) {
    let ada = app.member().await;
    let (nobody, somebody) = (app.browser(), app.browser_of(&ada).await);
    for path in ["/offline", "/sw.js", "/manifest.webmanifest"] {
        let (one, other) = (get(&nobody, path).await, get(&somebody, path).await);
        for answer in [&one, &other] {
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert!(!answer.headers().contains_key("set-cookie"), "{path}");
        }
        assert_eq!(one.text().await.expect("text"), other.text().await.expect("text"), "{path}");
    }
    let page = nobody.get("/offline").await;
    assert!(page.shows("You are offline"), "{}", page.html);
    assert!(!page.html.contains("js/main.js"), "{}", page.html);
}

async fn what_is_shared_without_a_service_worker_leads_to_the_files(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let whole = format!("--x\r\ncontent-disposition: form-data; name=\"files\"\r\n\r\n{}\r\n--x--\r\n", "a".repeat(60));
    for (cookies, token) in [(String::new(), ""), (browser.cookies(), ""), (String::new(), &*ada.token)] {
        for method in [Method::POST, Method::GET] {
            let request = app.client.request(method.clone(), format!("{}/share", app.url)).bearer_auth(token);
            let request = request.header("cookie", &cookies).header("sec-fetch-site", "none");
            let request = request.header("content-type", "multipart/form-data; boundary=x").body(whole.clone());
            let answer = request.send().await.expect("an answer");
            assert_eq!((answer.status(), header(&answer, "location")), (StatusCode::SEE_OTHER, "/"), "{method}");
        }
    }
    assert!(browser.get("/").await.html.contains("data-shared"), "a page that asks for what was shared");
}

async fn another_site_shares_nothing(app: &TestApp) {
    let browser = app.browser_of(&app.member().await).await;
    let request = app.client.post(format!("{}/share", app.url)).header("cookie", browser.cookies());
    let answer = request.header("sec-fetch-site", "cross-site").body("files=x").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(!answer.headers().contains_key("location"));
}

async fn get(browser: &Browser<'_>, path: &str) -> Response {
    browser.send(Method::GET, path, &[]).await
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
