//! Who may ask: signatures, and what R2 refuses whoever signed it.

pub(crate) mod access;
pub(crate) mod signing;
