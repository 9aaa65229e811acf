//! Where repositories are: which addresses are taken, how they are shown, and what an address means
//! that is given from another one.

use super::printable::printable;

/// Transports that name no program: git's own.
const SCHEMES: [&str; 7] = ["https", "http", "ssh", "git", "file", "git+ssh", "ssh+git"];

/// Why an address is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is none.
    #[error("it is empty")]
    Empty,
    /// `ext::…` and its like start programs that the address names.
    #[error("it would start a program")]
    Helper,
    /// Something that begins like an option, or a host that does.
    #[error("it begins like an option")]
    Option,
    /// A line break or another control character.
    #[error("it holds control characters")]
    Control,
    /// A scheme that git does not know by itself.
    #[error("its scheme is none of https, ssh, git and file")]
    Scheme,
    /// More `../` than there are folders.
    #[error("it leads out of the server that it is relative to")]
    Above,
}

/// Tells a URL from a path, as git does: `scheme://…`, or `[user@]host:path`.
pub(super) fn is_url(repository: &str) -> bool {
    let before = repository.split('/').next().unwrap_or(repository);
    repository.contains("://") || before.contains(':')
}

/// Tells whether the repository is on this machine.
pub(super) fn is_local(address: &str) -> bool {
    address.starts_with("file://") || !is_url(address)
}

/// Returns the URL as it may be shown.
pub(super) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return printable(url) };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        // A token may stand in the place of the user, so nothing of both is shown.
        Some((_, host)) => printable(&format!("{scheme}://{host}{path}")),
        None => printable(url),
    }
}

/// Refuses an address that does more than name a repository. It may have been written by anybody.
pub(super) fn check(address: &str) -> Result<(), AddressError> {
    let scheme_end = address.find(|char: char| !char.is_ascii_alphanumeric() && !"+-.".contains(char));
    let (before, after) = address.split_at(scheme_end.unwrap_or(address.len()));
    let host = match after.strip_prefix("://") {
        Some(rest) => rest,
        None => address,
    };
    let host = host.split('/').next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    match () {
        () if address.is_empty() => Err(AddressError::Empty),
        () if address.contains(char::is_control) => Err(AddressError::Control),
        () if after.starts_with("::") => Err(AddressError::Helper),
        () if address.starts_with('-') || host.starts_with('-') => Err(AddressError::Option),
        () if after.starts_with("://") && !SCHEMES.contains(&before) => Err(AddressError::Scheme),
        () => Ok(()),
    }
}

/// Returns what an address of a submodule means in a repository that came from `base`: `./` and `../`
/// at its beginning go through the folders of that, as git takes them.
pub(super) fn relative(base: &str, address: &str) -> Result<String, AddressError> {
    if !address.starts_with("./") && !address.starts_with("../") {
        return Ok(address.to_owned());
    }
    let floor = floor(base);
    let (mut base, mut rest, mut separator) = (base.trim_end_matches('/'), address, '/');
    loop {
        if let Some(below) = rest.strip_prefix("../") {
            let end = base.rfind('/').or_else(|| base.rfind(':')).ok_or(AddressError::Above)?;
            if end < floor {
                return Err(AddressError::Above);
            }
            separator = if base[end..].starts_with(':') { ':' } else { '/' };
            (base, rest) = (&base[..end], below);
        } else if let Some(below) = rest.strip_prefix("./") {
            rest = below;
        } else {
            return Ok(format!("{base}{separator}{}", rest.trim_end_matches('/')));
        }
    }
}

/// Returns how much of an address names its server: no `../` takes it away.
fn floor(base: &str) -> usize {
    match base.find("://") {
        Some(end) => base[end + 3..].find('/').map_or(base.len(), |slash| end + 3 + slash),
        None if is_url(base) => base.find(':').unwrap_or_default(),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_paths_are_told_apart_as_git_does() {
        for url in ["https://x.example/a.git", "git@x.example:a/b.git", "file:///srv/a.git", "host:a"] {
            assert!(is_url(url), "{url}");
        }
        for path in [".", "../shop", "/srv/a:b.git", "./a:b", "shop"] {
            assert!(!is_url(path), "{path}");
        }
    }

    #[test]
    fn what_a_url_says_about_the_user_is_not_shown() {
        assert_eq!(without_password("https://ana:p@ss@x.example/a@b.git"), "https://x.example/a@b.git");
        assert_eq!(without_password("git@x.example:a/b.git"), "git@x.example:a/b.git");
        assert_eq!(without_password("/srv/\u{1b}[31m"), "/srv/\u{fffd}[31m");
    }

    #[test]
    fn an_address_that_does_more_than_name_a_repository_is_refused() {
        for (address, expected) in [
            ("", AddressError::Empty),
            ("ext::sh -c 'touch pwned'", AddressError::Helper),
            ("fd::17/foo", AddressError::Helper),
            ("--upload-pack=touch pwned", AddressError::Option),
            ("-oProxyCommand=x:y", AddressError::Option),
            ("ssh://-oProxyCommand=x/y", AddressError::Option),
            ("ssh://ana@-oProxyCommand=x/y", AddressError::Option),
            ("ana@-oProxyCommand=x:y", AddressError::Option),
            ("https://x.example/a\nhost=evil.example", AddressError::Control),
            ("gopher://x.example/a", AddressError::Scheme),
        ] {
            assert_eq!(check(address), Err(expected), "{address}");
        }
        for good in [
            "https://x.example/a.git",
            "git@x.example:a/b.git",
            "ssh://git@x.example:2222/a",
            "[::1]:a.git",
            "/srv/a::b.git",
            "file:///srv/-a.git",
            "../lib",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_relative_address_goes_through_the_folders_of_the_repository_it_stands_in() {
        for (base, address, expected) in [
            ("https://x.example/acme/shop.git", "../theme.git", "https://x.example/acme/theme.git"),
            ("https://x.example/acme/shop.git/", "../../other/theme", "https://x.example/other/theme"),
            ("https://x.example/acme/shop", "./theme/", "https://x.example/acme/shop/theme"),
            ("git@x.example:acme/shop.git", "../theme.git", "git@x.example:acme/theme.git"),
            ("git@x.example:acme/shop.git", "../../theme.git", "git@x.example:theme.git"),
            ("ssh://x.example:22/acme/shop", "../theme", "ssh://x.example:22/acme/theme"),
            // Only what stands at the beginning is taken apart.
            ("/srv/git/shop.git", ".././a/../theme", "/srv/git/a/../theme"),
            ("file:///srv/shop", "../theme", "file:///srv/theme"),
            ("/srv/shop", "https://y.example/a", "https://y.example/a"),
            ("/srv/shop", "theme", "theme"),
        ] {
            assert_eq!(relative(base, address).as_deref(), Ok(expected), "{base} {address}");
        }
        for (base, address) in [
            ("https://x.example/shop", "../../evil.example/a"),
            ("git@x.example:shop", "../../a"),
            ("shop", "../a"),
        ] {
            assert_eq!(relative(base, address), Err(AddressError::Above), "{base} {address}");
        }
    }
}
