//! To be written.
use super::{Process, StartError};
/// This machine.
#[derive(Clone, Debug)]
pub struct Local {}
impl Local {
    /// Starts.
    pub fn start(&self) -> Result<Process, StartError> {
        Err(StartError { reason: String::new() })
    }
}
