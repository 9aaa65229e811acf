//! What a person reads, as whole texts; and that drawing never spoils a screen.

mod checks;
mod plans;
mod random;
mod refusals;
mod runs;
mod tables;
mod terminal;

/// Compares a text with the snapshot of that name.
fn is(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

/// Returns what a function prints.
fn printed(print: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut text = Vec::new();
    print(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}
