//! Real files and commands.

use std::fs;

use tempfile::TempDir;

use super::*;

fn name(text: &str) -> SecretName {
    SecretName(text.to_owned())
}

fn run(arguments: &[&str]) -> SecretSource {
    SecretSource::Run(arguments.iter().map(|&argument| argument.to_owned()).collect())
}

async fn find(
    sources: &[(&str, SecretSource)],
    folder: &TempDir,
) -> Result<BTreeMap<SecretName, SecretValue>, Vec<SecretError>> {
    let sources: IndexMap<SecretName, SecretSource> =
        sources.iter().map(|(key, source)| (name(key), source.clone())).collect();
    let wanted = sources.keys().cloned().collect();
    let environment = |variable: &str| match variable {
        "TOKEN" => Some("tok en'\"$x".to_owned()),
        "NOTHING" => Some(String::new()),
        _ => None,
    };
    resolve(&sources, &wanted, &environment, &folder.path().join("home"), folder.path()).await
}

#[tokio::test]
async fn each_source_gives_its_value_without_the_last_newline() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("home")).unwrap();
    fs::write(folder.path().join("home/hook"), "at home\r\n").unwrap();
    fs::write(folder.path().join("key"), "line 1\nline 2\n\n").unwrap();
    let sources = [
        ("COMMAND", run(&["printf", "%s|%s\\n", "$HOME; *", "it's"])),
        ("ENV", SecretSource::Env("TOKEN".to_owned())),
        ("FILE", SecretSource::File("key".into())),
        ("HOME", SecretSource::File("~/hook".into())),
    ];
    let values = find(&sources, &folder).await.unwrap();
    let values: Vec<&str> = values.values().map(SecretValue::reveal).collect();
    assert_eq!(values, ["$HOME; *|it's", "tok en'\"$x", "line 1\nline 2\n", "at home"]);
}

#[tokio::test]
async fn everything_that_is_missing_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("short"), "abc\n").unwrap();
    fs::write(folder.path().join("binary"), b"caf\xe9 au lait").unwrap();
    let sources = [
        ("A", SecretSource::Env("UNSET".to_owned())),
        ("B", SecretSource::Env("NOTHING".to_owned())),
        ("C", SecretSource::File("~/gone".into())),
        ("D", SecretSource::File("short".into())),
        ("E", SecretSource::File("binary".into())),
        ("F", run(&["sh", "-c", "echo hunter22; exit 3"])),
        ("G", run(&["no-such-program", "get"])),
        ("H", run(&["echo", "True"])),
        ("I", run(&["true"])),
    ];
    let errors = find(&sources, &folder).await.unwrap_err();
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let expected = [
        "secret A: the environment variable UNSET is not set: export it, or add it to the variables of the CI job",
        "secret B: the environment variable NOTHING is empty",
        "secret C: the file ~/gone cannot be read: No such file or directory (os error 2)",
        "secret D: the file short gives fewer than 4 characters, which could not be taken out of logs: use a longer value",
        "secret E: the file binary holds bytes that are not UTF-8 text",
        "secret F: the command `sh -c echo hunter22; exit 3` failed (exit status: 3): run it by hand to see why",
        "secret G: the command `no-such-program get` cannot be started: No such file or directory (os error 2); is it installed, and in PATH?",
        "secret H: the command `echo True` gives a word that stands in every log: a value like that is no secret, put it under `vars:`",
        "secret I: the command `true` is empty",
    ];
    assert_eq!(texts, expected);
}

#[tokio::test]
async fn only_what_is_wanted_is_looked_for() {
    let sources = IndexMap::from([(name("A"), run(&["false"]))]);
    let nobody = |_: &str| None;
    let nothing = resolve(&sources, &BTreeSet::new(), &nobody, Path::new("/"), Path::new("/")).await;
    assert_eq!(nothing, Ok(BTreeMap::new()));
    let wanted = BTreeSet::from([name("B")]);
    let errors = resolve(&sources, &wanted, &nobody, Path::new("/"), Path::new("/")).await.unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "secret B: `secrets:` in deploy.yml does not name it: add where to find it"
    );
}

#[tokio::test]
async fn the_same_command_runs_once_and_a_path_starts_at_the_root() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("get");
    fs::write(&script, "#!/bin/sh\necho \"$1\" >>log\necho \"value of $1\"\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&script, mode).unwrap();
    let sources = [("A", run(&["./get", "x"])), ("B", run(&["./get", "y"])), ("C", run(&["./get", "x"]))];
    let values = find(&sources, &folder).await.unwrap();
    assert_eq!(values[&name("C")].reveal(), "value of x");
    assert_eq!(fs::read_to_string(folder.path().join("log")).unwrap(), "x\ny\n");
}

#[tokio::test]
async fn a_command_that_waits_or_prints_for_ever_is_given_up() {
    let root = Path::new("/");
    let limit = Duration::from_millis(200);
    let search = Search { environment: &|_| None, home: root, root, limit, printed: HashMap::new() };
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(search.run(&words("sleep 60")).await, Err(Reason::TimedOut(0)));
    let search = Search { limit: LIMIT, ..search };
    assert_eq!(search.run(&words("yes")).await, Err(Reason::TooLong));
}

#[test]
fn a_value_is_never_in_a_debug_text() {
    let values = BTreeMap::from([(name("A"), SecretValue::new("hunter22"))]);
    assert_eq!(format!("{values:?}"), "{SecretName(\"A\"): [secret]}");
}
