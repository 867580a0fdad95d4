//! Running statements one after the other.

use sea_orm_migration::prelude::*;

/// # Errors
///
/// The first one that fails; the transaction around them undoes those before it.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
