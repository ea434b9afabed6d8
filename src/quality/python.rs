//! How Python is written, told by the tokens of text that parses.

use ruff_python_ast::token::TokenKind;

use super::syntax::python::{read, source};
use super::text::is_regular;
use super::{Defect, File};
use crate::model::{Edit, Span};

/// Types that are called without arguments for what has a literal, with that literal.
const LITERALS: [(&[u8], &str); 7] =
    [(b"complex", "0j"), (b"dict", "{}"), (b"float", "0.0"), (b"int", "0"), (b"list", "[]"), (b"str", "\"\""), (b"tuple", "()")];

/// A token and where it stands.
type Token = (TokenKind, Span);

/// The tokens of a file that say something: no comments, and no line ends within brackets. None where it does not parse.
fn tokens(file: &File<'_>) -> Vec<Token> {
    let Some((text, offset)) = source(file).ok().flatten().filter(|_| is_regular(file)) else { return Vec::new() };
    let text = text.get(offset..).unwrap_or_default();
    let says = |kind: &TokenKind| !matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline);
    let place = |at: usize| at.min(text.len()) + offset;
    read(text, |parsed| {
        let tokens = parsed.tokens().iter().filter(|_| parsed.errors().is_empty());
        let said = tokens.map(ruff_python_ast::token::Token::as_tuple).filter(|(kind, _)| says(kind));
        said.map(|(kind, range)| (kind, Span { start: place(range.start().to_usize()), end: place(range.end().to_usize()) })).collect()
    })
}

/// Calls of a type without arguments where a literal says the same: `dict()`.
///
/// A method of that name, its definition, and a pattern of `match` (`case dict():`) are none.
pub(super) fn builtin_literals(file: &File<'_>) -> Vec<Defect> {
    let tokens = tokens(file);
    let mut defects = Vec::new();
    let (mut pattern, mut depth, mut before) = (false, 0_usize, TokenKind::Newline);
    for (at, (kind, span)) in tokens.iter().enumerate() {
        match kind {
            TokenKind::Case if begins(before) => (pattern, depth) = (true, 0),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth = depth.saturating_sub(1),
            TokenKind::If | TokenKind::Newline => pattern = false,
            TokenKind::Colon if depth == 0 => pattern = false,
            TokenKind::Name if !pattern && !matches!(before, TokenKind::Dot | TokenKind::Def | TokenKind::Class) => {
                let call = [tokens.get(at + 1), tokens.get(at + 2)];
                if let [Some((TokenKind::Lpar, _)), Some((TokenKind::Rpar, close))] = call
                    && let Some((_, literal)) = LITERALS.iter().find(|(name, _)| *name == span.of(file.bytes))
                {
                    defects.push(Defect { span: span.cover(close), detail: Some(format!("`{literal}` says the same")) });
                }
            }
            _ => {}
        }
        before = *kind;
    }
    defects
}

/// Whether a statement begins behind such a token.
fn begins(before: TokenKind) -> bool {
    matches!(before, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::Semi)
}

/// Texts that stand alone in a module, behind code or behind another: no docstring of it.
pub(super) fn docstring_first(file: &File<'_>) -> Vec<Defect> {
    let mut defects = Vec::new();
    let (mut blocks, mut has_code, mut has_docstring) = (0_usize, false, false);
    let mut statement: Option<(bool, Span)> = None;
    for (kind, span) in tokens(file) {
        match kind {
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Newline | TokenKind::Semi | TokenKind::EndOfFile => match statement.take() {
                None => {}
                Some((true, _)) if blocks == 0 && !has_code && !has_docstring => has_docstring = true,
                Some((true, span)) if blocks == 0 => {
                    let detail = if has_docstring { "the module has one" } else { "code stands before it" };
                    defects.push(Defect { span, detail: Some(detail.to_owned()) });
                }
                Some(_) => has_code = true,
            },
            _ => {
                let is_text = kind == TokenKind::String;
                statement = Some(statement.map_or((is_text, span), |(all, whole)| (all && is_text, whole.cover(&span))));
            }
        }
    }
    defects
}

/// Strings in double quotes that hold no quotes, and could stand in single ones. One of three quotes, one with values in it
/// and what stands within such a one are none.
pub(super) fn double_quotes(file: &File<'_>) -> Vec<Defect> {
    let mut defects = Vec::new();
    let mut depth = 0_usize;
    for (kind, span) in tokens(file) {
        match kind {
            TokenKind::FStringStart | TokenKind::TStringStart => depth += 1,
            TokenKind::FStringEnd | TokenKind::TStringEnd => depth = depth.saturating_sub(1),
            TokenKind::String if depth == 0 && parts(span.of(file.bytes)).is_some() => defects.push(Defect { span, detail: None }),
            _ => {}
        }
    }
    defects
}

/// The prefix of such a string, and what it says.
fn parts(string: &[u8]) -> Option<(&[u8], &[u8])> {
    let (prefix, quoted) = string.split_at(string.iter().position(|byte| !byte.is_ascii_alphabetic())?);
    let said = quoted.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    (!said.contains(&b'"') && !said.contains(&b'\'')).then_some((prefix, said))
}

/// Writes a string in single quotes.
pub(super) fn mend_double_quotes(file: &File<'_>, defect: &Defect) -> Vec<Edit> {
    let edit = |(prefix, said): (&[u8], &[u8])| Edit { span: defect.span, replacement: [prefix, b"'", said, b"'"].concat() };
    parts(defect.span.of(file.bytes)).map(edit).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(find: fn(&File<'_>) -> Vec<Defect>, text: &str) -> Vec<String> {
        let file = File { path: b"a.py", bytes: text.as_bytes(), ..File::default() };
        find(&file).iter().map(|defect| String::from_utf8(defect.span.of(file.bytes).to_vec()).unwrap()).collect()
    }

    #[test]
    fn a_call_of_a_type_without_arguments_has_a_literal() {
        for (text, calls) in [
            ("x = dict()\ny = [list( ), f(str(), int())]\n", &["dict()", "list( )", "str()", "int()"][..]),
            ("x = dict(  # a\n)\n", &["dict(  # a\n)"]),
            ("é = f'{tuple()}'\n", &["tuple()"]),
            ("match x:\n    case 1 if y == int(): z = float()\n", &["int()", "float()"]),
            ("case = complex()\n", &["complex()"]),
        ] {
            assert_eq!(found(builtin_literals, text), calls, "{text}");
        }
        for clean in [
            "x = {}\n",
            "x = dict(a=1)\ny = list(a)\n",
            "a.dict()\n",
            "def list():\n    pass\nclass str(): pass\n",
            "'dict()'  # dict()\n",
            "x = set()\n",
            "match x:\n    case dict() | [str(), int()]:\n        pass\n",
            "x = dict(\n",
            "x = dict() +\n",
        ] {
            assert_eq!(found(builtin_literals, clean), [""; 0], "{clean}");
        }
    }

    #[test]
    fn a_docstring_stands_first_and_alone() {
        for clean in [
            "",
            "x = 1\n",
            "\"\"\"a\"\"\"\nx = 1\n",
            "#!/usr/bin/python\n# a\n\n'a' \\\n 'b'\nx = f('a')\n",
            "x = (\n'a'\n)\n",
            "x = 1\ndef f():\n    \"\"\"a\"\"\"\n",
            "import a\nclass A:\n  'a'\n  'b'\n",
        ] {
            assert_eq!(found(docstring_first, clean), [""; 0], "{clean}");
        }
        assert_eq!(found(docstring_first, "import a\n\"\"\"b\"\"\"\n"), ["\"\"\"b\"\"\""]);
        assert_eq!(found(docstring_first, "'a'\n'b'"), ["'b'"]);
        assert_eq!(found(docstring_first, "'a'; 'b'\nif x:\n  'c'\n'd'\n"), ["'b'", "'d'"]);
    }

    #[test]
    fn a_string_without_quotes_in_it_can_stand_in_single_ones() {
        let mended = |text: &str| {
            let file = File { path: b"a.py", bytes: text.as_bytes(), ..File::default() };
            let mut mended = text.to_owned();
            for defect in double_quotes(&file).iter().rev() {
                for edit in mend_double_quotes(&file, defect) {
                    mended.replace_range(edit.span.start..edit.span.end, std::str::from_utf8(&edit.replacement).unwrap());
                }
            }
            mended
        };
        assert_eq!(mended("x = \"é\" r\"\\d\" \"\"\n"), "x = 'é' r'\\d' ''\n");
        for clean in
            ["'a'\n", "\"it's\"\n", "\"a \\\"b\\\"\"\n", "\"\"\"a\"\"\"\n", "# \"a\"\n", "f\"{a}\"\n", "f'{b[\"c\"]}'\n", "x = \"a\n"]
        {
            assert_eq!(mended(clean), clean);
        }
    }
}
