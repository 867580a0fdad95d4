//! Sealing a snapshot: frames of 64 KiB, each encrypted and numbered, and the last one marked as such, so that none can be left out, moved,
//! cut off, or taken from another snapshot. docs/snapshots.md has the format.

use crate::{
    config::SessionKey,
    error::{Error, Result},
};
use aes_gcm::{
    Aes256Gcm, Key,
    aead::{
        generic_array::GenericArray,
        stream::{DecryptorBE32, EncryptorBE32},
    },
};
use hkdf::Hkdf;
use sha2::Sha256;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    mem::take,
};
use subtle::ConstantTimeEq;

const MAGIC: &[u8] = b"cloakroom sealed snapshot 1\n";
const SALT: usize = 32;
/// Tells another key from damage, and nothing else.
const MARK: usize = 16;
const FRAME: usize = 64 * 1024;
const TAG: usize = 16;
const LENGTH: usize = 4;
/// What this key encrypts, and no other one of ours.
const PURPOSE: &[u8] = b"cloakroom snapshot\0";
/// Each snapshot has a key of its own, so nothing random is needed here.
const NONCE: [u8; 7] = [0; 7];

/// What seals what is written to it.
pub(super) struct Sealed {
    stream: EncryptorBE32<Aes256Gcm>,
    clear: Vec<u8>,
    file: BufWriter<File>,
}

/// What opens what was sealed, frame by frame.
pub(in crate::jobs) struct Unsealed {
    stream: Option<DecryptorBE32<Aes256Gcm>>,
    file: BufReader<File>,
    clear: Vec<u8>,
    at: usize,
}

struct Keys {
    stream: Key<Aes256Gcm>,
    mark: [u8; MARK],
}

impl Keys {
    /// Of the snapshot with this salt and this name, so that none stands for another one.
    fn of(key: &SessionKey, salt: &[u8], name: &str) -> Result<Self> {
        let derived = Hkdf::<Sha256>::new(Some(salt), key.bytes());
        let (mut stream, mut mark) = (Key::<Aes256Gcm>::default(), [0; MARK]);
        let failed = |_| Error::Internal("no key can be derived".into());
        derived.expand_multi_info(&[PURPOSE, b"frames\0", name.as_bytes()], &mut stream).map_err(failed)?;
        derived.expand_multi_info(&[PURPOSE, b"mark"], &mut mark).map_err(failed)?;
        Ok(Self { stream, mark })
    }
}

impl Sealed {
    pub(super) fn begin(file: File, key: &SessionKey, name: &str) -> Result<Self> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|error| Error::Internal(error.to_string()))?;
        let (keys, mut file) = (Keys::of(key, &salt, name)?, BufWriter::new(file));
        let head = [MAGIC, &salt, &keys.mark].concat();
        file.write_all(&head).map_err(|error| Error::Internal(error.to_string()))?;
        let stream = EncryptorBE32::new(&keys.stream, GenericArray::from_slice(&NONCE));
        Ok(Self { stream, clear: Vec::with_capacity(FRAME * 2), file })
    }

    pub(super) fn finish(mut self) -> io::Result<File> {
        self.seal_full_frames()?;
        let mut frame = take(&mut self.clear);
        self.stream.encrypt_last_in_place(&[], &mut frame).map_err(|_| io::Error::other("a frame cannot be sealed"))?;
        write_frame(&mut self.file, &frame)?;
        self.file.into_inner().map_err(io::IntoInnerError::into_error)
    }

    /// The last frame, which may be a full one, is for the end.
    fn seal_full_frames(&mut self) -> io::Result<()> {
        while self.clear.len() > FRAME {
            let rest = self.clear.split_off(FRAME);
            let mut frame = std::mem::replace(&mut self.clear, rest);
            let sealed = self.stream.encrypt_next_in_place(&[], &mut frame);
            sealed.map_err(|_| io::Error::other("a frame cannot be sealed"))?;
            write_frame(&mut self.file, &frame)?;
        }
        Ok(())
    }
}

fn write_frame(file: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
    file.write_all(&length.to_be_bytes())?;
    file.write_all(frame)
}

impl Write for Sealed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = &bytes[..bytes.len().min(FRAME)];
        self.clear.extend_from_slice(taken);
        self.seal_full_frames()?;
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Unsealed {
    /// # Errors
    ///
    /// `Conflict` for what was sealed by another key, or is no such snapshot.
    pub(in crate::jobs) fn begin(file: File, key: &SessionKey, name: &str) -> Result<Self> {
        let mut file = BufReader::new(file);
        let mut head = [0; MAGIC.len() + SALT + MARK];
        let is_read = file.read_exact(&mut head).is_ok() && head.starts_with(MAGIC);
        if !is_read {
            return Err(Error::Conflict(format!("{name} is no sealed snapshot, or of another version.")));
        }
        let (salt, mark) = head[MAGIC.len()..].split_at(SALT);
        let keys = Keys::of(key, salt, name)?;
        if !bool::from(keys.mark.ct_eq(mark)) {
            return Err(Error::Conflict(format!(
                "{name} was sealed with another SESSION_KEY. Set the one that was in use when it was made."
            )));
        }
        let stream = DecryptorBE32::new(&keys.stream, GenericArray::from_slice(&NONCE));
        Ok(Self { stream: Some(stream), file, clear: Vec::new(), at: 0 })
    }

    /// Opens the next frame; none is left behind the last one.
    fn open_frame(&mut self) -> io::Result<()> {
        let Some(mut stream) = self.stream.take() else { return Ok(()) };
        let mut length = [0; LENGTH];
        self.file.read_exact(&mut length).map_err(|_| damaged())?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| damaged())?;
        if !(TAG..=FRAME + TAG).contains(&length) {
            return Err(damaged());
        }
        let mut frame = vec![0; length];
        self.file.read_exact(&mut frame).map_err(|_| damaged())?;
        if self.file.fill_buf()?.is_empty() {
            stream.decrypt_last_in_place(&[], &mut frame).map_err(|_| damaged())?;
        } else {
            stream.decrypt_next_in_place(&[], &mut frame).map_err(|_| damaged())?;
            self.stream = Some(stream);
        }
        (self.clear, self.at) = (frame, 0);
        Ok(())
    }
}

impl Read for Unsealed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.clear.len() && self.stream.is_some() {
            self.open_frame()?;
        }
        let given = (self.clear.len() - self.at).min(buffer.len());
        buffer[..given].copy_from_slice(&self.clear[self.at..self.at + given]);
        self.at += given;
        Ok(given)
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is damaged, cut short, or put together of others")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek;

    const NAME: &str = "20261127T003152Z-0123456789abcdef.jsonl.gz.sealed";
    const HEAD: usize = MAGIC.len() + SALT + MARK;
    const WHOLE: usize = LENGTH + FRAME + TAG;

    fn key(letter: &str) -> SessionKey {
        SessionKey::from_hex(&letter.repeat(64)).expect("a key")
    }

    fn sealed(clear: &[u8]) -> Vec<u8> {
        let mut sealed = Sealed::begin(tempfile::tempfile().expect("a file"), &key("a"), NAME).expect("begun");
        sealed.write_all(clear).expect("written");
        let mut file = sealed.finish().expect("finished");
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("read");
        bytes
    }

    fn opened(bytes: &[u8], letter: &str, name: &str) -> std::result::Result<Vec<u8>, String> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).and_then(|()| file.rewind()).expect("written");
        let mut unsealed = Unsealed::begin(file, &key(letter), name).map_err(|error| error.to_string())?;
        let mut clear = Vec::new();
        unsealed.read_to_end(&mut clear).map_err(|error| error.to_string())?;
        Ok(clear)
    }

    #[test]
    fn what_was_sealed_is_opened_whatever_its_length() {
        for length in [0, 1, FRAME - 1, FRAME, FRAME + 1, FRAME * 3, FRAME * 3 + 7] {
            let clear: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            assert!(opened(&sealed(&clear), "a", NAME).is_ok_and(|found| found == clear), "{length}");
        }
    }

    #[test]
    fn another_key_is_told_from_damage() {
        let bytes = sealed(b"names");
        assert!(opened(&bytes, "b", NAME).is_err_and(|words| words.contains("another SESSION_KEY")));
        assert!(opened(&bytes[1..], "a", NAME).is_err_and(|words| words.contains("no sealed snapshot")));
        assert!(!bytes.windows(5).any(|part| part == b"names"));
    }

    #[test]
    fn frames_that_are_cut_off_moved_exchanged_or_changed_are_refused() {
        let clear = vec![7; FRAME * 3];
        let (bytes, other) = (sealed(&clear), sealed(&clear));
        let frame = |of: &[u8], number: usize| of[HEAD + number * WHOLE..HEAD + (number + 1) * WHOLE].to_vec();
        let (head, [first, second, last]) = (bytes[..HEAD].to_vec(), [0, 1, 2].map(|number| frame(&bytes, number)));
        let mut changed = bytes.clone();
        changed[HEAD + LENGTH] ^= 1;
        let mut longer = bytes.clone();
        longer[HEAD] = 1;
        for (what, bad) in [
            ("cut off behind a frame", [head.clone(), first.clone(), second.clone()].concat()),
            ("cut off in a frame", bytes[..bytes.len() - 1].to_vec()),
            ("cut off behind the head", head.clone()),
            ("reordered", [head.clone(), second.clone(), first.clone(), last.clone()].concat()),
            ("one left out", [head.clone(), first.clone(), last.clone()].concat()),
            ("one of another snapshot", [head.clone(), frame(&other, 0), second.clone(), last.clone()].concat()),
            ("more behind the last", [bytes.clone(), last].concat()),
            ("changed", changed),
            ("a length beyond all bounds", longer),
        ] {
            assert!(opened(&bad, "a", NAME).is_err_and(|words| words.contains("damaged")), "{what}");
        }
        let renamed = NAME.replace("0031", "0032");
        assert!(
            opened(&bytes, "a", &renamed).is_err_and(|words| words.contains("damaged")),
            "an older one in its place"
        );
    }
}
