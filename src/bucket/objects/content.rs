//! The bytes of an object, in one file or in those of its parts: opened so that they stay, and read as a stream.

use std::{collections::VecDeque, fs::File, io, ops::Range as Span, path::PathBuf};

use bytes::{Bytes, BytesMut};
use futures::{Stream, stream};
use s3s::{S3Error, S3Result, s3_error};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{key::Key, operations::Store};
use crate::bucket::{
    disk::{folder::Reading, index::StoredObject},
    error::{fault, slow_down},
};

/// Bytes read from the disk at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// Looks at an object again when its files went between the look and the opening: it was just replaced.
pub(crate) const MAX_LOOKS: usize = 5;

/// What an object is made of. It stays readable whatever happens to the object afterwards.
pub(crate) enum Content {
    File(File),
    Parts(Reading),
}

/// A stretch of one file.
struct Segment {
    source: Source,
    span: Span<u64>,
}

enum Source {
    Open(File),
    Closed(PathBuf),
}

impl Store {
    /// The object with a key, for whom its row is enough.
    pub(crate) async fn look(&self, key: &Key) -> S3Result<StoredObject> {
        let object = self.index.find(key.as_bytes()).await.map_err(fault)?;
        object.ok_or_else(|| s3_error!(NoSuchKey, "The specified key does not exist."))
    }

    /// The object with a key, and its bytes.
    pub(crate) async fn open(&self, key: &Key) -> S3Result<(StoredObject, Content)> {
        for _ in 0..MAX_LOOKS {
            let object = self.look(key).await?;
            let content = if object.part_size == 0 {
                self.open_file(&object).await?.map(Content::File)
            } else {
                self.open_parts(&object, key).await?.map(Content::Parts)
            };
            if let Some(content) = content {
                return Ok((object, content));
            }
        }
        Err(fault("an object's file is missing from the store's folder: restore it from a backup"))
    }

    /// A stretch of an object's bytes. A file shorter than its row breaks the stream off, so that nobody takes a part
    /// for the whole.
    pub(crate) async fn read(
        &self,
        key: &Key,
        object: &StoredObject,
        content: Content,
        span: Span<u64>,
    ) -> S3Result<impl Stream<Item = io::Result<Bytes>> + Send + Sync + use<>> {
        let (segments, reading) = match content {
            Content::File(file) => (VecDeque::from([Segment { source: Source::Open(file), span }]), None),
            Content::Parts(reading) => (self.segments(key, object, span).await?, Some(reading)),
        };
        let state = (None, segments, reading);
        Ok(stream::try_unfold(state, |(mut open, mut segments, reading)| async move {
            loop {
                if let Some((file, rest)) = open.take() {
                    let (bytes, rest) = chunk(file, rest).await?;
                    return Ok(Some((bytes, (rest, segments, reading))));
                }
                let Some(segment) = segments.pop_front() else { return Ok(None) };
                if !segment.span.is_empty() {
                    open = Some(segment.open().await?);
                }
            }
        }))
    }

    async fn open_file(&self, object: &StoredObject) -> S3Result<Option<File>> {
        let path = self.folder.path(&object.file);
        match tokio::task::spawn_blocking(move || File::open(path)).await.map_err(fault)? {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }

    /// Parts go once no row names them and nobody reads them. So a row that is still there now keeps them.
    async fn open_parts(&self, object: &StoredObject, key: &Key) -> S3Result<Option<Reading>> {
        let reading = self.folder.read(&object.file);
        let again = self.index.find(key.as_bytes()).await.map_err(fault)?;
        Ok(again.is_some_and(|again| again.file == object.file).then_some(reading))
    }

    /// All parts but the last have one size, so that it is known which of them hold a stretch.
    async fn segments(&self, key: &Key, object: &StoredObject, span: Span<u64>) -> S3Result<VecDeque<Segment>> {
        if span.is_empty() {
            return Ok(VecDeque::new());
        }
        let first = span.start / object.part_size;
        let count = (span.end - 1) / object.part_size - first + 1;
        let parts = self.index.parts_between(&object.file, first, count).await.map_err(fault)?;
        let mut begin = first * object.part_size;
        let mut segments = VecDeque::with_capacity(parts.len());
        for part in parts {
            let within = span.start.max(begin) - begin..span.end.min(begin + part.size) - begin;
            let source = Source::Closed(self.folder.path(&part.file));
            segments.push_back(Segment { source, span: within });
            begin += part.size;
        }
        if begin < span.end {
            return Err(self.why_missing(key, object).await?);
        }
        Ok(segments)
    }

    /// The parts of an object that goes leave the index with it: whoever had begun to read it asks once more.
    async fn why_missing(&self, key: &Key, object: &StoredObject) -> S3Result<S3Error> {
        let now = self.look(key).await?;
        Ok(match now.file == object.file {
            true => fault("an object's parts are missing from the store's index: restore it from a backup"),
            false => slow_down("The object was replaced while it was read. Try again."),
        })
    }
}

impl Segment {
    async fn open(self) -> io::Result<(tokio::fs::File, Span<u64>)> {
        let mut file = match self.source {
            Source::Open(file) => tokio::fs::File::from_std(file),
            Source::Closed(path) => tokio::fs::File::open(path).await?,
        };
        file.set_max_buf_size(CHUNK_BYTES);
        file.seek(io::SeekFrom::Start(self.span.start)).await?;
        Ok((file, self.span))
    }
}

/// The next bytes of a stretch, and what is left of it.
async fn chunk(
    mut file: tokio::fs::File,
    span: Span<u64>,
) -> io::Result<(Bytes, Option<(tokio::fs::File, Span<u64>)>)> {
    let wanted = usize::try_from(span.end - span.start).unwrap_or(usize::MAX).min(CHUNK_BYTES);
    let mut buffer = BytesMut::with_capacity(wanted);
    let count = (&mut file).take(wanted as u64).read_buf(&mut buffer).await?;
    if count == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let rest = span.start + count as u64..span.end;
    Ok((buffer.freeze(), (!rest.is_empty()).then_some((file, rest))))
}
