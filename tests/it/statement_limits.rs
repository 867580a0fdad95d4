//! A database that freezes: every statement ends in time, and nothing of it stays behind when the database is back.

use crate::support::{Kind, Someone, TestApp, create_database, proxy::FreezableProxy};
use reqwest::StatusCode;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A statement has 5 s, and a busy machine is given as much again.
const IN_TIME: Duration = Duration::from_secs(10);
/// More than there are connections in the pool.
const MANY: usize = 30;

struct Frozen {
    app: TestApp,
    proxy: FreezableProxy,
    ada: Someone,
    uploads: Vec<Value>,
}

impl Frozen {
    /// An app behind the proxy, and uploads that wait to be confirmed. Connections in plenty are open.
    async fn start() -> Self {
        let proxy = FreezableProxy::before(&create_database().await).await;
        let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &proxy.url())]).await;
        let ada = app.member().await;
        let mut uploads = Vec::new();
        for _ in 0..MANY {
            let presigned = app.presign_strictly(&ada, "a.txt", "text/plain", 1).await;
            assert!(app.put(&presigned, b"a").send().await.expect("an answer").status().is_success());
            uploads.push(presigned);
        }
        let frozen = Self { app, proxy, ada, uploads };
        frozen.look_at_pages().await;
        frozen
    }

    async fn look_at_pages(&self) {
        let asked = (0..MANY).map(|_| self.app.save(&self.ada, &self.uploads[0]));
        for answer in futures::future::join_all(asked).await {
            assert_eq!(answer.status(), StatusCode::OK);
        }
    }

    /// Confirms all of them at once; how many were answered so, none of them late.
    async fn confirm_all(&self) -> [usize; 2] {
        let confirmed = self.uploads.iter().map(|presigned| async {
            let begun = Instant::now();
            let status = self.app.save(&self.ada, presigned).await.status();
            assert!(begun.elapsed() < IN_TIME, "{status} after {:?}", begun.elapsed());
            status
        });
        let answers = futures::future::join_all(confirmed).await;
        [StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE]
            .map(|wanted| answers.iter().filter(|got| **got == wanted).count())
    }
}

#[tokio::test]
async fn every_confirmation_on_a_frozen_database_ends_and_all_work_after_it() {
    let frozen = Frozen::start().await;
    frozen.proxy.freeze();
    assert_eq!(frozen.confirm_all().await, [0, MANY]);
    frozen.proxy.thaw();
    assert_eq!(frozen.confirm_all().await, [MANY, 0]);
    frozen.app.finish().await;
}

#[tokio::test]
async fn connections_that_fell_silent_for_good_are_replaced_at_once() {
    let frozen = Frozen::start().await;
    frozen.proxy.abandon();
    // Those that were given a silent connection may be refused, and find it replaced.
    frozen.confirm_all().await;
    let begun = Instant::now();
    assert_eq!(frozen.confirm_all().await, [MANY, 0]);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    frozen.app.finish().await;
}
