//! HTTP plumbing: who is calling, what a page looks like around its content, how errors are drawn.

pub mod address;
pub mod assets;
pub mod caller;
pub mod client_ip;
pub mod confirmation;
pub mod connections;
pub mod csrf;
pub mod deadline;
pub mod form;
pub mod headers;
pub mod intake;
pub mod known_browser;
pub mod layout;
pub mod limits;
pub mod monitor;
pub mod moved_files;
pub mod notice;
pub mod problem;
pub mod problem_of_one;
mod problem_page;
pub mod refusals;
pub mod respond;
pub mod session;
pub mod signed;
pub mod wrong;
pub mod zone;

pub use address::{Address, Asked, Misread};
pub use caller::{Admin, Caller, SignedIn};
pub use client_ip::ClientIp;
pub use form::Fields;
pub use layout::Layout;
pub use monitor::Monitor;
pub use notice::{Left, Notice, Undo};
pub use respond::see_other;
pub use wrong::Wrong;
pub use zone::Reader;
