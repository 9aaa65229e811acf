//! A host's `shared/.env`, brought here over the session.

use std::fmt;

use minijinja::context;

use super::super::backup::script::Script;
use super::super::hosts::Reached;
use crate::dotenv::Settings;
use crate::facts::env_file;

const READ: Script = Script::new("env-read.sh", include_str!("../../../templates/env-read.sh"));

/// What a host has. `Debug` does not show it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Remote {
    /// The bytes of `shared/.env`; `None`: there is none.
    pub bytes: Option<Vec<u8>>,
    /// Where it leads, when it is a link.
    pub link: Option<String>,
    /// The application's key that is kept beside the records.
    pub kept_key: Option<String>,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("link", &self.link).finish_non_exhaustive()
    }
}

impl Remote {
    /// Returns the value of a key, as the file stands.
    pub fn value(&self, key: &str) -> Option<String> {
        let settings = Settings::read(self.bytes.as_deref()?).ok()?;
        settings.plain().swap_remove(key).flatten().filter(|value| !value.is_empty())
    }
}

/// Reads the file.
///
/// # Errors
/// A reason in words.
pub async fn read(host: &mut Reached) -> Result<Remote, String> {
    let values = context! { deploy_to => host.facts.layout().deploy_to() };
    let lines = READ.lines(&mut host.session, &values).await?;
    let mut remote = Remote::default();
    for line in &lines {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("problem", reason) => return Err(reason.to_owned()),
            ("link", target) => remote.link = Some(target.to_owned()),
            ("file", "") => remote.bytes = Some(Vec::new()),
            ("bytes", text) => {
                let bytes = env_file::bytes(text).ok_or("the host's answer is no file")?;
                remote.bytes.get_or_insert_default().extend(bytes);
            }
            ("key", text) => remote.kept_key = env_file::bytes(text).and_then(key),
            _ => {}
        }
    }
    if lines.last().is_some_and(|line| line == "read") {
        Ok(remote)
    } else {
        Err("the host did not say what there is".to_owned())
    }
}

fn key(bytes: Vec<u8>) -> Option<String> {
    let key = String::from_utf8(bytes).ok()?.trim().to_owned();
    (!key.is_empty()).then_some(key)
}
