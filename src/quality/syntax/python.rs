//! Python.

use std::borrow::Cow;

use ruff_python_ast::Mod;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, Parsed, lexer, parse_unchecked};

use super::{MAX_DEFECTS, ascii, defect, text};
use crate::quality::{Defect, File};

/// How deep brackets and blocks may nest: Python itself takes 200 brackets and 100 blocks.
const MAX_OPEN: usize = 300;
/// How deep expressions may nest by operators: Python itself gives up at some thousands.
const MAX_CHAIN: usize = 10_000;
/// How deep a text may nest to be read on the stack of the caller.
const MAX_SHALLOW: usize = 120;
/// The stack for deeper ones. What is not used takes no memory.
const DEEP_STACK_BYTES: usize = 256 << 20;

/// Where Python does not parse, in the grammar of the newest version that is known: what an older one lacks is no defect.
///
/// As with `ast.parse`, only the grammar counts: `return` outside a function is no defect. Text that nests more deeply than
/// Python takes, or is in an encoding of several bytes a letter that its first lines name, has no defects here.
pub(in crate::quality) fn find(file: &File<'_>) -> Vec<Defect> {
    let (text, offset) = match source(file) {
        Ok(Some(source)) => source,
        Ok(None) => return Vec::new(),
        Err(defect) => return vec![defect],
    };
    let text = text.get(offset..).unwrap_or_default();
    read(text, |parsed| defects(text, offset, &parsed))
}

/// What `look` makes of the text as it is parsed; nothing of one that nests too deep to read.
pub(in crate::quality) fn read<T: Default + Send>(text: &str, look: impl FnOnce(Parsed<Mod>) -> T + Send) -> T {
    let parse = || look(parse_unchecked(text, ParseOptions::from(Mode::Module)));
    match depth(text) {
        None => T::default(),
        Some(depth) if depth <= MAX_SHALLOW => parse(),
        Some(_) => std::thread::scope(|scope| {
            let reader = std::thread::Builder::new().stack_size(DEEP_STACK_BYTES).spawn_scoped(scope, parse);
            reader.ok().and_then(|reader| reader.join().ok()).unwrap_or_default()
        }),
    }
}

/// The text of a file of Python, in which what is no UTF-8 has a letter for each byte, and where it begins behind a byte
/// order mark; none where an encoding is named that has no such letters.
pub(in crate::quality) fn source<'f>(file: &File<'f>) -> Result<Option<(Cow<'f, str>, usize)>, Defect> {
    let text = match text(file) {
        Ok(text) => Cow::Borrowed(text),
        Err(defect) => match named_encoding(file.bytes) {
            Encoding::Utf8 => return Err(defect),
            Encoding::OneByte => Cow::Owned(ascii(file.bytes)),
            Encoding::Other => return Ok(None),
        },
    };
    let offset = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    Ok(Some((text, offset)))
}

fn defects(text: &str, offset: usize, parsed: &Parsed<Mod>) -> Vec<Defect> {
    let errors = parsed.errors().iter().take(MAX_DEFECTS);
    let mut defects: Vec<Defect> = errors
        .map(|error| {
            let end = error.location.end().to_usize().min(text.len());
            let start = error.location.start().to_usize().min(end);
            defect(start + offset, end + offset, error.error.to_string())
        })
        .collect();
    defects.sort_by_key(|defect| (defect.span.start, defect.span.end));
    defects
}

/// What may still be open within a bracket or a block.
#[derive(Default)]
struct Level {
    /// What opened it; none of the outermost.
    opened: Option<TokenKind>,
    /// The tokens since the last comma: no expression of them nests deeper.
    tokens: usize,
    /// Those words among the tokens before that may hold a comma in what they open: `lambda a, b=lambda c: …`.
    words: usize,
}

/// A bound for how deep the tree of a text is, from its tokens alone; none where it is too deep to read.
fn depth(text: &str) -> Option<usize> {
    let mut lexer = lexer::lex(text, Mode::Module);
    let (mut open, mut blocks, mut deepest, mut chain) = (vec![Level::default()], 0_usize, 0, 0_usize);
    loop {
        let kind = lexer.next_token();
        let level = open.last_mut()?;
        match kind {
            TokenKind::EndOfFile => return Some(deepest),
            TokenKind::Newline => {
                open.clear();
                open.push(Level::default());
                chain = 0;
            }
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Comma => {
                chain -= level.tokens;
                level.tokens = 0;
            }
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace | TokenKind::FStringStart | TokenKind::TStringStart => {
                level.tokens += 1;
                chain += 1;
                open.push(Level { opened: Some(kind), ..Level::default() });
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd | TokenKind::TStringEnd => {
                if level.opened.is_some_and(|opened| closes(kind, opened))
                    && let Some(closed) = open.pop()
                {
                    chain -= closed.tokens + closed.words;
                    // Texts that stand side by side, and the values in one, do not nest.
                    if let Some(level) = open.last_mut()
                        && (matches!(kind, TokenKind::FStringEnd | TokenKind::TStringEnd)
                            || matches!(level.opened, Some(TokenKind::FStringStart | TokenKind::TStringStart)))
                    {
                        level.tokens -= 1;
                        chain -= 1;
                    }
                }
            }
            TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle | TokenKind::Comment | TokenKind::NonLogicalNewline => {
            }
            _ => {
                let holds_commas = kind.is_non_soft_keyword() && !kind.is_singleton();
                *(if holds_commas { &mut level.words } else { &mut level.tokens }) += 1;
                chain += 1;
            }
        }
        if open.len() + blocks > MAX_OPEN || chain > MAX_CHAIN {
            return None;
        }
        deepest = deepest.max(chain + blocks + open.len());
    }
}

fn closes(kind: TokenKind, opened: TokenKind) -> bool {
    matches!(
        (opened, kind),
        (TokenKind::Lpar, TokenKind::Rpar)
            | (TokenKind::Lsqb, TokenKind::Rsqb)
            | (TokenKind::Lbrace, TokenKind::Rbrace)
            | (TokenKind::FStringStart, TokenKind::FStringEnd)
            | (TokenKind::TStringStart, TokenKind::TStringEnd)
    )
}

/// How the letters of a file are written.
enum Encoding {
    Utf8,
    /// ASCII, and one byte for each other letter.
    OneByte,
    Other,
}

/// What a comment on the first two lines says (PEP 263).
fn named_encoding(bytes: &[u8]) -> Encoding {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let line = String::from_utf8_lossy(line).to_ascii_lowercase().replace('_', "-");
        let Some((_, name)) = line.trim_start().strip_prefix('#').and_then(|comment| comment.split_once("coding")) else { continue };
        let Some(name) = name.strip_prefix([':', '=']) else { continue };
        let name = name.trim_start();
        return match name {
            _ if name.starts_with("utf-8") || name.starts_with("utf8") => Encoding::Utf8,
            _ if ["latin", "iso-8859", "iso8859", "cp125", "windows-125", "koi8", "ascii"].iter().any(|start| name.starts_with(start)) => {
                Encoding::OneByte
            }
            _ => Encoding::Other,
        };
    }
    Encoding::Utf8
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, of};
    use super::*;

    #[test]
    fn good_python_has_no_defects() {
        for good in [
            "",
            "\u{feff}# é\nx = 1\r\n",
            "def f[T](a: T, /, *, b=1) -> T:\n    return f\"{a!r:>{b}} {f'{a}'}\"\n",
            "match x:\n    case {\"a\": [1, *_]} if y:\n        pass\ntype A = int\nprint(*a, **b)\n",
            "async def f():\n\tasync with a as b, c: await d\ntry:\n    pass\nexcept* E:\n    pass\n",
            "return 1\n",
            "x = (y := 1)\nlambda: (yield)\n",
        ] {
            check(find, good, &[]);
        }
        assert_eq!(of(find, b"# -*- coding: latin-1 -*-\nx = '\xe9'\n"), []);
        assert_eq!(of(find, b"# coding: shift_jis\nx = '\x83\x5c'\n"), []);
        assert_eq!(of(find, b"x = '\xe9'\n"), [defect(5, 6, "not UTF-8")]);
    }

    #[test]
    fn a_fault_of_python_is_told_on_its_line() {
        for (text, line) in [
            ("x = 1\nprint 'a'\n", 2),
            ("def f(:\n    pass\n", 1),
            ("if x:\npass\n", 2),
            ("x = 1\n  y = 2\n", 2),
            ("x = (1,\n", 2),
            ("x = 'abc\n", 1),
            ("a\nx = 1 +\n", 2),
            ("<<<<<<< ours\n", 1),
            ("\u{feff}é = 1\né = = 1\n", 2),
            ("f(a=1, a b)\n", 1),
            ("1 = x\n", 1),
        ] {
            let defects = of(find, text.as_bytes());
            let first = defects.first().map(|defect| super::super::line_of(text.as_bytes(), defect.span.start));
            assert_eq!(first, Some(line), "{text}: {defects:?}");
        }
        check(find, "\u{feff}é = «=» 1\n", &["Expected an expression"]);
    }

    #[test]
    fn what_nests_deep_takes_no_stack() {
        let many = 9_000;
        for (text, is_read) in [
            (format!("{}1{}\n", "(".repeat(150), ")".repeat(150)), true),
            (format!("{}1\n", "(".repeat(100_000)), false),
            (format!("x = {}1 1\n", "-".repeat(many)), true),
            (format!("x = {}1 1\n", "not ".repeat(many)), true),
            (format!("x = {}1 1\n", "lambda: ".repeat(many / 2)), true),
            (format!("x = {}1\n", "lambda a, b=".repeat(100_000)), false),
            (format!("x = {}1\n", "yield a, ".repeat(100_000)), false),
            (format!("x = {}1 1\n", "a if b else ".repeat(many / 4)), true),
            (format!("x = {}1 1\n", "a + ".repeat(many / 2)), true),
            (format!("x = {}1 1\n", "a ** ".repeat(many / 2)), true),
            (format!("x = {}1\n", "a.".repeat(100_000)), false),
            (format!("x = a{} 1\n", "()".repeat(many)), true),
            (format!("{}x x\n", "if a: ".repeat(many / 4)), true),
            (format!("x = [{}1 1]\n", "a, -b, 'c' 'd' f'{e}',\n".repeat(50_000)), true),
            (format!("x = [{} 1]\n", "f'{a}{b}' 'c'\n".repeat(20_000)), true),
            ((0..400).flat_map(|depth| [" ".repeat(depth), "if a:\n".to_owned()]).collect(), false),
            (format!("x = {}", "f'{".repeat(10_000)), false),
            (format!("{}x", "(]".repeat(100_000)), false),
            (format!("{}x", "]".repeat(100_000)), true),
            (format!("match x:\n case {}", "[".repeat(100_000)), false),
        ] {
            let start: String = text.chars().take(30).collect();
            let defects = of(find, text.as_bytes());
            assert_eq!(defects.is_empty(), !is_read || text.starts_with("((") && text.contains(')'), "{start}");
        }
    }
}
