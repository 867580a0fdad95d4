//! Connections that are opened to be kept: slow heads, slow bodies, and more of them than there are descriptors.

use crate::support::{Kind, TestApp, base_settings, program::Program};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{interval, timeout},
};

const TRICKLES: usize = 300;

#[tokio::test]
async fn trickled_bodies_end_and_a_small_process_answers_meanwhile() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::start_with_descriptors(256, &base_settings(folder.path()), folder.path());
    let url = program.wait_for("Cloakroom listening on ").replace("localhost", "127.0.0.1");
    let address = url.trim_start_matches("http://").to_owned();
    let started = Instant::now();
    let mut trickles = JoinSet::new();
    for index in 0..TRICKLES {
        let head = match index % 3 {
            0 => {
                "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n"
            }
            1 => "POST /sign-out HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            _ => "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n",
        };
        trickles.spawn(trickle(
            address.clone(),
            head.as_bytes().to_vec(),
            if index % 3 == 1 { b"1\r\na\r\n" } else { b"a" },
        ));
    }
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).timeout(Duration::from_secs(5)).build();
    let client = client.expect("a client");
    let mut checks = interval(Duration::from_millis(500));
    while !trickles.is_empty() {
        tokio::select! {
            Some(_) = trickles.join_next() => {}
            _ = checks.tick() => {
                let answer = ask(&client, &format!("{url}/healthz")).await.expect("an answer meanwhile");
                assert_eq!(answer.status(), 200);
                assert!(started.elapsed() < Duration::from_secs(25), "{} trickles are open", trickles.len());
            }
        }
    }
}

/// Where all are new and one has to make room, whoever was turned away asks again, as browsers do.
async fn ask(client: &reqwest::Client, url: &str) -> reqwest::Result<reqwest::Response> {
    match client.get(url).send().await {
        Err(error) if !error.is_timeout() => client.get(url).send().await,
        answer => answer,
    }
}

#[tokio::test]
async fn a_slow_head_ends_on_a_connection_that_was_used_before() {
    let app = TestApp::start(Kind::Sqlite, &[]).await;
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).await.expect("a connection");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let mut answer = vec![0; 4096];
    assert!(stream.read(&mut answer).await.expect("an answer") > 0);
    let rest = b"GET /healthz HTTP/1.1\r\nX-Slow: ".to_vec();
    let ended = timeout(Duration::from_secs(20), trickle_on(stream, rest, b"a")).await;
    assert!(ended.is_ok(), "the connection is still open");
    app.finish().await;
}

async fn trickle(address: String, head: Vec<u8>, piece: &'static [u8]) {
    if let Ok(stream) = TcpStream::connect(address).await {
        trickle_on(stream, head, piece).await;
    }
}

/// Sends a piece every half second until the other side has had enough.
async fn trickle_on(mut stream: TcpStream, head: Vec<u8>, piece: &'static [u8]) {
    let mut beat = interval(Duration::from_millis(500));
    let mut sent = stream.write_all(&head).await;
    let mut answer = [0; 1024];
    while sent.is_ok() {
        tokio::select! {
            read = stream.read(&mut answer) => match read {
                Ok(1..) => {}
                Ok(0) | Err(_) => return,
            },
            _ = beat.tick() => sent = stream.write_all(piece).await,
        }
    }
}
