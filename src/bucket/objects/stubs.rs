//! What SDKs ask of a bucket before they do anything else, answered as it is with every bucket of R2.
//!
//! R2's list has the rules of lifecycle and encryption, but neither versioning nor ACLs; its answers to those are known
//! from reports. They are given all the same, since s3cmd and others go no further without:
//! <https://developers.cloudflare.com/r2/api/s3/api/>.

use s3s::{
    S3Error, S3Request, S3Response, S3Result,
    dto::{
        AbortIncompleteMultipartUpload, CreateBucketInput, ExpirationStatus, GetBucketAclOutput,
        GetBucketEncryptionOutput, GetBucketLifecycleConfigurationOutput, GetObjectAclInput, GetObjectAclOutput, Grant,
        Grantee, HeadBucketOutput, LifecycleRule, LifecycleRuleFilter, Owner, Permission, ServerSideEncryption,
        ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Type,
    },
    s3_error,
};

use super::{administration::LOCATION, key::Key, operations::Store};

/// Whom everything belongs to: there is one.
const OWNER: &str = "cloakroom";

/// The owner in listings and ACLs.
pub(crate) fn owner() -> Owner {
    Owner { display_name: Some(OWNER.to_owned()), id: Some(OWNER.to_owned()) }
}

impl Store {
    /// HeadBucket.
    pub(crate) fn presence(&self) -> HeadBucketOutput {
        HeadBucketOutput { bucket_region: Some(LOCATION.to_owned()), ..HeadBucketOutput::default() }
    }

    /// CreateBucket, of the bucket that is there.
    pub(crate) fn refuse_creation(&self, _: &S3Request<CreateBucketInput>) -> S3Error {
        s3_error!(BucketAlreadyOwnedByYou, "The bucket exists, and it is yours.")
    }

    /// GetBucketAcl.
    pub(crate) fn bucket_acl(&self) -> GetBucketAclOutput {
        GetBucketAclOutput { grants: Some(vec![grant()]), owner: Some(owner()) }
    }

    /// GetObjectAcl.
    pub(crate) async fn object_acl(
        &self,
        request: S3Request<GetObjectAclInput>,
    ) -> S3Result<S3Response<GetObjectAclOutput>> {
        self.look(&Key::parse(&request.input.key)?).await?;
        let output = GetObjectAclOutput { grants: Some(vec![grant()]), owner: Some(owner()), request_charged: None };
        Ok(S3Response::new(output))
    }

    /// GetBucketEncryption: R2 encrypts everything by itself,
    /// <https://developers.cloudflare.com/r2/reference/data-security/>.
    pub(crate) fn encryption(&self) -> GetBucketEncryptionOutput {
        let by_default = ServerSideEncryptionByDefault {
            kms_master_key_id: None,
            sse_algorithm: ServerSideEncryption::from_static(ServerSideEncryption::AES256),
        };
        let rule = ServerSideEncryptionRule {
            apply_server_side_encryption_by_default: Some(by_default),
            bucket_key_enabled: Some(true),
        };
        let rules = ServerSideEncryptionConfiguration { rules: vec![rule] };
        GetBucketEncryptionOutput { server_side_encryption_configuration: Some(rules) }
    }

    /// GetBucketLifecycleConfiguration: the one rule that every bucket of R2 has,
    /// <https://developers.cloudflare.com/r2/buckets/object-lifecycles/>.
    pub(crate) fn lifecycle(&self) -> GetBucketLifecycleConfigurationOutput {
        let rule = LifecycleRule {
            abort_incomplete_multipart_upload: Some(AbortIncompleteMultipartUpload { days_after_initiation: Some(7) }),
            expiration: None,
            filter: Some(LifecycleRuleFilter { prefix: Some(String::new()), ..LifecycleRuleFilter::default() }),
            id: Some("Default Multipart Abort Rule".to_owned()),
            noncurrent_version_expiration: None,
            noncurrent_version_transitions: None,
            prefix: None,
            status: ExpirationStatus::from_static(ExpirationStatus::ENABLED),
            transitions: None,
        };
        GetBucketLifecycleConfigurationOutput { rules: Some(vec![rule]), transition_default_minimum_object_size: None }
    }
}

fn grant() -> Grant {
    let grantee = Grantee {
        display_name: Some(OWNER.to_owned()),
        email_address: None,
        id: Some(OWNER.to_owned()),
        type_: Type::from_static(Type::CANONICAL_USER),
        uri: None,
    };
    Grant { grantee: Some(grantee), permission: Some(Permission::from_static(Permission::FULL_CONTROL)) }
}
