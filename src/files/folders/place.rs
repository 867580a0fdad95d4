//! Where a list of somebody's files looks: everywhere, in one folder, or in it and all that are below it.

use super::entity::{Column as FolderColumn, Entity as Folders};
use crate::{
    files::{State, entity::Column},
    ids::{FolderId, UserId},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QuerySelect, QueryTrait,
    sea_query::{CommonTableExpression, Expr, ExprTrait, Func, Query, SelectStatement, UnionType, WithClause},
};

const TREE: &str = "tree";
const WAY: &str = "way";

/// Where a list looks. What is in a folder that is in the trash is nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    Anywhere,
    /// What lies in no folder.
    Top,
    /// What lies directly in a folder.
    In(FolderId),
    /// What lies in a folder, and in all below it.
    Below(FolderId),
}

impl Place {
    /// Directly in a folder, or at the top.
    pub fn directly_in(folder: Option<FolderId>) -> Self {
        folder.map_or(Self::Top, Self::In)
    }

    /// The one folder that it looks at, where `Some(None)` is the top; none where it looks at several.
    pub fn folder(self) -> Option<Option<FolderId>> {
        match self {
            Self::Top => Some(None),
            Self::In(id) => Some(Some(id)),
            Self::Anywhere | Self::Below(_) => None,
        }
    }

    /// The same, asked of files that are found by their words: of a large folder, few have them, so these are found first, and no index of
    /// folders is read.
    pub(in crate::files) fn condition_of_found(self, owner: UserId) -> Condition {
        match self {
            Self::Below(id) => {
                let folder = Func::coalesce([
                    Expr::col(Column::FolderId.as_column_ref()),
                    Expr::col(Column::FolderId.as_column_ref()),
                ]);
                Condition::all().add(Expr::from(folder).in_subquery(ready_tree(id, owner))).add(in_sight(owner))
            }
            Self::Anywhere | Self::Top | Self::In(_) => self.condition(owner),
        }
    }

    /// Which of somebody's ready files lie there.
    pub(in crate::files) fn condition(self, owner: UserId) -> Condition {
        let folder = || Expr::col(Column::FolderId.as_column_ref());
        match self {
            Self::Anywhere => in_sight(owner),
            Self::Top => Condition::all().add(folder().is_null()),
            Self::In(id) => Condition::all().add(folder().eq(id)).add(in_sight(owner)),
            Self::Below(id) => Condition::all().add(folder().in_subquery(ready_tree(id, owner))).add(in_sight(owner)),
        }
    }
}

/// Which of somebody's files are in no folder that is in the trash, or in one that is. What belongs to somebody has its owner's index.
pub(in crate::files) fn in_sight(owner: UserId) -> Condition {
    let folder = || Expr::col(Column::FolderId.as_column_ref());
    Condition::any().add(folder().is_null()).add(folder().not_in_subquery(out_of_sight(owner)))
}

/// The ids of somebody's folders that are in the trash or on their way out, and of all below them.
pub(super) fn out_of_sight(owner: UserId) -> SelectStatement {
    tree(Condition::all().add(FolderColumn::OwnerId.eq(owner)).add(is_gone()), Condition::all())
}

/// Those in a state that is out of sight.
pub(super) fn gone(state: State) -> Condition {
    Condition::all().add(is_gone()).add(FolderColumn::State.eq(state))
}

/// Without a parameter, as the index is of these alone.
fn is_gone() -> Expr {
    Expr::cust("folders.state <> 'ready'")
}

/// The ids of a folder and of all below it, whatever state they are in.
pub(super) fn whole_tree(id: FolderId) -> SelectStatement {
    tree(Condition::all().add(FolderColumn::Id.eq(id)), Condition::all())
}

/// Is a folder this one, or somewhere below it? It is asked from the folder upwards: no way is long, however large the tree.
pub(in crate::files) fn is_within(folder: Expr, top: FolderId) -> Expr {
    let step = |query: &mut SelectStatement| {
        query.column((Folders, FolderColumn::Id)).column((Folders, FolderColumn::ParentId)).to_owned()
    };
    let mut all = step(Query::select().from(Folders));
    all.and_where(Expr::col((Folders, FolderColumn::Id)).eq(folder));
    let mut above = step(Query::select().from(WAY).cross_join(Folders));
    above.and_where(Expr::col((Folders, FolderColumn::Id)).equals((WAY, "parent_id")));
    all.union(UnionType::All, above);
    let way = CommonTableExpression::new().query(all).columns(["id", "parent_id"]).table_name(WAY).to_owned();
    let mut ids = Query::select();
    ids.column("id").from(WAY).with_cte(WithClause::new().recursive(true).cte(way).to_owned());
    Expr::value(top).in_subquery(ids)
}

/// Which files lie in some folders, or below them. What is in sight, and whose it is, the scope says.
pub(in crate::files) fn below_any(folders: &[FolderId]) -> Condition {
    let tops = Condition::all().add(FolderColumn::Id.is_in(folders.iter().copied()));
    Condition::all().add(Expr::col(Column::FolderId.as_column_ref()).in_subquery(ready_below(tops)))
}

fn ready_tree(id: FolderId, owner: UserId) -> SelectStatement {
    ready_below(Condition::all().add(FolderColumn::Id.eq(id)).add(FolderColumn::OwnerId.eq(owner)))
}

fn ready_below(tops: Condition) -> SelectStatement {
    // The state of a row that is read, and no index of states, which SQLite would make in each step.
    let state = || Expr::col((Folders, FolderColumn::State));
    tree(tops, Condition::all().add(Expr::from(Func::coalesce([state(), state()])).eq(State::Ready)))
}

/// From each folder to those in it, in this order, which SQLite would turn round.
fn tree(tops: Condition, below: Condition) -> SelectStatement {
    let mut all = Folders::find().select_only().column(FolderColumn::Id).into_query();
    all.cond_where(tops);
    let is_child = Expr::col((Folders, FolderColumn::ParentId)).equals((TREE, "id"));
    let mut children = Query::select();
    children.column((Folders, FolderColumn::Id)).from(TREE).cross_join(Folders).and_where(is_child).cond_where(below);
    all.union(UnionType::All, children);
    let every = CommonTableExpression::new().query(all).column("id").table_name(TREE).to_owned();
    let mut ids = Query::select();
    ids.column("id").from(TREE).with_cte(WithClause::new().recursive(true).cte(every).to_owned());
    ids
}
