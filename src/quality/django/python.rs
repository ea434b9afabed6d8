//! Settings and migrations: expressions of Python over one line or several, read by their tokens alone.

use crate::model::Span;
use crate::quality::text::text_of;
use crate::quality::{Defect, File};

/// A token of Python, as far as it is told apart here. Comments, blanks and prefixes of strings are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// A name or a number.
    Word(Span),
    /// What stands between quotes.
    Text(Span),
    /// A sign, or the end of a line.
    Sign(u8, usize),
}

/// `"*"` in the value of `ALLOWED_HOSTS`.
pub(in crate::quality) fn allowed_hosts(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file) else { return Vec::new() };
    let mut defects = Vec::new();
    let (mut depth, mut is_first, mut is_asked) = (0_usize, true, false);
    let mut before = [0; 2];
    for token in tokens(text) {
        match token {
            Token::Word(span) => is_asked |= is_first && depth == 0 && span.of(text) == b"ALLOWED_HOSTS",
            // `host != "*"` asks for it and does not set it.
            Token::Text(span) if is_asked && span.of(text) == b"*" && !matches!(before, [b'=' | b'!', b'=']) => {
                defects.push(Defect { span: Span { start: span.start - 1, end: span.end + 1 }, detail: None });
            }
            Token::Text(_) => {}
            Token::Sign(b'(' | b'[' | b'{', _) => depth += 1,
            Token::Sign(b')' | b']' | b'}', _) => depth = depth.saturating_sub(1),
            Token::Sign(b'\n' | b';', _) if depth == 0 => is_asked = false,
            Token::Sign(..) => {}
        }
        is_first = matches!(token, Token::Sign(b'\n' | b';' | b':', _));
        before = [before[1], if let Token::Sign(sign, _) = token { sign } else { 0 }];
    }
    defects
}

/// Each `RunPython` without a way back.
pub(in crate::quality) fn irreversible_migration(file: &File<'_>) -> Vec<Defect> {
    let Some(text) = text_of(file) else { return Vec::new() };
    let all: Vec<Token> = tokens(text).collect();
    let mut defects = Vec::new();
    for (at, token) in all.iter().enumerate() {
        let Token::Word(name) = *token else { continue };
        let is_call = name.of(text) == b"RunPython" && matches!(all.get(at + 1), Some(Token::Sign(b'(', _)));
        if let Some(end) = all.get(at + 2..).filter(|_| is_call).and_then(|rest| end_without_reverse(text, rest)) {
            defects.push(Defect { span: Span { start: name.start, end }, detail: None });
        }
    }
    defects
}

/// Where a call ends whose first argument follows, if it names no way back.
fn end_without_reverse(text: &[u8], rest: &[Token]) -> Option<usize> {
    let (mut depth, mut unnamed, mut is_first) = (1_usize, 0, true);
    for (at, token) in rest.iter().enumerate() {
        let is_named = matches!(rest.get(at + 1), Some(Token::Sign(b'=', _)));
        match *token {
            Token::Sign(b'(' | b'[' | b'{', _) => depth += 1,
            Token::Sign(b')' | b']' | b'}', end) => {
                depth -= 1;
                if depth == 0 {
                    return (unnamed < 2).then_some(end + 1);
                }
            }
            Token::Sign(b'*', _) if depth == 1 && is_first => return None,
            Token::Sign(b'\n', _) => continue,
            Token::Word(name) if depth == 1 && is_first && is_named => {
                if name.of(text) == b"reverse_code" {
                    return None;
                }
            }
            _ if depth == 1 && is_first => unnamed += 1,
            _ => {}
        }
        is_first = depth == 1 && matches!(token, Token::Sign(b',', _));
    }
    None
}

/// The tokens of a text. A string that does not end goes to the end of its line, or of the text.
fn tokens(text: &[u8]) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at;
            let byte = *text.get(at)?;
            at += 1;
            match byte {
                b'#' => at = memchr::memchr(b'\n', text.get(at..)?).map_or(text.len(), |length| at + length),
                b'\\' => at += 1,
                b'"' | b'\'' => {
                    let (said, next) = string(text, start);
                    at = next;
                    return Some(Token::Text(said));
                }
                _ if is_word(byte) => {
                    at = start + text.get(start..)?.iter().take_while(|byte| is_word(**byte)).count();
                    // `r"…"`, `f'…'`
                    if at - start > 2 || !matches!(text.get(at), Some(b'"' | b'\'')) {
                        return Some(Token::Word(Span { start, end: at }));
                    }
                }
                b' ' | b'\t' | b'\r' | 0x0C => {}
                _ => return Some(Token::Sign(byte, start)),
            }
        }
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// What stands in the string that begins at `start`, and where the text goes on.
fn string(text: &[u8], start: usize) -> (Span, usize) {
    let rest = text.get(start..).unwrap_or_default();
    let quote = rest.first().copied().unwrap_or_default();
    let marks = if rest.starts_with(&[quote; 3]) { 3 } else { 1 };
    let mut at = start + marks;
    while let Some(byte) = text.get(at) {
        match *byte {
            b'\\' => at += 1,
            b'\n' if marks == 1 => break,
            byte if byte == quote && text.get(at..).is_some_and(|rest| rest.starts_with(&[quote; 3][..marks])) => {
                return (Span { start: start + marks, end: at }, at + marks);
            }
            _ => {}
        }
        at += 1;
    }
    let end = at.min(text.len());
    (Span { start: (start + marks).min(end), end }, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of a text.
    fn told<'t>(find: fn(&File<'_>) -> Vec<Defect>, text: &'t str) -> Vec<&'t str> {
        let defects = find(&File { path: b"a.py", bytes: text.as_bytes(), ..File::default() });
        defects.iter().map(|defect| &text[defect.span.start..defect.span.end]).collect()
    }

    #[test]
    fn every_host_is_allowed_on_one_line_or_several() {
        let find = |text| told(allowed_hosts, text).len();
        for text in [
            "ALLOWED_HOSTS = ['*']",
            "ALLOWED_HOSTS = [\n    \"a.example\",  # ours\n    \"*\",\n]\n",
            "if x:\n    ALLOWED_HOSTS += (\n        r'*',)",
            "ALLOWED_HOSTS = env.list(\"HOSTS\", default=['*'])",
            "ALLOWED_HOSTS.append('*')",
            "ALLOWED_HOSTS: list[str] = \\\n  ['*']",
        ] {
            assert_eq!(find(text), 1, "{text}");
        }
        for text in [
            "ALLOWED_HOSTS = ['.a.example']\nOTHER = ['*']",
            "# ALLOWED_HOSTS = ['*']",
            "ALLOWED_HOSTS = [\n    # '*',\n]",
            "ALLOWED_HOSTS = [h for h in hosts if h != '*']",
            "x = '''\nALLOWED_HOSTS = ['*']\n'''",
            "print(ALLOWED_HOSTS, '*')",
            "ALLOWED_HOSTS = ['",
        ] {
            assert_eq!(find(text), 0, "{text}");
        }
    }

    #[test]
    fn a_migration_names_its_way_back_or_is_told() {
        let find = |text| told(irreversible_migration, text);
        assert_eq!(find("[migrations.RunPython(fill), x]"), ["RunPython(fill)"]);
        assert_eq!(
            find("RunPython(\n    code=fill,  # up\n    elidable=True,\n)"),
            ["RunPython(\n    code=fill,  # up\n    elidable=True,\n)"]
        );
        assert_eq!(find("RunPython(partial(f, a, b))").len(), 1);
        for text in [
            "RunPython(fill, migrations.RunPython.noop)",
            "RunPython(\n    fill,\n    empty,\n)",
            "RunPython(code=fill, reverse_code=empty)",
            "RunPython(*both)",
            "RunPython(**both)",
            "from x import RunPython",
            "# RunPython(fill)",
            "RunPython(",
        ] {
            assert_eq!(find(text), Vec::<&str>::new(), "{text}");
        }
    }
}
