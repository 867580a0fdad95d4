//! What a request may bring at most.

use bytesize::ByteSize;

/// The largest body of a request. Nothing that a client sends to the app itself is larger: files go to the store.
pub const MAX_BODY: ByteSize = ByteSize::kib(64);
