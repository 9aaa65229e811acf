use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::config::overrides::Overrides;
use crate::config::project::Project;
use crate::config::{Config, Location};
use crate::facts::php::{SitePhp, Teller};
use crate::facts::{Php, Phps};
use crate::plan::inputs::Origin;

/// A host as deploy.yml has it, with or without a PHP of its own.
fn host(php: Option<&str>) -> (Config, Facts) {
    let php = php.map_or_else(String::new, |php| format!(", php: {php}"));
    let text = format!(
        "application: shop\nrecipe: php\nstages:\n  live:\n    hosts:\n      web1: {{ deploy_to: /srv/shop{php} }}\n"
    );
    let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let project = Project::new("deploy.yml", Path::new(""), &text, &none).unwrap();
    (project.stage("live", &Overrides::default()).unwrap(), Facts::default())
}

fn php(version: &str, program: &str) -> Option<Php> {
    Some(Php { version: version.to_owned(), binary: program.to_owned(), program: program.to_owned() })
}

/// A host of CloudLinux with these PHPs beside `php`.
fn phps(versions: &[&str], site: Option<&str>) -> Phps {
    let path = |version: &str| format!("/opt/alt/php{}/usr/bin/php", version.replace('.', ""));
    let installed =
        versions.iter().map(|version| Installed { version: (*version).to_owned(), path: path(version) });
    let site = site.map(|version| SitePhp {
        version: version.to_owned(),
        family: "any".to_owned(),
        by: Teller::Selector,
    });
    Phps { installed: installed.collect(), site, plain: None }
}

fn platform(php: &str) -> Platform {
    Platform::of(&format!(r#"{{"require": {{"php": "{php}", "ext-intl": "*", "ext-gd": "*"}}}}"#), None)
}

/// Returns the problems, and the warnings.
fn told(config: &Config, facts: &Facts, platform: Platform) -> (Vec<Problem>, Vec<String>) {
    let (addresses, all, environment) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let source = Origin { platform, ..Origin::default() };
    let now = jiff::Timestamp::UNIX_EPOCH;
    let inputs = Inputs {
        config,
        facts: &all,
        addresses: &addresses,
        source: &source,
        environment: &environment,
        now,
    };
    let host = &config.hosts[0];
    (problems(&inputs, host, facts), warnings(&inputs, host, facts))
}

#[test]
fn the_place_where_a_user_names_the_php_is_known() {
    assert_eq!(host(None).0.hosts[0].php_at, None);
    let expected = Location { file: "deploy.yml".to_owned(), line: 6, column: 37 };
    assert_eq!(host(Some("php8.2")).0.hosts[0].php_at, Some(expected));
}

#[test]
fn the_site_s_own_is_taken_then_the_plain_one_and_the_newest_only_where_that_is_too_old() {
    let (config, facts) = host(None);
    let web1 = &config.hosts[0];
    let all = ["7.4", "8.1", "8.2", "8.4"];
    for (started, site, asks, expected, reason_given) in [
        (
            "/opt/alt/php82/usr/bin/php",
            Some("8.2"),
            "^8.1",
            None,
            "the site's own, by the account's PHP selector",
        ),
        // The site's own stays, even where it is wrong: the site would not run either.
        (
            "/opt/alt/php81/usr/bin/php",
            Some("8.1"),
            "^8.2",
            None,
            "the site's own, by the account's PHP selector",
        ),
        ("php", None, "^8.1", None, "nothing tells which one the site runs on"),
        (
            "php",
            None,
            "~8.2.0",
            Some("/opt/alt/php82/usr/bin/php"),
            "nothing tells which one the site runs on",
        ),
        ("php", None, "^8.2", Some("/opt/alt/php84/usr/bin/php"), "nothing tells which one the site runs on"),
        ("php", None, "^9", None, "nothing tells which one the site runs on"),
    ] {
        let version = if started.contains("82") { "8.2.29" } else { "8.1.2" };
        let facts = Facts { php: php(version, started), phps: phps(&all, site), ..facts.clone() };
        assert_eq!(better(web1, &facts, &platform(asks)), expected, "{started} {asks}");
        assert_eq!(program(web1, &facts), Some(started));
        assert_eq!(reason(web1, &facts), reason_given);
    }
}

#[test]
fn the_newest_is_taken_with_a_warning() {
    let (config, facts) = host(None);
    let web1 = &config.hosts[0];
    let phps = phps(&["7.4", "8.4"], None);
    let facts = Facts { php: php("8.4.1", "/opt/alt/php84/usr/bin/php"), phps, ..facts };
    let facts = Facts { phps: Phps { plain: Some("8.1.2".to_owned()), ..facts.phps }, ..facts };
    assert_eq!(better(web1, &facts, &platform("^8.2")), None);
    assert_eq!(reason(web1, &facts), "the newest that fits; plain php is 8.1.2");
    assert_eq!(
        told(&config, &facts, platform("^8.2")).1,
        [
            "nothing tells which PHP the site runs on; steps run /opt/alt/php84/usr/bin/php (8.4.1), for composer.json \
          asks for ^8.2: see that the site has it as well"
        ]
    );
}

#[test]
fn a_php_that_the_user_names_is_run_and_compared_with_the_site_s() {
    let (config, facts) = host(Some("/usr/bin/php8.1"));
    let facts = Facts { php: php("8.1.2", "/usr/bin/php8.1"), phps: phps(&["8.2"], Some("8.2")), ..facts };
    let web1 = &config.hosts[0];
    assert_eq!(better(web1, &facts, &platform("^8.2")), None);
    let (problems, warnings) = told(&config, &facts, platform("^8.2"));
    assert_eq!(
        warnings,
        [
            "the site runs on PHP 8.2 (by the account's PHP selector), and steps on 8.1.2, which deploy.yml line 6 names"
        ]
    );
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].text, "PHP 8.1.2 is not what composer.json asks for: ^8.2");
    assert_eq!(
        problems[0].detail,
        [
            "it is /usr/bin/php8.1, by deploy.yml line 6",
            "write `php: /opt/alt/php82/usr/bin/php` for web1 in deploy.yml"
        ]
    );
    let none = Facts { php: None, ..facts };
    let (problems, _) = told(&config, &none, platform("^8.2"));
    assert_eq!(problems[0].text, "there is no PHP: `/usr/bin/php8.1` does not run");
    assert_eq!(problems[0].detail[1], "the host has /opt/alt/php82/usr/bin/php");
}

#[test]
fn extensions_that_lack_are_told_with_the_place_where_they_come_from() {
    let (config, facts) = host(None);
    let there: std::collections::BTreeSet<String> = ["Core", "GD"].map(str::to_owned).into();
    for (program, expected) in [
        ("/opt/alt/php82/usr/bin/php", "in the hosting panel: Select PHP Version > Extensions"),
        ("/opt/cpanel/ea-php82/root/usr/bin/php", "whoever runs the server installs ea-php82-php-intl (WHM"),
        ("/opt/plesk/php/8.2/bin/php", "in Plesk: Tools & Settings > PHP Settings"),
        ("/usr/local/php82/bin/php", "whoever runs the server adds them to /usr/local/php82/bin/php"),
        ("/usr/bin/php8.2", "sudo apt-get install php8.2-intl"),
    ] {
        let facts = Facts { php: php("8.2.29", program), php_extensions: there.clone(), ..facts.clone() };
        let (problems, _) = told(&config, &facts, platform("^8.2"));
        assert_eq!(problems[0].text, "PHP 8.2.29 has no intl on the command line");
        assert_eq!(problems[0].detail[0], "intl: composer.json asks for it");
        let last = problems[0].next.first().map(|next| &next.run).or(problems[0].detail.last());
        assert!(last.unwrap().starts_with(expected), "{last:?}");
    }
    let polyfilled = r#"{"require": {"ext-intl": "*"}, "provide": {"ext-intl": "*"}}"#;
    let facts = Facts { php: php("8.2.29", "php"), php_extensions: ["Core".to_owned()].into(), ..facts };
    assert_eq!(told(&config, &facts, Platform::of(polyfilled, None)).0, []);
}

#[test]
fn constraints_are_read_as_composer_reads_them() {
    for (constraint, version, expected) in [
        ("^8.1", "8.2.29", Some(true)),
        ("^8.3", "8.2.29", Some(false)),
        ("^7.3|^8.0", "8.2.29", Some(true)),
        ("^7.3 || ^8.3", "8.2.29", Some(false)),
        (">=7.4", "8.2.29-1+deb12u1", Some(true)),
        (">=7.4 <8.2", "8.2.0", Some(false)),
        (">=7.4,<8.3", "8.2.0", Some(true)),
        ("~8.1", "8.9.0", Some(true)),
        ("~8.1.3", "8.2.0", Some(false)),
        ("8.2.*", "8.2.7", Some(true)),
        ("8.1.*", "8.2.7", Some(false)),
        ("*", "8.2.7", Some(true)),
        ("dev-main", "8.2.7", None),
    ] {
        assert_eq!(allows(constraint, version), expected, "{constraint} {version}");
    }
}
