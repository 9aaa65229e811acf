//! From text to [`Token`]s, as PHP's own scanner cuts it. It never fails: what PHP would refuse gives
//! some tokens as well, and no file can keep it from its end.

use super::token::{Part, Token};

/// Operators of several characters, the longest first; all others are taken one character at a time.
const SYMBOLS: [&str; 20] = [
    "===", "!==", "?->", "<=>", "...", "??=", "**=", "::", "->", "=>", "&&", "||", "==", "!=", "<>", "??",
    "<=", ">=", ".=", "+=",
];

/// Cuts a PHP file into its tokens.
pub(super) fn scan(text: &str) -> Vec<Token<'_>> {
    let mut scanner = Scanner { text, at: 0, line: 1, tokens: Vec::new(), depth: 0 };
    scanner.html();
    scanner.code(Until::End);
    scanner.tokens
}

/// Where code ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// At the end of the file.
    End,
    /// At the brace that closes code inside of a string.
    Brace,
}

/// A file that is being cut.
pub(super) struct Scanner<'a> {
    pub text: &'a str,
    pub at: usize,
    pub line: u32,
    tokens: Vec<Token<'a>>,
    depth: u32,
}

/// Code in a string in code in a string: nobody nests deeper than this.
const DEEPEST: u32 = 32;

impl<'a> Scanner<'a> {
    /// Returns what is left.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Returns the byte that many places on; 0 behind the end.
    pub fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or_default()
    }

    /// Goes on by that many bytes.
    pub fn skip(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.text.len());
        let skipped = &self.text.as_bytes()[self.at..end];
        self.line += u32::try_from(skipped.iter().filter(|byte| **byte == b'\n').count()).unwrap_or_default();
        self.at = end;
    }

    /// Adds a token that begins here and is that long.
    fn take(&mut self, length: usize, part: fn(&'a str) -> Part<'a>) {
        let line = self.line;
        let text = self.rest().get(..length).unwrap_or_default();
        self.tokens.push(Token { part: part(text), line });
        self.skip(length);
    }

    /// Adds a token of that line; returns its place.
    pub fn push(&mut self, part: Part<'a>, line: u32) -> usize {
        self.tokens.push(Token { part, line });
        self.tokens.len() - 1
    }

    /// Gives a string with variables its text, which ends here.
    pub fn complete(&mut self, place: usize, start: usize) {
        let text = self.text.get(start..self.at).unwrap_or_default();
        if let Some(token) = self.tokens.get_mut(place) {
            token.part = Part::Template(text);
        }
    }

    /// Passes over what is sent to the browser as it is, and the tag that ends it.
    fn html(&mut self) {
        while let Some(tag) = self.rest().find("<?") {
            self.skip(tag + 2);
            let rest = self.rest();
            if rest.starts_with('=') {
                return self.skip(1);
            }
            let word = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("php"));
            let name = if word { 3 } else { 0 };
            if rest[name..].starts_with([' ', '\t', '\r', '\n']) || rest.len() == name {
                return self.skip(name);
            }
        }
        self.at = self.text.len();
    }

    /// Cuts code.
    pub fn code(&mut self, until: Until) {
        let mut open = 0_usize;
        self.depth += 1;
        while self.at < self.text.len() {
            match self.byte(0) {
                b'{' => open += 1,
                b'}' if open == 0 && until == Until::Brace => {
                    self.skip(1);
                    break;
                }
                b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            self.next();
        }
        self.depth -= 1;
    }

    /// Cuts code that stands in a string, and puts it in parentheses.
    pub fn embedded(&mut self) {
        if self.depth > DEEPEST {
            self.at = self.text.len();
            return;
        }
        self.push(Part::Symbol("("), self.line);
        self.code(Until::Brace);
        self.push(Part::Symbol(")"), self.line);
    }

    fn next(&mut self) {
        let rest = self.rest();
        match self.byte(0) {
            b'?' if self.byte(1) == b'>' => {
                self.push(Part::Symbol(";"), self.line);
                self.skip(2);
                self.html();
            }
            b'#' if self.is_attribute() => self.take(2, Part::Symbol),
            b'#' => self.line_comment(),
            b'/' if self.byte(1) == b'/' => self.line_comment(),
            b'/' if self.byte(1) == b'*' => {
                self.skip(rest[2..].find("*/").map_or(rest.len(), |end| end + 4));
            }
            b'\'' | b'"' | b'`' => self.quoted(),
            b'<' if rest.starts_with("<<<") && self.heredoc() => {}
            b'$' if is_name_start(self.byte(1)) => self.take(1 + name_length(&rest[1..]), Part::Variable),
            b'0'..=b'9' => self.number(),
            byte if is_name_start(byte) || byte == b'\\' && is_name_start(self.byte(1)) => self.name(),
            byte if byte.is_ascii_whitespace() => self.skip(1),
            _ => self.symbol(),
        }
    }

    fn symbol(&mut self) {
        let rest = self.rest();
        let long = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)).map(|symbol| symbol.len());
        let one = || rest.chars().next().map_or(1, char::len_utf8);
        self.take(long.unwrap_or_else(one), Part::Symbol);
    }

    /// Tells `#[Attribute]` from the comment that `#[` begins in old code.
    fn is_attribute(&self) -> bool {
        let rest = self.rest();
        rest.starts_with("#[") && rest[2..].trim_start().starts_with(|c: char| c == '\\' || c.is_alphabetic())
    }

    fn line_comment(&mut self) {
        let rest = self.rest();
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        // A tag ends a comment, too.
        self.skip(rest[..line].find("?>").unwrap_or(line));
    }

    fn number(&mut self) {
        let rest = self.rest();
        let more = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let mut length = rest.find(|c: char| !more(c)).unwrap_or(rest.len());
        // `1...$rest` and `1 . 'a'` have no fraction.
        if let Some(dots) = rest[..length].find("..") {
            length = dots;
        }
        self.push(Part::Number, self.line);
        self.skip(length.max(1));
    }

    fn name(&mut self) {
        let rest = self.rest();
        let mut length = usize::from(rest.starts_with('\\'));
        loop {
            length += name_length(&rest[length..]);
            let more = rest[length..].strip_prefix('\\');
            if !more.is_some_and(|more| more.bytes().next().is_some_and(is_name_start)) {
                break;
            }
            length += 1;
        }
        if rest[..length].eq_ignore_ascii_case("__halt_compiler") {
            self.at = self.text.len();
            return;
        }
        self.take(length, Part::Name);
    }
}

/// Tells whether a name may begin with the byte.
pub(super) const fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// Returns the length of the name that the text begins with.
pub(super) fn name_length(text: &str) -> usize {
    text.bytes().position(|byte| !is_name_start(byte) && !byte.is_ascii_digit()).unwrap_or(text.len())
}
