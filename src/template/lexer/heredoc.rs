//! Here-documents: their delimiters, and the lines that follow.

use super::frame::{Body, Delimiter, Frame, Progress};
use super::{Lexer, ends_word};

impl Delimiter {
    /// Takes a quoted character of the word.
    pub(super) fn push_quoted(&mut self, c: char) {
        self.document.literal = true;
        self.push(c);
    }

    fn push(&mut self, c: char) {
        self.progress = Progress::Begun;
        self.document.delimiter.push(c);
    }

    fn open_quote(&mut self, quote: char) {
        self.progress = Progress::Begun;
        self.document.literal = true;
        self.quote = Some(quote);
    }
}

impl Lexer {
    /// Takes a character after `<<`.
    pub(super) fn delimiter(&mut self, c: char) {
        let in_substitution = self.in_substitution();
        let Some((Frame::Delimiter(delimiter), _)) = self.frames.last_mut() else { return };
        match (delimiter.quote, delimiter.progress, c) {
            (Some(quote), _, c) if c == quote => delimiter.quote = None,
            (Some(_), _, '\\' | '$' | '`' | '\n') => self.lose("such a delimiter of a here-document"),
            (Some(_), _, c) => delimiter.push(c),
            (None, Progress::Fresh, '-') => {
                delimiter.document.strip_tabs = true;
                delimiter.progress = Progress::Awaited;
            }
            (None, Progress::Fresh, '<') => self.pop(),
            (None, Progress::Fresh | Progress::Awaited, ' ' | '\t') => delimiter.progress = Progress::Awaited,
            (None, _, '\'' | '"') => delimiter.open_quote(c),
            (None, Progress::Begun, c) if ends_word(c) => {
                let document = std::mem::take(&mut delimiter.document);
                self.documents.push(document);
                self.pop();
                if in_substitution {
                    // Bash prints such a substitution anew before it runs it, and not always right.
                    self.lose("a here-document in `$(…)`");
                }
                self.command(c);
            }
            (None, _, '$' | '`' | '(') => self.lose("such a delimiter of a here-document"),
            (None, Progress::Fresh | Progress::Awaited, c) if c == '#' || ends_word(c) => {
                self.lose("a here-document without delimiter");
            }
            (None, _, c) => delimiter.push(c),
        }
    }

    /// Goes into the here-documents that wait for this end of line.
    pub(super) fn begin_documents(&mut self) {
        match (self.documents.is_empty(), self.in_substitution()) {
            (true, _) => {}
            (false, true) => self.lose("a here-document and a `$(` on one line"),
            (false, false) => self.push(Frame::Body(Body::default())),
        }
    }

    /// Takes a character of a here-document.
    pub(super) fn body(&mut self, c: char) {
        if c == '\n' {
            self.end_line();
        } else if let Some((Frame::Body(body), _)) = self.frames.last_mut() {
            body.line.push(c);
        }
    }

    /// Ends a line of a here-document, and with it the document if it is the delimiter.
    pub(super) fn end_line(&mut self) {
        let Some(document) = self.documents.first() else { return };
        let Some((Frame::Body(body), _)) = self.frames.last_mut() else { return };
        let backslashes = body.line.len() - body.line.trim_end_matches('\\').len();
        if !document.literal && backslashes % 2 == 1 {
            body.line.pop();
            if document.strip_tabs {
                self.lose("a continued line after `<<-`");
            }
            return;
        }
        let line = std::mem::take(&mut body.line);
        let line = if document.strip_tabs { line.trim_start_matches('\t') } else { line.as_str() };
        if line == document.delimiter {
            self.documents.remove(0);
            if self.documents.is_empty() {
                self.pop();
            }
        } else if !document.literal && spans_lines(line) {
            self.lose("an expansion over several lines of a here-document");
        }
    }

    fn in_substitution(&self) -> bool {
        self.frames.iter().any(|(frame, _)| *frame == Frame::Substitution)
    }
}

// Some shells look for the delimiter in such an expansion, others do not.
fn spans_lines(line: &str) -> bool {
    let count = |pattern: &str| line.matches(pattern).count();
    count("`") % 2 == 1 || count("$(") > count(")") || count("${") > count("}")
}
