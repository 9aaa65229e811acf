//! What templates become, as text.

use std::collections::BTreeSet;

use minijinja::context;

use super::render;
use crate::template::Engine;

#[test]
fn a_script_reads_as_a_person_would_write_it() {
    let context = context! {
        php => "/usr/bin/php8.2", n => 5, on => true, off => false, url => "https://shop.example/a b", files => ["a", "b c"],
    };
    let template = "{# nothing quoted here #}\n\
         {{ php }} artisan app:warm --n={{ n }} --url {{ url }} # ${#x}\n\
         echo {{ on }} {{ [on, off] }} \"{{ off }}\" {{ files }} {{ files | join(',') }}\n";
    let script = "\n\
         /usr/bin/php8.2 artisan app:warm --n=5 --url 'https://shop.example/a b' # ${#x}\n\
         echo true true false \"false\" a 'b c' 'a,b c'\n";
    assert_eq!(Engine::new().shell("step", template, &context).unwrap().text, script);
}

#[test]
fn raw_text_must_be_asked_for_and_counts_only_at_the_end() {
    assert_eq!(render("echo {{ value | raw }}", "$A; b").unwrap(), "echo $A; b");
    assert_eq!(render("echo {{ (value | raw) ~ '' }}", "$A; b").unwrap(), "echo '$A; b'");
    assert_eq!(render("echo {{ [value | raw] }}", "$A; b").unwrap(), "echo '$A; b'");
    assert_eq!(render("echo {{ value | raw | trim }}", "$A; b").unwrap(), "echo '$A; b'");
    assert_eq!(render("# {{ value | raw }}", "$A; b").unwrap(), "# $A; b");
}

#[test]
fn a_name_before_a_value_does_not_swallow_it() {
    assert_eq!(
        render("echo $x{{ value }} \"$x{{ value }}\" \"${x}{{ value }}\"", "y").unwrap(),
        "echo $x'y' \"$x\"\"y\" \"${x}y\""
    );
}

#[test]
fn a_name_that_looks_like_a_format_changes_nothing() {
    let engine = Engine::new();
    for name in ["a.html", "a.json", "a.yml"] {
        assert_eq!(engine.shell(name, "echo {{ '<' }}", &context! {}).unwrap().text, "echo '<'");
    }
}

#[test]
fn a_plain_text_is_not_quoted() {
    let context = context! { host => "a b", on => true, files => ["a"], null => (), nul => "\0" };
    let plain = |text: &str| Engine::new().plain("url", text, &context).map_err(|error| error.message);
    assert_eq!(
        plain("https://{{ host }}/'{{ on }}\"{{ host | raw }}\n").unwrap(),
        "https://a b/'true\"a b\n"
    );
    assert_eq!(plain("{{ files }}").unwrap_err(), "a list is no text: use `| join(' ')`");
    assert_eq!(
        plain("{{ null }}").unwrap_err(),
        "the value is null: set it, or use `| default(\"…\", true)`"
    );
    assert_eq!(plain("{{ nul }}").unwrap_err(), "a NUL byte cannot be passed to a shell");
    assert_eq!(plain("{{ hots }}").unwrap_err(), "`hots` is undefined");
}

#[test]
fn an_expression_is_true_or_false() {
    let context =
        context! { facts => context! { first_deploy => true, php => "" }, roles => ["web"], n => 2 };
    let evaluate = |expression: &str| Engine::new().evaluate(expression, &context);
    for (expression, expected) in [
        ("facts.first_deploy", true),
        ("not facts.first_deploy", false),
        ("'web' in roles and n > 1", true),
        ("facts.php", false),
        ("facts.none is defined", false),
    ] {
        assert_eq!(evaluate(expression).unwrap(), expected, "{expression}");
    }
    let error = evaluate(" facts.frist ").unwrap_err();
    assert_eq!((error.undefined.as_deref(), error.line), (Some("facts.frist"), 1));
    assert_eq!(evaluate("frist and n").unwrap_err().undefined.as_deref(), Some("frist"));
    assert_eq!(
        evaluate("n >").unwrap_err().message,
        "syntax error: unexpected end of input, expected expression"
    );
}

#[test]
fn undeclared_names_are_found_in_branches_that_are_not_taken() {
    let engine = Engine::new();
    let template = "{% set y = host.name %}{{ y }}{% if false %}{{ relase.id }}{% endif %}{% for f in files %}{{ f.x }}\
         {{ loop.index }}{% endfor %}{{ missing | default('') }}{% if flag is defined %}{{ flag }}{% endif %}\
         {{ range(3) }}{{ secrets.KEY }}";
    let names = ["files", "host.name", "relase.id", "secrets.KEY"];
    assert_eq!(engine.undeclared(template).unwrap(), names.map(str::to_owned).into());
    let names: BTreeSet<_> = ["facts.a", "n"].map(str::to_owned).into();
    assert_eq!(engine.undeclared_in_expression("facts.a and n > 2 and (b is defined)").unwrap(), names);
    assert!(engine.undeclared("{{").is_err());
}
