//! What to type next: the last words of every ending.

use console::measure_text_width;

use super::paint::Paint;
use crate::event::Next;

/// Returns the commands with what each is for, one a line, under `Next`; nothing for none.
pub(super) fn block(next: &[Next], paint: Paint) -> String {
    let lines = lines(next, paint);
    if lines.is_empty() { lines } else { format!("\nNext\n{lines}") }
}

/// Returns the commands with what each is for, one a line; the same one only once.
pub(super) fn lines(next: &[Next], paint: Paint) -> String {
    let mut unique: Vec<&Next> = Vec::new();
    for one in next {
        if !unique.contains(&one) {
            unique.push(one);
        }
    }
    let widest = unique.iter().map(|next| measure_text_width(&next.run)).max().unwrap_or_default();
    unique.iter().fold(String::new(), |text, Next { run, why }| {
        let gap = " ".repeat(widest - measure_text_width(run) + 4);
        text + format!("  {}{gap}{why}", paint.typed(run)).trim_end() + "\n"
    })
}
