//! Columns of text that fit the screen.

use console::{Alignment, measure_text_width, pad_str, truncate_str};

use super::screen::Screen;

/// Lays rows out in columns under their titles. Where the screen is too narrow the column with
/// that number is cut: the others hold names and ids that a person copies.
pub(super) fn table<const N: usize>(
    titles: [&str; N],
    rows: &[[String; N]],
    elastic: usize,
    screen: &Screen,
) -> String {
    const GAP: usize = 3;
    let paint = screen.paint();
    let mut widths = titles.map(measure_text_width);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = measure_text_width(cell).max(*width);
        }
    }
    let all: usize = widths.iter().sum::<usize>() + GAP * N.saturating_sub(1) + 2;
    let surplus = all.saturating_sub(screen.columns());
    if let Some(width) = widths.get_mut(elastic) {
        *width = width.saturating_sub(surplus).max(12.min(*width));
    }
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| {
            let cell = truncate_str(cell, width, paint.ellipsis());
            pad_str(&cell, width, Alignment::Left, None).into_owned()
        });
        let padded: Vec<String> = padded.collect();
        format!("  {}", padded.join(&" ".repeat(GAP))).trim_end().to_owned() + "\n"
    };
    let mut text = line(titles);
    for row in rows {
        text += &line(row.each_ref().map(String::as_str));
    }
    text
}
