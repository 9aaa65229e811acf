//! Secrets: variables of the shell where they can be, errors elsewhere.

use minijinja::context;

use crate::secret::SecretName;
use crate::template::{Engine, references};

fn shell(template: &str) -> Result<(String, Vec<String>), String> {
    let names = ["KEY", "TOKEN", "UNUSED"].map(|name| SecretName(name.to_owned()));
    let context = context! { secrets => references(&names), a => "x" };
    let rendered = Engine::new().shell("step", template, &context).map_err(|error| error.message)?;
    Ok((rendered.text, rendered.secrets.into_iter().map(|name| name.0).collect()))
}

#[test]
fn a_secret_becomes_a_quoted_variable() {
    let (text, secrets) =
        shell("login {{ secrets.KEY }} \"u:{{ secrets.TOKEN }}\" x={{ secrets.KEY }} $y{{ secrets.KEY }}")
            .unwrap();
    let expected = "login \"${DEPLOYER_SECRET_KEY}\" \"u:${DEPLOYER_SECRET_TOKEN}\" x=\"${DEPLOYER_SECRET_KEY}\" \
         $y\"${DEPLOYER_SECRET_KEY}\"";
    assert_eq!(text, expected);
    assert_eq!(secrets, ["KEY", "TOKEN"]);
}

#[test]
fn secrets_in_a_list_are_several_words() {
    let (text, secrets) = shell("login {{ [secrets.KEY, 'a b'] }}").unwrap();
    assert_eq!(text, "login \"${DEPLOYER_SECRET_KEY}\" 'a b'");
    assert_eq!(secrets, ["KEY"]);
}

#[test]
fn a_default_does_not_touch_a_secret() {
    let (text, _) =
        shell("login {{ secrets.KEY | default('none') }} {{ secrets.NONE | default('none') }}").unwrap();
    assert_eq!(text, "login \"${DEPLOYER_SECRET_KEY}\" none");
}

#[test]
fn a_secret_that_no_quotes_help_is_refused() {
    for (template, message) in [
        (
            "login '{{ secrets.KEY }}'",
            "single quotes keep a secret's variable from being read: use double quotes",
        ),
        (
            "# {{ secrets.KEY }}",
            "a value in a comment could end it with a newline: take it out of the comment",
        ),
        (
            "login $(( {{ secrets.KEY }} ))",
            "`$((…))` takes whole numbers only; a subshell in `$(…)` is written `$( (`",
        ),
        ("login {{ secrets }}", "a map is no text: name one of its keys, or use `| tojson`"),
        ("login {{ secrets.NONE }}", "`secrets.NONE` is undefined"),
    ] {
        assert_eq!(shell(template).unwrap_err(), message);
    }
}

#[test]
fn whatever_touches_a_secret_spoils_it() {
    for expression in [
        "secrets.KEY | upper",
        "secrets.KEY | lower",
        "secrets.KEY | title",
        "secrets.KEY | raw",
        "secrets.KEY | string",
        "secrets.KEY | string | first",
        "(secrets.KEY | string)[0:1]",
        "secrets.KEY | list",
        "secrets.KEY | replace('a', 'b')",
        "secrets.KEY | trim",
        "secrets.KEY | tojson",
        "secrets.KEY | length",
        "secrets.KEY | int",
        "secrets.KEY | bool | string ~ secrets.KEY",
        "secrets | tojson",
        "secrets | string",
        "secrets.values() | list",
        "secrets | items",
        "'%s' | format(secrets.KEY)",
        "secrets.KEY ~ 'a'",
        "a ~ secrets.KEY",
        "secrets.KEY + 'a'",
        "[secrets.KEY, 'a'] | join(',')",
        "[secrets.KEY] | string",
        "{'a': secrets.KEY} | tojson",
        "[secrets.KEY] | raw",
        "secrets.KEY | indent",
        "secrets.KEY | split(',')",
    ] {
        let rendered = shell(&format!("login {{{{ {expression} }}}}"));
        assert!(rendered.is_err(), "{expression} becomes {rendered:?}");
    }
}

#[test]
fn a_secret_is_neither_plain_text_nor_a_condition() {
    let names = [SecretName("KEY".to_owned())];
    let context = context! { secrets => references(&names) };
    let engine = Engine::new();
    assert_eq!(
        engine.plain("url", "{{ secrets.KEY }}", &context).unwrap_err().message,
        "a secret can only stand in commands"
    );
    assert!(engine.plain("url", "{{ secrets.KEY ~ '' }}", &context).is_err());
    assert_eq!(engine.evaluate("secrets.KEY", &context).unwrap_err().message, "a secret is no condition");
}
