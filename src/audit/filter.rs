//! Which events of the log are asked for: who did what, to whom or to what, and when.

use super::{
    entity::{Column, Entity},
    event::Action,
};
use crate::ids::{FileId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

/// What of the log is asked for; what is `None` or empty is anything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The name of who did it, as it was then: an email, or what did it instead of a person.
    pub actor: Option<String>,
    /// What was done: one of these.
    pub actions: Vec<Action>,
    /// To whom or to what it was done.
    pub subject: Option<Concerned>,
    /// Events from this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Events before this moment.
    pub until: Option<DateTime<Utc>>,
}

/// To whom or to what something was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concerned {
    /// An account, or a file of it.
    User(UserId),
    /// A file.
    File(FileId),
    /// What was called so then, such as an account that is gone.
    Named(String),
}

impl Filter {
    /// Is all asked for?
    pub fn is_empty(&self) -> bool {
        self.without_subject().is_empty() && self.subject.is_none()
    }

    /// The events themselves.
    pub(super) fn events(&self) -> Condition {
        self.without_subject().add_option(self.subject.as_ref().map(Concerned::condition))
    }

    /// The lines that stand for them: an act is one, also where only some of what it was done to is asked for.
    pub(super) fn lines(&self) -> Condition {
        let lines = self.without_subject().add(Column::ActId.is_null());
        let Some(subject) = &self.subject else { return lines };
        let first = Expr::col(Column::ActId).if_null(Expr::col(Column::Id));
        let theirs = Entity::find().select_only().expr(first).filter(subject.condition());
        lines.add(Column::Id.in_subquery(theirs.into_query()))
    }

    fn without_subject(&self) -> Condition {
        Condition::all()
            .add_option(self.actor.as_deref().map(|actor| Column::Actor.eq(actor)))
            .add_option(one_of(&self.actions))
            .add_option(self.from.map(|from| Column::At.gte(from)))
            .add_option(self.until.map(|until| Column::At.lt(until)))
    }
}

/// Spelled out, as the partial index is only used then.
fn one_of(actions: &[Action]) -> Option<Expr> {
    let names = actions.iter().map(|action| format!("'{action}'")).collect::<Vec<_>>().join(", ");
    (!actions.is_empty()).then(|| Expr::cust(format!("action IN ({names})")))
}

impl Concerned {
    fn condition(&self) -> Expr {
        match self {
            Self::User(id) => Column::UserId.eq(id.uuid()),
            Self::File(id) => Column::FileId.eq(id.uuid()),
            Self::Named(name) => Column::Subject.eq(name.as_str()),
        }
    }
}
