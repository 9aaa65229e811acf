//! Reading and writing `.env` files against phpdotenv itself, as Debian ships it.
#![expect(clippy::disallowed_methods, reason = "PHP is run")]
#![expect(clippy::unwrap_used, reason = "a library that does not work is a failed test")]

mod library;
mod table;

use deployer::dotenv::Settings;
use deployer::dotenv::writing::set;
use indexmap::IndexMap;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use library::Library;

/// What a file gives: its settings, or what the library calls its mistake.
type Read = Result<IndexMap<String, Option<String>>, String>;

/// Returns what this program makes of a file.
fn read(bytes: &[u8]) -> Read {
    let environment = |name: &str| (name == "HOME").then(|| "/home/ana".to_owned());
    match Settings::read(bytes) {
        Ok(settings) => Ok(settings.values(&environment)),
        Err(mistake) => Err(mistake.wrong.message().to_owned()),
    }
}

#[test]
fn every_line_of_the_table_is_read_as_the_library_reads_it() {
    let Some(mut library) = Library::start() else { return };
    assert!(table::FILES.len() >= 60);
    for (file, expected) in table::FILES {
        let told = table::told(&library.read(file.as_bytes()));
        assert_eq!(told, *expected, "phpdotenv of {file:?}");
        assert_eq!(table::told(&read(file.as_bytes())), *expected, "{file:?}");
    }
}

const WORDS: &[&str] = &[
    "=",
    "\"",
    "'",
    "\\",
    "#",
    "$",
    "${HOME}",
    "${A}",
    "${B_1}",
    "${",
    "}",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\\n",
    "\\\"",
    "\\\\",
    "\\$",
    "=\"",
    "\"\n",
    "export ",
    "export",
    "A",
    "B_1",
    "LONGER.NAME",
    "a b",
    "x",
    "ü",
    "€",
    "1",
    "(",
    "\u{b}",
    "\u{c}",
    "\0",
    "true",
    "# c",
    "A=",
    "B_1=",
    "\nA=",
    "\nLONGER.NAME=\"",
    "f",
    "v",
    "\u{feff}",
];

/// Words of which lines are made that are hard to read.
fn word() -> impl Strategy<Value = String> {
    let signs = prop::sample::select(WORDS);
    prop_oneof![9 => signs.prop_map(|word: &str| word.to_owned()), 1 => "[ -~]{0,4}"]
}

fn files() -> impl Strategy<Value = String> {
    vec(word(), 0..24).prop_map(|words| words.concat())
}

/// Files that are mostly right, so that what stands behind a line is looked at, too.
fn tidy() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        "[a-z0-9:/$#{}=]{0,8}",
        "\"([a-z #'=$]|\\\\[nrtvf\"$\\\\]|\n){0,8}\"",
        "'[a-z #\"=$\\\\]{0,8}'",
        Just("\"${A}${B}$HOME${HOME}\"".to_owned()),
    ];
    let line =
        ("(export )?(AA|B|C\\.D|E_1|\"F\")", " ?= ?", value, "( # [a-z\"=]{0,3})?|", "(\n|\r\n|\n\n# c\n)");
    let line =
        line.prop_map(|(name, equals, value, comment, end)| [name, equals, value, comment, end].concat());
    vec(line, 0..6).prop_map(|lines| lines.concat())
}

#[test]
fn any_file_is_read_as_the_library_reads_it() {
    let Some(mut library) = Library::start() else { return };
    let library = std::cell::RefCell::new(&mut library);
    let mut runner = TestRunner::new(ProptestConfig { cases: 6000, ..ProptestConfig::default() });
    let tested = runner.run(&prop_oneof![files(), tidy()], |file| {
        prop_assert_eq!(read(file.as_bytes()), library.borrow_mut().read(file.as_bytes()));
        Ok(())
    });
    tested.unwrap();
}

#[test]
fn whatever_is_set_the_library_reads_it_back_and_all_else_as_before() {
    let Some(mut library) = Library::start() else { return };
    let library = std::cell::RefCell::new(&mut library);
    let mut runner = TestRunner::new(ProptestConfig { cases: 4000, ..ProptestConfig::default() });
    let file = prop_oneof![2 => tidy(), 1 => files()];
    let name = prop::sample::select(vec!["AA", "B", "C.D", "E_1", "F", "NEW"]);
    let value = vec(word(), 0..8).prop_map(|words| words.concat());
    let tested = runner.run(&(file, name, value), |(file, name, value)| {
        let mut library = library.borrow_mut();
        let Ok(written) = set(file.as_bytes(), name, &value) else {
            // Only a file that loses lines, or one whose lines cannot be told from it, is left alone.
            return Ok(());
        };
        let Ok(mut expected) = library.read(file.as_bytes()) else { panic!("it set {name} in {file:?}") };
        let read = library.read(&written).unwrap();
        let found = read.get(name).cloned().flatten();
        prop_assert_eq!(found.as_deref(), Some(value.as_str()));
        // Others may be made of it.
        let refers = |text: &str| text.contains(&format!("${{{name}}}"));
        if !refers(&file) {
            expected.insert(name.to_owned(), Some(value));
            prop_assert_eq!(&read, &expected);
        }
        Ok(())
    });
    tested.unwrap();
}
