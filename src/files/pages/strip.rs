//! A file among those beside it in a list, as the viewer shows them.

use crate::files::{
    Preview, Ready,
    file::File,
    list::neighbours::Neighbours,
    paper::{Paper, print},
    view::{picture_url, tone_class},
};
use bytesize::ByteSize;

/// What is larger is read when it is looked at.
const PREFETCHED: ByteSize = ByteSize::mb(20);

/// A file among those beside it, in their order.
pub struct Strip {
    pub files: Vec<Beside>,
    /// Where it stands among them.
    index: usize,
    /// How many there are before it, and behind it.
    counts: Option<(i64, i64)>,
}

/// A file of the strip.
pub struct Beside {
    pub name: String,
    pub url: String,
    /// Where it is read ahead, if it is a picture that is not too large.
    pub picture_url: Option<String>,
    pub thumbnail_url: Option<String>,
    pub tone: String,
    pub tint: &'static str,
    pub badge: String,
    pub is_current: bool,
}

impl Strip {
    /// `url` says where each is looked at.
    pub fn of(beside: &Neighbours, file: &Ready, url: impl Fn(&Ready) -> String) -> Self {
        let all = beside.before.iter().chain([file]).chain(&beside.behind);
        let files = all.map(|one| Beside::of(one, url(one), one.id() == file.id())).collect();
        Self { files, index: beside.before.len(), counts: beside.counts }
    }

    /// The same with all that is read under another address than the app's own, and nothing read ahead.
    pub fn below(mut self, base: &str) -> Self {
        for one in &mut self.files {
            one.thumbnail_url = one.thumbnail_url.take().map(|url| format!("{base}{url}"));
            one.picture_url = None;
        }
        self
    }

    pub fn previous(&self) -> Option<&Beside> {
        self.index.checked_sub(1).and_then(|index| self.files.get(index))
    }

    pub fn next(&self) -> Option<&Beside> {
        self.files.get(self.index + 1)
    }

    /// Such as `12 of 214`, where they are counted.
    pub fn place(&self) -> Option<String> {
        self.counts.map(|(before, behind)| format!("{} of {}", before + 1, before + 1 + behind))
    }
}

impl Beside {
    fn of(file: &Ready, url: String, is_current: bool) -> Self {
        let content_type = file.content_type();
        let is_prefetched =
            content_type.preview() == Preview::Image && file.size().is_some_and(|size| size < PREFETCHED);
        Self {
            name: file.name().to_owned(),
            url,
            picture_url: is_prefetched.then(|| format!("/files/{}/content", file.id())),
            thumbnail_url: picture_url(file),
            tone: tone_class(file),
            tint: Paper::of(file.name(), &content_type).class(),
            badge: print(file.name(), &content_type, 3),
            is_current,
        }
    }
}
