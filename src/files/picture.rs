//! What is seen of a file in its place: its thumbnail, where that is and how it is added, and how large a picture is shown.

use super::{
    State, Thumbnail,
    entity::{Column, Entity},
    file::{File, Ready},
};
use crate::{
    error::{Error, Result},
    storage::{Picture, ThumbnailKey},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

impl Ready {
    /// May a thumbnail be added? Not to what could be written to again, as it may be another picture then.
    pub fn wants_thumbnail(&self) -> bool {
        self.thumbnail().is_none() && Thumbnail::is_taken_for(self.kind()) && self.writable_until().is_none()
    }

    /// Adds the thumbnail that is there, and what its browser has seen of the picture. What it has not seen stays as it is known.
    ///
    /// # Errors
    ///
    /// `Conflict` when the file has changed meanwhile; `DatabaseUnavailable`.
    pub async fn add_thumbnail(
        &self,
        db: &impl ConnectionTrait,
        thumbnail: Thumbnail,
        picture: &Picture,
    ) -> Result<()> {
        let (width, height) = shown(self.dimensions(), picture).unzip();
        let mut update = Entity::update_many()
            .col_expr(Column::Thumbnail, Expr::value(thumbnail))
            .col_expr(Column::Width, Expr::value(width))
            .col_expr(Column::Height, Expr::value(height));
        let said = [
            (Column::Tone, picture.tone.map(|tone| Expr::value(tone.as_str()))),
            (Column::IsTransparent, picture.is_transparent.map(Expr::value)),
            (Column::CameraClock, picture.taken_at.map(|at| Expr::value(at.clock))),
            (Column::TakenAt, picture.listed_at(self.uploaded_at()).map(Expr::value)),
            (Column::Camera, picture.camera.as_deref().map(Expr::value)),
            (Column::DurationMs, milliseconds(picture).map(Expr::value)),
            (Column::HasPlace, picture.has_place.map(Expr::value)),
        ];
        for (column, value) in said {
            update = value.into_iter().fold(update, |update, value| update.col_expr(column, value));
        }
        let unchanged = update
            .filter(Column::FileId.eq(self.id()))
            .filter(Column::State.eq(State::Ready))
            .filter(Column::WritableUntil.is_null());
        match unchanged.exec(db).await?.rows_affected {
            0 => Err(Error::Conflict("This file was changed meanwhile. Load the page again.".into())),
            _ => Ok(()),
        }
    }
}

/// Where a file's thumbnail is, or would be; nowhere where nobody owns the file.
pub fn key_of(prefix: &str, file: &impl File) -> Option<ThumbnailKey> {
    let owner = file.owner().parse().ok()?;
    Some(ThumbnailKey::beside(prefix, file.object_key(), file.id(), owner))
}

/// How long it plays, as rows have it.
pub fn milliseconds(picture: &Picture) -> Option<i64> {
    picture.duration.and_then(|duration| i64::try_from(duration.as_millis()).ok())
}

/// Width and height of a picture as it is shown. Its first bytes say how large it is, and may not say how it is turned; its
/// uploader may turn it, and say what they do not.
pub fn shown(stored: Option<(i64, i64)>, picture: &Picture) -> Option<(i64, i64)> {
    let said = picture.shown.map(|(width, height)| (i64::from(width), i64::from(height)));
    match (stored, said) {
        (Some((width, height)), Some(said)) if said == (height, width) => Some(said),
        (stored, said) => stored.or(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uploader_may_turn_a_picture_and_not_stretch_it() {
        let said = |width, height| Picture { shown: Some((width, height)), ..Picture::default() };
        for (stored, picture, is) in [
            (Some((4, 3)), said(3, 4), Some((3, 4))),
            (Some((4, 3)), said(4, 3), Some((4, 3))),
            (Some((4, 3)), said(40, 30), Some((4, 3))),
            (None, said(40, 30), Some((40, 30))),
            (Some((4, 3)), Picture::default(), Some((4, 3))),
            (None, Picture::default(), None),
        ] {
            assert_eq!(shown(stored, &picture), is);
        }
    }
}
