//! Every place a value can stand in, in every shell.

use minijinja::context;
use proptest::prelude::*;

use super::shells::assert_prints;
use super::{HOSTILE, render};
use crate::template::Engine;

/// Scripts that print `value`, and nothing else.
pub const PLACES: [&str; 30] = [
    "printf %s {{ value }}",
    "printf %s \"{{ value }}\"",
    "printf %s '{{ value }}'",
    "printf %s%s {{ value }}\"\"''",
    "x={{ value }}; printf %s \"$x\"",
    "x=\"{{ value }}\"; printf %s \"$x\"",
    "x=\"$(printf %s. {{ value }})\"; printf %s \"${x%.}\"",
    "x=$(printf %s. \"{{ value }}\"); printf %s \"${x%.}\"",
    "x=\"$(y='{{ value }}'; printf %s. \"$y\")\"; printf %s \"${x%.}\"",
    "x=\"$(printf %s. \"$(printf %s {{ value }}.)\")\"; printf %s \"${x%..}\"",
    "e=; printf %s \"$e{{ value }}\"",
    "e=; printf %s $e{{ value }}",
    "e=; printf %s \"${e}{{ value }}\"",
    "case {{ value }} in {{ value }}) printf %s {{ value }} ;; *) echo no ;; esac",
    "case {{ value }} in ('{{ value }}'|b) printf %s {{ value }}; esac",
    "x=$(case a in a) printf %s. {{ value }} ;; esac); printf %s \"${x%.}\"",
    "x=\"$(case a in (b|c) ;; a) case b in b) printf %s. {{ value }};; esac; esac)\"; printf %s \"${x%.}\"",
    "(printf %s {{ value }})",
    "{ printf %s {{ value }}; }",
    "f() { printf %s \"$1\"; }; f {{ value }}",
    "f() (printf %s \"$1\"); f {{ value }}",
    "for x in {{ value }}; do printf %s \"$x\"; done",
    "if [ {{ value }} = {{ value }} ]; then printf %s {{ value }}; fi # it's a \"comment",
    "# it's a \"comment $( with ` and ${\nprintf %s {{ value }}",
    "x=a#\"b\"'c'; printf %s {{ value }}",
    "cat() { :; }; cat <<E\nit's \"$(:)\na\\\nE\n'\n\\\nE\nprintf %s {{ value }}",
    "cat() { :; }; cat <<'A B' <<-\"C\"; : 'x\ny'\nit's `\nA B\n\"\n\t$(\n\tC\nprintf %s {{ value }}",
    "y=${z:-\"}'\"}${z:-'}\"'}${#z}$((1 + (2 * 3)))`echo \"'\"`; printf %s {{ value }}",
    "printf \\\n%s \\\n{{ value }}",
    "x=\\'\\\"\\$\\`; printf %s \"\\\"\"'\\'\"\\$(\" | :; printf %s {{ value }}",
];

#[test]
fn a_hostile_value_is_printed_byte_for_byte_in_every_place() {
    let cases: Vec<_> =
        PLACES.iter().map(|place| (render(place, HOSTILE).expect(place), HOSTILE.to_owned())).collect();
    assert_prints(&cases);
}

#[test]
fn an_empty_value_is_still_a_word() {
    let counting = "set -- {{ value }} \"{{ value }}\" '{{ value }}' {{ value }}{{ value }}; printf %s $#";
    assert_prints(&[(render(counting, "").unwrap(), "4".to_owned())]);
}

#[test]
fn a_list_is_several_words() {
    let files = ["a b", "", HOSTILE, "do", "-e"];
    let context = context! { files => files.to_vec() };
    let script = |template: &str| Engine::new().shell("step", template, &context).unwrap().text;
    let expected: String = files.iter().map(|file| format!("[{file}]")).collect();
    assert_prints(&[
        (script("printf '[%s]' {{ files }}"), expected.clone()),
        (script("for f in {{ files }}; do printf '[%s]' \"$f\"; done"), expected.clone()),
        (script("{% for f in files %}printf '[%s]' {{ f }};{% endfor %}"), expected),
        (script("set -- {{ files[:0] }}; printf %s $#"), "0".to_owned()),
    ]);
}

#[test]
fn a_whole_number_goes_into_arithmetic() {
    let script = |n: i64| {
        let template = "x=3; printf %s \"$((5 -{{ n }} + (2 * $x)))\" {{ n }}";
        Engine::new().shell("step", template, &context! { n }).unwrap().text
    };
    assert_prints(&[(script(4), "74".to_owned()), (script(-1), "12-1".to_owned())]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_is_printed_byte_for_byte_in_every_place(values in prop::collection::vec(value(), 8)) {
        let cases: Vec<_> = values
            .iter()
            .flat_map(|value| PLACES.iter().map(move |place| (render(place, value).expect(place), value.clone())))
            .collect();
        assert_prints(&cases);
    }
}

/// Values of what shells give a meaning to, and of anything.
pub fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "['\"\\\\$`(){}#;&|<>!*?~ \n\ta=1-]{0,12}",
        1 => "[a-z0-9/._-]{0,8}",
        1 => "[^\0\u{fdd0}]{0,8}",
        1 => prop::sample::select(vec!["if", "case", "in", "esac", "2", "-n", "~", "A=b", "a,b", "EOF\n", "\\"])
            .prop_map(str::to_owned),
    ]
}
