//! What panels, web servers and `quota` really answer, as the functions of the probe read it, in each shell.

use std::path::Path;
use std::process::Command;

use crate::part::program;
use crate::sshd::run;

/// What the functions take from the probe, and an account.
const AROUND: &str = r#"
fact() { printf '%s\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
physical() { printf '%s\n' "$1"; }
mounted() { echo /; }
judged=yes
"#;

/// A panel that gives the input for an answer.
const PANEL: &str = "has() { :; }\npanel() { cat input; }";

/// Runs a line of shell after the functions, in each shell, and checks what it prints.
#[track_caller]
fn prints(line: &str, input: &str, expected: &str) {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("input"), input).unwrap();
    let text = format!(
        "set -e\n{AROUND}\n. {0}/phps.sh\n. {0}/limits.sh\nHOME={1}\n{line}\n",
        templates.display(),
        folder.path().display()
    );
    for (shell, arguments) in [("dash", &[][..]), ("bash", &[]), ("busybox", &["sh"])] {
        let Some(shell) = program(shell) else { return };
        let told = run(Command::new(shell).args(arguments).args(["-c", &text]).current_dir(folder.path()));
        assert_eq!(told.trim_end(), expected, "{line}\n{input}");
    }
}

#[test]
fn the_php_that_a_htaccess_names_is_read_as_panels_write_it() {
    let cpanel = "# php -- BEGIN cPanel-generated handler, do not edit\n\
                  # Set the “ea-php82” package as the default “PHP” programming language.\n\
                  <IfModule mime_module>\n  AddHandler application/x-httpd-ea-php82 .php .php8 .phtml\n</IfModule>\n\
                  # php -- END cPanel-generated handler, do not edit\n";
    let litespeed = "<FilesMatch \"\\.(php4|php5|php3|php2|php|phtml)$\">\r\n  SetHandler application/x-lsphp82\r\n</FilesMatch>\r\n";
    let fpm = "SetHandler \"proxy:unix:/run/php/php8.3-fpm.sock|fcgi://localhost\"";
    for (text, expected) in [
        (cpanel, "8.2 ea htaccess"),
        (litespeed, "8.2 any htaccess-line"),
        (fpm, "8.3 any htaccess-line"),
        ("AddHandler application/x-httpd-ea-php74___lsphp .php .php7 .phtml", "7.4 ea htaccess-line"),
        ("\tAddHandler application/x-httpd-alt-php84___lsphp .php", "8.4 alt htaccess-line"),
        ("AddType application/x-httpd-ea-php71 .php .php7 .phtml", "7.1 ea htaccess-line"),
        (
            "SetHandler \"proxy:unix:/usr/local/php82/sockets/ana.sock|fcgi://localhost\"",
            "8.2 any htaccess-line",
        ),
        (
            "SetHandler \"proxy:unix:/var/opt/remi/php81/run/php-fpm/www.sock|fcgi://x\"",
            "8.1 any htaccess-line",
        ),
        ("AddHandler x-httpd-php83 .php", "8.3 any htaccess-line"),
        ("AddHandler application/x-httpd-alt-php810 .php", "8.10 alt htaccess-line"),
        ("ADDHANDLER PHP56-FCGI PHP", "5.6 any htaccess-line"),
        (
            "AddHandler x-httpd-php72 .php\nAddHandler x-httpd-php82 .php\nAddHandler x-httpd-php74 .html",
            "8.2 any htaccess-line",
        ),
        // None of these says which version it is.
        ("AddHandler application/x-httpd-php .php .php5", ""),
        ("AddHandler application/x-httpd-php5 .php", ""),
        ("AddHandler application/x-httpd-lsphp .php", ""),
        ("# AddHandler application/x-httpd-ea-php82 .php", ""),
        ("RewriteRule ^php82 - [F]\nphp_value memory_limit 82M", ""),
    ] {
        prints("handler input", text, expected);
    }
}

#[test]
fn the_sites_of_cpanel_are_told_by_their_docroot_or_their_name() {
    // As it comes, in one line; its keys are in any order.
    let answer = r#"{"func":"php_get_vhost_versions","module":"LangPHP","apiversion":3,"result":{"metadata":{},"warnings":null,
"data":[{"account":"ana","php_fpm":1,"vhost":"shop.example","phpversion_source":{"domain":"shop.example"},
"php_fpm_pool_parms":{"pm_max_children":5,"pm_max_requests":20},"documentroot":"\/home\/ana\/my shop","main_domain":0,"version":"ea-php82"},
{"version":"ea-php81","vhost":"blog.example","documentroot":"/home/ana/public_html","php_fpm":0,
"phpversion_source":{"system_default":1},"is_suspended":0,"main_domain":1}],"errors":null,"status":1}}"#
        .replace('\n', "");
    let selected = "mkdir .cl.selector && printf '[versions]\\nphp = 8.3\\n' >.cl.selector/defaults.cfg";
    let native = "mkdir .cl.selector && printf '[versions]\\nphp=native\\n' >.cl.selector/defaults.cfg";
    for (more, served, domain, expected) in [
        (":", "/home/ana/my shop", "", "8.2 ea cpanel shop.example"),
        (":", "/home/ana/public_html", "", "8.1 ea cpanel-default blog.example"),
        (":", "/home/ana/apps/shop/current/public", "blog.example", "8.1 ea cpanel-default blog.example"),
        (":", "/home/ana/apps/shop/current/public", "other.example", ""),
        // What the account has selected holds for sites that have the default.
        (selected, "/home/ana/public_html", "", "8.3 alt selector"),
        (selected, "/home/ana/my shop", "", "8.2 ea cpanel shop.example"),
        (selected, "/elsewhere", "", "8.3 alt selector"),
        (native, "/home/ana/public_html", "", "8.1 ea cpanel-default blog.example"),
    ] {
        prints(
            &format!("{more}\n{PANEL}\nsite_php '{served}' '{domain}'; echo \"$site\"; rm -rf .cl.selector"),
            &answer,
            expected,
        );
    }
    prints("sites <input", r#"{"result":{"status":0,"errors":["no"],"data":null}}"#, "");
}

#[test]
fn a_htaccess_above_the_docroot_counts_and_the_nearest_one_wins() {
    let make = "mkdir -p a/b/c\nprintf 'AddHandler x-httpd-php81 .php\\n' >.htaccess\n\
                printf 'AddHandler x-httpd-php83 .php\\n' >a/.htaccess\nprintf '# nothing\\n' >a/b/.htaccess";
    let strip = format!(
        "{make}\nfound=$(by_handler \"$HOME/a/b/c\")\necho \"${{found%%/*}}${{found##*/}} ${{found#*\"$HOME\"}}\""
    );
    prints(&format!("{strip}\nrm -rf a .htaccess"), "", "8.3 any htaccess-line .htaccess /a/.htaccess");
}

#[test]
fn quotas_are_read_with_and_without_times_of_grace() {
    let head = "Disk quotas for user ana (uid 1001): \n     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace\n";
    let raw = "      /dev/vda1   46500   51200   61200       0    1500       0       0       0\n";
    let over = "      /dev/vda1   65500*  51200   61200   6days    1500    2000       0        \n";
    let blank = "      /dev/vda1   46500   51200   61200            1500    2000    2500        \n";
    let other = "      /dev/vdb1       1       2       3       0       4       5       6       0\n";
    for (lines, expected) in [
        (raw, "46500 61200 1500 0"),
        (over, "65500 61200 1500 2000"),
        (blank, "46500 61200 1500 2500"),
        (&format!("{other}{raw}"), "46500 61200 1500 0"),
        // The only one is that of the account, whatever the device is called.
        (other, "1 3 4 6"),
        ("", ""),
        (&format!("{other}{}", other.replace('b', "c")), ""),
    ] {
        let quota = "quota() { cat input; }\nhas() { [ \"$1\" != timeout ]; }";
        prints(&format!("{quota}\nquotas /dev/vda1"), &format!("{head}{lines}"), expected);
    }
    prints(
        "quota() { cat input; }\nhas() { [ \"$1\" != timeout ]; }\nquotas /dev/vda1",
        "Disk quotas for user ana (uid 1001): none\n",
        "",
    );
}

#[test]
fn the_quota_of_cpanel_is_asked_for_where_quota_has_no_limit() {
    let answer = r#"{"module":"Quota","result":{"status":1,"data":{"megabyte_limit":"1000.00","megabytes_used":"960.50","megabytes_remain":"39.50","inode_limit":"250000","inodes_used":"120345","inodes_remain":"129655","under_quota_overall":1}}}"#;
    prints("panel_quotas <input", answer, "983552 1024000 120345 250000");
    let limits = "limits / | sed -n '/^quota/p'";
    let none = "timeout() { shift 3; \"$@\"; }\nquota() { echo '  /dev/sda1 500 0 0 0 10 0 0 0'; }";
    prints(&format!("{PANEL}\n{none}\n{limits}"), answer, "quota 983552 1024000 120345 250000");
    let some = "timeout() { shift 3; \"$@\"; }\nquota() { echo '  /dev/sda1 500 900 0 0 10 0 0 0'; }";
    prints(&format!("{PANEL}\n{some}\n{limits}"), answer, "quota 500 900 10 0");
}

#[test]
fn a_panel_that_does_not_answer_is_asked_once() {
    let silent =
        "has() { :; }\npanel() { echo asked >>times; }\nquota() { :; }\ntimeout() { shift 3; \"$@\"; }";
    let line =
        format!("{silent}\nsite_php /nowhere ''\nlimits / >/dev/null\nwc -l <times | tr -d ' '; rm times");
    prints(&line, "", "1");
}
