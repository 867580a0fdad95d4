//! What is counted of a link's use: how often its page was opened, and each download, of which there are never more than its terms
//! allow.

use super::{
    begun::{self, DownloadNumber},
    entity::share::{Column, Entity},
    permit::Permit,
    share::Share,
};
use crate::{
    error::Result,
    files::{Scope, shared},
    ids::FileId,
    links::{
        permission::{LinkKind, Whose},
        state::State,
    },
    state::AppState,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};

/// Was a download counted?
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    Now,
    /// By an earlier call, whose answer may have been lost.
    Before(Permit),
    Not,
}

/// Counts that its page was opened. What fails keeps nobody from seeing it.
pub async fn note_visit(app: &AppState, share: &Share, now: DateTime<Utc>) {
    let update = Entity::update_many()
        .col_expr(Column::Visits, Expr::col(Column::Visits).add(1))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(share.id()))
        .filter(Column::State.eq(State::Active));
    if let Err(error) = update.exec(&app.db).await {
        tracing::warn!(%error, "a visit of a link was not counted");
    }
}

/// Counts a download of a file, if there may be one at this moment: by one statement, which asks everything that there is to ask, so that
/// of many at once, at however many instances, as many get through as are left. Says whether it was counted.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn count_download(app: &AppState, share: &Share, file: FileId, now: DateTime<Utc>) -> Result<bool> {
    Ok(counting(share, file, now).exec(&app.db).await?.rows_affected == 1)
}

/// Counts a download of everything behind the link in the same way, the first file of which is named; with a number, once for that number.
/// Says whether it was counted by this call, by an earlier one, or not at all.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn count_archive(
    app: &AppState,
    share: &Share,
    (first, number): (FileId, Option<&DownloadNumber>),
    now: DateTime<Utc>,
) -> Result<Counted> {
    let Some(number) = number else {
        return count_download(app, share, first, now).await.map(|is| if is { Counted::Now } else { Counted::Not });
    };
    let mark = number.mark(share);
    let update = counting(share, first, now)
        .col_expr(Column::ArchivesBegun, begun::with(&mark, now))
        .filter(Column::ArchivesBegun.not_like(format!("%{mark}%")));
    if update.exec(&app.db).await?.rows_affected == 1 {
        return Ok(Counted::Now);
    }
    let share = Share::find(&app.db, share.id(), Scope::Own(share.owner())).await?;
    Ok(Permit::again(&share, number, now).map_or(Counted::Not, Counted::Before))
}

fn counting(share: &Share, file: FileId, now: DateTime<Utc>) -> UpdateMany<Entity> {
    let is_within = Condition::any()
        .add(Column::MostDownloads.is_null())
        .add(Expr::col(Column::Downloads).lt(Expr::col(Column::MostDownloads)));
    let lasts = Condition::any().add(Column::EndsAt.is_null()).add(Column::EndsAt.gt(now));
    Entity::update_many()
        .col_expr(Column::Downloads, Expr::col(Column::Downloads).add(1))
        .col_expr(Column::LastUsedAt, Expr::value(now))
        .filter(Column::Id.eq(share.id()))
        .filter(Column::State.eq(State::Active))
        .filter(Column::HasOriginals.eq(true))
        .filter(Column::PasswordVersion.eq(share.password_version()))
        .filter(is_within)
        .filter(lasts)
        .filter(Expr::exists(owner_who_may_enter(share)))
        .filter(Expr::exists(what_turns_it_off(share)).not())
        .filter(Expr::exists(shared::one_ready(file, share.contents())))
}

fn owner_who_may_enter(share: &Share) -> SelectStatement {
    let column = |name: &str| Expr::col(Alias::new(name));
    let mut owner = Query::select();
    owner.expr(Expr::value(1)).from(Alias::new("users")).and_where(column("id").eq(share.owner()));
    owner.and_where(column("disabled_at").is_null());
    owner
}

fn what_turns_it_off(share: &Share) -> SelectStatement {
    let mut off = Query::select();
    off.expr(Expr::value(1)).from(Alias::new("settings"));
    off.and_where(Expr::col(Alias::new("name")).is_in(Whose::Of(share.owner()).names(LinkKind::Share)));
    off
}
