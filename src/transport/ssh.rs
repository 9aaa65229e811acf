//! To be written.
use super::{Process, StartError};
/// A connection.
#[derive(Clone, Debug)]
pub struct Connection {}
impl Connection {
    /// Starts.
    pub async fn start(&self) -> Result<Process, StartError> {
        Err(StartError { reason: String::new() })
    }
    /// Closes.
    pub async fn close(&self) {}
}
