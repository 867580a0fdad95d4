//! Giving a file another name. Its object keeps its key; pages and downloads use the new one.

use super::{
    entity::{Column, Entity},
    lifecycle::{File, Ready, State},
    search::folded,
};
use crate::{
    audit::{self, Action, By, Subject},
    database::{self, DatabaseConnection},
    error::{Error, Result},
    store::FileName,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

impl Ready {
    pub async fn rename(&self, db: &DatabaseConnection, name: &FileName, by: &By, now: DateTime<Utc>) -> Result<()> {
        if self.name() == name.as_str() {
            return Ok(());
        }
        let transaction = database::begin(db).await?;
        let update = Entity::update_many()
            .col_expr(Column::FileName, Expr::value(name.as_str()))
            .col_expr(Column::NameKey, Expr::value(folded(name.as_str())))
            .filter(Column::FileId.eq(self.id().uuid()))
            .filter(Column::FileName.eq(self.name()))
            .filter(Column::State.eq(State::Ready.as_str()));
        if update.exec(&transaction).await?.rows_affected == 0 {
            return Err(Error::Conflict("This file was changed meanwhile. Load the page again.".into()));
        }
        let subject = Subject {
            user: self.owner().parse().ok(),
            file: Some(self.id()),
            name: name.to_string(),
            detail: format!("{} → {name}", self.name()),
        };
        audit::record(&transaction, by, Action::FileRenamed, subject, now).await?;
        Ok(transaction.commit().await?)
    }
}
