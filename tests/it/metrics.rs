//! Figures for whoever watches: told to the operator's monitor alone, of nobody in particular, and without waking the database.

use crate::{
    on_both_databases,
    support::{Kind, TestApp, create_database, proxy::FreezableProxy, uploads::PNG},
};
use cloakroom::accounts::Role;
use reqwest::StatusCode;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

const TOKEN: &str = "a token of a monitor, long enough";

on_both_databases!(
    without_a_token_set_there_are_no_figures,
    #[with("METRICS_TOKEN" => super::TOKEN)]
    a_wrong_token_is_refused,
    #[with("METRICS_TOKEN" => super::TOKEN)]
    figures_are_what_open_metrics_says,
    #[with("METRICS_TOKEN" => super::TOKEN)]
    what_is_done_is_counted,
    #[with("METRICS_TOKEN" => super::TOKEN)]
    nothing_of_a_person_is_in_the_figures,
    #[with("METRICS_TOKEN" => super::TOKEN)]
    whoever_scrapes_asks_no_store,
);

async fn without_a_token_set_there_are_no_figures(app: &TestApp) {
    for token in ["", TOKEN] {
        let answer = app.client.get(format!("{}/metrics", app.url)).bearer_auth(token).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
}

async fn a_wrong_token_is_refused(app: &TestApp) {
    let admin = app.someone(Role::Admin).await;
    let longer = format!("{TOKEN}x");
    for token in ["", "x", &TOKEN[1..], &longer, &admin.token] {
        let answer = app.client.get(format!("{}/metrics", app.url)).bearer_auth(token).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{token}");
    }
    let answer = app.client.get(format!("{}/metrics", app.url)).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

async fn figures_are_what_open_metrics_says(app: &TestApp) {
    let ada = app.member().await;
    app.upload(&ada, "beach.png", "image/png", PNG).await;
    let text = scrape(app).await;
    assert!(text.ends_with("# EOF\n"), "{text}");
    let mut types: BTreeMap<&str, &str> = BTreeMap::new();
    let mut families = BTreeSet::new();
    for line in text.lines() {
        if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')) {
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert_eq!(types.insert(name, kind), None, "{line} is said twice");
        } else if !line.starts_with('#') {
            let (sample, value) = line.rsplit_once(' ').expect("a value");
            value.parse::<f64>().unwrap_or_else(|_| panic!("{line}"));
            families.insert(sample.split('{').next().expect("a name").to_owned());
        }
    }
    for sample in &families {
        let known = types.iter().any(|(name, kind)| match (*kind, sample.strip_prefix(name)) {
            ("counter", Some(rest)) => rest == "_total",
            ("gauge", Some(rest)) => rest.is_empty(),
            ("histogram", Some(rest)) => ["_bucket", "_sum", "_count"].contains(&rest),
            _ => false,
        });
        assert!(known, "{sample} has no type");
        assert!(sample.starts_with("cloakroom_"), "{sample}");
    }
}

async fn what_is_done_is_counted(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "beach.png", "image/png", PNG).await;
    let place = format!("{}/files/{id}/content", app.url);
    app.client.get(place).bearer_auth(&ada.token).send().await.expect("an answer");
    app.presign_strictly(&ada, "dunes.png", "image/png", 7).await;
    app.client.request("BREW".parse().expect("a method"), &app.url).send().await.expect("an answer");
    let text = scrape(app).await;
    for line in [
        "cloakroom_http_requests_total{method=\"GET\",route=\"/files/{id}/content\",status=\"302\"} 1",
        "cloakroom_http_request_duration_seconds_count{route=\"/save-metadata\"} 1",
        "cloakroom_uploads_total{outcome=\"ready\"} 1",
        "cloakroom_uploaded_bytes_total 69",
        "cloakroom_store_urls_total{class=\"A\"} 2",
        "cloakroom_store_urls_total{class=\"B\"} 1",
        "cloakroom_store_urls_dollars_total 0.00000936",
        "cloakroom_open_tickets 1",
        "cloakroom_sweeps_total ",
        "cloakroom_swept_total{outcome=\"found\"} ",
        "cloakroom_store_calls_total{class=\"B\"} ",
        "cloakroom_store_calls_dollars_total 0.0",
        "cloakroom_database_connections{state=\"idle\"} ",
        "cloakroom_memory_resident_bytes ",
        "method=\"other\"",
    ] {
        assert!(text.contains(line), "no {line} in {text}");
    }
    app.expect_orphans();
}

async fn nothing_of_a_person_is_in_the_figures(app: &TestApp) {
    let ada = app.member().await;
    let id = app.upload(&ada, "beach.png", "image/png", PNG).await;
    let browser = app.browser_of(&ada).await;
    browser.get(&format!("/files/{id}")).await;
    browser.get("/?name=beach").await;
    browser.get("/somewhere/ada@example.com").await;
    let text = scrape(app).await;
    for word in ["beach", "example.com", "somewhere", &id, &ada.id.to_string(), "127.0.0.1"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

async fn whoever_scrapes_asks_no_store(app: &TestApp) {
    let calls = |text: &str| {
        let lines = text.lines().filter(|line| line.starts_with("cloakroom_store_calls_total"));
        lines.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    // The first sweep, and what a start finds out, is over.
    let swept = async { while !scrape(app).await.contains("cloakroom_sweeps_total 1") {} };
    tokio::time::timeout(Duration::from_secs(10), swept).await.expect("swept in time");
    let first = scrape(app).await;
    let second = scrape(app).await;
    assert_eq!(calls(&first), calls(&second));
}

#[tokio::test]
async fn whoever_scrapes_asks_no_database() {
    let proxy = FreezableProxy::before(&create_database().await).await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &proxy.url()), ("METRICS_TOKEN", TOKEN)]).await;
    proxy.freeze();
    tokio::time::timeout(Duration::from_secs(3), scrape(&app)).await.expect("at once");
    proxy.thaw();
    app.finish().await;
}

async fn scrape(app: &TestApp) -> String {
    let answer = app.client.get(format!("{}/metrics", app.url)).bearer_auth(TOKEN).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let content_type = answer.headers()["content-type"].to_str().expect("text").to_owned();
    assert!(content_type.starts_with("application/openmetrics-text"), "{content_type}");
    answer.text().await.expect("text")
}
