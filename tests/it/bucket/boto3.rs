//! boto3, a client that shares no code with ours, must be content.

use std::{path::Path, process::Command};

use super::{
    client::{ACCESS_KEY_ID, SECRET_ACCESS_KEY},
    server::{BUCKET, Server},
};

#[tokio::test(flavor = "multi_thread")]
async fn boto3_finds_the_bucket_it_expects() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/venv/bin/python");
    assert!(python.exists(), "boto3 is not installed: run bash tests/run.sh");
    let server = Server::start().await;
    let mut client = Command::new(python);
    client
        .arg(root.join("tests/boto3/client.py"))
        .env("STORE_URL", format!("http://{}", server.address()))
        .env("R2_BUCKET_NAME", BUCKET)
        .env("R2_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("R2_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
    let output = tokio::task::spawn_blocking(move || client.output()).await.expect("ends").expect("runs");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    server.finish().await;
}
