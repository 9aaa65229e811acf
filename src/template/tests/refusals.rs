//! What is refused, with the line and the way out.

use minijinja::context;

use super::render;
use crate::template::{Engine, TemplateError};

fn refusal(template: &str) -> TemplateError {
    let context = context! {
        value => "a b", word => "a", n => 3, null => (), map => context! { a => 1 }, files => ["a", "b"],
        nested => [["a"]], nul => "a\0b", half => 0.5,
    };
    Engine::new().shell("step", template, &context).expect_err(template)
}

fn assert_refused(cases: &[(&str, usize, usize, &str)]) {
    for (template, line, column, message) in cases {
        let error = refusal(template);
        assert_eq!(
            (error.line, error.column, error.message.as_str()),
            (*line, Some(*column), *message),
            "{template}"
        );
    }
}

const DOCUMENT: &str = "a value cannot stand in a here-document, which has no quotes: print it instead, as in \
         `printf '%s\\n' {{ value }}`";
const BRACE: &str =
    "a value cannot stand in `${…}`: give it to a shell variable first, as in `name={{ value }}`";

/// Template, line, column, message.
const UNQUOTABLE: &[(&str, usize, usize, &str)] = &[
    (
        "x\n# {{ value }}",
        2,
        6,
        "a value in a comment could end it with a newline: take it out of the comment",
    ),
    ("cat <<E\n{{ value }}\nE\n", 2, 4, DOCUMENT),
    ("cat <<'E'\n{{ value }}\nE\n", 2, 4, DOCUMENT),
    ("cat <<{{ word }}\n", 1, 10, "the delimiter of a here-document must be fixed"),
    ("echo `echo {{ value }}`", 1, 15, "a value cannot stand in backticks: use `$(…)`"),
    ("echo \"${x:-{{ value }}}\"", 1, 15, BRACE),
    ("echo ${x:-\"{{ value }}\"}", 1, 15, BRACE),
    ("echo \\{{ value }}", 1, 10, "a backslash in front of a value would undo its quoting: leave it out"),
    ("echo \"${{ value }}\"", 1, 11, "a `$` in front of a value would make it shell code: leave it out"),
    ("echo $(( $x{{ n }} ))", 1, 15, "the value would become part of the variable's name: write `${name}`"),
    (
        "echo $'a' {{ value }}",
        1,
        14,
        "no value can be quoted after `$'`, which shells read in different ways",
    ),
    (
        "x=$(: <<E\nE\necho {{ value }})",
        3,
        9,
        "no value can be quoted after a here-document in `$(…)`, which shells read in different ways",
    ),
    (
        ": <<E\n$(:\nE\n)\nE\necho {{ value }}",
        6,
        9,
        "no value can be quoted after an expansion over several lines of a here-document, which shells read in \
             different ways",
    ),
    (
        "echo \"${x#'}'}\" {{ value }}",
        1,
        20,
        "no value can be quoted after a quote in a `${…}` that is itself in double quotes, which shells read in \
         different ways",
    ),
    ("(( x = {{ n }} ))", 1, 11, "no value can be quoted after `((`, which shells read in different ways"),
    (
        "[[ a = {{ value }} ]]",
        1,
        11,
        "no value can be quoted after `[[`, which shells read in different ways",
    ),
];

#[test]
fn a_place_that_cannot_be_quoted_is_refused() {
    assert_refused(UNQUOTABLE);
}

#[test]
fn a_value_that_is_no_word_is_refused() {
    let glued = "a list becomes several words: put spaces around it, or use `| join(' ')`";
    let quoted = "a list in quotes would become one word: take the quotes away, or use `| join(' ')`";
    assert_refused(&[
        ("echo {{ map }}", 1, 9, "a map is no text: name one of its keys, or use `| tojson`"),
        ("echo {{ null }}", 1, 9, "the value is null: set it, or use `| default(\"…\", true)`"),
        ("echo {{ nul }}", 1, 9, "a NUL byte cannot be passed to a shell"),
        ("echo {{ nul | raw }}", 1, 15, "a NUL byte cannot be passed to a shell"),
        ("echo {{ range }}", 1, 9, "a function is no text: call it with `()`"),
        ("echo {{ nested }}", 1, 9, "a list in a list is no text: take one of its items, or use `| tojson`"),
        ("x={{ files }}", 1, 6, glued),
        ("rm -r {{ files }}/cache", 1, 18, glued),
        ("rm -r {{ files }}{{ word }}", 1, 21, glued),
        ("rm \"{{ files }}\"", 1, 8, quoted),
        ("rm '{{ files }}'", 1, 8, quoted),
        (
            "echo $(( {{ half }} ))",
            1,
            13,
            "`$((…))` takes whole numbers only; a subshell in `$(…)` is written `$( (`",
        ),
        (
            "echo $(( {{ value }} ))",
            1,
            13,
            "`$((…))` takes whole numbers only; a subshell in `$(…)` is written `$( (`",
        ),
    ]);
}

#[test]
fn what_follows_a_value_may_be_refused() {
    let redirection =
        "put a space between the value and `<` or `>`: a number there would be a file descriptor";
    assert_refused(&[
        ("\necho {{ n }}>file", 2, 13, redirection),
        ("{% for f in files %}\necho {{ f }}<<E\nE\n{% endfor %}", 2, 13, redirection),
    ]);
}

#[test]
fn a_script_that_is_not_complete_is_refused_where_it_opens() {
    assert_refused(&[
        ("a\nb 'c {{ value }}\n", 2, 3, "this single quote is never closed"),
        ("a\nb \"c", 2, 3, "this double quote is never closed"),
        ("(a\nb", 1, 1, "this `(` is never closed"),
        ("a $(b", 1, 4, "this `$(` is never closed"),
        ("case a in\nb) c ;;", 1, 5, "this `case` is never closed"),
        ("a <<E\nb\n", 1, 6, "this here-document is never closed"),
        ("a \\", 1, 3, "the text ends in a backslash, which would join it with what follows"),
    ]);
}

#[test]
fn an_undefined_name_is_told_with_its_place() {
    let error = refusal("cd {{ value }}\nmv {{ map.nme }} x");
    assert_eq!(error.undefined.as_deref(), Some("map.nme"));
    assert_eq!((error.line, error.column, error.message.as_str()), (2, Some(7), "`map.nme` is undefined"));
    assert_eq!(error.name, "step");
    let error = refusal("{{ relase.path | upper }}");
    assert_eq!(error.undefined.as_deref(), Some("relase"));
}

#[test]
fn what_the_engine_itself_refuses_is_said_in_plain_words() {
    let messages: Vec<String> = [
        "echo {{ value",
        "echo {{ value | nofilter }}",
        "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
        "{# comment}",
        "{#comment#}",
        "{% set x %}{{ value }}{% endset %}",
        "{% filter upper %}{{ value }}{% endfilter %}",
        "{% autoescape true %}{{ value }}{% endautoescape %}",
        "{{ value | safe }}",
        "{% include 'x' %}",
    ]
    .into_iter()
    .map(|template| refusal(template).message)
    .collect();
    assert_eq!(
        messages,
        [
            "syntax error: unexpected end of input, expected end of variable block",
            "unknown filter: filter nofilter is unknown",
            "the template does not come to an end",
            "syntax error: unexpected end of comment",
            "a comment has blanks inside: `{# like this #}`",
            "a value cannot stand in a block that captures its text: use `{% set name = … %}`",
            "a value cannot stand in a block that captures its text: use `{% set name = … %}`",
            "`autoescape` has no meaning here: values are quoted",
            "unknown filter: filter safe is unknown",
            "syntax error: unknown statement include",
        ]
    );
}

#[test]
fn the_text_of_a_block_is_a_value_like_any_other() {
    let rendered = render("{% set x %}$(a){% endset %}echo {{ x }}", "").unwrap();
    assert_eq!(rendered, "echo '$(a)'");
}

#[test]
fn no_filter_makes_something_of_an_undefined_value() {
    let filters = "upper title trim length list first last sort join(',') tojson string bool int float \
         reverse unique sum min items dictsort split lines indent raw map('upper') select batch(2) slice(2) \
         replace('a','b') attr('a') zip([1]) chain([1]) format abs round groupby('a') capitalize count max";
    let made: Vec<_> = filters
        .split(' ')
        .filter(|filter| {
            Engine::new().plain("x", &format!("{{{{ nope | {filter} | string }}}}"), &context! {}).is_ok()
        })
        .collect();
    assert_eq!(made, Vec::<&str>::new());
}
