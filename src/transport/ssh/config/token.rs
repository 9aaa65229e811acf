//! What ssh leaves for later in file names: `~` and the `%` tokens. Pure.

use std::path::{Path, PathBuf};

/// The values of the tokens.
#[derive(Clone, Copy, Debug)]
pub(in crate::transport::ssh) struct Tokens<'a> {
    /// `%d` and `~`.
    pub home: &'a Path,
    /// `%u`.
    pub local_user: &'a str,
    /// `%n`.
    pub name: &'a str,
    /// `%h`.
    pub address: &'a str,
    /// `%r`.
    pub user: &'a str,
    /// `%p`.
    pub port: u16,
}

impl Tokens<'_> {
    /// Expands a file name.
    ///
    /// # Errors
    /// A token that is not known.
    pub fn path(&self, text: &str) -> Result<PathBuf, String> {
        let text = self.text(text)?;
        Ok(match text.strip_prefix("~/") {
            Some(rest) => self.home.join(rest),
            None if text == "~" => self.home.to_owned(),
            None => PathBuf::from(text),
        })
    }

    /// Expands the `%` tokens of a text.
    ///
    /// # Errors
    /// A token that is not known.
    pub fn text(&self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut chars = text.chars();
        while let Some(char) = chars.next() {
            if char != '%' {
                out.push(char);
                continue;
            }
            match chars.next() {
                Some('%') => out.push('%'),
                Some('d') => out.push_str(&self.home.to_string_lossy()),
                Some('u') => out.push_str(self.local_user),
                Some('n') => out.push_str(self.name),
                Some('h') => out.push_str(self.address),
                Some('r') => out.push_str(self.user),
                Some('p') => out.push_str(&self.port.to_string()),
                other => {
                    return Err(format!("%{} in `{text}` is not supported", other.unwrap_or(' ')));
                }
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens<'static> {
        Tokens {
            home: Path::new("/home/ana"),
            local_user: "ana",
            name: "web",
            address: "web.example.com",
            user: "deploy",
            port: 2222,
        }
    }

    #[test]
    fn every_token_is_expanded() {
        assert_eq!(
            tokens().text("%d %u %n %h %r %p %%h").unwrap(),
            "/home/ana ana web web.example.com deploy 2222 %h"
        );
        assert_eq!(tokens().path("~/.ssh/id_%h").unwrap(), Path::new("/home/ana/.ssh/id_web.example.com"));
        assert_eq!(tokens().path("/~/x").unwrap(), Path::new("/~/x"));
    }

    #[test]
    fn an_unknown_token_is_an_error() {
        assert_eq!(tokens().text("a%C").unwrap_err(), "%C in `a%C` is not supported");
        assert_eq!(tokens().text("a%").unwrap_err(), "%  in `a%` is not supported");
    }
}
