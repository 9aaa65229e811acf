//! The example that users copy: it loads, and nothing made of it can make the program panic.

use std::collections::HashMap;
use std::path::Path;

use proptest::prelude::*;

use super::project;
use crate::config::load;
use crate::config::overrides::Overrides;

const EXAMPLE: &str = include_str!("../../../deploy.yml.example");

#[test]
fn the_example_loads() {
    let project = project(EXAMPLE, &HashMap::new()).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(project.stages().collect::<Vec<_>>(), ["production", "staging"]);
    let staging = project.stage("staging", &Overrides::default()).unwrap();
    assert_eq!(staging.hosts[0].address, "stage.shop.example");
    assert_eq!(staging.hosts[0].vars["url"], "https://staging.shop.example");
}

#[test]
fn the_file_is_found_upwards_and_its_absence_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    assert_eq!(load::find(&below), None);
    let file = folder.path().join("deploy.yml");
    let missing = load::load(&file).unwrap_err().render(false);
    assert_eq!(missing, format!("there is no file {}; create it (see deploy.yml.example)", file.display()));
    std::fs::write(&file, EXAMPLE.replace("recipe: laravel", "recipe: conf/mine.yml")).unwrap();
    assert_eq!(load::find(&below), Some(file.clone()));
    std::fs::create_dir_all(folder.path().join("conf")).unwrap();
    std::fs::write(folder.path().join("conf/mine.yml"), "recipe: laravel\n").unwrap();
    let project = load::load(&file).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(project.stage("staging", &Overrides::default()).unwrap().root, folder.path());
    assert_eq!(load::find(Path::new("")), None);
}

/// One careless edit of a line.
#[derive(Clone, Debug)]
enum Edit {
    Drop,
    Double,
    Indent,
    Retype(&'static str),
    Cut(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let values =
        ["7", "true", "~", "[1, {a: b}]", "{x: [y]}", "\"\"", "'{{ a", "|\n  é\u{1F600}", "-x", "*a", "&a b"];
    prop_oneof![
        Just(Edit::Drop),
        Just(Edit::Double),
        Just(Edit::Indent),
        proptest::sample::select(values.to_vec()).prop_map(Edit::Retype),
        (0..40usize).prop_map(Edit::Cut),
    ]
}

fn edited(edits: &[(usize, Edit)]) -> String {
    let mut lines: Vec<String> = EXAMPLE.lines().map(str::to_owned).collect();
    for (place, edit) in edits {
        let place = place % lines.len().max(1);
        let Some(line) = lines.get(place).cloned() else { break };
        match edit {
            Edit::Drop => drop(lines.remove(place)),
            Edit::Double => lines.insert(place, line),
            Edit::Indent => lines[place] = format!("  {line}"),
            Edit::Retype(value) => {
                lines[place] = format!("{}: {value}", line.split(':').next().unwrap_or_default());
            }
            Edit::Cut(length) => lines[place] = line.chars().take(*length).collect(),
        }
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_loads_or_is_refused_in_words(edits in prop::collection::vec((0..200usize, edit()), 1..6)) {
        match project(&edited(&edits), &HashMap::new()) {
            Ok(project) => {
                for stage in project.stages() {
                    prop_assert!(project.stage(stage, &Overrides::default()).is_ok());
                }
            }
            Err(mistakes) => prop_assert!(mistakes.render(true).ends_with("No host was contacted.")),
        }
    }
}
