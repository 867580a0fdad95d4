//! What the role that people's reads run as may not do, and where the policies stand.

use super::{as_reader, reader};
use crate::support::{Kind, TestApp, uploads::PNG};
use cloakroom::database::read_as;
use sea_orm::{ConnectionTrait, Statement};

#[tokio::test]
async fn the_role_reads_what_it_is_for_and_changes_nothing() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    let ada = app.member().await;
    app.upload(&ada, "holiday.png", "image/png", PNG).await;
    let id = ada.id.to_string();
    for sql in [
        "INSERT INTO r2_files (object_key, file_url, user_id) VALUES ('x', '', 'x')",
        "UPDATE r2_files SET file_name = 'x'",
        "DELETE FROM r2_files",
        "TRUNCATE r2_files",
        "UPDATE own_r2_files SET file_name = 'x'",
        "DELETE FROM sessions",
        "UPDATE api_tokens SET revoked_at = NULL",
        "DELETE FROM audit_events",
        "SELECT count(*) FROM users",
        "SELECT count(token_hash) FROM api_tokens",
        "SELECT count(*) FROM account_links",
        "SELECT count(*) FROM settings",
        "SELECT count(*) FROM file_totals",
        "CREATE TABLE r2_files_copy AS SELECT * FROM r2_files",
    ] {
        let refusal = as_reader(&app, Some(&id), sql).await.expect_err(sql);
        assert!(refusal.contains("permission denied"), "{sql}: {refusal}");
    }
    let reads = read_as(&app.db, ada.id).await.expect("reads");
    let refusal = reads.execute_unprepared("CREATE TEMPORARY TABLE mine (id int)").await.expect_err("it is read-only");
    assert!(refusal.to_string().contains("read-only transaction"), "{refusal}");
    drop(reads);
    app.finish().await;
}

#[tokio::test]
async fn another_users_id_gives_nothing_and_none_gives_no_error() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    let (ada, bob) = (app.member().await, app.member().await);
    app.upload(&ada, "holiday.png", "image/png", PNG).await;
    app.browser_of(&ada).await;
    // The guide's own code may write any text.
    app.execute("INSERT INTO r2_files (object_key, file_url, user_id) VALUES ('guide', '', '')").await;
    app.expect_orphans();
    let (ada, bob) = (ada.id.to_string(), bob.id.to_string());
    for table in ["r2_files", "own_r2_files", "sessions", "audit_events"] {
        let all = format!("SELECT count(*) FROM {table}");
        let theirs = format!("{all} WHERE user_id::text = '{ada}'");
        assert!(as_reader(&app, Some(&ada), &theirs).await.expect("read") > 0, "{table}");
        assert_eq!(as_reader(&app, Some(&bob), &theirs).await, Ok(0), "{table}");
        for nobody in [None, Some("")] {
            assert_eq!(as_reader(&app, nobody, &all).await, Ok(0), "{table}: {nobody:?}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn nothing_of_a_read_is_left_on_its_connection() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    let (ada, bob) = (app.member().await, app.member().await);
    app.upload(&ada, "holiday.png", "image/png", PNG).await;
    app.upload(&bob, "report.txt", "text/plain", b"words").await;
    let state = "SELECT current_user = session_user AND coalesce(current_setting('app.user_id', true), '') = ''
        AND current_setting('transaction_read_only') = 'off' AND (SELECT count(*) FROM r2_files) = 2";
    for round in 0..40 {
        let reads = read_as(&app.db, ada.id).await.expect("reads");
        // Every other one fails.
        let sql = if round % 2 == 0 { "SELECT count(*) FROM r2_files" } else { "SELECT 1 / 0" };
        let answer = reads.query_one_raw(Statement::from_string(app.backend(), sql)).await;
        assert_eq!(answer.is_ok(), round % 2 == 0);
        drop(reads);
        let row = &app.rows(state, []).await[0];
        assert!(row.try_get_by_index::<bool>(0).expect("a truth"), "round {round}");
    }
    app.finish().await;
}

/// A table that comes later is not forgotten.
#[tokio::test]
async fn every_table_that_belongs_to_one_user_has_a_policy() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    let without = "SELECT DISTINCT relname::text FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND (attname IN ('user_id', 'owner', 'owner_id', 'email'))
        AND NOT (relrowsecurity AND NOT relforcerowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid))";
    let names = app.rows(without, []).await;
    assert_eq!(names.iter().map(|row| row.try_get_by_index(0).expect("a name")).collect::<Vec<String>>(), [""; 0]);
    let role =
        "SELECT count(*) FROM pg_roles WHERE rolname = $1 AND NOT rolcanlogin AND NOT rolbypassrls AND NOT rolsuper";
    let row = &app.rows(role, [reader(&app).into()]).await[0];
    assert_eq!(row.try_get_by_index::<i64>(0).expect("a number"), 1);
    app.finish().await;
}

/// A migration that adds a column to the table makes the view anew.
#[tokio::test]
async fn the_view_has_every_column_of_the_table() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    let columns = async |table: &str| {
        let sql = "SELECT attname::text FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1";
        let rows = app.rows(sql, [table.into()]).await;
        rows.iter().map(|row| row.try_get_by_index(0).expect("a name")).collect::<Vec<String>>()
    };
    assert_eq!(columns("own_r2_files").await, columns("r2_files").await);
    app.finish().await;
}
