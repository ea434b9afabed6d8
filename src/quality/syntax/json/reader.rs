//! A text of JSON or JSON5 as events. It keeps a list of what is open, and takes no stack.

use std::borrow::Cow;

use crate::model::Span;
use crate::quality::Defect;
use crate::quality::syntax::{MAX_DEPTH, defect, place_of_char, too_deep};

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quality::syntax) enum Dialect {
    /// RFC 8259.
    Json,
    /// <https://spec.json5.org>
    Json5,
}

/// What opens and closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::quality::syntax) enum Kind {
    Array,
    Object,
}

impl Kind {
    const fn close(self) -> char {
        match self {
            Self::Array => ']',
            Self::Object => '}',
        }
    }
}

/// What stands next in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::quality::syntax) enum Event<'t> {
    Open(Kind),
    Close(Kind),
    /// A key of an object, with its escapes undone.
    Key(Cow<'t, str>),
    /// A string, a number, a truth value or null.
    Scalar,
}

/// What may stand next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// A value and nothing else.
    Value,
    /// The first item of an array or key of an object, or its end.
    First(Kind),
    /// An item or a key after the comma at this place.
    After(Kind, usize),
    /// A comma or the end.
    More,
    /// Nothing: the text is over, or has a fault.
    Done,
}

/// Reads a text. After a fault there is nothing more.
pub(in crate::quality::syntax) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    open: Vec<Kind>,
    next: Next,
}

impl<'t> Iterator for Reader<'t> {
    type Item = Result<(Event<'t>, Span), Defect>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step().transpose();
        if !matches!(step, Some(Ok(_))) {
            self.next = Next::Done;
        }
        step
    }
}

impl<'t> Reader<'t> {
    pub(in crate::quality::syntax) fn new(text: &'t str, dialect: Dialect) -> Self {
        Self { text, at: 0, dialect, open: Vec::new(), next: Next::Value }
    }

    fn step(&mut self) -> Result<Option<(Event<'t>, Span)>, Defect> {
        if self.next == Next::Done {
            return Ok(None);
        }
        self.skip_blanks()?;
        match self.next {
            Next::Value => self.value("a value").map(Some),
            Next::First(Kind::Array) if self.peek() != Some(b']') => self.value("a value or `]`").map(Some),
            Next::First(Kind::Object) if self.peek() != Some(b'}') => self.key(true).map(Some),
            Next::First(kind) => Ok(Some(self.close(kind))),
            Next::After(kind, comma) => self.after(kind, comma).map(Some),
            Next::More => self.more(),
            Next::Done => Ok(None),
        }
    }

    /// An item or a key after a comma.
    fn after(&mut self, kind: Kind, comma: usize) -> Result<(Event<'t>, Span), Defect> {
        let is_over = self.peek() == Some(kind.close() as u8);
        match (self.dialect, kind) {
            (Dialect::Json, _) if is_over => Err(defect(comma, comma + 1, format!("a `,` before `{}`", kind.close()))),
            (Dialect::Json5, _) if is_over => Ok(self.close(kind)),
            (Dialect::Json, Kind::Array) => self.value("a value"),
            (Dialect::Json5, Kind::Array) => self.value("a value or `]`"),
            (Dialect::Json, Kind::Object) => self.key(false),
            (Dialect::Json5, Kind::Object) => self.key(true),
        }
    }

    /// What stands after a value.
    fn more(&mut self) -> Result<Option<(Event<'t>, Span)>, Defect> {
        let Some(kind) = self.open.last().copied() else {
            return if self.at == self.text.len() { Ok(None) } else { Err(self.expected("the end of the file")) };
        };
        match self.peek() {
            Some(b',') => {
                self.next = Next::After(kind, self.at);
                self.at += 1;
                self.step_after_comma(kind)
            }
            Some(byte) if byte == kind.close() as u8 => Ok(Some(self.close(kind))),
            _ => Err(self.expected(&format!("`,` or `{}`", kind.close()))),
        }
    }

    fn step_after_comma(&mut self, kind: Kind) -> Result<Option<(Event<'t>, Span)>, Defect> {
        let comma = self.at - 1;
        self.skip_blanks()?;
        self.after(kind, comma).map(Some)
    }

    fn close(&mut self, kind: Kind) -> (Event<'t>, Span) {
        self.open.pop();
        self.next = Next::More;
        self.at += 1;
        (Event::Close(kind), Span { start: self.at - 1, end: self.at })
    }

    /// A key with its colon.
    fn key(&mut self, may_end: bool) -> Result<(Event<'t>, Span), Defect> {
        let start = self.at;
        let key = match (self.peek(), self.dialect) {
            (Some(b'"'), _) | (Some(b'\''), Dialect::Json5) => self.string()?,
            (_, Dialect::Json5) => {
                let name = self.identifier()?;
                if self.at == start {
                    return Err(self.expected("a key or `}`"));
                }
                name
            }
            (_, Dialect::Json) if may_end => return Err(self.expected("a key in double quotes, or `}`")),
            (_, Dialect::Json) => return Err(self.expected("a key in double quotes")),
        };
        let span = Span { start, end: self.at };
        self.skip_blanks()?;
        if self.peek() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.at += 1;
        self.next = Next::Value;
        Ok((Event::Key(key), span))
    }

    fn value(&mut self, what: &str) -> Result<(Event<'t>, Span), Defect> {
        let start = self.at;
        let open = match self.peek() {
            Some(b'[') => Some(Kind::Array),
            Some(b'{') => Some(Kind::Object),
            _ => None,
        };
        if let Some(kind) = open {
            if self.open.len() == MAX_DEPTH {
                return Err(too_deep(start, start + 1));
            }
            self.open.push(kind);
            self.at += 1;
            self.next = Next::First(kind);
            return Ok((Event::Open(kind), Span { start, end: self.at }));
        }
        self.scalar(what)?;
        self.next = Next::More;
        Ok((Event::Scalar, Span { start, end: self.at }))
    }

    fn scalar(&mut self, what: &str) -> Result<(), Defect> {
        match (self.peek(), self.dialect) {
            (Some(b'"'), _) | (Some(b'\''), Dialect::Json5) => self.string().map(drop),
            (Some(b'-' | b'0'..=b'9'), _) | (Some(b'+' | b'.'), Dialect::Json5) => self.number(),
            _ => self.word(what),
        }
    }

    /// What is not in the text, told at the place where it should be.
    pub(super) fn expected(&self, what: &str) -> Defect {
        let span = place_of_char(self.text, self.at);
        let detail = if span.is_empty() { format!("the file ends; expected {what}") } else { format!("expected {what}") };
        Defect { span, detail: Some(detail) }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The text from here on.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) -> Result<(), Defect> {
        loop {
            let rest = self.rest();
            let Some(next) = rest.chars().next() else { return Ok(()) };
            match next {
                ' ' | '\t' | '\n' | '\r' => self.at += 1,
                '/' if rest.starts_with("//") || rest.starts_with("/*") => self.comment(rest)?,
                '\u{feff}' if self.dialect == Dialect::Json && self.at == 0 => {
                    return Err(defect(0, next.len_utf8(), "a byte order mark, which JSON does not have"));
                }
                // What ECMAScript 5.1 calls white space and line ends.
                '\u{b}' | '\u{c}' | '\u{feff}' if self.dialect == Dialect::Json5 => self.at += next.len_utf8(),
                _ if self.dialect == Dialect::Json5 && next != '\u{85}' && next.is_whitespace() => self.at += next.len_utf8(),
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self, rest: &str) -> Result<(), Defect> {
        let end = if rest.starts_with("//") {
            let is_end = |char| matches!(char, '\n' | '\r' | '\u{2028}' | '\u{2029}');
            Some(rest.find(is_end).map_or(rest.len(), |at| at + 1))
        } else {
            rest.get(2..).and_then(|body| body.find("*/")).map(|at| at + 4)
        };
        // The end of a line may be longer than a byte.
        let end = end.map(|end| (end..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len()));
        match (self.dialect, end) {
            (Dialect::Json, end) => {
                let end = self.at + end.unwrap_or(rest.len());
                Err(defect(self.at, end, "a comment, which JSON does not have"))
            }
            (Dialect::Json5, None) => Err(defect(self.at, self.text.len(), "a comment that does not end")),
            (Dialect::Json5, Some(end)) => {
                self.at += end;
                Ok(())
            }
        }
    }
}
