//! What is done without a request.

pub mod adopt;
pub mod second_look;
