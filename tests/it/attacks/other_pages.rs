//! A page that lives on while somebody else signs in beside it.

use crate::{
    on_both_databases,
    support::{Someone, TestApp},
};
use reqwest::{StatusCode, header};
use serde_json::json;

on_both_databases!(a_page_uploads_for_nobody_but_whose_it_is,);

async fn a_page_uploads_for_nobody_but_whose_it_is(app: &TestApp) {
    let (ada, mallory) = (app.member().await, app.member().await);
    let browser = app.browser_of(&mallory).await;
    let ask = async |whose: Option<&Someone>| {
        let wish = json!({"fileName": "a.txt", "contentType": "text/plain", "size": 1});
        let request = app.client.post(format!("{}/presign-upload", app.url)).json(&wish);
        let request = request.header(header::COOKIE, browser.cookies()).header("Sec-Fetch-Site", "same-origin");
        let request =
            whose.iter().fold(request, |request, whose| request.header("X-Cloakroom-Account", whose.id.to_string()));
        request.send().await.expect("an answer").status()
    };
    assert_eq!(ask(Some(&ada)).await, StatusCode::UNAUTHORIZED, "the page of who was signed in before");
    assert_eq!(ask(Some(&mallory)).await, StatusCode::OK);
    assert_eq!(ask(None).await, StatusCode::OK, "a page of an older version");
}
