use super::*;

/// Returns the references of a file in short, one a line.
fn told(text: &str) -> Vec<String> {
    let sign = |reference: &Reference| {
        let Guard { development, present } = &reference.guard;
        let guard = if *development { " (not in production)".to_owned() } else { String::new() };
        let present = if present.is_empty() { String::new() } else { format!(" (if {})", present.join(", ")) };
        format!("{} {:?} {}{guard}{present}", reference.line, reference.kind, reference.name)
    };
    read(text).references.iter().map(sign).collect()
}
