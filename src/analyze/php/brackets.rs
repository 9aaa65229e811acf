//! Which bracket closes which.

use super::token::{Part, Token};

/// Returns for each token the place of the bracket that closes it; for a token that opens nothing, and
/// one that nothing closes, the end.
pub(super) fn closing(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut ends = vec![tokens.len(); tokens.len()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Part::Symbol(symbol) = token.part else { continue };
        match symbol {
            "(" => open.push((at, ")")),
            "[" | "#[" => open.push((at, "]")),
            "{" => open.push((at, "}")),
            ")" | "]" | "}" => {
                // A bracket too many closes nothing; one too few is closed with the next outer one.
                if let Some(place) = open.iter().rposition(|(_, closes)| *closes == symbol) {
                    for (opened, _) in open.drain(place..) {
                        ends[opened] = at;
                    }
                }
            }
            _ => {}
        }
    }
    ends
}
