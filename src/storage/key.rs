//! Object keys: `{prefix}{file_id}/{owner}/{name}`, which alone say when an upload was begun, by whom, and
//! what it is called.

use super::name::FileName;
use crate::ids::{FileId, UserId};

/// A key of our own shape. Nothing else builds or takes apart such keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectKey {
    /// Says when the upload was begun, and of what kind its URL is.
    pub file_id: FileId,
    /// The account that began the upload.
    pub owner: UserId,
    /// The file's name at that time.
    pub name: FileName,
    text: String,
}

impl ObjectKey {
    /// The key of an upload. `prefix` ends in a slash.
    pub fn new(prefix: &str, file_id: FileId, owner: UserId, name: FileName) -> Self {
        let text = format!("{prefix}{file_id}/{owner}/{name}");
        Self { file_id, owner, name, text }
    }

    /// `None` for keys of any other shape, such as the guide's `{uuid}-{name}`, and for other spellings
    /// of a key of ours: what is accepted is exactly what [`ObjectKey::new`] makes.
    pub fn parse(prefix: &str, text: &str) -> Option<Self> {
        let (file_id, rest) = text.strip_prefix(prefix)?.split_once('/')?;
        let (owner, name) = rest.split_once('/')?;
        let file_id: FileId = file_id.parse().ok()?;
        file_id.begun_at()?;
        let key = Self::new(prefix, file_id, owner.parse().ok()?, name.parse().ok()?);
        (key.text == text).then_some(key)
    }

    /// The key as the store and the table have it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UrlKind;
    use proptest::prelude::*;

    #[test]
    fn only_keys_of_our_own_shape_are_parsed() {
        let (file, user) = (FileId::generate(UrlKind::Strict), UserId::generate());
        let good = format!("files/{file}/{user}/a b.txt");
        assert_eq!(ObjectKey::parse("files/", &good).map(|key| key.as_str().to_owned()), Some(good.clone()));
        let random = uuid::Uuid::new_v4();
        for bad in [
            format!("{random}-test-image.png"),
            format!("files/{random}/{user}/a.txt"),
            format!("files/{file}/{user}/"),
            format!("files/{file}/{user}/a/b.txt"),
            format!("files/{file}/{user}/../x"),
            format!("files/{file}/{user}/.."),
            format!("files/{file}//a.txt"),
            format!("files/{}/{user}/a.txt", file.to_string().to_uppercase()),
            format!("other/{file}/{user}/a.txt"),
            format!("/{good}"),
            format!("{good}\0"),
            format!("files/{file}/{user}/re\u{301}.txt"),
            format!("files/{file}/{user}/{}", "a".repeat(201)),
        ] {
            assert_eq!(ObjectKey::parse("files/", &bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_key_survives_the_way_there_and_back(name in any::<String>()) {
            if let Ok(name) = name.parse::<FileName>() {
                let key = ObjectKey::new("files/", FileId::generate(UrlKind::Strict), UserId::generate(), name);
                prop_assert!(key.as_str().len() <= 1_024);
                prop_assert_eq!(ObjectKey::parse("files/", key.as_str()), Some(key));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>()) {
            if let Some(key) = ObjectKey::parse("files/", &text) {
                prop_assert_eq!(key.as_str(), text.as_str());
            }
        }
    }
}
