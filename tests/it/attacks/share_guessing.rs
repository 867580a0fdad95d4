//! What guests who guess at the password of a link take from others.

use crate::{
    on_both_databases,
    support::{PASSWORD, Someone, TestApp, program::Program, shares::Terms, uploads::PNG},
};
use futures::future::join_all;
use reqwest::StatusCode;
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

on_both_databases!(a_flood_of_guesses_at_a_link_keeps_nobody_from_signing_in,);

/// More than may be in line.
const GUESTS: usize = 96;
const SIGN_INS: usize = 6;

async fn a_flood_of_guesses_at_a_link_keeps_nobody_from_signing_in(app: &TestApp) {
    let ada = app.member().await;
    let browser = app.browser_of(&ada).await;
    let id = app.upload(&ada, "one.png", "image/png", PNG).await;
    let share = app.share(&browser, &[&id], &Terms { password: "fjord-lantern", ..Terms::default() }).await;
    // A process of its own: tests beside this one have their links' passwords looked at as well.
    let mut settings = app.settings_of_another();
    settings.insert("CLIENT_IP_HEADER".into(), "x-client".into());
    let program = Program::start(&[], &settings, app.folder.path());
    let url = program.wait_for("Cloakroom listening on ").replace("localhost", "127.0.0.1");
    let place = format!("{url}{}/password", share.path);
    let (is_over, looked_at) = (AtomicBool::new(false), Notify::new());
    let flood = join_all((0..GUESTS).map(|guest| guess(app, &place, guest, (&is_over, &looked_at))));
    let sign_ins = async {
        let mut waits = Vec::new();
        for number in 0..SIGN_INS {
            // Each comes while guests are in line.
            looked_at.notified().await;
            waits.push(sign_in(app, &url, &ada, number).await);
        }
        is_over.store(true, Relaxed);
        waits
    };
    let (answers, waits) = tokio::join!(flood, sign_ins);
    let resident = program.resident_mib();
    program.end();
    let answers: Vec<(StatusCode, Duration)> = answers.into_iter().flatten().collect();
    let statuses: BTreeSet<StatusCode> = answers.iter().map(|(status, _)| *status).collect();
    let expected = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::TOO_MANY_REQUESTS];
    assert_eq!(statuses, BTreeSet::from(expected), "as many as may be in line are looked at, and the others refused");
    let in_line = answers.iter().filter(|(status, _)| *status == StatusCode::UNPROCESSABLE_ENTITY);
    let (waits, waits_of_guests) = (median(waits), median(in_line.map(|(_, wait)| *wait).collect()));
    assert!(waits * 2 < waits_of_guests, "{waits:?} beside {waits_of_guests:?}: people do not wait behind guests");
    // Each hash takes 19 MiB, of which there are four for all.
    assert!(resident < 150, "{resident} MiB");
}

/// Guesses from one address after another: what was answered, and how long that took.
async fn guess(
    app: &TestApp,
    place: &str,
    guest: usize,
    (is_over, looked_at): (&AtomicBool, &Notify),
) -> Vec<(StatusCode, Duration)> {
    let mut answers = Vec::new();
    for number in 0.. {
        let began = Instant::now();
        let request =
            app.client.post(place).header("x-client", format!("10.{guest}.{}.{}", number / 250, number % 250));
        let answer = request.form(&[("password", "wrong-lantern")]).send().await.expect("an answer").status();
        if answer == StatusCode::UNPROCESSABLE_ENTITY {
            looked_at.notify_one();
        }
        answers.push((answer, began.elapsed()));
        if is_over.load(Relaxed) {
            break;
        }
    }
    answers
}

/// How long it took.
async fn sign_in(app: &TestApp, url: &str, someone: &Someone, number: usize) -> Duration {
    let began = Instant::now();
    let request = app.client.post(format!("{url}/sign-in")).header("x-client", format!("192.0.2.{number}"));
    let form = [("email", &*someone.email), ("password", PASSWORD)];
    let answer = request.form(&form).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{number}");
    began.elapsed()
}

fn median(mut waits: Vec<Duration>) -> Duration {
    waits.sort_unstable();
    waits[waits.len() / 2]
}
