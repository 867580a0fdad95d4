//! Three instances on one database and one bucket are one app.

use crate::{
    on_both_databases,
    support::{
        Someone, TestApp,
        uploads::{PNG, status},
    },
};
use cloakroom::{database, jobs::sweep};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_databases!(what_three_instances_sign_confirm_and_look_for_at_once_has_one_row_each,);

const READY: &str = "SELECT count(*) FROM r2_files WHERE state = 'ready'";
const FILES: usize = 30;

/// That everyone is charged once is asserted at the end, as after every test.
async fn what_three_instances_sign_confirm_and_look_for_at_once_has_one_row_each(app: &TestApp) {
    let ada = app.member().await;
    let (second, third) = tokio::join!(app.another_instance(), app.another_instance());
    let urls = [&*app.url, &*second.url, &*third.url];
    let mut uploads = Vec::new();
    for number in 0..FILES {
        let request = json!({"fileName": format!("{number}.png"), "contentType": "image/png", "size": PNG.len()});
        let signed = post(app, &ada, (urls[number % 3], "/presign-upload"), &request).await;
        assert_eq!(signed.0, StatusCode::OK);
        assert_eq!(status(app.put(&signed.1, PNG)).await, 200);
        uploads.push(json!({"objectKey": signed.1["objectKey"]}));
    }
    let (_, of_sweeps) = (sweep_at_three(app).await, app.count(READY).await);
    assert_eq!(of_sweeps, FILES as i64, "each was found once");
    // By the two others than the one that signed it, at once.
    let confirmations = uploads.iter().enumerate().flat_map(|(number, body)| {
        let others = [1, 2].map(|step| urls[(number + step) % 3]);
        others.map(|url| post(app, &ada, (url, "/save-metadata"), body))
    });
    for (answer, saved) in futures::future::join_all(confirmations).await {
        assert_eq!(answer, StatusCode::OK, "{saved}");
    }
    assert_eq!(app.count(READY).await, FILES as i64);
    second.stop().await;
    third.stop().await;
}

async fn sweep_at_three(app: &TestApp) {
    let states = [app.second_instance().await, app.second_instance().await, app.second_instance().await];
    let now = database::now();
    for swept in futures::future::join_all(states.iter().map(|state| sweep::run(state, now))).await {
        swept.expect("swept");
    }
}

async fn post(app: &TestApp, someone: &Someone, (url, path): (&str, &str), body: &Value) -> (StatusCode, Value) {
    let request = app.client.post(format!("{url}{path}")).bearer_auth(&someone.token).json(body);
    let answer = request.send().await.expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}
