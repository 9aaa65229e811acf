//! The database of the application, as the application itself knows it: a PHP program asks it, in a
//! release, with the host's own PHP. Its settings stay on the host.

/// The program; `check`, `describe DIR` and others are its first argument. It arrives on the standard
/// input of PHP (`php -- check`), with a release as the working directory.
pub const PROGRAM: &str = concat!(
    include_str!("../../templates/database-settings.php"),
    include_str!("../../templates/database.php")
);
