#![allow(missing_docs, clippy::all, clippy::print_stdout, clippy::disallowed_methods, clippy::unwrap_used)]
use deployer::analyze::php::{Kind, read};
fn main() {
    let root = std::env::args().nth(1).unwrap();
    let list = std::process::Command::new("find")
        .args(["-L", &root, "-name", "*.php", "-type", "f"])
        .output()
        .unwrap();
    for path in String::from_utf8(list.stdout).unwrap().lines() {
        if path.ends_with(".blade.php") {
            continue;
        }
        let bytes = std::fs::read(path).unwrap();
        let s = read(&String::from_utf8_lossy(&bytes));
        let mut out: Vec<String> = s.classes.iter().map(|c| format!("class {c}")).collect();
        out.extend(
            s.references.iter().filter(|r| r.kind == Kind::New).map(|r| format!("{} {}", r.line, r.name)),
        );
        out.sort();
        println!("== {}\n{}", &path[root.len() + 1..], out.join("\n"));
    }
}
