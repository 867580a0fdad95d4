//! The table `settings`: values by name that every instance shares, and the one way to it.

use super::table::Table;
use crate::error::Result;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

mod entity {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The value of a name, if it has one.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn find(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>> {
    Ok(entity::Entity::find_by_id(name).one(db).await?.map(|row| row.value))
}

/// Gives a name a value unless it has one; says whether it had none. Of many at once, one gives it.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn insert(db: &impl ConnectionTrait, name: &str, value: String) -> Result<bool> {
    let row = entity::ActiveModel { name: Set(name.to_owned()), value: Set(value) };
    let ignore = OnConflict::column(entity::Column::Name).do_nothing().to_owned();
    Ok(entity::Entity::insert(row).on_conflict(ignore).exec_without_returning(db).await? == 1)
}

/// Gives a name a value unless it has a greater one, byte by byte. Of many at once, the greatest stays.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn raise(db: &impl ConnectionTrait, name: &str, value: String) -> Result<()> {
    let row = entity::ActiveModel { name: Set(name.to_owned()), value: Set(value) };
    let is_greater = Expr::col((entity::Entity, entity::Column::Value)).lt(Expr::cust("excluded.value"));
    let raise = OnConflict::column(entity::Column::Name)
        .update_column(entity::Column::Value)
        .action_and_where(is_greater)
        .to_owned();
    entity::Entity::insert(row).on_conflict(raise).exec_without_returning(db).await?;
    Ok(())
}

/// Gives a name a value unless it has one between two others, byte by byte. Says whether it did: of many at once, one does.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn advance(db: &impl ConnectionTrait, name: &str, value: String, between: [&str; 2]) -> Result<bool> {
    let row = entity::ActiveModel { name: Set(name.to_owned()), value: Set(value) };
    let is_elsewhere = Expr::col((entity::Entity, entity::Column::Value)).not_between(between[0], between[1]);
    let advance = OnConflict::column(entity::Column::Name)
        .update_column(entity::Column::Value)
        .action_and_where(is_elsewhere)
        .to_owned();
    Ok(entity::Entity::insert(row).on_conflict(advance).exec_without_returning(db).await? == 1)
}

/// Takes a value back, for another one, unless it was replaced meanwhile.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn take_back(db: &impl ConnectionTrait, name: &str, value: &str, instead: String) -> Result<()> {
    let update = entity::Entity::update_many().col_expr(entity::Column::Value, Expr::value(instead));
    update.filter(entity::Column::Name.eq(name)).filter(entity::Column::Value.eq(value)).exec(db).await?;
    Ok(())
}

/// The table as a whole.
pub fn table() -> Table {
    Table::of::<entity::Entity>()
}

/// Takes a name's value away, if it has one.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn delete(db: &impl ConnectionTrait, name: &str) -> Result<()> {
    entity::Entity::delete_by_id(name).exec(db).await?;
    Ok(())
}
