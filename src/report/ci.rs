//! The files that deploy from CI systems.

use serde_json::Value;

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// DeployHQ's build pipeline.
    Deployhq,
}

/// What a file has to say of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The stage that is deployed: a plain word.
    pub stage: String,
    /// The branch whose commits are deployed: a plain word.
    pub branch: String,
    /// deploy.yml from the top of the repository, where it does not stand there: a plain word.
    pub file: Option<String>,
    /// The version of PHP that builds it, as `8.3`; `None`: no PHP is needed.
    pub php: Option<String>,
    /// Whether node builds its assets.
    pub node: bool,
}

/// The version of PHP where composer.json names none.
const PHP: &str = "8.3";

/// What all of them do before they deploy.
const SETUP: &str = include_str!("../../ci/setup.sh");

/// Returns the text of the file.
pub fn text(system: System, project: &Project) -> String {
    let text = match system {
        System::Github => include_str!("../../ci/github.yml").replace("@prepare@\n", &github(project)),
        System::Gitlab => include_str!("../../ci/gitlab.yml").replace("@script@", &indented(6)),
        System::Deployhq => include_str!("../../ci/deployhq.yaml").replace("@script@", &indented(6)),
    };
    let file = project.file.as_ref().map_or_else(String::new, |file| format!(" -f {file}"));
    text.replace("@stage@", &project.stage)
        .replace("@file@", &file)
        .replace("@branch@", &project.branch)
        .replace("@php@", project.php.as_deref().unwrap_or(PHP))
}

/// Returns the steps that both jobs begin with.
fn github(project: &Project) -> String {
    let mut text = include_str!("../../ci/github-prepare.yml").to_owned();
    if project.php.is_some() {
        text += include_str!("../../ci/github-php.yml");
    }
    if project.node {
        text += include_str!("../../ci/github-node.yml");
    }
    text + &include_str!("../../ci/github-end.yml").replace("@script@", &indented(10))
}

fn indented(columns: usize) -> String {
    let lines: Vec<String> = SETUP.lines().map(|line| format!("{:columns$}{line}", "")).collect();
    lines.join("\n")
}

/// Returns the version of PHP to build with: the lowest that composer.json takes.
pub fn php(composer: &str) -> String {
    let json: Value = serde_json::from_str(composer).unwrap_or_default();
    let asked = json.pointer("/require/php").and_then(Value::as_str).unwrap_or_default();
    let from = asked.find(|char: char| char.is_ascii_digit()).map_or("", |place| &asked[place..]);
    let mut numbers = from.split(|char: char| !char.is_ascii_digit());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if !major.is_empty() && !minor.is_empty() => format!("{major}.{minor}"),
        _ => PHP.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_php_of_composer_json_builds() {
        for (asked, expected) in [
            ("^8.2", "8.2"),
            (">=8.1.3 <9", "8.1"),
            ("8.4.*", "8.4"),
            ("~7.4 || ^8.0", "7.4"),
            ("^8", PHP),
            ("", PHP),
        ] {
            let composer = serde_json::json!({ "require": { "php": asked } }).to_string();
            assert_eq!(php(&composer), expected, "{asked}");
        }
        assert_eq!(php("no json"), PHP);
    }

    #[test]
    fn nothing_of_the_templates_is_left_in_a_file() {
        let project = Project {
            stage: "live".to_owned(),
            branch: "main".to_owned(),
            file: Some("apps/shop/deploy.yml".to_owned()),
            php: Some("8.2".to_owned()),
            node: true,
        };
        for system in [System::Github, System::Gitlab, System::Deployhq] {
            let text = text(system, &project);
            for left in ["@stage@", "@branch@", "@file@", "@php@", "@script@", "@prepare@"] {
                assert!(!text.contains(left), "{left} in {text}");
            }
            assert!(
                text.contains("8.2") && text.contains("deployer run live -f apps/shop/deploy.yml --ref HEAD"),
                "{text}"
            );
        }
    }
}
