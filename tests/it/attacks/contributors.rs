//! What somebody who may add files to a folder of another's tries to get, or to do, beyond it.

use crate::{
    contributors::{add, wish},
    on_both_databases,
    places::{make, upload_to},
    support::{
        TestApp,
        requests::refusal,
        uploads::{PNG, status, text},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::json;

on_both_databases!(
    nobody_adds_to_a_folder_that_is_not_shared_with_them_for_that,
    what_one_member_began_goes_on_for_no_other_and_by_no_other_way,
    a_member_puts_away_nothing_that_they_did_not_add,
    what_a_member_sends_says_so_and_needs_a_size,
    #[with("PRESIGN_OPEN" => "5", "PRESIGN_BURST" => "1000")]
    a_member_who_begins_without_end_is_stopped_and_the_owner_is_not,
);

async fn nobody_adds_to_a_folder_that_is_not_shared_with_them_for_that(app: &TestApp) {
    let (ada, bob, eve) = (app.member().await, app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let above = make(app, &hers, "Above", "").await;
    let iceland = make(app, &hers, "Iceland", &above).await;
    let beside = make(app, &hers, "Beside", "").await;
    app.share_to_add(&hers, &iceland, &bob).await;
    app.share_with(&hers, &iceland, &eve).await;
    let nothing = uuid::Uuid::now_v7().to_string();
    for (who, shared) in [(&bob, &above), (&bob, &beside), (&eve, &iceland), (&bob, &nothing), (&ada, &iceland)] {
        let refused = app.post_json(who, "/presign-upload", &wish("a.png", (shared, ""))).await;
        assert_eq!(refusal(refused).await.1, "folder_not_shared");
        let parts = json!({"fileName": "a", "contentType": "a/b", "size": 9 << 20, "sharedFolder": shared});
        let refused = app.post_json(who, "/multipart-uploads", &parts).await;
        assert_eq!(refusal(refused).await.1, "folder_not_shared");
    }
    for odd in ["", "x", "\0", "../", ":"] {
        let refused = app.post_json(&bob, "/presign-upload", &wish("a.png", (odd, ""))).await;
        assert_eq!(refusal(refused).await.1, "folder_not_shared", "{odd:?}");
    }
    // A path that says it begins elsewhere begins in the shared folder all the same.
    add(app, &bob, "sly.png", (&iceland, &format!(":{beside}"))).await;
    hers.get(&format!("/folders/{iceland}")).await.assert_shows(&["sly.png"]);
    hers.send(Method::POST, "/folders/trash", &[("folder", &above)]).await;
    let refused = app.post_json(&bob, "/presign-upload", &wish("a.png", (&iceland, ""))).await;
    assert_eq!(refusal(refused).await.1, "folder_not_shared", "it is in the trash");
}

async fn what_one_member_began_goes_on_for_no_other_and_by_no_other_way(app: &TestApp) {
    let (ada, bob, eve) = (app.member().await, app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let (iceland, other) = (make(app, &hers, "Iceland", "").await, make(app, &hers, "Other", "").await);
    app.share_to_add(&hers, &iceland, &bob).await;
    app.share_to_add(&hers, &iceland, &eve).await;
    app.share_to_add(&hers, &other, &bob).await;
    let presigned = app.presign(&bob, &wish("one.png", (&iceland, ""))).await;
    assert_eq!(status(app.put(&presigned, PNG)).await, 200);
    assert_eq!(app.save(&eve, &presigned).await.status(), StatusCode::NOT_FOUND);
    let again = |shared: &str| {
        let mut body = wish("one.png", (shared, ""));
        body["objectKey"] = presigned["objectKey"].clone();
        body
    };
    for (who, shared) in [(&eve, &iceland), (&bob, &other)] {
        let answer = app.post_json(who, "/presign-upload", &again(shared)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "it was signed for him and that folder");
    }
    // A key of the owner's own is no member's.
    let own = app.presign_strictly(&ada, "own.png", "image/png", PNG.len()).await;
    assert_eq!(status(app.put(&own, PNG)).await, 200);
    assert_eq!(app.save(&bob, &own).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.save(&bob, &presigned).await.status(), StatusCode::OK);
    assert_eq!(app.save(&ada, &own).await.status(), StatusCode::OK);
}

async fn a_member_puts_away_nothing_that_they_did_not_add(app: &TestApp) {
    let (ada, bob, eve) = (app.member().await, app.member().await, app.member().await);
    let (hers, his) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    let iceland = make(app, &hers, "Iceland", "").await;
    let beside = make(app, &hers, "Beside", "").await;
    let place = app.share_to_add(&hers, &iceland, &bob).await;
    app.share_to_add(&hers, &iceland, &eve).await;
    let her_file = upload_to(app, &ada, "hers.png", &format!(":{iceland}")).await;
    let eves = add(app, &eve, "eves.png", (&iceland, "")).await;
    let moved = add(app, &bob, "moved.png", (&iceland, "")).await;
    let moved = text(&moved, "fileId");
    crate::places::put(&hers, &[("id", moved)], &beside).await;
    let trash = format!("{place}/trash");
    for id in [her_file.as_str(), text(&eves, "fileId"), moved] {
        assert_eq!(his.send(Method::POST, &trash, &[("id", id)]).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(his.send(Method::POST, "/files/trash", &[("id", id)]).await.status(), StatusCode::NOT_FOUND);
    }
    let put_away = add(app, &bob, "away.png", (&iceland, "")).await;
    let put_away = text(&put_away, "fileId").to_owned();
    hers.send(Method::POST, "/files/trash", &[("id", &her_file)]).await;
    let restoration = format!("{place}/restoration");
    let his_own = add(app, &bob, "his.png", (&iceland, "")).await;
    let his_own = text(&his_own, "fileId").to_owned();
    hers.send(Method::POST, "/files/trash", &[("id", &his_own)]).await;
    for id in [&her_file, &his_own] {
        let answer = his.send(Method::POST, &restoration, &[("id", id)]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "she threw it away");
    }
    let people = format!("/folders/{iceland}/people");
    let page = hers.get(&people).await;
    hers.submit(&page, &format!("{people}/role"), &[("role", "viewer")]).await;
    assert_eq!(his.send(Method::POST, &trash, &[("id", &put_away)]).await.status(), StatusCode::NOT_FOUND, "no more");
    assert_eq!(app.count("SELECT count(*) FROM r2_files WHERE state = 'trashed'").await, 2);
}

async fn what_a_member_sends_says_so_and_needs_a_size(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let iceland = make(app, &hers, "Iceland", "").await;
    app.share_to_add(&hers, &iceland, &bob).await;
    let loose = json!({"fileName": "a.png", "contentType": "image/png", "sharedFolder": iceland});
    let refused = app.post_json(&bob, "/presign-upload", &loose).await;
    assert_eq!(refusal(refused).await.1, "size_required");
    let mut presigned = app.presign(&bob, &wish("a.png", (&iceland, ""))).await;
    assert_eq!(presigned["headers"]["x-amz-meta-link"], format!("member-{}", bob.id));
    presigned["headers"]["x-amz-meta-link"] = format!("member-{}", ada.id).into();
    assert_eq!(status(app.put(&presigned, PNG)).await, 403, "it cannot say that somebody else did it");
}

async fn a_member_who_begins_without_end_is_stopped_and_the_owner_is_not(app: &TestApp) {
    let (ada, bob) = (app.member().await, app.member().await);
    let hers = app.browser_of(&ada).await;
    let iceland = make(app, &hers, "Iceland", "").await;
    app.share_to_add(&hers, &iceland, &bob).await;
    for _ in 0..5 {
        app.presign(&bob, &wish("a.png", (&iceland, ""))).await;
    }
    let stopped = app.post_json(&bob, "/presign-upload", &wish("a.png", (&iceland, ""))).await;
    assert_eq!(stopped.status(), StatusCode::TOO_MANY_REQUESTS);
    app.presign_strictly(&ada, "hers.png", "image/png", PNG.len()).await;
}
