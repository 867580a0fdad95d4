//! Giving a file another name. Its object keeps its key; pages and downloads use the new one.

use super::{
    entity::{Column, Entity},
    file::{File, Ready},
    list::folding::search_key,
    state::State,
};
use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    storage::FileName,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

impl Ready {
    /// Gives it another name, by its owner alone, and writes it down. The name that it has changes nothing.
    ///
    /// # Errors
    ///
    /// `Conflict` when it was renamed or moved meanwhile; `NotFound` when no user owns it; what
    /// [`Principal::begin_as_owner`] fails with; `DatabaseUnavailable`.
    pub async fn rename(
        &self,
        db: &DatabaseConnection,
        name: &FileName,
        principal: &Principal,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if self.name() == name.as_str() {
            return Ok(());
        }
        let owner = self.owner().parse().map_err(|_| Error::NotFound)?;
        let change = principal.begin_as_owner(db, owner, now).await?;
        let update = Entity::update_many()
            .col_expr(Column::FileName, Expr::value(name.as_str()))
            .col_expr(Column::NameKey, Expr::value(search_key(name.as_str(), self.folder())))
            .filter(Column::FileId.eq(self.id()))
            .filter(Column::FileName.eq(self.name()))
            .filter(Column::State.eq(State::Ready));
        if update.exec(change.transaction()).await?.rows_affected == 0 {
            return Err(Error::Conflict("This file was changed meanwhile. Load the page again.".into()));
        }
        let subject = Subject {
            user: Some(owner),
            file: Some(self.id()),
            name: name.to_string(),
            detail: format!("{} → {name}", self.name()),
        };
        change.record(Action::FileRenamed, subject).await?;
        change.commit().await
    }
}
