//! Files as a snapshot has them, on their way back into an empty index.

use super::{
    State,
    entity::{Column, Entity},
};
use crate::{
    database::{
        DatabaseConnection,
        table::{Row, Table},
    },
    error::Result,
    ids::{FileId, FolderId, UserId},
};
use sea_orm::{ConnectionTrait, EntityTrait, IdenStatic, QuerySelect};

/// A row of a snapshot, as far as it has to be understood before it is put back.
pub struct Restored {
    pub row: Row,
    pub file_id: FileId,
    pub object_key: String,
}

/// The table as a whole, in the order of the files' ids, which is that of the bucket.
pub fn table() -> Table {
    Table::of::<Entity>().ordered_by(Column::FileId.as_str())
}

/// Is there any file?
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn any(db: &impl ConnectionTrait) -> Result<bool> {
    let found: Option<i64> = Entity::find().select_only().column(Column::Id).into_tuple().one(db).await?;
    Ok(found.is_some())
}

impl Restored {
    /// None for what is no row of a file.
    pub fn of(row: Row) -> Option<Self> {
        let text = |column: Column| row.get(column.as_str())?.as_str().map(str::to_owned);
        let (file_id, object_key) = (text(Column::FileId)?.parse().ok()?, text(Column::ObjectKey)?);
        Some(Self { row, file_id, object_key })
    }

    /// Must there be an object? Not of what was on its way out, nor of what was known to be missing.
    pub fn needs_object(&self) -> bool {
        let is_on_its_way_out =
            self.row.get(Column::State.as_str()).is_some_and(|state| state == State::Purging.as_str());
        !is_on_its_way_out && self.row.get(Column::MissingSince.as_str()).is_none_or(serde_json::Value::is_null)
    }

    /// The account that it belongs to.
    pub fn owner(&self) -> Option<UserId> {
        self.row.get(Column::OwnerId.as_str())?.as_str()?.parse().ok()
    }

    /// The folder that it lies in.
    pub fn folder(&self) -> Option<FolderId> {
        self.row.get(Column::FolderId.as_str())?.as_str()?.parse().ok()
    }

    /// Its folder did not come back: it lies at the top.
    pub fn lay_at_the_top(&mut self) {
        self.row.insert(Column::FolderId.as_str().to_owned(), serde_json::Value::Null);
    }

    /// Its account did not come back: it stands under the id alone.
    pub fn disown(&mut self) {
        self.row.insert(Column::OwnerId.as_str().to_owned(), serde_json::Value::Null);
        self.lay_at_the_top();
    }
}

/// Makes what accounts are charged for the sum of what came back, and has no ticket given twice.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn sum_up(db: &DatabaseConnection) -> Result<()> {
    let sums = [
        "UPDATE users SET used_bytes =
            coalesce((SELECT CAST(sum(size) AS BIGINT) FROM r2_files WHERE r2_files.owner_id = users.id), 0)",
        "UPDATE users SET last_ticket = last.ticket FROM (
            SELECT owner_id, max(ticket) AS ticket FROM r2_files WHERE owner_id IS NOT NULL GROUP BY owner_id
        ) AS last WHERE last.owner_id = users.id AND last.ticket > users.last_ticket",
    ];
    for sql in sums {
        db.execute_unprepared(sql).await?;
    }
    Ok(())
}
