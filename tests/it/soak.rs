//! People upload and remove, at two instances, while those are killed, the database is restarted, and the store is killed, made to
//! wait, or has no room left. In the end everything is there that was acknowledged, and a comparison finds nothing.

mod installation;

use crate::support::{
    life::{Life, wait_for_sweep},
    program::{Program, run},
};
use cloakroom::database;
use installation::{Installation, Urls};
use proptest::{
    prelude::Rng,
    test_runner::{RngAlgorithm, TestRng},
};
use serde_json::Value;
use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

const PEOPLE: usize = 8;
/// For `CLOAKROOM_SOAK_SECONDS`, when nothing is said.
const SECONDS: u64 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_whatever_fails_while_people_are_at_work() {
    let seconds = number("CLOAKROOM_SOAK_SECONDS").unwrap_or(SECONDS);
    let seed = number("CLOAKROOM_SOAK_SEED").unwrap_or(1);
    let folder = tempfile::tempdir().expect("a folder");
    let mut installation = Installation::start(folder.path());
    let is_over = Arc::new(AtomicBool::new(false));
    let people = (0..PEOPLE).map(|number| {
        let life = Life::new(&format!("person{number}@example.com"), folder.path(), installation.settings());
        tokio::spawn(be_at_work(life, number, installation.urls(), is_over.clone()))
    });
    let people: Vec<_> = people.collect();
    let faults = fail(&mut installation, seconds, seed).await;
    is_over.store(true, Ordering::Relaxed);
    let lives =
        futures::future::join_all(people).await.into_iter().map(|life| life.expect("a life")).collect::<Vec<_>>();
    let acknowledged: usize = lives.iter().map(|life| life.acknowledged).sum();
    put_right(installation, lives).await;
    let words = format!(
        "\nSoak of {seconds} s, seed {seed}: {acknowledged} uploads acknowledged, 0 lost, 0 orphans; faults made: {}\n",
        faults.join(", ")
    );
    std::io::stderr().write_all(words.as_bytes()).expect("written");
    assert!(acknowledged > 20, "only {acknowledged} uploads");
}

/// A seed or a length, for whoever runs it by itself.
#[expect(clippy::disallowed_methods, reason = "as CONTRIBUTING.md says of it")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

/// One life after the other, at either instance; what fails is begun anew.
async fn be_at_work(mut life: Life, number: usize, urls: Arc<Urls>, is_over: Arc<AtomicBool>) -> Life {
    let mut turn = number;
    while !is_over.load(Ordering::Relaxed) {
        let url = urls.lock().expect("the addresses")[turn % 2].clone();
        // What is not answered is looked at in the end.
        let _ = life.live(&url).await;
        turn += 1;
        tokio::task::yield_now().await;
    }
    life
}

/// One fault after the other, and what each was called.
async fn fail(installation: &mut Installation, seconds: u64, seed: u64) -> Vec<String> {
    let mut random = TestRng::from_seed(RngAlgorithm::XorShift, &[seed.to_be_bytes(), seed.to_le_bytes()].concat());
    let (began, mut made) = (Instant::now(), Vec::<(&'static str, usize)>::new());
    while began.elapsed() < Duration::from_secs(seconds) {
        let kind = random.next_u32();
        let name = installation.fail(kind).await;
        match made.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => made.push((name, 1)),
        }
    }
    made.into_iter().map(|(name, count)| format!("{count} × {name}")).collect()
}

/// After the last fault: a start, and what must hold once it has looked through the bucket.
async fn put_right(installation: Installation, lives: Vec<Life>) {
    let (folder, settings) = (installation.folder().to_owned(), installation.settings().clone());
    let installation = installation.end_apps();
    let began = database::now();
    let program = Program::start(&[], &settings, &folder);
    let url = program.wait_for("Cloakroom listening on ");
    wait_for_sweep(began, &folder, &settings).await;
    for mut life in lives {
        life.go_on(&url).await;
        life.check(&url, "the soak").await;
    }
    assert!(program.end().success());
    let compared = run(&["reconcile", "--dry-run", "--json"], &settings, &folder, "");
    let report: Value = serde_json::from_slice(&compared.stdout)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&compared.stderr)));
    for count in ["orphans", "missing", "differing", "stray_thumbnails", "unfinished_uploads", "usage_drift"] {
        assert_eq!(report[count], 0, "{count}: {report}");
    }
    drop(installation);
}
