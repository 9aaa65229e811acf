//! Mistakes in deploy.yml, all of them at once, with the line each is in.

use std::collections::BTreeSet;
use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use indexmap::IndexMap;

use super::Location;

/// How many mistakes are shown; more only bury the first.
const SHOWN: usize = 20;

/// A piece of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Where it begins.
    pub at: Location,
    /// Its length in bytes; 0 when only its beginning is known: then it ends with the word.
    pub len: usize,
}

impl From<&Span> for Span {
    fn from(span: &Span) -> Self {
        span.clone()
    }
}

impl From<&Location> for Span {
    fn from(at: &Location) -> Self {
        Self { at: at.clone(), len: 0 }
    }
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where it is.
    pub span: Span,
    /// What it is, in one line.
    pub message: String,
    /// A word at the place itself: the suggestion, where there is one.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether the line may hold a secret and is therefore not shown.
    pub hidden: bool,
}

impl Diagnostic {
    /// Describes a mistake.
    pub fn new(span: impl Into<Span>, message: impl Into<String>) -> Self {
        Self { span: span.into(), message: message.into(), label: None, help: None, hidden: false }
    }

    /// Adds a word at the place itself.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Suggests the name that was probably meant, where there is one.
    #[must_use]
    pub fn meant(mut self, name: Option<&str>) -> Self {
        if let Some(name) = name {
            self.label = Some(format!("did you mean `{name}`?"));
        }
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Keeps the line out of what is printed.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    fn render(&self, renderer: &Renderer, source: &str) -> String {
        let title = Level::ERROR.primary_title(self.message.as_str());
        let mut group = if self.hidden || source.is_empty() {
            let Location { file, line, column } = &self.span.at;
            Group::with_title(title).element(Origin::path(file.as_str()).line(*line).char_column(*column))
        } else {
            let annotation =
                AnnotationKind::Primary.span(self.span.bytes(source)).label(self.label.as_deref());
            let snippet = Snippet::source(source).path(self.span.at.file.as_str()).annotation(annotation);
            title.element(snippet)
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

impl Span {
    /// Returns the bytes of the source that it covers.
    fn bytes(&self, source: &str) -> std::ops::Range<usize> {
        let line = source.split_inclusive('\n').nth(self.at.line.saturating_sub(1)).unwrap_or_default();
        let before =
            source.split_inclusive('\n').take(self.at.line.saturating_sub(1)).map(str::len).sum::<usize>();
        let within =
            line.char_indices().nth(self.at.column.saturating_sub(1)).map_or(line.trim_end().len(), |c| c.0);
        let rest = line.get(within..).unwrap_or_default();
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        let word = word.trim_end_matches([':', ',']).len();
        let start = before + within;
        let len = if self.len == 0 { word } else { self.len };
        start..(start + len.max(1)).min(source.len()).max(start)
    }
}

/// All mistakes found so far, and the files they are in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    sources: IndexMap<String, String>,
    // A file is decoded once for each stage: the set holds each mistake once, in the order of the file.
    found: BTreeSet<Diagnostic>,
}

impl Diagnostics {
    /// Adds the text of a file, by the name that locations give it.
    pub fn add_source(&mut self, file: &str, text: &str) {
        self.sources.insert(file.to_owned(), text.to_owned());
    }

    /// Adds a mistake. The same mistake at the same place counts once.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.insert(diagnostic);
    }

    /// Tells whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Returns the mistakes in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// Returns the whole text for a person, without a last newline.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut parts: Vec<String> =
            self.found.iter().take(SHOWN).map(|one| self.render_one(&renderer, one)).collect();
        if self.found.len() > SHOWN {
            parts.push(format!("and {} more", self.found.len() - SHOWN));
        }
        parts.push(self.summary());
        parts.join("\n\n")
    }

    fn render_one(&self, renderer: &Renderer, one: &Diagnostic) -> String {
        let source = self.sources.get(&one.span.at.file).map_or("", String::as_str);
        one.render(renderer, source)
    }

    fn summary(&self) -> String {
        let files: BTreeSet<&str> = self.found.iter().map(|one| one.span.at.file.as_str()).collect();
        let files: Vec<&str> = files.into_iter().collect();
        let count = match self.found.len() {
            1 => "1 error".to_owned(),
            many => format!("{many} errors"),
        };
        format!("{count} in {}. No host was contacted.", files.join(" and "))
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}
