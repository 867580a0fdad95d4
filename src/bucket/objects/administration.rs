//! What is asked of the bucket itself: that it is there, where it is, and its CORS rules.

use std::sync::{Arc, PoisonError};

use s3s::{
    S3Request, S3Response, S3Result,
    dto::{
        Bucket, BucketLocationConstraint, CORSRule, DeleteBucketCorsOutput, GetBucketCorsOutput,
        GetBucketLocationOutput, ListBucketsOutput, Owner, PutBucketCorsInput, PutBucketCorsOutput, Timestamp,
    },
    s3_error,
};

use super::operations::Store;
use crate::bucket::{
    disk::{changes::Change, index::Index},
    error::fault,
    http::{
        cors::{Rule, Rules},
        digested::refuse_other_bytes,
    },
};

/// Where the index keeps the rules, once somebody has set them.
const RULES: &str = "cors_rules";

/// What R2 answers as a bucket's location when no hint was given.
pub(crate) const LOCATION: &str = "auto";

impl Store {
    /// The CORS rules that somebody has set; `None` in a bucket that has those it was made with.
    pub(crate) async fn stored_rules(index: &Index) -> sqlx::Result<Option<Rules>> {
        let stored = index.setting(RULES).await?;
        let rules = stored.map(|json| serde_json::from_str(&json)).transpose();
        rules.map_err(|error| sqlx::Error::Decode(error.into()))
    }

    /// The CORS rules that hold now.
    pub(crate) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// ListBuckets: the one there is.
    pub(crate) fn buckets(&self) -> ListBucketsOutput {
        let bucket = Bucket {
            name: Some(self.bucket.clone()),
            creation_date: Some(Timestamp::from(self.opened_at)),
            ..Bucket::default()
        };
        ListBucketsOutput { buckets: Some(vec![bucket]), owner: Some(Owner::default()), ..Default::default() }
    }

    /// GetBucketLocation.
    pub(crate) fn location(&self) -> GetBucketLocationOutput {
        GetBucketLocationOutput { location_constraint: Some(BucketLocationConstraint::from_static(LOCATION)) }
    }

    /// GetBucketCors. Without rules, that is an error of S3's.
    pub(crate) fn cors(&self) -> S3Result<GetBucketCorsOutput> {
        let rules = self.rules();
        if rules.is_empty() {
            return Err(s3_error!(NoSuchCORSConfiguration, "The CORS configuration does not exist."));
        }
        let rules = Rules::clone(&rules).into_rules().into_iter().map(written).collect();
        Ok(GetBucketCorsOutput { cors_rules: Some(rules) })
    }

    /// PutBucketCors: replaces every rule.
    pub(crate) async fn set_cors(
        &self,
        request: S3Request<PutBucketCorsInput>,
    ) -> S3Result<S3Response<PutBucketCorsOutput>> {
        refuse_other_bytes(&request.extensions, &request.headers)?;
        let rules = request.input.cors_configuration.cors_rules.into_iter().map(read).collect::<S3Result<_>>()?;
        let rules = Rules::checked(rules);
        let rules = rules.map_err(|reason| s3_error!(InvalidRequest, "The CORS rules are wrong: {reason}."))?;
        self.keep_rules(rules).await?;
        Ok(S3Response::new(PutBucketCorsOutput::default()))
    }

    /// DeleteBucketCors. An empty list is stored, rather than nothing: the rules of a new bucket must not come back.
    pub(crate) async fn delete_cors(&self) -> S3Result<S3Response<DeleteBucketCorsOutput>> {
        self.keep_rules(Rules::default()).await?;
        Ok(S3Response::new(DeleteBucketCorsOutput::default()))
    }

    async fn keep_rules(&self, rules: Rules) -> S3Result<()> {
        let value = serde_json::to_string(&rules).map_err(fault)?;
        self.writer.apply(Change::Setting { name: RULES, value }).await?;
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        Ok(())
    }
}

fn read(rule: CORSRule) -> S3Result<Rule> {
    let too_small = |_| s3_error!(InvalidRequest, "MaxAgeSeconds must not be negative.");
    Ok(Rule {
        id: rule.id,
        origins: rule.allowed_origins,
        methods: rule.allowed_methods,
        headers: rule.allowed_headers.unwrap_or_default(),
        exposed: rule.expose_headers.unwrap_or_default(),
        max_age: rule.max_age_seconds.map(u32::try_from).transpose().map_err(too_small)?,
    })
}

fn written(rule: Rule) -> CORSRule {
    let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
    CORSRule {
        id: rule.id,
        allowed_origins: rule.origins,
        allowed_methods: rule.methods,
        allowed_headers: some(rule.headers),
        expose_headers: some(rule.exposed),
        max_age_seconds: rule.max_age.and_then(|seconds| i32::try_from(seconds).ok()),
    }
}
