//! The list of settings: their names, defaults and meanings, which `--help` prints and the README repeats.

/// One environment variable.
pub struct Setting {
    /// As the environment has it, such as `APP_URL`.
    pub name: &'static str,
    /// What holds when it is unset; empty when there is no value by default.
    pub default: &'static str,
    /// What it is for, in one line for operators.
    pub meaning: &'static str,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning }
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    setting("DATABASE_URL", "", "sqlite:… or postgresql://…, Neon's string as pasted; unset: SQLite in DATA_DIR"),
    setting(
        "DATABASE_DIRECT_URL",
        "",
        "the same PostgreSQL without a pooler in between, for migrations; unset: DATABASE_URL, without Neon's -pooler",
    ),
    setting(
        "DATABASE_RLS",
        "on",
        "on or off: whether PostgreSQL itself shows people their own rows alone; SQLite has no such thing",
    ),
    setting("R2_ACCOUNT_ID", "", "Cloudflare account, makes the endpoint https://<id>.r2.cloudflarestorage.com"),
    setting(
        "R2_ENDPOINT",
        "",
        "endpoint of another S3-compatible store or of an R2 jurisdiction, instead of R2_ACCOUNT_ID",
    ),
    setting("R2_REGION", "auto", "region that requests are signed for; other stores than R2 may want their own"),
    setting("R2_ACCESS_KEY_ID", "", "access key of a token with Object Read & Write"),
    setting("R2_SECRET_ACCESS_KEY", "", "its secret"),
    setting("R2_BUCKET_NAME", "", "the bucket"),
    setting(
        "R2_ADMIN_ACCESS_KEY_ID",
        "",
        "access key of a token with Admin Read & Write, for `cloakroom cors --apply` alone; the server needs none",
    ),
    setting("R2_ADMIN_SECRET_ACCESS_KEY", "", "its secret"),
    setting(
        "R2_PUBLIC_BASE_URL",
        "",
        "public URL of the bucket, if it is public; unset: private, read through signed URLs",
    ),
    setting("R2_KEY_PREFIX", "files/", "what object keys begin with"),
    setting("APP_URL", "", "where people reach Cloakroom, an origin; unset: http://localhost and the port of BIND"),
    setting("BIND", "127.0.0.1:3000", "address the app listens on"),
    setting("STORE_BIND", "127.0.0.1:9000", "address the embedded bucket listens on"),
    setting(
        "SESSION_KEY",
        "",
        "at least 64 hexadecimal digits that sign cookies; unset: made once and kept in the database",
    ),
    setting("SESSION_IDLE", "14days", "how long a browser stays signed in without coming back"),
    setting("SESSION_MAX_AGE", "90days", "how long a browser stays signed in at most"),
    setting("SESSION_GRACE", "10m", "how long those who are known may go on uploading while the database is away"),
    setting(
        "CLIENT_IP_HEADER",
        "",
        "header in which your proxy names the client, such as CF-Connecting-IP; unset: the peer",
    ),
    setting(
        "TRUSTED_PROXIES",
        "",
        "addresses and networks of your proxies, comma-separated; the client is the last in CLIENT_IP_HEADER that is none of them; unset: the last",
    ),
    setting(
        "SECURITY_CONTACT",
        "",
        "whom to tell of a hole, an email or a mailto: or https: URL, told by /.well-known/security.txt; unset: none",
    ),
    setting(
        "METRICS_TOKEN",
        "",
        "bearer token with which your monitor gets /metrics, and details from /readyz; unset: nobody does",
    ),
    setting("AUDIT_DAYS", "365", "days that the log keeps events, at most 36500; 0: for ever"),
    setting("DATA_DIR", "data", "folder for the embedded bucket, SQLite and unpacked assets"),
    setting(
        "UPLOAD_URL_TTL",
        "300s",
        "how long an upload URL with a size may be used, 1s to 7days; without one, at most 300s",
    ),
    setting("REQUIRE_SIZE", "false", "true: sign no upload URL without a size; advised for public buckets"),
    setting("PRESIGN_BURST", "2000", "uploads that an account may begin at once"),
    setting("PRESIGN_PER_SECOND", "100", "uploads that it may begin each second after that"),
    setting("PRESIGN_OPEN", "10000", "uploads that it may have begun and not confirmed, until their URLs expire"),
    setting("READ_URL_TTL", "15m", "how long a signed download URL may be used, 10s to 7days"),
    setting("SINGLE_PUT_MAX", "64 MiB", "largest upload made with one PUT"),
    setting("MAX_UPLOAD_SIZE", "50 GiB", "largest file, at most 4.9 TiB; beyond SINGLE_PUT_MAX it comes in parts"),
    setting("ALLOWED_TYPES", "*/*", "types taken, comma-separated, such as image/*, application/pdf"),
    setting("DEFAULT_QUOTA", "", "bytes a user may store unless the account says otherwise; unset: no limit"),
    setting(
        "SNAPSHOTS",
        "on",
        "on or off: whether the index is written into the bucket while it is used, sealed with SESSION_KEY if that is set",
    ),
    setting("LOG_FORMAT", "text", "text or json"),
    setting("RUST_LOG", "info,s3s=off,sqlx=warn,sea_orm_migration=warn,actix_session=error", "what is logged"),
];

/// The default of a setting by name.
pub(super) fn default_of(name: &str) -> Option<&'static str> {
    SETTINGS.iter().find(|setting| setting.name == name).map(|setting| setting.default).filter(|text| !text.is_empty())
}
