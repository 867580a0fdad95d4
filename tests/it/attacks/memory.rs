//! What strangers can make us remember.

use crate::support::{base_settings, program::Program};
use reqwest::StatusCode;
use std::time::Duration;
use tokio::task::JoinSet;

const SIGN_INS: usize = 180;
/// Fewer than strangers may be in line.
const AT_A_TIME: usize = 40;

/// glibc keeps freed blocks: each hash that allocates its own 19 MiB leaves them behind.
#[tokio::test]
async fn wrong_sign_ins_leave_no_memory_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = base_settings(folder.path());
    settings.insert("CLIENT_IP_HEADER".into(), "x-client".into());
    let program = Program::start(&[], &settings, folder.path());
    let url = program.wait_for("Cloakroom listening on ").replace("localhost", "127.0.0.1");
    let client = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().expect("a client");
    let mut under_way = JoinSet::new();
    for index in 0..SIGN_INS {
        if under_way.len() == AT_A_TIME {
            under_way.join_next().await.expect("one").expect("answered");
        }
        let sign_in =
            client.post(format!("{url}/sign-in")).header("x-client", format!("10.0.{}.{}", index / 200, index % 200));
        let sign_in = sign_in.header("content-type", "application/x-www-form-urlencoded");
        let sign_in = sign_in.body(format!("email=person{index}%40example.com&password=wrong+horse+battery")).send();
        under_way.spawn(async { assert_eq!(sign_in.await.expect("an answer").status(), StatusCode::UNAUTHORIZED) });
    }
    while under_way.join_next().await.transpose().expect("answered").is_some() {}
    let resident = program.resident_mib();
    assert!(resident < 150, "{resident} MiB");
}
