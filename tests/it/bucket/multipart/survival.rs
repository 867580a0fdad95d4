//! What survives of an upload: a restart, a kill, a week; and who reads an object in parts that goes.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Connection;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    super::{
        client::Answer,
        server::{Server, files, index},
    },
    upload::{PART, Upload, bytes},
};

/// Makes every upload older.
async fn age(folder: &std::path::Path, days: i64) {
    let mut db = index(folder).await;
    let sql = "UPDATE upload SET begun_at = begun_at - ?";
    sqlx::query(sql).bind(days * 86_400 * 1_000_000).execute(&mut db).await.expect("older");
    db.close().await.expect("closed");
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart_and_its_object_survives_one() {
    let server = Server::start().await;
    let upload = Upload::begin(&server, "coat").await;
    let first = upload.send(1, bytes(PART, 1)).await;
    let id = upload.id.clone();
    let server = Server::start_in(server.stop().await).await;
    let upload = Upload { server: &server, key: "coat".to_owned(), id };
    assert_eq!(upload.list().await.expect(200, "").tags("PartNumber"), ["1"]);
    let second = upload.send(2, "end").await;
    upload.complete(&[(1, &first), (2, &second)]).await.expect(200, "");
    let server = Server::start_in(server.stop().await).await;
    let whole = [bytes(PART, 1), b"end".to_vec()].concat();
    assert!(server.get("coat").await.expect(200, "").body == whole, "other bytes");
    server.finish().await;
}

#[tokio::test]
async fn an_upload_that_is_incomplete_for_a_week_is_forgotten() {
    let server = Server::start().await;
    let kept = Upload::begin(&server, "kept").await;
    let first = kept.send(1, "kept").await;
    kept.complete(&[(1, &first)]).await.expect(200, "");
    Upload::begin(&server, "old").await.send(1, "old").await;
    age(server.folder.path(), 6).await;
    let server = Server::start_in(server.stop().await).await;
    assert_eq!(server.ask("GET", "").query("uploads", "").send().await.tags("Key"), ["old"]);
    age(server.folder.path(), 2).await;
    let server = Server::start_in(server.stop().await).await;
    assert!(server.ask("GET", "").query("uploads", "").send().await.tags("Key").is_empty());
    assert_eq!(files(server.folder.path()).len(), 1);
    Upload::begin(&server, "older").await.send(1, "older").await;
    age(server.folder.path(), 8).await;
    Upload::begin(&server, "new").await;
    assert_eq!(server.ask("GET", "").query("uploads", "").send().await.tags("Key"), ["new"]);
    assert_eq!(server.get("kept").await.text(), "kept");
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_gets_the_whole_of_an_object_in_parts_that_is_replaced_meanwhile() {
    let server = Server::start().await;
    let (one, two) = (bytes(4 * PART, 1), bytes(4 * PART, 2));
    let upload = Upload::begin(&server, "coat").await;
    let etags = [upload.send(1, one.clone()).await, upload.send(2, two.clone()).await];
    upload.complete(&[(1, &etags[0]), (2, &etags[1])]).await.expect(200, "");
    let mut stream = TcpStream::connect(server.address()).await.expect("connects");
    stream.write_all(&server.ask("GET", "coat").wire()).await.expect("asks");
    let mut received = vec![0; 1_000_000];
    stream.read_exact(&mut received).await.expect("begins to read");
    server.put("coat", "new").await;
    server.ask("DELETE", "coat").send().await.expect(204, "");
    stream.read_to_end(&mut received).await.expect("reads on");
    assert!(Answer::parse(&received).expect(200, "").body == [one, two].concat(), "other bytes");
    let folder = server.stop().await;
    assert!(files(folder.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_in_parts_that_comes_and_goes_is_there_or_not_and_never_a_fault() {
    let server = Server::start().await;
    let come_and_go = async {
        for _ in 0..40 {
            let upload = Upload::begin(&server, "coat").await;
            let etags = [upload.send(1, bytes(PART, 1)).await, upload.send(2, "end").await];
            upload.complete(&[(1, &etags[0]), (2, &etags[1])]).await.expect(200, "");
            server.ask("DELETE", "coat").send().await.expect(204, "");
        }
    };
    let whole = AtomicU32::new(0);
    let read = async || {
        loop {
            let answer = server.ask("GET", "coat").header("range", "bytes=-2").send().await;
            assert!([206, 404, 503].contains(&answer.status), "{}", answer.text());
            whole.fetch_add(u32::from(answer.status == 206), Ordering::Relaxed);
        }
    };
    tokio::select! {
        () = come_and_go => {}
        () = async { tokio::join!(read(), read(), read()); } => {}
    }
    assert!(whole.into_inner() > 0, "it was there at times");
    server.finish().await;
}
