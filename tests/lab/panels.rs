//! Which PHP a deploy uses on hosts of panels, and that it is the one that the site runs on.

use super::panel::Panel;

/// cPanel's program, which answers in one line.
const UAPI: &str = r#"#!/bin/sh
case "$2 $3" in
  'LangPHP php_get_vhost_versions') echo '{"module":"LangPHP","func":"php_get_vhost_versions","apiversion":3,"result":{"metadata":{},"data":[{"vhost":"blog.example","php_fpm":1,"php_fpm_pool_parms":{"pm_max_children":5},"phpversion_source":{"domain":"blog.example"},"documentroot":"\/home\/USER\/blog","version":"ea-php81"},{"version":"ea-php82","vhost":"shop.example","documentroot":"/home/USER/domains/shop.example/public_html","phpversion_source":{"system_default":1},"php_fpm":0}],"status":1}}' ;;
  'Quota get_quota_info') echo '{"result":{"data":{"megabyte_limit":"1000.00","megabytes_used":"910.50","inode_limit":"250000","inodes_used":"120345"}}}' ;;
esac
"#;

#[track_caller]
fn says(told: &str, parts: &[&str]) {
    for part in parts {
        assert!(told.contains(part), "no `{part}` in\n{told}");
    }
}

#[test]
fn the_php_of_a_site_is_found_by_its_handler_and_runs_every_step() {
    let Some(panel) = Panel::new("alt") else { return };
    let path = |version: &str| format!("/opt/alt/php{version}/usr/bin/php");
    for (digits, version) in [("74", "7.4.33"), ("81", "8.1.2"), ("82", "8.2.29"), ("84", "8.4.1")] {
        panel.php(&path(digits), version, "none");
    }
    panel.php("/usr/local/bin/php", "8.1.2", "none");
    let handler = "<FilesMatch \"\\.(php4|php5|php3|php2|php|phtml)$\">\n  SetHandler application/x-lsphp82\n</FilesMatch>\n";
    panel.write("domains/shop.example/public_html/.htaccess", handler);
    let told = panel.checked(0);
    let why = "the site's own, by ~/domains/shop.example/public_html/.htaccess";
    says(&told, &[&format!("ok php 8.2.29, /opt/alt/php82/usr/bin/php {why}"), "Ready."]);
    // Of five that are there, one was started.
    assert_eq!(panel.started(), [path("82")]);
    // The old docroot is kept aside, and the line with it.
    says(
        &told,
        &[
            "gives the site PHP 8.2 is in no block of the panel",
            "the release needs it in its public/.htaccess",
        ],
    );
    panel.project.write("site/public/.htaccess", handler);
    panel.project.deploy();
    assert_eq!(panel.started(), [path("82")]);
    let plan = panel.project.deployer(&["plan", "production", "--output", "json"]).with(0).stdout;
    says(&plan, &["/opt/alt/php82/usr/bin/php -r 'echo PHP_OS;'"]);
}

#[test]
fn the_panel_and_its_selector_tell_which_php_a_site_has_and_what_the_account_may_use() {
    let Some(panel) = Panel::new("cpanel") else { return };
    let ea = |version: &str| format!("/opt/cpanel/ea-php{version}/root/usr/bin/php");
    panel.php(&ea("81"), "8.1.2", "none");
    panel.php(&ea("82"), "8.2.29", "none");
    panel.php("/opt/alt/php83/usr/bin/php", "8.3.4", "none");
    panel.program("/usr/local/bin/uapi", &UAPI.replace("USER", &panel.machine.user(0)));
    let told = panel.checked(0);
    says(
        &told,
        &[
            "ok php 8.2.29, /opt/cpanel/ea-php82/root/usr/bin/php the site's own, by cPanel, where shop.example has the default",
            "ok space 93 MB free by the account's quota",
            "ok files room for 129,655 more by the account's quota",
            "! 92 % of the account's quota are used, 93 MB are left",
        ],
    );
    // In the selector somebody chose another one for the account.
    panel.write(".cl.selector/defaults.cfg", "[versions]\nphp = 8.3\n");
    let told = panel.checked(0);
    says(&told, &["ok php 8.3.4, /opt/alt/php83/usr/bin/php the site's own, by the account's PHP selector"]);
    // The user's own word counts, and is compared.
    panel.configure(&format!("domain_path: ~/domains/shop.example, php: {}", ea("82")), "");
    let told = panel.checked(0);
    says(
        &told,
        &[
            "ok php 8.2.29, /opt/cpanel/ea-php82/root/usr/bin/php by deploy.yml line",
            "! the site runs on PHP 8.3 (by the account's PHP selector), and steps on 8.2.29, which deploy.yml line",
        ],
    );
}

#[test]
fn where_nothing_tells_the_plain_php_is_taken_unless_it_is_too_old() {
    let Some(panel) = Panel::new("plain") else { return };
    panel.php("/usr/local/bin/php", "8.1.2", "none");
    panel.php("/opt/alt/php83/usr/bin/php", "8.3.4", "none");
    panel.php("/opt/alt/php82/usr/bin/php", "8.2.29", "none");
    let told = panel.checked(0);
    says(
        &told,
        &[
            "ok php 8.3.4, /opt/alt/php83/usr/bin/php the newest that fits; plain php is 8.1.2",
            "! nothing tells which PHP the site runs on; steps run /opt/alt/php83/usr/bin/php (8.3.4), for composer.json asks for ^8.2",
        ],
    );
    panel.started();
    panel.project.deploy();
    assert_eq!(panel.started(), ["/opt/alt/php83/usr/bin/php", "/usr/local/bin/php"]);
    panel.project.write("site/composer.json", "{ \"require\": { \"php\": \"^8.1\" } }\n");
    says(&panel.checked(0), &["ok php 8.1.2, /usr/local/bin/php nothing tells which one the site runs on"]);
    panel.project.write("site/composer.json", "{ \"require\": { \"php\": \"^8.4\" } }\n");
    let told = panel.checked(4);
    says(&told, &["FAIL php PHP 8.1.2 is not what composer.json asks for: ^8.4", "Not started."]);
}

#[test]
fn an_extension_that_lacks_is_found_before_anything_is_changed() {
    let Some(panel) = Panel::new("lacks") else { return };
    panel.php("/usr/local/bin/php", "8.2.29", "ctype");
    let composer = "{ \"require\": { \"php\": \"^8.2\", \"ext-json\": \"*\" } }\n";
    panel.project.write("site/composer.json", composer);
    let lock = |provides: &str| {
        format!(
            "{{ \"packages\": [{{ \"name\": \"acme/cart\", \"version\": \"1.2.0\", \"require\": {{ \"ext-ctype\": \"*\" }}{provides} }}],\n\
             \"packages-dev\": [{{ \"name\": \"acme/test\", \"version\": \"1.0.0\", \"require\": {{ \"ext-xdebug\": \"*\" }} }}] }}\n"
        )
    };
    panel.project.write("site/composer.lock", &lock(""));
    let told = panel.checked(4);
    says(
        &told,
        &[
            "FAIL php PHP 8.2.29 has no ctype on the command line",
            "ctype: acme/cart 1.2.0 asks for it",
            "whoever runs the server adds them to /usr/local/bin/php",
        ],
    );
    assert!(!told.contains("xdebug"), "{told}");
    let refused = panel.project.deployer(&["run", "production"]).with(4);
    says(&refused.stderr, &["PHP 8.2.29 has no ctype on the command line", "Nothing was changed"]);
    assert!(!panel.machine.home(0).join("domains/shop.example/deploy").exists());
    // A polyfill does what the extension would.
    panel.project.write("site/composer.lock", &lock(", \"provide\": { \"ext-ctype\": \"*\" }"));
    let told = panel.checked(0);
    says(&told, &["ok extensions the one that composer.json and composer.lock ask for on the command line"]);
    panel.project.deploy();
}
