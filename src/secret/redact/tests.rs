//! Every form, every split.

use aho_corasick::AhoCorasickBuilder;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;

fn redactor(secrets: &[(&str, &str)]) -> Redactor {
    let secret = |(name, value): &(&str, &str)| (SecretName((*name).to_owned()), SecretValue::new(*value));
    Redactor::new(&secrets.iter().map(secret).collect())
}

fn in_chunks(redactor: &Redactor, text: &[u8], size: usize) -> Vec<u8> {
    let mut stream = redactor.stream();
    let mut shown: Vec<u8> = text.chunks(size).flat_map(|chunk| stream.push(chunk)).collect();
    shown.extend(stream.finish());
    shown
}

#[test]
fn every_form_is_found_however_the_text_is_split() {
    let value = "p@ss'w\"o/rd é\\1";
    let base64 = |before: &str| STANDARD.encode(format!("{before}{value}:tail"));
    let redactor = redactor(&[("DB_PASSWORD", value)]);
    let text = [
        format!("raw {value} shell 'p@ss'\\''w\"o/rd é\\1'"),
        "json p@ss'w\\\"o/rd é\\\\1 php p@ss'w\\\"o\\/rd \\u00e9\\\\1".to_owned(),
        "url p%40ss%27w%22o%2Frd%20%C3%A9%5C1 form p%40ss%27w%22o%2Frd+%C3%A9%5C1".to_owned(),
        "browser p%40ss'w%22o%2Frd%20%C3%A9%5C1".to_owned(),
        format!("base64 {} {} {}", base64(""), base64("x"), base64("xy")),
    ];
    let expected = "raw [DB_PASSWORD] shell '[DB_PASSWORD]'\n\
        json [DB_PASSWORD] php [DB_PASSWORD]\n\
        url [DB_PASSWORD] form [DB_PASSWORD]\n\
        browser [DB_PASSWORD]\n\
        base64 [DB_PASSWORD]TpaaWw= ";
    let text = text.join("\n");
    let whole = redactor.once(&text);
    assert_eq!(whole.split("base64").next(), expected.split("base64").next());
    assert_eq!(whole.matches("[DB_PASSWORD]").count(), 10);
    for size in 1..=40 {
        assert_eq!(String::from_utf8(in_chunks(&redactor, text.as_bytes(), size)).unwrap(), whole, "{size}");
    }
}

#[test]
fn base64_is_found_in_each_alignment_and_keeps_the_neighbours() {
    let redactor = redactor(&[("KEY", "hunter22")]);
    for before in ["", "u", "us", "use", "user:"] {
        let text = STANDARD.encode(format!("{before}hunter22{before}"));
        let shown = redactor.once(&text);
        assert!(shown.contains("[KEY]"), "{text} became {shown}");
        assert!(shown.len() <= text.len(), "{text} became {shown}");
    }
}

#[test]
fn the_longest_value_wins_and_the_first_name_of_two() {
    let redactor = redactor(&[("A", "abcd"), ("B", "abcdefgh"), ("C", "abcd")]);
    assert_eq!(redactor.once("x abcdefgh y abcdefg z abcd"), "x [B] y [A]efg z [A]");
}

#[test]
fn a_key_is_found_line_by_line() {
    let key = "-----BEGIN KEY-----\n  MIIEvAIBADANBg\nabc\n-----END KEY-----";
    let redactor = redactor(&[("KEY", key)]);
    assert_eq!(redactor.once("host: MIIEvAIBADANBg\r\nhost: abc\n"), "host: [KEY]\r\nhost: abc\n");
    assert_eq!(redactor.once(&format!("<{key}>")), "<[KEY]>");
}

#[test]
fn only_what_could_become_a_value_is_held_back() {
    let mut stream = redactor(&[("KEY", "secretvalue"), ("LONG", &"y".repeat(3000))]).stream();
    assert_eq!(stream.push(b"a line\nand s"), b"a line\nand ");
    assert_eq!(stream.push(b"ecret"), b"");
    assert_eq!(stream.push(b"ly done\nsecretvalu"), b"secretly done\n");
    assert_eq!(stream.push(b"e."), b"[KEY].");
    assert_eq!(stream.push(b"sec"), b"");
    assert_eq!(stream.finish(), b"sec");
    // `lo` of a value that is found is not the beginning of another.
    let mut stream = redactor(&[("A", "hello"), ("B", "lo\nwest")]).stream();
    assert_eq!(stream.push(b"hello\nw"), b"[A]\nw");
}

#[test]
fn without_secrets_everything_passes() {
    for redactor in [redactor(&[]), redactor(&[("SHORT", "abc")])] {
        assert_eq!(redactor.once("abc\n"), "abc\n");
        assert_eq!(in_chunks(&redactor, b"\xff\xfe", 1), b"\xff\xfe");
    }
}

#[test]
fn nothing_of_a_value_is_in_the_debug_text() {
    let redactor = redactor(&[("KEY", "hunter22")]);
    let mut stream = redactor.stream();
    stream.push(b"hunter2");
    assert_eq!(format!("{redactor:?} {stream:?}"), "Redactor(Some([4 patterns])) Stream(7 bytes held)");
}

proptest! {
    #[test]
    fn the_result_is_that_of_the_whole_text(
        values in prop::collection::vec("[ab]{4,9}", 1..5),
        text in "[abc]{0,120}",
        sizes in prop::collection::vec(1usize..9, 1..60),
    ) {
        let names: Vec<String> = (0..values.len()).map(|index| format!("N{index}")).collect();
        let secrets: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
        let redactor = redactor(&secrets);
        let patterns = redactor.0.as_deref().unwrap();
        let whole = AhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns.texts)
            .unwrap()
            .replace_all_bytes(text.as_bytes(), &patterns.masks);
        let (mut stream, mut shown, mut rest) = (redactor.stream(), Vec::new(), text.as_bytes());
        for size in sizes.into_iter().cycle() {
            if rest.is_empty() { break; }
            let (chunk, next) = rest.split_at(size.min(rest.len()));
            shown.extend(stream.push(chunk));
            rest = next;
        }
        shown.extend(stream.finish());
        prop_assert_eq!(shown, whole);
    }
}
