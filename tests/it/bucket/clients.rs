//! Clients that share no code with ours, each with all that people do with a bucket.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    client::{ACCESS_KEY_ID, SECRET_ACCESS_KEY},
    server::{BUCKET, Server},
};

/// Runs a script in a folder of its own against a bucket of its own. It must end well and leave nothing but what an
/// object is made of.
async fn run(program: PathBuf, script: &str) {
    let server = Server::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut client = Command::new(program);
    client
        .arg(root().join("tests/clients").join(script))
        .current_dir(folder.path())
        .env("STORE_URL", format!("http://{}", server.address()))
        .env("R2_BUCKET_NAME", BUCKET)
        .env("R2_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("R2_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .env("HOME", folder.path());
    let output = tokio::task::spawn_blocking(move || client.output()).await.expect("ends").expect("runs");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    server.finish().await;
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Python in which tests/run.sh has installed what a client needs.
fn python(environment: &str) -> PathBuf {
    let python = root().join("target").join(environment).join("bin/python");
    assert!(python.exists(), "{} is not there: run bash tests/run.sh", python.display());
    python
}

#[tokio::test(flavor = "multi_thread")]
async fn boto3_finds_the_bucket_it_expects() {
    run(python("venv"), "boto3_client.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_aws_command_line_finds_the_bucket_it_expects() {
    run(python("venv"), "aws_cli.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3cmd_finds_the_bucket_it_expects() {
    run(python("venv"), "s3cmd_client.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn minio_finds_the_bucket_it_expects() {
    run(python("venv"), "minio_client.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3fs_finds_the_bucket_it_expects() {
    run(python("venv-s3fs"), "s3fs_client.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sdk_for_javascript_finds_the_bucket_it_expects() {
    let modules = root().join("tests/clients/js/node_modules");
    assert!(modules.exists(), "its packages are not installed: run bash tests/run.sh");
    run("node".into(), "js/client.js").await;
}

/// It is no package of Python or npm: tests/run.sh installs it on Debian, and says elsewhere that it is missing.
#[tokio::test(flavor = "multi_thread")]
async fn rclone_finds_the_bucket_it_expects() {
    if Command::new("rclone").arg("version").output().is_err() {
        println!("skipped: rclone is not installed");
        return;
    }
    run(python("venv"), "rclone_client.py").await;
}
