//! Files that were committed and must not be: what a machine made for itself, and secrets.

use super::files::Files;
use super::finding::{Finding, Mend, Severity, line_of};

/// Returns what should not have been committed.
pub(super) fn committed(files: &Files) -> Vec<Finding> {
    let mut findings: Vec<Finding> = [hot(files), environment(files)].into_iter().flatten().collect();
    findings.extend(caches(files));
    findings.extend(folders(files));
    findings
}

/// Adds the command that makes git forget files and ignore them.
fn forget(finding: Finding, paths: Vec<String>, folder: Option<&str>, ignore: &str) -> Finding {
    let (option, named) = match folder {
        Some(folder) => ("-r --cached", folder.to_owned()),
        None => ("--cached", paths.join(" ")),
    };
    let fix = format!("git rm {option} {named} && echo '{ignore}' >> .gitignore");
    Finding { mend: Some(Mend { forget: paths, ignore: ignore.to_owned() }), ..finding.fix(fix) }
}

fn hot(files: &Files) -> Option<Finding> {
    let text = "public/hot is committed: a development server left it there";
    let effect = "browsers would load scripts and styles from that server, so the release is refused";
    let finding = Finding::error("hot", text, effect).at("public/hot", Some(1));
    files.has("public/hot").then(|| forget(finding, vec!["public/hot".to_owned()], None, "/public/hot"))
}

fn environment(files: &Files) -> Option<Finding> {
    let content = files.text(".env")?;
    // Symfony's has what all machines share, and is to be committed; a machine's own is `.env.local`.
    if is_symfony(files) {
        return None;
    }
    let is_secret = |line: &&str| {
        let (key, value) = line.split_once('=').unwrap_or_default();
        let secret =
            ["APP_KEY", "PASSWORD", "SECRET", "TOKEN", "API_KEY"].iter().any(|word| key.contains(word));
        secret
            && !key.starts_with('#')
            && !matches!(value.trim().trim_matches(['"', '\'']), "" | "null" | "secret" | "password")
    };
    let line = content.lines().find(is_secret).and_then(|line| line_of(&content, line));
    let severity = if line.is_some() { Severity::Error } else { Severity::Warning };
    let text = ".env is committed";
    let effect = "whoever reads the repository has its keys and passwords; change those that production uses, too. \
                  It never travels: each host has its own";
    let finding = Finding { severity, ..Finding::error("env", text, effect).at(".env", line) };
    Some(forget(finding, vec![".env".to_owned()], None, "/.env"))
}

fn is_symfony(files: &Files) -> bool {
    let manifest = files.text("composer.json").unwrap_or_default();
    let marks = ["\"symfony/framework-bundle\"", "\"symfony/flex\"", "\"symfony/symfony\""];
    files.has("symfony.lock")
        || files.has("config/bundles.php")
        || marks.iter().any(|mark| manifest.contains(mark))
}

fn caches(files: &Files) -> Option<Finding> {
    let cached: Vec<String> =
        files.below("bootstrap/cache/").filter(|path| path.ends_with(".php")).map(str::to_owned).collect();
    let absolute = cached.iter().find_map(|path| {
        let text = files.text(path)?;
        let root = [
            "'/home/",
            "'/var/",
            "'/Users/",
            "'/srv/",
            "'/opt/",
            "'/app/",
            "'C:\\\\",
            "'/private/",
            "'/root/",
        ];
        let line = root.iter().find_map(|start| line_of(&text, start));
        Some((path.clone(), Some(line?)))
    });
    let first = absolute.clone().or_else(|| Some((cached.first()?.clone(), None)))?;
    let text = match absolute {
        Some(_) => format!("{} is committed, with paths of another machine", names(&cached)),
        None => format!("{} is committed", names(&cached)),
    };
    let effect = "until caches are made anew, the application runs with the settings and packages of the machine that made it";
    let finding = match &first.1 {
        Some(_) => Finding::error("cache", text, effect),
        None => Finding::warning("cache", text, effect),
    };
    Some(forget(finding.at(&first.0, first.1), cached, None, "/bootstrap/cache/*.php"))
}

fn names(paths: &[String]) -> String {
    match paths {
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => String::new(),
    }
}

/// Packages are committed whole, or not at all.
fn folders(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    let all = |folder: &str| files.below(folder).map(str::to_owned).collect::<Vec<_>>();
    let modules = all("node_modules/");
    if let Some(first) = modules.first() {
        let text = format!("node_modules is committed: {}", counted(&modules));
        let effect = "it is not what package-lock.json says, and programs in it may be for another system; it never travels";
        let finding = Finding::warning("node-modules", text, effect).at(first, None);
        findings.push(forget(finding, modules.clone(), Some("node_modules"), "/node_modules"));
    }
    let vendor = all("vendor/");
    if let Some(first) =
        vendor.first().filter(|_| files.has("composer.json") && !files.has("vendor/autoload.php"))
    {
        let text = format!("vendor is committed in part: {}, and no vendor/autoload.php", counted(&vendor));
        let effect =
            "a committed vendor is used as it is, and the application does not start without its autoloader";
        let finding = Finding::error("vendor", text, effect).at(first, None);
        findings.push(forget(finding, vendor.clone(), Some("vendor"), "/vendor"));
    }
    findings
}

fn counted(paths: &[String]) -> String {
    if paths.len() == 1 { "1 file".to_owned() } else { format!("{} files", paths.len()) }
}
