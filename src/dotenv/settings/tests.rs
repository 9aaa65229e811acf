//! What a file gives, where the library is not asked (`tests/phpdotenv` asks it).

use super::*;

fn values(text: &str) -> String {
    let environment = |name: &str| (name == "HOME").then(|| "/home/ana".to_owned());
    let values = Settings::read(text.as_bytes()).unwrap().values(&environment);
    values.iter().map(|(name, value)| format!("{name} {value:?}\n")).collect()
}

#[test]
fn earlier_keys_come_before_the_environment() {
    let text = "A=\"${HOME}/x${B}\"\nHOME=here\nB='${HOME}'\nC=${HOME}$A${B}\nHOME\nD=\"${HOME}\"\n";
    assert_eq!(
        values(text),
        "A Some(\"/home/ana/x${B}\")\nHOME None\nB Some(\"${HOME}\")\nC Some(\"here$A${HOME}\")\nD Some(\"${HOME}\")\n"
    );
}

#[test]
fn keys_that_are_there_twice_are_named_with_their_lines() {
    let settings = Settings::read(b"A=1\n\nB=2\nexport BB=1\nA=3\n").unwrap();
    assert_eq!(settings.repeated(), [("A", vec![1, 5])]);
    assert_eq!(format!("{settings:?}"), "Settings { names: [\"A\", \"B\", \"BB\", \"A\"], unread: None }");
}
