use super::*;

/// Returns the references of a file in short.
fn told(text: &str) -> Vec<String> {
    let sign = |reference: &Reference| {
        let Guard { development, present } = &reference.guard;
        let guard = if *development { " (not in production)".to_owned() } else { String::new() };
        let present =
            if present.is_empty() { String::new() } else { format!(" (if {})", present.join(", ")) };
        format!("{} {:?} {}{guard}{present}", reference.line, reference.kind, reference.name)
    };
    read(text).references.iter().map(sign).collect()
}

#[test]
fn lines_are_counted_through_strings_and_comments() {
    let text =
        "<p>\n<?php /*\n*/ $a = 'x\ny'; // z\n$b = <<<E\n  a\n  {$c(new A)}\n  E;\nnew B;?>\n\n<?= new C ?>";
    assert_eq!(told(text), ["7 New A", "9 New B", "11 New C"]);
}

#[test]
fn a_condition_holds_for_its_branch_only() {
    let text = "<?php
        if (!class_exists(A::class)) { new B; } else { new A; }
        $x && app()->isLocal() ? new C : new D;
        app()->isLocal() || new E;
        [app()->isLocal() && new F, new G];";
    assert_eq!(
        told(text),
        [
            "2 Call class_exists",
            "2 Constant { value: None } A",
            "2 New B",
            "2 New A (if A)",
            "3 Call app",
            "3 New C (not in production)",
            "3 New D",
            "4 Call app",
            "4 New E",
            "5 Call app",
            "5 New F (not in production)",
            "5 New G",
        ]
    );
}

#[test]
fn a_class_and_a_function_are_known_by_their_names() {
    let source = read(
        "<?php namespace A\\B; final class C {} enum D: string {} function e() {}
        $f = new class { public function g() {} }; interface I { const class = I::class; }",
    );
    assert_eq!(source.classes, ["A\\B\\C", "A\\B\\D", "A\\B\\I"]);
    assert_eq!(source.functions, ["e"]);
}
