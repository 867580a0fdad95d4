//! What must hold after every test, whatever it did.

use super::{Kind, TestApp};
use sea_orm::QueryResult;
use std::collections::BTreeSet;

impl TestApp {
    /// No object without a row, no row without an object, used bytes that equal the rows' sum, and counts that are what there is.
    pub async fn assert_invariants(&self) {
        let rows = self.rows("SELECT object_key, state, thumbnail FROM r2_files", []).await;
        let text = |row: &QueryResult, column| row.try_get::<String>("", column).expect("text");
        let keys: BTreeSet<String> = rows.iter().map(|row| text(row, "object_key")).collect();
        let living = rows.iter().filter(|row| text(row, "state") != "purging").map(|row| text(row, "object_key"));
        let listed = self.bucket().list(String::new(), None).await.expect("the bucket lists");
        let listed = listed.into_iter().flat_map(|page| page.contents).map(|object| object.key);
        // Whoever examines the bucket may be at it.
        let listed = listed.filter(|key| !key.starts_with("canary/"));
        let (thumbnails, objects): (BTreeSet<String>, BTreeSet<String>) =
            listed.partition(|key| key.starts_with("thumbs/"));
        let beside = |key: &String| {
            let (place, _) = key.strip_prefix("files/")?.rsplit_once('/')?;
            Some(format!("thumbs/{place}/512"))
        };
        let of_files: BTreeSet<String> = keys.iter().filter_map(beside).collect();
        assert_eq!(
            thumbnails.difference(&of_files).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "thumbnails of no file"
        );
        let shown = rows.iter().filter(|row| {
            text(row, "state") != "purging" && row.try_get::<Option<String>>("", "thumbnail").expect("text").is_some()
        });
        let shown = shown.filter_map(|row| beside(&text(row, "object_key")));
        assert_eq!(shown.filter(|key| !thumbnails.contains(key)).count(), 0, "rows without their thumbnail");
        // What is on its way out may have lost its object already.
        assert_eq!(objects.difference(&keys).collect::<Vec<_>>(), Vec::<&String>::new(), "objects without a row");
        assert_eq!(living.filter(|key| !objects.contains(key)).count(), 0, "rows without an object");
        self.assert_sums().await;
    }

    async fn assert_sums(&self) {
        let wrong = "SELECT count(*) FROM users WHERE used_bytes <> (SELECT coalesce(sum(size), 0) FROM r2_files WHERE user_id = ";
        let id = match self.kind {
            Kind::Sqlite => {
                "lower(substr(hex(users.id),1,8)||'-'||substr(hex(users.id),9,4)||'-'||substr(hex(users.id),13,4)||'-'||substr(hex(users.id),17,4)||'-'||substr(hex(users.id),21))"
            }
            Kind::Postgres => "users.id::text",
        };
        assert_eq!(self.count(&format!("{wrong}{id})")).await, 0, "used bytes");
        let strangers = "SELECT count(*) FROM r2_files JOIN users ON users.id = r2_files.owner_id WHERE user_id <> ";
        assert_eq!(self.count(&format!("{strangers}{id}")).await, 0, "owner_id and user_id name two people");
        let unnamed = "SELECT count(*) FROM r2_files JOIN users ON user_id = ";
        let unnamed = format!("{unnamed}{id} WHERE owner_id IS NULL AND size > 0");
        assert_eq!(self.count(&unnamed).await, 0, "rows of a user without owner_id");
        let tickets =
            "SELECT count(*) FROM r2_files JOIN users ON users.id = r2_files.owner_id WHERE ticket > last_ticket";
        assert_eq!(self.count(tickets).await, 0, "tickets that would be given again");
        let nobody = if self.kind == Kind::Sqlite { "zeroblob(16)" } else { "'00000000-0000-0000-0000-000000000000'" };
        let miscounted = format!(
            "SELECT count(*) FROM (SELECT 1 FROM (
                SELECT owner, state, kind, -files AS files, -bytes AS bytes FROM file_totals UNION ALL
                SELECT coalesce(owner_id, {nobody}), state, kind, 1, coalesce(size, 0) FROM r2_files WHERE state <> 'purging'
            ) AS parts GROUP BY owner, state, kind HAVING sum(files) <> 0 OR sum(bytes) <> 0) AS wrong"
        );
        assert_eq!(self.count(&miscounted).await, 0, "files that were not counted, or counted twice");
        let in_folders = "SELECT count(*) FROM (SELECT 1 FROM (
                SELECT folder_id, -files AS files, -bytes AS bytes, -folders AS folders FROM folder_totals UNION ALL
                SELECT folder_id, 1, coalesce(size, 0), 0 FROM r2_files WHERE folder_id IS NOT NULL AND state = 'ready' UNION ALL
                SELECT parent_id, 0, 0, 1 FROM folders WHERE parent_id IS NOT NULL AND state = 'ready'
            ) AS parts GROUP BY folder_id HAVING sum(files) <> 0 OR sum(bytes) <> 0 OR sum(folders) <> 0) AS wrong";
        assert_eq!(self.count(in_folders).await, 0, "what lies in a folder was not counted, or counted twice");
    }
}
