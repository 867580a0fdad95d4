//! ListMultipartUploads: what was begun and is not complete.

use s3s::{
    S3Request, S3Response, S3Result,
    dto::{
        Initiator, ListMultipartUploadsInput, ListMultipartUploadsOutput, MultipartUpload, Owner, StorageClass,
        Timestamp,
    },
};

use crate::bucket::{
    disk::{index::Index, unfinished::ListedUpload},
    error::fault,
    objects::{
        conditions::moment,
        encoding::Encoding,
        key::normalise,
        list::page_size,
        operations::Store,
        walk::{behind, behind_all, group},
    },
};

/// One page to be walked.
struct Walk {
    prefix: String,
    delimiter: Option<String>,
    /// The first place to look at, as bytes that need not be a key.
    from: Vec<u8>,
    /// Of the uploads whose key is that place, those behind this id.
    after: String,
    /// Uploads and groups together.
    max: usize,
}

/// One page.
#[derive(Default)]
struct Page {
    uploads: Vec<ListedUpload>,
    groups: Vec<String>,
    /// The key and the id of the last upload on the page, or a group and nothing.
    last: (String, String),
    is_truncated: bool,
}

impl Store {
    /// ListMultipartUploads.
    pub(crate) async fn list_uploads(
        &self,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        let input = request.input;
        let encoding = Encoding::of(input.encoding_type.as_ref())?;
        let max_uploads = page_size(input.max_uploads, "max-uploads")?;
        let page = Walk::of(&input, max_uploads).page(&self.index).await.map_err(fault)?;
        let next = page.is_truncated.then_some(page.last);
        let (next_key_marker, next_upload_id_marker) = next.map(|(key, id)| (encoding.write(&key), id)).unzip();
        let written = |text: &Option<String>| text.as_deref().map(|text| encoding.write(text));
        Ok(S3Response::new(ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            prefix: Some(written(&input.prefix).unwrap_or_default()),
            delimiter: written(&input.delimiter),
            key_marker: Some(written(&input.key_marker).unwrap_or_default()),
            upload_id_marker: Some(input.upload_id_marker.unwrap_or_default()),
            next_key_marker,
            next_upload_id_marker,
            max_uploads: Some(max_uploads),
            is_truncated: Some(page.is_truncated),
            uploads: Some(page.uploads.into_iter().map(|upload| listed(upload, encoding)).collect()),
            common_prefixes: Some(page.groups.iter().map(|group| encoding.group(group)).collect()),
            encoding_type: input.encoding_type,
            request_charged: None,
        }))
    }
}

impl Walk {
    fn of(input: &ListMultipartUploadsInput, max: i32) -> Self {
        let prefix = normalise(input.prefix.as_deref().unwrap_or_default());
        let delimiter = input.delimiter.as_deref().filter(|text| !text.is_empty()).map(normalise);
        let marker = input.key_marker.as_deref().filter(|text| !text.is_empty()).map(normalise);
        let id = input.upload_id_marker.as_deref().filter(|text| !text.is_empty());
        let (from, after) = match (marker, id) {
            (None, _) => (Vec::new(), String::new()),
            (Some(marker), Some(id)) => (marker.into_bytes(), id.to_owned()),
            (Some(marker), None) if group(&prefix, delimiter.as_deref(), &marker).as_ref() == Some(&marker) => {
                (behind_all(&marker), String::new())
            }
            (Some(marker), None) => (behind(&marker), String::new()),
        };
        Self { prefix, delimiter, from, after, max: usize::try_from(max).unwrap_or_default() }
    }

    async fn page(mut self, index: &Index) -> sqlx::Result<Page> {
        let mut page = Page::default();
        let below = behind_all(&self.prefix);
        if self.from.as_slice() < self.prefix.as_bytes() {
            (self.from, self.after) = (self.prefix.clone().into_bytes(), String::new());
        }
        while self.max > 0 {
            let wanted = self.max + 1;
            let rows = index.uploads(&self.from, &self.after, &below, wanted).await?;
            let exhausted = rows.len() < wanted;
            for row in rows {
                if row.key.as_bytes() < self.from.as_slice() {
                    continue;
                }
                if page.uploads.len() + page.groups.len() == self.max {
                    page.is_truncated = true;
                    return Ok(page);
                }
                self.take(row, &mut page);
            }
            if exhausted {
                break;
            }
        }
        Ok(page)
    }

    /// Puts a row on the page and goes on behind it.
    fn take(&mut self, row: ListedUpload, page: &mut Page) {
        if let Some(group) = group(&self.prefix, self.delimiter.as_deref(), &row.key) {
            (self.from, self.after) = (behind_all(&group), String::new());
            page.last = (group.clone(), String::new());
            page.groups.push(group);
        } else {
            (self.from, self.after) = (row.key.clone().into_bytes(), row.id.clone());
            page.last = (row.key.clone(), row.id.clone());
            page.uploads.push(row);
        }
    }
}

fn listed(upload: ListedUpload, encoding: Encoding) -> MultipartUpload {
    MultipartUpload {
        key: Some(encoding.write(&upload.key)),
        upload_id: Some(upload.id),
        initiated: Some(Timestamp::from(moment(upload.begun_at))),
        initiator: Some(Initiator::default()),
        owner: Some(Owner::default()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        ..MultipartUpload::default()
    }
}
