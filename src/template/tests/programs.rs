//! Random programs of known meaning around a value: the lexer must find its way through them.

use proptest::prelude::*;

use super::places::{PLACES, value};
use super::render;
use super::shells::assert_prints;

/// Texts that do nothing, to stand in front of a script.
const NOISE: [&str; 16] = [
    "# it's \"a $( comment `\n",
    ":;# it's ${\n",
    ": \"it's $( : ')' \"\\)\" ) ${x:-a#b}\" 'say \"$('\n",
    ": ${x#\"}\"} ${x%'}'} ${x:-\\}'\"'} ${#x} ${x:-${y:-\")\"}}\n",
    ": $((1 + (2) * 3)) \"$(( (1) ))\" $# $$ $? a$ $\n",
    ": $(case a in a) : ')' ;; (b|c) : esac ;; esac)\n",
    "case b in a|b) : ;; *) :; esac\n",
    "case in in in) : case ;; esac\n",
    "for case in do case; do : case; done\n",
    ": <<E\nit's \" ) ${x:-a} $(: b)\n\\E\nE \nE\n",
    ": <<'E' <<-F\nit's\nE\n\t\"\n\tF\n",
    ": <<E; : $(: 'x')\nE\n",
    ": `: \"'\" \\\\ \\`: )\\` `;\n",
    "if : case; then : esac; else ! :; fi\n",
    "f() { case a in (a) : ;; esac; }\n",
    ": a\\\n#b \\# \\' \\\" \\( \"\\\"\\\\\" '\\'\n",
];

/// Frames around a script, which stands at `@`, that print what it prints.
const FRAMES: [&str; 11] = [
    "( @\n)",
    "{ @\n}",
    "if true; then @\nfi",
    "for i in 1; do @\ndone",
    "case a in b) echo no ;; a) @\n;; esac",
    "case a in (a) @\nesac",
    "case $(echo a) in \"$(echo b)\"|a) @\n;; *) echo ')' ;; esac",
    "r=\"$( @\necho .)\"; printf %s \"${r%.}\"",
    "r=$( @\necho . # it's)\n); printf %s \"${r%.}\"",
    "r=\"$( ( @\n); echo .)\"; printf %s \"${r%.}\"",
    "f() { @\n}; f",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_is_printed_byte_for_byte_by_any_program(programs in prop::collection::vec((program(), value()), 24)) {
        let cases: Vec<_> = programs
            .into_iter()
            .filter_map(|(program, value)| match render(&program, &value) {
                Err(message) if message.contains("a here-document in `$(…)`") => None,
                rendered => Some((rendered.expect(&program), value)),
            })
            .collect();
        assert_prints(&cases);
    }
}

fn program() -> impl Strategy<Value = String> {
    let place = prop::sample::select(PLACES.to_vec()).prop_map(str::to_owned);
    place.prop_recursive(4, 8, 1, |script| {
        let noise = prop::sample::select(NOISE.to_vec());
        let frame = prop::sample::select(FRAMES.to_vec());
        (noise, frame, script)
            .prop_map(|(noise, frame, script)| format!("{noise}{}", frame.replacen('@', &script, 1)))
    })
}
