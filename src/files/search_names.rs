//! The names that files are searched and sorted by, and their kinds, as the app makes them rather than as SQL could tell.

use super::{
    ContentType,
    entity::{Column, Entity, Model},
    list::folding::search_key,
};
use crate::error::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

/// A row of the index, to be brought up to date.
pub struct Named(Model);

impl Named {
    /// Rows behind one of them, by their ids.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn list_after(db: &impl ConnectionTrait, after: i64, limit: u64) -> Result<Vec<Self>> {
        let query = Entity::find().filter(Column::Id.gt(after)).order_by_asc(Column::Id).limit(limit);
        Ok(query.all(db).await?.into_iter().map(Self).collect())
    }

    /// Its place among them.
    pub fn place(&self) -> i64 {
        self.0.id
    }

    /// Writes the name and the kind anew; says whether they were other ones.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn bring_up_to_date(&self, db: &impl ConnectionTrait) -> Result<bool> {
        let row = &self.0;
        let name = search_key(&row.file_name, row.folder_path.as_deref());
        let kind = ContentType::of_row(&row.content_type).kind();
        if row.name_key == name && row.kind == kind {
            return Ok(false);
        }
        let update = Entity::update_many()
            .col_expr(Column::NameKey, Expr::value(name))
            .col_expr(Column::Kind, Expr::value(kind))
            .filter(Column::Id.eq(row.id))
            // Renamed meanwhile, it has the right one already.
            .filter(Column::FileName.eq(row.file_name.as_str()));
        Ok(update.exec(db).await?.rows_affected == 1)
    }
}
