//! The application's logs on a host: which files, and what is new in them. Pure; the scripts that list
//! and read files are run by the command line.
//!
//! Nothing waits on the host: it is asked what is there, and for the bytes that are new. So nothing can
//! be left running there, rotation is seen from here, and after a lost connection it goes on where it was.

pub mod answer;
pub mod choice;
pub mod follow;
pub mod listing;
pub mod places;

pub use follow::{Begin, Follow, Line, Part, Which};
pub use listing::{Entry, Listing};
