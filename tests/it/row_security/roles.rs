//! Whose the role is, where it may not be made, and that people's pages are read as it.

use crate::support::{Kind, TestApp, create_database, drop_database, postgres::connect, program, uploads::PNG};
use cloakroom::{
    accounts::Role,
    config::Config,
    database::{self, RowSecurity},
};
use reqwest::StatusCode;
use sea_orm::ConnectionTrait;

/// A user of the server with a database, as Neon's owner is one: no superuser.
struct Owner {
    name: String,
    database: String,
}

impl Owner {
    async fn new(options: &str) -> Self {
        let database = create_database().await;
        let (_, rest) = database.split_once("/test_").expect("a test's database");
        let id = rest.split('?').next().expect("a name").to_owned();
        let owner = Self { name: format!("owner_{}", &id[..8]), database };
        owner.run(&format!("CREATE ROLE {} LOGIN {options}", owner.name)).await;
        owner.run(&format!("ALTER DATABASE test_{id} OWNER TO {}", owner.name)).await;
        owner
    }

    /// As a superuser.
    async fn run(&self, sql: &str) {
        run(&self.database, sql).await;
    }

    fn url(&self) -> String {
        self.url_of(&self.name)
    }

    fn url_of(&self, user: &str) -> String {
        self.database.replace("user=postgres", &format!("user={user}"))
    }

    fn reader(&self) -> String {
        format!("cloakroom_reader_of_{}", self.name)
    }

    /// After the database is gone, and with it what the roles may do there.
    async fn finish(self, others: &[&str]) {
        let (server, rest) = self.database.split_once("/test_").expect("a test's database");
        let (_, query) = rest.split_once('?').expect("a query");
        for role in [&*self.reader(), &self.name].iter().chain(others) {
            run(&format!("{server}/postgres?{query}"), &format!("DROP ROLE IF EXISTS {role}")).await;
        }
    }
}

async fn run(url: &str, sql: &str) {
    let db = connect(url).await;
    db.execute_unprepared(sql).await.expect(sql);
    db.close().await.expect("closed");
}

#[tokio::test]
async fn an_owner_that_is_no_superuser_makes_the_role() {
    let owner = Owner::new("CREATEROLE").await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &owner.url())]).await;
    assert_eq!(app.db.row_security(), &RowSecurity::On(owner.reader()));
    let ada = app.member().await;
    app.upload(&ada, "holiday.png", "image/png", PNG).await;
    app.browser_of(&ada).await.get("/").await.assert_shows(&["holiday.png"]);
    app.finish().await;
    owner.finish(&[]).await;
}

#[tokio::test]
async fn where_the_role_may_not_be_made_people_see_their_files_and_the_operator_is_told_what_to_run() {
    let owner = Owner::new("").await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &owner.url())]).await;
    let RowSecurity::Missing { why, fix } = app.db.row_security() else { panic!("{:?}", app.db.row_security()) };
    assert!(why.contains(&owner.reader()), "{why}");
    let ada = app.member().await;
    app.upload(&ada, "holiday.png", "image/png", PNG).await;
    app.browser_of(&ada).await.get("/?name=holi").await.assert_shows(&["holiday.png"]);
    let mut settings = app.settings_of_another();
    settings.insert("APP_URL".to_owned(), app.url.clone());
    let doctor = async || {
        let (settings, folder) = (settings.clone(), tempfile::tempdir().expect("a folder"));
        let run = move || program::run(&["doctor"], &settings, folder.path(), "");
        String::from_utf8(tokio::task::spawn_blocking(run).await.expect("it ran").stdout).expect("text")
    };
    let told = doctor().await;
    assert!(told.contains("✗ Row-level security"), "{told}");
    assert!(told.contains(fix), "{told}");
    // What it says is all there is to do.
    let (_, sql) = fix.split_once("run: ").expect("what to run");
    let (sql, _) = sql.split_once(" Then").expect("then what");
    owner.run(sql).await;
    let again = app.second_instance().await;
    assert_eq!(again.db.row_security(), &RowSecurity::On(owner.reader()));
    again.db.close().await.expect("closed");
    let told = doctor().await;
    assert!(told.contains("✓ Row-level security"), "{told}");
    app.finish().await;
    owner.finish(&[]).await;
}

#[tokio::test]
async fn a_role_that_may_sign_in_is_not_used() {
    let owner = Owner::new("").await;
    owner.run(&format!("CREATE ROLE {0} LOGIN; GRANT {0} TO {1}", owner.reader(), owner.name)).await;
    let app = TestApp::start(Kind::Postgres, &[("DATABASE_URL", &owner.url())]).await;
    let RowSecurity::Missing { fix, .. } = app.db.row_security() else { panic!("{:?}", app.db.row_security()) };
    assert!(fix.contains("NOLOGIN"), "{fix}");
    app.finish().await;
    owner.finish(&[]).await;
}

/// It would see an empty index and take every object for one that nobody knows.
#[tokio::test]
async fn a_user_who_is_bound_by_the_policies_cannot_run_cloakroom() {
    let owner = Owner::new("CREATEROLE").await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = |url: &str| {
        let mut values = crate::support::base_settings(folder.path());
        values.insert("DATABASE_URL".to_owned(), url.to_owned());
        Config::from_values(values).expect("settings")
    };
    database::migrate(&config(&owner.url()).database, folder.path()).await.expect("migrated");
    let other = format!("other_of_{}", owner.name);
    owner.run(&format!("CREATE ROLE {other} LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO {other}")).await;
    let refusal = database::open(&config(&owner.url_of(&other)).database, folder.path()).await.expect_err("bound");
    assert!(refusal.to_string().contains(&format!("GRANT \"{}\"", owner.name)), "{refusal}");
    owner.run(&format!("GRANT {} TO {other}", owner.name)).await;
    database::open(&config(&owner.url_of(&other)).database, folder.path()).await.expect("as its owner");
    drop_database(&owner.database).await;
    owner.finish(&[&other]).await;
}

#[tokio::test]
async fn every_page_of_a_person_is_read_under_the_policies() {
    let app = TestApp::start(Kind::Postgres, &[]).await;
    let off = TestApp::start(Kind::Postgres, &[("DATABASE_RLS", "off")]).await;
    assert_eq!(off.db.row_security(), &RowSecurity::Off);
    for (app, is_bound) in [(&app, true), (&off, false)] {
        let ada = app.someone(Role::Member).await;
        app.upload(&ada, "holiday.png", "image/png", PNG).await;
        app.upload(&ada, "old.png", "image/png", PNG).await;
        app.execute("UPDATE r2_files SET state = 'trashed' WHERE file_name = 'old.png'").await;
        let browser = app.browser_of(&ada).await;
        let file: uuid::Uuid = app.rows("SELECT file_id FROM r2_files WHERE state = 'ready'", []).await[0]
            .try_get_by_index(0)
            .expect("an id");
        for table in ["r2_files", "sessions", "api_tokens", "audit_events"] {
            app.execute(&format!("ALTER POLICY cloakroom_own ON {table} USING (false)")).await;
        }
        app.execute("CREATE OR REPLACE VIEW own_r2_files AS SELECT * FROM r2_files WHERE NOT row_security_active('r2_files'::regclass)").await;
        for (path, text) in [
            ("/", "holiday.png"),
            ("/?name=holiday", "data-cards"),
            ("/timeline", "data-month"),
            ("/trash", "old.png"),
            ("/account", "Token created"),
        ] {
            let page = browser.get(path).await;
            assert_eq!((page.status, page.shows(text)), (StatusCode::OK, !is_bound), "{path}");
        }
        let expected = |found| if is_bound { StatusCode::NOT_FOUND } else { found };
        for (path, found) in [
            (format!("/files/{file}"), StatusCode::OK),
            (format!("/files/{file}/view"), StatusCode::OK),
            (format!("/files/{file}/content"), StatusCode::FOUND),
            (format!("/files/{file}/download"), StatusCode::FOUND),
        ] {
            let answer = browser.send(reqwest::Method::GET, &path, &[]).await;
            assert_eq!(answer.status(), expected(found), "{path}");
        }
    }
    for app in [app, off] {
        app.finish().await;
    }
}
