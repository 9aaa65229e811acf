//! The PHPs of a host, and which of them runs the site.

use serde::{Deserialize, Serialize};

/// The PHP that steps run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Php {
    /// As in `8.2.29`.
    pub version: String,
    /// The path of the program.
    pub binary: String,
    /// What it was started as: a name, or its path.
    #[serde(default)]
    pub program: String,
}

/// All that is known of the PHPs of a host besides the one that steps run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phps {
    /// Those that panels and systems install beside others, the oldest first.
    pub installed: Vec<Installed>,
    /// What runs the site, where that can be told.
    pub site: Option<SitePhp>,
    /// The version of the one that is found by its name, where another one was taken for it.
    pub plain: Option<String>,
}

/// A PHP that is there, by its path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// The first two numbers, as `8.2`.
    pub version: String,
    /// The path of the program.
    pub path: String,
}

/// What the web server runs the site with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitePhp {
    /// The first two numbers, as `8.2`.
    pub version: String,
    /// Who packages it: `ea` (cPanel), `alt` (CloudLinux), or `any`.
    pub family: String,
    /// What tells it.
    pub by: Teller,
}

/// What tells which PHP runs a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Teller {
    /// A block of the panel in a `.htaccess`, by the path of the file.
    Htaccess(String),
    /// Another line of a `.htaccess`.
    Line(String),
    /// cPanel, for the site of that name.
    Panel(String),
    /// cPanel: the site of that name has what the machine has.
    PanelDefault(String),
    /// CloudLinux's selector, for the account.
    Selector,
}

impl Teller {
    /// Says it in words, as `by /home/ana/public_html/.htaccess`.
    pub fn words(&self) -> String {
        match self {
            Self::Htaccess(path) | Self::Line(path) => format!("by {path}"),
            Self::Panel(site) => format!("by cPanel, for {site}"),
            Self::PanelDefault(site) => format!("by cPanel, where {site} has the default"),
            Self::Selector => "by the account's PHP selector".to_owned(),
        }
    }
}

impl Phps {
    /// Returns the path of the PHP that runs the site, where it is installed for the command line as well.
    pub fn of_site(&self) -> Option<&str> {
        let site = self.site.as_ref()?;
        let mut same = self.installed.iter().filter(|php| php.version == site.version);
        let first = same.clone().next()?;
        let own = same.find(|php| {
            php.path.contains(&format!("/{}-php", site.family))
                || php.path.contains(&format!("/{}/php", site.family))
        });
        Some(&own.unwrap_or(first).path)
    }

    /// Reads `8.2 /opt/alt/php82/usr/bin/php`.
    pub(super) fn found(&mut self, value: &str) {
        if let Some((version, path)) = value.split_once(' ') {
            self.installed.push(Installed { version: version.to_owned(), path: path.to_owned() });
        }
    }

    /// Reads `8.2 alt htaccess /home/ana/public_html/.htaccess`.
    pub(super) fn read_site(&mut self, value: &str) {
        let mut words = value.splitn(4, ' ');
        let mut next = || words.next().unwrap_or_default().to_owned();
        let (version, family, by, detail) = (next(), next(), next(), next());
        let by = match by.as_str() {
            "htaccess" => Teller::Htaccess(detail),
            "htaccess-line" => Teller::Line(detail),
            "cpanel" => Teller::Panel(detail),
            "cpanel-default" => Teller::PanelDefault(detail),
            "selector" => Teller::Selector,
            _ => return,
        };
        self.site = Some(SitePhp { version, family, by });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_s_php_is_the_one_of_its_family() {
        let mut phps = Phps::default();
        for found in [
            "8.1 /opt/alt/php81/usr/bin/php",
            "8.2 /opt/alt/php82/usr/bin/php",
            "8.2 /opt/cpanel/ea-php82/root/usr/bin/php",
        ] {
            phps.found(found);
        }
        for (told, path, words) in [
            (
                "8.2 ea cpanel shop.example",
                Some("/opt/cpanel/ea-php82/root/usr/bin/php"),
                "by cPanel, for shop.example",
            ),
            ("8.2 alt selector", Some("/opt/alt/php82/usr/bin/php"), "by the account's PHP selector"),
            (
                "8.2 any htaccess /home/a b/.htaccess",
                Some("/opt/alt/php82/usr/bin/php"),
                "by /home/a b/.htaccess",
            ),
            (
                "8.1 ea cpanel-default a.b",
                Some("/opt/alt/php81/usr/bin/php"),
                "by cPanel, where a.b has the default",
            ),
            ("8.1 any htaccess-line /srv/.htaccess", Some("/opt/alt/php81/usr/bin/php"), "by /srv/.htaccess"),
            ("7.4 ea cpanel a.b", None, "by cPanel, for a.b"),
        ] {
            phps.read_site(told);
            assert_eq!(phps.of_site(), path, "{told}");
            assert_eq!(phps.site.as_ref().unwrap().by.words(), words);
        }
        phps.read_site("8.0 ea rumour");
        assert_eq!(phps.site.as_ref().unwrap().version, "7.4");
    }
}
