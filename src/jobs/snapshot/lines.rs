//! What a snapshot is made of: compressed lines of JSON, the first of which says what it is, and the last how many there are.

use super::seal::{Sealed, Unsealed};
use crate::{
    config::SessionKey,
    database::table::Row,
    error::{Error, Result},
    storage::{Sealing, SnapshotKey},
};
use chrono::{DateTime, Utc};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::Path,
};

/// A row has names, a key, a folder and what was said of it, each of which is bounded.
const LONGEST_LINE: u64 = 256 * 1024;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::jobs) struct Head {
    /// The version of this format.
    pub cloakroom_snapshot: u32,
    /// The release that made it.
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    /// The last migration of the database that it is of.
    pub shape: String,
}

/// The last line.
#[derive(Serialize, Deserialize)]
struct End {
    /// Of all lines between the first and this one.
    lines: u64,
}

/// A row between them.
#[derive(Serialize, Deserialize)]
pub(in crate::jobs) struct Line {
    pub table: String,
    pub row: Row,
}

/// What a line is, on the way back.
pub(in crate::jobs) enum Said {
    Row(Line),
    /// It cannot be understood.
    Bad,
    /// It was the last, and none is missing.
    End,
}

enum Outlet {
    Open(BufWriter<File>),
    Sealed(Box<Sealed>),
}

/// Lines on their way into a file.
pub(super) struct Writer {
    out: GzEncoder<Outlet>,
    pub lines: u64,
}

/// Lines on their way out of one.
pub(in crate::jobs) struct Reader {
    lines: BufReader<GzDecoder<Box<dyn Read + Send>>>,
    count: u64,
}

/// A file for a while, which nobody else can open and which goes with this process.
pub(in crate::jobs) fn spool(folder: &Path) -> Result<File> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| Error::Internal(error.to_string()))?;
    let path = folder.join(format!("snapshot-{}.part", hex::encode(random)));
    let failed = |error: io::Error| Error::Internal(format!("{}: {error}", path.display()));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(failed)?;
    fs::remove_file(&path).map_err(failed)?;
    Ok(file)
}

impl Writer {
    pub(super) fn begin(file: File, key: &SnapshotKey, secret: Option<&SessionKey>, head: &Head) -> Result<Self> {
        let out = match secret {
            Some(secret) => Outlet::Sealed(Box::new(Sealed::begin(file, secret, key.name())?)),
            None => Outlet::Open(BufWriter::new(file)),
        };
        let mut writer = Self { out: GzEncoder::new(out, Compression::new(6)), lines: 0 };
        writer.line(head)?;
        Ok(writer)
    }

    pub(super) fn rows(mut self, table: &str, rows: Vec<Row>) -> Result<Self> {
        for row in rows {
            self.line(&Line { table: table.to_owned(), row })?;
            self.lines += 1;
        }
        Ok(self)
    }

    pub(super) fn finish(mut self) -> Result<File> {
        let lines = self.lines;
        self.line(&End { lines })?;
        let out = self.out.finish().map_err(unwritable)?;
        match out {
            Outlet::Open(file) => file.into_inner().map_err(|error| unwritable(error.into_error())),
            Outlet::Sealed(sealed) => sealed.finish().map_err(unwritable),
        }
    }

    fn line(&mut self, line: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_vec(line).map_err(|error| Error::Internal(error.to_string()))?;
        text.push(b'\n');
        self.out.write_all(&text).map_err(unwritable)
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(file) => file.write(bytes),
            Self::Sealed(sealed) => sealed.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(file) => file.flush(),
            Self::Sealed(sealed) => sealed.flush(),
        }
    }
}

impl Reader {
    /// The lines of a snapshot in a file that stands at its beginning, and what the first of them says.
    ///
    /// # Errors
    ///
    /// `Conflict`, in words, for a key that does not fit, or what is no snapshot.
    pub(in crate::jobs) fn begin(file: File, key: &SnapshotKey, secret: Option<&SessionKey>) -> Result<(Self, Head)> {
        let bytes: Box<dyn Read + Send> = match (key.sealing, secret) {
            (Sealing::Open, _) => Box::new(BufReader::new(file)),
            (Sealing::Sealed, Some(secret)) => Box::new(Unsealed::begin(file, secret, key.name())?),
            (Sealing::Sealed, None) => {
                let words = "is sealed. Set the SESSION_KEY that was in use when it was made.";
                return Err(Error::Conflict(format!("{} {words}", key.name())));
            }
        };
        let mut reader = Self { lines: BufReader::new(GzDecoder::new(bytes)), count: 0 };
        let line = reader.line().map_err(|error| unreadable(key, &error))?;
        let head = line.and_then(|line| serde_json::from_slice(&line).ok());
        let head = head.ok_or_else(|| Error::Conflict(format!("{} is no snapshot of Cloakroom.", key.name())))?;
        Ok((reader, head))
    }

    /// The next line. Behind the end there is none.
    ///
    /// # Errors
    ///
    /// `Conflict` for what is damaged, or ends before its end.
    pub(in crate::jobs) fn next(&mut self, key: &SnapshotKey) -> Result<Said> {
        let Some(line) = self.line().map_err(|error| unreadable(key, &error))? else {
            self.count += 1;
            return Ok(Said::Bad);
        };
        if let Ok(line) = serde_json::from_slice::<Line>(&line) {
            self.count += 1;
            return Ok(Said::Row(line));
        }
        match serde_json::from_slice::<End>(&line) {
            Ok(end) if end.lines == self.count => Ok(Said::End),
            Ok(_) => Err(unreadable(key, &io::Error::other("lines are missing"))),
            Err(_) => {
                self.count += 1;
                Ok(Said::Bad)
            }
        }
    }

    /// A line without its end; none for one that is longer than any may be.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        (&mut self.lines).take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if line.pop() == Some(b'\n') {
            return Ok(Some(line));
        }
        loop {
            let rest = self.lines.fill_buf()?;
            if rest.is_empty() {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends too early"));
            }
            let end = rest.iter().position(|byte| *byte == b'\n');
            let length = rest.len();
            self.lines.consume(end.map_or(length, |end| end + 1));
            if end.is_some() {
                return Ok(None);
            }
        }
    }
}

fn unwritable(error: io::Error) -> Error {
    Error::Internal(format!("a snapshot cannot be written to DATA_DIR: {error}"))
}

fn unreadable(key: &SnapshotKey, error: &io::Error) -> Error {
    Error::Conflict(format!("{} cannot be read: {error}. Name an older one with --snapshot.", key.name()))
}
