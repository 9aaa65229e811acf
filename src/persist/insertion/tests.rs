//! The usual shapes of a deploy.yml, before and after.

use super::*;

#[track_caller]
fn becomes(before: &str, after: &str) {
    assert_eq!(insert(before, "public/qr").as_deref(), Some(after));
}

#[test]
fn without_a_block_one_is_put_above_the_stages_and_their_comments() {
    becomes(
        "application: shop\n\n# where it runs\nstages:\n  a: {}\n",
        "application: shop\n\nshared:\n  also:\n    - public/qr\n# where it runs\nstages:\n  a: {}\n",
    );
    becomes("application: shop", "application: shop\nshared:\n  also:\n    - public/qr\n");
}

#[test]
fn a_block_without_the_key_gets_it_at_its_end() {
    becomes(
        "shared: # ours\n    # data\n    dirs: [a] # b\n    files:\n        - c\n\n# next\nstages: {}\n",
        "shared: # ours\n    # data\n    dirs: [a] # b\n    files:\n        - c\n    also:\n      - public/qr\n\n# next\nstages: {}\n",
    );
}

#[test]
fn a_list_of_lines_gets_one_more() {
    becomes(
        "shared:\n  also:\n    - a # first\n    # a comment\n    - b\n\n  never: [c]\nx: 1\n",
        "shared:\n  also:\n    - a # first\n    # a comment\n    - b\n    - public/qr\n\n  never: [c]\nx: 1\n",
    );
    becomes(
        "shared:\n  also:\n  - a\n  never: []\n",
        "shared:\n  also:\n  - a\n  - public/qr\n  never: []\n",
    );
}

#[test]
fn a_list_on_one_line_gets_one_more() {
    becomes("shared:\n  also: [a, \"b]\"] # c\n", "shared:\n  also: [a, \"b]\", public/qr] # c\n");
    becomes("shared:\n  also: []\n", "shared:\n  also: [public/qr]\n");
    becomes("shared: { also: [a] }\n", "shared: { also: [a, public/qr] }\n");
    becomes(
        "shared: { dirs: [also], files: [b] }\n",
        "shared: { dirs: [also], files: [b], also: [public/qr] }\n",
    );
    becomes("shared: {}\n", "shared: { also: [public/qr] }\n");
}

#[test]
fn other_shapes_are_left_to_a_person() {
    for unusual in [
        "shared: &shared\n  dirs: [a]\n",
        "shared: { dirs: [a],\n  files: [b] }\n",
        "shared:\n  also: [a,\n    b]\n",
        "shared:\n  also: *list\n",
        "shared:\n",
        "shared:\n  also:\n  never: [a]\n",
    ] {
        assert_eq!(insert(unusual, "public/qr"), None, "{unusual}");
    }
}

#[test]
fn a_path_that_yaml_would_take_for_something_else_is_quoted() {
    for (path, yaml) in [
        ("public/qr", "public/qr"),
        ("user files", "\"user files\""),
        ("it's \"mine\"", "\"it's \\\"mine\\\"\""),
        ("null", "\"null\""),
        ("a: b", "\"a: b\""),
        ("12", "\"12\""),
    ] {
        assert_eq!(by_hand(path), format!("shared:\n  also:\n    - {yaml}\n"));
    }
}
