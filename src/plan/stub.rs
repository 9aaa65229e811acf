//! What stands in a docroot that cannot be a link: a script that finds the live release. Pure.

/// A line of the script, by which it is known.
pub const MARKER: &str = "Written by deployer: finds the live release at each request";

const STUB: &str = include_str!("../../web/stub.php");

/// The rules that lead visitors to the script. No module is taken for granted: where links are
/// refused, so are Apache's rewrite rules.
pub const HTACCESS: &str = include_str!("../../web/stub.htaccess");

/// Returns the script for a docroot, from which `way` leads to the link `current`.
pub fn index(way: &str, docroot: &str) -> String {
    let public = if docroot == "." { String::new() } else { format!("/{docroot}") };
    STUB.replace("CURRENT;", &format!("{};", quoted(&format!("/{way}"))))
        .replace("PUBLIC_PATH;", &format!("{};", quoted(&public)))
}

/// Writes a text for PHP, in single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_has_the_way_to_the_live_release() {
        let script = index("../it's here/current", "public");
        assert!(script.contains(MARKER));
        assert!(script.contains("$link = __DIR__ . '/../it\\'s here/current';\n"), "{script}");
        assert!(script.contains("$public = $release . '/public';\n"), "{script}");
        assert!(index("../shop/current", ".").contains("$public = $release . '';\n"));
    }
}
