//! HTTP plumbing: who is calling, what a page looks like around its content, how errors are drawn.

pub mod address;
pub mod assets;
pub mod caller;
pub mod confirmation;
pub mod connections;
pub mod cross_site;
pub mod deadline;
pub mod fields;
pub mod flash;
pub mod guesses;
pub mod headers;
pub mod intake;
pub mod known_browser;
pub mod monitor;
pub mod page;
pub mod problems;
pub mod refusals;
pub mod session;
pub mod signed;
pub mod wrong;

pub use address::Address;
pub use caller::{Admin, Caller, SignedIn};
pub use fields::Fields;
pub use flash::{Flash, Left, Undo};
pub use guesses::Guesses;
pub use monitor::Monitor;
pub use page::{Frame, see_other};
pub use wrong::Wrong;
