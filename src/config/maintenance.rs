//! Whether visitors see a page of maintenance while a release goes live.

use crate::secret::SecretName;

/// What visitors see from before the migrations until the new release is proved to be served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maintenance {
    /// The secret with which a browser sees the application all the same.
    pub secret: Option<SecretName>,
    /// Seconds after which visitors and search engines are told to come again.
    pub retry: Option<u64>,
    /// Seconds after which browsers load the page again.
    pub refresh: Option<u64>,
    /// The view that is rendered beforehand, by the framework.
    pub render: Option<String>,
    /// The page where the framework has none: a file of the release.
    pub page: Option<String>,
}
