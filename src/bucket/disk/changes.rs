//! What can be changed in the index, and how: a few statements inside the `writer`'s transaction.

use std::collections::HashSet;

use s3s::S3Result;
use sqlx::SqliteConnection;

use super::{
    folder::{self, UnlistedFile},
    objects::{self, NewObject},
    outcome::Outcome,
    parts::NewPart,
    uploads::{self, Completion, NewUpload},
};
use crate::bucket::{
    error::{fault, no_room},
    objects::{conditions::Conditions, key::Key},
};

/// What can be changed in the index.
pub(crate) enum Change {
    /// An object put in its place.
    Put {
        object: Box<NewObject>,
        conditions: Conditions,
    },
    Delete {
        keys: Vec<Key>,
    },
    /// A multipart upload begun.
    Begin {
        upload: Box<NewUpload>,
    },
    /// A part of an upload put in its place.
    PutPart {
        upload: String,
        key: Key,
        part: Box<NewPart>,
    },
    /// An upload made an object.
    Complete {
        completion: Box<Completion>,
        conditions: Conditions,
    },
    /// An upload forgotten.
    Abort {
        upload: String,
        key: Key,
    },
    Setting {
        name: &'static str,
        value: String,
    },
}

impl Change {
    /// Makes the change in the transaction that the connection is in.
    pub(crate) async fn make(&self, db: &mut SqliteConnection) -> sqlx::Result<Outcome> {
        match self {
            Self::Put { object, conditions } => objects::put(db, object, conditions).await,
            Self::Delete { keys } => objects::delete(db, keys).await,
            Self::Begin { upload } => uploads::begin(db, upload).await,
            Self::PutPart { upload, key, part } => uploads::put_part(db, upload, key, part).await,
            Self::Complete { completion, conditions } => uploads::complete(db, completion, conditions).await,
            Self::Abort { upload, key } => uploads::abort(db, upload, key).await,
            Self::Setting { name, value } => set(db, name, value).await,
        }
    }

    /// The files that would be named by it for the first time.
    pub(crate) fn into_files(self) -> Vec<UnlistedFile> {
        match self {
            Self::Put { object, .. } => object.content.into_files(),
            Self::PutPart { part, .. } => vec![part.file],
            Self::Delete { .. }
            | Self::Begin { .. }
            | Self::Complete { .. }
            | Self::Abort { .. }
            | Self::Setting { .. } => Vec::new(),
        }
    }

    fn files(&self) -> Vec<&UnlistedFile> {
        match self {
            Self::Put { object, .. } => object.content.files(),
            Self::PutPart { part, .. } => vec![&part.file],
            Self::Delete { .. }
            | Self::Begin { .. }
            | Self::Complete { .. }
            | Self::Abort { .. }
            | Self::Setting { .. } => Vec::new(),
        }
    }
}

/// One sync for each folder that got new files.
pub(crate) async fn sync_leaves(changes: &[Change]) -> S3Result<()> {
    let leaves: HashSet<_> = changes.iter().flat_map(Change::files).map(UnlistedFile::leaf).collect();
    if leaves.is_empty() {
        return Ok(());
    }
    let synced = tokio::task::spawn_blocking(move || leaves.iter().try_for_each(|leaf| folder::sync(leaf)));
    synced.await.map_err(fault)?.map_err(|error| no_room(&error))
}

/// Does an object or a part name this file?
pub(crate) async fn is_listed(db: &mut SqliteConnection, file: &UnlistedFile) -> sqlx::Result<bool> {
    let sql = "SELECT 1 FROM object WHERE file = ?1 UNION ALL SELECT 1 FROM part WHERE file = ?1";
    let found = sqlx::query(sql).bind(file.name()).fetch_optional(db).await?;
    Ok(found.is_some())
}

async fn set(db: &mut SqliteConnection, name: &str, value: &str) -> sqlx::Result<Outcome> {
    let sql = "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    sqlx::query(sql).bind(name).bind(value).execute(db).await?;
    Ok(Outcome::default())
}
