//! Expressions over paths as globs, where one says the same as the other.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{AssertionKind, Ast, ClassPerlKind, Flag, FlagsItemKind, GroupKind, LiteralKind, RepetitionKind};

/// The longest glob that is made.
const MAX_GLOB_BYTES: usize = 2048;

/// The glob that names what an expression finds in paths, or less, never more; none where there is no such glob. A glob
/// that names a folder names all below it.
pub fn path_glob(regex: &str) -> Option<String> {
    let ast = Parser::new().parse(regex).ok()?;
    let mut parts = Vec::new();
    flatten(&ast, &mut parts);
    let mut fold = false;
    if let Some(Ast::Flags(set)) = parts.first() {
        fold = set.flags.items.iter().all(|item| item.kind == FlagsItemKind::Flag(Flag::CaseInsensitive));
        if !fold {
            return None;
        }
        parts.remove(0);
    }
    let start = Start::take(&mut parts);
    let ends = End::take(&mut parts);
    let mut body = String::new();
    for part in parts {
        write(part, fold, &mut body)?;
    }
    let body = if start == Start::Root { body.strip_prefix('/').map_or(body.clone(), str::to_owned) } else { body };
    if body.is_empty() || body.len() > MAX_GLOB_BYTES {
        return None;
    }
    let (body, ends) = match body.strip_suffix('/') {
        Some(folder) => (folder.to_owned(), End::Exact),
        None => (body, ends),
    };
    let head = match start {
        Start::Root => "",
        Start::Folder => "**/",
        // A slash before: not at the root.
        Start::Anywhere if body.starts_with('/') => "*/**",
        Start::Anywhere => "**/*",
    };
    let tail = if ends == End::Exact { "" } else { "*" };
    (!body.is_empty()).then(|| format!("{head}{body}{tail}"))
}

/// Where a path must begin to match.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Root,
    Folder,
    Anywhere,
}

impl Start {
    fn take(parts: &mut Vec<&Ast>) -> Self {
        let Some(&first) = parts.first() else { return Self::Anywhere };
        let start = if is(first, &AssertionKind::StartLine) || is(first, &AssertionKind::StartText) {
            Self::Root
        } else if is_root_or_slash(first) {
            Self::Folder
        } else if is_anything(first) {
            Self::Anywhere
        } else {
            return Self::Anywhere;
        };
        parts.remove(0);
        // `^.*x` is x anywhere.
        match parts.first() {
            Some(next) if start == Self::Root && is_anything(next) => {
                parts.remove(0);
                Self::Anywhere
            }
            _ => start,
        }
    }
}

/// How a path must end to match.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Exact,
    Open,
}

impl End {
    fn take(parts: &mut Vec<&Ast>) -> Self {
        let Some(&last) = parts.last() else { return Self::Open };
        let ends = is(last, &AssertionKind::EndLine) || is(last, &AssertionKind::EndText);
        if ends {
            parts.pop();
        }
        match parts.last() {
            // `(?:/.*)?`: the folder, and all below it.
            Some(rest) if is_rest_of_folder(rest) => {
                parts.pop();
                if ends { Self::Exact } else { Self::Open }
            }
            Some(rest) if is_anything(rest) => {
                parts.pop();
                Self::Open
            }
            _ if ends => Self::Exact,
            _ => Self::Open,
        }
    }
}

fn flatten<'a>(ast: &'a Ast, parts: &mut Vec<&'a Ast>) {
    match ast {
        Ast::Concat(concat) => concat.asts.iter().for_each(|ast| flatten(ast, parts)),
        ast => parts.push(ast),
    }
}

fn is(ast: &Ast, kind: &AssertionKind) -> bool {
    matches!(ast, Ast::Assertion(assertion) if assertion.kind == *kind)
}

/// `.*` in any form.
fn is_anything(ast: &Ast) -> bool {
    match ast {
        Ast::Repetition(repetition) => repetition.op.kind == RepetitionKind::ZeroOrMore && matches!(*repetition.ast, Ast::Dot(_)),
        Ast::Group(group) => is_anything(&group.ast),
        _ => false,
    }
}

/// `(?:^|/)`.
fn is_root_or_slash(ast: &Ast) -> bool {
    let Ast::Group(group) = ast else { return false };
    let Ast::Alternation(branches) = &*group.ast else { return false };
    let [one, other] = branches.asts.as_slice() else { return false };
    let pair = |root: &Ast, slash: &Ast| is(root, &AssertionKind::StartLine) && is_slash(slash);
    pair(one, other) || pair(other, one)
}

fn is_slash(ast: &Ast) -> bool {
    matches!(ast, Ast::Literal(literal) if literal.c == '/')
}

/// `(?:/.*)?`.
fn is_rest_of_folder(ast: &Ast) -> bool {
    let Ast::Repetition(repetition) = ast else { return false };
    let Ast::Group(group) = &*repetition.ast else { return false };
    let Ast::Concat(concat) = &*group.ast else { return false };
    let [slash, rest] = concat.asts.as_slice() else { return false };
    repetition.op.kind == RepetitionKind::ZeroOrOne && is_slash(slash) && (is_anything(rest) || is_something(rest))
}

/// `.+`.
fn is_something(ast: &Ast) -> bool {
    matches!(ast, Ast::Repetition(repetition) if repetition.op.kind == RepetitionKind::OneOrMore && matches!(*repetition.ast, Ast::Dot(_)))
}

fn write(ast: &Ast, fold: bool, glob: &mut String) -> Option<()> {
    if glob.len() > MAX_GLOB_BYTES {
        return None;
    }
    match ast {
        Ast::Empty(_) => {}
        Ast::Literal(literal) => {
            if !matches!(literal.kind, LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous) || literal.c.is_control() {
                return None;
            }
            write_char(literal.c, fold, glob);
        }
        // A glob's `?` is no slash: it names less.
        Ast::Dot(_) => glob.push('?'),
        Ast::ClassPerl(class) if class.kind == ClassPerlKind::Digit && !class.negated => glob.push_str("[0-9]"),
        Ast::Group(group) => {
            if matches!(&group.kind, GroupKind::NonCapturing(flags) if !flags.items.is_empty()) {
                return None;
            }
            let Ast::Alternation(branches) = &*group.ast else { return each(&group.ast, fold, glob) };
            write_branches(&branches.asts, fold, glob)?;
        }
        Ast::Alternation(branches) => write_branches(&branches.asts, fold, glob)?,
        Ast::Repetition(repetition) if repetition.op.kind == RepetitionKind::ZeroOrOne => {
            glob.push_str("{,");
            each(&repetition.ast, fold, glob)?;
            glob.push('}');
        }
        _ => return None,
    }
    Some(())
}

fn each(ast: &Ast, fold: bool, glob: &mut String) -> Option<()> {
    let mut parts = Vec::new();
    flatten(ast, &mut parts);
    parts.into_iter().try_for_each(|part| write(part, fold, glob))
}

fn write_branches(branches: &[Ast], fold: bool, glob: &mut String) -> Option<()> {
    glob.push('{');
    for (number, branch) in branches.iter().enumerate() {
        if number > 0 {
            glob.push(',');
        }
        each(branch, fold, glob)?;
    }
    glob.push('}');
    Some(())
}

fn write_char(c: char, fold: bool, glob: &mut String) {
    match c {
        '*' | '?' | '[' | ']' | '{' | '}' | ',' | '!' => glob.push_str(&format!("[{c}]")),
        '\\' => glob.push_str("\\\\"),
        c if fold && c.is_ascii_alphabetic() => glob.push_str(&format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase())),
        c => glob.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::path_glob;

    #[test]
    fn a_plain_path_an_ending_and_a_folder_become_globs() {
        for (regex, glob) in [
            (r"\.gem$", "**/*.gem"),
            (r"(?:^|/)vendor/modules\.txt$", "**/vendor/modules.txt"),
            (r"(^|/)node_modules(?:/.*)?$", "**/node_modules"),
            (r"(?i)\.(?:pn?g|gif)$", "**/*.{[pP]{,[nN]}[gG],[gG][iI][fF]}"),
            (r"testdata", "**/*testdata*"),
            (r".*test\.go", "**/*test.go*"),
            (r"^docs/", "docs"),
            (r"^/a\[b$", "a[[]b"),
            (r"Acme.xml", "**/*Acme?xml*"),
            (r"/tests/", "*/**/tests"),
        ] {
            assert_eq!(path_glob(regex).as_deref(), Some(glob), "{regex}");
        }
    }

    #[test]
    fn what_no_glob_says_stays_behind() {
        for regex in [r"a[^/]+b", "", "^", ".*", r"\w+\.lock$", "(", r"(?s)a.b", "a.*b", "(?:^|/)(?:.*)?$"] {
            assert_eq!(path_glob(regex), None, "{regex}");
        }
    }
}
