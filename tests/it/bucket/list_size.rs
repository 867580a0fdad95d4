//! A hundred thousand objects are listed at the cost of the page asked for, not of the bucket.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sqlx::Connection;

use super::server::{Server, index};

const OBJECTS: usize = 100_000;

/// Rows without bytes, written while nobody serves them.
async fn fill(folder: &Path) {
    let mut index = index(folder).await;
    let sql = "WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?)
        INSERT INTO object (key, file, size, etag, modified_at, attributes)
        SELECT CAST(printf('%03d/%05d', n % 500, n) AS BLOB), printf('%d', n), 0, 'e', 0, '{}' FROM number";
    let inserted = sqlx::query(sql).bind(OBJECTS as i64).execute(&mut index).await.expect("inserts");
    assert_eq!(inserted.rows_affected(), OBJECTS as u64);
    let plan = "EXPLAIN QUERY PLAN SELECT key, size, etag, modified_at FROM object
        WHERE key >= ? AND key < ? ORDER BY key LIMIT ?";
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(plan).fetch_all(&mut index).await.expect("a plan");
    let steps: Vec<_> = plan.into_iter().map(|(_, _, _, step)| step).collect();
    assert_eq!(steps, ["SEARCH object USING PRIMARY KEY (key>? AND key<?)"]);
    index.close().await.expect("closes");
}

async fn filled() -> Server {
    let folder = Server::start().await.stop().await;
    fill(folder.path()).await;
    Server::start_in(folder).await
}

#[tokio::test]
async fn a_hundred_thousand_objects_are_listed_in_order_at_a_steady_cost() {
    let server = filled().await;
    let (mut keys, mut times, mut token) = (Vec::new(), Vec::new(), None::<String>);
    loop {
        let ask = token.iter().fold(server.list(), |ask, token| ask.query("continuation-token", token));
        let began = Instant::now();
        let answer = ask.send().await.expect(200, "");
        times.push(began.elapsed());
        keys.extend(answer.tags("Key"));
        token = answer.tags("NextContinuationToken").pop();
        if token.is_none() {
            break;
        }
    }
    assert_eq!((keys.len(), times.len()), (OBJECTS, 100));
    assert!(keys.is_sorted());
    let median = |times: &[Duration]| {
        let mut sorted = times.to_vec();
        sorted.sort();
        sorted[sorted.len() / 2]
    };
    let (first, last) = (median(&times[..25]), median(&times[75..]));
    println!("a page of 1,000: {first:?} among the first, {last:?} among the last");
    assert!(last < first * 4, "{first:?} at first, {last:?} at last");
    server.stop().await;
}

#[tokio::test]
async fn five_hundred_groups_of_two_hundred_are_folded_without_reading_them_all() {
    let server = filled().await;
    let began = Instant::now();
    let answer = server.list().query("delimiter", "/").send().await.expect(200, "");
    println!("500 groups: {:?}", began.elapsed());
    assert_eq!((answer.tags("CommonPrefixes").len(), answer.tags("Key").len()), (500, 0));
    assert_eq!(answer.tags("IsTruncated"), ["false"]);
    server.stop().await;
}
